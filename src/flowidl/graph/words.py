"""What nodes are called and what conditions say, in the words of the code that made them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowidl.core.v1.condition_pb2 import BooleanExpression, Operand
    from flowidl.core.v1.literals_pb2 import Primitive
    from flowidl.core.v1.workflow_pb2 import ArrayNode, GateNode

_OPERATORS = ("==", "!=", ">", ">=", "<", "<=")
#: Conditions deeper than this are not written out.
_MAX_DEPTH = 20
_MAX_LENGTH = 80


def condition_text(expression: BooleanExpression, depth: int = 0) -> str:
    """Return a condition as code, e.g. `n0.o0 > 3 & x == "a"`."""
    if depth > _MAX_DEPTH:
        return "..."
    if expression.WhichOneof("expr") == "conjunction":
        both = expression.conjunction
        word = "|" if both.operator == 1 else "&"
        sides = [condition_text(side, depth + 1) for side in (both.left_expression, both.right_expression)]
        text = f" {word} ".join(sides)
        return shortened(f"({text})" if depth else text)
    comparison = expression.comparison
    operator = comparison.operator
    word = _OPERATORS[operator] if 0 <= operator < len(_OPERATORS) else "?"
    return shortened(f"{_operand(comparison.left_value)} {word} {_operand(comparison.right_value)}")


def _operand(operand: Operand) -> str:
    which = operand.WhichOneof("val")
    if which == "var":
        return operand.var.removeprefix(".")
    if which == "primitive":
        return primitive_text(operand.primitive)
    return "None" if which == "scalar" and operand.scalar.HasField("none_type") else "..."


def primitive_text(primitive: Primitive) -> str:
    """Return a value as code."""
    which = primitive.WhichOneof("value")
    if which == "string_value":
        return '"' + shortened(primitive.string_value, 30) + '"'
    if which in ("integer", "float_value", "boolean"):
        return str(getattr(primitive, which))
    if which == "duration":
        return duration_text(primitive.duration.seconds)
    return "..." if which is None else which


def duration_text(seconds: int) -> str:
    """Return a span of time, e.g. `1h 30m`."""
    parts: list[str] = []
    for size, letter in ((86400, "d"), (3600, "h"), (60, "m"), (1, "s")):
        if seconds >= size:
            parts.append(f"{seconds // size}{letter}")
            seconds %= size
    return " ".join(parts[:2]) or "0s"


def gate_text(gate: GateNode) -> str:
    """Return what a gate waits for."""
    which = gate.WhichOneof("condition")
    if which == "sleep":
        return f"sleeps {duration_text(gate.sleep.duration.seconds)}"
    if which == "signal":
        return f"waits for {gate.signal.signal_id}"
    return f"waits for approval of {gate.approve.signal_id}" if which == "approve" else "a gate"


def array_text(array: ArrayNode) -> str:
    """Return how an array runs its items."""
    parts: list[str] = []
    if array.WhichOneof("parallelism_option"):
        parts.append(f"{array.parallelism} at a time" if array.parallelism else "all at a time")
    if array.WhichOneof("success_criteria") == "min_successes":
        parts.append(f"at least {array.min_successes} must succeed")
    elif array.WhichOneof("success_criteria") and array.min_success_ratio != 1:
        parts.append(f"at least {array.min_success_ratio:.0%} must succeed")
    return ", ".join(["for each item", *parts])


def shortened(text: str, length: int = _MAX_LENGTH) -> str:
    """Return text that is not longer than a length."""
    return text if len(text) <= length else text[: length - 3] + "..."

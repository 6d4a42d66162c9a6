"""Conditions of a branch over literals. What a Python comparison would refuse is a `RunError`."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from flowidl.core.v1.condition_pb2 import ComparisonExpression, ConjunctionExpression
from flowidl.local.errors import RunError
from flowidl.values.simple import UTC

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flowidl.core.v1.condition_pb2 import BooleanExpression, Operand
    from flowidl.core.v1.literals_pb2 import Literal, Primitive, Scalar

_COMPARE: dict[int, Callable[[Any, Any], bool]] = {
    ComparisonExpression.EQ: operator.eq,
    ComparisonExpression.NEQ: operator.ne,
    ComparisonExpression.GT: operator.gt,
    ComparisonExpression.GTE: operator.ge,
    ComparisonExpression.LT: operator.lt,
    ComparisonExpression.LTE: operator.le,
}


def holds(expression: BooleanExpression, inputs: Mapping[str, Literal]) -> bool:
    """Tell whether a condition holds, from left to right, and no further than it takes.

    `inputs` are those of the branch node, to which the operands refer. Chains of any length are walked on a
    stack of our own.
    """
    waiting: list[BooleanExpression | int] = [expression]
    value = False
    while waiting:
        each = waiting.pop()
        if isinstance(each, int):
            # The left side is known; the right side is on the stack and counts only if it can change
            # anything.
            right = waiting.pop()
            if value == (each == ConjunctionExpression.AND):
                waiting.append(right)
        elif each.WhichOneof("expr") == "conjunction":
            both = each.conjunction
            waiting += [both.right_expression, int(both.operator), both.left_expression]
        else:
            value = _compared(each.comparison, inputs)
    return value


def _compared(comparison: ComparisonExpression, inputs: Mapping[str, Literal]) -> bool:
    left, right = _operand(comparison.left_value, inputs), _operand(comparison.right_value, inputs)
    try:
        return bool(_COMPARE[comparison.operator](left, right))
    except TypeError:
        names = left.__class__.__name__, right.__class__.__name__
        raise RunError(f"a condition compares a `{names[0]}` with a `{names[1]}`") from None


def _operand(operand: Operand, inputs: Mapping[str, Literal]) -> Any:
    kind = operand.WhichOneof("val")
    if kind == "var":
        if operand.var not in inputs:
            raise RunError(f"a condition reads `{operand.var}`, which the branch is not given")
        return plain(inputs[operand.var].scalar, operand.var)
    return _primitive(operand.primitive) if kind == "primitive" else plain(operand.scalar, "a constant")


def plain(scalar: Scalar, name: str) -> Any:
    """Return a plain value: a primitive or nothing, out of any unions around it."""
    while scalar.HasField("union"):
        scalar = scalar.union.value.scalar
    kind = scalar.WhichOneof("value")
    if kind == "none_type":
        return None
    if kind != "primitive":
        raise RunError(f"a condition reads `{name}`, which is no plain value")
    return _primitive(scalar.primitive)


def _primitive(value: Primitive) -> Any:
    kind = value.WhichOneof("value")
    if kind == "datetime":
        return value.datetime.ToDatetime(tzinfo=UTC)
    if kind == "duration":
        return value.duration.ToTimedelta()
    return None if kind is None else getattr(value, kind)

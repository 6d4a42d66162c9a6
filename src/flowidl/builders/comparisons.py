"""Comparisons of promised values, and conditions made of them."""

from __future__ import annotations

from typing import NoReturn

from flowidl.builders.sources import Promised, Source
from flowidl.core.v1.condition_pb2 import (
    BooleanExpression,
    ComparisonExpression,
    ConjunctionExpression,
    Operand,
)
from flowidl.core.v1.literals_pb2 import Scalar, Void
from flowidl.core.v1.types_pb2 import LiteralType, SimpleType
from flowidl.errors import BuildError
from flowidl.types import type_text
from flowidl.values.literals import literal, type_of
from flowidl.values.shapes import is_dict, is_list

_COMPARABLE = {
    SimpleType.INTEGER,
    SimpleType.FLOAT,
    SimpleType.STRING,
    SimpleType.BOOLEAN,
    SimpleType.DATETIME,
    SimpleType.DURATION,
}


class Condition:
    """A comparison, or several joined with `&` and `|`: the message, and the promises that it reads."""

    __slots__ = ("message", "sources")

    def __init__(self, message: BooleanExpression, sources: tuple[Source, ...]) -> None:
        self.message = message
        self.sources = sources

    def __and__(self, other: Condition) -> Condition:
        return _joined(ConjunctionExpression.AND, self, other)

    def __or__(self, other: Condition) -> Condition:
        return _joined(ConjunctionExpression.OR, self, other)

    def __bool__(self) -> NoReturn:
        raise BuildError(
            "a condition has no truth value while a workflow is being built",
            help="write `(a > 1) & (b < 2)` for `and`, `|` for `or`, the opposite comparison for `not`",
        )

    def __repr__(self) -> str:
        return f"<condition on {', '.join(map(str, self.sources))}>"


def compare(first: Source, operator: str, right: object) -> Condition:
    """Return the condition that compares what is promised with what else is promised, or with a constant.

    `operator` is the name of a `ComparisonExpression.Operator`. Both sides must be of one primitive type,
    as the back end compares nothing else, and truth values are only equal or not. A constant `None` asks
    whether the promise is none.
    """
    given = [first]
    if isinstance(right, Source):
        given.append(right)
        _check_kinds(first, operator, right.type, str(right))
        value = Operand(var=variable_of(right))
    elif right is None:
        value = Operand(scalar=Scalar(none_type=Void()))
    else:
        value = _constant(first, operator, right)
    expression = ComparisonExpression(
        operator=ComparisonExpression.Operator.Value(operator),
        left_value=Operand(var=variable_of(first)),
        right_value=value,
    )
    return Condition(BooleanExpression(comparison=expression), tuple(given))


def _constant(source: Source, operator: str, value: object) -> Operand:
    if is_list(value) or is_dict(value):
        raise BuildError(
            f"`{source}` is compared with a value of type `{value.__class__.__qualname__}`",
            rule="operand-not-primitive",
            help="compare in a task that returns a boolean",
        )
    known = source.type.WhichOneof("type") == "enum_type"
    _check_kinds(source, operator, source.type if known else type_of(value), repr(value))
    return Operand(
        primitive=literal(value, source.type if known else None, name=str(source)).scalar.primitive
    )


def _check_kinds(source: Source, operator: str, other: LiteralType, spelled: str) -> None:
    for type, name in ((source.type, str(source)), (other, spelled)):
        if not _is_primitive(type):
            raise BuildError(
                f"`{name}` is of type `{type_text(type)}`, which cannot be compared",
                rule="operand-not-primitive",
                help="compare in a task that returns a boolean",
            )
    left, right = _kind(source.type), _kind(other)
    if SimpleType.STRUCT not in (left, right) and left != right:
        raise BuildError(
            f"`{source}` (`{type_text(source.type)}`) is compared with `{spelled}` (`{type_text(other)}`)",
            rule="mismatched-operands",
            help="compare values of one type",
        )
    if left == SimpleType.BOOLEAN and operator not in ("EQ", "NEQ"):
        raise BuildError(
            f"the truth value `{source}` is put into an order",
            rule="order-of-truth-values",
            help="use `.is_true()` or `.is_false()`",
        )


def _is_primitive(type: LiteralType) -> bool:
    """Tell whether a type may be compared; a part of an untyped structure may."""
    kind = type.WhichOneof("type")
    return kind == "enum_type" or (
        kind == "simple" and (type.simple in _COMPARABLE or _kind(type) == SimpleType.STRUCT)
    )


def _kind(type: LiteralType) -> int:
    return SimpleType.STRING if type.HasField("enum_type") else type.simple


def _joined(
    operator: ConjunctionExpression.LogicalOperator.ValueType, left: Condition, right: Condition
) -> Condition:
    check_condition(right)
    message = ConjunctionExpression(
        operator=operator, left_expression=left.message, right_expression=right.message
    )
    return Condition(BooleanExpression(conjunction=message), left.sources + right.sources)


def variable_of(source: Source) -> str:
    """Return the name under which a branch reads a promise: `n0.o0`, `.x` for an input, and its path."""
    steps = "".join(f"[{step!r}]" for step in source.path)
    return f"{source.node_id}.{source.var}{steps}"


def check_condition(value: object) -> Condition:
    """Return a value that is a condition, refusing any other."""
    if isinstance(value, Condition):
        return value
    kind = "promise" if isinstance(value, Promised) else value.__class__.__qualname__
    raise BuildError(
        f"a `{kind}` is not a condition",
        rule="missing-condition",
        help="compare a promise, as in `x > 10`, or test a boolean with `.is_true()`",
    )

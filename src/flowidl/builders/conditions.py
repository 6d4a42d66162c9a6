"""Conditionals: `conditional("size").if_(n > 10).then(...).elif_(...).then(...).else_().then(...)`.

Comparing promises gives a `Condition`, and `&` and `|` join them. Each branch is one step, which must not be
placed before; the chain ends with `else_()`, where it becomes a step itself, to be placed like any other.
"""

from __future__ import annotations

from typing import NoReturn

from flowidl.builders.bindings import castable
from flowidl.builders.nodes import NOTHING, Step, upstream_ids
from flowidl.builders.promises import NodeHandle, Promise, Source, reference, source_of
from flowidl.core.v1.condition_pb2 import (
    BooleanExpression,
    ComparisonExpression,
    ConjunctionExpression,
    Operand,
)
from flowidl.core.v1.literals_pb2 import Binding, BindingData, RetryStrategy, Scalar, Void
from flowidl.core.v1.types_pb2 import Error, LiteralType, SimpleType
from flowidl.core.v1.workflow_pb2 import BranchNode, IfBlock, IfElseBlock, Node, NodeMetadata
from flowidl.errors import BuildError
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
_DEFAULT_MESSAGE = "Condition failed"


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


def comparison(left: Promise, operator: str, right: object) -> Condition:
    """Return the condition that compares a promise with another promise or a constant.

    `operator` is the name of a `ComparisonExpression.Operator`. Both sides must be of one primitive type,
    as the back end compares nothing else, and truth values are only equal or not. A constant `None` asks
    whether the promise is none.
    """
    first = source_of(left)
    given = [first]
    if isinstance(right, Promise | NodeHandle):
        second = source_of(right)
        given.append(second)
        _check_kinds(first, operator, second.type, str(second))
        value = Operand(var=_var(second))
    elif right is None:
        value = Operand(scalar=Scalar(none_type=Void()))
    else:
        value = _constant(first, operator, right)
    expression = ComparisonExpression(
        operator=ComparisonExpression.Operator.Value(operator),
        left_value=Operand(var=_var(first)),
        right_value=value,
    )
    return Condition(BooleanExpression(comparison=expression), tuple(given))


def _constant(source: Source, operator: str, value: object) -> Operand:
    if is_list(value) or is_dict(value):
        raise BuildError(
            f"`{source}` is compared with a `{value.__class__.__qualname__}`",
            rule="operand-not-primitive",
            help="compare in a task that returns a boolean",
        )
    known = source.type.WhichOneof("type") == "enum_type"
    _check_kinds(source, operator, source.type if known else type_of(value), repr(value))
    return Operand(
        primitive=literal(value, source.type if known else None, name=str(source)).scalar.primitive
    )


def _check_kinds(source: Source, operator: str, other: LiteralType, spelled: str) -> None:
    from flowidl.types import type_text

    for type, name in ((source.type, str(source)), (other, spelled)):
        if not _is_primitive(type):
            raise BuildError(
                f"`{name}` is a `{type_text(type)}`, which cannot be compared",
                rule="operand-not-primitive",
                help="compare in a task that returns a boolean",
            )
    left, right = _kind(source.type), _kind(other)
    if SimpleType.STRUCT not in (left, right) and left != right:
        raise BuildError(
            f"`{source}`, a `{type_text(source.type)}`, is compared with `{spelled}`, a `{type_text(other)}`",
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
    _check_condition(right)
    message = ConjunctionExpression(
        operator=operator, left_expression=left.message, right_expression=right.message
    )
    return Condition(BooleanExpression(conjunction=message), left.sources + right.sources)


def _check_condition(value: object) -> Condition:
    if isinstance(value, Condition):
        return value
    kind = "promise" if isinstance(value, Promise | NodeHandle) else value.__class__.__qualname__
    raise BuildError(
        f"a `{kind}` is not a condition",
        rule="missing-condition",
        help="compare a promise, as in `x > 10`, or test a boolean with `.is_true()`",
    )


def _var(source: Source) -> str:
    """Return the name under which a branch reads a promise: `n0.o0`, `.x` for an input, and its path."""
    steps = "".join(f"[{step!r}]" for step in source.path)
    return f"{source.node_id}.{source.var}{steps}"


class _Arms:
    """The branches of a conditional so far."""

    __slots__ = ("cases", "name")

    def __init__(self, name: str, cases: tuple[tuple[Condition, Step], ...] = ()) -> None:
        self.name = name
        self.cases = cases

    def check(self, step: object) -> Step:
        """Return the step of a branch, refusing what a branch cannot be."""
        if isinstance(step, Step):
            return step
        if isinstance(step, Promise | NodeHandle):
            raise BuildError(
                f"a branch of conditional `{self.name}` is a value, and not a step",
                help="give `call(...)` itself to `then`; to pass a value on, call a task that returns it",
            )
        several = isinstance(step, list | tuple)
        raise BuildError(
            f"a branch of conditional `{self.name}` is a `{step.__class__.__qualname__}`",
            help="make a sub-workflow of several steps"
            if several
            else "give one step, as `call(...)` makes it",
        )


class Conditional:
    """The start of a conditional."""

    __slots__ = ("_arms",)

    def __init__(self, arms: _Arms) -> None:
        self._arms = arms

    def if_(self, condition: Condition) -> When:
        """Return the first branch, to be continued with `then`."""
        return When(self._arms, _check_condition(condition))


class When:
    """A branch whose condition is known, and whose step is not."""

    __slots__ = ("_arms", "_condition")

    def __init__(self, arms: _Arms, condition: Condition) -> None:
        self._arms = arms
        self._condition = condition

    def then(self, step: Step) -> Then:
        """Return the conditional with this branch, to be continued with `elif_` or `else_`."""
        arms = self._arms
        return Then(_Arms(arms.name, (*arms.cases, (self._condition, arms.check(step)))))

    def fail(self, message: str = "") -> NoReturn:
        """Refuse: definitions have room for one failure, that of the default branch."""
        raise BuildError(
            f"conditional `{self._arms.name}` fails in a branch with a condition (`{message}`)",
            help="only `else_()` can fail; call a task that raises",
        )


class Then:
    """A conditional that lacks its default branch, without which it is none."""

    __slots__ = ("_arms",)

    def __init__(self, arms: _Arms) -> None:
        self._arms = arms

    @property
    def name(self) -> str:
        """The conditional's name."""
        return self._arms.name

    def elif_(self, condition: Condition) -> When:
        """Return the next branch, to be continued with `then`."""
        return When(self._arms, _check_condition(condition))

    def else_(self) -> Otherwise:
        """Return the default branch, to be continued with `then` or `fail`."""
        return Otherwise(self._arms)


class Otherwise:
    """The default branch of a conditional."""

    __slots__ = ("_arms",)

    def __init__(self, arms: _Arms) -> None:
        self._arms = arms

    def then(self, step: Step) -> Step:
        """Return the conditional as a step that ends with running `step`."""
        return _branch(self._arms, self._arms.check(step), "")

    def fail(self, message: str = "") -> Step:
        """Return the conditional as a step that fails if no condition holds."""
        return _branch(self._arms, None, message or _DEFAULT_MESSAGE)


def conditional(name: str) -> Conditional:
    """Return the start of a conditional. Its name shows in user interfaces."""
    return Conditional(_Arms(name))


def _branch(arms: _Arms, default: Step | None, message: str) -> Step:
    blocks = [IfBlock(condition=when.message, then_node=step.message) for when, step in arms.cases]
    if_else = IfElseBlock(case=blocks[0], other=blocks[1:])
    if default is None:
        if_else.error.CopyFrom(Error(failed_node_id=arms.name, message=message))
    else:
        if_else.else_node.CopyFrom(default.message)
    steps = [step for _, step in arms.cases] + ([] if default is None else [default])
    read = [source for when, _ in arms.cases for source in when.sources]
    node = Node(
        metadata=NodeMetadata(name=arms.name, retries=RetryStrategy()),
        inputs=_operands(read),
        upstream_node_ids=upstream_ids(read),
        branch_node=BranchNode(if_else=if_else),
    )
    inner = [source for step in steps for source in step.sources]
    needs = NOTHING
    for step in steps:
        needs = needs.joined(step.needs)
    return Step(node, _common(arms.name, steps), (*read, *inner), needs)


def _operands(read: list[Source]) -> list[Binding]:
    """Return one binding for each promise that conditions read, sorted by its name."""
    named = {_var(source): source for source in read}
    return [Binding(var=var, binding=BindingData(promise=reference(named[var]))) for var in sorted(named)]


def _common(name: str, steps: list[Step]) -> dict[str, LiteralType]:
    """Return the outputs that all branches have, in the order of the first, which must be of one type."""
    common = {
        output: type
        for output, type in steps[0].outputs.items()
        if all(output in step.outputs for step in steps)
    }
    for output, type in common.items():
        for step in steps[1:]:
            other = step.outputs[output]
            if not (castable(type, other) and castable(other, type)):
                from flowidl.types import type_text

                raise BuildError(
                    f"the branches of conditional `{name}` disagree about `{output}`: "
                    f"it is `{type_text(type)}` and `{type_text(other)}`",
                    rule="disagreeing-alternatives",
                    help="let all of them return one type",
                )
    return common

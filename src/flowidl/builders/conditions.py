"""Conditionals: `conditional("size").if_(n > 10).then(...).elif_(...).then(...).else_().then(...)`.

Comparing promises gives a `Condition`, and `&` and `|` join them. Each branch is one step, which must not be
placed before; the chain ends with `else_()`, where it becomes a step itself, to be placed like any other.
"""

from __future__ import annotations

from typing import NoReturn

from flowidl.builders.bindings import castable
from flowidl.builders.comparisons import Condition, check_condition, variable_of
from flowidl.builders.nodes import NOTHING, Step, upstream_ids
from flowidl.builders.promises import NodeHandle, Promise, reference
from flowidl.builders.sources import Source
from flowidl.core.v1.literals_pb2 import Binding, BindingData, RetryStrategy
from flowidl.core.v1.types_pb2 import Error, LiteralType
from flowidl.core.v1.workflow_pb2 import BranchNode, IfBlock, IfElseBlock, Node, NodeMetadata
from flowidl.errors import BuildError

_DEFAULT_MESSAGE = "Condition failed"


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
            f"a branch of conditional `{self.name}` is of type `{step.__class__.__qualname__}`",
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
        return When(self._arms, check_condition(condition))


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
        return When(self._arms, check_condition(condition))

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
    named = {variable_of(source): source for source in read}
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

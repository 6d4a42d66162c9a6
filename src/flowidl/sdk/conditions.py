"""Conditionals in a body: `conditional("size").if_(n > 3).then(small(n=n)).else_().then(large(n=n))`.

A branch is one call, written inside of `then(...)`. It leaves the body for its branch; a call nested in it
stays in
the body, before the conditional. The chain ends with `else_()`, and its value is the outputs that all
branches have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowidl import builders
from flowidl.builders.conditions import Otherwise as _Otherwise
from flowidl.builders.conditions import Then as _Then
from flowidl.builders.conditions import When as _When
from flowidl.builders.promises import source_of
from flowidl.errors import BuildError
from flowidl.sdk.promises import Outputs, Promise, VoidPromise
from flowidl.sdk.trace import Section, Trace, tracing

if TYPE_CHECKING:
    from flowidl.builders.nodes import Step


def _condition(given: object) -> builders.Condition:
    """Return a condition, refusing what only looks like one."""
    if isinstance(given, builders.Condition):
        return given
    if isinstance(given, builders.Promise):
        raise BuildError(
            f"`{source_of(given)}` is a value, and not a condition",
            rule="missing-condition",
            help="test a boolean with `.is_true()`, compare anything else",
        )
    raise BuildError(
        f"a `{given.__class__.__qualname__}` is not a condition",
        rule="missing-condition",
        help="compare a promise, as in `x > 10`; join comparisons with `&` and `|`, each in parentheses",
    )


def conditional(name: str) -> ConditionalSection:
    """Return the start of a conditional in the body that is being read."""
    trace = tracing()
    if trace is None:
        raise BuildError(
            f"conditional `{name}` is outside of a workflow's body",
            help="write it in a function with `@workflow`",
        )
    section = Section(name, len(trace.calls))
    trace.sections.append(section)
    return ConditionalSection(trace, section)


class _Part:
    """A conditional that is being written."""

    __slots__ = ("_section", "_trace")

    def __init__(self, trace: Trace, section: Section) -> None:
        self._trace = trace
        self._section = section

    def _branch(self, handle: object) -> Step:
        """Return the step of what `then` was given, taken out of the body."""
        name = self._section.name
        if isinstance(handle, Promise) and source_of(handle).path:
            raise BuildError(
                f"a branch of conditional `{name}` is a part of what a call gives",
                help="give the call itself",
            )
        if isinstance(handle, Outputs | Promise | VoidPromise):
            return self._trace.claim(handle, self._section)
        if isinstance(handle, list | tuple):
            raise BuildError(
                f"a branch of conditional `{name}` is several values",
                help="make a sub-workflow of several calls",
            )
        raise BuildError(
            f"a branch of conditional `{name}` is of type `{handle.__class__.__qualname__}`",
            help="give a call; to pass a value on, call a task that returns it",
        )

    def _end(self, step: Step) -> Any:
        handle = self._trace.make(step)
        self._section.call = self._trace.calls[-1]
        return handle


class ConditionalSection(_Part):
    """The start of a conditional."""

    __slots__ = ()

    def if_(self, expr: Any) -> When:
        """Return the first branch, to be continued with `then`."""
        return When(
            self._trace, self._section, builders.conditional(self._section.name).if_(_condition(expr))
        )


class When(_Part):
    """A branch whose condition is known, and whose call is not."""

    __slots__ = ("_when",)

    def __init__(self, trace: Trace, section: Section, when: _When) -> None:
        super().__init__(trace, section)
        self._when = when

    def then(self, p: Any) -> Then:
        """Return the conditional with this branch, to be continued with `elif_` or `else_`."""
        return Then(self._trace, self._section, self._when.then(self._branch(p)))

    def fail(self, err: str = "") -> Any:
        """Refuse: definitions have room for one failure, that of the default branch."""
        self._when.fail(err)


class Then(_Part):
    """A conditional that lacks its default branch, without which it is none."""

    __slots__ = ("_then",)

    def __init__(self, trace: Trace, section: Section, then: _Then) -> None:
        super().__init__(trace, section)
        self._then = then

    def elif_(self, expr: Any) -> When:
        """Return the next branch, to be continued with `then`."""
        return When(self._trace, self._section, self._then.elif_(_condition(expr)))

    def else_(self) -> Otherwise:
        """Return the default branch, to be continued with `then` or `fail`."""
        return Otherwise(self._trace, self._section, self._then.else_())


class Otherwise(_Part):
    """The default branch of a conditional."""

    __slots__ = ("_otherwise",)

    def __init__(self, trace: Trace, section: Section, otherwise: _Otherwise) -> None:
        super().__init__(trace, section)
        self._otherwise = otherwise

    def then(self, p: Any) -> Any:
        """End the conditional with a call, and return the handle of what all branches give."""
        return self._end(self._otherwise.then(self._branch(p)))

    def fail(self, err: str = "") -> Any:
        """End the conditional with a failure, and return the handle of what all branches give."""
        return self._end(self._otherwise.fail(err))

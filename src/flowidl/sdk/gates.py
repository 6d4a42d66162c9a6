"""Gates: calls that wait, for an approval, for a value, or for a while.

In a body they are nodes. In plain Python they ask at once, in the words of a local run.
"""

from __future__ import annotations

import datetime
from typing import Any

from flowidl import builders
from flowidl.errors import BuildError
from flowidl.sdk.entities import SdkEntity
from flowidl.sdk.promises import Promise, VoidPromise, nothing_from
from flowidl.sdk.trace import tracing
from flowidl.values.signatures import Signature

Span = datetime.timedelta | float


class Gate(SdkEntity):
    """A gate, to be called: `Gate(name="ok")(value)` asks for approval of a value and passes it on.

    With `sleep_duration` the call takes nothing and waits. With `input_type` it takes nothing and gives the
    value that somebody enters. `timeout` is how long the gate may take, an hour if nothing is said.
    """

    kind = "gate"

    def __init__(
        self,
        name: str,
        input_type: Any = None,
        upstream_item: Any = None,
        sleep_duration: datetime.timedelta | None = None,
        timeout: Span | None = None,
    ) -> None:
        if input_type is not None and sleep_duration is not None:
            raise BuildError(f"gate `{name}` both sleeps and asks for a value", help="write two gates")
        outputs = {"o0": input_type} if input_type is not None else {}
        super().__init__(name, Signature(outputs=outputs))
        self.input_type = input_type
        self.sleep_duration = sleep_duration
        self.timeout = timeout
        self._upstream = upstream_item

    def __call__(self, *values: Any) -> Any:
        """Ask for approval of a value, or for a value, or wait."""
        if self.sleep_duration is not None or self.input_type is not None:
            if values:
                raise BuildError(f"gate `{self.name}` takes no value")
            trace = tracing()
            return self._place(trace) if trace is not None else self.run({})
        given = values or ((self._upstream,) if self._upstream is not None else ())
        if len(given) != 1:
            raise BuildError(
                f"gate `{self.name}` approves one value, and got {len(given)}",
                help="give the value, or `input_type` or `sleep_duration`",
            )
        return approve(given[0], self.name, timeout=self.timeout)

    def _place(self, trace: Any) -> Any:
        if self.input_type is not None:
            trace.signals[self.name] = self.input_type
        return trace.make(self.step({}), self.signature)

    def step(self, values: Any) -> builders.Step:
        """Return the step of a gate that sleeps or asks for a value."""
        if self.sleep_duration is not None:
            return builders.sleep(self.sleep_duration, timeout=self.timeout)
        if self.timeout is None:
            return builders.wait_for_input(self.name, self.input_type)
        return builders.wait_for_input(self.name, self.input_type, timeout=self.timeout)


def approve(upstream_item: Any, name: str, timeout: Span | None = None) -> Any:
    """Ask for approval of a value and return it: the handle of the gate in a body, else the value itself."""
    if isinstance(upstream_item, VoidPromise):
        raise nothing_from(upstream_item)
    if not isinstance(upstream_item, Promise):
        if tracing() is not None:
            raise BuildError(
                f"approval gate `{name}` gets a `{upstream_item.__class__.__qualname__}`",
                help="approve what a call gives",
            )
        return _ask_approval(name, upstream_item)
    trace = tracing()
    if trace is None:
        raise BuildError(f"approval gate `{name}` gets a promise outside of a workflow's body")
    if not _node_of(upstream_item):
        raise BuildError(
            f"approval gate `{name}` gets an input of the workflow", help="approve what a call gives"
        )
    step = (
        builders.approve(upstream_item, name=name)
        if timeout is None
        else builders.approve(upstream_item, name=name, timeout=timeout)
    )
    return trace.make(step)


def _ask_approval(name: str, value: Any) -> Any:
    """Ask at once, in the words of a local run."""
    from flowidl.local.answers import Gate as Question
    from flowidl.local.answers import TerminalAnswers
    from flowidl.local.errors import DisapprovedError
    from flowidl.local.options import current_settings
    from flowidl.values import literal
    from flowidl.values.literals import type_of

    type = type_of(value, name=name)
    answers = current_settings().answers or TerminalAnswers()
    if not answers.approve(Question(name, "", type), literal(value, type, name=name)):
        raise DisapprovedError(f"gate `{name}` was not approved", path="")
    return value


def _node_of(promise: Promise) -> str:
    from flowidl.builders.promises import source_of

    return source_of(promise).node_id


def wait_for_input(name: str, timeout: Span | None = None, expected_type: Any = None) -> Any:
    """Ask for a value of a type and return it: the handle of the gate in a body, else the value itself."""
    if expected_type is None:
        raise BuildError(f"input gate `{name}` expects nothing", help="give its `expected_type`")
    return Gate(name, input_type=expected_type, timeout=timeout)()


def sleep(duration: datetime.timedelta, timeout: Span | None = None) -> Any:
    """Wait. In a local run this says how long it would take, unless the run is told to wait."""
    return Gate("sleep-gate", sleep_duration=duration, timeout=timeout)()

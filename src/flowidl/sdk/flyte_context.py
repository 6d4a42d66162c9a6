"""Contexts as the methods of `PythonFunctionTask` take them: how a task runs, where a body is read, settings.

A call needs none of these: it knows by itself where it is. They are there for who calls the methods.
"""

from __future__ import annotations

import enum
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

from flowidl.builders.workflows import WorkflowBuilder
from flowidl.core.v1.literals_pb2 import Literal, LiteralMap
from flowidl.errors import BuildError
from flowidl.sdk.execution import current_context
from flowidl.sdk.promises import Promise, VoidPromise, tuple_of
from flowidl.sdk.running import dispatch, literal_of
from flowidl.sdk.settings import LOCAL, SerializationSettings
from flowidl.sdk.trace import Trace, tracing
from flowidl.sdk.views import NodeView
from flowidl.values import literal_type, to_literal

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from flowidl.core.v1.types_pb2 import LiteralType


class Mode(enum.Enum):
    """How tasks are executed: by a back end, or on this machine alone or as part of a workflow."""

    TASK_EXECUTION = 1
    LOCAL_WORKFLOW_EXECUTION = 2
    LOCAL_TASK_EXECUTION = 3
    DYNAMIC_TASK_EXECUTION = 4
    EAGER_EXECUTION = 5
    EAGER_LOCAL_EXECUTION = 6
    LOCAL_DYNAMIC_TASK_EXECUTION = 7


_Mode = Mode


@dataclass(frozen=True)
class ExecutionState:
    """How tasks are executed."""

    Mode: ClassVar = Mode

    mode: _Mode | None = None
    working_dir: Any = None

    def with_params(self, mode: _Mode | None = None, **others: Any) -> ExecutionState:
        """Return this state with another mode."""
        return replace(self, mode=mode or self.mode)


class CompilationState:
    """A body that is being read."""

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self.trace = Trace(WorkflowBuilder("body", allow_empty=True), "the body of this context")

    @property
    def nodes(self) -> list[Any]:
        """The nodes of the calls so far."""
        views: list[Any] = []
        for call in self.trace.calls:
            message = call.step.with_overrides(id=call.step.message.id or call.id).message
            views.append(NodeView(message, call.entity))
        return views


@dataclass(frozen=True)
class FlyteContext:
    """What surrounds a call of a method: how tasks are executed, a body, settings."""

    execution_state: ExecutionState = field(default_factory=ExecutionState)
    compilation_state: CompilationState | None = None
    serialization_settings: SerializationSettings | None = None

    def new_execution_state(self, working_dir: Any = None) -> ExecutionState:
        """Return a fresh state."""
        return ExecutionState(working_dir=working_dir)

    def new_compilation_state(self, prefix: str = "") -> CompilationState:
        """Return an empty body."""
        return CompilationState(prefix)

    def with_execution_state(self, es: ExecutionState) -> FlyteContext:
        """Return this context with another state."""
        return replace(self, execution_state=es)

    def with_compilation_state(self, c: CompilationState) -> FlyteContext:
        """Return this context with another body."""
        return replace(self, compilation_state=c)

    def with_serialization_settings(self, ss: SerializationSettings) -> FlyteContext:
        """Return this context with other settings."""
        return replace(self, serialization_settings=ss)

    def with_new_compilation_state(self) -> FlyteContext:
        """Return this context with an empty body."""
        return self.with_compilation_state(CompilationState())

    def build(self) -> FlyteContext:
        """Return the context itself."""
        return self

    new_builder = build

    @property
    def user_space_params(self) -> Any:
        """What a running task may ask for."""
        return user_parameters()


_CURRENT: ContextVar[FlyteContext] = ContextVar("flowidl.sdk.flyte_context", default=FlyteContext())  # noqa: B039  # it is frozen


class FlyteContextManager:
    """The current context, and blocks with another one."""

    @staticmethod
    def current_context() -> FlyteContext:
        """Return the current context."""
        return _CURRENT.get()

    @staticmethod
    @contextmanager
    def with_context(b: FlyteContext) -> Generator[FlyteContext]:
        """Let another context be the current one inside of a block."""
        token = _CURRENT.set(b)
        try:
            yield b
        finally:
            _CURRENT.reset(token)


def in_task_execution(ctx: FlyteContext) -> bool:
    """Tell whether tasks are executed as a back end does."""
    return ctx.execution_state.mode is Mode.TASK_EXECUTION


def settings_of(ctx: FlyteContext) -> SerializationSettings:
    """Return the settings of a context."""
    return ctx.serialization_settings or LOCAL


def body_of(ctx: FlyteContext) -> Trace:
    """Return the body that a context, or else the calling code, is part of."""
    state = ctx.compilation_state
    trace = state.trace if state is not None else tracing()
    if trace is None:
        raise BuildError("there is no body to add a node to", help="use `ctx.with_compilation_state(...)`")
    return trace


def user_parameters() -> Any:
    """Return what a running task may ask for."""
    return current_context()


def local_execute(task: Any, values: Mapping[str, Any]) -> Any:
    """Run a task for values or resolved promises, and return resolved promises."""
    inputs = LiteralMap()
    for name, value in task.keywords((), dict(values)).items():
        literal = (
            value.val
            if isinstance(value, Promise) and value.is_ready
            else literal_of(value, task.signature.inputs[name], name)
        )
        inputs.literals[name].CopyFrom(literal)
    for name, default in task.bound(inputs.literals).items():
        if name not in inputs.literals:
            inputs.literals[name].CopyFrom(literal_of(default, task.signature.inputs[name], name))
    outputs = dispatch(task, inputs)
    if not task.signature.outputs:
        return VoidPromise(None, task.name)
    return resolved(task, outputs)


def resolved(task: Any, outputs: LiteralMap) -> Any:
    """Return resolved promises for literals, as a call gives handles."""
    made = [Promise.resolved(name, outputs.literals[name]) for name in task.signature.outputs]
    return made[0] if not task.signature.several else tuple_of(task.signature, made)


class TypeEngine:
    """Annotations, values and literals: `flowidl.values` under the SDK's names."""

    @staticmethod
    def to_literal_type(python_type: Any) -> LiteralType:
        """Return the literal type of an annotation."""
        return literal_type(python_type)

    @staticmethod
    def to_literal(ctx: Any, python_val: Any, python_type: Any, expected: Any = None) -> Literal:
        """Return a value as a literal."""
        return to_literal(python_val, python_type)

    @staticmethod
    def to_python_value(ctx: Any, lv: Literal, expected_python_type: Any) -> Any:
        """Return a literal as a value."""
        from flowidl.values import from_literal

        return from_literal(lv, expected_python_type)


def literal_map(literals: Mapping[str, Literal] | None = None) -> LiteralMap:
    """Return a map of literals: the message, with its one field given by position."""
    return LiteralMap(literals=literals or {})

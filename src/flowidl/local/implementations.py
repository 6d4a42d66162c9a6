"""How a task's function is run: the one way, for local runs and for containers.

An `Implementation` takes the task's template, its inputs as literals and a context, and gives outputs as
literals; or, for a dynamic task, the job that is to run in its place. `function` makes one of a plain
Python function.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import os
import threading
import typing
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
from flowidl.core.v1.literals_pb2 import LiteralMap
from flowidl.errors import BuildError
from flowidl.local.context import TaskContext, in_context
from flowidl.tuples import NamedTuple
from flowidl.values.annotations import Whose, converter_of
from flowidl.values.places import Folder, current_place, in_place
from flowidl.values.shapes import is_tuple

if TYPE_CHECKING:
    from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
    from flowidl.core.v1.compiler_pb2 import CompiledWorkflowClosure
    from flowidl.core.v1.tasks_pb2 import TaskTemplate
    from flowidl.values.converter import Converter


class DynamicJob(NamedTuple):
    """A job with what its nodes need: functions, and the launch plans that it starts with their workflows."""

    spec: DynamicJobSpec
    functions: Mapping[str, Callable[..., Any]] = {}
    launch_plans: tuple[LaunchPlan, ...] = ()
    closures: tuple[CompiledWorkflowClosure, ...] = ()
    #: The annotations of what gates ask for, by signal.
    signals: Mapping[str, Any] = {}


Result = LiteralMap | DynamicJobSpec | DynamicJob


class Implementation(Protocol):
    """How a task is executed."""

    def __call__(
        self, task: TaskTemplate, inputs: LiteralMap, context: TaskContext, /
    ) -> Result | Awaitable[Result]:
        """Return the task's outputs, or the job to run in its place."""
        ...


class FunctionImplementation:
    """The implementation by a plain Python function.

    Literals become arguments, the result becomes literals.
    """

    #: Tells an implementation from a plain function.
    is_implementation = True

    def __init__(
        self,
        function: Callable[..., Any],
        inputs: Mapping[str, Any] | None = None,
        outputs: Mapping[str, Any] | None = None,
    ) -> None:
        self.function = function
        self._inputs = inputs
        self._outputs = outputs
        self._converters: tuple[dict[str, Converter], dict[str, Converter]] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_converters": None}

    def __call__(
        self, task: TaskTemplate, inputs: LiteralMap, context: TaskContext, /
    ) -> Result | Awaitable[Result]:
        """Run the function."""
        takes, gives = self._converters or self._made(task)
        arguments = read_all(inputs, takes, task.id.name)
        result = self.function(**arguments)
        if inspect.isawaitable(result):
            return self._awaited(result, gives, task.id.name)
        return self._written(result, gives, task.id.name)

    async def _awaited(self, result: Awaitable[Any], gives: Mapping[str, Converter], name: str) -> Result:
        return self._written(await result, gives, name)

    def _written(self, result: Any, gives: Mapping[str, Converter], name: str) -> Result:
        if isinstance(result, LiteralMap | DynamicJobSpec | DynamicJob):
            return result
        return write_all(result, gives, name)

    def _made(self, task: TaskTemplate) -> tuple[dict[str, Converter], dict[str, Converter]]:
        """Work out the converters once: from annotations, else from the task's interface."""
        declared = task.interface
        hints = _hints(self.function)
        takes = dict(self._inputs) if self._inputs is not None else _parameters(self.function, hints)
        gives = self._outputs
        if gives is None and "return" in hints:
            from flowidl.builders.interfaces import output_types

            gives = output_types(hints["return"])
        inputs: Mapping[str, Any] = {
            name: takes.get(name, variable.type) for name, variable in declared.inputs.variables.items()
        }
        if not task.HasField("interface"):  # a stand-in for what is not here
            inputs = takes
        if gives is None:
            gives = {name: variable.type for name, variable in sorted(declared.outputs.variables.items())}
        self._converters = _converters(inputs, "input", task), _converters(gives, "output", task)
        return self._converters


def function(
    fn: Callable[..., Any],
    *,
    inputs: Mapping[str, Any] | None = None,
    outputs: Mapping[str, Any] | None = None,
) -> Implementation:
    """Return the implementation of a task by a plain function, which may be async.

    `inputs` and `outputs` (name -> annotation, outputs in order) come from the signature if they are not
    given, and from the task's interface where there is no annotation.
    """
    return FunctionImplementation(fn, inputs, outputs)


def as_implementation(given: Callable[..., Any]) -> Implementation:
    """Return an implementation as it is, and the one by a plain function."""
    if getattr(given, "is_implementation", False):
        return given
    return FunctionImplementation(given)


def _hints(fn: Callable[..., Any]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(inspect.unwrap(fn), include_extras=True)
    except (TypeError, NameError):  # a callable object, or annotations that cannot be resolved
        return {}


def _parameters(fn: Callable[..., Any], hints: Mapping[str, Any]) -> dict[str, Any]:
    return {name: hint for name, hint in hints.items() if name != "return"}


def _converters(types: Mapping[str, Any], side: str, task: TaskTemplate) -> dict[str, Converter]:
    return {
        name: converter_of(type, Whose(f"{side} `{name}` of task `{task.id.name}`"))
        for name, type in types.items()
    }


def read_all(inputs: LiteralMap, takes: Mapping[str, Converter], owner: str) -> dict[str, Any]:
    """Return literals as arguments; those that are absent are left to the function's own defaults."""
    found = inputs.literals
    return {
        name: converter.read(found[name], f"{name} of {owner}")
        for name, converter in takes.items()
        if name in found
    }


def write_all(result: Any, gives: Mapping[str, Converter], owner: str) -> LiteralMap:
    """Return a function's result as literals: one value, or as many as there are outputs, in order."""
    if not gives:
        return LiteralMap()
    values = _split(result, list(gives), owner)
    written = LiteralMap()
    for (name, converter), value in zip(gives.items(), values, strict=True):
        written.literals[name].CopyFrom(converter.write(value, f"output {name} of {owner}"))
    return written


def _split(result: Any, names: list[str], owner: str) -> tuple[Any, ...]:
    if len(names) == 1:
        alone = is_tuple(result) and getattr(result, "_fields", None) == tuple(names)
        return result if alone else (result,)
    if is_tuple(result) and len(result) == len(names):
        return result
    given = f"{len(result)}" if is_tuple(result) else "one value"
    raise BuildError(
        f"`{owner}` has {len(names)} outputs ({', '.join(names)}), and its function gave {given}"
    )


# Running one


class Options(NamedTuple):
    """How a task is surrounded while it runs."""

    #: Set the variables of the task's container in this process.
    environment: bool = True
    #: Seconds after which the task counts as failed; 0 for never.
    timeout: float = 0


def execute(
    task: TaskTemplate,
    inputs: LiteralMap,
    implementation: Callable[..., Any],
    context: TaskContext | None = None,
    options: Options | None = None,
) -> Result:
    """Run a task: its function in its context, with its environment; an awaitable result is waited for.

    Whatever the function raises comes out unchanged.
    """
    context = context or TaskContext(task=task.id.name)
    options = options or Options()
    run = as_implementation(implementation)
    place = Folder(context.raw_output_prefix) if context.raw_output_prefix else current_place()
    with in_context(context), in_place(place), _environment(task if options.environment else None):
        if options.timeout:
            return _within(options.timeout, lambda: _finished(run(task, inputs, context)), context)
        return _finished(run(task, inputs, context))


@contextmanager
def _environment(task: TaskTemplate | None) -> Generator[None]:
    """Set the variables of a task's container for a block."""
    if task is None or not task.container.env:
        yield
        return
    wanted = {pair.key: pair.value for pair in task.container.env}
    before = {key: os.environ.get(key) for key in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value


def _finished(result: Result | Awaitable[Result]) -> Result:
    """Wait for an awaitable result, in a thread of its own if this one is running an event loop already."""
    if not inspect.isawaitable(result):
        return result

    async def wait() -> Result:
        return await result

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(wait())
    return _in_thread(lambda: asyncio.run(wait()), None)


def _within(seconds: float, work: Callable[[], Result], context: TaskContext) -> Result:
    from flowidl.local.errors import TimedOutError

    try:
        return _in_thread(work, seconds)
    except TimeoutError as error:
        if error.args != (_LATE,):
            raise
        raise TimedOutError(
            f"task `{context.task}` did not end within {seconds:g} s", path=context.path
        ) from None


_LATE = "the thread did not end in time"


def _in_thread(work: Callable[[], Result], seconds: float | None) -> Result:
    """Run something in a thread with a copy of this one's context; a thread that is late is left behind."""
    found: list[Result] = []
    failed: list[BaseException] = []
    context = contextvars.copy_context()

    def target() -> None:
        try:
            found.append(context.run(work))
        except BaseException as error:  # handed over to the thread that waits
            failed.append(error)

    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not found:
        raise TimeoutError(_LATE)
    return found[0]

"""Map tasks and arrays: a task, a launch plan or a reference, run for each element of lists.

`map_task(t)` maps a task of a function, `map_task(plan)` and `ArrayNode(plan)` what is registered by itself.
Inputs given by
`functools.partial`, or named in `bound_inputs`, are the same for all elements; the others become lists.
"""

from __future__ import annotations

import functools
import hashlib
from functools import cached_property
from types import GenericAlias
from typing import TYPE_CHECKING, Any, Optional

from flowidl import builders
from flowidl.builders.arrays import legacy_map
from flowidl.builders.interfaces import interface
from flowidl.builders.nodes import Needs
from flowidl.errors import BuildError
from flowidl.sdk.entities import SdkEntity
from flowidl.sdk.function_tasks import ExecutionBehavior, PythonFunctionTask
from flowidl.sdk.launch_plans import LaunchPlan
from flowidl.sdk.references import ReferenceEntity, ReferenceWorkflow
from flowidl.sdk.running import run_alone
from flowidl.sdk.settings import LOCAL, SerializationSettings
from flowidl.sdk.tasks import Task
from flowidl.values.signatures import Signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowidl.admin.v1.task_pb2 import TaskSpec
    from flowidl.builders.arrays import MappedTask
    from flowidl.builders.nodes import Entity, Step
    from flowidl.core.v1.interface_pb2 import TypedInterface


class _Mapped(Task):
    """A task that runs another one for each element of lists."""

    kind = "map task"
    task: PythonFunctionTask
    bound_inputs: set[str]
    values: dict[str, Any]

    @property
    def python_function_task(self) -> PythonFunctionTask:
        """The task that is mapped."""
        return self.task

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Map; inputs that are left out and have a default are the same for all elements."""
        given = self.keywords(args, kwargs)
        own = self.task.signature
        left_out = {
            name: own.defaults[name]
            for name in self.signature.inputs
            if name not in given and name not in self.values and name in own.defaults
        }
        if left_out:
            return self.binding({**self.values, **left_out})(**given)
        return super().__call__(**given)

    def binding(self, values: dict[str, Any]) -> _Mapped:
        """Return the same map with other values bound."""
        raise NotImplementedError

    def with_values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the inputs of a call: what it gives, and what was bound."""
        complete = {**self.values, **values}
        for name in self.signature.inputs:
            if name not in complete:
                raise self.missing(name)
        return complete

    def run(self, values: dict[str, Any]) -> Any:
        """Run by itself and return Python values."""
        return run_alone(self, self.with_values(values))

    def same_as(self, other: SdkEntity) -> bool:
        """Tell whether another map task of this name is one of the same task."""
        return isinstance(other, _Mapped) and self.kind == other.kind and self.task is other.task

    @property
    def typed_interface(self) -> TypedInterface:
        """The interface's message."""
        return self.spec.template.interface

    @property
    def implementation(self) -> Any:
        """What runs one element."""
        return self.task.implementation


class ArrayNodeMapTask(_Mapped):
    """A task of a function, mapped over lists. `bound_inputs` are the same for all elements."""

    def __init__(
        self,
        python_function_task: Any,
        concurrency: int | None = None,
        min_successes: int | None = None,
        min_success_ratio: float | None = None,
        bound_inputs: set[str] | None = None,
        bound_inputs_values: Mapping[str, Any] | None = None,
        run_all_sub_nodes: bool = False,
        metadata: Any = None,
    ) -> None:
        inner, values = _unwrapped(python_function_task)
        if metadata is not None:
            raise BuildError("a map task has the metadata of its task", help="override the node's")
        values.update(bound_inputs_values or {})
        if bound_inputs is not None and values and not set(values) <= set(bound_inputs):
            raise BuildError(
                f"map task of `{inner.name}` binds {_listed(values)} and names {_listed(bound_inputs)}",
                help="name the same inputs",
            )
        names = set(values) | set(bound_inputs or ())
        for name in names:
            if name not in inner.signature.inputs:
                raise BuildError(
                    f"task `{inner.name}` has no input `{name}` to bind",
                    rule="unknown-bound-input",
                    help=f"it has {_listed(inner.signature.inputs)}",
                )
        self.task: PythonFunctionTask = inner
        self.concurrency = concurrency
        self.min_successes = min_successes
        self.min_success_ratio = min_success_ratio
        self.bound_inputs = names
        self.values = values
        self._run_all = run_all_sub_nodes
        mapped = self._mapped(LOCAL)
        super().__init__(
            mapped.spec.template.id.name, _lifted(inner.signature, names, _may_miss(min_success_ratio))
        )

    def _mapped(self, settings: SerializationSettings) -> MappedTask:
        return builders.map_task(
            self.task.spec_for(settings),
            bind=dict.fromkeys(self.bound_inputs),
            concurrency=self.concurrency,
            min_successes=self.min_successes,
            min_success_ratio=self.min_success_ratio,
            run_all_sub_nodes=self._run_all,
        )

    def spec_for(self, settings: SerializationSettings) -> TaskSpec:
        """Return the message of the mapped task."""
        return self._mapped(settings).spec

    def step(self, values: Mapping[str, object]) -> Step:
        """Return the array node."""
        return builders.call(self._mapped(LOCAL), **self.with_values(values))

    def binding(self, values: dict[str, Any]) -> ArrayNodeMapTask:
        """Return the same map with other values bound."""
        return ArrayNodeMapTask(
            self.task,
            concurrency=self.concurrency,
            min_successes=self.min_successes,
            min_success_ratio=self.min_success_ratio,
            bound_inputs=self.bound_inputs | set(values),
            bound_inputs_values=values,
            run_all_sub_nodes=self._run_all,
        )


class ArrayNode(SdkEntity):
    """A launch plan or a reference, run for each element of lists: all inputs become lists."""

    kind = "array"

    def __init__(
        self,
        target: Any,
        bindings: Any = None,
        concurrency: int | None = None,
        min_successes: int | None = None,
        min_success_ratio: float | None = None,
        metadata: Any = None,
        run_all_sub_nodes: bool = False,
    ) -> None:
        if isinstance(target, functools.partial):
            raise BuildError(
                "an array over a launch plan binds no inputs", help="fix them in the launch plan"
            )
        if not isinstance(target, LaunchPlan | ReferenceEntity) or isinstance(target, ReferenceWorkflow):
            kind = target.kind if isinstance(target, SdkEntity) else target.__class__.__qualname__
            raise BuildError(
                f"a `{kind}` cannot be run in an array",
                rule="unsupported-array-target",
                help="give a launch plan or a reference task; tasks of functions are for `map_task`",
            )
        del bindings, metadata
        self.target = target
        self.concurrency = concurrency
        self.min_successes = min_successes
        self.min_success_ratio = min_success_ratio
        self._run_all = run_all_sub_nodes
        self._step_maker  # noqa: B018  # refuses what cannot be run in an array
        super().__init__(target.name, _lifted(target.signature, set(), _may_miss(min_success_ratio)))

    @property
    def key(self) -> str:
        """An array has no definition of its own: its target has."""
        return f"array of {self.target.key}"

    def same_as(self, other: SdkEntity) -> bool:
        """Tell whether another array runs the same target."""
        return isinstance(other, ArrayNode) and (
            self.target is other.target or self.target.same_as(other.target)
        )

    @cached_property
    def _step_maker(self) -> Any:
        target = (
            self.target.message
            if isinstance(self.target, LaunchPlan)
            else builders.reference(
                self.target.target_id,
                inputs=self.target.typed_interface.inputs.variables,
                outputs=self.target.typed_interface.outputs.variables,
            )
        )
        return builders.array(
            target,
            concurrency=self.concurrency,
            min_successes=self.min_successes,
            min_success_ratio=self.min_success_ratio,
            run_all_sub_nodes=self._run_all,
        )

    @property
    def typed_interface(self) -> Any:
        """The interface's message: lists in, lists out."""
        return interface(self._step_maker.inputs, self._step_maker.outputs, owner=self.name)

    def step(self, values: Mapping[str, object]) -> Step:
        """Return the array node."""
        step = builders.call(self._step_maker, **values)
        step.needs = step.needs.joined(Needs(entities=tuple(self.target.entities)))
        return step

    @property
    def entities(self) -> list[Entity]:
        """What must be registered for the array to run."""
        return self.target.entities

    def needs(self) -> Iterator[SdkEntity]:
        """Yield the target."""
        yield self.target


class MapPythonTask(_Mapped):
    """The older kind of map task: one node of a plugin's task type, `container_array`."""

    def __init__(
        self,
        python_function_task: Any,
        concurrency: int | None = None,
        min_success_ratio: float | None = None,
        bound_inputs: set[str] | None = None,
        min_successes: int | None = None,
    ) -> None:
        inner, values = _unwrapped(python_function_task)
        if len(inner.signature.outputs) > 1:
            raise BuildError(f"task `{inner.name}` has several outputs, and what is mapped has one")
        for name, value in values.items():
            if isinstance(value, list):
                raise BuildError(
                    f"a list cannot be bound to `{name}` of a legacy map task", help="use `map_task`"
                )
        names = set(values) | set(bound_inputs or ())
        self.task: PythonFunctionTask = inner
        self.concurrency = concurrency
        self.min_success_ratio = min_success_ratio
        self.min_successes = min_successes
        self.bound_inputs = names
        self.values = values
        module, _, function = inner.name.rpartition(".")
        digest = hashlib.md5(",".join(sorted(names)).encode(), usedforsecurity=False).hexdigest()
        super().__init__(
            f"{module}.map_{function}_{digest}", _lifted(inner.signature, names, _may_miss(min_success_ratio))
        )

    task_type = "container_array"

    def spec_for(self, settings: SerializationSettings) -> TaskSpec:
        """Return the message of the mapped task."""
        return legacy_map(
            self.task.spec_for(settings),
            bound=sorted(self.bound_inputs),
            concurrency=self.concurrency,
            min_successes=self.min_successes,
            min_success_ratio=self.min_success_ratio,
        )

    def get_command(self, settings: SerializationSettings) -> list[str]:
        """Return the command line of the container."""
        return list(self.spec_for(settings).template.container.args)

    def step(self, values: Mapping[str, object]) -> Step:
        """Return the node that runs the map."""
        return builders.call(self.spec, **self.with_values(values))

    def binding(self, values: dict[str, Any]) -> MapPythonTask:
        """Return the same map with other values bound."""
        return MapPythonTask(
            functools.partial(self.task, **values),
            self.concurrency,
            self.min_success_ratio,
            self.bound_inputs | set(values),
            self.min_successes,
        )


def _may_miss(ratio: float | None) -> bool:
    """Tell whether a result's type says that elements may be missing: that depends on the ratio alone."""
    return ratio is not None and ratio != 1


def map_task(
    target: Any,
    concurrency: int | None = None,
    min_successes: int | None = None,
    min_success_ratio: float | None = None,
    run_all_sub_nodes: bool = False,
    **options: Any,
) -> Any:
    """Return a task, a launch plan or a reference that runs for each element of lists.

    `concurrency` is how many run at a time, 0 for no limit. Of `min_successes` and `min_success_ratio` one
    may be given; without either all elements must succeed.
    """
    if options:
        raise BuildError(f"`map_task` has no option `{next(iter(options))}`")
    cls: Any = ArrayNode if isinstance(target, LaunchPlan | ReferenceEntity) else ArrayNodeMapTask
    return cls(
        target,
        concurrency=concurrency,
        min_successes=min_successes,
        min_success_ratio=min_success_ratio,
        run_all_sub_nodes=run_all_sub_nodes,
    )


def legacy_map_task(
    task_function: Any,
    concurrency: int = 0,
    min_success_ratio: float | None = 1.0,
    min_successes: int | None = None,
    **options: Any,
) -> MapPythonTask:
    """Return the older kind of map task."""
    if options:
        raise BuildError(f"`map_task` has no option `{next(iter(options))}`")
    return MapPythonTask(task_function, concurrency, min_success_ratio, None, min_successes)


def _unwrapped(given: Any) -> tuple[Any, dict[str, Any]]:
    """Return the task of a partial and what it binds; refuse what cannot be mapped."""
    values: dict[str, Any] = {}
    while isinstance(given, functools.partial):
        if given.args:
            raise BuildError("a partial binds an input by position", help="write `partial(task, name=value)`")
        values = {**given.keywords, **values}
        given = given.func
    if not isinstance(given, PythonFunctionTask) or given.execution_mode is not ExecutionBehavior.DEFAULT:
        kind = given.kind if isinstance(given, SdkEntity) else given.__class__.__qualname__
        if isinstance(given, PythonFunctionTask):
            kind = given.execution_mode.name.lower()
        raise BuildError(
            f"a `{kind}` cannot be mapped",
            rule="unsupported-array-target",
            help="map a task of a function; dynamic and eager tasks and workflows cannot be mapped",
        )
    return given, values


def _lifted(shape: Signature, bound: set[str], may_miss: bool) -> Signature:
    """Return a signature with lists in place of what is not bound. Without lists nothing is mapped."""
    lists = set(shape.inputs) - bound
    inputs = {name: _list_of(type) if name in lists else type for name, type in shape.inputs.items()}
    outputs = {name: _list_of(_optional(type) if may_miss else type) for name, type in shape.outputs.items()}
    return Signature(inputs, {}, outputs, shape.several, None)


def _list_of(annotation: Any) -> Any:
    return GenericAlias(list, (annotation,))


def _optional(annotation: Any) -> Any:
    return Optional[annotation]  # noqa: UP045  # a value, and not an annotation


def _listed(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "nothing"

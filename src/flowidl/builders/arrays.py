"""Arrays: one task or launch plan, run for each element of lists.

`map_task` makes a task of its own from a Python function's task: its lists in, its lists out. `array` runs a
launch plan, or a task that lives elsewhere, as it is. Both are called like anything else, with `call`.
"""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING

from google.protobuf.struct_pb2 import ListValue, Struct, Value

from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.builders.entry_points import FLOWIDL, FLYTEKIT, STANDARD_ARGS, EntryPoint
from flowidl.builders.identifiers import short_name
from flowidl.builders.nodes import (
    Needs,
    Reference,
    Step,
    bound,
    call,
    launch_plan_sides,
    node_id,
    sides,
)
from flowidl.core.v1.identifier_pb2 import ResourceType
from flowidl.core.v1.literals_pb2 import RetryStrategy
from flowidl.core.v1.types_pb2 import LiteralType
from flowidl.core.v1.workflow_pb2 import (
    ArrayNode,
    Node,
    NodeMetadata,
    TaskNode,
    TaskNodeOverrides,
    WorkflowNode,
)
from flowidl.errors import BuildError, closest
from flowidl.tuples import NamedTuple
from flowidl.values.types import optional_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flowidl.core.v1.tasks_pb2 import TaskTemplate


class Criteria(NamedTuple):
    """How much runs at a time, and how much of it must succeed; `None` leaves it to the back end."""

    concurrency: int | None
    min_successes: int | None
    min_success_ratio: float | None

    @property
    def ratio(self) -> float | None:
        """The ratio to write: all must succeed if nothing is said."""
        if self.min_successes is None and self.min_success_ratio is None:
            return 1.0
        return self.min_success_ratio

    @property
    def may_miss(self) -> bool:
        """Whether elements of the result may be missing, so that its type says so."""
        return self.ratio is not None and self.ratio != 1


def _criteria(
    concurrency: int | None, min_successes: int | None, min_success_ratio: float | None
) -> Criteria:
    if min_successes is not None and min_success_ratio is not None:
        raise BuildError(
            "an array has both `min_successes` and `min_success_ratio`, and definitions have room for one"
        )
    if min_success_ratio is not None and not 0 <= min_success_ratio <= 1:
        raise BuildError(
            f"`min_success_ratio` is {min_success_ratio}, which is not between 0 and 1",
            rule="success-ratio-out-of-range",
        )
    for name, number in (("concurrency", concurrency), ("min_successes", min_successes)):
        if number is not None and number < 0:
            raise BuildError(f"`{name}` is {number}, which is negative")
    return Criteria(concurrency, min_successes, min_success_ratio)


class MappedTask:
    """A task that runs another for each element of lists. `spec` is its definition, to be registered."""

    __slots__ = ("_array", "_bind", "spec")

    def __init__(self, spec: TaskSpec, array: ArrayNode, bind: Mapping[str, object]) -> None:
        self.spec = spec
        self._array = array
        self._bind = dict(bind)

    def step(self, values: Mapping[str, object]) -> Step:
        """Return the step that maps the task over the lists in `values`."""
        template = self.spec.template
        name = template.id.name
        inner = NodeMetadata(name=name, retries=template.metadata.retries)
        if template.metadata.HasField("timeout"):
            inner.timeout.CopyFrom(template.metadata.timeout)
        if template.metadata.HasField("interruptible"):
            inner.interruptible = template.metadata.interruptible
        sub_node = Node(
            id=name,
            metadata=inner,
            task_node=TaskNode(reference_id=template.id, overrides=TaskNodeOverrides()),
        )
        outer = NodeMetadata(name=name, retries=RetryStrategy())
        inputs, outputs = sides(template.interface)
        return _array_step(
            self._array,
            outer,
            sub_node,
            {**self._bind, **values},
            inputs,
            outputs,
            Needs(entities=(self.spec,)),
        )


def map_task(
    task: TaskSpec | functools.partial[Step],
    *,
    bind: Mapping[str, object] | None = None,
    concurrency: int | None = None,
    min_successes: int | None = None,
    min_success_ratio: float | None = None,
    run_all_sub_nodes: bool = False,
) -> MappedTask:
    """Return a task of a Python function, mapped over lists.

    Inputs in `bind` are the same for all elements, and the others become lists; `functools.partial(call,
    task, x=...)` binds as well. `concurrency` is `None` (what the back end has), 0 (no limit) or a number.
    """
    spec, values = _unwrapped(task)
    values.update(bind or {})
    criteria = _criteria(concurrency, min_successes, min_success_ratio)
    template = spec.template
    inputs, outputs = sides(template.interface)
    words = f"task `{template.id.name}`"
    for name in values:
        if name not in inputs:
            raise BuildError(
                f"{words} has no input `{name}` to bind",
                rule="unknown-bound-input",
                help=closest(name, inputs),
            )
    _check_outputs(words, outputs)
    names = sorted(values)
    mapped = TaskSpec(template=template)
    mapped.template.id.name = _map_name(template.id.name, names, criteria)
    mapped.template.task_type_version = 1
    lists = _lifted(inputs, names) if len(names) < len(inputs) else inputs
    for name, type in lists.items():
        mapped.template.interface.inputs.variables[name].type.CopyFrom(type)
    for name, type in outputs.items():
        element = optional_type(type) if criteria.may_miss else type
        mapped.template.interface.outputs.variables[name].type.CopyFrom(LiteralType(collection_type=element))
    _set_args(mapped, names)
    array = _array_node(criteria, run_all_sub_nodes)
    array.is_original_sub_node_interface.SetInParent()
    array.bound_inputs.extend(names)
    return MappedTask(mapped, array, values)


def _unwrapped(task: TaskSpec | functools.partial[Step]) -> tuple[TaskSpec, dict[str, object]]:
    """Return a task and what a `partial(call, task, x=...)` binds."""
    if isinstance(task, functools.partial) and task.func is call and len(task.args) == 1:
        spec, values = task.args[0], dict(task.keywords)
    else:
        spec, values = task, {}
    if not isinstance(spec, TaskSpec):
        raise BuildError(
            f"a `{spec.__class__.__qualname__}` cannot be mapped as a task",
            rule="unsupported-array-target",
            help="map a task of a Python function; for launch plans and references use `array`",
        )
    return spec, values


def _map_name(name: str, names: list[str], criteria: Criteria) -> str:
    """Return the name under which SDKs register a mapped task, which tells its settings apart."""
    module, _, function = name.rpartition(".")
    settings = ",".join(names) + f"{criteria.concurrency}{criteria.min_successes}{criteria.ratio}"
    digest = hashlib.md5(settings.encode(), usedforsecurity=False).hexdigest()
    return f"{module}.map_{function}_{digest}-arraynode"


def _entry_point(args: list[str]) -> EntryPoint | None:
    """Return the entry point that a command line is of, if it is one of those that can map."""
    return next((each for each in (FLYTEKIT, FLOWIDL) if tuple(args[: len(each.task)]) == each.task), None)


def _set_args(mapped: TaskSpec, names: list[str], *, legacy: bool = False) -> None:
    """Let the container run the entry point for mapped tasks around the task's own loader."""
    template = mapped.template
    primary = _primary_container(template)
    own = list(template.container.args) if primary is None else _texts(primary.fields["args"].list_value)
    entry = _entry_point(own)
    if entry is None or "--resolver" not in own:
        raise BuildError(
            f"task `{template.id.name}` does not run a Python function in a container of its own",
            rule="unsupported-array-target",
            help="map a task made with `python_task` or `function_task`",
        )
    resolver, loader = own[own.index("--resolver") + 1], own[own.index("--") + 1 :]
    args = [
        *entry.map,
        *STANDARD_ARGS,
        *("--resolver", entry.legacy_map_resolver if legacy else entry.map_resolver),
        *("--", "vars", ",".join(names)),
        *("resolver", resolver, *loader),
    ]
    if primary is None:
        template.container.args[:] = args
    else:
        values = [Value(string_value=each) for each in args]
        primary.fields["args"].list_value.CopyFrom(ListValue(values=values))


def _primary_container(template: TaskTemplate) -> Struct | None:
    """Return the primary container of a task's pod; `None` for a task without pod."""
    if not template.HasField("k8s_pod"):
        return None
    name = template.config.get("primary_container_name", "")
    for container in template.k8s_pod.pod_spec.fields["containers"].list_value.values:
        if container.struct_value.fields["name"].string_value == name:
            return container.struct_value
    return None


def _texts(values: ListValue) -> list[str]:
    return [value.string_value for value in values.values]


def legacy_map(
    task: TaskSpec,
    *,
    bound: Sequence[str] = (),
    concurrency: int | None = None,
    min_successes: int | None = None,
    min_success_ratio: float | None = None,
) -> TaskSpec:
    """Return the older kind of mapped task, which a plugin of the back end runs as `container_array`.

    It is called like any task. `bound` inputs are the same for all elements, the others become lists. The
    specification of the plugin (`flyteidl.plugins.ArrayJob`) is in `custom`.
    """
    criteria = _criteria(concurrency, min_successes, min_success_ratio)
    mapped = TaskSpec(template=task.template)
    template = mapped.template
    inputs, outputs = sides(template.interface)
    names = sorted(bound)
    module, _, function = template.id.name.rpartition(".")
    digest = hashlib.md5(",".join(names).encode(), usedforsecurity=False).hexdigest()
    template.id.name = f"{module}.map_{function}_{digest}"
    template.type = "container_array"
    template.task_type_version = 1
    for name, type in (_lifted(inputs, names) if len(names) < len(inputs) else inputs).items():
        template.interface.inputs.variables[name].type.CopyFrom(type)
    for name, type in outputs.items():
        element = optional_type(type) if criteria.may_miss else type
        template.interface.outputs.variables[name].type.CopyFrom(LiteralType(collection_type=element))
    _set_args(mapped, names, legacy=True)
    template.custom.update(_array_job(criteria))
    return mapped


def _array_job(criteria: Criteria) -> dict[str, str | float]:
    """Return the JSON form of `ArrayJob`, in which 64-bit numbers are texts."""
    job: dict[str, str | float] = {}
    if criteria.concurrency:
        job["parallelism"] = str(criteria.concurrency)
    if criteria.min_successes is not None:
        job["minSuccesses"] = str(criteria.min_successes)
    elif criteria.ratio is not None:
        job["minSuccessRatio"] = criteria.ratio
    return job


class Array:
    """A launch plan or a reference task, run for each element of lists."""

    __slots__ = ("_array", "_make", "_name", "_needs", "inputs", "outputs")

    def __init__(
        self,
        array: ArrayNode,
        name: str,
        make: Callable[[], Node],
        inputs: Mapping[str, LiteralType],
        outputs: Mapping[str, LiteralType],
        needs: Needs,
    ) -> None:
        self._array = array
        self._name = name
        self._make = make
        self.inputs = inputs
        self.outputs = outputs
        self._needs = needs

    def step(self, values: Mapping[str, object]) -> Step:
        """Return the step that runs the target for each element of the lists in `values`."""
        metadata = NodeMetadata(name=self._name, retries=RetryStrategy())
        sub_node = self._make()
        sub_node.id = node_id(self._name)
        sub_node.metadata.CopyFrom(metadata)
        return _array_step(self._array, metadata, sub_node, values, self.inputs, self.outputs, self._needs)


def array(
    target: LaunchPlan | Reference,
    *,
    concurrency: int | None = None,
    min_successes: int | None = None,
    min_success_ratio: float | None = None,
    run_all_sub_nodes: bool = False,
) -> Array:
    """Return a launch plan or reference as something that runs for each element of lists.

    All inputs that the target leaves open become lists. Back ends that do not lift the interface of such a
    target refuse it at registration: Flyte 1.16 is one.
    """
    _check_target(target)
    criteria = _criteria(concurrency, min_successes, min_success_ratio)
    message = _array_node(criteria, run_all_sub_nodes)
    message.is_original_sub_node_interface.value = True
    if isinstance(target, LaunchPlan):
        inputs, _, outputs = launch_plan_sides(target)
        id, name, needs = target.id, target.id.name, Needs(entities=(target,))
    else:
        inputs, outputs = sides(target.interface)
        id, name, needs = target.id, short_name(target.id), Needs()
    _check_outputs(f"`{name}`", outputs)
    is_task = id.resource_type == ResourceType.TASK
    if is_task:
        message.data_mode = ArrayNode.INDIVIDUAL_INPUT_FILES
    else:
        message.execution_mode = ArrayNode.FULL_STATE

    def make() -> Node:
        if is_task:
            return Node(task_node=TaskNode(reference_id=id))
        return Node(workflow_node=WorkflowNode(launchplan_ref=id))

    lifted = {
        key: LiteralType(collection_type=optional_type(type) if criteria.may_miss else type)
        for key, type in outputs.items()
    }
    return Array(message, name, make, _lifted(inputs, []), lifted, needs)


def _check_target(target: object) -> None:
    if isinstance(target, LaunchPlan | Reference):
        return
    task = isinstance(target, TaskSpec)
    raise BuildError(
        f"a `{target.__class__.__qualname__}` cannot be run in an array",
        rule="unsupported-array-target",
        help="map a task with `map_task`"
        if task
        else "give a launch plan of the workflow, `launch_plan(flow)`",
    )


def _check_outputs(words: str, outputs: Mapping[str, LiteralType]) -> None:
    if len(outputs) > 1:
        raise BuildError(
            f"{words} has {len(outputs)} outputs, and what runs in an array has one",
            help="return one value, such as a dataclass",
        )


def _lifted(inputs: Mapping[str, LiteralType], names: list[str]) -> dict[str, LiteralType]:
    return {
        name: type if name in names else LiteralType(collection_type=type) for name, type in inputs.items()
    }


def _array_node(criteria: Criteria, run_all: bool) -> ArrayNode:
    message = ArrayNode(run_all_sub_nodes=run_all)
    if criteria.concurrency is not None:
        message.parallelism = criteria.concurrency
    if criteria.min_successes is not None:
        message.min_successes = criteria.min_successes
    elif criteria.ratio is not None:
        message.min_success_ratio = criteria.ratio
    return message


def _array_step(
    array: ArrayNode,
    metadata: NodeMetadata,
    sub_node: Node,
    values: Mapping[str, object],
    inputs: Mapping[str, LiteralType],
    outputs: Mapping[str, LiteralType],
    needs: Needs,
) -> Step:
    """Return the step of an array node, whose own inputs and whose inner node's are the same."""
    node = Node(metadata=metadata, array_node=array)
    node.array_node.node.CopyFrom(sub_node)
    step = bound(node, values, inputs, outputs, needs=needs)
    step.message.array_node.node.inputs.extend(step.message.inputs)
    return step

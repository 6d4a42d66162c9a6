"""Steps: nodes before they are placed in a workflow.

A step is a value. `call` makes one of a task, a workflow or a launch plan and what its inputs get; gates,
conditionals and arrays make theirs. `WorkflowBuilder.add` places a step, which gives it an id, and so does
a branch of a conditional. `with_overrides` and `after` return changed copies.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.builders.bindings import bindings, sources
from flowidl.builders.durations import duration
from flowidl.builders.identifiers import short_name
from flowidl.builders.interfaces import interface
from flowidl.builders.promises import NodeHandle, placed
from flowidl.builders.sources import Source
from flowidl.core.v1.identifier_pb2 import Identifier, ResourceType
from flowidl.core.v1.interface_pb2 import TypedInterface, VariableMap
from flowidl.core.v1.literals_pb2 import Literal, RetryStrategy
from flowidl.core.v1.tasks_pb2 import ExtendedResources, K8sPod, TaskTemplate
from flowidl.core.v1.tasks_pb2 import Resources as ResourcesMessage
from flowidl.core.v1.types_pb2 import LiteralType
from flowidl.core.v1.workflow_pb2 import (
    Alias,
    Node,
    NodeMetadata,
    TaskNode,
    TaskNodeOverrides,
    WorkflowNode,
    WorkflowTemplate,
)
from flowidl.errors import BuildError
from flowidl.names import END_NODE, START_NODE
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable, Mapping

    from flowidl.builders.resources import Resources

#: What a registration tool registers.
Entity: TypeAlias = TaskSpec | WorkflowSpec | LaunchPlan

FAILURE_NODE = "efn"
_RESERVED = {START_NODE, END_NODE, FAILURE_NODE, "inputs", "outputs"}
_LONGEST_ID = 63


class Needs(NamedTuple):
    """What a step needs to run: templates of sub-workflows, and entities to register, callees first."""

    sub_workflows: tuple[WorkflowTemplate, ...] = ()
    entities: tuple[Entity, ...] = ()

    def joined(self, other: Needs) -> Needs:
        """Return the needs of both, field by field."""
        return Needs(self.sub_workflows + other.sub_workflows, self.entities + other.entities)


NOTHING = Needs()


class Step:
    """A node before it is placed: its message without an id, the types of its outputs, and what it needs.

    `sources` are the promises that it reads, in its own bindings and in those of nodes nested in it.
    """

    __slots__ = ("message", "needs", "outputs", "sources")

    def __init__(
        self,
        message: Node,
        outputs: Mapping[str, LiteralType],
        sources: Iterable[Source] = (),
        needs: Needs = NOTHING,
    ) -> None:
        self.message = message
        self.outputs = dict(outputs)
        self.sources = tuple(sources)
        self.needs = needs

    def __repr__(self) -> str:
        return f"<step {self.message.metadata.name!r}>"

    def after(self, *nodes: NodeHandle) -> Step:
        """Return this step ordered after nodes that it need not read from."""
        message = _copy(self.message)
        message.upstream_node_ids.extend(
            place.id for place in map(placed, nodes) if place.id not in message.upstream_node_ids
        )
        owners = [
            Source(place.owner, place.id, "", LiteralType(), LiteralType()) for place in map(placed, nodes)
        ]
        return Step(message, self.outputs, (*self.sources, *owners), self.needs)

    def with_overrides(
        self,
        *,
        id: str | None = None,
        name: str | None = None,
        aliases: Mapping[str, str] | None = None,
        timeout: datetime.timedelta | float | None = None,
        retries: int | None = None,
        interruptible: bool | None = None,
        cache: bool | None = None,
        cache_version: str | None = None,
        cache_serialize: bool | None = None,
        resources: Resources | ResourcesMessage | None = None,
        extended_resources: ExtendedResources | None = None,
        container_image: str | None = None,
        pod_template: K8sPod | None = None,
    ) -> Step:
        """Return this step with its id, its metadata or its task's resources changed.

        `id` replaces the id that placing would give (`n0`, `n1`, ...); `aliases` rename outputs
        (output -> alias). Metadata of a mapped task goes to the inner node, as the SDK has it. Resources,
        image and pod template exist for nodes that run a task of this package.
        """
        message = _copy(self.message)
        if id is not None:
            message.id = checked_id(id)
        if name is not None:
            message.metadata.name = name
        for target in _metadata_of(message):
            _set_metadata(target, timeout, retries, interruptible, cache, cache_version, cache_serialize)
        if pod_template is not None:
            pod_template = self._filled(pod_template)
        _set_overrides(message, resources, extended_resources, container_image, pod_template)
        outputs = _alias(message, self.outputs, aliases or {})
        return Step(message, outputs, self.sources, self.needs)

    def _filled(self, pod: K8sPod) -> K8sPod:
        """Return a pod template with the container of the task that this step runs, if it has one."""
        from flowidl.builders.pods import in_pod

        node = self.message.array_node.node if self.message.HasField("array_node") else self.message
        for entity in self.needs.entities:
            if isinstance(entity, TaskSpec) and entity.template.id == node.task_node.reference_id:
                return in_pod(pod, entity.template.container)
        return pod


def _copy(node: Node) -> Node:
    fresh = Node()
    fresh.CopyFrom(node)
    return fresh


def _metadata_of(message: Node) -> list[NodeMetadata]:
    """Return the metadata that overrides go to: of an array its inner node's, and for launch plans both."""
    if not message.HasField("array_node"):
        return [message.metadata]
    inner = message.array_node.node
    return [inner.metadata] if inner.HasField("task_node") else [message.metadata, inner.metadata]


def _set_metadata(
    metadata: NodeMetadata,
    timeout: datetime.timedelta | float | None,
    retries: int | None,
    interruptible: bool | None,
    cache: bool | None,
    cache_version: str | None,
    cache_serialize: bool | None,
) -> None:
    if timeout is not None:
        metadata.timeout.CopyFrom(duration(timeout, name="timeout"))
    if retries is not None:
        metadata.retries.CopyFrom(RetryStrategy(retries=retries))
    if interruptible is not None:
        metadata.interruptible = interruptible
    if cache is not None:
        metadata.cacheable = cache
    if cache_version is not None:
        metadata.cache_version = cache_version
    if cache_serialize is not None:
        metadata.cache_serializable = cache_serialize


def _set_overrides(
    message: Node,
    resources: Resources | ResourcesMessage | None,
    extended_resources: ExtendedResources | None,
    container_image: str | None,
    pod_template: K8sPod | None,
) -> None:
    if all(each is None for each in (resources, extended_resources, container_image, pod_template)):
        return
    node = message.array_node.node if message.HasField("array_node") else message
    if not (node.HasField("task_node") and node.task_node.HasField("overrides")):
        raise BuildError(
            f"step `{message.metadata.name}` runs no task of this package: its resources are fixed",
            help="override them where its task is called",
        )
    from flowidl.builders.resources import in_override_order

    node.task_node.overrides.MergeFrom(
        TaskNodeOverrides(
            resources=None if resources is None else in_override_order(resources),
            extended_resources=extended_resources,
            container_image=container_image or "",
            pod_template=pod_template,
        )
    )


def _alias(
    message: Node, outputs: Mapping[str, LiteralType], aliases: Mapping[str, str]
) -> dict[str, LiteralType]:
    for var, alias in aliases.items():
        if var not in outputs:
            raise BuildError(
                f"step `{message.metadata.name}` has no output `{var}` to alias",
                rule="alias-of-unknown-output",
            )
        message.output_aliases.append(Alias(var=var, alias=alias))
    renamed = {aliases.get(name, name): type for name, type in outputs.items()}
    if len(renamed) != len(outputs):
        raise BuildError(
            f"two outputs of step `{message.metadata.name}` would have one name", rule="colliding-aliases"
        )
    return renamed


def checked_id(id: str) -> str:
    """Return a node id, refusing one that is reserved or not made of `[a-z0-9-]`."""
    suitable = node_id(id)
    if id in _RESERVED:
        raise BuildError(f"node id `{id}` is reserved", rule="reserved-node-id")
    if not id or id != suitable:
        raise BuildError(
            f"`{id}` is not a node id",
            rule="unsuitable-node-id",
            help=f"use `{suitable}`" if suitable else "",
        )
    return id


def node_id(name: str) -> str:
    """Return a node id made of any text, the way the SDK does it.

    Upper case becomes `-` and lower case, `_` and `.` become `-`, anything else but letters and digits is
    dropped; a string of 63 characters or more is shortened to a digest and its last 52 characters.
    """
    if len(name) >= _LONGEST_ID:
        digest = hashlib.sha224(name.encode()).hexdigest()[:10]
        name = f"{digest}-{name[-52:]}"
    result = ""
    for character in name:
        if character in "_-.":
            result += "-" if result else ""
        elif character.isupper():
            result += ("" if not result or result.endswith("-") else "-") + character.lower()
        elif character.isalnum():
            result += character
    return result.rstrip("-")


@runtime_checkable
class Callee(Protocol):
    """Something of this package that can be called: it makes the step itself."""

    def step(self, values: Mapping[str, object]) -> Step:
        """Return the step that runs this with its inputs bound to `values`."""
        ...


class Reference(NamedTuple):
    """A task or launch plan that lives elsewhere: its full identifier and its interface."""

    id: Identifier
    interface: TypedInterface

    def step(self, values: Mapping[str, object]) -> Step:
        """Return the step that runs the referenced entity."""
        inputs, outputs = sides(self.interface)
        node = Node(metadata=NodeMetadata(name=short_name(self.id), retries=RetryStrategy()))
        if self.id.resource_type == ResourceType.TASK:
            node.task_node.reference_id.CopyFrom(self.id)
        else:
            node.workflow_node.launchplan_ref.CopyFrom(self.id)
        return bound(node, values, inputs, outputs)


def reference(
    id: Identifier,
    *,
    inputs: Mapping[str, object] | None = None,
    outputs: Mapping[str, object] | None = None,
) -> Reference:
    """Return a reference to a registered task or launch plan, with the interface it has there."""
    if id.resource_type not in (ResourceType.TASK, ResourceType.LAUNCH_PLAN):
        raise BuildError(
            f"`{id.name}` is not a task or launch plan", help="refer to a workflow's launch plan"
        )
    copy = Identifier()
    copy.CopyFrom(id)
    return Reference(copy, interface(inputs, outputs, owner=id.name))


Target: TypeAlias = TaskSpec | TaskTemplate | WorkflowSpec | WorkflowTemplate | LaunchPlan | Callee


def call(target: Target, /, **inputs: object) -> Step:
    """Return the step that runs a task, a workflow or a launch plan with its inputs bound.

    Inputs are promises, Python values, or lists and dicts of both. A task's message does not know the
    defaults of its Python function: every input that is not optional must be given.
    """
    if isinstance(target, Callee):
        return target.step(inputs)
    make = _STEPS.get(target.__class__)
    if make is None:
        raise BuildError(
            f"a `{target.__class__.__qualname__}` cannot be called",
            help="call a task, a workflow, a launch plan, a reference or an array",
        )
    return make(target, inputs)


def sides(of: TypedInterface) -> tuple[dict[str, LiteralType], dict[str, LiteralType]]:
    """Return the types of the inputs and outputs of an interface, by name: messages keep no other order."""
    return _types(of.inputs), _types(of.outputs)


def _types(side: VariableMap) -> dict[str, LiteralType]:
    return {name: side.variables[name].type for name in sorted(side.variables)}


def bound(
    node: Node,
    values: Mapping[str, object],
    inputs: Mapping[str, LiteralType],
    outputs: Mapping[str, LiteralType],
    *,
    defaults: Mapping[str, Literal] | None = None,
    needs: Needs = NOTHING,
) -> Step:
    """Return a step of a node with its inputs bound, and ordered after the nodes that it reads."""
    for name, value in values.items():
        if isinstance(value, Step):
            raise BuildError(
                f"`{name}` of `{node.metadata.name}` gets a step that is not placed",
                help="`add` it to the workflow, and give its handle",
            )
    node.inputs.extend(bindings(values, inputs, owner=f"`{node.metadata.name}`", defaults=defaults))
    read = list(sources(dict(values)))
    node.upstream_node_ids.extend(upstream_ids(read))
    return Step(node, outputs, read, needs)


def upstream_ids(read: Iterable[Source]) -> list[str]:
    """Return the ids of the nodes among some sources, sorted."""
    return sorted({source.node_id for source in read if source.node_id})


def task_node_metadata(template: TaskTemplate) -> NodeMetadata:
    """Return the metadata of a node that calls a task: its short name, and what the task itself says."""
    metadata = NodeMetadata(name=short_name(template.id), retries=template.metadata.retries)
    if template.metadata.HasField("timeout"):
        metadata.timeout.CopyFrom(template.metadata.timeout)
    if template.metadata.HasField("interruptible"):
        metadata.interruptible = template.metadata.interruptible
    return metadata


def _call_task(spec: TaskSpec, values: Mapping[str, object]) -> Step:
    template = spec.template
    metadata = task_node_metadata(template)
    node = Node(
        metadata=metadata, task_node=TaskNode(reference_id=template.id, overrides=TaskNodeOverrides())
    )
    inputs, outputs = sides(template.interface)
    return bound(node, values, inputs, outputs, needs=Needs(entities=(spec,)))


def workflow_step(
    spec: WorkflowSpec,
    values: Mapping[str, object],
    *,
    defaults: Mapping[str, Literal] | None = None,
    entities: tuple[Entity, ...] = (),
) -> Step:
    """Return the step that runs a workflow as a sub-workflow; `entities` are what it needs registered."""
    template = spec.template
    metadata = NodeMetadata(
        name=short_name(template.id),
        retries=RetryStrategy(),
        interruptible=template.metadata_defaults.interruptible,
    )
    node = Node(metadata=metadata, workflow_node=WorkflowNode(sub_workflow_ref=template.id))
    inputs, outputs = sides(template.interface)
    needs = Needs((template, *spec.sub_workflows), entities or (spec,))
    return bound(node, values, inputs, outputs, defaults=defaults, needs=needs)


def _call_launch_plan(plan: LaunchPlan, values: Mapping[str, object]) -> Step:
    metadata = NodeMetadata(
        name=short_name(plan.spec.workflow_id), retries=RetryStrategy(), interruptible=False
    )
    node = Node(metadata=metadata, workflow_node=WorkflowNode(launchplan_ref=plan.id))
    inputs, defaults, outputs = launch_plan_sides(plan)
    return bound(node, values, inputs, outputs, defaults=defaults, needs=Needs(entities=(plan,)))


def launch_plan_sides(
    plan: LaunchPlan,
) -> tuple[dict[str, LiteralType], dict[str, Literal], dict[str, LiteralType]]:
    """Return the types of a launch plan's open inputs, their defaults, and the types of its outputs."""
    parameters = plan.spec.default_inputs.parameters
    inputs = {name: parameters[name].var.type for name in sorted(parameters)}
    defaults = {name: each.default for name, each in parameters.items() if each.HasField("default")}
    return inputs, defaults, _types(plan.closure.expected_outputs)


_STEPS: dict[type, Callable[[Any, Mapping[str, object]], Step]] = {
    TaskSpec: _call_task,
    TaskTemplate: lambda template, values: _call_task(TaskSpec(template=template), values),
    WorkflowSpec: workflow_step,
    WorkflowTemplate: lambda template, values: workflow_step(WorkflowSpec(template=template), values),
    LaunchPlan: _call_launch_plan,
}

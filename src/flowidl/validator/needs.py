"""When a pack has something to look at: one question a pack, at the price of a look at each task or less.

A pack that is not needed is not imported, and most inputs need few of them. So the questions are about what
is there and what is out of the ordinary, and they must not miss: unsure is yes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler import faults
from flowidl.compiler.model import NodeKind
from flowidl.names import END_NODE, START_NODE
from flowidl.source.definitions import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from flowidl.compiler.model import Interface, LaunchPlanRecord, TaskRecord
    from flowidl.core.v1.tasks_pb2 import TaskTemplate
    from flowidl.names import EntityId
    from flowidl.validator.context import Context

    Need = Callable[[Context], bool]

EXECUTIONS = (Kind.EXECUTION_SPEC, Kind.EXECUTION_CREATE_REQUEST)

_TASK_KINDS = (Kind.TASK_SPEC, Kind.TASK_TEMPLATE)
_WORKFLOW_KINDS = (Kind.WORKFLOW_SPEC, Kind.WORKFLOW_TEMPLATE)

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
#: What plain ids of nodes, versions, images and variables are made of. (Compiling patterns takes longer.)
_OF_IDS = frozenset(_LETTERS + "-\n")
_OF_WORDS = frozenset(_LETTERS + _LETTERS.upper() + "_")
_OF_VERSIONS = frozenset(_LETTERS + _LETTERS.upper() + "-_.~")
_OF_IMAGES = frozenset(_LETTERS + "-_./:")
_TO_BLANKS = str.maketrans("-_./:", "     ")

#: Definitions of this size, in bytes, and workflows of this number of nodes are looked at more closely.
_LARGE, _MANY = 1 << 17, 80
#: Messages of fewer bytes are not nested deep.
_DEEP = 150
#: Seconds of a timeout that nobody takes for one.
_LONG = 9 * 10**9


def nodes(*kinds: NodeKind) -> Need:
    """For packs about nodes of some kinds."""
    return lambda context: any(context.model.by_kind[kind] for kind in kinds)


def registration(context: Context) -> bool:
    """Whether something that is registered lacks a part, or has an identifier out of the ordinary."""
    model = context.model
    ids: list[tuple[int, EntityId | None]] = []
    for task in model.tasks:
        if task.definition.kind in _TASK_KINDS:
            if not _is_complete(task.template):
                return True
            ids.append((1, task.id))
    ids += [(2, unit.primary.id) for unit in model.units if unit.definition.kind in _WORKFLOW_KINDS]
    ids += [(3, plan.id) for plan in model.launch_plans if plan.definition.kind is Kind.LAUNCH_PLAN]
    if any(id is None or id.resource_type != kind or not _is_plain(id) for kind, id in ids):
        return True
    if len({id for _, id in ids}) < len(ids):
        return True
    return any(_has_long_description(definition) for definition in context.definitions)


def _is_complete(template: TaskTemplate) -> bool:
    runtime = template.metadata.runtime
    return bool(
        template.type
        and template.HasField("metadata")
        and template.HasField("interface")
        and (runtime.version or not template.metadata.HasField("runtime"))
    )


def _is_plain(id: EntityId) -> bool:
    return bool(
        id.name
        and len(id.name) < 256
        and len(id.project) < 256
        and len(id.domain) < 256
        and len(id.version) < 256
        and _OF_VERSIONS.issuperset(id.version)
    )


def _has_long_description(definition: object) -> bool:
    message = getattr(definition, "message", None)
    description = getattr(message, "description", None)
    return len(getattr(description, "short_description", "")) > 4000


def closures(context: Context) -> bool:
    """Whether there is a compiled closure."""
    return any(definition.kind is Kind.COMPILED_WORKFLOW_CLOSURE for definition in context.definitions)


def resources(context: Context) -> bool:
    """Whether a container, an override or a shared memory asks for resources."""
    return bool(context.model.overridden) or any(_asks(task.template) for task in context.model.tasks)


def _asks(template: TaskTemplate) -> bool:
    resources = template.container.resources
    return bool(
        resources.requests or resources.limits or template.extended_resources.shared_memory.size_limit
    )


def pods(context: Context) -> bool:
    """Whether there is a pod spec, or a task of the legacy sidecar type."""
    if any(
        node.message and node.message.task_node.overrides.HasField("pod_template")
        for node in context.model.overridden
    ):
        return True
    return any(
        task.template.HasField("k8s_pod") or task.template.type == "sidecar" for task in context.model.tasks
    )


def kubernetes_names(context: Context) -> bool:
    """Whether there is a name that has to be looked at more closely."""
    if pods(context) or context.model.overridden:
        return True
    if any(_has_odd_name(task) for task in context.model.tasks):
        return True
    for unit in context.model.units:
        for workflow in (unit.primary, *unit.sub_workflows):
            if not _are_labels(workflow.table) or (
                workflow.failure and not _are_labels([workflow.failure.id])
            ):
                return True
    branches = context.model.by_kind[NodeKind.BRANCH]
    return not _are_labels([node.id for branch in branches for node in branch.children])


def _are_labels(ids: Collection[str]) -> bool:
    """Whether all these ids are labels in Kubernetes, asked of all at once."""
    lines = "\n".join(("", *ids, ""))
    if not ids:
        return True
    if not _OF_IDS.issuperset(lines) or max(map(len, ids)) > 63:
        return False
    return not any(wrong in lines for wrong in ("\n\n", "\n-", "-\n"))


def _has_odd_name(task: TaskRecord) -> bool:
    template = task.template
    container, metadata = template.container, template.metadata
    if container.image and not _is_plain_image(container.image):
        return True
    if not all(pair.key.isidentifier() for pair in container.env):
        return True
    return bool(metadata.pod_template_name or metadata.metadata.labels or metadata.metadata.annotations)


def _is_plain_image(image: str) -> bool:
    """Whether the parts of an image's name are letters and digits, with one sign between them and one tag."""
    if len(image) > 120 or not _OF_IMAGES.issuperset(image) or "/" in image.partition(":")[2]:
        return False
    return all(image.translate(_TO_BLANKS).split(" ")) and image.count(":") <= 1


def caching(context: Context) -> bool:
    """Whether a task or a node says anything about the cache."""
    return bool(context.model.cached) or any(_caches_oddly(task.template) for task in context.model.tasks)


def _caches_oddly(template: TaskTemplate) -> bool:
    metadata = template.metadata
    if metadata.discoverable:
        return not metadata.discovery_version.strip() or bool(metadata.cache_ignore_input_vars)
    return metadata.cache_serializable or bool(metadata.cache_ignore_input_vars)


def timeouts(context: Context) -> bool:
    """Whether a node or a task has a timeout out of the ordinary."""
    given = [node.message.metadata.timeout for node in context.model.timed if node.message is not None]
    given += [task.template.metadata.timeout for task in context.model.tasks]
    return any(not (0 <= t.seconds <= _LONG and 0 <= t.nanos < 10**9) for t in given)


def failure_nodes(context: Context) -> bool:
    """Whether a workflow has a failure node."""
    return any(
        w.failure is not None for unit in context.model.units for w in (unit.primary, *unit.sub_workflows)
    )


def graph_lint(context: Context) -> bool:
    """Whether a node vanishes or waits for nobody, a sub-workflow is idle, or a name is odd."""
    model = context.model
    if model.unknown_upstreams or context.any_fault((faults.CompiledTooOften,)):
        return True
    interfaces = [task.interface for task in model.tasks]
    for unit in model.units:
        for workflow in unit.workflows:
            reserved = workflow.failure is not None and workflow.failure.id in (START_NODE, END_NODE)
            if workflow.swallowed or reserved:
                return True
            interfaces.append(workflow.interface)
        if not all(sub.compiled for sub in unit.sub_workflows):
            return True
    names = (name for interface in interfaces if interface for side in interface[:2] for name in side)
    return not _OF_WORDS.issuperset("".join(names))


def loose_bindings(context: Context) -> bool:
    """Whether the compiler accepted a binding on loose grounds."""
    model = context.model
    return bool(model.loose_casts) or any(not each.accepts_none for each in model.unbound_optionals)


def run_time_values(context: Context) -> bool:
    """Whether a promise asks for a part, or an input is left open."""
    return bool(context.model.promises or context.model.unbound_optionals)


def launch_plans(context: Context) -> bool:
    """Whether there is a launch plan that says more than what workflow it is of, and with what inputs."""
    model = context.model
    if not model.launch_plans:
        return False
    return bool(model.by_kind[NodeKind.LAUNCH_PLAN]) or not all(
        map(_only_names_a_workflow, model.launch_plans)
    )


def _only_names_a_workflow(plan: LaunchPlanRecord) -> bool:
    spec, workflow = plan.spec, plan.workflow
    if plan.workflow_id is None or plan.workflow_id.resource_type != 2 or not plan.workflow_id.name:
        return False
    if workflow is None or workflow.interface is None:
        return False
    if spec.fixed_inputs.literals or spec.entity_metadata.HasField("launch_conditions"):
        return False
    parameters, inputs = spec.default_inputs.parameters, workflow.interface.inputs
    return all(
        parameters[name].required and name in inputs and plan.expected_inputs.get(name) is inputs[name]
        for name in parameters
    )


def input_values(context: Context) -> bool:
    """Whether there is an execution, a fixed value, or a default that is a time or has no name."""
    if executions(context):
        return True
    for plan in context.model.launch_plans:
        parameters = plan.spec.default_inputs.parameters
        if plan.spec.fixed_inputs.literals or "" in parameters:
            return True
        if any(parameters[name].default.scalar.primitive.HasField("datetime") for name in parameters):
            return True
    return False


def schedules(context: Context) -> bool:
    """Whether a launch plan has a schedule."""
    return any(plan.spec.entity_metadata.HasField("schedule") for plan in context.model.launch_plans)


def notifications(context: Context) -> bool:
    """Whether a launch plan or an execution has labels, annotations or notifications."""
    if executions(context):
        return True
    return any(
        plan.spec.labels.values or plan.spec.annotations.values or plan.spec.entity_metadata.notifications
        for plan in context.model.launch_plans
    )


def executions(context: Context) -> bool:
    """Whether there is an execution."""
    return any(definition.kind in EXECUTIONS for definition in context.definitions)


def sizes(context: Context) -> bool:
    """Whether something is large or may be nested deep, or limits were given."""
    options = context.options
    if options.budgets or options.platform.max_workflow_nodes is not None or options.platform.workflow_size:
        return True
    total = sum(
        len(d.origin.data) if d.origin.data is not None else d.message.ByteSize() for d in context.definitions
    )
    if total > _LARGE or any(len(unit.primary.nodes) > _MANY for unit in context.model.units):
        return True
    for task in context.model.tasks:
        template = task.template
        if template.custom.ByteSize() > _DEEP or template.HasField("k8s_pod"):
            return True
    interfaces = [task.interface for task in context.model.tasks]
    interfaces += [unit.primary.interface for unit in context.model.units]
    if any(interface is not None and _has_large_type(interface) for interface in interfaces):
        return True
    branches = context.model.by_kind[NodeKind.BRANCH]
    return any(branch.message is not None and branch.message.ByteSize() > _DEEP for branch in branches)


def _has_large_type(interface: Interface) -> bool:
    return any(len(type.key) > _DEEP for side in interface[:2] for type in side.values())

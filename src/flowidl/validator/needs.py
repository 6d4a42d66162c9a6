"""When a pack has something to look at: one question a pack, at the price of a look at each task or less.

A pack that is not needed is not imported, and most inputs need few of them. So the questions are about what
is there and what is out of the ordinary, and they must not miss: unsure is yes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowidl.compiler import faults
from flowidl.compiler.model import NodeKind
from flowidl.names import END_NODE, START_NODE
from flowidl.source.definitions import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowidl.compiler.model import Interface, TaskRecord
    from flowidl.core.v1.tasks_pb2 import TaskTemplate
    from flowidl.names import EntityId
    from flowidl.validator.context import Context

    Need = Callable[[Context], bool]

EXECUTIONS = (Kind.EXECUTION_SPEC, Kind.EXECUTION_CREATE_REQUEST)

_TASK_KINDS = (Kind.TASK_SPEC, Kind.TASK_TEMPLATE)
_WORKFLOW_KINDS = (Kind.WORKFLOW_SPEC, Kind.WORKFLOW_TEMPLATE)

#: Ids of nodes as lines, and names of images, in the plain form that nearly all have.
NODE_IDS = re.compile(r"(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?+\n)*+")
_WORDS = re.compile(r"(?:[A-Za-z0-9_]++\n)*+")
_PLAIN_IMAGE = re.compile(r"(?:[a-z0-9]+[-./])*+[a-z0-9]+(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?")
_PLAIN_VERSION = re.compile(r"[A-Za-z0-9_.~-]{0,255}")

#: Definitions of this size, in bytes, and workflows of this number of nodes are looked at more closely.
_LARGE, _MANY = 1 << 17, 80
#: Messages of fewer bytes are not nested deep.
_DEEP = 150


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
        and _PLAIN_VERSION.fullmatch(id.version)
    )


def _has_long_description(definition: object) -> bool:
    message = getattr(definition, "message", None)
    description = getattr(message, "description", None)
    return len(getattr(description, "short_description", "")) > 4000


def resources(context: Context) -> bool:
    """Whether a container, an override or a shared memory asks for resources."""
    if context.model.overridden:
        return True
    return any(
        task.template.container.HasField("resources") or task.template.HasField("extended_resources")
        for task in context.model.tasks
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
            failure = "" if workflow.failure is None else f"{workflow.failure.id}\n"
            if not NODE_IDS.fullmatch("\n".join((*workflow.table, failure))):
                return True
    nested = (node.id for branch in context.model.by_kind[NodeKind.BRANCH] for node in branch.children)
    return not NODE_IDS.fullmatch("\n".join((*nested, "")))


def _has_odd_name(task: TaskRecord) -> bool:
    template = task.template
    container, metadata = template.container, template.metadata
    if container.image and not _PLAIN_IMAGE.fullmatch(container.image):
        return True
    if not all(pair.key.isidentifier() for pair in container.env):
        return True
    return bool(metadata.pod_template_name) or metadata.HasField("metadata")


def caching(context: Context) -> bool:
    """Whether a task or a node says anything about the cache."""
    if context.model.cached:
        return True
    metadata = (task.template.metadata for task in context.model.tasks)
    return any(m.discoverable or m.cache_serializable or m.cache_ignore_input_vars for m in metadata)


def timeouts(context: Context) -> bool:
    """Whether a node or a task has a timeout."""
    if context.model.timed:
        return True
    return any(task.template.metadata.HasField("timeout") for task in context.model.tasks)


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
    return not _WORDS.fullmatch("\n".join((*names, "")))


def loose_bindings(context: Context) -> bool:
    """Whether the compiler accepted a binding on loose grounds."""
    model = context.model
    return bool(model.loose_casts) or any(not each.accepts_none for each in model.unbound_optionals)


def run_time_values(context: Context) -> bool:
    """Whether a promise asks for a part, or an input is left open."""
    return bool(context.model.promises or context.model.unbound_optionals)


def launch_plans(context: Context) -> bool:
    """Whether there is a launch plan. (One that a tool made for its workflow has no more than its name.)"""
    return bool(context.model.launch_plans)


def requests(context: Context) -> bool:
    """Whether there is an execution, or a launch plan with values."""
    if executions(context):
        return True
    return any(
        plan.spec.HasField("fixed_inputs") or plan.spec.default_inputs.parameters
        for plan in context.model.launch_plans
    )


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

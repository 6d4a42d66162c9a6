"""Rules 100-139: names, ids, and the parts without which nothing else can be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler import faults
from flowidl.compiler.entities import NodeRecord, TaskRecord
from flowidl.findings import Phase
from flowidl.rules.declaration import ERROR, Found, rule
from flowidl.rules.phrases import entity, follow_first, found, node_phrase, quoted, workflow_phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.entities import LaunchPlanRecord, WorkflowAnalysis
    from flowidl.compiler.faults import Fact, Fault
    from flowidl.compiler.interfaces import Side
    from flowidl.rules.context import Context
    from flowidl.source.definitions import Place

    Owner = WorkflowAnalysis | TaskRecord | LaunchPlanRecord | NodeRecord


@rule(
    "FI100",
    "missing-template",
    ERROR,
    Phase.REGISTRATION,
    reference="ValueRequired",
    covers=("AD-6",),
    reads=(
        "admin.WorkflowSpec.template",
        "core.WorkflowClosure.workflow",
        "core.CompiledWorkflowClosure.primary",
        "core.CompiledWorkflow.template",
    ),
)
def missing_template(context: Context) -> Iterator[Found]:
    """A definition has no workflow template

    What: the message that should hold the workflow's template is not set, so there is nothing to register.

    Why it fails: registration refuses a workflow without a template before it looks at anything else.

    Fix: serialize the workflow again; an empty or truncated file usually means that the step before failed.
    """
    for fault in context.faults(faults.TemplateMissing):
        yield found(fault, "the definition holds no workflow template", "serialize the workflow again")


@rule("FI101", "missing-task-list", ERROR, Phase.REGISTRATION, reference="ValueRequired")
def missing_task_list(context: Context) -> Iterator[Found]:
    """A workflow is compiled without a list of tasks

    What: the compiler's Python interface was called with no task list at all (`None`), as opposed to an
    empty one.

    Why it fails: the reference compiler stops at once. Definitions in files cannot have this fault.

    Fix: pass an empty list for a workflow without tasks.
    """
    for fault in context.faults(faults.TaskListMissing):
        yield found(
            fault, "the workflow is compiled without a list of tasks", "pass an empty list if it has none"
        )


@rule(
    "FI102",
    "task-without-id",
    ERROR,
    Phase.REGISTRATION,
    reference="ValueRequired",
    covers=("TK-1", "WF-28", "AD-1"),
    reads=(
        "core.TaskTemplate.id",
        "admin.TaskSpec.template",
        "core.CompiledTask.template",
        "core.CompiledWorkflowClosure.tasks",
        "core.WorkflowClosure.tasks",
        "core.DynamicJobSpec.tasks",
    ),
)
def task_without_id(context: Context) -> Iterator[Found]:
    """A task has no identifier

    What: the task's template, or its `id`, is not set.

    Why it fails: nothing can refer to the task, and neither the task nor a workflow that brings it along
    compiles.

    Fix: give the template an id with project, domain, name and version.
    """
    help = "set `id` with project, domain, name and version"
    for fault in context.faults(faults.TaskWithoutId):
        yield found(fault, "the task has no identifier", help)
    for provided in context.faults(faults.ProvidedTaskWithoutId):
        number = provided.facts.position + 1
        yield found(provided, f"task number {number} that comes with the workflow has no identifier", help)


@rule(
    "FI103",
    "sub-workflow-without-id",
    ERROR,
    Phase.REGISTRATION,
    covers=("QK-31",),
    reads=("core.WorkflowTemplate.id", "admin.WorkflowSpec.sub_workflows"),
)
def sub_workflow_without_id(context: Context) -> Iterator[Found]:
    """A sub-workflow has no identifier

    What: one of the sub-workflows that come with a workflow has no `id`.

    Why it fails: no node can refer to it. The reference compiler refuses the whole workflow here without
    giving any reason, so this finding has no counterpart in its output.

    Fix: give the sub-workflow's template its id, or leave it out.
    """
    for fault in context.faults(faults.SubWorkflowWithoutId):
        number = fault.facts.position + 1
        yield found(fault, f"sub-workflow number {number} has no identifier", "set its `id`, or leave it out")


@rule(
    "FI104",
    "workflow-without-nodes",
    ERROR,
    Phase.REGISTRATION,
    reference="NoNodesFound",
    covers=("WF-3",),
    reads=("core.WorkflowTemplate.nodes", "core.DynamicJobSpec.nodes"),
)
def workflow_without_nodes(context: Context) -> Iterator[Found]:
    """A workflow has no nodes

    What: the list of nodes is empty.

    Why it fails: registration refuses a workflow that runs nothing. Such a template is often what is left
    behind when the function that builds a workflow failed half-way.

    Fix: add a node, or do not register the workflow.
    """
    for fault in context.faults(faults.NoNodes):
        words = "the workflow" if fault.workflow is None else workflow_phrase(fault.workflow)
        yield found(fault, f"{words} has no nodes", "add a node, or do not register it")


@rule(
    "FI105",
    "node-without-id",
    ERROR,
    Phase.REGISTRATION,
    reference="ValueRequired",
    covers=("WF-4",),
    reads=("core.Node.id",),
)
def node_without_id(context: Context) -> Iterator[Found]:
    """A node has no id

    What: a node's `id` is empty.

    Why it fails: the compiler refuses it, and no promise or upstream list could name the node.

    Fix: give every node an id that is unique in its workflow.
    """
    for fault in context.faults(faults.NodeWithoutId):
        name = fault.node.name if fault.node is not None else ""
        words = f'node "{name}"' if name else "a node"
        yield found(fault, f"{words} has no id", "set an id that no other node of the workflow has")


@rule(
    "FI106",
    "node-without-target",
    ERROR,
    Phase.REGISTRATION,
    reference="ValueRequired",
    covers=("WF-5", "EX-24"),
    reads=(
        "core.Node.task_node",
        "core.Node.workflow_node",
        "core.Node.branch_node",
        "core.Node.gate_node",
        "core.Node.array_node",
    ),
)
def node_without_target(context: Context) -> Iterator[Found]:
    """A node runs nothing

    What: none of `task_node`, `workflow_node`, `branch_node`, `gate_node` and `array_node` is set.

    Why it fails: the compiler cannot tell what the node takes and gives. A target that a newer schema added
    looks the same to an older reader.

    Fix: set one target, or remove the node.
    """
    for fault in context.faults(faults.NodeWithoutTarget):
        yield found(fault, f"{_node(fault)} runs nothing", "set a task, workflow, branch, gate or array")


@rule(
    "FI107",
    "variable-without-name",
    ERROR,
    Phase.REGISTRATION,
    reference="ValueRequired",
    covers=("WF-1",),
    reads=(
        "core.TypedInterface.inputs",
        "core.TypedInterface.outputs",
        "core.VariableMap.variables",
        "core.WorkflowTemplate.interface",
        "core.TaskTemplate.interface",
    ),
)
def variable_without_name(context: Context) -> Iterator[Found]:
    """An interface has a variable with an empty name

    What: an input or output is declared under the empty name.

    Why it fails: the compiler refuses the workflow, and every node that runs a task with such an interface.

    Fix: name the variable.
    """
    first: dict[object, Fault[faults.VariableWithoutName]] = {}
    for fault in context.faults(faults.VariableWithoutName):
        facts = fault.facts
        message = f"{_owner(facts.owner)} has an {facts.side.word} with an empty name"
        result = found(fault, message, "name it", related=_declared(fault, facts.owner, facts.side, ""))
        yield follow_first(first, (facts.owner, facts.side), fault, result)


@rule(
    "FI108",
    "variable-without-type",
    ERROR,
    Phase.REGISTRATION,
    reference="ValueRequired",
    covers=("WF-2",),
    reads=("core.Variable.type",),
)
def variable_without_type(context: Context) -> Iterator[Found]:
    """An interface has a variable without a type

    What: an input or output is declared and its `type` is not set.

    Why it fails: nothing can be bound to it, and the compiler refuses the workflow, and every node that
    runs a task with such an interface.

    Fix: set the type of the variable.
    """
    first: dict[object, Fault[faults.VariableWithoutType]] = {}
    for fault in context.faults(faults.VariableWithoutType):
        facts = fault.facts
        message = f"{facts.side.word} {quoted(facts.variable)} of {_owner(facts.owner)} has no type"
        related = _declared(fault, facts.owner, facts.side, facts.variable)
        result = found(fault, message, "set its type", related=related)
        yield follow_first(first, (facts.owner, facts.side, facts.variable), fault, result)


@rule("FI109", "nested-too-deep", ERROR, Phase.READ)
def nested_too_deep(context: Context) -> Iterator[Found]:
    """A message cannot be encoded

    What: a message made in memory nests deeper than Protobuf can carry, or holds something that has no
    encoding.

    Why it fails: no back end ever sees it: Protobuf stops at a hundred levels, and a pod spec, a custom
    configuration or a type uses up to three levels for each of its own.

    Fix: flatten the nested part.
    """
    for fault in context.faults(faults.NestedTooDeep):
        yield found(
            fault, "the message cannot be encoded", "flatten what is nested", notes=(fault.facts.reason,)
        )


def _node(fault: Fault[Fact]) -> str:
    return "a node" if fault.node is None else node_phrase(fault.node)


def _owner(owner: Owner) -> str:
    if isinstance(owner, NodeRecord):
        return node_phrase(owner)
    if owner.id is not None:
        return entity(owner.id)
    return "the task" if isinstance(owner, TaskRecord) else "the workflow"


def _declared(fault: Fault[Fact], owner: Owner, side: Side, name: str) -> list[tuple[str, Place | None]]:
    """The declaration, where the finding is at a node that runs what has the interface."""
    return [] if owner is fault.owner else [("declared here", owner.declaration(side, name))]

"""Rules 200-239: what nodes refer to.

Entities that are not there, refer to each other in rings, or are half there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler import faults
from flowidl.findings import Phase, Severity, Skipped
from flowidl.rules.declaration import ERROR, Found, rule
from flowidl.rules.entities.unread import unread
from flowidl.rules.phrases import (
    Hints,
    entity,
    follow_first,
    found,
    full_name,
    listed,
    node_phrase,
    quoted,
    workflow_phrase,
)
from flowidl.source.definitions import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flowidl.compiler.entities import Unit
    from flowidl.compiler.faults import Fact, Fault
    from flowidl.names import EntityId
    from flowidl.rules.context import Context
    from flowidl.rules.options import Policy

    NotFound = faults.TaskNotFound | faults.LaunchPlanNotFound

#: Kinds of definition that bring every task along that they use.
COMPLETE = (Kind.WORKFLOW_CLOSURE, Kind.COMPILED_WORKFLOW_CLOSURE, Kind.DYNAMIC_JOB_SPEC)


@rule(
    "FI200",
    "task-not-found",
    ERROR,
    Phase.REGISTRATION,
    reference="TaskReferenceNotFound",
    covers=("WF-7", "EX-21", "RT-50", "QK-47"),
    reads=(
        "core.TaskNode.reference_id",
        "core.Identifier.resource_type",
        "core.Identifier.project",
        "core.Identifier.domain",
        "core.Identifier.name",
        "core.Identifier.version",
        "core.Identifier.org",
    ),
)
def task_not_found(context: Context) -> Iterator[Found | Skipped]:
    """A node runs a task that is not there

    What: a task node refers to a task that is not among the definitions, although it should be: the
    container is one that brings its tasks along (a closure, a dynamic job), or the name is local to the
    package.

    Why it fails: registration looks every task up, by all parts of its identifier, and refuses the workflow
    if one is missing. Identifiers that differ in project, domain, version or organisation name different
    tasks.

    Fix: add the task to the package, or correct the identifier. If it is registered elsewhere, say so with
    `--missing task=ignore`, or give its interface with `--external`.
    """
    known = [task.id for task in context.model.tasks if task.id is not None]
    yield from _not_found(context, context.faults(faults.TaskNotFound), known, context.options.missing.task)


@rule(
    "FI201",
    "launch-plan-not-found",
    ERROR,
    Phase.REGISTRATION,
    reference="WorkflowReferenceNotFound",
    covers=("WF-9",),
    reads=("core.WorkflowNode.launchplan_ref",),
)
def launch_plan_not_found(context: Context) -> Iterator[Found | Skipped]:
    """A node runs a launch plan that is not there

    What: a workflow node refers to a launch plan that is not among the definitions, although its name is
    local to the package and the package has other launch plans.

    Why it fails: registration looks every launch plan up, by all parts of its identifier, and refuses the
    workflow if one is missing.

    Fix: add the launch plan to the package, or correct the identifier. If it is registered elsewhere, say
    so with `--missing launch-plan=ignore`, or give its interface with `--external`.
    """
    known = [plan.id for plan in context.model.launch_plans if plan.id is not None]
    missing = context.faults(faults.LaunchPlanNotFound)
    yield from _not_found(context, missing, known, context.options.missing.launch_plan)


@rule(
    "FI202",
    "sub-workflow-not-found",
    ERROR,
    Phase.REGISTRATION,
    reference="WorkflowReferenceNotFound",
    covers=("WF-11",),
    reads=(
        "core.WorkflowNode.sub_workflow_ref",
        "admin.WorkflowSpec.sub_workflows",
        "core.CompiledWorkflowClosure.sub_workflows",
        "core.DynamicJobSpec.subworkflows",
    ),
)
def sub_workflow_not_found(context: Context) -> Iterator[Found | Skipped]:
    """A node runs a sub-workflow that did not come along

    What: a workflow node refers to a sub-workflow that is not among those inside the same definition.

    Why it fails: sub-workflows travel inside the definition of the workflow that uses them. Registration
    does not look for them anywhere else, even if a workflow of that name is registered.

    Fix: put the sub-workflow's template, with exactly the identifier that the node uses, into
    `sub_workflows`. To run a registered workflow refer to a launch plan of it instead.
    """
    policy = context.options.missing.workflow
    hints = Hints()
    given: dict[Unit, dict[str, list[EntityId]]] = {}
    first: dict[object, Fault[faults.SubWorkflowNotFound]] = {}
    for fault in context.faults(faults.SubWorkflowNotFound):
        node = fault.node
        assert node is not None
        unit = node.workflow.unit
        if unit not in given:
            given[unit] = _by_name(sub.id for sub in unit.sub_workflows if sub.id is not None)
        if policy == "ignore":
            yield Skipped(str(fault.facts.id), "not inside the workflow's definition")
            continue
        note, help = _closest(fault.facts.id, given[unit], hints)
        help = help or "put its template into `sub_workflows`, or run a launch plan of it"
        message = f"{node_phrase(node)} runs sub-{entity(fault.facts.id)}, which did not come along"
        result = found(fault, message, help, notes=note)._replace(severity=_grade(policy))
        yield follow_first(first, (unit, fault.facts.id), fault, result)


@rule(
    "FI203",
    "task-node-without-reference",
    ERROR,
    Phase.REGISTRATION,
    reference="ValueRequired",
    covers=("WF-6",),
    reads=("core.TaskNode.reference_id",),
)
def task_node_without_reference(context: Context) -> Iterator[Found]:
    """A task node does not say which task

    What: a node's target is a task, and the task's identifier is not set.

    Why it fails: the compiler refuses the node.

    Fix: set `task_node.reference_id`.
    """
    for fault in context.faults(faults.TaskNodeWithoutReference):
        yield found(fault, f"{_node(fault)} is a task node and names no task", "set `task_node.reference_id`")


@rule(
    "FI204",
    "workflow-node-without-reference",
    ERROR,
    Phase.REGISTRATION,
    reference="WorkflowReferenceNotFound",
    covers=("WF-8",),
    reads=("core.WorkflowNode.launchplan_ref", "core.WorkflowNode.sub_workflow_ref"),
)
def workflow_node_without_reference(context: Context) -> Iterator[Found]:
    """A workflow node does not say which workflow

    What: a node's target is a workflow, and neither a launch plan nor a sub-workflow is named.

    Why it fails: the compiler refuses the node.

    Fix: set `workflow_node.launchplan_ref` or `workflow_node.sub_workflow_ref`.
    """
    for fault in context.faults(faults.WorkflowNodeWithoutReference):
        message = f"{_node(fault)} is a workflow node and names neither a launch plan nor a sub-workflow"
        yield found(fault, message, "set `launchplan_ref` or `sub_workflow_ref`")


@rule(
    "FI205",
    "repeated-sub-workflow",
    ERROR,
    Phase.REGISTRATION,
    reference="DuplicateId",
    covers=("WF-13",),
    reads=("core.WorkflowTemplate.id",),
)
def repeated_sub_workflow(context: Context) -> Iterator[Found]:
    """Two sub-workflows have one identifier

    What: the sub-workflows that come with a workflow hold one identifier twice.

    Why it fails: the compiler cannot tell which one a node means, and refuses the workflow even if both are
    equal.

    Fix: keep one of them.
    """
    for fault in context.faults(faults.SubWorkflowRepeated):
        message = f"sub-{entity(fault.facts.id)} comes along more than once"
        yield found(fault, message, "keep one of them", related=[("first one", fault.facts.first.place())])


@rule(
    "FI206",
    "recursive-sub-workflow",
    ERROR,
    Phase.REGISTRATION,
    covers=("QK-18",),
    reads=("core.WorkflowNode.sub_workflow_ref",),
)
def recursive_sub_workflow(context: Context) -> Iterator[Found]:
    """A sub-workflow contains itself

    What: following the sub-workflow nodes of a workflow leads back to the same workflow.

    Why it fails: a sub-workflow is copied into its user, which never ends here. The reference compiler does
    not report this, its process dies of a stack overflow.

    Fix: break the ring, or repeat through a launch plan under a condition.
    """
    for fault in context.faults(faults.SubWorkflowRing):
        facts = fault.facts
        members, nodes = facts.members, facts.nodes
        ring = " > ".join(
            quoted(member.id.name if member.id else "") for member in (*members[:8], members[0])
        )
        message = f"{workflow_phrase(members[0])} contains itself as a sub-workflow"
        related = [("the next one is run here", node.place()) for node in nodes[1:9]]
        yield found(
            fault, message, "break the ring, or use a launch plan", notes=(f"ring: {ring}",), related=related
        )


@rule(
    "FI207",
    "sub-workflow-without-interface",
    ERROR,
    Phase.REGISTRATION,
    reference="ValueRequired",
    covers=("WF-12",),
    reads=("core.WorkflowTemplate.interface",),
)
def sub_workflow_without_interface(context: Context) -> Iterator[Found]:
    """A node runs a sub-workflow that declares no interface

    What: the template of a sub-workflow has no `interface` message.

    Why it fails: the compiler needs the interface of what a node runs. (It does without the interface of
    the workflow that is registered itself, but not of one inside it.)

    Fix: set the interface, an empty one if there are no inputs and no outputs.
    """
    first: dict[object, Fault[faults.SubWorkflowWithoutInterface]] = {}
    for fault in context.faults(faults.SubWorkflowWithoutInterface):
        sub = fault.facts.sub_workflow
        message = f"{_node(fault)} runs sub-{workflow_phrase(sub)}, which declares no interface"
        result = found(
            fault, message, "set its `interface`, even an empty one", related=[("declared here", sub.place())]
        )
        yield follow_first(first, sub, fault, result)


@rule(
    "FI208",
    "launch-plan-without-interface",
    ERROR,
    Phase.REGISTRATION,
    reference="ValueRequired",
    covers=("WF-10",),
    reads=(
        "admin.LaunchPlanClosure.expected_inputs",
        "admin.LaunchPlanClosure.expected_outputs",
        "admin.LaunchPlan.closure",
    ),
)
def launch_plan_without_interface(context: Context) -> Iterator[Found]:
    """A node runs a launch plan whose interface is incomplete

    What: the launch plan has no expected inputs, or no expected outputs, at all. That happens to a launch
    plan whose workflow declares no inputs or no outputs message.

    Why it fails: the compiler takes a node's interface from the launch plan and refuses one that is not
    there, even if it would be empty.

    Fix: give the launch plan's workflow an interface with both sides present, and register both again.
    """
    first: dict[object, Fault[faults.LaunchPlanSideMissing]] = {}
    for fault in context.faults(faults.LaunchPlanSideMissing):
        facts = fault.facts
        plan, side = facts.launch_plan, facts.side
        words = "the launch plan" if plan.id is None else entity(plan.id)
        message = f"{_node(fault)} runs {words}, which has no expected {side.value}"
        help = f"declare the {side.value} of its workflow, even as empty"
        result = found(fault, message, help, related=[("launch plan", plan.place())])
        yield follow_first(first, (plan, side), fault, result)


# --- what is missing, and whether that is a fault -------------------------------------------------


def _not_found(
    context: Context, missing: Iterable[Fault[NotFound]], known: list[EntityId], policy: Policy | None
) -> Iterator[Found | Skipped]:
    hints, by_name = Hints(), _by_name(known)
    for fault in missing:
        facts = fault.facts
        id, users = facts.id, facts.users
        if policy != "error" and context.once(unread).may_hold(id):
            yield Skipped(str(id), "may be in a file that could not be read")
            continue
        chosen = policy or _default_policy(fault, known, context)
        if chosen == "ignore":
            yield Skipped(str(id), "lives elsewhere: not among the definitions")
            continue
        note, help = _closest(id, by_name, hints)
        message = f"{node_phrase(users[0])} runs {entity(id)}, which is not among the definitions"
        result = found(
            fault,
            message,
            help or "add it to the package, or give it with `--external`",
            notes=(f"looked for {full_name(id)}", *note),
            related=[("also needed here", user.place()) for user in users[1:4]],
        )
        yield result._replace(severity=_grade(chosen))


def _default_policy(fault: Fault[NotFound], known: list[EntityId], context: Context) -> Policy:
    """Decide whether an entity had to be here.

    If it may live elsewhere, that is no fault of the definition.
    """
    workflow = fault.facts.users[0].workflow
    if not fault.facts.id.name:
        return "error"
    if isinstance(fault.facts, faults.TaskNotFound) and workflow.definition.kind in COMPLETE:
        return "error"
    if known and len(context.definitions) > 1 and _is_local(fault.facts.id, workflow.unit.primary.id):
        return "error"
    return "warn" if context.options.strict else "ignore"


def _is_local(id: EntityId, user: EntityId | None) -> bool:
    """Tell whether a name has the project, domain and version of its user: it was serialized with it."""
    return user is not None and (id.project, id.domain, id.version) == (
        user.project,
        user.domain,
        user.version,
    )


def _grade(policy: Policy | None) -> Severity | None:
    return Severity.WARNING if policy == "warn" else None


def _by_name(known: Iterable[EntityId]) -> dict[str, list[EntityId]]:
    found: dict[str, list[EntityId]] = {}
    for id in known:
        found.setdefault(id.name, []).append(id)
    return found


def _closest(
    id: EntityId, by_name: Mapping[str, list[EntityId]], hints: Hints
) -> tuple[tuple[str, ...], str]:
    """What is here instead, as a note, and what to do about it."""
    same = by_name.get(id.name)
    if same:
        here = listed(full_name(other) for other in same[:3])
        return (f"the name is here as {here}",), "make all parts of the identifiers equal"
    return (), hints.did_you_mean(id.name, by_name)


def _node(fault: Fault[Fact]) -> str:
    return "a node" if fault.node is None else node_phrase(fault.node)

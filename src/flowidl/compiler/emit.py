"""Emission: a sound unit as the closure that the reference compiler would return.

Everything that the reference changes in place is done here on copies: start and end nodes in front, edges,
spelled-out start nodes in promises, sorted upstream ids, prefixed ids of nested nodes, interfaces made
present.

A sub-workflow that several workflows of the unit use is compiled by the reference once for each of them, in
place. Only the prefixes show it: nested nodes get one more each time (QK-16).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import NodeKind, TaskRecord
from flowidl.core.v1.compiler_pb2 import CompiledWorkflow, CompiledWorkflowClosure
from flowidl.core.v1.workflow_pb2 import Node, WorkflowTemplate
from flowidl.names import END_NODE, START_NODE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flowidl.compiler.entities import NodeRecord, Unit, WorkflowAnalysis
    from flowidl.core.v1.literals_pb2 import Binding, BindingData
    from flowidl.core.v1.tasks_pb2 import TaskTemplate
    from flowidl.names import EntityId

_RESERVED = (START_NODE, END_NODE)

#: More compiles of one sub-workflow than this are not followed. Their number can double with each level of
#: nesting, and with it the length of nested ids; the reference would not finish either.
MAX_PASSES = 64


class TooManyPassesError(Exception):
    """A sub-workflow is used in so many ways that the reference would compile it too often."""


def emit(unit: Unit, tasks: Sequence[TaskRecord]) -> CompiledWorkflowClosure:
    """Return the closure of a unit without errors; `tasks` in the order in which they were provided.

    Raises `TooManyPassesError` for the one thing that a sound unit cannot be emitted for.
    """
    closure = CompiledWorkflowClosure()
    _emit_workflow(closure.primary, unit.primary, 1)
    passes, derived = _passes(unit), _derived_targets(unit)
    for workflow in unit.sub_workflows:
        compiled = closure.sub_workflows.add()
        if workflow.compiled:
            _emit_workflow(compiled, workflow, passes[workflow])
        else:
            _copy_template(compiled.template, workflow)
            if workflow in derived:
                _complete_interface(compiled.template)
    for task in tasks:
        template = closure.tasks.add().template
        template.CopyFrom(task.template)
        if task in derived and template.HasField("interface"):
            _complete_interface(template)
    return closure


def _passes(unit: Unit) -> dict[WorkflowAnalysis, int]:
    """Count how often the reference compiles each workflow: once for each time that it compiles a user."""
    users: dict[WorkflowAnalysis, int] = {}
    for workflow in unit.workflows:
        for inner in workflow.compiles:
            users[inner] = users.get(inner, 0) + 1
    passes = {unit.primary: 1}
    ready = [unit.primary]
    while ready:
        workflow = ready.pop()
        for inner in workflow.compiles:
            passes[inner] = passes.get(inner, 0) + passes[workflow]
            users[inner] -= 1
            if not users[inner]:
                ready.append(inner)
    return passes


def _copy_template(target: WorkflowTemplate, workflow: WorkflowAnalysis) -> None:
    """Copy a template, or make one of a dynamic job's parts."""
    source = workflow.template
    if isinstance(source, WorkflowTemplate):
        target.CopyFrom(source)
        return
    if workflow.id is not None:
        for field, value in workflow.id._asdict().items():
            setattr(target.id, field, value)
    if workflow.interface_message is not None:
        target.interface.CopyFrom(workflow.interface_message)
    target.nodes.extend(workflow.node_messages)
    target.outputs.extend(workflow.outputs)


def _emit_workflow(target: CompiledWorkflow, workflow: WorkflowAnalysis, passes: int) -> None:
    template = target.template
    _copy_template(template, workflow)
    _complete_interface(template)
    kept = [template.nodes[node.position] for node in workflow.nodes]
    for node, message in zip(workflow.nodes, kept, strict=True):
        _rewrite(node, message)
    _spell_out(template.outputs)
    if workflow.failure is not None and workflow.failure.id not in _RESERVED:
        _rewrite(workflow.failure, template.failure_node)
    ids = _rename(workflow, template, kept, passes)
    frame = (Node(id=START_NODE), Node(id=END_NODE, inputs=template.outputs))
    ordered = WorkflowTemplate(nodes=[*frame, *kept])
    template.ClearField("nodes")
    template.nodes.MergeFrom(ordered.nodes)
    _connect(target, workflow, ids)


def _connect(target: CompiledWorkflow, workflow: WorkflowAnalysis, ids: dict[NodeRecord, str]) -> None:
    """Write the edges: those in both maps, and those that stand upstream only."""
    upstream = {id: set(before) for id, before in workflow.upstream.items()}
    for node, provider in workflow.one_sided:
        upstream.setdefault(ids.get(node, node.id), set()).add(provider)
    target.connections.SetInParent()
    for id, before in upstream.items():
        target.connections.upstream[id].ids.extend(sorted(before))
    for id, after in workflow.downstream.items():
        target.connections.downstream[id].ids.extend(sorted(after))


def _rewrite(node: NodeRecord, message: Node) -> None:
    """Apply what validation changes in a node and in those nested in its branches."""
    waiting = [(node, message, True)]
    while waiting:
        record, copy, validated = waiting.pop()
        if validated:
            copy.upstream_node_ids.sort()
        if validated or record.kind in (NodeKind.BRANCH, NodeKind.APPROVE):
            _spell_out(copy.inputs)
        inside = validated and record.kind is NodeKind.BRANCH
        for child in record.children:
            waiting.append((child, _child_message(child, copy), inside))


def _child_message(child: NodeRecord, outer: Node) -> Node:
    """Return the message of a nested node within the copy of the node around it."""
    if outer.HasField("array_node"):
        return outer.array_node.node
    block = outer.branch_node.if_else
    if child.position < 0:
        return block.else_node
    return block.case.then_node if child.position == 0 else block.other[child.position - 1].then_node


def _spell_out(bindings: Iterable[Binding]) -> None:
    """Name the start node in promises that leave it out, in collections and maps too."""
    waiting: list[BindingData] = [binding.binding for binding in bindings if binding.HasField("binding")]
    while waiting:
        data = waiting.pop()
        kind = data.WhichOneof("value")
        if kind == "promise":
            if not data.promise.node_id:
                data.promise.node_id = START_NODE
        elif kind == "collection":
            waiting.extend(data.collection.bindings)
        elif kind == "map":
            waiting.extend(data.map.bindings[key] for key in data.map.bindings)


def _rename(
    workflow: WorkflowAnalysis, template: WorkflowTemplate, kept: Sequence[Node], passes: int
) -> dict[NodeRecord, str]:
    """Give nodes nested in branches their final ids; return those ids.

    Swallowed nodes are not in the output, but the dependencies of what is nested in them are.
    """
    ids: dict[NodeRecord, str] = {}
    tops = [*zip(workflow.nodes, kept, strict=True)]
    tops += [(node, template.nodes[node.position]) for node in workflow.swallowed]
    if workflow.failure is not None:
        tops.append((workflow.failure, template.failure_node))
    if workflow.unit.precompiled:
        return ids
    tops = [pair for pair in tops if pair[0].children]
    if tops and passes > MAX_PASSES:
        raise TooManyPassesError(str(workflow.id))
    for _ in range(passes if tops else 0):
        waiting = list(tops)
        while waiting:
            record, copy = waiting.pop()
            for child in record.children:
                message = _child_message(child, copy)
                if record.kind is NodeKind.BRANCH:
                    message.id = ids[child] = f"{copy.id}-{message.id}"
                waiting.append((child, message))
    return ids


def _derived_targets(unit: Unit) -> set[object]:
    """Return what the nodes of a unit run: deriving a node's interface completes it in place, used or not."""
    found: set[object] = set()
    for workflow in unit.workflows:
        for node in workflow.all_nodes():
            if _is_validated(node):
                found.add(node.target)
    return found


def _is_validated(node: NodeRecord) -> bool:
    """Tell whether a node is looked at; one with the id of a start or end node is not, nor what it holds."""
    top = node
    while top.parent is not None:
        top = top.parent
    return top.id not in _RESERVED


def required_tasks(unit: Unit) -> list[TaskRecord]:
    """Return the tasks that a unit refers to, sorted as the control plane sorts them."""
    found: dict[EntityId, TaskRecord] = {}
    for workflow in (unit.primary, *unit.sub_workflows):
        for node in workflow.all_nodes():
            if isinstance(node.target, TaskRecord) and node.target.id is not None:
                found.setdefault(node.target.id, node.target)
    return [found[id] for id in sorted(found)]


def _complete_interface(template: WorkflowTemplate | TaskTemplate) -> None:
    """Make both sides of an interface present, as an interface check does."""
    template.interface.inputs.SetInParent()
    template.interface.outputs.SetInParent()

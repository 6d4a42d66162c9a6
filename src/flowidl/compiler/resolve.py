"""The first pass: a record for every node, with its target found or noted as missing.

Corresponds to the reference's requirement check, which walks everything that the primary workflow reaches,
nodes nested in branches and arrays included, before anything is validated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import ELSE, NodeKind, NodeRecord, NodeRole
from flowidl.compiler.faults import LaunchPlanNotFound, SubWorkflowNotFound, TaskNotFound
from flowidl.names import END_NODE, START_NODE, EntityId
from flowidl.paths import ROOT
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.context import Context
    from flowidl.compiler.entities import LaunchPlanRecord, TaskRecord, WorkflowAnalysis
    from flowidl.compiler.index import Choice, Index
    from flowidl.compiler.interfaces import Interface
    from flowidl.core.v1.identifier_pb2 import Identifier
    from flowidl.core.v1.workflow_pb2 import BranchNode, Node, WorkflowNode

    Target = TaskRecord | LaunchPlanRecord | WorkflowAnalysis | None

_GATES = {
    "approve": NodeKind.APPROVE,
    "signal": NodeKind.SIGNAL,
    "sleep": NodeKind.SLEEP,
    None: NodeKind.GATE,
}


class Scope(NamedTuple):
    """What references are looked up in. `found_tasks` remembers lookups by the encoded reference.

    Where a reference may mean several definitions, the nearest is taken; if `cautious`, none is.
    """

    tasks: Index[TaskRecord]
    launch_plans: Index[LaunchPlanRecord]
    found_tasks: dict[bytes, tuple[TaskRecord | None, Interface | None]]
    cautious: bool = False


class Resolver:
    """Makes the records of one unit."""

    def __init__(self, context: Context, scope: Scope, sub_workflows: Index[WorkflowAnalysis]) -> None:
        self._context = context
        self._model = context.model
        self._scope = scope
        self._sub_workflows = sub_workflows
        self._missing_tasks: dict[EntityId, list[NodeRecord]] = {}
        self._missing_plans: dict[EntityId, list[NodeRecord]] = {}
        self._precompiled = context.unit.precompiled
        self._found_tasks = scope.found_tasks
        self._chosen_tasks: dict[bytes, tuple[TaskRecord | None, Interface | None]] = {}
        self._tasks = self._model.by_kind[NodeKind.TASK]
        self._aliased = self._model.aliased

    def record(self, primary: WorkflowAnalysis) -> None:
        """Record the primary workflow and all that it refers to, and note what is missing."""
        waiting, known = [primary], {primary}
        while waiting:
            workflow = waiting.pop()
            self._workflow(workflow)
            for _, inner in workflow.refers:
                if inner not in known:
                    known.add(inner)
                    waiting.append(inner)
        self._note_missing()

    def _workflow(self, workflow: WorkflowAnalysis) -> None:
        table, nodes, special = workflow.table, workflow.nodes, workflow.special
        make, task, aliased = self._node, NodeKind.TASK, self._aliased
        for position, message in enumerate(workflow.node_messages):
            id = message.id
            if self._precompiled and id in (START_NODE, END_NODE):
                continue
            node = make(workflow, message, id, NodeRole.TOP, position, None)
            if id in table:
                workflow.swallowed.append(node)
            else:
                table[id] = node
                nodes.append(node)
            if node.kind is not task:
                special.append(node)
                self._nested(node)
            elif node.interface is None or not id or (aliased and aliased[-1] is node):
                special.append(node)
        if workflow.failure_message is not None:
            message = workflow.failure_message
            workflow.failure = make(workflow, message, message.id, NodeRole.FAILURE, -1, None)
            self._nested(workflow.failure)

    def _nested(self, node: NodeRecord) -> None:
        """Record what is nested in a node at any depth."""
        waiting = [node]
        while waiting:
            outer = waiting.pop()
            if outer.kind is NodeKind.ARRAY or outer.kind is NodeKind.BRANCH:
                outer.children = tuple(self._children(outer))
                waiting.extend(reversed(outer.children))

    def _children(self, outer: NodeRecord) -> Iterator[NodeRecord]:
        message = outer.message
        assert message is not None
        if outer.kind is NodeKind.ARRAY:
            if message.array_node.HasField("node"):
                inner = message.array_node.node
                yield self._node(outer.workflow, inner, inner.id, NodeRole.INNER, 0, outer)
            return
        prefix = self._prefix(outer, message.branch_node)
        for position, inner in alternatives(message.branch_node):
            yield self._node(outer.workflow, inner, prefix + inner.id, NodeRole.NESTED, position, outer)

    def _node(
        self,
        workflow: WorkflowAnalysis,
        message: Node,
        id: str,
        role: NodeRole,
        position: int,
        parent: NodeRecord | None,
    ) -> NodeRecord:
        target = message.WhichOneof("target")
        if target == "task_node":
            task_node = message.task_node
            key = task_node.reference_id.SerializeToString()
            found = self._found_tasks.get(key) or self._chosen_tasks.get(key)
            if found is None:
                found = self._find_task(task_node.reference_id, key)
            task, interface = found
            node = NodeRecord(workflow, message, id, NodeKind.TASK, role, position, parent, task, interface)
            self._tasks.append(node)
            if task is None and task_node.HasField("reference_id"):
                self._missing_tasks.setdefault(EntityId.of(task_node.reference_id), []).append(node)
                self._make_opaque(node)
            if task_node.HasField("overrides") and task_node.overrides.ByteSize():
                self._model.overridden.append(node)
        else:
            node = NodeRecord(workflow, message, id, NodeKind.UNSET, role, position, parent, None, None)
            if target is not None:
                self._fill(node, target)
            self._model.by_kind[node.kind].append(node)
        metadata = message.metadata
        if metadata.HasField("timeout"):
            self._model.timed.append(node)
        if metadata.cacheable:
            self._model.cached.append(node)
        if message.output_aliases:
            self._aliased.append(node)
        return node

    def _find_task(self, reference: Identifier, key: bytes) -> tuple[TaskRecord | None, Interface | None]:
        """Look a task up, once for each distinct encoding of a reference; in each unit, if it has several."""
        id, tasks = EntityId.of(reference), self._scope.tasks
        choice = tasks.choose(id, self._context.unit.definition)
        known = self._found_tasks if tasks.is_single(id) else self._chosen_tasks
        if choice is None:
            found: tuple[TaskRecord | None, Interface | None] = (None, None)
        elif self._is_taken(choice):
            found = (choice.record, choice.record.interface)
        else:
            found = (choice.record, self._model.unknown_interface)
        known[key] = found
        return found

    def _is_taken(self, choice: Choice[TaskRecord] | Choice[LaunchPlanRecord]) -> bool:
        """Tell whether a node is held against the definition that was chosen for it."""
        if choice.certain:
            return True
        self._context.unit.doubtful = True
        return choice.nearest and not self._scope.cautious

    def _fill(self, node: NodeRecord, target: str) -> None:
        """Complete a node that runs something else than a task."""
        message = node.message
        assert message is not None
        if target == "workflow_node":
            self._workflow_node(node, message.workflow_node)
        elif target == "gate_node":
            node.kind = _GATES[message.gate_node.WhichOneof("condition")]
        elif target == "array_node":
            node.kind = NodeKind.ARRAY
        else:
            node.kind = NodeKind.BRANCH

    def _prefix(self, node: NodeRecord, branch: BranchNode) -> str:
        """Return what the ids of nested nodes get in front.

        The reference gives up before it renames any if the first alternative is incomplete. What a compiler
        has written has its prefixes already.
        """
        complete = branch.if_else.case.HasField("then_node")
        return f"{node.id}-" if complete and not self._precompiled else ""

    def _workflow_node(self, node: NodeRecord, message: WorkflowNode) -> None:
        reference = message.WhichOneof("reference")
        plan_id = EntityId.of(message.launchplan_ref) if reference == "launchplan_ref" else None
        node.runs_itself = plan_id == node.workflow.id
        if plan_id is not None:
            node.kind = NodeKind.LAUNCH_PLAN
            id = plan_id
            choice = self._scope.launch_plans.choose(id, self._context.unit.definition)
            plan = choice.record if choice is not None else None
            node.target = plan
            known = choice is not None and self._is_taken(choice) and choice.record.known
            if plan is None or not (known or node.runs_itself):
                self._make_opaque(node)
            if plan is None:
                self._missing_plans.setdefault(id, []).append(node)
        elif reference == "sub_workflow_ref":
            node.kind = NodeKind.SUB_WORKFLOW
            id = EntityId.of(message.sub_workflow_ref)
            workflow = self._sub_workflows.find(id)
            if workflow is None:
                self._make_opaque(node)
                self._missing_sub_workflow(node, id)
            else:
                node.target = workflow
                workflow.users.append(node)
                node.workflow.refers.append((node, workflow))
        else:
            node.kind = NodeKind.WORKFLOW

    def _make_opaque(self, node: NodeRecord) -> None:
        node.interface = self._model.unknown_interface
        node.outputs = node.interface.outputs

    def _missing_sub_workflow(self, node: NodeRecord, id: EntityId) -> None:
        """The reference reports the node's id as written: nested nodes have no prefix yet."""
        message = node.message
        assert message is not None
        self._context.causes[node] = self._context.fault(
            SubWorkflowNotFound(id), node, ROOT.field("workflow_node", "sub_workflow_ref"), node_id=message.id
        )

    def _note_missing(self) -> None:
        for id, users in self._missing_plans.items():
            plan_facts = LaunchPlanNotFound(id, tuple(users))
            path = ROOT.field("workflow_node", "launchplan_ref")
            fault = self._context.fault(plan_facts, users[0], path, node_id=START_NODE)
            for node in users:
                self._context.causes[node] = fault
        for id, users in self._missing_tasks.items():
            facts = TaskNotFound(id, tuple(users))
            fault = self._context.fault(
                facts, users[0], ROOT.field("task_node", "reference_id"), node_id=START_NODE
            )
            for node in users:
                self._context.causes[node] = fault


def alternatives(branch: BranchNode) -> Iterator[tuple[int, Node]]:
    """Yield the nodes nested in a branch with their positions: then-nodes in order, then the else-node."""
    block = branch.if_else
    if block.case.HasField("then_node"):
        yield 0, block.case.then_node
    for position, case in enumerate(block.other, start=1):
        if case.HasField("then_node"):
            yield position, case.then_node
    if block.HasField("else_node"):
        yield ELSE, block.else_node

"""What a run needs, linked: compiled workflows, tasks and launch plans by identifier.

    Program.of(closure, launch_plans=[plan], closures=[its_workflow])

A `Layout` is what the order of a workflow's nodes depends on, worked out once per workflow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowidl.core.v1.compiler_pb2 import CompiledWorkflowClosure
from flowidl.core.v1.literals_pb2 import Literal
from flowidl.errors import BuildError
from flowidl.names import END_NODE, START_NODE, EntityId
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
    from flowidl.core.v1.literals_pb2 import BindingData
    from flowidl.core.v1.tasks_pb2 import TaskTemplate
    from flowidl.core.v1.workflow_pb2 import BranchNode, Node, WorkflowTemplate

#: What a promise calls the workflow's own inputs.
INPUT_NODES = ("", START_NODE)


class Layout(NamedTuple):
    """The nodes of a workflow in their order, and who waits for whom (by position)."""

    nodes: tuple[Node, ...]
    #: How many other nodes each waits for.
    waits: tuple[int, ...]
    #: Which nodes wait for each.
    followers: tuple[tuple[int, ...], ...]


class Workflow(NamedTuple):
    """A compiled workflow."""

    id: EntityId
    template: WorkflowTemplate
    layout: Layout


class Plan(NamedTuple):
    """A launch plan: which workflow it starts, and the values that it gives to its inputs."""

    id: EntityId
    workflow: EntityId
    defaults: dict[str, Literal]
    fixed: dict[str, Literal]


class Program:
    """Everything that a run may come across, except what dynamic tasks bring along."""

    def __init__(self, parent: Program | None = None) -> None:
        self._parent = parent
        self._workflows: dict[EntityId, Workflow] = {}
        self._tasks: dict[EntityId, TaskTemplate] = {}
        self._plans: dict[EntityId, Plan] = {}
        self._plan_messages: list[LaunchPlan] = []

    @classmethod
    def of(
        cls,
        closure: CompiledWorkflowClosure,
        *,
        launch_plans: Iterable[LaunchPlan] = (),
        closures: Iterable[CompiledWorkflowClosure] = (),
        parent: Program | None = None,
    ) -> tuple[Program, Workflow]:
        """Return what a closure links to, with the plans that it starts and their workflows, and its
        primary.
        """
        program = cls(parent)
        primary = program._add(closure)
        for each in closures:
            program._add(each)
        for plan in launch_plans:
            program.add_plan(plan)
        return program, primary

    def _add(self, closure: CompiledWorkflowClosure) -> Workflow:
        for task in closure.tasks:
            self._tasks[EntityId.of(task.template.id)] = task.template
        for each in closure.sub_workflows:
            workflow = _workflow(each.template)
            self._workflows[workflow.id] = workflow
        primary = _workflow(closure.primary.template)
        self._workflows[primary.id] = primary
        return primary

    def add_plan(self, plan: LaunchPlan) -> Plan:
        """Add a launch plan."""
        spec = plan.spec
        defaults = {
            name: parameter.default
            for name, parameter in spec.default_inputs.parameters.items()
            if parameter.HasField("default")
        }
        id = EntityId.of(plan.id)
        made = Plan(id, EntityId.of(spec.workflow_id), defaults, dict(spec.fixed_inputs.literals.items()))
        self._plans[id] = made
        self._plan_messages.append(plan)
        return made

    def plan_messages(self) -> list[LaunchPlan]:
        """Return all launch plans, those of the parents too."""
        return [*self._plan_messages, *(self._parent.plan_messages() if self._parent else ())]

    def task(self, id: EntityId) -> TaskTemplate | None:
        """Return a task."""
        return self._tasks.get(id) or (self._parent.task(id) if self._parent else None)

    def workflow(self, id: EntityId) -> Workflow | None:
        """Return a workflow."""
        return self._workflows.get(id) or (self._parent.workflow(id) if self._parent else None)

    def plan(self, id: EntityId) -> Plan | None:
        """Return a launch plan."""
        return self._plans.get(id) or (self._parent.plan(id) if self._parent else None)

    def certain(self, primary: Workflow) -> Iterator[Node]:
        """Yield every node that a run comes to unless something fails.

        All but those inside of conditionals.
        """
        seen: set[EntityId] = set()
        waiting = [primary]
        while waiting:
            workflow = waiting.pop()
            if workflow.id in seen:
                continue
            seen.add(workflow.id)
            for top in workflow.layout.nodes:
                node = top.array_node.node if top.HasField("array_node") else top
                yield node
                inner = self._started(node)
                if inner is not None:
                    waiting.append(inner)

    def _started(self, node: Node) -> Workflow | None:
        target = node.workflow_node
        if target.HasField("sub_workflow_ref"):
            return self.workflow(EntityId.of(target.sub_workflow_ref))
        if target.HasField("launchplan_ref"):
            plan = self.plan(EntityId.of(target.launchplan_ref))
            return None if plan is None else self.workflow(plan.workflow)
        return None


def _workflow(template: WorkflowTemplate) -> Workflow:
    return Workflow(EntityId.of(template.id), template, layout_of(template))


def layout_of(template: WorkflowTemplate) -> Layout:
    """Return the order of a workflow's nodes.

    A conditional waits for what its branches read, since nobody knows yet which is chosen.
    """
    nodes = tuple(node for node in template.nodes if node.id not in (START_NODE, END_NODE))
    position = {node.id: index for index, node in enumerate(nodes)}
    followers: list[list[int]] = [[] for _ in nodes]
    waits = [0] * len(nodes)
    for index, node in enumerate(nodes):
        for id in _upstream(node):
            before = position.get(id)
            if before is not None and before != index:
                followers[before].append(index)
                waits[index] += 1
    if not _ends(waits, followers):
        raise BuildError(f"the nodes of workflow `{template.id.name}` wait for one another", rule="cycle")
    return Layout(nodes, tuple(waits), tuple(map(tuple, followers)))


def _ends(waits: list[int], followers: list[list[int]]) -> bool:
    """Tell whether every node's turn comes."""
    left = list(waits)
    ready = [index for index, count in enumerate(left) if not count]
    done = 0
    while ready:
        done += 1
        for index in followers[ready.pop()]:
            left[index] -= 1
            if not left[index]:
                ready.append(index)
    return done == len(waits)


def _upstream(node: Node) -> set[str]:
    found: set[str] = set()
    for each in _all_nodes([node]):
        found.update(each.upstream_node_ids)
        found.update(_promised(binding.binding for binding in each.inputs))
    return found


def _promised(data: Iterable[BindingData]) -> Iterator[str]:
    waiting = list(data)
    while waiting:
        each = waiting.pop()
        kind = each.WhichOneof("value")
        if kind == "promise":
            yield each.promise.node_id
        elif kind == "collection":
            waiting += each.collection.bindings
        elif kind == "map":
            waiting += each.map.bindings.values()


def _all_nodes(tops: Iterable[Node]) -> Iterator[Node]:
    """Yield nodes and the nodes nested in them."""
    waiting = list(tops)
    while waiting:
        node = waiting.pop()
        yield node
        if node.HasField("array_node"):
            waiting.append(node.array_node.node)
        elif node.HasField("branch_node"):
            waiting.extend(branches(node.branch_node))


def branches(branch: BranchNode) -> list[Node]:
    """Return the nodes of a conditional, one for each case that does not fail."""
    block = branch.if_else
    cases = [block.case.then_node, *(each.then_node for each in block.other)]
    return [*cases, block.else_node] if block.HasField("else_node") else cases


def nested(tops: Iterable[Node]) -> Iterator[Node]:
    """Yield nodes and the nodes nested in them."""
    return _all_nodes(tops)


def closure_of(workflow: Any) -> CompiledWorkflowClosure:
    """Return the closure of what compiles to one: a closure, a compilation, or an object with `closure()`.

    Raise `BuildError` for a compilation with errors.
    """
    if isinstance(workflow, CompiledWorkflowClosure):
        return workflow
    found = getattr(workflow, "closure", None)
    if callable(found):
        found = found()
    if isinstance(found, CompiledWorkflowClosure):
        return found
    faults = getattr(workflow, "faults", None)
    if faults is not None:
        from flowidl.local.faults import build_error

        raise build_error(workflow)
    raise BuildError(
        f"a `{workflow.__class__.__qualname__}` is nothing that can be run",
        help="give a compiled closure, a compilation, or a workflow of `flowidl.sdk`",
    )

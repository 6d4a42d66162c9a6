"""From definitions to graphs.

Everything is read as it stands in the messages, so that a faulty workflow has a picture as well: an edge from
a node that is not there is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Protocol, TypeVar

from flowidl.core.v1.tasks_pb2 import TaskTemplate
from flowidl.core.v1.workflow_pb2 import WorkflowTemplate
from flowidl.graph.model import END, START, Call, Drawing, Edge, Entity, Node, Variable, Workflow
from flowidl.graph.words import array_text, condition_text, gate_text
from flowidl.sourcecode.definitions import launch_plan_name, templates
from flowidl.sourcecode.nodes import INPUTS, is_frame, references
from flowidl.types.printer import type_text
from flowidl.types.table import TypeTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from flowidl.core.v1 import workflow_pb2 as pb
    from flowidl.core.v1.interface_pb2 import TypedInterface, VariableMap
    from flowidl.core.v1.literals_pb2 import BindingData
    from flowidl.core.v1.types_pb2 import OutputReference
    from flowidl.findings import Finding
    from flowidl.source.definitions import Definition
    from flowidl.sourcecode.placing import NodePlace
    from flowidl.sourcecode.position import Position

T = TypeVar("T", TaskTemplate, WorkflowTemplate)


class Places(Protocol):
    """Who knows where things stand in the sources."""

    def task(self, name: str) -> Position | None:
        """Return where a task is defined."""
        ...

    def launch_plan(self, name: str) -> Position | None:
        """Return where a launch plan is defined."""
        ...

    def workflow(self, name: str) -> Position | None:
        """Return where a workflow is defined."""
        ...

    def nodes(self, template: pb.WorkflowTemplate) -> Mapping[str, NodePlace]:
        """Return where the nodes of a workflow are made, by path."""
        ...


class Marks(Protocol):
    """Who knows what was found where."""

    def of(self, kind: str, name: str, node: str = "") -> tuple[Finding, ...]:
        """Return the findings on an entity itself, or on one of a workflow's nodes."""
        ...


class _Drawer:
    def __init__(self, places: Places | None, marks: Marks | None) -> None:
        self._places = places
        self._marks = marks
        self._types = TypeTable()
        self.interfaces: dict[tuple[str, str], TypedInterface] = {}

    def variables(self, variables: VariableMap) -> tuple[Variable, ...]:
        return tuple(
            Variable(name, type_text(self._types.intern(variable.type)))
            for name, variable in sorted(variables.variables.items())
        )

    def found(self, kind: str, name: str, node: str = "") -> tuple[Finding, ...]:
        return self._marks.of(kind, name, node) if self._marks is not None else ()

    def task(self, template: TaskTemplate) -> Entity:
        name = template.id.name
        return Entity(
            name,
            "task",
            self.variables(template.interface.inputs),
            self.variables(template.interface.outputs),
            self._places.task(name) if self._places else None,
            self.found("task", name),
        )

    def launch_plan(self, name: str, workflow: str) -> Entity:
        source = self._places.launch_plan(name) if self._places else None
        return Entity(
            name, "launch_plan", source=source, findings=self.found("launch plan", name), workflow=workflow
        )

    def workflow(self, template: WorkflowTemplate) -> Workflow:
        name = template.id.name
        places: Mapping[str, NodePlace] = self._places.nodes(template) if self._places else {}
        nodes = [self._node(node, "", places, name) for node in template.nodes if not is_frame(node)]
        if template.HasField("failure_node"):
            failure = self._node(template.failure_node, "", places, name)
            nodes.append(failure._replace(is_failure=True))
        return Workflow(
            name,
            self.variables(template.interface.inputs),
            self.variables(template.interface.outputs),
            tuple(nodes),
            tuple(self._edges(template)),
            self._places.workflow(name) if self._places else None,
            self.found("workflow", name),
        )

    def _node(
        self, node: pb.Node, around: str, places: Mapping[str, NodePlace], workflow: str, case: str = ""
    ) -> Node:
        path = f"{around}/{node.id}" if around else node.id
        place = places.get(path)
        kind, target, detail, inner = _aim(node)
        children = tuple(self._node(child, path, places, workflow, inner_case) for inner_case, child in inner)
        return Node(
            path,
            _short_name(node.metadata.name, kind) or _short_name(target, kind) or node.id,
            kind,
            target,
            detail,
            case,
            False,
            place.position if place is not None else None,
            place.inputs if place is not None else {},
            children,
            self.found("workflow", workflow, path),
            self._signature(kind, target),
        )

    def _signature(self, kind: str, target: str) -> tuple[tuple[str, str], ...]:
        interface = self.interfaces.get((kind, target))
        if interface is None:
            return ()
        ins = [(f"{v.name}", v.type) for v in self.variables(interface.inputs)]
        return (*ins, *((f"-> {v.name}", v.type) for v in self.variables(interface.outputs)))

    def _edges(self, template: WorkflowTemplate) -> Iterator[Edge]:
        known = {node.id for node in template.nodes if not is_frame(node)}
        kinds = {node.id: _aim(node)[:2] for node in template.nodes}
        own = template.interface.inputs.variables

        def carried(reference: OutputReference) -> str:
            if reference.node_id in INPUTS:
                return type_text(self._types.intern(own[reference.var].type)) if reference.var in own else ""
            interface = self.interfaces.get(kinds.get(reference.node_id, ("", "")))
            if interface is None or reference.var not in interface.outputs.variables or reference.attr_path:
                return ""
            return type_text(self._types.intern(interface.outputs.variables[reference.var].type))

        def data(target: str, bindings: Iterable[tuple[str, BindingData]]) -> Iterator[Edge]:
            for var, reference in ((v, r) for v, b in bindings for r in _promises(b)):
                source = START if reference.node_id in INPUTS else reference.node_id
                if source == START or source in known:
                    label = f"{reference.var} -> {var}" if reference.var != var else var
                    yield Edge(source, target, label, carried(reference))

        for node in template.nodes:
            if is_frame(node):
                continue
            told: set[str] = set()
            for path, inner in _inside(node, node.id):
                for edge in data(path, ((b.var, b.binding) for b in inner.inputs)):
                    told.add(edge.source)
                    yield edge
            for before in sorted(set(node.upstream_node_ids) - told):
                if before in known:
                    yield Edge(before, node.id)
        yield from data(END, ((b.var, b.binding) for b in template.outputs))


_MAPPED = re.compile(r"(?:.*\.)?map_(.+)_[0-9a-f]{32}(?:-arraynode)?")


def _short_name(name: str, kind: str) -> str:
    """Return what people call a node: of a map task, whose name ends in a digest, the task that it maps."""
    match = _MAPPED.fullmatch(name) if kind in ("array", "task") else None
    return name if match is None else match[1]


def _aim(node: pb.Node) -> tuple[str, str, str, list[tuple[str, pb.Node]]]:
    """Return kind, target and detail of a node, and the nodes inside it with their cases."""
    which = node.WhichOneof("target")
    if which == "task_node":
        return "task", node.task_node.reference_id.name, "", []
    if which == "workflow_node":
        if node.workflow_node.WhichOneof("reference") == "launchplan_ref":
            return "launch_plan", node.workflow_node.launchplan_ref.name, "", []
        return "workflow", node.workflow_node.sub_workflow_ref.name, "", []
    if which == "array_node":
        inner = node.array_node.node
        return "array", _aim(inner)[1], array_text(node.array_node), [("", inner)]
    if which == "gate_node":
        return node.gate_node.WhichOneof("condition") or "gate", "", gate_text(node.gate_node), []
    if which == "branch_node":
        return "branch", "", _otherwise(node.branch_node.if_else), _cases(node.branch_node.if_else)
    return "", "", "runs nothing", []


def _cases(block: pb.IfElseBlock) -> list[tuple[str, pb.Node]]:
    cases = [(f"if {condition_text(block.case.condition)}", block.case.then_node)]
    cases += [(f"elif {condition_text(other.condition)}", other.then_node) for other in block.other]
    return [*cases, ("else", block.else_node)] if block.HasField("else_node") else cases


def _otherwise(block: pb.IfElseBlock) -> str:
    return f"else fails: {block.error.message}" if block.HasField("error") else ""


def _inside(node: pb.Node, path: str) -> Iterator[tuple[str, pb.Node]]:
    """Yield a node and those in its branches; an array's inner node has the same inputs as the array."""
    yield path, node
    if node.WhichOneof("target") == "branch_node":
        for _, inner in _cases(node.branch_node.if_else):
            yield from _inside(inner, f"{path}/{inner.id}")


def _promises(binding: BindingData) -> Iterator[OutputReference]:
    todo = [binding]
    while todo:
        data = todo.pop()
        which = data.WhichOneof("value")
        if which == "promise":
            yield data.promise
        elif which == "collection":
            todo.extend(reversed(data.collection.bindings))
        elif which == "map":
            todo.extend(value for _, value in sorted(data.map.bindings.items(), reverse=True))


def draw(
    definitions: Iterable[Definition], places: Places | None = None, marks: Marks | None = None
) -> Drawing:
    """Return the graphs of all workflows in definitions, in their order, each name once."""
    found = list(templates(definitions))
    drawer = _Drawer(places, marks)
    tasks = _distinct(found, TaskTemplate)
    workflows = _distinct(found, WorkflowTemplate)
    for template in tasks:
        drawer.interfaces["task", template.id.name] = template.interface
        drawer.interfaces["array", template.id.name] = template.interface
    for workflow in workflows:
        drawer.interfaces["workflow", workflow.id.name] = workflow.interface
    plans: dict[str, str] = {
        name: message.spec.workflow_id.name if message.DESCRIPTOR.name == "LaunchPlan" else ""  # type: ignore[attr-defined]
        for message in found
        if (name := launch_plan_name(message))
    }
    return Drawing(
        tuple(map(drawer.task, tasks)),
        tuple(drawer.launch_plan(name, workflow) for name, workflow in plans.items()),
        tuple(map(drawer.workflow, workflows)),
        tuple(_calls(workflows, plans)),
    )


def _distinct(found: Sequence[object], kind: type[T]) -> list[T]:
    by_name: dict[str, T] = {}
    for template in found:
        if isinstance(template, kind):
            by_name.setdefault(template.id.name, template)
    return list(by_name.values())


def _calls(workflows: Iterable[WorkflowTemplate], plans: Mapping[str, str]) -> Iterator[Call]:
    for template in workflows:
        for target, times in Counter(references(template)).items():
            yield Call(("workflow", template.id.name), target, times)
    for plan, workflow in plans.items():
        if workflow:
            yield Call(("launch_plan", plan), ("workflow", workflow))


def only(drawing: Drawing, wanted: Callable[[str], bool]) -> Drawing:
    """Return a drawing with only the workflows that are wanted, and their calls."""
    kept = tuple(workflow for workflow in drawing.workflows if wanted(workflow.name))
    names = {workflow.name for workflow in kept}
    calls = tuple(c for c in drawing.calls if c.source[1] in names or c.target[1] in names)
    return drawing._replace(workflows=kept, calls=calls)


def faulty(drawing: Drawing) -> Drawing:
    """Return only the workflows with findings, and of each only faulty nodes and their neighbours."""
    found: list[Workflow] = []
    for workflow in drawing.workflows:
        bad = {node.path for node in workflow.nodes if any(inner.findings for inner in node.walk())}
        if not bad and not workflow.findings:
            continue
        near = set(bad)
        for edge in workflow.edges:
            ends = {edge.source.partition("/")[0], edge.target.partition("/")[0]}
            near |= ends if ends & bad else set()
        found.append(
            workflow._replace(
                nodes=tuple(node for node in workflow.nodes if node.path in near),
                edges=tuple(
                    edge
                    for edge in workflow.edges
                    if {edge.source.partition("/")[0], edge.target.partition("/")[0]} <= near
                ),
            )
        )
    return drawing._replace(workflows=tuple(found))


def joined(drawings: Iterable[Drawing]) -> Drawing:
    """Return one drawing of several, in their order; of two workflows of one name the first."""
    tasks: dict[str, Entity] = {}
    plans: dict[str, Entity] = {}
    workflows: dict[str, Workflow] = {}
    calls: dict[Call, None] = {}
    for drawing in drawings:
        for task in drawing.tasks:
            tasks.setdefault(task.name, task)
        for plan in drawing.launch_plans:
            plans.setdefault(plan.name, plan)
        for workflow in drawing.workflows:
            workflows.setdefault(workflow.name, workflow)
        calls.update(dict.fromkeys(drawing.calls))
    return Drawing(tuple(tasks.values()), tuple(plans.values()), tuple(workflows.values()), tuple(calls))

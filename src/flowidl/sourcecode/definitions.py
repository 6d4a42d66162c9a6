"""Definitions as source positions need them: their templates, and where in a template a field path leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flowidl.core.v1.tasks_pb2 import TaskTemplate
from flowidl.core.v1.workflow_pb2 import LaunchPlanTemplate, WorkflowTemplate
from flowidl.sourcecode.nodes import Spot, spots
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from google.protobuf.message import Message

    from flowidl.findings import Location
    from flowidl.paths import FieldPath
    from flowidl.source.definitions import Definition

    Nodes = Callable[[WorkflowTemplate], Mapping[str, Spot]]


class Aim(NamedTuple):
    """What a field path leads to: a template, and within a workflow's the node and the input.

    `node` is a path of ids, as `Spot` has them; `var` the name of an input of it. Both may be empty.
    """

    template: Message
    node: str = ""
    var: str = ""

    @property
    def kind(self) -> str:
        """The kind of entity: `task`, `workflow` or `launch plan`."""
        return {"TaskTemplate": "task", "WorkflowTemplate": "workflow"}.get(
            self.template.DESCRIPTOR.name, "launch plan"
        )

    @property
    def name(self) -> str:
        """The entity's name."""
        return str(self.template.id.name)  # type: ignore[attr-defined]


class Directory:
    """Finds the definition, and the part of it, that a finding's location is about."""

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self._by_place: dict[tuple[str, str, str], Definition] = {}
        for definition in definitions:
            words = str(definition.id) if definition.id is not None else definition.kind.label
            origin = definition.origin
            self._by_place.setdefault((origin.file, origin.member, words), definition)
        self._nodes: dict[int, tuple[WorkflowTemplate, Mapping[str, Spot]]] = {}

    def aim(self, location: Location) -> Aim | None:
        """Return what a location leads to; `None` if to no template of these definitions."""
        definition = self._by_place.get((location.file, location.member, location.entity))
        if definition is None:
            return None
        return aim(definition.message, location.field_path, self._nodes_of)

    def _nodes_of(self, template: WorkflowTemplate) -> Mapping[str, Spot]:
        """Return the nodes of a template, read once. The template is kept, so that its id stays its own."""
        if id(template) not in self._nodes:
            self._nodes[id(template)] = (template, _by_field(template))
        return self._nodes[id(template)][1]


def templates(definitions: Iterable[Definition]) -> Iterator[Message]:
    """Yield the templates of tasks and workflows in definitions, and launch plans, each where it stands."""
    for definition in definitions:
        yield from _inside(definition.message, 0)


def _inside(message: Message, depth: int) -> Iterator[Message]:
    name = message.DESCRIPTOR.name
    if name in ("TaskTemplate", "WorkflowTemplate", "LaunchPlanTemplate", "LaunchPlan"):
        yield message
        return
    if depth < 4:
        for field, value in message.ListFields():
            if field.message_type is None or field.message_type.GetOptions().map_entry:
                continue
            for inner in value if field.is_repeated else (value,):
                yield from _inside(inner, depth + 1)


def launch_plan_name(message: Message) -> str:
    """Return the name of a launch plan's message, empty if it is none."""
    is_plan = message.DESCRIPTOR.name in ("LaunchPlan", "LaunchPlanTemplate")
    return str(message.id.name) if is_plan else ""  # type: ignore[attr-defined]


def aim(message: Message, path: FieldPath, nodes: Nodes | None = None) -> Aim | None:
    """Return what a path through a definition's message leads to; `None` if to no template.

    `nodes` gives the nodes of a template by the paths of their messages; they are read anew without it.
    """
    current = message
    for position, step in enumerate(path):
        if isinstance(current, WorkflowTemplate):
            return _into(current, str(type(path)(path[position:])), (nodes or _by_field)(current))
        if isinstance(current, TaskTemplate | LaunchPlanTemplate) or current.DESCRIPTOR.name == "LaunchPlan":
            break
        value: Any = getattr(current, step.name, None)
        if isinstance(step.subscript, int) and value is not None:
            value = value[step.subscript] if step.subscript < len(value) else None
        if not hasattr(value, "DESCRIPTOR") or not hasattr(value, "ListFields"):
            break
        current = cast("Message", value)
    return Aim(current) if next(iter(_inside(current, 4)), None) is not None else _only(message)


def _only(message: Message) -> Aim | None:
    """Return the template of a definition that has one: what is beside it speaks of it."""
    found = getattr(message, "template", None)
    return Aim(found) if isinstance(found, TaskTemplate | WorkflowTemplate) else None


def _by_field(template: WorkflowTemplate) -> dict[str, Spot]:
    """Return the nodes of a template by the paths of their messages."""
    tops = spots(template)
    if template.HasField("failure_node"):
        tops.append(Spot(template.failure_node, "", "failure_node"))
    return {spot.field: spot for top in tops for spot in top.walk()}


def _into(template: WorkflowTemplate, tail: str, nodes: Mapping[str, Spot]) -> Aim:
    """Return the innermost node that a path through a workflow's template leads to."""
    field = tail
    while field:
        if (spot := nodes.get(field)) is not None:
            return Aim(template, spot.path, _variable(spot, tail[len(field) + 1 :]))
        field = field.rpartition(".")[0]
    return Aim(template)


def _variable(spot: Spot, tail: str) -> str:
    """Return the input that the rest of a path leads to (`inputs[2].binding`)."""
    if not tail.startswith("inputs["):
        return ""
    index = tail[len("inputs[") :].partition("]")[0]
    names = list(spot.bindings)
    return names[int(index)] if index.isdecimal() and int(index) < len(names) else ""

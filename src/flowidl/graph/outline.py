"""Definitions as an outline: what there is, what it takes and gives, and what a workflow does, a line each.

    task shop.wf.load(days: int) -> list[int]
    workflow shop.wf.train(days: int) -> str
      n0 load = task shop.wf.load(days=days)
      n1 size = conditional
         if n0.o0 > 3: n0 big = task shop.wf.big(xs=n0.o0)
         else: fails "too few"
      returns o0=n1.o0
    launch plan daily -> workflow shop.wf.train: 0 3 * * *, days=7

Names are in natural order, inputs in the user's types. What an outline leaves out is in the messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowidl.core.v1.tasks_pb2 import TaskTemplate
from flowidl.core.v1.workflow_pb2 import WorkflowTemplate
from flowidl.escape import escape
from flowidl.graph.options import KIND_WORDS
from flowidl.graph.words import array_text, condition_text, gate_text, primitive_text, shortened
from flowidl.names import natural_key
from flowidl.sourcecode.definitions import launch_plan_name, templates
from flowidl.sourcecode.nodes import INPUTS, is_frame
from flowidl.types.printer import type_text
from flowidl.types.table import TypeTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flowidl.core.v1 import workflow_pb2 as pb
    from flowidl.core.v1.interface_pb2 import TypedInterface, VariableMap
    from flowidl.core.v1.literals_pb2 import Binding, BindingData, Literal, Scalar
    from flowidl.graph.draw import Places
    from flowidl.source.definitions import Definition
    from flowidl.sourcecode.placing import NodePlace
    from flowidl.sourcecode.position import Position

_RANKS = {"task": 0, "workflow": 1, "launch plan": 2}
_MAX_VALUE = 60
_MAX_DEPTH = 6


def outline(definitions: Iterable[Definition], places: Places | None = None) -> Iterator[str]:
    """Yield the lines of an outline. Entities that are there twice, as sub-workflows are, come once."""
    writer = _Writer(places)
    known: dict[tuple[str, str], list[str]] = {}
    for message in templates(definitions):
        kind, name, lines = writer.entity(message)
        known.setdefault((kind, name), lines)
    for key in sorted(known, key=lambda key: (_RANKS[key[0]], natural_key(key[1]))):
        yield from known[key]


class _Writer:
    def __init__(self, places: Places | None) -> None:
        self._places = places
        self._types = TypeTable()

    def entity(self, message: object) -> tuple[str, str, list[str]]:
        if isinstance(message, TaskTemplate):
            source = self._places.task(message.id.name) if self._places else None
            line = f"task {_name(message.id.name)}{self._signature(message.interface)}"
            kind = f"  [{escape(message.type)}]" if message.type not in ("", "python-task") else ""
            return "task", message.id.name, [line + kind + _at(source)]
        if isinstance(message, WorkflowTemplate):
            return "workflow", message.id.name, list(self._workflow(message))
        name = launch_plan_name(message)  # type: ignore[arg-type]
        source = self._places.launch_plan(name) if self._places else None
        return "launch plan", name, [_launch_plan(message) + _at(source)]

    def _signature(self, interface: TypedInterface) -> str:
        inputs = ", ".join(f"{name}: {type}" for name, type in self._variables(interface.inputs))
        outputs = self._variables(interface.outputs)
        if not outputs:
            return f"({inputs})"
        if [name for name, _ in outputs] == ["o0"]:
            return f"({inputs}) -> {outputs[0][1]}"
        return f"({inputs}) -> {', '.join(f'{name}: {type}' for name, type in outputs)}"

    def _variables(self, variables: VariableMap) -> list[tuple[str, str]]:
        return [
            (escape(name), type_text(self._types.intern(variable.type)))
            for name, variable in sorted(variables.variables.items(), key=lambda item: natural_key(item[0]))
        ]

    def _workflow(self, template: WorkflowTemplate) -> Iterator[str]:
        source = self._places.workflow(template.id.name) if self._places else None
        yield f"workflow {_name(template.id.name)}{self._signature(template.interface)}{_at(source)}"
        nodes: Mapping[str, NodePlace] = self._places.nodes(template) if self._places else {}
        places = {path: place.position for path, place in nodes.items()}
        for node in template.nodes:
            if is_frame(node):
                continue
            yield from _node(node, node.id, "  ", places)
        if template.HasField("failure_node"):
            failure = template.failure_node
            yield from _node(failure, failure.id, "  on failure: ", places)
        if template.outputs:
            yield f"  returns {_bound(template.outputs)}"


def _node(
    node: pb.Node, path: str, lead: str, places: Mapping[str, Position | None], depth: int = 0
) -> Iterator[str]:
    name = escape(node.metadata.name)
    called = f" {name}" if name and name != node.id else ""
    order = _order(node)
    yield f"{lead}{escape(node.id)}{called} = {_aim(node)}{order}{_at(places.get(path))}"
    if node.WhichOneof("target") != "branch_node":
        return
    indent = " " * (len(lead) - len(lead.lstrip())) + "   "
    if depth >= _MAX_DEPTH:
        yield f"{indent}..."
        return
    block = node.branch_node.if_else
    cases = [(f"if {condition_text(block.case.condition)}", block.case.then_node)]
    cases += [(f"elif {condition_text(other.condition)}", other.then_node) for other in block.other]
    if block.HasField("else_node"):
        cases.append(("else", block.else_node))
    for words, inner in cases:
        yield from _node(inner, f"{path}/{inner.id}", f"{indent}{escape(words)}: ", places, depth + 1)
    if block.HasField("error"):
        yield f'{indent}else: fails "{escape(shortened(block.error.message))}"'


def _order(node: pb.Node) -> str:
    """Return what comes before a node although it gives it nothing."""
    data = {promise for binding in node.inputs for promise in _sources(binding.binding)}
    before = sorted(set(node.upstream_node_ids) - data, key=natural_key)
    return f" after {', '.join(map(escape, before))}" if before else ""


def _aim(node: pb.Node) -> str:
    which = node.WhichOneof("target")
    inputs = f"({_bound(node.inputs)})"
    if which == "task_node":
        return f"task {_name(node.task_node.reference_id.name)}{inputs}"
    if which == "workflow_node":
        if node.workflow_node.WhichOneof("reference") == "launchplan_ref":
            return f"launch plan {_name(node.workflow_node.launchplan_ref.name)}{inputs}"
        return f"workflow {_name(node.workflow_node.sub_workflow_ref.name)}{inputs}"
    if which == "array_node":
        inner = node.array_node.node
        target = inner.task_node.reference_id.name or inner.workflow_node.launchplan_ref.name
        return f"{array_text(node.array_node)}: {_name(target)}{inputs}"
    if which == "gate_node":
        return escape(gate_text(node.gate_node))
    return KIND_WORDS["branch"] if which == "branch_node" else "nothing"


def _bound(bindings: Iterable[Binding]) -> str:
    return ", ".join(f"{escape(binding.var)}={_value(binding.binding)}" for binding in bindings)


def _value(data: BindingData, depth: int = 0) -> str:
    which = data.WhichOneof("value")
    if depth > _MAX_DEPTH:
        return "..."
    if which == "promise":
        steps = "".join(
            f"[{step.int_value}]" if step.WhichOneof("value") == "int_value" else f".{step.string_value}"
            for step in data.promise.attr_path
        )
        source = f"{data.promise.node_id}." if data.promise.node_id not in INPUTS else ""
        return escape(f"{source}{data.promise.var}{steps}")
    if which == "scalar":
        return scalar_text(data.scalar)
    if which == "collection":
        items = (_value(item, depth + 1) for item in data.collection.bindings[:_MAX_VALUE])
        return shortened(f"[{', '.join(items)}]", _MAX_VALUE)
    if which == "map":
        entries = (f"{escape(k)}: {_value(v, depth + 1)}" for k, v in sorted(data.map.bindings.items()))
        return shortened(f"{{{', '.join(entries)}}}", _MAX_VALUE)
    return "..."


def scalar_text(scalar: Scalar, depth: int = 0) -> str:
    """Return a value as code, shortened."""
    which = scalar.WhichOneof("value")
    if which == "primitive":
        return escape(primitive_text(scalar.primitive))
    if which == "none_type":
        return "None"
    if which == "union" and depth < _MAX_DEPTH:
        return literal_text(scalar.union.value, depth + 1)
    if which in ("blob", "schema", "structured_dataset"):
        return escape(shortened(getattr(scalar, which).uri, _MAX_VALUE)) or f"<{which}>"
    return f"<{which}>"


def literal_text(literal: Literal, depth: int = 0) -> str:
    """Return a literal as code, shortened."""
    which = literal.WhichOneof("value")
    if which == "scalar":
        return scalar_text(literal.scalar, depth)
    if which == "collection":
        return f"[{len(literal.collection.literals)} items]"
    return f"{{{len(literal.map.literals)} entries}}" if which == "map" else "..."


def _sources(data: BindingData) -> Iterator[str]:
    todo = [data]
    while todo:
        current = todo.pop()
        which = current.WhichOneof("value")
        if which == "promise":
            yield current.promise.node_id
        elif which == "collection":
            todo.extend(current.collection.bindings)
        elif which == "map":
            todo.extend(current.map.bindings.values())


def _launch_plan(message: Any) -> str:
    line = f"launch plan {_name(launch_plan_name(message))}"
    spec = getattr(message, "spec", None)
    facts: list[str] = []
    if spec is not None:
        line += f" -> workflow {_name(spec.workflow_id.name)}"
        facts += _schedule(spec.entity_metadata.schedule)
        defaults = sorted(spec.default_inputs.parameters.items())
        facts += [
            f"{escape(name)}={literal_text(parameter.default)} by default"
            for name, parameter in defaults
            if parameter.HasField("default")
        ]
        fixed = sorted(spec.fixed_inputs.literals.items())
    else:
        fixed = sorted(message.fixed_inputs.literals.items())
    facts += [f"{escape(name)}={literal_text(value)}" for name, value in fixed]
    return f"{line}: {', '.join(facts)}" if facts else line


def _schedule(schedule: Any) -> list[str]:
    which = schedule.WhichOneof("ScheduleExpression")
    if which == "cron_schedule":
        return [escape(schedule.cron_schedule.schedule)]
    if which == "rate":
        units = ("minute", "hour", "day")
        number: int = schedule.rate.unit
        unit = units[number] if 0 <= number < len(units) else "?"
        value: int = schedule.rate.value
        return [f"every {unit}" if value == 1 else f"every {value} {unit}s"]
    return [escape(schedule.cron_expression)] if which == "cron_expression" else []


def _name(name: str) -> str:
    return escape(name) or "(no name)"


def _at(position: Position | None) -> str:
    return "" if position is None else f"  {escape(position.file)}:{position.line}"

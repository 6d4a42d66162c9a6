"""Laws of the compiler: order that means nothing has no effect, and sound workflows have no faults."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from google.protobuf.message import DecodeError
from hypothesis import given, settings
from hypothesis import strategies as st

from flowidl.compiler.analyse import analyse
from flowidl.compiler.compile import compile_workflow
from flowidl.core.v1.literals_pb2 import BindingData
from flowidl.core.v1.workflow_pb2 import Node, WorkflowTemplate
from flowidl.names import END_NODE, START_NODE
from flowidl.source.definitions import Definition, Kind
from tests.support.flows import INT, bind, branch, many, mapping, node, number, pairs, task, union, workflow

if TYPE_CHECKING:
    from flowidl.core.v1.tasks_pb2 import TaskTemplate

TYPES = {"int": INT, "list": many(INT), "map": mapping(INT), "maybe": union(INT, "simple: NONE")}
PAIR = " ".join(f'bindings {{ key: "{key}" value {{ {number(1)} }} }}' for key in "ab")
VALUES = {
    "int": number(1),
    "list": f"collection {{ bindings {{ {number(1)} }} bindings {{ {number(2)} }} }}",
    "map": f"map {{ {PAIR} }}",
    "maybe": "scalar { none_type { } }",
}

#: Tasks that take two inputs and give two outputs, of every pair of types.
TASKS = [
    task(
        f"{first}_{second}",
        {"a": TYPES[first], "b": TYPES[second]},
        {"o0": TYPES[second], "o1": TYPES[first]},
    )
    for first in TYPES
    for second in TYPES
]


@st.composite
def flows(draw: st.DrawFn, branches: float = 0.25) -> WorkflowTemplate:
    """Draw a sound workflow of tasks and branches, in which nodes use the outputs of earlier ones."""
    chance = random.Random(draw(st.integers(0, 10**9)))
    outputs: dict[str, list[tuple[str, str]]] = {kind: [("", f"in_{kind}")] for kind in TYPES}
    nodes: list[str] = []
    for i in range(chance.randint(1, 12)):
        first, second = chance.choice(list(TYPES)), chance.choice(list(TYPES))
        bindings = [bind("a", _value(chance, outputs, first)), bind("b", _value(chance, outputs, second))]
        before = [f"n{chance.randrange(i)}"] if i and chance.random() < 0.3 else []
        if chance.random() < branches:
            nested = node("t", f"{first}_{second}", *bindings, field="then_node")
            nodes.append(
                node(f"n{i}", branch(nested), bind("c", _value(chance, outputs, "int")), upstream=before)
            )
        else:
            nodes.append(node(f"n{i}", f"{first}_{second}", *bindings, upstream=before))
        for name, kind in (("o0", second), ("o1", first)):
            outputs[kind].append((f"n{i}", name))
    declared = {f"out_{kind}": type for kind, type in TYPES.items()}
    bound = "".join(bind(f"out_{kind}", _promise(chance.choice(outputs[kind]))) for kind in TYPES)
    inputs = {f"in_{kind}": type for kind, type in TYPES.items()}
    return workflow(" ".join(nodes), inputs=inputs, outputs=declared, bound=bound)


def _promise(source: tuple[str, str]) -> str:
    return f'promise {{ node_id: "{source[0]}" var: "{source[1]}" }}'


def _value(chance: random.Random, outputs: dict[str, list[tuple[str, str]]], kind: str) -> str:
    return VALUES[kind] if chance.random() < 0.3 else _promise(chance.choice(outputs[kind]))


def damage(template: WorkflowTemplate, seed: int) -> WorkflowTemplate:
    """Break a few things at random, without touching the order of anything."""
    chance = random.Random(seed)
    broken = WorkflowTemplate()
    broken.CopyFrom(template)
    for _ in range(chance.randint(1, 4)):
        target = chance.choice(broken.nodes)
        way = chance.randrange(5)
        if way == 0 and target.inputs:
            del target.inputs[chance.randrange(len(target.inputs))]
        elif way == 1 and target.inputs:
            promise = chance.choice(target.inputs).binding.promise
            promise.node_id, promise.var = (
                chance.choice(["zz", "n0", ""]),
                chance.choice(["o0", "o1", "in_int"]),
            )
        elif way == 2:
            target.upstream_node_ids.append(chance.choice([f"n{i}" for i in range(12)]))
        elif way == 3:
            target.ClearField("task_node")
        else:
            target.inputs.add(var="a", binding=BindingData())
    return broken


def found(template: WorkflowTemplate, tasks: list[TaskTemplate] = TASKS) -> set[tuple[str, str]]:
    return pairs(compile_workflow(template, tasks=tasks))


def rebuilt(template: WorkflowTemplate, nodes: list[Node]) -> WorkflowTemplate:
    copy = WorkflowTemplate()
    copy.CopyFrom(template)
    copy.ClearField("nodes")
    copy.nodes.extend(nodes)
    return copy


@settings(max_examples=60, deadline=None)
@given(flows())
def test_sound_workflows_compile(template: WorkflowTemplate) -> None:
    before = template.SerializeToString(deterministic=True)
    compilation = compile_workflow(template, tasks=TASKS)
    assert compilation.faults == ()
    assert compilation.closure is not None
    nodes = compilation.closure.primary.template.nodes
    assert [each.id for each in nodes] == [START_NODE, END_NODE, *(each.id for each in template.nodes)]
    assert template.SerializeToString(deterministic=True) == before


@settings(max_examples=60, deadline=None)
@given(flows(), st.integers(0, 10**9))
def test_order_of_task_nodes_has_no_effect(template: WorkflowTemplate, seed: int) -> None:
    """Branches see only what is listed before them, so they stay behind all others, in their order (QK-4)."""
    broken = damage(template, seed)
    plain = [each for each in broken.nodes if each.WhichOneof("target") != "branch_node"]
    branches = [each for each in broken.nodes if each.WhichOneof("target") == "branch_node"]
    expected = found(rebuilt(broken, [*plain, *branches]))
    random.Random(seed).shuffle(plain)
    assert found(rebuilt(broken, [*plain, *branches])) == expected


@settings(max_examples=60, deadline=None)
@given(flows(), st.integers(0, 10**9))
def test_order_of_bindings_upstream_ids_and_maps_has_no_effect(template: WorkflowTemplate, seed: int) -> None:
    broken = damage(template, seed)
    expected = found(broken)
    chance = random.Random(seed)
    for each in broken.nodes:
        unique = {binding.var for binding in each.inputs}
        if len(unique) == len(each.inputs):
            bindings = list(each.inputs)
            chance.shuffle(bindings)
            each.ClearField("inputs")
            each.inputs.extend(bindings)
        ids = list(each.upstream_node_ids)
        chance.shuffle(ids)
        each.upstream_node_ids[:] = ids
    for side in (broken.interface.inputs, broken.interface.outputs):
        entries = list(side.variables.items())
        chance.shuffle(entries)
        side.variables.clear()
        for name, variable in entries:
            side.variables[name].CopyFrom(variable)
    tasks = list(TASKS)
    chance.shuffle(tasks)
    assert found(broken, tasks) == expected


@settings(max_examples=60, deadline=None)
@given(flows(), st.integers(0, 10**9))
def test_a_closure_exactly_if_nothing_refuses(template: WorkflowTemplate, seed: int) -> None:
    broken = damage(template, seed)
    compilation = compile_workflow(broken, tasks=TASKS)
    assert (compilation.closure is None) == any(fault.refuses for fault in compilation.faults)
    for fault in compilation.faults:
        assert fault.place.path.numbers(WorkflowTemplate.DESCRIPTOR)
        assert fault.root.cause is None


@settings(max_examples=40, deadline=None)
@given(flows())
def test_what_is_not_there_is_not_held_against_anybody(template: WorkflowTemplate) -> None:
    """Without the tasks, only their absence is reported."""
    compilation = compile_workflow(template, tasks=[])
    assert {fault.code for fault in compilation.faults} == {"TaskReferenceNotFound"}


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300))
def test_any_template_is_analysed(data: bytes) -> None:
    template = WorkflowTemplate()
    try:
        template.ParseFromString(data)
    except DecodeError:
        return
    model = analyse([Definition(Kind.WORKFLOW_TEMPLATE, template)])
    assert len(model.units) == 1

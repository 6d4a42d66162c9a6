"""Large, deep and hostile inputs: everything ends, nothing recurses, and the verdict is still right."""

from __future__ import annotations

import time

import pytest

from benchmarks.shapes import SHAPES
from flowidl.compiler import faults as kinds
from flowidl.compiler.analyse import analyse
from flowidl.compiler.compile import compile_workflow
from flowidl.compiler.context import MAX_FAULTS
from flowidl.compiler.faults import of
from flowidl.core.v1.literals_pb2 import BindingData
from flowidl.core.v1.tasks_pb2 import TaskTemplate
from flowidl.core.v1.types_pb2 import LiteralType, SimpleType
from flowidl.core.v1.workflow_pb2 import WorkflowTemplate
from flowidl.source.definitions import Definition, Kind, Origin
from tests.support.flows import (
    INT,
    STEP,
    bind,
    literal_type,
    many,
    node,
    number,
    run,
    sub,
    take,
    task,
    union,
    workflow,
)


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_are_sound(shape: str) -> None:
    package = SHAPES[shape](300)
    definitions = [Definition(Kind.WORKFLOW_SPEC, package.workflow)]
    definitions += [Definition(Kind.TASK_SPEC, each) for each in package.tasks]
    model = analyse(definitions)
    assert model.faults == []
    assert len(list(model.workflows)) >= 1


def test_long_chains_of_sub_workflows() -> None:
    depth = 3_000
    subs = [workflow(node("n0", sub(f"w{i + 1}")), name=f"w{i}") for i in range(depth)]
    subs.append(workflow(node("n0", "idle"), name=f"w{depth}"))
    compilation = run(workflow(node("n0", sub("w0"))), subs=subs)
    assert compilation.closure is not None
    assert len(compilation.closure.sub_workflows) == depth + 1


def test_long_rings() -> None:
    size = 20_000
    template = WorkflowTemplate()
    for i in range(size):
        each = template.nodes.add(id=f"n{i:05}", upstream_node_ids=[f"n{(i + 1) % size:05}"])
        each.task_node.reference_id.CopyFrom(STEP.id)
        each.inputs.add(var="x").binding.scalar.primitive.integer = 1
    (fault,) = of(compile_workflow(template, tasks=[STEP]).faults, kinds.Unreachable)
    assert [len(ring) for ring in fault.facts.rings] == [size]


def deep_type(depth: int) -> LiteralType:
    outer = inner = LiteralType()
    for _ in range(depth):
        inner = inner.collection_type
    inner.simple = SimpleType.INTEGER
    return outer


def deep_value(depth: int) -> BindingData:
    outer = inner = BindingData()
    for _ in range(depth):
        inner = inner.collection.bindings.add()
    inner.scalar.primitive.integer = 1
    return outer


@pytest.mark.parametrize(("depth", "transportable"), [(20, True), (5_000, False)])
def test_deep_messages(depth: int, transportable: bool) -> None:
    deep = TaskTemplate(id=STEP.id)
    deep.interface.inputs.variables["x"].type.CopyFrom(deep_type(depth))
    template = workflow(node("n0", "step"))
    template.nodes[0].inputs.add(var="x").binding.CopyFrom(deep_value(depth))
    compilation = compile_workflow(template, tasks=[deep])
    assert (compilation.closure is not None) == transportable
    found = {type(fault.facts) for fault in compilation.faults}
    assert found == (set() if transportable else {kinds.NestedTooDeep})


def test_deep_branches() -> None:
    template = workflow(node("n0", "idle"), inputs={"x": INT})
    outer = template.nodes.add(id="b")
    for _ in range(2_000):
        outer = outer.branch_node.if_else.case.then_node
        outer.id = "c"
    compilation = run(template)
    assert [type(fault.facts) for fault in compilation.faults] == [kinds.NestedTooDeep]


def test_unions_in_unions_do_not_multiply() -> None:
    """Each level has two list variants: tried naively, a value of depth n takes 2^n steps."""
    level = INT
    for i in range(12):
        other = "simple: STRING" if i % 2 else "simple: FLOAT"
        level = union(many(level), many(other))
    wide = task("wide")
    wide.interface.inputs.variables["x"].type.CopyFrom(literal_type(level))
    template = workflow(node("n0", "wide"))
    template.nodes[0].inputs.add(var="x").binding.CopyFrom(deep_value(12))
    begin = time.perf_counter()
    assert run(template, wide).closure is not None
    assert time.perf_counter() - begin < 5


def test_large_interfaces_do_not_multiply_with_nodes() -> None:
    large = task("large", {f"x{i}": INT for i in range(2_000)}, {f"o{i}": INT for i in range(2_000)})
    template = workflow("")
    for i in range(2_000):
        template.nodes.add(id=f"n{i}").task_node.reference_id.CopyFrom(large.id)
    begin = time.perf_counter()
    compilation = run(template, large)
    assert time.perf_counter() - begin < 20
    assert compilation.closure is None
    assert len(compilation.faults) <= MAX_FAULTS + len(template.nodes)
    assert compilation.model.faults_left_out
    assert {fault.node_id for fault in compilation.faults} == {f"n{i}" for i in range(2_000)}


def test_long_collections_name_their_element() -> None:
    lists = task("lists", {"x": f"collection_type {{ {INT} }}"})
    template = workflow(node("n0", "lists", bind("x", "collection { }")))
    elements = template.nodes[0].inputs[0].binding.collection.bindings
    for _ in range(50_000):
        elements.add().scalar.primitive.integer = 1
    elements[40_000].scalar.primitive.string_value = "a"
    (fault,) = run(template, lists).faults
    assert str(fault.place.path) == "nodes[0].inputs[0].binding.collection.bindings[40000].scalar"


def test_time_grows_with_size_only() -> None:
    """A generous bound on growth, so that a busy machine does not matter: quadratic would be 100 times."""

    def seconds(shape: str, size: int) -> float:
        package = SHAPES[shape](size)
        origin = Origin(data=b"")
        definitions = [Definition(Kind.WORKFLOW_SPEC, package.workflow, origin)]
        definitions += [Definition(Kind.TASK_SPEC, each, origin) for each in package.tasks]
        shortest = 1e9
        for _ in range(3):
            begin = time.perf_counter()
            analyse(definitions)
            shortest = min(shortest, time.perf_counter() - begin)
        return shortest

    for shape in ("chain", "wide", "layered", "nested sub-workflows"):
        assert seconds(shape, 10_000) < 40 * seconds(shape, 1_000), shape


def test_broken_graph_of_dense_layers() -> None:
    """A cycle behind dense layers: the reference takes exponential time on the way to it."""
    layers, width = 30, 10
    join = task("join", {f"x{k}": INT for k in range(width)}, {"o0": INT})
    nodes = [node(f"l0_{k}", "join", *(bind(f"x{i}", number(1)) for i in range(width))) for k in range(width)]
    for layer in range(1, layers):
        nodes += [
            node(f"l{layer}_{k}", "join", *(take(f"x{i}", f"l{layer - 1}_{i}") for i in range(width)))
            for k in range(width)
        ]
    nodes += [node("c1", "idle", upstream=["c2", f"l{layers - 1}_0"]), node("c2", "idle", upstream=["c1"])]
    (fault,) = of(run(workflow(" ".join(nodes)), join).faults, kinds.Cycle)
    assert [member.id for member in fault.facts.ring] == ["c1", "c2"]

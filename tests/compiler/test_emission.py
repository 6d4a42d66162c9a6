"""The compiled closure: everything that the reference changes, on copies."""

from __future__ import annotations

import pytest

from flowidl.compiler.compile import compile_dynamic_job, compile_package
from flowidl.compiler.faults import CompiledTooOften, of
from flowidl.core.v1.compiler_pb2 import CompiledWorkflow, CompiledWorkflowClosure
from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
from flowidl.core.v1.workflow_pb2 import WorkflowTemplate
from flowidl.source.definitions import Definition, Kind
from tests.support.flows import (
    INT,
    SOURCE,
    STEP,
    array,
    bind,
    branch,
    node,
    number,
    pairs,
    run,
    sub,
    take,
    task,
    workflow,
)

FED = take("x", "", "x")
THEN = node("t", "step", FED, field="then_node")


def closure(template: WorkflowTemplate, *subs: WorkflowTemplate) -> CompiledWorkflowClosure:
    compilation = run(template, subs=subs)
    assert compilation.closure is not None, compilation.faults
    return compilation.closure


def edges(workflow: CompiledWorkflow) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    upstream, downstream = workflow.connections.upstream, workflow.connections.downstream
    return (
        {id: list(upstream[id].ids) for id in upstream},
        {id: list(downstream[id].ids) for id in downstream},
    )


def test_example_of_the_specification() -> None:
    template = workflow(
        node("n1", "step", take("x", "n0"), upstream=["n0"]) + node("n0", "step", FED),
        inputs={"x": INT},
        outputs={"o": INT},
        bound=take("o", "n1"),
        rest=node("f", "step", FED, field="failure_node"),
    )
    primary = closure(template).primary
    assert [found.id for found in primary.template.nodes] == ["start-node", "end-node", "n1", "n0"]
    assert edges(primary) == (
        {"n0": ["start-node"], "n1": ["n0"], "end-node": ["n1"], "f": ["start-node"]},
        {"start-node": ["n0"], "n0": ["n1"], "n1": ["end-node"]},
    )
    assert primary.template.nodes[1].inputs == primary.template.outputs
    assert primary.template.nodes[3].inputs[0].binding.promise.node_id == "start-node"
    assert primary.template.failure_node.inputs[0].binding.promise.node_id == "start-node"


def test_branch() -> None:
    template = workflow(
        node("n0", "source")
        + node("b", branch(node("th", "step", take("x", "n0"), field="then_node")), take("c", "", "x")),
        inputs={"x": INT},
    )
    primary = closure(template).primary
    assert primary.template.nodes[3].branch_node.if_else.case.then_node.id == "b-th"
    assert edges(primary) == (
        {"n0": ["start-node"], "b": ["start-node"], "b-th": ["n0"], "end-node": ["b", "n0"]},
        {"start-node": ["b", "n0"], "n0": ["end-node"], "b": ["end-node"]},
    )


def test_nested_branches_accumulate_prefixes() -> None:
    inner = node("c", branch(THEN), take("c", "", "x"), field="then_node")
    template = workflow(node("b", branch(inner), take("c", "", "x")), inputs={"x": INT})
    primary = closure(template).primary
    outer = primary.template.nodes[2].branch_node.if_else.case.then_node
    assert (outer.id, outer.branch_node.if_else.case.then_node.id) == ("b-c", "b-c-t")
    assert set(primary.connections.upstream) == {"b", "b-c", "b-c-t", "end-node"}


def test_sub_workflow_of_two_users_gets_two_prefixes() -> None:
    inner = workflow(node("b", branch(THEN), take("c", "", "x")), inputs={"x": INT}, name="inner")
    middle = workflow(node("n0", sub("inner"), FED), inputs={"x": INT}, name="middle")
    outer = workflow(
        node("n0", sub("inner"), FED) + node("n1", sub("middle"), FED) + node("n2", sub("inner"), FED),
        inputs={"x": INT},
    )
    compiled = closure(outer, inner, middle).sub_workflows[0]
    assert compiled.template.nodes[2].branch_node.if_else.case.then_node.id == "b-b-t"
    assert set(compiled.connections.upstream) == {"b", "b-b-t", "end-node"}


def test_prefixes_without_end_are_refused() -> None:
    """Two uses on each of many levels double the compiles each time."""
    levels = 30
    subs = [workflow(node("b", branch(THEN), take("c", "", "x")), inputs={"x": INT}, name="level0")]
    for level in range(1, levels):
        between = workflow(
            node("n0", sub(f"level{level - 1}"), FED), inputs={"x": INT}, name=f"between{level}"
        )
        both = node("n0", sub(f"between{level}"), FED) + node("n1", sub(f"level{level - 1}"), FED)
        subs += [between, workflow(both, inputs={"x": INT}, name=f"level{level}")]
    compilation = run(workflow(node("n0", sub(f"level{levels - 1}"), FED), inputs={"x": INT}), subs=subs)
    assert pairs(compilation) == set()
    assert compilation.closure is None
    assert len(list(of(compilation.faults, CompiledTooOften))) == 1


def test_unreached_sub_workflow_stays_raw() -> None:
    unused = workflow(node("n0", "step", FED, upstream=["b", "a"]), inputs={"x": INT}, name="unused")
    unused.ClearField("interface")
    compiled = closure(workflow(node("n0", "idle")), unused).sub_workflows[0]
    assert compiled == CompiledWorkflow(template=unused)


def test_sub_workflow_in_an_array_is_not_compiled() -> None:
    inner = workflow(node("n0", "step", FED), inputs={"x": INT}, name="inner")
    inner.interface.ClearField("outputs")
    template = workflow(node("n0", array("i", sub("inner"), FED), FED), inputs={"x": INT})
    compiled = closure(template, inner)
    assert not compiled.sub_workflows[0].HasField("connections")
    assert [found.id for found in compiled.sub_workflows[0].template.nodes] == ["n0"]
    assert compiled.sub_workflows[0].template.interface.HasField("outputs")
    assert compiled.primary.template.nodes[2].array_node.node.inputs[0].binding.promise.node_id == ""


def test_branch_in_an_array_is_derived_only() -> None:
    inner = array("i", branch(THEN, ""), take("c", "", "x"))
    template = workflow(node("n0", inner, take("c", "", "x")), inputs={"x": INT})
    primary = closure(template).primary
    copy = primary.template.nodes[2].array_node.node
    assert copy.branch_node.if_else.case.then_node.id == "i-t"
    assert copy.branch_node.if_else.case.then_node.inputs[0].binding.promise.node_id == ""
    assert copy.inputs[0].binding.promise.node_id == "start-node"
    assert edges(primary)[0]["i"] == ["start-node"]


def test_upstream_ids_are_sorted_with_repeats() -> None:
    template = workflow(
        node("a", "idle") + node("b", "idle") + node("n0", "idle", upstream=["b", "a", "b"]),
        rest=node("f", "idle", upstream=["z", "y"], field="failure_node"),
    )
    compiled = closure(template).primary.template
    assert list(compiled.nodes[4].upstream_node_ids) == ["a", "b", "b"]
    assert list(compiled.failure_node.upstream_node_ids) == ["y", "z"]
    assert list(template.nodes[2].upstream_node_ids) == ["b", "a", "b"]


def test_unknown_upstream_is_kept_in_the_edges() -> None:
    primary = closure(workflow(node("n", "step", FED, upstream=["zz"]), inputs={"x": INT})).primary
    assert edges(primary) == (
        {"n": ["start-node", "zz"], "end-node": ["n"]},
        {"zz": ["n"], "start-node": ["n"], "n": ["end-node"]},
    )


def test_repeated_ids_disappear() -> None:
    template = workflow(node("n0", "idle") + node("n0", "source") + node("end-node", "idle"))
    nodes = closure(template).primary.template.nodes
    assert [found.id for found in nodes] == ["start-node", "end-node", "n0"]
    assert nodes[2].task_node.reference_id.name == "idle"


def test_tasks_are_completed_where_a_node_runs_them() -> None:
    bare, unused, none = task("bare"), task("unused"), task("none")
    for template in (bare, unused):
        template.interface.ClearField("inputs")
        template.interface.ClearField("outputs")
    none.ClearField("interface")
    compilation = run(workflow(node("n0", "bare") + node("n1", array("i", "none"))), bare, unused, none, bare)
    assert compilation.closure is not None
    found = {compiled.template.id.name: compiled.template for compiled in compilation.closure.tasks}
    assert [compiled.template.id.name for compiled in compilation.closure.tasks] == [
        "step",
        "source",
        "idle",
        "bare",
        "unused",
        "none",
    ]
    assert found["bare"].interface.HasField("inputs")
    assert not found["unused"].interface.HasField("inputs")
    assert not found["none"].HasField("interface")


def test_absent_interface_becomes_empty() -> None:
    template = workflow(node("n0", "idle"))
    template.ClearField("interface")
    compiled = closure(template).primary.template
    assert compiled.interface.HasField("inputs")
    assert compiled.interface.HasField("outputs")
    assert not template.HasField("interface")


def test_promises_in_collections_and_maps_are_spelled_out() -> None:
    lists = task("lists", {"x": f"collection_type {{ map_value_type {{ {INT} }} }}"})
    value = 'collection { bindings { map { bindings { key: "a" value { promise { var: "x" } } } } } }'
    template = workflow(node("n0", "lists", bind("x", value)), inputs={"x": INT})
    compilation = run(template, lists)
    assert compilation.closure is not None
    data = compilation.closure.primary.template.nodes[2].inputs[0].binding
    assert data.collection.bindings[0].map.bindings["a"].promise.node_id == "start-node"


def test_a_compiled_closure_compiles_to_itself() -> None:
    inner = workflow(node("b", branch(THEN), take("c", "", "x")), inputs={"x": INT}, name="inner")
    template = workflow(
        node("n0", sub("inner"), bind("x", number(1))) + node("b", branch(THEN), take("c", "", "x")),
        inputs={"x": INT},
    )
    compiled = closure(template, inner)
    ((_, again),) = compile_package([Definition(Kind.COMPILED_WORKFLOW_CLOSURE, compiled)])
    assert again.closure == compiled


@pytest.mark.parametrize("broken", [False, True])
def test_dynamic_job(broken: bool) -> None:
    job = DynamicJobSpec(tasks=[STEP, SOURCE])
    flow = workflow(
        node("n0", "source") + node("n1", "step", take("x", "" if broken else "n0", "x" if broken else "o0")),
        bound=take("o0", "n1"),
    )
    job.nodes.extend(flow.nodes)
    job.outputs.extend(flow.outputs)
    parent = task("parent", {"x": INT}, {"o0": INT})
    compilation = compile_dynamic_job(job, parent)
    if broken:
        assert pairs(compilation) == {("VariableNameNotFound", "start-node"), ("ParameterNotBound", "n1")}
        return
    assert compilation.closure is not None
    assert compilation.closure.primary.template.id.name == "parent"
    assert compilation.closure.primary.template.id.resource_type == 2
    assert list(compilation.closure.primary.template.interface.outputs.variables) == ["o0"]
    assert not compilation.closure.primary.template.interface.inputs.variables


def test_a_dynamic_job_alone_has_unknown_outputs() -> None:
    job = DynamicJobSpec(tasks=[SOURCE])
    flow = workflow(node("n0", "source"), bound=take("o0", "n0"))
    job.nodes.extend(flow.nodes)
    job.outputs.extend(flow.outputs)
    ((_, compilation),) = compile_package([Definition(Kind.DYNAMIC_JOB_SPEC, job)])
    assert compilation.faults == ()

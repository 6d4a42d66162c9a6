"""Workflows, gates and arrays: the messages that SDKs write, judged by the validator."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict

from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.builders import (
    BuildError,
    NodeHandle,
    Promise,
    WorkflowBuilder,
    approve,
    array,
    call,
    map_task,
    pod_template,
    python_task,
    reference,
    sleep,
    task_id,
    wait_for_input,
)
from flowidl.builders.launch_plans import launch_plan
from flowidl.core.v1.types_pb2 import Error
from flowidl.core.v1.workflow_pb2 import ArrayNode, WorkflowMetadata
from flowidl.validator import Options
from tests.builders.judge import codes, py, same

INC = py("inc", {"a": int}, {"o0": int})
NUMBER = py("number", outputs={"o0": int})
VOID = py("void")
JOIN = py("join", {"by": dict[str, int], "parts": list[int]}, {"o0": int})
DATA = py("process_data", {"data": str, "prefix": str}, {"o0": str})


def sub() -> WorkflowBuilder:
    """Return a workflow with a default, to be called by others."""
    flow = WorkflowBuilder("pk.sub")
    x = flow.input("x", int, default=4)
    flow.output("o0", flow.add(call(INC, a=x)).o0)
    return flow


def test_nodes_bindings_and_outputs() -> None:
    flow = WorkflowBuilder("pk.flow")
    a = flow.input("a", int)
    number = flow.add(call(NUMBER))
    joined = flow.add(call(JOIN, parts=[number, a, 3], by={"x": number.o0}))
    flow.output("o0", joined.o0)
    flow.output("o1", [a, number.o0, 1], type=list[int])
    template = flow.spec.template
    same(
        template.nodes[1],
        """
        id: "n1"
        metadata { name: "join" retries {} }
        inputs { var: "by" binding { map { bindings {
          key: "x" value { promise { node_id: "n0" var: "o0" } } } } } }
        inputs { var: "parts" binding { collection {
          bindings { promise { node_id: "n0" var: "o0" } }
          bindings { promise { var: "a" } }
          bindings { scalar { primitive { integer: 3 } } } } } }
        upstream_node_ids: "n0"
        task_node { reference_id { resource_type: TASK name: "pk.join" } overrides {} }
        """,
    )
    assert [each.var for each in template.outputs] == ["o0", "o1"]
    assert template.HasField("metadata") and template.HasField("metadata_defaults")
    assert codes(flow) == []


def test_policies_and_description() -> None:
    flow = WorkflowBuilder(
        "pk.flow", interruptible=True, continue_on_failure=True, description="First.\n\nRest."
    )
    flow.add(call(VOID))
    spec = flow.spec
    assert spec.template.metadata.on_failure == WorkflowMetadata.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE
    assert spec.template.metadata_defaults.interruptible
    assert spec.description.short_description == "First."
    assert spec.description.long_description.value == "Rest."


def test_explicit_order() -> None:
    flow = WorkflowBuilder("pk.flow")
    first, second, third = (flow.add(call(VOID)) for _ in range(3))
    flow.order(third, second, first)
    flow.order(third, second)
    upstream = [list(node.upstream_node_ids) for node in flow.template.nodes]
    assert upstream == [["n1"], ["n2"], []]
    with pytest.raises(BuildError, match="FI300"):
        flow.order(first, third)
    flow.add(call(VOID).after(first, second))
    assert list(flow.template.nodes[3].upstream_node_ids) == ["n0", "n1"]
    assert codes(flow) == []


def test_sub_workflows_and_launch_plans_are_collected() -> None:
    inner = sub()
    plan = launch_plan(inner, name="sub_lp", default_inputs={"x": 7})
    middle = WorkflowBuilder("pk.middle")
    middle.output("o0", middle.add(call(inner)).o0)
    flow = WorkflowBuilder("pk.flow")
    flow.add(call(middle))
    flow.add(call(inner, x=2))
    flow.add(call(plan))
    spec = flow.spec
    assert {each.id.name for each in spec.sub_workflows} == {"pk.sub", "pk.middle"}
    same(
        spec.template.nodes[2],
        """
        id: "n2"
        metadata { name: "sub" retries {} interruptible: false }
        inputs { var: "x" binding { scalar { primitive { integer: 7 } } } }
        workflow_node { launchplan_ref { resource_type: LAUNCH_PLAN name: "sub_lp" } }
        """,
    )
    same(middle.template.nodes[0].inputs[0], 'var: "x" binding { scalar { primitive { integer: 4 } } }')
    assert len(flow.entities) == len({each.SerializeToString() for each in flow.entities})
    assert codes(flow) == []


def test_a_failure_handler_gets_inputs_and_the_error() -> None:
    handler = py("handler", {"a": int, "err": Error | None})
    flow = WorkflowBuilder("pk.flow")
    flow.add(call(INC, a=flow.input("a", int)))
    flow.on_failure(handler)
    same(
        flow.spec.template.failure_node,
        """
        id: "efn"
        metadata { name: "handler" retries {} }
        inputs { var: "a" binding { promise { var: "a" } } }
        inputs { var: "err" binding { scalar { union {
          value { scalar { none_type {} } } type { simple: NONE structure { tag: "none" } } } } } }
        task_node { reference_id { resource_type: TASK name: "pk.handler" } overrides {} }
        """,
    )
    assert codes(flow) == []


def test_gates() -> None:
    flow = WorkflowBuilder("pk.flow")
    number = flow.add(call(NUMBER))
    flow.add(sleep(datetime.timedelta(seconds=301.5)).after(number))
    flow.add(wait_for_input("Get_User.Feedback", int, timeout=7200))
    checked = flow.add(approve(number.o0, name="ap2"))
    flow.output("o0", checked.o0)
    _, wait, signal, approval = flow.template.nodes
    same(
        wait,
        """
        id: "n1" metadata { name: "sleep-gate" timeout { seconds: 3600 } retries {} } upstream_node_ids: "n0"
        gate_node { sleep { duration { seconds: 301 nanos: 500000000 } } }
        """,
    )
    same(
        signal,
        """
        id: "n2" metadata { name: "Get_User.Feedback" timeout { seconds: 7200 } retries {} }
        gate_node { signal {
          signal_id: "Get_User.Feedback" type { simple: INTEGER } output_variable_name: "o0" } }
        """,
    )
    same(
        approval,
        """
        id: "n3" metadata { name: "ap2" timeout { seconds: 3600 } retries {} }
        inputs { var: "o0" binding { promise { node_id: "n0" var: "o0" } } } upstream_node_ids: "n0"
        gate_node { approve { signal_id: "ap2" } }
        """,
    )
    long = flow.add(sleep(datetime.timedelta(hours=3)))
    assert isinstance(long, NodeHandle)
    assert flow.template.nodes[4].metadata.timeout.seconds == 4 * 3600
    assert codes(flow) == []


def test_a_mapped_task() -> None:
    flow = WorkflowBuilder("pk.flow")
    names = flow.input("data_list", list[str])
    prefix = flow.input("common_prefix", str)
    mapped = map_task(functools.partial(call, DATA, prefix=prefix))
    flow.output("o0", flow.add(call(mapped, data=names)).o0)
    name = "pk.map_process_data_e6c2b56785814b17f6e41bbcb2884824-arraynode"
    inputs = """
        inputs { var: "data" binding { promise { var: "data_list" } } }
        inputs { var: "prefix" binding { promise { var: "common_prefix" } } }"""
    same(
        flow.template.nodes[0],
        f"""
        id: "n0"
        metadata {{ name: "{name}" retries {{}} }}
        {inputs}
        array_node {{
          node {{
            id: "{name}"
            metadata {{ name: "{name}" retries {{}} }}
            {inputs}
            task_node {{ reference_id {{ resource_type: TASK name: "{name}" }} overrides {{}} }}
          }}
          min_success_ratio: 1.0
          is_original_sub_node_interface {{}}
          bound_inputs: "prefix"
        }}
        """,
    )
    template = mapped.spec.template
    assert template.task_type_version == 1
    assert list(template.container.args)[-8:] == [
        *("vars", "prefix", "resolver", "flytekit.core.python_auto_container.default_task_resolver"),
        *("task-module", "pk", "task-name", "process_data"),
    ]
    assert template.interface.inputs.variables["data"].type.HasField("collection_type")
    assert not template.interface.inputs.variables["prefix"].type.HasField("collection_type")
    assert codes(flow) == []


@pytest.mark.parametrize(
    ("settings", "digest"),
    [
        ({}, "6b3bd0353da5de6e84d7982921ead2b3"),
        ({"concurrency": 10, "min_success_ratio": 0.5}, "3c3d3930c9f888d9a2b6a2f332a7aff3"),
    ],
)
def test_names_of_mapped_tasks(settings: dict[str, int], digest: str) -> None:
    assert map_task(INC, **settings).spec.template.id.name == f"pk.map_inc_{digest}-arraynode"  # type: ignore[arg-type]


def test_settings_of_arrays() -> None:
    def node(**settings: int | float | None) -> ArrayNode:
        return call(map_task(INC, **settings), a=[1]).message.array_node  # type: ignore[arg-type]

    assert node().WhichOneof("parallelism_option") is None
    assert node(concurrency=0).WhichOneof("parallelism_option") == "parallelism"
    assert node(concurrency=5).parallelism == 5
    assert node(min_successes=3).min_successes == 3
    assert node(min_success_ratio=0.5).min_success_ratio == 0.5
    partial = map_task(INC, min_success_ratio=0.5).spec.template.interface.outputs.variables["o0"]
    assert partial.type.collection_type.HasField("union_type")


def test_an_array_over_a_launch_plan() -> None:
    plan = launch_plan(sub(), name="a1_lp")
    flow = WorkflowBuilder("pk.flow")
    xs = flow.input("xs", list[int])
    flow.output("o0", flow.add(call(array(plan, concurrency=5), x=xs)).o0)
    same(
        flow.template.nodes[0].array_node,
        """
        node { id: "a1-lp" metadata { name: "a1_lp" retries {} }
          inputs { var: "x" binding { promise { var: "xs" } } }
          workflow_node { launchplan_ref { resource_type: LAUNCH_PLAN name: "a1_lp" } } }
        parallelism: 5
        min_success_ratio: 1.0
        execution_mode: FULL_STATE
        is_original_sub_node_interface { value: true }
        """,
    )
    assert set(codes(flow)) == {"FI525"}
    assert codes(flow, Options(target="lifted-arrays")) == []


def test_an_array_over_a_reference_task() -> None:
    target = reference(
        task_id("rn", project="rp", domain="rd", version="rv"), inputs={"x": int}, outputs={"o0": int}
    )
    node = call(array(target, concurrency=2), x=[1, 2]).message.array_node
    assert node.data_mode == ArrayNode.INDIVIDUAL_INPUT_FILES
    assert node.node.id == "rn"
    assert not node.node.task_node.HasField("overrides")


def _two_outputs() -> object:
    return map_task(py("two", outputs={"o0": int, "o1": int}))


def _foreign() -> object:
    here, there = WorkflowBuilder("pk.here"), WorkflowBuilder("pk.there")
    return here.add(call(INC, a=there.input("x", int)))


def _same_id() -> object:
    flow = WorkflowBuilder("pk.flow")
    flow.add(call(VOID), id="one")
    return flow.add(call(VOID), id="one")


def _same_name() -> object:
    flow = WorkflowBuilder("pk.flow")
    flow.add(call(INC, a=1))
    flow.add(call(py("inc", {"a": str}), a="x"))
    return flow.entities


def _handler_reads_node() -> object:
    flow = WorkflowBuilder("pk.flow")
    flow.on_failure(INC, a=flow.add(call(NUMBER)))
    return flow.template


def _iterated() -> object:
    value: Any = _input()
    return list(value)


def _input() -> Promise:
    return WorkflowBuilder("pk.flow").input("x", float)


REFUSED: list[tuple[Callable[[], object], str | None, str]] = [
    (lambda: call(INC), "FI400", "without its input `a`"),
    (lambda: call(INC, a=1, b=2), "FI402", "no input `b`"),
    (lambda: call(INC, a="1"), "FI406", "expects `int`"),
    (lambda: call(INC, a=_input()), "FI425", "`input x` is `float`"),
    (lambda: WorkflowBuilder("pk.f").add(call(NUMBER)).o1, "FI423", "no output `o1`"),
    (lambda: WorkflowBuilder("pk.f").template, "FI104", "has no nodes"),
    (lambda: WorkflowBuilder("pk.f").add(call(VOID), id="start-node"), "FI341", "reserved"),
    (lambda: WorkflowBuilder("pk.f").add(call(VOID), id="My Node"), "FI660", "use `my-node`"),
    (lambda: WorkflowBuilder("pk.f").add(VOID), None, "is not a step"),  # type: ignore[arg-type]
    (lambda: WorkflowBuilder("pk.f").input("a b", int), "FI665", "`a b`"),
    (_foreign, "FI420", "belongs to another workflow"),
    (_same_id, "FI340", "two nodes `one`"),
    (_same_name, "FI159", "two different definitions are called `pk.inc`"),
    (_handler_reads_node, "FI595", "reads node `n0`"),
    (_two_outputs, None, "has 2 outputs"),
    (lambda: map_task(INC, min_successes=1, min_success_ratio=1.0), None, "room for one"),
    (lambda: map_task(INC, min_success_ratio=1.5), "FI553", "not between 0 and 1"),
    (lambda: map_task(INC, concurrency=-1), None, "negative"),
    (lambda: map_task(INC, bind={"b": 1}), "FI552", "no input `b` to bind"),
    (lambda: map_task(sub().spec), "FI558", "cannot be mapped"),  # type: ignore[arg-type]
    (lambda: sleep(0), None, "not positive"),
    (lambda: wait_for_input("", int), "FI570", "a gate has no name"),
    (lambda: bool(_input()), None, "no truth value"),
    (_iterated, None, "cannot be iterated"),
]


@pytest.mark.parametrize(("build", "code", "words"), REFUSED)
def test_refused(build: Callable[[], object], code: str | None, words: str) -> None:
    with pytest.raises(BuildError) as caught:
        build()
    assert caught.value.code == code, caught.value
    assert words in str(caught.value)


def test_queueing_budget_becomes_quality_of_service() -> None:
    patient, plain = WorkflowBuilder("pk.flow", queueing_budget=90), WorkflowBuilder("pk.flow")
    for flow in (patient, plain):
        flow.add(call(VOID))
    assert patient.template.metadata.quality_of_service.spec.queueing_budget.seconds == 90
    assert not plain.template.metadata.HasField("quality_of_service")


def test_mapped_pod_task_runs_the_mapping_entry_point() -> None:
    pod = pod_template({"containers": [{"name": "primary"}, {"name": "side", "image": "busybox:1"}]})
    inner = python_task("pk.inc", image="app:1", inputs={"a": int}, outputs={"o0": int}, pod_template=pod)
    before = inner.SerializeToString(deterministic=True)
    flow = WorkflowBuilder("pk.flow")
    flow.add(call(map_task(inner), a=flow.input("xs", list[int])))
    mapped = next(each for each in flow.entities if isinstance(each, TaskSpec)).template
    primary, side = MessageToDict(mapped.k8s_pod.pod_spec)["containers"]
    assert primary["args"][0] == "pyflyte-map-execute"
    assert "args" not in side
    assert mapped.config["primary_container_name"] == "primary"
    assert inner.SerializeToString(deterministic=True) == before
    assert codes(flow) == []

"""What the builders make of the seeds' code samples, beside what flytekit makes of them.

Each sample is written once more with the builders, gets the identifiers that flytekit gave, and is compared:
every task and workflow of it.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from typing import Any

import pytest

from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.builders import (
    Resources,
    WorkflowBuilder,
    approve,
    array,
    call,
    conditional,
    container_resources,
    dynamic_job,
    launch_plan,
    map_task,
    pod_template,
    python_task,
    registered,
    sleep,
    task_metadata,
    wait_for_input,
)
from flowidl.builders.tasks import described
from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
from tests.interop.reference import IDENTITY, IMAGE, SDK_VERSION, Emitted, assert_same


def task(name: str, **parts: Any) -> TaskSpec:
    """Return a task as flytekit has it, which describes a function without a docstring all the same."""
    parts.setdefault("metadata", task_metadata(sdk_version=SDK_VERSION))
    spec = python_task(name, image=IMAGE, **parts)
    spec.description.CopyFrom(described(""))
    return spec


STR_OUT: dict[str, object] = {"o0": str}


def basic_workflow() -> WorkflowBuilder:
    t1 = task("basic_workflow.t1", inputs={"a": int}, outputs={"t1_int_output": int, "c": str})
    t2 = task("basic_workflow.t2", inputs={"a": str, "b": str}, outputs=STR_OUT)
    flow = WorkflowBuilder("basic_workflow.my_wf", description="")
    a, b = flow.input("a", int), flow.input("b", str)
    first = flow.add(call(t1, a=a))
    second = flow.add(call(t2, a=first.c, b=b))
    flow.output("o0", first.t1_int_output)
    flow.output("o1", second)
    return flow


def branching() -> WorkflowBuilder:
    task_a = task("branching.task_a", inputs={"x": int}, outputs=STR_OUT)
    task_b = task("branching.task_b", inputs={"x": int}, outputs=STR_OUT)
    task_c = task("branching.task_c", outputs=STR_OUT)
    flow = WorkflowBuilder("branching.my_conditional_workflow", description="")
    value = flow.input("input_val", int)
    chosen = flow.add(
        conditional("my_condition")
        .if_(value > 10)
        .then(call(task_a, x=value))
        .elif_(value < 5)
        .then(call(task_b, x=value))
        .else_()
        .then(call(task_c))
    )
    flow.output("o0", chosen)
    return flow


def array_target() -> WorkflowBuilder:
    item = task("array_over_launch_plan.process_item", inputs={"item": int}, outputs={"o0": int})
    flow = WorkflowBuilder("array_over_launch_plan.my_sub_workflow", description="")
    flow.output("o0", flow.add(call(item, item=flow.input("x", int))))
    return flow


def array_over_launch_plan() -> WorkflowBuilder:
    flow = WorkflowBuilder("array_over_launch_plan.map_over_workflow", description="")
    listed = flow.input("input_list", list[int])
    plan = launch_plan(array_target(), name="my_sub_lp")
    flow.output("o0", flow.add(call(array(plan, concurrency=5), x=listed)))
    return flow


def map_over_task() -> WorkflowBuilder:
    made = task("map_over_task.process_data", inputs={"data": str, "prefix": str}, outputs=STR_OUT)
    flow = WorkflowBuilder("map_over_task.my_map_workflow", description="")
    data, prefix = flow.input("data_list", list[str]), flow.input("common_prefix", str)
    flow.output("o0", flow.add(call(map_task(functools.partial(call, made, prefix=prefix)), data=data)))
    return flow


def _final_processing() -> TaskSpec:
    inputs: dict[str, object] = {"approved_data": str}
    return task("gate_approval.final_processing", inputs=inputs, outputs=STR_OUT)


def gate_approval() -> WorkflowBuilder:
    prepare = task("gate_approval.prepare_for_approval", inputs={"data": str}, outputs=STR_OUT)
    flow = WorkflowBuilder("gate_approval.approval_workflow", description="")
    prepared = flow.add(call(prepare, data=flow.input("initial_data", str)))
    approved = flow.add(approve(prepared, name="manual_approval_gate"))
    flow.output("o0", flow.add(call(_final_processing(), approved_data=approved)))
    return flow


def other_gates() -> WorkflowBuilder:
    flow = WorkflowBuilder("gate_approval.other_gates_workflow", description="")
    pause = flow.add(sleep(datetime.timedelta(minutes=5)))
    given = flow.add(wait_for_input("get_user_feedback", str))
    flow.order(pause, given)
    flow.output("o0", flow.add(call(_final_processing(), approved_data=given)))
    return flow


def simple_task() -> WorkflowBuilder:
    made = task("launch_options.my_simple_task", inputs={"x": int}, outputs={"o0": int})
    flow = WorkflowBuilder("launch_options.my_workflow", description="")
    flow.output("o0", flow.add(call(made, x=flow.input("input_val", int))))
    return flow


WORKFLOWS = [
    basic_workflow,
    branching,
    array_target,
    array_over_launch_plan,
    map_over_task,
    gate_approval,
    other_gates,
    simple_task,
]


@pytest.mark.parametrize("build", WORKFLOWS, ids=lambda build: str(build.__name__))
def test_workflows(emitted: Emitted, build: Callable[[], WorkflowBuilder]) -> None:
    entities = [each for each in build().entities if not isinstance(each, LaunchPlan)]
    assert entities
    for entity in entities:  # launch plans are compared with the others, in test_launch_plans
        theirs = emitted.messages[entity.DESCRIPTOR.name, entity.template.id.name]
        assert_same(registered(entity, **IDENTITY), theirs)


def test_dynamic_job(emitted: Emitted) -> None:
    inc = task("dynamic_body.inc", inputs={"a": int}, outputs={"o0": int})
    flow = WorkflowBuilder("body")
    a = flow.add(call(inc, a=0))
    b = flow.add(call(inc, a=a))
    chosen = flow.add(conditional("c").if_(b.o0 > 3).then(call(inc, a=b)).else_().then(call(inc, a=a)))
    flow.output("o0", chosen)
    ours = registered(dynamic_job(flow.spec, tasks=[inc]), **IDENTITY)
    assert_same(ours, emitted.one("dynamic_body.body", DynamicJobSpec))


VOLUME = {"name": "data-volume", "mountPath": "/data"}
TASKS = [
    task(
        "task_resources.my_resource_intensive_task",
        inputs={"data": int},
        outputs={"o0": int},
        resources=container_resources(
            requests=Resources(cpu="500m", mem="1Gi"), limits=Resources(cpu="1", mem="2Gi")
        ),
    ),
    # A single amount is a request only for flytekit, so it is given as one; the seeds want both.
    task(
        "task_resources.my_cpu_intensive_task",
        inputs={"a": int, "b": int},
        outputs={"o0": int},
        resources=container_resources(requests=Resources(cpu="1", mem="2Gi")),
    ),
    task(
        "task_resources.my_gpu_task",
        inputs={"data": str},
        outputs=STR_OUT,
        resources=container_resources(
            requests=Resources(cpu="500m", mem="1Gi", gpu=1), limits=Resources(cpu="1", mem="2Gi")
        ),
    ),
    task(
        "task_resources.my_data_processing_task",
        inputs={"input_path": str},
        outputs=STR_OUT,
        resources=container_resources(requests=Resources(ephemeral_storage="10Gi")),
    ),
    task(
        "pod_templates.my_custom_pod_task",
        outputs=STR_OUT,
        pod_template=pod_template(
            {
                "containers": [
                    {"name": "primary", "image": "my-custom-image:latest"},
                    {
                        "name": "sidecar",
                        "image": "my-sidecar-image:1.0",
                        "command": ["/bin/sh", "-c", "sleep 3600"],
                    },
                ],
                "nodeSelector": {"kubernetes.io/hostname": "my-specific-node"},
            },
            primary_container_name="primary",
            labels={"env": "production"},
            annotations={"owner": "platform-team"},
        ),
    ),
    task(
        "pod_templates.my_custom_pod_task_with_volume",
        inputs={"message": str},
        outputs=STR_OUT,
        pod_template=pod_template(
            {
                "containers": [
                    {
                        "name": "primary",
                        "image": "ghcr.io/flyteorg/flytekit:py3.9-latest",
                        "env": [{"name": "MY_ENV_VAR", "value": "my_value"}],
                        "volumeMounts": [VOLUME],
                    },
                    {
                        "name": "sidecar-logger",
                        "image": "busybox",
                        "command": ["sh", "-c", "while true; do echo 'Sidecar logging...'; sleep 5; done"],
                        "volumeMounts": [VOLUME],
                    },
                ],
                "volumes": [{"name": "data-volume"}],
                "nodeSelector": {"kubernetes.io/hostname": "my-specific-node"},
                "tolerations": [{"key": "dedicated", "operator": "Exists", "effect": "NoSchedule"}],
            },
            primary_container_name="primary",
            labels={"app": "my-custom-app"},
            annotations={"owner": "dev-team"},
        ),
    ),
]


@pytest.mark.parametrize("spec", TASKS, ids=lambda spec: str(spec.template.id.name))
def test_tasks(emitted: Emitted, spec: TaskSpec) -> None:
    assert_same(registered(spec, **IDENTITY), emitted.one(spec.template.id.name, TaskSpec))

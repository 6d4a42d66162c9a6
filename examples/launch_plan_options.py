"""Launch plans and options: who runs a workflow, how often, and whom to tell.

An SDK applies options while it registers a launch plan. Here they are a value that goes onto a message, so
the same options serve a launch plan and an execution.

    python examples/launch_plan_options.py out.tgz
"""

from __future__ import annotations

import sys

from flowidl.admin.v1 import ExecutionCreateRequest, LaunchPlan
from flowidl.builders import (
    Options,
    WorkflowBuilder,
    call,
    cron,
    execution,
    function_task,
    launch_plan,
    registered,
    with_options,
    write_package,
)
from flowidl.builders.launch_plans import FAILED, email_notification
from flowidl.core.v1 import Identity, SecurityContext

IMAGE = "reg.example/app:v9"


def my_simple_task(x: int) -> int:
    """Double a number."""
    return x * 2


def my_workflow() -> WorkflowBuilder:
    """Return a workflow of one task."""
    flow = WorkflowBuilder("examples.my_workflow")
    doubled = flow.add(call(function_task(my_simple_task, image=IMAGE), x=flow.input("input_val", int)))
    flow.output("o0", doubled)
    return flow


OPTIONS = {
    # With labels and annotations of its own
    "my_workflow_with_metadata": Options(
        labels={"team": "data-science", "project": "feature-eng"},
        annotations={"reviewer": "john.doe", "priority": "high"},
    ),
    # With a service account, and a place for large outputs
    "my_workflow_secure_output": Options.default_from(
        k8s_service_account="my-service-account", raw_data_prefix="s3://my-custom-bucket/flyte-outputs"
    ),
    # With everything. Launch plans cannot silence notifications: that goes onto an execution, below.
    "my_custom_lp": Options(
        labels={"team": "data-science"},
        annotations={"reviewer": "john.doe"},
        security_context=SecurityContext(run_as=Identity(k8s_service_account="my-service-account")),
        raw_output_prefix="s3://my-custom-bucket/flyte-outputs",
        max_parallelism=10,
        disable_notifications=True,
    ),
}


def plans(flow: WorkflowBuilder) -> list[LaunchPlan]:
    """Return the workflow's launch plans: one for each of the options, and a nightly one."""
    nightly = launch_plan(
        flow,
        name="nightly",
        fixed_inputs={"input_val": 21},
        schedule=cron("0 2 * * *"),
        notifications=[email_notification("oncall@example.com", phases=[FAILED])],
    )
    made = [nightly]
    for name, options in OPTIONS.items():
        plan = launch_plan(flow, name=name)
        plan.spec.CopyFrom(with_options(plan.spec, options))
        made.append(plan)
    return made


def quiet_execution(plan: LaunchPlan) -> ExecutionCreateRequest:
    """Return a request to run a launch plan at most five nodes at once, and tell nobody."""
    whole = registered(plan, project="proj", domain="dev", version="ver1")
    return execution(whole, {"input_val": 4}, options=Options(max_parallelism=5, disable_notifications=True))


def definitions() -> list[WorkflowBuilder | LaunchPlan]:
    """Return what this example is about."""
    flow = my_workflow()
    return [flow, *plans(flow)]


if __name__ == "__main__":
    write_package(sys.argv[1], definitions())

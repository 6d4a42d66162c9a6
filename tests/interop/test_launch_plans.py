"""Launch plans and options, beside flytekit's own.

The closure is left out: flytekit leaves it empty, and the builders fill it in so that a launch
plan can be called.
"""

from __future__ import annotations

import datetime

import pytest

from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.builders.launch_plans import (
    ABORTED,
    FAILED,
    SUCCEEDED,
    TIMED_OUT,
    concurrency_policy,
    cron,
    email_notification,
    every,
    launch_plan,
    pager_duty_notification,
    slack_notification,
)
from flowidl.builders.options import Options, with_options
from flowidl.core.v1.security_pb2 import Identity, SecurityContext
from tests.interop.reference import Emitted, assert_same

FILLED_IN = ("closure.expected_inputs", "closure.expected_outputs")

OPTIONS = {
    "my_custom_lp": Options(
        labels={"team": "data-science"},
        annotations={"reviewer": "john.doe"},
        security_context=SecurityContext(run_as=Identity(k8s_service_account="my-service-account")),
        raw_output_prefix="s3://my-custom-bucket/flyte-outputs",
        max_parallelism=10,
        disable_notifications=True,
    ),
    "my_workflow_with_metadata": Options(
        labels={"team": "data-science", "project": "feature-eng"},
        annotations={"reviewer": "john.doe", "priority": "high"},
    ),
    "my_workflow_secure_output": Options.default_from(
        k8s_service_account="my-service-account", raw_data_prefix="s3://my-custom-bucket/flyte-outputs"
    ),
    "my_workflow_controlled": Options(max_parallelism=5, disable_notifications=True),
}


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_options(emitted: Emitted, name: str) -> None:
    theirs = emitted.one(name, LaunchPlan)
    workflow = emitted.one(theirs.spec.workflow_id.name, WorkflowSpec)
    ours = launch_plan(workflow, name=name)
    ours.spec.CopyFrom(with_options(ours.spec, OPTIONS[name]))
    assert_same(ours, theirs, ignoring=FILLED_IN)


def test_every_workflow_has_the_same_default_launch_plan(emitted: Emitted) -> None:
    compared = 0
    for (kind, name), theirs in emitted.messages.items():
        if kind == "LaunchPlan" and ("WorkflowSpec", name) in emitted.messages:
            assert_same(launch_plan(emitted.one(name, WorkflowSpec)), theirs, ignoring=FILLED_IN)
            compared += 1
    assert compared > 5


def test_all_fields(emitted: Emitted) -> None:
    ours = launch_plan(
        emitted.one("launch_plan_fields.wf", WorkflowSpec),
        name="full",
        default_inputs={"a": 3},
        fixed_inputs={"b": "fixed"},
        schedule=cron("0 10 * * *", kickoff_input="when", offset="P1D"),
        notifications=[
            email_notification("a@x", phases=[SUCCEEDED, FAILED]),
            slack_notification("s@x", phases=[TIMED_OUT]),
            pager_duty_notification("p@x", phases=[ABORTED]),
        ],
        max_parallelism=10,
        overwrite_cache=True,
        concurrency_policy=concurrency_policy(2),
    )
    assert_same(ours, emitted.one("full", LaunchPlan), ignoring=FILLED_IN)


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("hours", datetime.timedelta(hours=36)),
        ("days", datetime.timedelta(days=2)),
        ("minutes", datetime.timedelta(minutes=90)),
    ],
)
def test_rates(emitted: Emitted, name: str, period: datetime.timedelta) -> None:
    small = emitted.one("launch_plan_fields.small", WorkflowSpec)
    ours = launch_plan(small, name=name, fixed_inputs={"n": 1}, schedule=every(period))
    assert_same(ours, emitted.one(name, LaunchPlan), ignoring=FILLED_IN)

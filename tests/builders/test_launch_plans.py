"""Launch plans, schedules, notifications and options: what they yield, and what they refuse."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from google.protobuf import text_format

from flowidl.admin.v1.execution_pb2 import ExecutionSpec
from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan, LaunchPlanSpec
from flowidl.admin.v1.schedule_pb2 import Schedule
from flowidl.builders.errors import BuildError
from flowidl.builders.identifiers import launch_plan_id
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
from flowidl.builders.literals import literal
from flowidl.builders.options import Options, with_options
from flowidl.core.v1.execution_pb2 import WorkflowExecution
from flowidl.core.v1.security_pb2 import Identity, Secret, SecurityContext
from flowidl.validator import validate
from tests.builders.small import FULL, flow, step

FLOW = flow()
DAY, HOUR, MINUTE = (datetime.timedelta(days=1), datetime.timedelta(hours=1), datetime.timedelta(minutes=1))


def test_everything() -> None:
    plan = launch_plan(
        flow(id=FULL),
        name="everything",
        default_inputs={"a": 3},
        fixed_inputs={"b": "fixed"},
        schedule=cron("0 10 * * *", kickoff_input="when", offset="P1D"),
        notifications=[
            email_notification("a@x", phases=[SUCCEEDED, FAILED]),
            slack_notification("s@x", phases=[TIMED_OUT]),
            pager_duty_notification("p@x", phases=[ABORTED]),
        ],
        labels={"team": "ds"},
        annotations={"r": "j"},
        security_context=SecurityContext(run_as=Identity(iam_role="role", k8s_service_account="sa")),
        raw_output_prefix="s3://b/p",
        max_parallelism=10,
        overwrite_cache=True,
        concurrency_policy=concurrency_policy(2),
    )
    expected = text_format.Parse(_EVERYTHING, LaunchPlanSpec())
    expected.default_inputs.parameters["o"].var.CopyFrom(FLOW.template.interface.inputs.variables["o"])
    assert plan.spec == expected
    assert plan.id == launch_plan_id("everything", **FULL)
    assert plan.closure.expected_inputs == plan.spec.default_inputs
    assert plan.closure.expected_outputs == FLOW.template.interface.outputs


_EVERYTHING = """
workflow_id { resource_type: WORKFLOW project: "proj" domain: "dev" name: "flow" version: "ver1" }
entity_metadata {
  schedule { kickoff_time_input_arg: "when" cron_schedule { schedule: "0 10 * * *" offset: "P1D" } }
  notifications { phases: SUCCEEDED phases: FAILED email { recipients_email: "a@x" } }
  notifications { phases: TIMED_OUT slack { recipients_email: "s@x" } }
  notifications { phases: ABORTED pager_duty { recipients_email: "p@x" } }
}
default_inputs {
  parameters { key: "a" value {
    var { type { simple: INTEGER } description: "a" } default { scalar { primitive { integer: 3 } } } } }
  parameters { key: "o" value { default { scalar { none_type {} } } } }
  parameters { key: "when" value { var { type { simple: DATETIME } description: "when" } required: true } }
}
fixed_inputs { literals { key: "b" value { scalar { primitive { string_value: "fixed" } } } } }
labels { values { key: "team" value: "ds" } }
annotations { values { key: "r" value: "j" } }
security_context { run_as { iam_role: "role" k8s_service_account: "sa" } }
raw_output_data_config { output_location_prefix: "s3://b/p" }
max_parallelism: 10
overwrite_cache: true
concurrency_policy { max: 2 behavior: CONCURRENCY_LIMIT_BEHAVIOR_SKIP }
"""


def test_default_launch_plan() -> None:
    plan = launch_plan(FLOW)
    assert plan.id == launch_plan_id("flow")
    present = {field.name for field, _ in plan.spec.ListFields()}
    assert present == {
        "workflow_id",
        "entity_metadata",
        "default_inputs",
        "fixed_inputs",
        "labels",
        "annotations",
        "raw_output_data_config",
    }
    behaviors = {
        name: each.WhichOneof("behavior") for name, each in plan.spec.default_inputs.parameters.items()
    }
    assert behaviors == {"a": "required", "b": "required", "when": "required", "o": "default"}


def test_fixed_wins_over_default() -> None:
    plan = launch_plan(FLOW, default_inputs={"a": 1}, fixed_inputs={"a": 2})
    assert "a" not in plan.spec.default_inputs.parameters
    assert plan.spec.fixed_inputs.literals["a"].scalar.primitive.integer == 2


def test_a_given_optional_is_a_union() -> None:
    parameter = launch_plan(FLOW, default_inputs={"o": 4}).spec.default_inputs.parameters["o"]
    assert parameter.default.scalar.union.value.scalar.primitive.integer == 4


def test_same_arguments_same_bytes_and_clean() -> None:
    def make() -> LaunchPlan:
        return launch_plan(
            FLOW, name="p", default_inputs={"a": 1}, schedule=cron("@daily", kickoff_input="when"),
            fixed_inputs={"b": "x"},
        )  # fmt: skip

    assert make().SerializeToString(deterministic=True) == make().SerializeToString(deterministic=True)
    report = validate(step(), FLOW, make())
    assert report.passed
    assert not report.findings


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (cron("0 10 * * *"), 'cron_schedule { schedule: "0 10 * * *" }'),
        (cron("@hourly"), 'cron_schedule { schedule: "@hourly" }'),
        (cron("daily"), 'cron_schedule { schedule: "@daily" }'),
        (cron("annually"), 'cron_schedule { schedule: "@yearly" }'),
        (every(36 * HOUR), "rate { value: 36 unit: HOUR }"),
        (every(2 * DAY), "rate { value: 2 unit: DAY }"),
        (every(90 * MINUTE), "rate { value: 90 unit: MINUTE }"),
        (every(MINUTE, kickoff_input="t"), 'rate { value: 1 } kickoff_time_input_arg: "t"'),
    ],
)
def test_schedules(schedule: Schedule, expected: str) -> None:
    assert schedule == text_format.Parse(expected, Schedule())


OPEN = {"a": 1, "b": "x"}
MANY = {f"l{number}": "x" for number in range(17)}
REFUSED: list[tuple[str | None, str, Callable[[], object]]] = [
    ("unknown-fixed-input", "did you mean `when`", lambda: launch_plan(FLOW, fixed_inputs={"whem": 1})),
    ("unknown-default-input", "does not take", lambda: launch_plan(FLOW, default_inputs={"z": 1})),
    ("fixed-mismatch", "expects `int`", lambda: launch_plan(FLOW, fixed_inputs={"a": "1"})),
    ("fixed-mismatch", "expects `int`", lambda: launch_plan(FLOW, fixed_inputs={"a": True})),
    ("fixed-mismatch", "literal of `str`", lambda: launch_plan(FLOW, fixed_inputs={"a": literal("1")})),
    ("default-mismatch", "expects `str`", lambda: launch_plan(FLOW, default_inputs={"b": 1})),
    ("default-mismatch", "expects `int`", lambda: launch_plan(FLOW, default_inputs={"a": None})),
    (None, "not a number of nodes", lambda: launch_plan(FLOW, max_parallelism=-1)),
    (None, "not a positive number", lambda: concurrency_policy(0)),
    ("entity-without-name", "no name", lambda: launch_plan(FLOW, name="")),
    ("wrong-resource-type", "identifier", lambda: launch_plan(FLOW, name=FLOW.template.id)),
    ("scheduled-without-value", "`a`, `b`, `when`", lambda: launch_plan(FLOW, schedule=every(DAY))),
    (
        "invalid-kickoff-input",
        "does not take",
        lambda: launch_plan(FLOW, default_inputs=OPEN, schedule=every(DAY, kickoff_input="z")),
    ),
    (
        "invalid-kickoff-input",
        "not a `datetime`",
        lambda: launch_plan(FLOW, default_inputs=OPEN, schedule=every(DAY, kickoff_input="a")),
    ),
    (
        "invalid-kickoff-input",
        "fixed value",
        lambda: launch_plan(FLOW, fixed_inputs=OPEN, schedule=every(DAY, kickoff_input="a")),
    ),
    ("invalid-schedule", "not five", lambda: cron("0 0 10 * * * *")),
    ("invalid-schedule", "does not parse", lambda: cron("fortnightly")),
    ("schedule-never-fires", "never fires", lambda: cron("0 0 31 2 *")),
    (None, "ISO 8601", lambda: cron("@daily", offset="1 day")),
    (None, "ISO 8601", lambda: cron("@daily", offset="P")),
    ("unusable-rate", "whole minutes", lambda: every(datetime.timedelta(seconds=30))),
    ("unusable-rate", "whole minutes", lambda: every(datetime.timedelta(seconds=90))),
    ("unusable-rate", "positive", lambda: every(datetime.timedelta(0))),
    ("unusable-rate", "positive", lambda: every(-DAY)),
    ("too-many-labels", "17 labels", lambda: launch_plan(FLOW, labels=MANY)),
    ("too-many-labels", "17 labels", lambda: with_options(LaunchPlanSpec(), Options(labels=MANY))),
    (None, "names no phase", lambda: email_notification("a@x", phases=[])),
    (
        "notification-before-the-end",
        "RUNNING",
        lambda: slack_notification("a@x", phases=[WorkflowExecution.RUNNING]),
    ),
    ("notification-without-recipient", "recipient", lambda: email_notification(phases=[FAILED])),
    ("notification-without-recipient", "recipient", lambda: pager_duty_notification("", phases=[FAILED])),
]


@pytest.mark.parametrize(("rule", "words", "build"), REFUSED)
def test_refusals(rule: str | None, words: str, build: Callable[[], object]) -> None:
    with pytest.raises(BuildError) as refused:
        build()
    assert refused.value.rule == rule
    assert words in str(refused.value)


# Options

NOTE = email_notification("a@x", phases=[FAILED])
ALL = Options(
    labels={"team": "ds"},
    annotations={"r": "j"},
    security_context=SecurityContext(run_as=Identity(k8s_service_account="sa")),
    raw_output_prefix="s3://b",
    max_parallelism=5,
    notifications=(NOTE,),
    overwrite_cache=True,
)
_CHANGED = """
labels { values { key: "team" value: "ds" } }
annotations { values { key: "r" value: "j" } }
security_context { run_as { k8s_service_account: "sa" } }
raw_output_data_config { output_location_prefix: "s3://b" }
max_parallelism: 5
overwrite_cache: true
"""
_NOTE = 'notifications { phases: FAILED email { recipients_email: "a@x" } }'


def test_options_on_a_launch_plan() -> None:
    expected = text_format.Parse(f"{_CHANGED} entity_metadata {{ {_NOTE} }}", LaunchPlanSpec())
    assert with_options(LaunchPlanSpec(), ALL) == expected


def test_options_on_an_execution() -> None:
    expected = text_format.Parse(f"{_CHANGED} notifications {{ {_NOTE} }}", ExecutionSpec())
    assert with_options(ExecutionSpec(), ALL) == expected


def test_disabled_notifications_win_on_an_execution_and_say_nothing_on_a_launch_plan() -> None:
    silent = Options(notifications=(NOTE,), disable_notifications=True)
    assert with_options(ExecutionSpec(), silent) == ExecutionSpec(disable_all=True)
    assert with_options(LaunchPlanSpec(), Options(disable_notifications=True)) == LaunchPlanSpec()


def test_options_that_say_nothing_change_nothing_and_nothing_changes_the_argument() -> None:
    spec = with_options(LaunchPlanSpec(), ALL)
    before = spec.SerializeToString(deterministic=True)
    nothing = Options(labels={}, annotations={}, max_parallelism=0, overwrite_cache=False)
    assert with_options(spec, nothing) == spec
    with_options(spec, Options(labels={"other": "x"}, notifications=(NOTE, NOTE)))
    assert spec.SerializeToString(deterministic=True) == before


def test_labels_are_replaced_and_security_is_joined() -> None:
    secret = Secret(group="g", key="k")
    spec = LaunchPlanSpec(
        security_context=SecurityContext(run_as=Identity(iam_role="role"), secrets=[secret])
    )
    spec.labels.values["old"] = "x"
    changed = with_options(spec, ALL)
    assert dict(changed.labels.values) == {"team": "ds"}
    assert changed.security_context.run_as == Identity(k8s_service_account="sa")
    assert list(changed.security_context.secrets) == [secret]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (Options.default_from(), ""),
        (
            Options.default_from(k8s_service_account="sa"),
            'security_context { run_as { k8s_service_account: "sa" } }',
        ),
        (
            Options.default_from(raw_data_prefix="s3://b"),
            'raw_output_data_config { output_location_prefix: "s3://b" }',
        ),
    ],
)
def test_default_options(options: Options, expected: str) -> None:
    assert with_options(LaunchPlanSpec(), options) == text_format.Parse(expected, LaunchPlanSpec())

"""Not of a seed: launch plans with everything that Options do not hold (schedules, inputs, notifications)."""

import datetime

from flytekit import CronSchedule, Email, FixedRate, LaunchPlan, PagerDuty, Slack, task, workflow
from flytekit.models.concurrency import ConcurrencyLimitBehavior, ConcurrencyPolicy
from flytekit.models.core.execution import WorkflowExecutionPhase as Phase


@task
def show(a: int, b: str, when: datetime.datetime, o: int | None) -> str:
    return f"{a}{b}{when}{o}"


@workflow
def wf(a: int, b: str, when: datetime.datetime, o: int | None = None) -> str:
    return show(a=a, b=b, when=when, o=o)


@task
def noop(n: int) -> int:
    return n


@workflow
def small(n: int) -> int:
    return noop(n=n)


full = LaunchPlan.create(
    "full",
    wf,
    default_inputs={"a": 3},
    fixed_inputs={"b": "fixed"},
    schedule=CronSchedule(schedule="0 10 * * *", offset="P1D", kickoff_time_input_arg="when"),
    notifications=[
        Email(phases=[Phase.SUCCEEDED, Phase.FAILED], recipients_email=["a@x"]),
        Slack(phases=[Phase.TIMED_OUT], recipients_email=["s@x"]),
        PagerDuty(phases=[Phase.ABORTED], recipients_email=["p@x"]),
    ],
    max_parallelism=10,
    overwrite_cache=True,
    concurrency=ConcurrencyPolicy(max_concurrency=2, behavior=ConcurrencyLimitBehavior.SKIP),
)
hours = LaunchPlan.create(
    "hours", small, fixed_inputs={"n": 1}, schedule=FixedRate(duration=datetime.timedelta(hours=36))
)
days = LaunchPlan.create(
    "days", small, fixed_inputs={"n": 1}, schedule=FixedRate(duration=datetime.timedelta(days=2))
)
minutes = LaunchPlan.create(
    "minutes", small, fixed_inputs={"n": 1}, schedule=FixedRate(duration=datetime.timedelta(minutes=90))
)

"""The circumstances of executions: labels, annotations, identities, places, schedules, notifications."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowidl import builders
from flowidl.admin.v1.common_pb2 import Annotations as AnnotationsMessage
from flowidl.admin.v1.common_pb2 import Labels as LabelsMessage
from flowidl.admin.v1.common_pb2 import Notification
from flowidl.admin.v1.launch_plan_pb2 import ConcurrencyLimitBehavior as ConcurrencyBehavior
from flowidl.admin.v1.launch_plan_pb2 import ConcurrencyPolicy as ConcurrencyMessage
from flowidl.admin.v1.schedule_pb2 import Schedule
from flowidl.core.v1.security_pb2 import Identity as IdentityMessage
from flowidl.core.v1.security_pb2 import SecurityContext as SecurityContextMessage
from flowidl.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowidl.sdk.metadata import Secret


def Labels(values: Mapping[str, str]) -> LabelsMessage:  # noqa: N802  # a class in the SDK
    """Return labels of executions."""
    return LabelsMessage(values=values)


def Annotations(values: Mapping[str, str]) -> AnnotationsMessage:  # noqa: N802  # a class in the SDK
    """Return annotations of executions."""
    return AnnotationsMessage(values=values)


@dataclass
class RawOutputDataConfig:
    """Where large outputs are kept, `s3://bucket/folder`."""

    output_location_prefix: str = ""


@dataclass
class Identity:
    """Who an execution runs as."""

    iam_role: str | None = None
    k8s_service_account: str | None = None
    oauth2_client: Any = None
    execution_identity: str | None = None


@dataclass
class SecurityContext:
    """Who an execution runs as, and the secrets and tokens that it gets."""

    run_as: Identity | None = None
    secrets: list[Secret] | None = None
    tokens: list[Any] | None = None

    def message(self) -> SecurityContextMessage:
        """Return the message."""
        context = SecurityContextMessage(secrets=[each.message() for each in self.secrets or ()])
        if self.run_as is not None:
            given = {name: value for name, value in vars(self.run_as).items() if value is not None}
            context.run_as.CopyFrom(IdentityMessage(**given))
        context.tokens.extend(self.tokens or ())
        return context


@dataclass
class Options:
    """The circumstances of a workflow's executions, as launch plans and executions carry them."""

    labels: LabelsMessage | None = None
    annotations: AnnotationsMessage | None = None
    raw_output_data_config: RawOutputDataConfig | None = None
    security_context: SecurityContext | None = None
    max_parallelism: int | None = None
    notifications: list[Notification] | None = None
    disable_notifications: bool | None = None
    overwrite_cache: bool | None = None
    file_uploader: Any = None

    @classmethod
    def default_from(
        cls, k8s_service_account: str | None = None, raw_data_prefix: str | None = None
    ) -> Options:
        """Return options with a Kubernetes service account and a place for large outputs, each if given."""
        return cls(
            security_context=SecurityContext(run_as=Identity(k8s_service_account=k8s_service_account))
            if k8s_service_account
            else None,
            raw_output_data_config=RawOutputDataConfig(raw_data_prefix) if raw_data_prefix else None,
        )

    def launch_plan_fields(self) -> dict[str, Any]:
        """Return what these options say about a launch plan, in the words of `builders.launch_plan`."""
        place = self.raw_output_data_config
        fields = {
            "labels": None if self.labels is None else dict(self.labels.values),
            "annotations": None if self.annotations is None else dict(self.annotations.values),
            "security_context": None if self.security_context is None else self.security_context.message(),
            "raw_output_prefix": None if place is None else place.output_location_prefix,
            "max_parallelism": self.max_parallelism,
            "notifications": self.notifications,
            "overwrite_cache": self.overwrite_cache,
        }
        return {name: value for name, value in fields.items() if value}


def CronSchedule(  # noqa: N802  # a class in the SDK
    schedule: str = "",
    *,
    cron_expression: str = "",
    kickoff_time_input_arg: str | None = None,
    offset: str | None = None,
) -> Schedule:
    """Return a schedule of five cron fields or a word such as `@daily`.

    `cron_expression` is the older form of six fields, as AWS has it, one of the days being `?`.
    """
    if bool(schedule) == bool(cron_expression):
        raise BuildError(
            "a schedule has one of `schedule` and `cron_expression`", help='write `schedule="0 9 * * *"`'
        )
    if not cron_expression:
        return builders.cron(schedule, kickoff_input=kickoff_time_input_arg or "", offset=offset or "")
    fields = cron_expression.split()
    if offset or len(fields) != 6 or (fields[2] == "?") == (fields[4] == "?"):
        raise BuildError(
            f"`{cron_expression}` is not six fields with one day `?`{' and no offset' if offset else ''}",
            rule="invalid-schedule",
            help="write five fields as `schedule`",
        )
    return Schedule(cron_expression=cron_expression, kickoff_time_input_arg=kickoff_time_input_arg or "")


def FixedRate(duration: datetime.timedelta, kickoff_time_input_arg: str | None = None) -> Schedule:  # noqa: N802
    """Return a schedule at a fixed rate of whole minutes."""
    return builders.every(duration, kickoff_input=kickoff_time_input_arg or "")


class WorkflowExecutionPhase:
    """The phases that notifications name."""

    SUCCEEDED = 4
    FAILED = 6
    ABORTED = 7
    TIMED_OUT = 8


def Email(phases: list[Any], recipients_email: list[str]) -> Notification:  # noqa: N802  # a class in the SDK
    """Return an e-mail, sent when an execution ends in one of some phases."""
    return builders.email_notification(*recipients_email, phases=phases)


def Slack(phases: list[Any], recipients_email: list[str]) -> Notification:  # noqa: N802  # a class in the SDK
    """Return a Slack message, sent when an execution ends in one of some phases."""
    return builders.slack_notification(*recipients_email, phases=phases)


def PagerDuty(phases: list[Any], recipients_email: list[str]) -> Notification:  # noqa: N802  # a class in the SDK
    """Return a PagerDuty event, sent when an execution ends in one of some phases."""
    return builders.pager_duty_notification(*recipients_email, phases=phases)


class ConcurrencyLimitBehavior:
    """What happens to an execution that would be one too many."""

    SKIP = ConcurrencyBehavior.CONCURRENCY_LIMIT_BEHAVIOR_SKIP


def ConcurrencyPolicy(  # noqa: N802  # a class in the SDK
    max_concurrency: int,
    behavior: ConcurrencyBehavior.ValueType = ConcurrencyLimitBehavior.SKIP,
) -> ConcurrencyMessage:
    """Return the policy that only so many executions of a launch plan run at once."""
    return builders.concurrency_policy(max_concurrency, behavior=behavior)

"""Rules 740-749: labels, annotations and notifications of launch plans and executions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.core.v1.execution_pb2 import WorkflowExecution
from flowidl.findings import Phase
from flowidl.kubernetes.names import ANNOTATIONS, key_problem, value_problem
from flowidl.rules.declaration import ERROR, WARNING, Found, rule
from flowidl.rules.launch.requests import requests
from flowidl.rules.phrases import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flowidl.admin.v1.common_pb2 import Notification
    from flowidl.rules.context import Context

#: Labels that one launch plan, execution or project may have.
MOST_LABELS = 16

_PHASES = WorkflowExecution.Phase
TERMINAL = frozenset((_PHASES.SUCCEEDED, _PHASES.FAILED, _PHASES.TIMED_OUT, _PHASES.ABORTED))

_LABELS = ("admin.LaunchPlanSpec.labels", "admin.ExecutionSpec.labels", "admin.Labels.values")
_ANNOTATIONS = (
    "admin.LaunchPlanSpec.annotations",
    "admin.ExecutionSpec.annotations",
    "admin.Annotations.values",
)
_NOTIFICATIONS = (
    "admin.LaunchPlanMetadata.notifications",
    "admin.ExecutionSpec.notifications",
    "admin.Notification.phases",
    "admin.Notification.email",
    "admin.Notification.pager_duty",
    "admin.Notification.slack",
)


@rule("FI740", "too-many-labels", ERROR, Phase.REGISTRATION, covers=("AD-42", "EX-6"), reads=_LABELS)
def too_many_labels(context: Context) -> Iterator[Found]:
    """There are too many labels

    What: a launch plan or an execution has more than 16 labels.

    Why it fails: registration refuses the launch plan, and the launch the execution.

    Fix: remove some. Annotations are not counted.
    """
    for request in context.once(requests):
        count = len(request.spec.labels.values)
        if count > MOST_LABELS:
            yield Found(
                request.field("labels"),
                f"{request.phrase} has {count} labels, and at most {MOST_LABELS} are allowed",
                "remove some, or make them annotations",
            )


@rule("FI741", "invalid-label", ERROR, Phase.REGISTRATION, covers=("AD-42", "EX-6"), reads=_LABELS)
def invalid_label(context: Context) -> Iterator[Found]:
    """A label is not well formed

    What: the key or value of a label of a launch plan or an execution is none that Kubernetes allows: at
    most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends. A key may
    have a DNS name and a slash in front, a value may be empty.

    Why it fails: registration refuses the launch plan, and the launch the execution.

    Fix: correct it. What labels cannot hold, annotations can.
    """
    for request in context.once(requests):
        labels = request.spec.labels.values
        for key in sorted(labels):
            for what, reason in (("key", key_problem(key)), ("value", value_problem(labels[key]))):
                if reason:
                    shown = quoted(key) if what == "key" else f"{quoted(labels[key])} of label {quoted(key)}"
                    yield Found(
                        request.field("labels", "values").key(key),
                        f"{what} {shown} of {request.phrase} is not well formed: {reason}",
                        "use letters, digits, dashes, underscores and dots",
                    )


@rule("FI742", "invalid-annotation", WARNING, Phase.RUN, covers=("AD-42", "EX-6"), reads=_ANNOTATIONS)
def invalid_annotation(context: Context) -> Iterator[Found]:
    """An annotation is not well formed

    What: the key of an annotation of a launch plan or an execution is none that Kubernetes allows, or all
    annotations together are larger than 256 KiB.

    Why it fails: registration does not look at annotations. Kubernetes refuses the objects that carry them.

    Fix: correct the key. Values may hold anything.
    """
    for request in context.once(requests):
        annotations = request.spec.annotations.values
        for key in sorted(annotations):
            reason = key_problem(key)
            if reason:
                yield Found(
                    request.field("annotations", "values").key(key),
                    f"annotation {quoted(key)} of {request.phrase} is refused by Kubernetes: {reason}",
                    "use letters, digits, dashes, underscores and dots",
                )
        size = sum(len(key.encode()) + len(annotations[key].encode()) for key in annotations)
        if size > ANNOTATIONS:
            yield Found(
                request.field("annotations"),
                f"the annotations of {request.phrase} have {size} bytes, more than the "
                f"{ANNOTATIONS} that Kubernetes takes",
                "keep large values elsewhere",
            )


@rule(
    "FI743",
    "notification-without-type",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-54", "EX-6"),
    reads=_NOTIFICATIONS,
)
def notification_without_type(context: Context) -> Iterator[Found]:
    """A notification does not say how to notify

    What: none of e-mail, PagerDuty and Slack is set.

    Why it fails: registration refuses the launch plan, and the launch the execution.

    Fix: set one of the three.
    """
    for request in context.once(requests):
        for position, notification in enumerate(request.notifications):
            if notification.WhichOneof("type") is None:
                yield Found(
                    request.place(f"{request.notifications_tail}[{position}]"),
                    f"a notification of {request.phrase} does not say how to notify",
                    "set `email`, `pager_duty` or `slack`",
                )


@rule(
    "FI744",
    "notification-without-recipient",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-54", "EX-6"),
    reads=_NOTIFICATIONS,
)
def notification_without_recipient(context: Context) -> Iterator[Found]:
    """A notification goes to nobody

    What: a notification has no recipients, or one that is empty. One that is no e-mail address is a warning:
    PagerDuty and Slack are reached by e-mail too.

    Why it fails: registration refuses a launch plan, and the launch an execution, without recipients. An
    address that is none is found out when the notification is sent.

    Fix: give e-mail addresses.
    """
    for request in context.once(requests):
        for position, notification in enumerate(request.notifications):
            kind, recipients = _recipients(notification)
            tail = f"{request.notifications_tail}[{position}].{kind}"
            if kind and not recipients:
                message = f"a notification of {request.phrase} has no recipients"
                yield Found(request.place(tail), message, "give at least one e-mail address")
            for number, recipient in enumerate(recipients):
                place = request.place(f"{tail}.recipients_email[{number}]")
                if not recipient:
                    message = f"a notification of {request.phrase} has an empty recipient"
                    yield Found(place, message, "remove it, or give an e-mail address")
                elif "@" not in recipient.strip("@"):
                    message = (
                        f"a notification of {request.phrase} goes to {quoted(recipient)}, which is no "
                        "e-mail address"
                    )
                    yield Found(place, message, "give an e-mail address", severity=WARNING)


@rule(
    "FI745",
    "notification-before-the-end",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-54", "EX-6"),
    reads=_NOTIFICATIONS,
)
def notification_before_the_end(context: Context) -> Iterator[Found]:
    """A notification is to be sent before an execution has ended

    What: a notification lists a phase other than SUCCEEDED, FAILED, TIMED_OUT and ABORTED.

    Why it fails: registration refuses the launch plan, and the launch the execution.

    Fix: list phases in which an execution has ended.
    """
    for request in context.once(requests):
        for position, notification in enumerate(request.notifications):
            for number, phase in enumerate(notification.phases):
                if phase not in TERMINAL:
                    yield Found(
                        request.place(f"{request.notifications_tail}[{position}].phases[{number}]"),
                        f"a notification of {request.phrase} is to be sent in phase {_phase(phase)}, "
                        "in which an execution has not ended",
                        "use `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`",
                    )


@rule(
    "FI746",
    "above-label-limit",
    ERROR,
    Phase.LAUNCH,
    covers=("EX-11",),
    reads=(*_LABELS, *_ANNOTATIONS),
)
def above_label_limit(context: Context) -> Iterator[Found]:
    """There are more labels or annotations than the installation allows

    What: a launch plan or an execution has more labels, or annotations, than the installation allows that
    was described for this run.

    Why it fails: every launch is refused.

    Fix: remove some, or have the limit raised.
    """
    platform = context.options.platform
    for request in context.once(requests):
        counts = (
            ("labels", len(request.spec.labels.values), platform.max_labels),
            ("annotations", len(request.spec.annotations.values), platform.max_annotations),
        )
        for word, count, limit in counts:
            if limit and count > limit:
                yield Found(
                    request.place(word),
                    f"{request.phrase} has {count} {word}, and the installation allows {limit}",
                    "remove some, or have the limit raised",
                )


def _recipients(notification: Notification) -> tuple[str, Sequence[str]]:
    """Return how a notification is sent, and to whom."""
    kind = notification.WhichOneof("type")
    if kind == "email":
        return kind, notification.email.recipients_email
    if kind == "pager_duty":
        return kind, notification.pager_duty.recipients_email
    return ("slack", notification.slack.recipients_email) if kind == "slack" else ("", ())


def _phase(number: int) -> str:
    return quoted(_PHASES.Name(number)) if number in _PHASES.values() else str(number)  # type: ignore[arg-type]  # known

"""Launch plans: a workflow with some of its inputs given, and the circumstances of its executions.

`launch_plan` makes the message of one, `options.Options` and `with_options` change the circumstances later.
Schedules and notifications are values of their own, made by the functions below.

    launch_plan(flow, name="nightly", fixed_inputs={"size": 3}, schedule=cron("0 2 * * *"))
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from flowidl.admin.v1.common_pb2 import (
    Annotations,
    EmailNotification,
    Labels,
    Notification,
    PagerDutyNotification,
    RawOutputDataConfig,
    SlackNotification,
)
from flowidl.admin.v1.launch_plan_pb2 import (
    ConcurrencyLimitBehavior,
    ConcurrencyPolicy,
    LaunchPlan,
    LaunchPlanClosure,
    LaunchPlanMetadata,
    LaunchPlanSpec,
)
from flowidl.admin.v1.schedule_pb2 import CronSchedule, FixedRate, FixedRateUnit, Schedule
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.builders.bindings import castable, none_of
from flowidl.builders.identifiers import launch_plan_id, own_id
from flowidl.core.v1.execution_pb2 import WorkflowExecution
from flowidl.core.v1.identifier_pb2 import Identifier, ResourceType
from flowidl.core.v1.interface_pb2 import Parameter, ParameterMap, Variable
from flowidl.core.v1.literals_pb2 import Literal, LiteralMap, Scalar, Void
from flowidl.core.v1.types_pb2 import LiteralType, SimpleType
from flowidl.core.v1.workflow_pb2 import WorkflowTemplate
from flowidl.errors import BuildError, closest
from flowidl.tuples import NamedTuple
from flowidl.values.literals import literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowidl.core.v1.security_pb2 import SecurityContext

SUCCEEDED = WorkflowExecution.SUCCEEDED
FAILED = WorkflowExecution.FAILED
ABORTED = WorkflowExecution.ABORTED
TIMED_OUT = WorkflowExecution.TIMED_OUT

#: The phases in which an execution has ended, and so the ones that can be notified of.
TERMINAL_PHASES = frozenset((SUCCEEDED, FAILED, ABORTED, TIMED_OUT))

_MOST_LABELS = 16


class HasDefaults(Protocol):
    """A workflow of this package that knows more than its message does: the defaults of its inputs."""

    @property
    def spec(self) -> WorkflowSpec:
        """The workflow's message."""
        ...

    @property
    def defaults(self) -> Mapping[str, Literal]:
        """The values of inputs that need not be given, of the inputs' types."""
        ...


Workflow: TypeAlias = WorkflowSpec | WorkflowTemplate | HasDefaults


def launch_plan(
    workflow: Workflow,
    *,
    name: str | Identifier | None = None,
    default_inputs: Mapping[str, object] | None = None,
    fixed_inputs: Mapping[str, object] | None = None,
    schedule: Schedule | None = None,
    notifications: Iterable[Notification] = (),
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
    security_context: SecurityContext | None = None,
    raw_output_prefix: str = "",
    max_parallelism: int = 0,
    overwrite_cache: bool = False,
    concurrency_policy: ConcurrencyPolicy | None = None,
) -> LaunchPlan:
    """Return a launch plan of a workflow; without a name, the one that the workflow has by default.

    An execution may give `default_inputs` anew, and not `fixed_inputs`; a name in both is fixed. Values are
    Python values or `Literal` messages. An optional input without a default gets none.

    The closure, which SDKs leave empty, says what is left to give and what comes out, so that the message
    alone is enough to call the launch plan. Registration works it out again.
    """
    template, known = _parts(workflow)
    id = _id(name, template.id)
    words = f"launch plan `{id.name}`"
    inputs = template.interface.inputs.variables
    fixed = fixed_values(fixed_inputs or {}, inputs, words)
    parameters = _parameters(inputs, known, default_inputs or {}, fixed, words)
    if schedule is not None:
        _check_schedule(schedule, parameters, fixed, words)
    spec = LaunchPlanSpec(
        workflow_id=template.id,
        entity_metadata=LaunchPlanMetadata(schedule=schedule, notifications=notifications),
        default_inputs=ParameterMap(parameters=parameters),
        fixed_inputs=LiteralMap(literals=fixed),
        labels=checked_labels(labels or {}),
        annotations=Annotations(values=annotations or {}),
        security_context=security_context,
        raw_output_data_config=RawOutputDataConfig(output_location_prefix=raw_output_prefix),
        max_parallelism=parallelism(max_parallelism),
        overwrite_cache=overwrite_cache,
        concurrency_policy=concurrency_policy,
    )
    closure = LaunchPlanClosure(
        expected_inputs=spec.default_inputs, expected_outputs=template.interface.outputs
    )
    return LaunchPlan(id=id, spec=spec, closure=closure)


def _parts(workflow: Workflow) -> tuple[WorkflowTemplate, Mapping[str, Literal]]:
    if isinstance(workflow, WorkflowTemplate):
        return workflow, {}
    if isinstance(workflow, WorkflowSpec):
        return workflow.template, {}
    return workflow.spec.template, workflow.defaults


def _id(name: str | Identifier | None, workflow: Identifier) -> Identifier:
    """Return the identifier of a launch plan, which by default is its workflow's but for the kind."""
    if name is not None and not isinstance(name, str):
        return own_id(ResourceType.LAUNCH_PLAN, name)
    return launch_plan_id(
        workflow.name if name is None else name,
        project=workflow.project,
        domain=workflow.domain,
        version=workflow.version,
        org=workflow.org,
    )


def parallelism(value: int) -> int:
    """Return how many nodes may run at once, 0 for no limit."""
    if isinstance(value, bool) or not 0 <= value < 2**31:
        raise BuildError(f"`max_parallelism` is {value}, which is not a number of nodes")
    return value


def checked_labels(values: Mapping[str, str]) -> Labels:
    """Return labels, of which registration takes sixteen."""
    if len(values) > _MOST_LABELS:
        raise BuildError(
            f"there are {len(values)} labels, and at most {_MOST_LABELS} are allowed",
            rule="too-many-labels",
            help="annotations are not counted",
        )
    return Labels(values=values)


def concurrency_policy(
    max: int,
    *,
    behavior: ConcurrencyLimitBehavior.ValueType = ConcurrencyLimitBehavior.CONCURRENCY_LIMIT_BEHAVIOR_SKIP,
) -> ConcurrencyPolicy:
    """Return the policy that at most `max` executions of a launch plan run at once; others are skipped."""
    if isinstance(max, bool) or not 0 < max < 2**31:
        raise BuildError(f"`max` is {max}, which is not a positive number of executions")
    return ConcurrencyPolicy(max=max, behavior=behavior)


# Inputs


def fixed_values(
    values: Mapping[str, object], inputs: Mapping[str, Variable], words: str
) -> dict[str, Literal]:
    """Return fixed inputs as literals of the types of a workflow's inputs."""
    return {
        name: typed_value(
            value,
            _known_input(name, inputs, words, "unknown-fixed-input").type,
            name=_whose("fixed", name, words),
            rule="fixed-mismatch",
        )
        for name, value in values.items()
    }


def _parameters(
    inputs: Mapping[str, Variable],
    known: Mapping[str, Literal],
    defaults: Mapping[str, object],
    fixed: Mapping[str, Literal],
    words: str,
) -> dict[str, Parameter]:
    for name in defaults:
        _known_input(name, inputs, words, "unknown-default-input")
    merged = {**known, **defaults}
    return {
        name: _parameter(name, inputs[name], merged, _whose("default", name, words))
        for name in sorted(inputs)
        if name not in fixed
    }


def _whose(kind: str, name: str, words: str) -> str:
    """Say whose value it is, in words that are put between backticks."""
    return f"{kind} input {name} of {words}".replace("`", "")


def _known_input(name: str, inputs: Mapping[str, Variable], words: str, rule: str) -> Variable:
    if name not in inputs:
        raise BuildError(
            f"{words} gives a value for `{name}`, which its workflow does not take",
            rule=rule,
            help=closest(name, inputs),
        )
    return inputs[name]


def _parameter(name: str, variable: Variable, defaults: Mapping[str, object], words: str) -> Parameter:
    """Return an input that an execution may give: with a default (none if it is optional), or required."""
    optional = none_of(variable.type) is not None
    if name not in defaults and not optional:
        return Parameter(var=variable, required=True)
    value = defaults.get(name)
    if optional and (value is None or _is_none(value)):
        return Parameter(var=variable, default=Literal(scalar=Scalar(none_type=Void())))
    return Parameter(
        var=variable, default=typed_value(value, variable.type, name=words, rule="default-mismatch")
    )


def _is_none(value: object) -> bool:
    """Tell the none of an optional type, as a workflow's default has it."""
    return isinstance(value, Literal) and value.scalar.union.value.scalar.HasField("none_type")


def typed_value(value: object, type: LiteralType, *, name: str, rule: str) -> Literal:
    """Return a value as a literal of a type; a literal has to fit as the compiler would have it."""
    try:
        written = literal(value, type, name=name)
    except BuildError as error:
        if error.rule == "mismatched-literal":
            raise _misfit(value, type, name, rule) from error
        raise
    if isinstance(value, Literal):
        _check_literal(written, type, name, rule)
    return written


def _check_literal(value: Literal, type: LiteralType, name: str, rule: str) -> None:
    from flowidl.types import TypeTable, literal_type_of, type_text

    given = literal_type_of(TypeTable(), value)
    if given is None or not castable(given.message, type):
        words = "a literal of unknown type" if given is None else f"a literal of `{type_text(given.message)}`"
        raise BuildError(f"`{name}` expects `{type_text(type)}`, and the value is {words}", rule=rule)


def _misfit(value: object, type: LiteralType, name: str, rule: str) -> BuildError:
    from flowidl.types import type_text

    given = value.__class__.__qualname__
    help = f"write {value}.0" if given == "int" and type.simple == SimpleType.FLOAT else ""
    return BuildError(
        f"`{name}` expects `{type_text(type)}`, and the value is of type `{given}`", rule=rule, help=help
    )


# Schedules

_ALIASES = {
    alias: f"@{word}"
    for word, aliases in {
        "hourly": ("hourly", "hours"),
        "daily": ("daily", "days"),
        "weekly": ("weekly", "weeks"),
        "monthly": ("monthly", "months"),
        "yearly": ("yearly", "years", "annually"),
    }.items()
    for alias in aliases
}

_MINUTE = datetime.timedelta(minutes=1)
_UNITS = (
    (datetime.timedelta(days=1), FixedRateUnit.DAY),
    (datetime.timedelta(hours=1), FixedRateUnit.HOUR),
    (_MINUTE, FixedRateUnit.MINUTE),
)


def cron(expression: str, *, kickoff_input: str = "", offset: str = "") -> Schedule:
    """Return a schedule of five cron fields or a word (`@daily`, and the SDK's `daily` and `days` for it).

    `kickoff_input` is the `datetime` input that gets the time of each start. `offset` is an ISO 8601 duration
    (`P1D`), which the scheduler of Flyte itself does not read.
    """
    from flowidl.cron import CronError, fires, parse

    text = _ALIASES.get(expression, expression)
    try:
        never = fires(parse(text)) is False
    except CronError as error:
        raise BuildError(
            f"the schedule `{expression}` does not parse: {error}",
            rule="invalid-schedule",
            help="write five fields, for example `0 9 * * mon-fri`",
        ) from None
    if never:
        raise BuildError(f"the schedule `{expression}` never fires", rule="schedule-never-fires")
    if offset and not _is_iso_duration(offset):
        raise BuildError(f"the offset `{offset}` is not an ISO 8601 duration", help="write one such as `P1D`")
    return Schedule(
        cron_schedule=CronSchedule(schedule=text, offset=offset), kickoff_time_input_arg=kickoff_input
    )


def _is_iso_duration(text: str) -> bool:
    import re

    number = r"\d+(?:[.,]\d+)?"
    date = "".join(rf"(?:{number}{unit})?" for unit in "YMWD")
    time = "".join(rf"(?:{number}{unit})?" for unit in "HMS")
    return re.fullmatch(rf"[+-]?P(?=.){date}(?:T(?=.){time})?", text) is not None


def every(period: datetime.timedelta, *, kickoff_input: str = "") -> Schedule:
    """Return a schedule at a fixed rate: whole minutes, written in the largest unit that divides them.

    `kickoff_input` is the `datetime` input that gets the time of each start.
    """
    if period < _MINUTE or period % _MINUTE:
        raise BuildError(
            f"a fixed rate of {period} is not a positive number of whole minutes", rule="unusable-rate"
        )
    span, unit = next(each for each in _UNITS if not period % each[0])
    rate = FixedRate(value=period // span, unit=unit)
    return Schedule(rate=rate, kickoff_time_input_arg=kickoff_input)


def _check_schedule(
    schedule: Schedule, parameters: Mapping[str, Parameter], fixed: Mapping[str, Literal], words: str
) -> None:
    """Refuse a schedule that cannot give every input its value."""
    kickoff = schedule.kickoff_time_input_arg
    if kickoff:
        _check_kickoff(kickoff, parameters, fixed, words)
    open_inputs = [name for name, each in parameters.items() if each.required and name != kickoff]
    if open_inputs:
        listed = ", ".join(f"`{name}`" for name in open_inputs)
        raise BuildError(
            f"{words} has a schedule and no value for {listed}",
            rule="scheduled-without-value",
            help="give a default or a fixed value",
        )


def _check_kickoff(
    name: str, parameters: Mapping[str, Parameter], fixed: Mapping[str, Literal], words: str
) -> None:
    start = f"the kickoff time of {words} goes to `{name}`"
    if name in fixed:
        raise BuildError(f"{start}, which has a fixed value", rule="invalid-kickoff-input")
    if name not in parameters:
        raise BuildError(
            f"{start}, which its workflow does not take",
            rule="invalid-kickoff-input",
            help=closest(name, parameters),
        )
    if parameters[name].var.type.simple != SimpleType.DATETIME:
        raise BuildError(f"{start}, which is not a `datetime`", rule="invalid-kickoff-input")


# Notifications


class _Message(NamedTuple):
    """What all kinds of notification have."""

    phases: list[WorkflowExecution.Phase.ValueType]
    recipients: list[str]


def email_notification(*recipients: str, phases: Iterable[WorkflowExecution.Phase.ValueType]) -> Notification:
    """Return an e-mail to addresses, sent when an execution ends in one of `phases`."""
    message = _message(recipients, phases)
    return Notification(phases=message.phases, email=EmailNotification(recipients_email=message.recipients))


def slack_notification(*recipients: str, phases: Iterable[WorkflowExecution.Phase.ValueType]) -> Notification:
    """Return a Slack message to channels' e-mail addresses, sent when an execution ends in `phases`."""
    message = _message(recipients, phases)
    return Notification(phases=message.phases, slack=SlackNotification(recipients_email=message.recipients))


def pager_duty_notification(
    *recipients: str, phases: Iterable[WorkflowExecution.Phase.ValueType]
) -> Notification:
    """Return a PagerDuty event to services' e-mail addresses, sent when an execution ends in `phases`."""
    message = _message(recipients, phases)
    sent = PagerDutyNotification(recipients_email=message.recipients)
    return Notification(phases=message.phases, pager_duty=sent)


def _message(recipients: tuple[str, ...], phases: Iterable[WorkflowExecution.Phase.ValueType]) -> _Message:
    listed = list(phases)
    if not listed:
        raise BuildError("a notification names no phase, so it is never sent")
    for phase in listed:
        if phase not in TERMINAL_PHASES:
            raise BuildError(
                f"a notification is to be sent in phase `{WorkflowExecution.Phase.Name(phase)}`, in which an "
                "execution has not ended",
                rule="notification-before-the-end",
                help="use `SUCCEEDED`, `FAILED`, `ABORTED` or `TIMED_OUT`",
            )
    if not recipients or not all(recipients):
        raise BuildError(
            "a notification has no recipient, or an empty one", rule="notification-without-recipient"
        )
    return _Message(listed, list(recipients))

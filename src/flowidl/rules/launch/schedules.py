"""Rules 730-739: schedules that registration refuses, and schedules that never fire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.core.v1.types_pb2 import SimpleType
from flowidl.cron import CronError, fires, is_aws, parse, split_zone, zone_exists
from flowidl.findings import Phase, Skipped
from flowidl.paths import ROOT, FieldPath
from flowidl.rules.declaration import ERROR, INFO, WARNING, Found, rule
from flowidl.rules.launch.requests import certain_plans, plan_phrase
from flowidl.rules.phrases import Hints, listed, quoted, type_phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.admin.v1.schedule_pb2 import Schedule
    from flowidl.compiler.entities import LaunchPlanRecord
    from flowidl.rules.context import Context

_PATH = ROOT.field("entity_metadata", "schedule")
_CRON = ("admin.Schedule.cron_expression", "admin.Schedule.cron_schedule", "admin.CronSchedule.schedule")
_UNITS = (0, 1, 2)


@rule(
    "FI730",
    "scheduled-without-value",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-51",),
    reads=("admin.LaunchPlanMetadata.schedule", "core.Parameter.required"),
)
def scheduled_without_value(context: Context) -> Iterator[Found]:
    """A schedule cannot give an input its value

    What: a launch plan has a schedule, and an input of its workflow has neither a default nor a fixed value.
    Only the input that takes the kickoff time may be left open.

    Why it fails: registration refuses the launch plan: nobody could give the value when it fires.

    Fix: give the input a default or a fixed value, or let it take the kickoff time.
    """
    certain = context.once(certain_plans)
    for plan, schedule in _scheduled(context):
        if plan.known and plan in certain:
            open_inputs = sorted(plan.required - {schedule.kickoff_time_input_arg})
            if open_inputs:
                yield Found(
                    plan.place(_PATH),
                    f"{plan_phrase(plan)} has a schedule and no value for {listed(open_inputs)}",
                    "give it a default or a fixed value",
                )


@rule(
    "FI731",
    "invalid-kickoff-input",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-52",),
    reads=("admin.Schedule.kickoff_time_input_arg",),
)
def invalid_kickoff_input(context: Context) -> Iterator[Found]:
    """The kickoff time goes to an input that cannot take it

    What: `kickoff_time_input_arg` names no input of the workflow, one that is fixed, or one that is no
    `datetime`.

    Why it fails: registration refuses the launch plan.

    Fix: name an input of type `datetime` that is not fixed.
    """
    hints, certain = Hints(), context.once(certain_plans)
    for plan, schedule in _scheduled(context):
        name = schedule.kickoff_time_input_arg
        if not name or not plan.known or plan not in certain:
            continue
        place = plan.place(_PATH.field("kickoff_time_input_arg"))
        words = f"the kickoff time of {plan_phrase(plan)} goes to {quoted(name)}"
        type = plan.expected_inputs.get(name)
        if name in plan.spec.fixed_inputs.literals:
            yield Found(place, f"{words}, which has a fixed value", "remove the fixed value")
        elif name not in plan.expected_inputs:
            hint = hints.did_you_mean(name, sorted(plan.expected_inputs))
            yield Found(place, f"{words}, which its workflow does not take", hint or "name one of its inputs")
        elif type is None or type.simple != SimpleType.DATETIME:
            given = "" if type is None else f" of type {type_phrase(type)}"
            yield Found(place, f"{words}{given}, which cannot hold a time", "let it go to a `datetime`")


@rule("FI732", "invalid-schedule", ERROR, Phase.REGISTRATION, covers=("AD-53", "QK-48"), reads=_CRON)
def invalid_schedule(context: Context) -> Iterator[Found | Skipped]:
    """A schedule does not parse

    What: the text is none of these: five fields (minute, hour, day of the month, month, day of the week), a
    word such as `@daily`, or `@every` with a duration; with a time zone in front or without. Sunday is 0,
    and the six fields that AWS uses are not understood.

    Why it fails: registration refuses the launch plan.

    Fix: write five fields, for example `0 9 * * mon-fri`.
    """
    for plan, schedule in _scheduled(context):
        path, text = _cron(schedule)
        if not text:
            continue
        place, words = plan.place(path), f"the schedule {quoted(text)} of {plan_phrase(plan)}"
        try:
            parse(text)
            zone, _ = split_zone(text)
        except CronError as error:
            help = "write five fields; this looks like the six of AWS" if is_aws(text) else _suggestion(text)
            yield Found(place, f"{words} does not parse: {error}", help)
            continue
        known = zone_exists(zone)
        if known is None:
            yield Skipped(f"time zone {zone}", "this machine has no time zone data")
        elif not known:
            yield Found(
                place,
                f"{words} is in time zone {quoted(zone)}, which does not exist",
                "correct the time zone",
            )


@rule("FI733", "schedule-never-fires", ERROR, Phase.RUN, covers=("RT-45",), reads=_CRON)
def schedule_never_fires(context: Context) -> Iterator[Found | Skipped]:
    """A schedule never fires

    What: the fields name a day that no month of theirs has, as `0 0 31 2 *` does. Looked up with the extra
    `flowidl[schedules]`.

    Why it fails: registration takes it. The scheduler looks for the next time in vain, and fails.

    Fix: correct the day or the month.
    """
    for plan, schedule in _scheduled(context):
        path, text = _cron(schedule)
        try:
            answer = fires(parse(text)) if text else True
        except CronError:
            continue
        if answer is None:
            yield Skipped("whether schedules ever fire", "needs flowidl[schedules]")
        elif not answer:
            yield Found(
                plan.place(path),
                f"the schedule {quoted(text)} of {plan_phrase(plan)} never fires",
                "no month that it names has such a day",
            )


@rule(
    "FI734",
    "unusable-rate",
    WARNING,
    Phase.RUN,
    covers=("RT-46",),
    reads=("admin.FixedRate.value", "admin.FixedRate.unit"),
)
def unusable_rate(context: Context) -> Iterator[Found]:
    """A fixed rate is zero, or has no unit

    What: the value of a fixed rate is 0, or its unit is a number that stands for none.

    Why it fails: registration takes it, and nothing is ever scheduled.

    Fix: write a positive value, in minutes, hours or days.
    """
    for plan, schedule in _scheduled(context):
        if not schedule.HasField("rate"):
            continue
        if not schedule.rate.value:
            message = f"the rate of {plan_phrase(plan)} is 0, so it is never launched"
            yield Found(plan.place(_PATH.field("rate", "value")), message, "write a positive value")
        elif schedule.rate.unit not in _UNITS:
            message = f"the rate of {plan_phrase(plan)} has unit {schedule.rate.unit}, which does not exist"
            yield Found(plan.place(_PATH.field("rate", "unit")), message, "use `MINUTE`, `HOUR` or `DAY`")


@rule(
    "FI735",
    "deprecated-cron-expression",
    WARNING,
    Phase.RUN,
    covers=("RT-47",),
    reads=("admin.Schedule.cron_expression",),
)
def deprecated_cron_expression(context: Context) -> Iterator[Found]:
    """A schedule is in a field that the scheduler does not read

    What: the schedule is in the deprecated field `cron_expression`.

    Why it fails: registration takes it, and the built-in scheduler refuses to activate the launch plan.

    Fix: write it into `cron_schedule`.
    """
    for plan, schedule in _scheduled(context):
        if schedule.WhichOneof("ScheduleExpression") == "cron_expression":
            yield Found(
                plan.place(_PATH.field("cron_expression")),
                f"the schedule of {plan_phrase(plan)} is in the deprecated `cron_expression`, "
                "which the scheduler refuses to activate",
                "write it into `cron_schedule`",
            )


@rule("FI736", "ignored-offset", WARNING, Phase.RUN, covers=("RT-48",), reads=("admin.CronSchedule.offset",))
def ignored_offset(context: Context) -> Iterator[Found]:
    """A schedule has an offset, which nothing reads

    What: `cron_schedule` has an `offset`.

    Why it fails: the built-in scheduler ignores it and launches at the times of the schedule itself.

    Fix: write the times that are meant into the schedule.
    """
    for plan, schedule in _scheduled(context):
        if schedule.cron_schedule.offset:
            yield Found(
                plan.place(_PATH.field("cron_schedule", "offset")),
                f"the schedule of {plan_phrase(plan)} has offset {quoted(schedule.cron_schedule.offset)}, "
                "which the scheduler ignores",
                "write the times that are meant into the schedule",
            )


@rule("FI737", "empty-schedule", INFO, Phase.RUN, covers=("AD-53",), reads=_CRON)
def empty_schedule(context: Context) -> Iterator[Found]:
    """A schedule is empty

    What: `cron_schedule` is set and its text is empty, or a kickoff input is named without any schedule.

    Why it fails: nothing is ever scheduled.

    Fix: write the schedule, or remove what is left of it.
    """
    for plan in context.model.launch_plans:
        schedule = plan.spec.entity_metadata.schedule
        kind = schedule.WhichOneof("ScheduleExpression")
        empty = kind == "cron_schedule" and not schedule.cron_schedule.schedule
        if empty or (kind is None and schedule.kickoff_time_input_arg):
            message = f"the schedule of {plan_phrase(plan)} is empty, so it is never launched"
            yield Found(plan.place(_PATH), message, "write the schedule, or remove what is left of it")


def _scheduled(context: Context) -> Iterator[tuple[LaunchPlanRecord, Schedule]]:
    for plan in context.model.launch_plans:
        schedule = plan.spec.entity_metadata.schedule
        kind = schedule.WhichOneof("ScheduleExpression")
        if kind is not None and (kind != "cron_expression" or schedule.cron_expression):
            yield plan, schedule


def _cron(schedule: Schedule) -> tuple[FieldPath, str]:
    """Return a schedule's text, empty for a rate, and the path to it."""
    if schedule.cron_expression:
        return _PATH.field("cron_expression"), schedule.cron_expression
    return _PATH.field("cron_schedule", "schedule"), schedule.cron_schedule.schedule


def _suggestion(text: str) -> str:
    word = f"@{text.strip().lstrip('@').lower()}"
    known = {"@daily": "@daily", "@hourly": "@hourly", "@weekly": "@weekly", "@monthly": "@monthly"}
    known |= {"@yearly": "@yearly", "@days": "@daily", "@hours": "@hourly", "@weeks": "@weekly"}
    known |= {"@months": "@monthly", "@years": "@yearly", "@annually": "@annually", "@midnight": "@midnight"}
    if word in known:
        return f"did you mean `{known[word]}`?"
    return "write five fields, for example `0 9 * * mon-fri`"

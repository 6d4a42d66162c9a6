"""Rules 720-729: values given to launch plans and executions, each looked at on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.findings import Phase
from flowidl.rules.declaration import ERROR, Found, rule
from flowidl.rules.launch.requests import plan_phrase, requests
from flowidl.rules.phrases import quoted
from flowidl.source.definitions import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.core.v1.literals_pb2 import Literal
    from flowidl.rules.context import Context

#: Seconds of the first and the last moment that a `Timestamp` can hold: the years 1 to 9999.
FIRST_SECOND, LAST_SECOND = -62_135_596_800, 253_402_300_799

_MAPS = (
    "admin.LaunchPlanSpec.fixed_inputs",
    "admin.LaunchPlanSpec.default_inputs",
    "admin.ExecutionSpec.inputs",
    "admin.ExecutionCreateRequest.inputs",
    "core.LiteralMap.literals",
)


@rule(
    "FI720",
    "input-without-name",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-43", "AD-45", "EX-5"),
    reads=_MAPS,
)
def input_without_name(context: Context) -> Iterator[Found]:
    """A value has no name

    What: a default or fixed input of a launch plan, or an input of an execution, has an empty name.

    Why it fails: registration refuses the launch plan, and the launch the execution.

    Fix: name the input.
    """
    for request in context.once(requests):
        for values in request.values:
            if "" in values.literals:
                message = f"{request.phrase} has {_article(values.phrase)} without a name"
                yield Found(request.entry(values, ""), message, "name it")
    for plan in context.model.launch_plans:
        if "" in plan.spec.default_inputs.parameters:
            message = f"{plan_phrase(plan)} has a default input without a name"
            yield Found(plan.field("default_inputs", "parameters").key(""), message, "name it")


@rule(
    "FI721",
    "input-without-value",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-43", "EX-5"),
    reads=(*_MAPS, "core.Literal.scalar", "core.Literal.offloaded_metadata"),
)
def input_without_value(context: Context) -> Iterator[Found]:
    """An input is given no value

    What: a fixed input of a launch plan, or an input of an execution, is a literal in which nothing is set.
    A none value is one, and is written as such.

    Why it fails: registration refuses the launch plan, and the launch the execution.

    Fix: set the value, or leave the input out.
    """
    for request in context.once(requests):
        for values in request.values:
            for name in sorted(values.literals):
                if values.literals[name].WhichOneof("value") is None:
                    yield Found(
                        request.entry(values, name),
                        f"{values.phrase} {quoted(name)} of {request.phrase} has no value",
                        "set it, or leave the input out",
                    )


@rule(
    "FI722",
    "invalid-time",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-43", "AD-47", "EX-5", "QK-23"),
    reads=(*_MAPS, "core.Primitive.datetime"),
)
def invalid_time(context: Context) -> Iterator[Found]:
    """A time is outside the years 1 to 9999

    What: a value given for a default, a fixed input or an input of an execution is a time before the year 1
    or after 9999, or its nanoseconds are negative or make a second.

    Why it fails: registration refuses the launch plan, and the launch the execution. (The back end stops
    looking after the first time in a map, so it may miss a second one.)

    Fix: correct the time.
    """
    for request in context.once(requests):
        for values in request.values:
            for name in sorted(values.literals):
                if _is_invalid_time(values.literals[name]):
                    yield _invalid_time(
                        request.entry(values, name), f"{values.phrase} {quoted(name)} of {request.phrase}"
                    )
    for plan in context.model.launch_plans:
        parameters = plan.spec.default_inputs.parameters
        for name in sorted(parameters):
            if _is_invalid_time(parameters[name].default):
                place = (
                    plan.field("default_inputs", "parameters")
                    .key(name)
                    .field("default")
                    .step(f"input {name}")
                )
                yield _invalid_time(place, f"the default of {quoted(name)} in {plan_phrase(plan)}")


def _invalid_time(place: Place, words: str) -> Found:
    message = f"{words} is a time outside the years 1 to 9999"
    return Found(place, message, "correct the time")


def _is_invalid_time(literal: Literal) -> bool:
    primitive = literal.scalar.primitive
    if primitive.WhichOneof("value") != "datetime":
        return False
    moment = primitive.datetime
    return not (FIRST_SECOND <= moment.seconds <= LAST_SECOND and 0 <= moment.nanos < 10**9)


def _article(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"

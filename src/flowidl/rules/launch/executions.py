"""Rules 750-759: executions that are refused when they are launched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowidl.compiler.entities import LaunchPlanRecord, TaskRecord
from flowidl.compiler.interfaces import Side
from flowidl.findings import Phase, Skipped
from flowidl.rules.declaration import ERROR, WARNING, Found, rule
from flowidl.rules.launch.requests import executions
from flowidl.rules.phrases import Hints, differences, entity, listed, quoted, type_phrase, typed
from flowidl.types.cast import castable
from flowidl.types.infer import infer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowidl.rules.context import Context
    from flowidl.rules.launch.requests import Execution
    from flowidl.source.definitions import Place
    from flowidl.types.table import Type

_NAME = re.compile(r"[a-z][a-z0-9-]*")
LONGEST_NAME = 63
_TASK, _LAUNCH_PLAN = 1, 3

_INPUTS = (
    "admin.ExecutionCreateRequest.inputs",
    "admin.ExecutionSpec.inputs",
    "admin.ExecutionSpec.launch_plan",
)


@rule(
    "FI750",
    "execution-without-project",
    ERROR,
    Phase.LAUNCH,
    covers=("EX-1",),
    reads=("admin.ExecutionCreateRequest.project", "admin.ExecutionCreateRequest.domain"),
)
def execution_without_project(context: Context) -> Iterator[Found]:
    """A request for an execution has no project or domain

    What: the project or the domain of the request is empty, and none was given for this run.

    Why it fails: the launch is refused.

    Fix: set both.
    """
    options = context.options
    for execution in context.once(executions):
        if execution.request is None:
            continue
        given = {"project": options.project, "domain": options.domain}
        for field, default in given.items():
            if not getattr(execution.request, field) and not default:
                yield Found(execution.around(field), f"{execution.phrase} has no {field}", f"set `{field}`")


@rule(
    "FI751",
    "invalid-execution-name",
    ERROR,
    Phase.LAUNCH,
    covers=("EX-2", "RT-49"),
    reads=("admin.ExecutionCreateRequest.name",),
)
def invalid_execution_name(context: Context) -> Iterator[Found]:
    """An execution has a name that it cannot have

    What: the name has more than 63 characters, does not start with a letter, or holds something other than
    letters, digits and dashes. Capitals are a warning.

    Why it fails: the launch is refused. Capitals are let pass there and refused by Kubernetes, which names
    an object after the execution.

    Fix: use lower-case letters, digits and dashes, or leave the name out and have one made.
    """
    for execution in context.once(executions):
        name = "" if execution.request is None else execution.request.name
        if not name:
            continue
        place, lowered = execution.around("name"), name.lower()
        if len(name) > LONGEST_NAME:
            message = (
                f"the name of {execution.phrase} has {len(name)} characters, and at most "
                f"{LONGEST_NAME} are allowed"
            )
            yield Found(place, message, "shorten it")
        elif not _NAME.fullmatch(lowered):
            message = (
                f"the name of {execution.phrase} is not made of letters, digits and dashes, beginning "
                "with a letter"
            )
            yield Found(place, message, "correct it, or leave it out")
        elif name != lowered:
            message = f"the name of {execution.phrase} has capitals, which Kubernetes refuses"
            yield Found(place, message, f"call it {quoted(lowered)}", severity=WARNING)


@rule(
    "FI752",
    "execution-of-nothing",
    ERROR,
    Phase.LAUNCH,
    covers=("EX-4",),
    reads=("admin.ExecutionCreateRequest.spec", "admin.ExecutionSpec.launch_plan"),
)
def execution_of_nothing(context: Context) -> Iterator[Found]:
    """An execution does not say what to run

    What: the request has no spec, or the spec's `launch_plan` is not the whole identifier of a launch plan
    or a task: a part is empty, or the resource type is another one.

    Why it fails: the launch is refused. Nothing fills in what is empty here.

    Fix: set the whole identifier.
    """
    options = context.options
    defaults = {"project": options.project, "domain": options.domain, "name": "", "version": options.version}
    for execution in context.once(executions):
        if execution.request is not None and not execution.request.HasField("spec"):
            yield Found(execution.around("spec"), f"{execution.phrase} has no spec", "set it")
            continue
        id = execution.spec.launch_plan
        missing = [part for part, default in defaults.items() if not getattr(id, part) and not default]
        if not execution.spec.HasField("launch_plan"):
            yield Found(
                execution.field("launch_plan"),
                f"{execution.phrase} does not say what to run",
                "set `launch_plan`",
            )
        elif id.resource_type not in (_TASK, _LAUNCH_PLAN):
            yield Found(
                execution.field("launch_plan", "resource_type"),
                f"{execution.phrase} runs {quoted(id.name)}, which is marked as neither a launch "
                "plan nor a task",
                "set `resource_type` to `LAUNCH_PLAN`, and name a launch plan of the workflow",
            )
        elif missing:
            yield Found(
                execution.field("launch_plan", missing[0]),
                f"{execution.phrase} names what it runs without its {' and '.join(missing)}",
                "set the whole identifier",
            )


@rule(
    "FI753", "unknown-execution-input", ERROR, Phase.LAUNCH, covers=("EX-7", "EX-10", "EX-20"), reads=_INPUTS
)
def unknown_execution_input(context: Context) -> Iterator[Found | Skipped]:
    """An execution is given an input that it does not take

    What: an input of the execution is none of what it runs, or is fixed by the launch plan.

    Why it fails: the launch is refused.

    Fix: correct or remove the input. To change a fixed input use another launch plan.
    """
    hints = Hints()
    for execution in context.once(executions):
        expected = _expected(execution)
        if expected is None:
            if execution.spec.launch_plan.name:
                subject = f"inputs of {execution.phrase}"
                yield Skipped(subject, "what it runs is not among the definitions")
            continue
        fixed = _fixed(execution)
        for name in sorted(execution.inputs.literals):
            if name and name not in expected:
                reason = "its launch plan fixes" if name in fixed else f"{_runs(execution)} does not take"
                yield Found(
                    _place(execution, name),
                    f"{execution.phrase} is given {quoted(name)}, which {reason}",
                    hints.did_you_mean(name, sorted(expected)) or "remove it",
                )


@rule("FI754", "missing-execution-input", ERROR, Phase.LAUNCH, covers=("EX-8", "EX-20"), reads=_INPUTS)
def missing_execution_input(context: Context) -> Iterator[Found]:
    """An execution is not given an input that it needs

    What: an input without default is not among the execution's inputs. Optional inputs count as well: they
    need a none value.

    Why it fails: the launch is refused.

    Fix: give the input.
    """
    for execution in context.once(executions):
        if _expected(execution) is not None:
            missing = sorted(_required(execution) - set(execution.inputs.literals))
            if missing:
                yield Found(
                    execution.around(execution.inputs.tail),
                    f"{execution.phrase} is not given {listed(missing)}, which {_runs(execution)} needs",
                    "give a value",
                )


@rule("FI755", "execution-input-mismatch", ERROR, Phase.LAUNCH, covers=("EX-9", "EX-20"), reads=_INPUTS)
def execution_input_mismatch(context: Context) -> Iterator[Found]:
    """An input of an execution has the wrong type

    What: a value does not fit the type that is expected for the input, or its type cannot be told.

    Why it fails: the launch is refused.

    Fix: give a value of the type.
    """
    table = context.model.types
    for execution in context.once(executions):
        for name, type in sorted((_expected(execution) or {}).items()):
            literals = execution.inputs.literals
            if type is None or name not in literals or literals[name].WhichOneof("value") is None:
                continue
            given = infer(table, literals[name])
            if given is not None and castable(table, given, type).fits:
                continue
            value = "has a type that cannot be told" if given is None else f"is {type_phrase(given)}"
            yield Found(
                _place(execution, name),
                f"input {quoted(name)} of {execution.phrase} {value}, and {_runs(execution)} "
                f"expects {typed(name, type)}",
                "give a value of that type",
                notes=() if given is None else differences(table, given, type),
                related=_declared(execution, name),
            )


def _expected(execution: Execution) -> Mapping[str, Type | None] | None:
    """Return the inputs that what is run expects; `None` if they are not known."""
    target = execution.target
    if isinstance(target, LaunchPlanRecord):
        return target.expected_inputs if target.known else None
    return None if target is None or target.interface is None else dict(target.interface.inputs)


def _required(execution: Execution) -> frozenset[str]:
    target = execution.target
    if isinstance(target, LaunchPlanRecord):
        return target.required
    return frozenset() if target is None or target.interface is None else frozenset(target.interface.inputs)


def _fixed(execution: Execution) -> Mapping[str, object]:
    target = execution.target
    return target.spec.fixed_inputs.literals if isinstance(target, LaunchPlanRecord) else {}


def _runs(execution: Execution) -> str:
    target = execution.target
    return "what it runs" if target is None or target.id is None else entity(target.id)


def _place(execution: Execution, name: str) -> Place:
    return execution.around(execution.inputs.tail).field("literals").key(name).step(f"input {name}")


def _declared(execution: Execution, name: str) -> tuple[tuple[str, Place], ...]:
    target = execution.target
    place = (
        target.declaration(Side.INPUTS, name) if isinstance(target, (LaunchPlanRecord, TaskRecord)) else None
    )
    return () if place is None else (("declared here", place),)

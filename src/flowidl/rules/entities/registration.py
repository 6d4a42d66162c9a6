"""Rules 150-169: what registration asks of tasks, workflows and launch plans beside compiling them.

Only definitions that are registered are looked at: what stands in a closure or a dynamic job has been
registered, or never will be. Project, domain and version may be empty, because registration fills them in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from flowidl.compiler.entities import LaunchPlanRecord
from flowidl.findings import Phase
from flowidl.names import RESOURCE_WORDS, EntityId
from flowidl.paths import ROOT
from flowidl.rules.declaration import ERROR, INFO, WARNING, Found, rule
from flowidl.rules.entities.repeated import repetitions
from flowidl.rules.launch.requests import executions, plan_phrase
from flowidl.rules.phrases import entity, quoted
from flowidl.source.definitions import Kind, Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from flowidl.admin.v1.task_pb2 import TaskSpec
    from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
    from flowidl.compiler.entities import TaskRecord, WorkflowAnalysis
    from flowidl.rules.context import Context
    from flowidl.rules.entities.repeated import Repetition
    from flowidl.rules.options import Policy

    Record: TypeAlias = TaskRecord | WorkflowAnalysis | LaunchPlanRecord

TASKS = (Kind.TASK_SPEC, Kind.TASK_TEMPLATE)
WORKFLOWS = (Kind.WORKFLOW_SPEC, Kind.WORKFLOW_TEMPLATE)

#: Longest part of an identifier that every database keeps, and longest short description.
NAME_LENGTH, DESCRIPTION_LENGTH = 255, 4000

#: Older tools leave a template where newer ones leave the version empty; registration replaces it.
PLACEHOLDER = "{{ registration."

_UNSAFE = re.compile(r"[^A-Za-z0-9_.~-]")


@rule(
    "FI150",
    "wrong-resource-type",
    WARNING,
    Phase.REGISTRATION,
    covers=("AD-2", "AD-41"),
    reads=("core.Identifier.resource_type",),
)
def wrong_resource_type(context: Context) -> Iterator[Found]:
    """An identifier says that it names something else

    What: the identifier of a task, workflow or launch plan has another resource type.

    Why it fails: registration refuses an identifier of another type. Tools that write the request's
    identifier themselves, as `flytectl` does, hide the fault; references to the entity do not find it.

    Fix: set `resource_type` to what the definition is.
    """
    for record, expected in _registered(context):
        if record.id is not None and record.id.resource_type != expected:
            given = _type_phrase(record.id.resource_type)
            word = RESOURCE_WORDS[expected]
            yield Found(
                _id_place(record, "resource_type"),
                f"the identifier of {word} {quoted(record.id.name)} says that it names {given}",
                f"set its `resource_type` to `{word.upper().replace(' ', '_')}`",
            )


@rule(
    "FI151",
    "entity-without-name",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-1", "AD-3"),
    reads=("core.Identifier.name", "core.WorkflowTemplate.id", "admin.LaunchPlan.id"),
)
def entity_without_name(context: Context) -> Iterator[Found]:
    """A task, workflow or launch plan has no name

    What: the identifier is not set, or its `name` is empty. Project, domain and version may stay empty,
    because registration fills them in.

    Why it fails: registration refuses it: nothing can be registered without a name.

    Fix: set the name.
    """
    for record, expected in _registered(context):
        word = RESOURCE_WORDS[expected]
        if record.id is None:
            if expected != _TASK:
                yield Found(record.place(), f"the {word} has no identifier", "set `id` with the name")
        elif not record.id.name:
            yield Found(_id_place(record, "name"), f"the {word} has no name", "set `name` in its identifier")


@rule(
    "FI152",
    "version-needs-escaping",
    WARNING,
    Phase.LAUNCH,
    covers=("QK-26",),
    reads=("core.Identifier.version",),
)
def version_needs_escaping(context: Context) -> Iterator[Found]:
    """A version has characters that addresses cannot carry as they are

    What: the version holds something other than letters, digits and `-`, `_`, `.`, `~`.

    Why it fails: registration takes it. The version is part of addresses of the console and of the REST
    interface, and tools that do not escape it there do not find the entity: a `/` splits it, a `#` ends it.

    Fix: use only letters, digits, `-`, `_`, `.` and `~`.
    """
    for record, _ in _registered(context):
        if record.id is None or PLACEHOLDER in record.id.version:
            continue
        if (match := _UNSAFE.search(record.id.version)) is not None:
            yield Found(
                _id_place(record, "version"),
                f"version {quoted(record.id.version)} of {entity(record.id)} holds {quoted(match[0])}, "
                "which addresses cannot carry as it is",
                "use only letters, digits, `-`, `_`, `.` and `~`",
            )


@rule(
    "FI153",
    "identifier-too-long",
    WARNING,
    Phase.REGISTRATION,
    covers=("AD-7",),
    reads=("core.Identifier.project", "core.Identifier.domain", "core.Identifier.name"),
)
def identifier_too_long(context: Context) -> Iterator[Found]:
    """A part of an identifier is too long for some databases

    What: the project, domain, name or version has more than 255 characters.

    Why it fails: the columns for them are declared with 255 characters. Databases that hold to that refuse
    the registration with an internal error, others accept it.

    Fix: shorten it.
    """
    for record, _ in _registered(context):
        if record.id is None:
            continue
        for part in ("project", "domain", "name", "version"):
            length = len(getattr(record.id, part))
            if length > NAME_LENGTH:
                yield Found(
                    _id_place(record, part),
                    f"the {part} of {entity(record.id)} has {length} characters, "
                    f"more than the {NAME_LENGTH} that every database keeps",
                    "shorten it",
                )


@rule(
    "FI154",
    "description-too-long",
    WARNING,
    Phase.REGISTRATION,
    covers=("AD-7",),
    reads=("admin.DescriptionEntity.short_description",),
)
def description_too_long(context: Context) -> Iterator[Found]:
    """A short description is too long for some databases

    What: the short description of a task or workflow has more than 4000 characters.

    Why it fails: the column for it is declared with 4000 characters. Databases that hold to that refuse the
    registration, others accept it.

    Fix: move text to the long description.
    """
    for definition in context.definitions:
        if definition.kind in (Kind.TASK_SPEC, Kind.WORKFLOW_SPEC):
            spec = cast("TaskSpec | WorkflowSpec", definition.message)
            length = len(spec.description.short_description)
            if length > DESCRIPTION_LENGTH:
                yield Found(
                    Place(definition).field("description", "short_description"),
                    f"the short description has {length} characters, "
                    f"more than the {DESCRIPTION_LENGTH} that every database keeps",
                    "move text to the long description",
                )


@rule(
    "FI155",
    "task-without-type",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-10",),
    reads=("core.TaskTemplate.type",),
)
def task_without_type(context: Context) -> Iterator[Found]:
    """A task has no type

    What: the template's `type` is empty.

    Why it fails: registration refuses the task: the type decides which plugin runs it.

    Fix: set the type, for example `container` or `python-task`.
    """
    for task in _tasks(context):
        if not task.template.type:
            yield Found(
                task.field("type"), f"{_task_phrase(task)} has no type", "set it, for example to `container`"
            )


@rule(
    "FI156",
    "task-without-metadata",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-12",),
    reads=("core.TaskTemplate.metadata",),
)
def task_without_metadata(context: Context) -> Iterator[Found]:
    """A task has no metadata

    What: the template's `metadata` is not set. Set but empty is enough.

    Why it fails: registration refuses the task.

    Fix: set the metadata.
    """
    for task in _tasks(context):
        if not task.template.HasField("metadata"):
            yield Found(
                task.field("metadata"), f"{_task_phrase(task)} has no metadata", "set it; it may be empty"
            )


@rule(
    "FI157",
    "runtime-without-version",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-13",),
    reads=("core.TaskMetadata.runtime", "core.RuntimeMetadata.version"),
)
def runtime_without_version(context: Context) -> Iterator[Found]:
    """A task names a runtime without its version

    What: `metadata.runtime` is set and its `version` is empty.

    Why it fails: registration refuses the task.

    Fix: set the version, or leave the runtime out.
    """
    for task in _tasks(context):
        metadata = task.template.metadata
        if metadata.HasField("runtime") and not metadata.runtime.version:
            yield Found(
                task.field("metadata", "runtime", "version"),
                f"{_task_phrase(task)} names a runtime without its version",
                "set the version, or leave the runtime out",
            )


@rule(
    "FI158",
    "task-without-interface",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-14",),
    reads=("core.TaskTemplate.interface",),
)
def task_without_interface(context: Context) -> Iterator[Found]:
    """A task has no interface

    What: the template's `interface` is not set. Set but empty is enough.

    Why it fails: registration refuses the task.

    Fix: set the interface, empty if the task has neither inputs nor outputs.
    """
    for task in _tasks(context):
        if not task.template.HasField("interface"):
            yield Found(
                task.field("interface"), f"{_task_phrase(task)} has no interface", "set it; it may be empty"
            )


@rule(
    "FI159",
    "entity-defined-twice",
    WARNING,
    Phase.REGISTRATION,
    covers=("AD-21", "AD-32", "AD-56"),
    reads=("core.Identifier.name", "core.Identifier.version"),
)
def entity_defined_twice(context: Context) -> Iterator[Found]:
    """Different definitions have one identifier

    What: two tasks, two workflows or two launch plans of the input have the same identifier and differ.
    Within one archive this is an error; elsewhere they may be meant for different registrations. Those of a
    folder that differ in nothing but image or version are one note.

    Why it fails: registration takes the first and refuses the second as another structure under a known
    identifier. Where definitions differ, a workflow is held against the nearest one before it in its folder.

    Fix: give one of them another name or version, or leave one out.
    """
    named = [
        (record, record.id._replace(resource_type=expected))
        for record, expected in _registered(context)
        if record.id is not None and record.id.name
    ]
    builds: dict[tuple[str, str], list[Repetition]] = {}
    for repetition in repetitions(named):
        if repetition.is_build:
            builds.setdefault(repetition.folder, []).append(repetition)
        else:
            often = "twice, in two different ways"
            if len(repetition.records) > 2:
                often = f"in {len(repetition.records)} different ways"
            yield _defined_again(repetition, f"{entity(repetition.id)} is defined {often}")
    for same in builds.values():
        more = f", and so are {len(same) - 1} more of this folder" if len(same) > 1 else ""
        message = f"{entity(same[0].id)} is defined again with another image or version{more}"
        found = _defined_again(same[0], message)
        yield found if found.severity is ERROR else found._replace(severity=INFO)


def _defined_again(repetition: Repetition, message: str) -> Found:
    first, second = repetition.records[:2]
    return Found(
        _id_place(second),
        message,
        "rename one of them, or leave one out",
        related=(("the other definition", _id_place(first)),),
        severity=ERROR if repetition.together else None,
    )


_TASK, _WORKFLOW, _LAUNCH_PLAN = 1, 2, 3


@rule(
    "FI160",
    "plan-of-missing-workflow",
    ERROR,
    Phase.REGISTRATION,
    reads=("admin.LaunchPlanSpec.workflow_id",),
)
def plan_of_missing_workflow(context: Context) -> Iterator[Found]:
    """A launch plan is of a workflow that is not there

    What: the workflow of a launch plan is not among the definitions, and `--missing workflow=error` says that
    all of them are; or `--strict` asks to be told.

    Why it fails: registration looks the workflow up, by all parts of its identifier, and refuses the launch
    plan if it is missing.

    Fix: add the workflow, or correct the identifier.
    """
    policy = _policy(context.options.missing.workflow, context)
    for plan in context.model.launch_plans if policy is not None else ():
        if plan.workflow is None and plan.workflow_id is not None and plan.workflow_id.name:
            yield Found(
                plan.field("workflow_id"),
                f"{plan_phrase(plan)} is of {entity(plan.workflow_id)}, which is not among the definitions",
                "add it, or correct the identifier",
                severity=WARNING if policy == "warn" else None,
            )


@rule(
    "FI161",
    "execution-of-missing-plan",
    ERROR,
    Phase.LAUNCH,
    reads=("admin.ExecutionSpec.launch_plan",),
)
def execution_of_missing_plan(context: Context) -> Iterator[Found]:
    """An execution runs a launch plan that is not there

    What: the launch plan, or the task, of an execution is not among the definitions, and `--missing` says
    that all of them are; or `--strict` asks to be told.

    Why it fails: the execution is refused when it is launched.

    Fix: add the launch plan, or correct the identifier.
    """
    missing = context.options.missing
    for execution in context.once(executions):
        id = EntityId.of(execution.spec.launch_plan)
        policy = _policy(missing.task if id.resource_type == _TASK else missing.launch_plan, context)
        if execution.target is None and id.name and policy is not None:
            yield Found(
                execution.field("launch_plan"),
                f"{execution.phrase} runs {entity(id)}, which is not among the definitions",
                "add it, or correct the identifier",
                severity=WARNING if policy == "warn" else None,
            )


def _policy(chosen: Policy | None, context: Context) -> Policy | None:
    """Return how loud to be about what is missing where it may well be elsewhere; `None`: not at all."""
    policy = chosen or ("warn" if context.options.strict else "ignore")
    return None if policy == "ignore" else policy


def _registered(context: Context) -> Iterator[tuple[Record, int]]:
    """Yield what the input registers, with the resource type that it has."""
    for task in _tasks(context):
        yield task, _TASK
    for unit in context.model.units:
        if unit.definition.kind in WORKFLOWS:
            yield unit.primary, _WORKFLOW
    for plan in context.model.launch_plans:
        if plan.definition.kind is Kind.LAUNCH_PLAN:
            yield plan, _LAUNCH_PLAN


def _tasks(context: Context) -> Iterator[TaskRecord]:
    return (task for task in context.model.tasks if task.definition.kind in TASKS)


def _id_place(record: Record, part: str = "") -> Place:
    """Return the place of a record's identifier, or of a part of it. A launch plan has it beside its spec."""
    path = ROOT.field("id", part) if part else ROOT.field("id")
    if isinstance(record, LaunchPlanRecord):
        return Place(record.definition, path)
    return record.place(path)


def _type_phrase(number: int) -> str:
    return f"a {RESOURCE_WORDS[number]}" if RESOURCE_WORDS.get(number) and number else "nothing"


def _task_phrase(task: TaskRecord) -> str:
    return "the task" if task.id is None else entity(task.id)

"""Rules 970-989: what of a package for Flyte 1 will not carry over to Flyte 2, and what to write instead.

Facts are those of the packages `flyteidl2` 2.0.53, `flyte` 2.12.1 and `flyte-migrate` 0.0.3. Flyte 2 has no
workflow templates: a workflow is Python that runs in a task of its own and calls others. Tasks, types,
literals and schedules stay. Each rule names where its fact is from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import NodeKind
from flowidl.core.v1.tasks_pb2 import Resources
from flowidl.core.v1.types_pb2 import SimpleType
from flowidl.core.v1.workflow_pb2 import WorkflowMetadata, WorkflowTemplate
from flowidl.findings import Phase
from flowidl.paths import FieldPath
from flowidl.rules.declaration import INFO, WARNING, Found, rule
from flowidl.rules.launch.requests import plan_phrase
from flowidl.rules.phrases import entity, node_phrase, quoted, workflow_phrase
from flowidl.source.definitions import Place
from flowidl.types import type_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.entities import LaunchPlanRecord, TaskRecord, WorkflowAnalysis
    from flowidl.names import EntityId
    from flowidl.rules.context import Context
    from flowidl.source.definitions import Definition

#: What a condition of Flyte 2 may ask for (`flyte.new_condition`).
_SCALARS = (SimpleType.INTEGER, SimpleType.FLOAT, SimpleType.STRING, SimpleType.BOOLEAN)
#: Task types that `flyte-migrate` or `flyte` know, and those that any pod runs.
_TASK_TYPES = frozenset(
    {
        "python-task", "container", "raw-container", "sidecar", "python", "dynamic-task", "spark", "ray",
        "dask", "pytorch", "python-pytorch", "bigquery_query_job_task", "snowflake", "databricks",
    }
)  # fmt: skip
#: Longest texts that flyteidl2 takes (its `buf.validate` options).
_NAME, _PART, _SHORT, _LONG = 255, 63, 255, 2048


@rule("FI970", "conditional-not-carried-over", WARNING, Phase.REGISTRATION)
def conditional_not_carried_over(context: Context) -> Iterator[Found]:
    """A conditional has no counterpart in Flyte 2

    What: the workflow has a branch node.

    Why it fails: flyteidl2 has no branch nodes, nor any other. A workflow is Python, and decides by itself.

    Fix: write `if` and `else` on the values that the tasks gave.
    """
    for node in context.model.by_kind[NodeKind.BRANCH]:
        yield Found(node.field("branch_node"), f"{node_phrase(node)} is a conditional", "write a Python `if`")


@rule("FI971", "minimal-successes-not-carried-over", WARNING, Phase.REGISTRATION)
def minimal_successes_not_carried_over(context: Context) -> Iterator[Found]:
    """An array that may fail in part has no counterpart in Flyte 2

    What: an array node has `min_successes` or `min_success_ratio`.

    Why it fails: `flyte.map` has no such figure: it gives results and exceptions.

    Fix: map with `return_exceptions=True`, and count what succeeded.
    """
    for node in context.model.by_kind[NodeKind.ARRAY]:
        array = node.message.array_node if node.message is not None else None
        kind = None if array is None else array.WhichOneof("success_criteria")
        if array is None or kind is None or (kind == "min_success_ratio" and array.min_success_ratio >= 1):
            continue
        yield Found(
            node.field("array_node", kind),
            f"{node_phrase(node)} may fail in part",
            "map with `return_exceptions=True`, and count what succeeded",
        )


@rule("FI972", "gate-type-not-carried-over", WARNING, Phase.REGISTRATION)
def gate_type_not_carried_over(context: Context) -> Iterator[Found]:
    """A gate asks for a value that a condition of Flyte 2 cannot give

    What: a signal gate has another type than bool, int, float or str.

    Why it fails: `flyte.new_condition` takes these four.

    Fix: ask for a text, and read the value from it.
    """
    for node in context.model.by_kind[NodeKind.SIGNAL]:
        message = node.message
        if message is not None and message.gate_node.signal.type.simple not in _SCALARS:
            text = type_text(message.gate_node.signal.type)
            yield Found(
                node.field("gate_node", "signal", "type"),
                f"{node_phrase(node)} asks for `{text}`, and a condition gives bool, int, float or str",
                "ask for a text, and read the value from it",
            )


@rule("FI973", "gate-becomes-condition", INFO, Phase.REGISTRATION)
def gate_becomes_condition(context: Context) -> Iterator[Found]:
    """A gate becomes a condition, or a sleep

    What: the workflow waits for approval or for a value, or sleeps.

    Why it fails: it does not; it is written otherwise. Approval and input are
    `flyte.new_condition(...).wait()`, and a sleep keeps the container of the workflow waiting.

    Fix: write it so.
    """
    for kind in (NodeKind.APPROVE, NodeKind.SIGNAL, NodeKind.SLEEP):
        for node in context.model.by_kind[kind]:
            instead = "`time.sleep`" if kind is NodeKind.SLEEP else "`flyte.new_condition(...).wait()`"
            yield Found(node.field("gate_node"), f"{node_phrase(node)} becomes {instead}")


@rule("FI974", "failure-node-not-carried-over", WARNING, Phase.REGISTRATION)
def failure_node_not_carried_over(context: Context) -> Iterator[Found]:
    """A failure node has no counterpart in Flyte 2

    What: the workflow has a failure node.

    Why it fails: flyteidl2 has none.

    Fix: write `try` and `except` around what may fail.
    """
    for workflow in _workflows(context):
        if workflow.failure is not None:
            yield Found(
                workflow.failure.place(),
                f"{workflow_phrase(workflow)} has a failure node",
                "write `try` and `except`",
            )


@rule("FI975", "failure-policy-not-carried-over", WARNING, Phase.REGISTRATION)
def failure_policy_not_carried_over(context: Context) -> Iterator[Found]:
    """A failure policy has no counterpart in Flyte 2

    What: the workflow lets executable nodes finish after one has failed.

    Why it fails: in Flyte 2 the workflow is Python, which ends where an exception is raised.

    Fix: gather with `return_exceptions=True`, and raise at the end.
    """
    late = WorkflowMetadata.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE
    for workflow in _workflows(context):
        template = workflow.template
        if isinstance(template, WorkflowTemplate) and template.metadata.on_failure == late:
            yield Found(
                workflow.field("metadata", "on_failure"),
                f"{workflow_phrase(workflow)} goes on after a failure",
                "gather with `return_exceptions=True`",
            )


#: Fields of a launch plan that a trigger has no place for, and what to do.
_PLAN_FIELDS = (
    (
        "fixed_inputs",
        "fixes inputs, which a trigger only gives, to be overridden",
        "check that nobody gives them",
    ),
    ("concurrency_policy", "limits concurrent executions", "limit them in the schedule's task"),
    ("quality_of_service", "has a quality of service", "leave it out"),
    ("execution_env_assignments", "assigns execution environments", "use a reusable environment"),
)


@rule("FI976", "launch-plan-feature-not-carried-over", WARNING, Phase.REGISTRATION)
def launch_plan_feature_not_carried_over(context: Context) -> Iterator[Found]:
    """A launch plan has what a trigger of Flyte 2 has not

    What: fixed inputs, a concurrency policy, a quality of service, execution environments, or a schedule
    with an offset.

    Why it fails: `flyteidl2.trigger.TriggerSpec` and `task.RunSpec` have no such fields. `flyte-migrate`
    merges fixed inputs into the others, so that they can be overridden, and ignores the rest.

    Fix: see the finding.
    """
    for plan in context.model.launch_plans:
        for field, what, instead in _PLAN_FIELDS:
            if _is_set(plan, field):
                yield Found(plan.place(FieldPath.parse(field)), f"{plan_phrase(plan)} {what}", instead)
        if plan.spec.entity_metadata.schedule.cron_schedule.offset:
            yield Found(
                plan.field("entity_metadata", "schedule", "cron_schedule", "offset"),
                f"the schedule of {plan_phrase(plan)} has an offset",
                "put it into the expression",
            )


def _is_set(plan: LaunchPlanRecord, field: str) -> bool:
    value = getattr(plan.spec, field)
    return bool(value) if field == "execution_env_assignments" else value.ByteSize() > 0


@rule("FI977", "gpu-without-device", WARNING, Phase.REGISTRATION)
def gpu_without_device(context: Context) -> Iterator[Found]:
    """A GPU is asked for without saying which

    What: a task requests GPUs, and no accelerator.

    Why it fails: it need not. In Flyte 2 a count alone takes whatever GPU the cluster's default gives
    (`flyte.Resources`); a device is named beside the count, as in `gpu="T4:1"`.

    Fix: name the device that the code was written for.
    """
    for task in context.model.tasks:
        resources = task.template.container.resources
        entries = (*resources.requests, *resources.limits)
        if any(
            entry.name == Resources.GPU for entry in entries
        ) and not task.template.extended_resources.HasField("gpu_accelerator"):
            yield Found(
                task.field("container", "resources"),
                f"{_task(task)} asks for a GPU without a device",
                'name it: `gpu="T4:1"`',
            )


@rule("FI978", "description-too-long-for-flyte-2", WARNING, Phase.REGISTRATION)
def description_too_long_for_flyte_2(context: Context) -> Iterator[Found]:
    """A description is longer than Flyte 2 takes

    What: a short description of more than 255 characters, or a long one of more than 2,048.

    Why it fails: `flyteidl2.task.DocumentationEntity` is checked for these lengths when a task is deployed.

    Fix: shorten it.
    """
    for definition in context.definitions:
        description = getattr(definition.message, "description", None)
        if description is None or definition.id is None:
            continue
        for field, text, limit in (
            ("short_description", description.short_description, _SHORT),
            ("long_description.value", description.long_description.value, _LONG),
        ):
            if len(text) > limit:
                yield Found(
                    _at(definition, f"description.{field}"),
                    f"the description of {entity(definition.id)} has {len(text)} characters, not {limit}",
                    "shorten it",
                )


@rule("FI979", "name-too-long-for-flyte-2", WARNING, Phase.REGISTRATION)
def name_too_long_for_flyte_2(context: Context) -> Iterator[Found]:
    """A name or version is longer than Flyte 2 takes

    What: a name of more than 255 characters; an organization, project, domain or version of more than 63; or
    a task whose function is called by more than 63 characters.

    Why it fails: `flyteidl2.task.TaskIdentifier` and the short name of a task are checked for these lengths.

    Fix: shorten it.
    """
    for definition in context.definitions:
        id = definition.id
        for part, text, limit in () if id is None else _parts(id):
            if len(text) > limit:
                assert id is not None
                yield Found(
                    _at(definition, ""),
                    f"the {part} of {entity(id)} has {len(text)} characters, and may have {limit}",
                    "shorten it",
                )


def _parts(id: EntityId) -> Iterator[tuple[str, str, int]]:
    yield "name", id.name, _NAME
    yield "short name", id.name.rpartition(".")[2], _PART
    for part in ("org", "project", "domain", "version"):
        yield part, getattr(id, part), _PART


@rule("FI980", "task-type-without-plugin", WARNING, Phase.REGISTRATION)
def task_type_without_plugin(context: Context) -> Iterator[Found]:
    """A task's type has no plugin that is known for Flyte 2

    What: the type of a task is none that `flyte` or `flyte-migrate` has a plugin for.

    Why it fails: the task can only be deployed where somebody wrote a plugin for it.

    Fix: look for a plugin (`flyteplugins-...`), or run the work in a container.
    """
    for task in context.model.tasks:
        if task.template.type and task.template.type not in _TASK_TYPES:
            yield Found(
                task.field("type"),
                f"{_task(task)} is of type {quoted(task.template.type)}, for which no plugin is known",
                "look for a plugin, or run the work in a container",
            )


@rule("FI981", "data-loading-strategy-not-carried-over", WARNING, Phase.REGISTRATION)
def data_loading_strategy_not_carried_over(context: Context) -> Iterator[Found]:
    """How data are loaded into a container is not carried over

    What: a container or pod says by `io_strategy` how inputs are downloaded or outputs uploaded.

    Why it fails: `flyte-migrate` ignores it, and `flyte.extras.ContainerTask` has no such choice.

    Fix: leave it out, and see that the container reads and writes files.
    """
    for task in context.model.tasks:
        for field in ("container", "k8s_pod"):
            holder = getattr(task.template, field)
            if holder.data_config.HasField("io_strategy"):
                yield Found(
                    task.field(field, "data_config", "io_strategy"),
                    f"{_task(task)} says how its data are loaded",
                    "leave it out",
                )


@rule("FI989", "readiness-for-flyte-2", INFO, Phase.REGISTRATION)
def readiness_for_flyte_2(context: Context) -> Iterator[Found]:
    """How much of a package carries over to Flyte 2 as it is

    What: counts entities of which no rule of this group has a warning. A workflow is then Python that calls
    the same tasks, a launch plan a trigger.

    Why it fails: it does not.

    Fix: see the other findings.
    """
    everything = [definition for definition in context.definitions if definition.id is not None]
    if not everything:
        return
    checks = (
        conditional_not_carried_over,
        minimal_successes_not_carried_over,
        gate_type_not_carried_over,
        failure_node_not_carried_over,
        failure_policy_not_carried_over,
        launch_plan_feature_not_carried_over,
        gpu_without_device,
        description_too_long_for_flyte_2,
        name_too_long_for_flyte_2,
        task_type_without_plugin,
        data_loading_strategy_not_carried_over,
    )
    found = (result for check in checks for result in check.check(context))
    touched = {id(result.place.definition) for result in found if isinstance(result, Found)}
    ready = sum(id(definition) not in touched for definition in everything)
    yield Found(
        _at(everything[0], ""), f"{ready} of {len(everything)} entities carry over to Flyte 2 as they are"
    )


def _workflows(context: Context) -> Iterator[WorkflowAnalysis]:
    return (unit.primary for unit in context.model.units)


def _at(definition: Definition, tail: str) -> Place:
    return Place(definition, FieldPath.parse(tail))


def _task(task: TaskRecord) -> str:
    return "the task" if task.id is None else entity(task.id)

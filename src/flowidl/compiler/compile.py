"""Compile: from templates to the closure that the reference compiler returns, or to faults.

    compilation = compile_workflow(template, tasks=[...], launch_plans=[...])
    compilation.closure      the CompiledWorkflowClosure, or None
    compilation.faults       what is wrong, see flowidl.compiler.faults

Arguments may be our messages or those of any other package with the same wire format: what is not ours is
encoded and read back. Nothing that is given is changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.compiler.analyse import analyse, compile_unit, is_transportable, open_unit, task_record
from flowidl.compiler.contents import Contents, dynamic_contents, frame_of
from flowidl.compiler.emit import TooManyPassesError, emit, required_tasks
from flowidl.compiler.entities import LaunchPlanRecord
from flowidl.compiler.faults import CompiledTooOften, Fact, Fault, TaskListMissing, TemplateMissing
from flowidl.compiler.index import Index
from flowidl.compiler.launch_plans import read_closure
from flowidl.compiler.model import Model
from flowidl.compiler.resolve import Scope
from flowidl.compiler.targets import DEFAULT_TARGET
from flowidl.compiler.tasks import check_task
from flowidl.core.v1.compiler_pb2 import CompiledTask, CompiledWorkflowClosure
from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
from flowidl.core.v1.identifier_pb2 import ResourceType
from flowidl.core.v1.tasks_pb2 import TaskTemplate
from flowidl.core.v1.workflow_pb2 import WorkflowTemplate
from flowidl.names import EntityId
from flowidl.paths import ROOT
from flowidl.source.definitions import Definition, Kind
from flowidl.tuples import NamedTuple
from flowidl.types.table import TypeTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from google.protobuf.message import Message

    from flowidl.compiler.entities import TaskRecord, Unit
    from flowidl.compiler.targets import Target


class Encodable(Protocol):
    """A message of any protobuf package."""

    def SerializeToString(self) -> bytes:  # noqa: N802  # protobuf's name
        """Return the wire format."""
        ...


class Compilation(NamedTuple):
    """The result of compiling one workflow.

    `closure` is `None` if there is an error; `faults` may hold some even if there is none (see `is_error`).
    """

    closure: CompiledWorkflowClosure | None
    faults: tuple[Fault[Fact], ...]
    model: Model


class TaskCompilation(NamedTuple):
    """The result of compiling one task: `task` is `None` if there is an error."""

    task: CompiledTask | None
    faults: tuple[Fault[Fact], ...]


Ours = TypeVar("Ours", bound="Message")


def compile_workflow(
    primary: Encodable | None,
    *,
    sub_workflows: Iterable[Encodable] = (),
    tasks: Iterable[Encodable] | None = (),
    launch_plans: Iterable[Encodable] = (),
    target: Target = DEFAULT_TARGET,
) -> Compilation:
    """Compile a workflow with everything that it refers to, as the reference compiler is called.

    `primary` and `sub_workflows` are `WorkflowTemplate`s, `tasks` are `TaskTemplate`s or `CompiledTask`s, and
    `launch_plans` are `LaunchPlan`s with the closure that registration gave them. References must match
    exactly. Places in faults start at the template; those in other arguments with their names
    (`sub_workflows[0]`).
    """
    template = None if primary is None else adopt(primary, WorkflowTemplate)
    definition = Definition(Kind.WORKFLOW_TEMPLATE, template or WorkflowTemplate())
    subs = [adopt(sub, WorkflowTemplate) for sub in sub_workflows]
    templates = None if tasks is None else [_task_template(task) for task in tasks]
    contents = Contents(
        (ROOT, None if template is None else frame_of(template)),
        [(ROOT.field("sub_workflows").item(i), frame_of(sub)) for i, sub in enumerate(subs)],
        [(ROOT.field("tasks").item(i), task) for i, task in enumerate(templates or ())],
    )
    given = [message for message in (template, *subs, *(templates or ())) if message is not None]
    plans = [adopt(plan, LaunchPlan) for plan in launch_plans]
    return _compile(definition, contents, [*given, *plans], plans, target, has_tasks=templates is not None)


def compile_dynamic_job(
    job: Encodable,
    parent: Encodable,
    *,
    launch_plans: Iterable[Encodable] = (),
    target: Target = DEFAULT_TARGET,
) -> Compilation:
    """Compile what a dynamic task produced: a workflow without inputs and with the outputs of its task.

    `job` is a `DynamicJobSpec`, `parent` the `TaskTemplate` or `CompiledTask` of the task that produced it.
    """
    spec, task = adopt(job, DynamicJobSpec), _task_template(parent)
    id = None
    if task is not None and task.HasField("id"):
        id = EntityId.of(task.id)._replace(resource_type=ResourceType.WORKFLOW)
    definition = Definition(Kind.DYNAMIC_JOB_SPEC, spec)
    contents = dynamic_contents(spec, id, task or TaskTemplate())
    plans = [adopt(plan, LaunchPlan) for plan in launch_plans]
    given = [spec, *plans, *(() if task is None else (task,))]
    return _compile(definition, contents, given, plans, target, has_tasks=True)


def compile_task(template: Encodable) -> TaskCompilation:
    """Compile a `TaskTemplate` (reference phase T)."""
    task = adopt(template, TaskTemplate)
    definition = Definition(Kind.TASK_TEMPLATE, task)
    model = Model((definition,), DEFAULT_TARGET, TypeTable())
    if is_transportable(model, definition, task):
        check_task(model, task_record(model, definition, ROOT, task))
    faults = tuple(model.faults)
    return TaskCompilation(None if any(map(is_error, faults)) else CompiledTask(template=task), faults)


def compile_package(
    definitions: Iterable[Definition], target: Target = DEFAULT_TARGET
) -> list[tuple[Definition, Compilation]]:
    """Compile every workflow of a package, launch plans and tasks being looked up in the package.

    The tasks of a closure are those that it needs, sorted by identifier as the control plane does; those of
    definitions that bring their own tasks are these.
    """
    model = analyse(definitions, target)
    faults: dict[Unit, list[Fault[Fact]]] = {unit: [] for unit in model.units}
    for fault in model.faults:
        unit = fault.unit
        if unit is not None:
            faults[unit].append(fault)
    return [(unit.definition, _emitted(model, unit, faults[unit])) for unit in model.units]


def is_error(fault: Fault[Fact]) -> bool:
    """Tell whether a fault keeps a workflow or task from being compiled."""
    return fault.refuses


def adopt(message: Encodable, kind: type[Ours]) -> Ours:
    """Return `message` itself if it is ours, otherwise the same content as one of ours.

    Raises `google.protobuf.message.DecodeError` if the content is something else altogether.
    """
    if isinstance(message, kind):
        return message
    return kind.FromString(message.SerializeToString())


def _task_template(task: Encodable) -> TaskTemplate | None:
    """Return the template of a task, or `None` if a `CompiledTask` has none."""
    if isinstance(task, TaskTemplate):
        return task
    if not hasattr(task, "template"):
        return adopt(task, TaskTemplate)
    compiled = adopt(task, CompiledTask)
    return compiled.template if compiled.HasField("template") else None


def _compile(
    definition: Definition,
    contents: Contents,
    given: Sequence[Message],
    launch_plans: Sequence[LaunchPlan],
    target: Target,
    *,
    has_tasks: bool,
) -> Compilation:
    model = Model((definition,), target, TypeTable())
    if not all(is_transportable(model, definition, message) for message in given):
        return Compilation(None, tuple(model.faults), model)
    context = open_unit(model, definition, contents)
    if contents.primary[1] is None:
        context.fault(TemplateMissing(), context.unit, node_id="root")
    elif not has_tasks:
        context.fault(TaskListMissing(), context.unit, node_id="root")
    else:
        compile_unit(context, contents, Scope(Index(), _plan_index(model, launch_plans), {}))
    return _emitted(model, context.unit, model.faults)


def _plan_index(model: Model, launch_plans: Sequence[LaunchPlan]) -> Index[LaunchPlanRecord]:
    """Index launch plans by their exact identifiers; of several with one, the last counts."""
    for plan in launch_plans:
        id = EntityId.of(plan.id) if plan.HasField("id") else None
        record = LaunchPlanRecord(
            Definition(Kind.LAUNCH_PLAN, plan, id=id), ROOT.child("spec"), plan.spec, id
        )
        read_closure(model.types, record, plan.closure)
        model.launch_plans.append(record)
    index: Index[LaunchPlanRecord] = Index(exactly=True)
    for record in reversed(model.launch_plans):
        if record.id is not None:
            index.add(record.id, record)
    return index


def _emitted(model: Model, unit: Unit, faults: Sequence[Fault[Fact]]) -> Compilation:
    if any(map(is_error, faults)):
        return Compilation(None, tuple(faults), model)
    try:
        return Compilation(emit(unit, _provided_tasks(unit)), tuple(faults), model)
    except TooManyPassesError as error:
        fault: Fault[Fact] = Fault(CompiledTooOften(str(error)), unit)
        return Compilation(None, (*faults, fault), model)


def _provided_tasks(unit: Unit) -> Sequence[TaskRecord]:
    """Return the tasks of a unit's closure, each once."""
    if not unit.brings_tasks:
        return required_tasks(unit)
    first: dict[EntityId | None, TaskRecord] = {}
    for task in unit.tasks:
        first.setdefault(task.id, task)
    return list(first.values())

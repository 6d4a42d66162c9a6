"""Analysis: from definitions to the model, in one walk that never mutates or copies its input.

read        every definition becomes records: tasks, launch plans, units with their workflows
register    launch plans get the interface that registration computes
per unit    sanity of what was provided, records of nodes, then validation from the primary workflow down
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flowidl.compiler.contents import NO_FRAME, PLAN_PATHS, READERS, task_template
from flowidl.compiler.context import Context, run
from flowidl.compiler.entities import LaunchPlanRecord, TaskRecord, Unit, WorkflowAnalysis
from flowidl.compiler.faults import (
    Fault,
    NestedTooDeep,
    ProvidedTaskWithoutId,
    SubWorkflowRepeated,
    SubWorkflowRing,
    SubWorkflowWithoutId,
    TaskWithoutId,
    TemplateMissing,
)
from flowidl.compiler.graph import rings
from flowidl.compiler.identifiers import id_text
from flowidl.compiler.index import Index
from flowidl.compiler.interfaces import NOTHING_DECLARED, declared
from flowidl.compiler.launch_plans import read_closure, register
from flowidl.compiler.model import Model
from flowidl.compiler.resolve import Resolver, Scope
from flowidl.compiler.targets import DEFAULT_TARGET
from flowidl.compiler.tasks import check_task
from flowidl.compiler.workflows import WorkflowChecker
from flowidl.names import EntityId
from flowidl.paths import ROOT, FieldPath
from flowidl.source.definitions import Kind
from flowidl.source.kinds import TASKS
from flowidl.types.table import TypeTable

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence
    from typing import Any

    from google.protobuf.message import Message

    from flowidl.admin.v1.launch_plan_pb2 import LaunchPlanClosure, LaunchPlanSpec
    from flowidl.compiler.contents import Contents
    from flowidl.compiler.entities import Frame
    from flowidl.compiler.targets import Target
    from flowidl.core.v1.tasks_pb2 import TaskTemplate
    from flowidl.source.definitions import Definition


def analyse(definitions: Iterable[Definition], target: Target = DEFAULT_TARGET) -> Model:
    """Analyse a set of definitions that belong together, as a package is registered."""
    with collection_paused():
        return Analysis(list(definitions), target).model


@contextmanager
def collection_paused() -> Generator[None, None, None]:
    """Keep the garbage collector from looking, again and again, at a growing model, and at findings about it,
    of which nothing is garbage.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class Analysis:
    """One run of analysis over a package."""

    def __init__(self, definitions: Sequence[Definition], target: Target) -> None:
        self.model = Model(definitions, target, TypeTable())
        self._contexts: list[tuple[Context, Contents]] = []
        self._scope = Scope(Index(), Index(), {})
        for definition in definitions:
            self._read(definition)
        self._register_plans()
        doubts = self._scope.tasks.has_doubts() or self._scope.launch_plans.has_doubts()
        for context, contents in self._contexts:
            blames = doubts and self._blames_for_a_choice(context.unit, contents)
            compile_unit(context, contents, self._scope._replace(cautious=blames))
        for task in self.model.tasks:
            check_task(self.model, task)

    def _blames_for_a_choice(self, unit: Unit, contents: Contents) -> bool:
        """Try a unit out: is something wrong if references mean the nearest of several definitions?"""
        trial = Model((unit.definition,), self.model.target, self.model.types)
        context = open_unit(trial, unit.definition, contents)
        compile_unit(context, contents, self._scope)
        return context.unit.doubtful and any(fault.refuses for fault in trial.faults)

    def _read(self, definition: Definition) -> None:
        kind = definition.kind
        if definition.origin.data is None and not is_transportable(
            self.model, definition, definition.message
        ):
            return
        if kind in TASKS:
            self._read_task(definition)
        elif kind in PLAN_PATHS:
            self._read_plan(definition)
        elif kind in READERS:
            contents = READERS[kind](definition.message)
            self._contexts.append((open_unit(self.model, definition, contents), contents))

    def _read_task(self, definition: Definition) -> None:
        path, template = task_template(definition)
        if template is None:
            self.model.faults.append(Fault(TaskWithoutId(), definition, path, node_id="root"))
            return
        task = task_record(self.model, definition, path, template)
        self.model.tasks.append(task)
        id = definition.id or task.id
        if id is not None:
            self._scope.tasks.add(id, task)

    def _read_plan(self, definition: Definition) -> None:
        path = PLAN_PATHS[definition.kind]
        message: Any = definition.message
        spec: LaunchPlanSpec = message.spec if path else message
        plan = LaunchPlanRecord(definition, path, spec, definition.id)
        if path and plan.id is None and message.HasField("id"):
            plan.id = EntityId.of(message.id)
        if spec.HasField("workflow_id"):
            plan.workflow_id = EntityId.of(spec.workflow_id)
        self.model.launch_plans.append(plan)
        if plan.id is not None:
            self._scope.launch_plans.add(plan.id, plan)

    def _register_plans(self) -> None:
        """Compute launch plans' interfaces from the workflows of the package, or read their closures."""
        workflows: Index[WorkflowAnalysis] = Index()
        for unit in self.model.units:
            id = unit.definition.id or unit.primary.id
            if id is not None:
                workflows.add(id, unit.primary)
        for unit in self.model.units:
            for sub in unit.sub_workflows:
                twin = None if sub.id is None else workflows.choose(sub.id, sub.definition)
                if twin is not None and twin.record.template == sub.template:
                    sub.repeats = twin.record
        for plan in self.model.launch_plans:
            if plan.workflow_id is not None:
                choice = workflows.choose(plan.workflow_id, plan.definition)
                plan.workflow = choice.record if choice is not None and choice.certain else None
            if plan.workflow is not None:
                register(self.model.types, plan, plan.workflow)
            elif plan.definition.kind is Kind.LAUNCH_PLAN:
                message: Any = plan.definition.message
                if _says_something(message.closure):
                    read_closure(self.model.types, plan, message.closure)


def _says_something(closure: LaunchPlanClosure) -> bool:
    """Tell whether a closure was written by registration.

    SDKs write both of its sides and leave both empty, whatever the workflow has.
    """
    if closure.expected_inputs.parameters or closure.expected_outputs.variables:
        return True
    return closure.HasField("expected_inputs") != closure.HasField("expected_outputs")


def is_transportable(model: Model, definition: Definition, message: Message) -> bool:
    """Tell whether a message that was made in memory can be encoded and read back.

    What cannot (nested too deep, lone surrogates in a string) could not be registered either; and below this
    check nothing has to fear depth.
    """
    try:
        type(message).FromString(message.SerializeToString())
    except Exception as error:  # protobuf implementations raise various errors
        model.faults.append(Fault(NestedTooDeep(str(error)), definition))
        return False
    return True


# --- units ----------------------------------------------------------------------------------------


def open_unit(model: Model, definition: Definition, contents: Contents) -> Context:
    """Make the records of a unit's workflows and tasks; nodes come later."""
    unit = Unit(definition)
    unit.precompiled = contents.precompiled
    path, frame = contents.primary
    unit.primary = _workflow(model, unit, path, frame or NO_FRAME, ())
    if not contents.outputs_known:
        unit.primary.end.interface = model.unknown_interface
    for path, sub in contents.sub_workflows:
        name = sub.id.name if sub.id is not None else "(no id)"
        unit.sub_workflows.append(_workflow(model, unit, path, sub, (f"sub-workflow {name}",)))
    for path, template in contents.tasks or ():
        if template is not None:
            unit.tasks.append(task_record(model, definition, path, template))
    unit.brings_tasks = contents.tasks is not None
    model.tasks.extend(unit.tasks)
    model.units.append(unit)
    return Context(model, unit)


def _workflow(
    model: Model, unit: Unit, path: FieldPath, frame: Frame, steps: tuple[str, ...]
) -> WorkflowAnalysis:
    return WorkflowAnalysis(unit, frame, declared(model.types, frame.interface), path, steps)


def task_record(model: Model, definition: Definition, path: FieldPath, template: TaskTemplate) -> TaskRecord:
    """Make the record of a task."""
    id = EntityId.of(template.id) if template.HasField("id") else None
    interface = template.interface if template.HasField("interface") else None
    found = declared(model.types, interface) if interface is not None else NOTHING_DECLARED
    return TaskRecord(definition, path, template, id, found)


def compile_unit(context: Context, contents: Contents, scope: Scope) -> None:
    """Analyse one unit: everything that the reference does up to the closure, and what it leaves out on
    errors.
    """
    unit = context.unit
    if contents.primary[1] is None:
        context.fault(TemplateMissing(), unit, node_id="root")
        unit.aborted = True
        return
    if contents.tasks is not None:
        scope = _own_scope(context, contents, scope)
    _stop_if_faulty(context)
    sub_workflows = _sub_workflow_index(context)
    _stop_if_faulty(context)
    Resolver(context, scope, sub_workflows).record(unit.primary)
    _check_rings(context)
    _stop_if_faulty(context)
    run(WorkflowChecker(context).check(unit.primary))


def _stop_if_faulty(context: Context) -> None:
    """The reference returns here if there are errors; we go on, and know that it does not."""
    if context.errors:
        context.reached = False
        context.unit.aborted = True


def _own_scope(context: Context, contents: Contents, scope: Scope) -> Scope:
    """Return the scope of a definition that brings its tasks along: only those count (P0)."""
    tasks: Index[TaskRecord] = Index()
    for position, (path, template) in enumerate(contents.tasks or ()):
        if template is None or not template.HasField("id"):
            facts = ProvidedTaskWithoutId(position)
            context.fault(facts, context.unit, path, node_id="task")
    for task in context.unit.tasks:
        if task.id is not None:
            tasks.add(task.id, task)
    return Scope(tasks, scope.launch_plans, {}, scope.cautious)


def _sub_workflow_index(context: Context) -> Index[WorkflowAnalysis]:
    """Index the sub-workflows by their exact identifiers (P1)."""
    index: Index[WorkflowAnalysis] = Index(exactly=True)
    for position, workflow in enumerate(context.unit.sub_workflows):
        if workflow.id is None:
            context.fault(SubWorkflowWithoutId(position), workflow)
        elif not index.add(workflow.id, workflow):
            first = index.find(workflow.id)
            assert first is not None
            facts = SubWorkflowRepeated(workflow.id, first)
            context.fault(facts, workflow, ROOT.field("id"), node_id=id_text(workflow.id))
    return index


def _check_rings(context: Context) -> None:
    """Report sub-workflows that contain each other, which would never end (QK-18)."""
    if not _contains_itself(context.unit.primary):
        return
    names: dict[WorkflowAnalysis, str] = {}
    workflows: dict[str, WorkflowAnalysis] = {}
    for position, workflow in enumerate((context.unit.primary, *context.unit.sub_workflows)):
        name = f"{id_text(workflow.id)} {position}"
        names[workflow], workflows[name] = name, workflow
    edges = {
        names[workflow]: [names[inner] for _, inner in workflow.refers]
        for workflow in names
        if workflow.refers
    }
    for ring in rings(set(edges), edges):
        members = tuple(workflows[name] for name in ring)
        nodes = tuple(
            next(node for node, inner in member.refers if inner is follower)
            for member, follower in zip(members, (*members[1:], members[0]), strict=True)
        )
        context.fault(SubWorkflowRing(members, nodes), nodes[0])


def _contains_itself(primary: WorkflowAnalysis) -> bool:
    """Tell whether any workflow that the primary one reaches contains itself, at whatever depth."""
    on_the_way: set[WorkflowAnalysis] = {primary}
    done: set[WorkflowAnalysis] = set()
    stack = [(primary, iter(primary.refers))]
    while stack:
        workflow, rest = stack[-1]
        inner = next((inner for _, inner in rest if inner not in done), None)
        if inner is None:
            stack.pop()
            on_the_way.discard(workflow)
            done.add(workflow)
        elif inner in on_the_way:
            return True
        else:
            on_the_way.add(inner)
            stack.append((inner, iter(inner.refers)))
    return False

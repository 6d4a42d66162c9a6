"""What launch plans and executions have in common, so that one rule can look at both.

Both carry inputs, labels, annotations and notifications, at different places of different messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flowidl.compiler.index import Index
from flowidl.names import EntityId
from flowidl.paths import FieldPath, Step
from flowidl.source.definitions import Kind, Place
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TypeVar

    from flowidl.admin.v1.common_pb2 import Notification
    from flowidl.admin.v1.execution_pb2 import ExecutionCreateRequest, ExecutionSpec
    from flowidl.admin.v1.launch_plan_pb2 import LaunchPlanSpec
    from flowidl.compiler.entities import LaunchPlanRecord, TaskRecord
    from flowidl.core.v1.literals_pb2 import Literal
    from flowidl.rules.context import Context
    from flowidl.source.definitions import Definition

    Target = TypeVar("Target", LaunchPlanRecord, TaskRecord)


class Values(NamedTuple):
    """A map of literals: what it is called, where it is, and its entries."""

    phrase: str
    tail: str
    literals: Mapping[str, Literal]


class Request(NamedTuple):
    """A launch plan, or an execution.

    `words` is what it is called in a sentence, `path` leads from the definition's message to `spec`.
    `values` are its maps of literals, with tails from the definition's message.
    """

    phrase: str
    definition: Definition
    path: FieldPath
    spec: LaunchPlanSpec | ExecutionSpec
    notifications: Sequence[Notification]
    notifications_tail: str
    values: tuple[Values, ...]

    def place(self, tail: str = "", *steps: str) -> Place:
        """Return the place `tail` in the spec."""
        return Place(self.definition, self.path / tail, steps)

    def field(self, *names: str) -> Place:
        """Return the place of a field of the spec, or of a field in that, and so on."""
        return self.place().field(*names)

    def entry(self, values: Values, key: str) -> Place:
        """Return the place of one literal."""
        path = FieldPath.parse(values.tail).field("literals").key(key)
        return Place(self.definition, path, (f"input {key}",))


class Execution(NamedTuple):
    """An execution of the input: its spec, the request around it if there is one, and its inputs.

    `target` is the launch plan or task that it runs, where that is in the input.
    """

    definition: Definition
    spec: ExecutionSpec
    request: ExecutionCreateRequest | None
    inputs: Values
    target: LaunchPlanRecord | TaskRecord | None

    @property
    def phrase(self) -> str:
        """The execution in a sentence."""
        name = "" if self.request is None else self.request.name
        return f"execution `{name}`" if name else "the execution"

    def place(self, tail: str = "", *steps: str) -> Place:
        """Return the place `tail` in the spec."""
        path = FieldPath() if self.request is None else FieldPath((Step("spec"),))
        return Place(self.definition, path / tail, steps)

    def field(self, *names: str) -> Place:
        """Return the place of a field of the spec, or of a field in that, and so on."""
        return self.place().field(*names)

    def around(self, tail: str = "") -> Place:
        """Return the place `tail` in the request."""
        return Place(self.definition, FieldPath.parse(tail))


def requests(context: Context) -> tuple[Request, ...]:
    """Return every launch plan and every execution of the input. Ask for it by `context.once`."""
    plans = (_of_plan(plan) for plan in context.model.launch_plans)
    return (*plans, *(_of_execution(execution) for execution in context.once(executions)))


def certain_plans(context: Context) -> dict[LaunchPlanRecord, None]:
    """Return the launch plans whose workflow is beyond doubt. Ask for it by `context.once`.

    Where the input has several workflows of one identifier, which is a finding of its own, nothing is held
    against a launch plan of it.
    """
    seen: set[EntityId] = set()
    repeated: set[EntityId] = set()
    for unit in context.model.units:
        id = unit.primary.id
        if id is not None:
            (repeated if id in seen else seen).add(id)
    return dict.fromkeys(
        plan
        for plan in context.model.launch_plans
        if plan.workflow is None or plan.workflow.id not in repeated
    )


def plan_phrase(plan: LaunchPlanRecord) -> str:
    """A launch plan in a sentence."""
    return "the launch plan" if plan.id is None or not plan.id.name else f"launch plan `{plan.id.name}`"


def _of_plan(plan: LaunchPlanRecord) -> Request:
    spec = plan.spec
    fixed = Values("fixed input", str(plan.path / "fixed_inputs"), spec.fixed_inputs.literals)
    return Request(
        plan_phrase(plan),
        plan.definition,
        plan.path,
        spec,
        spec.entity_metadata.notifications,
        "entity_metadata.notifications",
        (fixed,),
    )


def _of_execution(execution: Execution) -> Request:
    return Request(
        execution.phrase,
        execution.definition,
        execution.place().path,
        execution.spec,
        execution.spec.notifications.notifications,
        "notifications.notifications",
        (execution.inputs,),
    )


def executions(context: Context) -> tuple[Execution, ...]:
    """Return every execution of the input. Ask for it by `context.once`."""
    return tuple(_executions(context))


def _meant(index: Index[Target], id: EntityId, user: Definition) -> Target | None:
    choice = index.choose(id, user)
    return choice.record if choice is not None and choice.certain else None


def _executions(context: Context) -> Iterator[Execution]:
    plans: Index[LaunchPlanRecord] = Index()
    tasks: Index[TaskRecord] = Index()
    for plan in context.model.launch_plans:
        if plan.id is not None:
            plans.add(plan.id, plan)
    for task in context.model.tasks:
        if task.id is not None:
            tasks.add(task.id, task)
    for definition in context.definitions:
        request: ExecutionCreateRequest | None = None
        if definition.kind is Kind.EXECUTION_CREATE_REQUEST:
            request = cast("ExecutionCreateRequest", definition.message)
            spec, inputs = request.spec, Values("input", "inputs", request.inputs.literals)
            if not inputs.literals and spec.inputs.literals:
                inputs = Values("input", "spec.inputs", spec.inputs.literals)
        elif definition.kind is Kind.EXECUTION_SPEC:
            spec = cast("ExecutionSpec", definition.message)
            inputs = Values("input", "inputs", spec.inputs.literals)
        else:
            continue
        id = EntityId.of(spec.launch_plan)
        yield Execution(
            definition, spec, request, inputs, _meant(plans, id, definition) or _meant(tasks, id, definition)
        )

"""Running entities on this machine: Python values in, messages through `flowidl.local`, Python values out."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any, get_args, get_origin

from flowidl import builders
from flowidl.builders.bindings import none_of
from flowidl.builders.sources import Source
from flowidl.builders.workflows import WorkflowBuilder
from flowidl.core.v1.compiler_pb2 import CompiledWorkflowClosure
from flowidl.core.v1.identifier_pb2 import Identifier
from flowidl.core.v1.literals_pb2 import Literal, LiteralMap
from flowidl.core.v1.tasks_pb2 import TaskTemplate
from flowidl.errors import BuildError
from flowidl.local.closures import workflow_closure
from flowidl.local.implementations import FunctionImplementation, execute
from flowidl.local.runs import run
from flowidl.sdk.promises import Promise
from flowidl.sdk.reach import LocalParts, Reachable, everything
from flowidl.sdk.trace import Trace, being
from flowidl.tuples import NamedTuple
from flowidl.values import from_literal, to_literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
    from flowidl.admin.v1.workflow_pb2 import WorkflowSpec


def literal_of(value: object, annotation: Any, name: str) -> Literal:
    """Return a value as a literal of an annotation."""
    if isinstance(value, Promise):
        raise BuildError(
            f"{name} gets a promise outside of the body that it belongs to",
            help="call it in the workflow's body, or give a value",
        )
    return to_literal(value, annotation, name=name)


def literals_of(entity: Reachable, values: Mapping[str, object], *, complete: bool = True) -> LiteralMap:
    """Return the inputs of a run as literals, with defaults for those that are left out.

    Unless `complete`, what has neither a value nor a default of its type is left to the function.
    """
    found: dict[str, Literal] = {}
    for name, annotation in entity.signature.inputs.items():
        words = f"input {name} of {entity.kind} {entity.name}"
        if name in values:
            found[name] = literal_of(values[name], annotation, words)
            continue
        default = entity.signature.defaults.get(name, ...)
        optional = _is_optional(entity, name)
        if default is ... and not optional:
            raise entity.missing(name)
        if default in (..., None) and not optional:
            if complete:
                raise entity.missing(name)
            continue
        found[name] = literal_of(None if default is ... else default, annotation, words)
    return LiteralMap(literals=found)


def _is_optional(entity: Reachable, name: str) -> bool:
    return none_of(entity.typed_interface.inputs.variables[name].type) is not None


def values_of(entity: Reachable, literals: LiteralMap) -> dict[str, Any]:
    """Return literals of an entity's inputs as Python values."""
    return {
        name: from_literal(literal, entity.signature.inputs[name], name=f"input {name} of {entity.name}")
        for name, literal in literals.literals.items()
        if name in entity.signature.inputs
    }


def packed(entity: Reachable, outputs: LiteralMap) -> Any:
    """Return the outputs of a run as a caller gets them."""
    shape = entity.signature
    return shape.pack(
        {
            name: _value(outputs.literals[name], annotation, f"output {name} of {entity.name}")
            for name, annotation in shape.outputs.items()
        }
    )


def _value(literal: Literal, annotation: Any, name: str) -> Any:
    """Return an output as a Python value; elements that are missing from a map's list come as `None`."""
    elements = literal.collection.literals
    if get_origin(annotation) is list and any(each.scalar.HasField("none_type") for each in elements):
        (of,) = get_args(annotation)
        nothing = [each.scalar.HasField("none_type") for each in elements]
        return [
            None if missing else from_literal(each, of, name=name)
            for each, missing in zip(elements, nothing, strict=True)
        ]
    return from_literal(literal, annotation, name=name)


# Runs


def run_alone(entity: Reachable, values: Mapping[str, object]) -> Any:
    """Run an entity by itself and return Python values."""
    return packed(entity, run_literals(entity, values))


def run_literals(entity: Reachable, values: Mapping[str, object]) -> LiteralMap:
    """Run an entity by itself for Python values and return its outputs as literals."""
    return run_for(entity, literals_of(entity, values))


def run_for(entity: Reachable, inputs: LiteralMap) -> LiteralMap:
    """Run an entity by itself for literals: a workflow, or the only node of one."""
    if entity.mock is not None and entity.kind in _WHOLES:
        return execute(TaskTemplate(id=Identifier(name=entity.name)), inputs, entity.implementation)  # type: ignore[return-value]
    plan = _with_mocks(plan_of(entity))
    with being(None):
        execution = run(
            plan.closure,
            inputs,
            plan.parts.functions,
            launch_plans=plan.parts.launch_plans,
            closures=plan.parts.closures,
            signals=plan.parts.signals,
        )
    execution.raise_for_failure()
    return execution.outputs or LiteralMap()


class Parts(NamedTuple):
    """What entities need to run beside their own closure."""

    functions: dict[str, Any]
    launch_plans: tuple[LaunchPlan, ...]
    closures: tuple[CompiledWorkflowClosure, ...]
    signals: dict[str, Any]


class Plan(NamedTuple):
    """All that running an entity needs."""

    closure: CompiledWorkflowClosure
    parts: Parts
    known: Mapping[str, Reachable]


def plan_of(entity: Reachable) -> Plan:
    """Return what running an entity needs, worked out once."""
    known: Plan | None = getattr(entity, "_plan", None)
    if known is None:
        spec = entity.whole() or alone(entity)
        entities = everything([entity])
        parts, messages = parts_of(entities)
        known = Plan(closure_of(spec, messages), parts, entities)
        entity._plan = known  # type: ignore[attr-defined]  # kept with what it belongs to
    return known


#: What has nodes of its own, so that a mock replaces them.
_WHOLES = ("workflow", "launch plan")


def _with_mocks(plan: Plan) -> Plan:
    """Return a plan in which mocked workflows and launch plans are not there: what stands for them runs."""
    mocks = {
        each.name: each for each in plan.known.values() if each.mock is not None and each.kind in _WHOLES
    }
    if not mocks:
        return plan
    closure = CompiledWorkflowClosure(primary=plan.closure.primary, tasks=plan.closure.tasks)
    closure.sub_workflows.extend(
        each for each in plan.closure.sub_workflows if each.template.id.name not in mocks
    )
    functions = {**plan.parts.functions, **{name: each.implementation for name, each in mocks.items()}}
    plans = tuple(each for each in plan.parts.launch_plans if each.id.name not in mocks)
    return plan._replace(closure=closure, parts=plan.parts._replace(functions=functions, launch_plans=plans))


def parts_of(known: Mapping[str, Reachable]) -> tuple[Parts, LocalParts]:
    """Return what entities need to run beside their own closure, and the messages of them all."""
    each = [entity.local_parts() for entity in known.values()]
    messages = LocalParts(
        tuple(task for part in each for task in part.tasks),
        tuple(plan for part in each for plan in part.plans),
    )
    started = {spec.template.id.name: spec for part in each for spec in part.started}
    made = {entity.name: entity.implementation for entity in known.values()}
    parts = Parts(
        {name: run for name, run in made.items() if run is not None},
        messages.plans,
        tuple(closure_of(spec, messages) for spec in started.values()),
        {name: type for part in each for name, type in part.signals.items()},
    )
    return parts, messages


def closure_of(spec: WorkflowSpec, messages: LocalParts) -> CompiledWorkflowClosure:
    """Return a workflow's closure. Raise `BuildError` for what the compiler finds."""
    return workflow_closure(spec.template, list(spec.sub_workflows), messages.tasks, messages.plans)


def alone(entity: Reachable) -> WorkflowSpec:
    """Return a workflow of one node, which runs an entity."""
    builder = WorkflowBuilder(entity.name)
    trace = Trace(builder, f"{entity.kind} `{entity.name}`")
    typed = entity.typed_interface
    inputs = {name: builder.input(name, each) for name, each in typed.inputs.variables.items()}
    trace.make(entity.step(inputs), entity.signature, entity)
    trace.place()
    for name, each in typed.outputs.variables.items():
        builder.output(name, builders.Promise(Source(builder, "n0", name, each.type, each.type)))
    return builder.spec


async def run_async(task: Any, values: Mapping[str, object]) -> Any:
    """Run an async task in the event loop that is running, and return Python values."""
    from flowidl.local.context import TaskContext, in_context

    if task.metadata.cache:
        return await asyncio.to_thread(run_alone, task, values)
    inputs = literals_of(task, values)
    context = TaskContext(task=task.name)
    with being(None), in_context(context):
        outputs = task.implementation(task.spec.template, inputs, context)
        return packed(task, await outputs if inspect.isawaitable(outputs) else outputs)


# What runs


class Implementation:
    """What runs a task locally: its mock, if there is one, or else its function."""

    is_implementation = True

    def __init__(self, entity: Reachable, run: Callable[..., Any]) -> None:
        self._entity = entity
        self._real = FunctionImplementation(run, entity.signature.inputs, entity.signature.outputs)
        self._mock = FunctionImplementation(self._mocked, entity.signature.inputs, entity.signature.outputs)

    def _mocked(self, **values: Any) -> Any:
        return self._entity.mock(**values)

    def __call__(self, task: Any, inputs: LiteralMap, context: Any) -> Any:
        """Run the task."""
        return (self._real if self._entity.mock is None else self._mock)(task, inputs, context)


def mocked(entity: Reachable) -> Implementation | None:
    """Return what runs an entity that is mocked; `None` for one that is not."""
    return None if entity.mock is None else Implementation(entity, entity.mock)


def refused(entity: Reachable) -> Callable[..., Any]:
    """Return a function that says that an entity cannot run here."""

    def refuse(**values: object) -> Any:
        raise NotImplementedError(
            f"{entity.kind} `{entity.name}` does not run on this machine: mock it, "
            f"as in `with mock({entity.name.rpartition('.')[2]}) as m: m.return_value = ...`"
        )

    return refuse


def dispatch(task: Any, inputs: LiteralMap) -> LiteralMap:
    """Run a task for literals; what has no literal is left to the function."""
    wanted = task.typed_interface.inputs.variables
    if all(name in inputs.literals for name in wanted):
        return run_for(task, inputs)
    with being(None):
        return execute(task.spec.template, inputs, task.implementation)  # type: ignore[return-value]

"""Rules 700-719: what registration asks of launch plans, and what keeps them from being launched."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from flowidl.compiler.entities import LaunchPlanRecord, NodeKind, NodeRole, WorkflowAnalysis
from flowidl.compiler.interfaces import Side
from flowidl.findings import Phase, Skipped
from flowidl.paths import FieldPath, Step
from flowidl.rules.declaration import ERROR, WARNING, Found, rule
from flowidl.rules.launch.requests import certain_plans, plan_phrase
from flowidl.rules.phrases import Hints, differences, quoted, type_phrase, typed
from flowidl.source.definitions import Place
from flowidl.tuples import NamedTuple
from flowidl.types.cast import castable
from flowidl.types.infer import infer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.entities import NodeRecord
    from flowidl.core.v1.interface_pb2 import Parameter
    from flowidl.core.v1.literals_pb2 import Literal
    from flowidl.rules.context import Context
    from flowidl.types.table import Type

_WORKFLOW = 2
#: So many rings are reported, and so many looked at. Where there are more, breaking these will break others.
MOST_RINGS, MOST_LOOKED_AT = 20, 500

_DEFAULTS = ("admin.LaunchPlanSpec.default_inputs", "core.ParameterMap.parameters", "core.Parameter.var")
_FIXED = ("admin.LaunchPlanSpec.fixed_inputs", "core.LiteralMap.literals")


@rule(
    "FI700",
    "launch-plan-without-workflow",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-40",),
    reads=("admin.LaunchPlanSpec.workflow_id", "core.Identifier.resource_type", "core.Identifier.name"),
)
def launch_plan_without_workflow(context: Context) -> Iterator[Found]:
    """A launch plan does not name a workflow

    What: `workflow_id` is not set, has no name, or names something other than a workflow.

    Why it fails: registration refuses the launch plan. Project, domain and version may be empty, because
    registration fills them in.

    Fix: set `workflow_id` to the identifier of the workflow.
    """
    for plan in context.model.launch_plans:
        id, words = plan.spec.workflow_id, plan_phrase(plan)
        if not plan.spec.HasField("workflow_id") or not id.name:
            yield Found(plan.field("workflow_id"), f"{words} does not name its workflow", "set `workflow_id`")
        elif id.resource_type != _WORKFLOW:
            yield Found(
                plan.field("workflow_id", "resource_type"),
                f"{words} names {quoted(id.name)} as its workflow, with another resource type",
                "set `resource_type` to `WORKFLOW`",
            )


@rule(
    "FI701",
    "parameter-without-type",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-45",),
    reads=_DEFAULTS,
)
def parameter_without_type(context: Context) -> Iterator[Found]:
    """A default input has no type

    What: an entry of `default_inputs` has no variable, or a variable without a type.

    Why it fails: registration refuses the launch plan.

    Fix: set the variable with the type of the workflow's input.
    """
    for parameter in _parameters(context):
        if not parameter.message.var.HasField("type"):
            yield Found(parameter.field("var"), f"{parameter.phrase} has no type", "set the variable's type")


@rule(
    "FI702",
    "parameter-without-default",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-46",),
    reads=("core.Parameter.default", "core.Parameter.required", "core.Parameter.artifact_query"),
)
def parameter_without_default(context: Context) -> Iterator[Found]:
    """A default input has neither a default nor has to be given

    What: an entry of `default_inputs` has no default value, and is not marked as required.

    Why it fails: registration refuses the launch plan.

    Fix: set a default, or `required: true`.
    """
    for parameter in _parameters(context):
        message = parameter.message
        kind = message.WhichOneof("behavior")
        if kind is None or (kind == "required" and not message.required):
            yield Found(
                parameter.field("required"),
                f"{parameter.phrase} has no default and is not marked as required",
                "set a default, or `required: true`",
            )


@rule(
    "FI703",
    "artifact-as-default",
    WARNING,
    Phase.REGISTRATION,
    covers=("AD-44",),
    reads=("core.Parameter.artifact_query", "core.Parameter.artifact_id"),
)
def artifact_as_default(context: Context) -> Iterator[Found]:
    """A default input is taken from an artifact

    What: an entry of `default_inputs` has an artifact, or a query for one, instead of a value.

    Why it fails: registration refuses the launch plan unless the installation has artifacts switched on,
    which is off by default.

    Fix: give a value, or switch artifacts on in the installation.
    """
    for parameter in _parameters(context):
        if parameter.message.WhichOneof("behavior") == "artifact_query":
            yield Found(
                parameter.field("artifact_query"),
                f"{parameter.phrase} is taken from an artifact, which installations refuse by default",
                "give a value, or switch artifacts on",
            )


@rule(
    "FI712",
    "parameter-of-artifact-alone",
    ERROR,
    Phase.REGISTRATION,
    reads=("core.Parameter.artifact_id",),
)
def parameter_of_artifact_alone(context: Context) -> Iterator[Found]:
    """A default input is an artifact by its identifier

    What: an entry of `default_inputs` has an `artifact_id`, and neither a value nor a query.

    Why it fails: registration refuses the launch plan, because the parameter has no default and is not
    required. No configuration of an installation takes it.

    Fix: give a value or a query, or make the input required.
    """
    for parameter in _parameters(context):
        if parameter.message.WhichOneof("behavior") == "artifact_id":
            yield Found(
                parameter.field("artifact_id"),
                f"{parameter.phrase} is an artifact by its identifier, which is no default for registration",
                "give a value or a query, or make it required",
            )


@rule(
    "FI704",
    "default-mismatch",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-47",),
    reads=("core.Parameter.default", *_DEFAULTS),
)
def default_mismatch(context: Context) -> Iterator[Found]:
    """A default value is not of the type of its parameter

    What: the value in `default_inputs` does not fit the type beside it, or its type cannot be told.

    Why it fails: registration refuses the launch plan.

    Fix: give a value of the type.
    """
    for parameter in _parameters(context):
        type = parameter.type(context)
        if type is not None and parameter.message.WhichOneof("behavior") == "default":
            yield from _misfit(
                context, parameter.message.default, type, parameter.field("default"), parameter.phrase
            )


@rule(
    "FI705",
    "unknown-default-input",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-48", "AD-49"),
    reads=_DEFAULTS,
)
def unknown_default_input(context: Context) -> Iterator[Found | Skipped]:
    """A default is given for an input that the workflow does not have

    What: an entry of `default_inputs` is no input of the launch plan's workflow.

    Why it fails: registration refuses the launch plan.

    Fix: correct or remove the name.
    """
    for plan in context.once(certain_plans):
        inputs = _workflow_inputs(plan)
        if inputs is None:
            yield Skipped(plan_phrase(plan), "its workflow is not among the definitions")
            continue
        hints = Hints()
        for name in sorted(plan.spec.default_inputs.parameters):
            if name and name not in inputs:
                yield Found(
                    plan.field("default_inputs", "parameters").key(name).step(f"input {name}"),
                    f"{plan_phrase(plan)} gives a default for {quoted(name)}, which its workflow "
                    "does not take",
                    hints.did_you_mean(name, sorted(inputs)) or "remove it",
                )


@rule(
    "FI706",
    "parameter-type-mismatch",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-49",),
    reads=_DEFAULTS,
)
def parameter_type_mismatch(context: Context) -> Iterator[Found]:
    """A default input has another type than the workflow's input

    What: the type that a launch plan states for a default input does not fit the type of the workflow's
    input of that name.

    Why it fails: registration refuses the launch plan.

    Fix: serialize the launch plan together with its workflow.
    """
    table, certain = context.model.types, context.once(certain_plans)
    for parameter in _parameters(context):
        if parameter.plan not in certain:
            continue
        given, expected = (
            parameter.type(context),
            (_workflow_inputs(parameter.plan) or {}).get(parameter.name),
        )
        if given is not None and expected is not None and not castable(table, given, expected).fits:
            assert parameter.plan.workflow is not None
            yield Found(
                parameter.field("var", "type"),
                f"{parameter.phrase} is {type_phrase(given)}, and the workflow takes "
                f"{typed(parameter.name, expected)}",
                "serialize the launch plan together with its workflow",
                notes=differences(table, given, expected),
                related=(
                    ("declared here", parameter.plan.workflow.declaration(Side.INPUTS, parameter.name)),
                ),
            )


@rule(
    "FI707",
    "unknown-fixed-input",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-48", "AD-50"),
    reads=_FIXED,
)
def unknown_fixed_input(context: Context) -> Iterator[Found]:
    """A value is fixed for an input that the workflow does not have

    What: an entry of `fixed_inputs` is no input of the launch plan's workflow.

    Why it fails: registration refuses the launch plan.

    Fix: correct or remove the name.
    """
    for plan in context.once(certain_plans):
        inputs, hints = _workflow_inputs(plan), Hints()
        for name in sorted(plan.spec.fixed_inputs.literals):
            if inputs is not None and name and name not in inputs:
                yield Found(
                    _fixed(plan, name),
                    f"{plan_phrase(plan)} fixes {quoted(name)}, which its workflow does not take",
                    hints.did_you_mean(name, sorted(inputs)) or "remove it",
                )


@rule("FI708", "fixed-mismatch", ERROR, Phase.REGISTRATION, covers=("AD-50",), reads=_FIXED)
def fixed_mismatch(context: Context) -> Iterator[Found]:
    """A fixed value is not of the type of the workflow's input

    What: a value in `fixed_inputs` does not fit the type of the workflow's input of that name, or its type
    cannot be told.

    Why it fails: registration refuses the launch plan.

    Fix: give a value of the type.
    """
    for plan in context.once(certain_plans):
        inputs, literals = _workflow_inputs(plan), plan.spec.fixed_inputs.literals
        for name in sorted(literals):
            expected = None if inputs is None else inputs.get(name)
            if expected is not None and literals[name].WhichOneof("value") is not None:
                words = f"fixed input {quoted(name)} of {plan_phrase(plan)}"
                yield from _misfit(context, literals[name], expected, _fixed(plan, name), words)


@rule(
    "FI709",
    "fixed-and-default",
    ERROR,
    Phase.LAUNCH,
    covers=("RT-43", "EX-10", "QK-25"),
    reads=(*_DEFAULTS, *_FIXED),
)
def fixed_and_default(context: Context) -> Iterator[Found]:
    """An input has both a default and a fixed value

    What: a launch plan has the same name in `default_inputs` and in `fixed_inputs`.

    Why it fails: registration takes it. Every execution is refused when it is launched, because the default
    collides with the fixed value.

    Fix: keep one of the two.
    """
    for plan in context.model.launch_plans:
        fixed, parameters = plan.spec.fixed_inputs.literals, plan.spec.default_inputs.parameters
        for name in sorted(fixed):
            if name in parameters:
                yield Found(
                    _fixed(plan, name),
                    f"input {quoted(name)} of {plan_phrase(plan)} has both a default and a fixed value",
                    "keep one of the two",
                    related=(
                        (
                            "the default",
                            plan.field("default_inputs", "parameters").key(name).step(f"input {name}"),
                        ),
                    ),
                )


@rule(
    "FI710",
    "launch-conditions",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-55",),
    reads=("admin.LaunchPlanMetadata.launch_conditions",),
)
def launch_conditions(context: Context) -> Iterator[Found]:
    """A launch plan has launch conditions

    What: `entity_metadata.launch_conditions` is set: the launch plan is to be launched by a trigger other
    than a schedule.

    Why it fails: Flyte's registration refuses launch conditions. Hosted distributions take them, so this is
    a warning where such a target is chosen.

    Fix: use a schedule, or a distribution that knows the condition.
    """
    hosted = context.model.target.lifts_arrays
    for plan in context.model.launch_plans:
        if plan.spec.entity_metadata.HasField("launch_conditions"):
            yield Found(
                plan.field("entity_metadata", "launch_conditions"),
                f"{plan_phrase(plan)} has launch conditions, which Flyte refuses",
                "use a schedule",
                severity=WARNING if hosted else None,
            )


@rule(
    "FI711",
    "recursive-launch-plan",
    WARNING,
    Phase.RUN,
    covers=("RT-44",),
    reads=("core.WorkflowNode.launchplan_ref", "admin.LaunchPlanSpec.workflow_id"),
)
def recursive_launch_plan(context: Context) -> Iterator[Found]:
    """A workflow launches itself, every time

    What: a node runs a launch plan that leads back to the workflow that the node is in, directly or through
    other workflows, and nothing on the way stands in a branch.

    Why it fails: registration takes it. Each execution launches another one and waits for it, without end.

    Fix: put one of the nodes into a branch that ends the recursion, or remove it.
    """
    for ring in islice(_rings(_links(context)), MOST_RINGS):
        names = [_name(link.node.workflow) for link in ring]
        way = "" if len(ring) == 1 else f", by way of {' and '.join(names[1:])}"
        yield Found(
            ring[0].node.place(),
            f"{names[0]} launches itself{way}, in every execution",
            "put one of the nodes into a branch, or remove it",
        )


class _Parameter(NamedTuple):
    """One default input of a launch plan."""

    plan: LaunchPlanRecord
    name: str
    message: Parameter

    @property
    def phrase(self) -> str:
        """The parameter in a sentence."""
        return f"default input {quoted(self.name)} of {plan_phrase(self.plan)}"

    def field(self, *names: str) -> Place:
        """Return the place of a field of the parameter."""
        place = self.plan.field("default_inputs", "parameters").key(self.name)
        return place.field(*names).step(f"input {self.name}")

    def type(self, context: Context) -> Type | None:
        """Return the type that the parameter states."""
        variable = self.message.var
        return context.model.types.intern(variable.type) if variable.HasField("type") else None


def _parameters(context: Context) -> Iterator[_Parameter]:
    for plan in context.model.launch_plans:
        parameters = plan.spec.default_inputs.parameters
        for name in sorted(parameters):
            yield _Parameter(plan, name, parameters[name])


def _workflow_inputs(plan: LaunchPlanRecord) -> dict[str, Type] | None:
    """Return the inputs of a launch plan's workflow; `None` if it is not there or is not sound."""
    if plan.workflow is None or plan.workflow.interface is None:
        return None
    return dict(plan.workflow.interface.inputs)


def _misfit(context: Context, literal: Literal, expected: Type, place: Place, words: str) -> Iterator[Found]:
    table = context.model.types
    given = infer(table, literal)
    if given is None:
        message = f"{words} has a value whose type cannot be told, where {type_phrase(expected)} is expected"
        yield Found(place, message, "give a value that states its type")
    elif not castable(table, given, expected).fits:
        yield Found(
            place,
            f"{words} is {type_phrase(given)}, where {type_phrase(expected)} is expected",
            "give a value of that type",
            notes=differences(table, given, expected),
        )


def _fixed(plan: LaunchPlanRecord, name: str) -> Place:
    path = FieldPath((*plan.path, Step("fixed_inputs"), Step("literals", name)))
    return Place(plan.definition, path, (f"input {name}",))


class _Link(NamedTuple):
    """A node outside all branches that runs a workflow, as a sub-workflow or through a launch plan."""

    node: NodeRecord
    target: WorkflowAnalysis


def _links(context: Context) -> dict[WorkflowAnalysis, list[_Link]]:
    links: dict[WorkflowAnalysis, list[_Link]] = {}
    for kind in (NodeKind.LAUNCH_PLAN, NodeKind.SUB_WORKFLOW):
        for node in context.model.by_kind[kind]:
            target = node.target.workflow if isinstance(node.target, LaunchPlanRecord) else node.target
            if isinstance(target, WorkflowAnalysis) and not _is_conditional(node):
                links.setdefault(node.workflow, []).append(_Link(node, target.repeats or target))
    return links


def _is_conditional(node: NodeRecord) -> bool:
    """Tell whether a node runs in some executions only."""
    here: NodeRecord | None = node
    while here is not None:
        if here.role in (NodeRole.NESTED, NodeRole.FAILURE):
            return True
        here = here.parent
    return False


def _rings(links: dict[WorkflowAnalysis, list[_Link]]) -> Iterator[list[_Link]]:
    """Yield rings of workflows that launch each other, by the nodes that do, with a launch plan in each.

    Rings of sub-workflows alone do not compile, and are a finding of their own.
    """
    done: set[WorkflowAnalysis] = set()
    looked_at = 0
    for start in links:
        way: dict[WorkflowAnalysis, Iterator[_Link]] = {}
        taken: dict[WorkflowAnalysis, _Link] = {}
        if start not in done:
            way[start] = iter(links[start])
        while way:
            here = next(reversed(way))
            link = next(way[here], None)
            if link is None:
                way.pop(here)
                done.add(here)
                continue
            taken[here] = link
            if link.target in way:
                looked_at += 1
                if looked_at > MOST_LOOKED_AT:
                    return
                members = list(way)
                ring = [taken[member] for member in members[members.index(link.target) :]]
                if any(step.node.kind is NodeKind.LAUNCH_PLAN for step in ring):
                    yield _from_smallest(ring)
            elif link.target not in done:
                way[link.target] = iter(links.get(link.target, ()))


def _from_smallest(ring: list[_Link]) -> list[_Link]:
    first = min(range(len(ring)), key=lambda position: _name(ring[position].node.workflow))
    return ring[first:] + ring[:first]


def _name(workflow: WorkflowAnalysis) -> str:
    return "the workflow" if workflow.id is None else f"workflow `{workflow.id.name}`"

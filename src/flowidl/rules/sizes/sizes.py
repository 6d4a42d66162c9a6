"""Rules 800-819: what is too large or too deep: for one message, for the stored object, for registration.

Every service has a limit, and most can be set, so these are warnings where the usual limit is exceeded, and
errors where the caller names a budget (`flowidl.rules.sizes.budgets`) or describes the installation. As long
as everything is small, the price is that of asking each definition for its size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import NodeKind
from flowidl.findings import Phase
from flowidl.quantities import parse_quantity
from flowidl.rules.declaration import ERROR, INFO, WARNING, Found, rule
from flowidl.rules.phrases import entity, workflow_phrase
from flowidl.rules.sizes.budgets import ETCD, GRPC, NODES, Budget, parse_budget
from flowidl.rules.sizes.measures import Measure, measure, size_text
from flowidl.source.definitions import Kind, Place
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from google.protobuf.message import Message

    from flowidl.compiler.entities import TaskRecord, Unit, WorkflowAnalysis
    from flowidl.findings import Severity
    from flowidl.rules.context import Context
    from flowidl.source.definitions import Definition

#: What services and databases take unless they are told otherwise, and what registration does.
USUAL = (
    Budget("grpc-4mib", GRPC, 4 << 20),
    Budget("etcd-1.5mib", ETCD, 3 << 19),
    Budget("max-nodes=100", NODES, 100),
)
#: From this share of a named budget on, in percent, a note says how much of it is used.
NEAR = 80
#: More bytes than a node takes in a stored object beside its own.
MOST_PER_NODE = 600
#: Nesting at which readers stop, and at which a warning is due.
DEPTH_LIMIT, DEPTH_WARNING = 100, 80

REGISTERED = (Kind.TASK_SPEC, Kind.WORKFLOW_SPEC, Kind.LAUNCH_PLAN)


@rule("FI800", "definition-too-large", WARNING, Phase.REGISTRATION, covers=("AD-30",), reads=())
def definition_too_large(context: Context) -> Iterator[Found]:
    """A definition does not fit into one message

    What: a definition is larger than a message between services may be: the budget `grpc-...` of this run,
    or else the usual 4 MiB.

    Why it fails: the request that registers it is refused (`RESOURCE_EXHAUSTED`) unless the limit was raised
    on both sides.

    Fix: make it smaller: shorter node ids, fewer nodes, large constants as files.
    """
    for limit in _limits(context, GRPC):
        for definition in context.definitions:
            size = _size(definition) if definition.kind in REGISTERED else 0
            if size > limit.budget.limit:
                excess = f"has {size_text(size)}, more than the {limit.phrase} for one message"
                yield Found(
                    Place(definition),
                    f"{_phrase(definition)} {excess}",
                    "make it smaller, or raise the limit of the installation",
                    severity=limit.severity,
                )


@rule("FI801", "closure-too-large", WARNING, Phase.REGISTRATION, covers=("AD-30",), reads=())
def closure_too_large(context: Context) -> Iterator[Found]:
    """A compiled workflow is too large

    What: the closure that is compiled from a workflow, with all tasks that it uses, is larger than a
    message between services may be (the budget `grpc-...`, or else the usual 4 MiB), or than the
    installation lets workflows be.

    Why it fails: a workflow above the installation's limit is refused when it is registered. One that does
    not fit into a message is stored, and cannot be read back to be run or shown.

    Fix: see what takes the room, or split the workflow and run parts through launch plans.
    """
    for measured in context.once(_measured):
        for limit in measured.limits:
            if limit.budget.kind == GRPC and measured.measure.closure > limit.budget.limit:
                yield measured.found("compiles to", measured.measure.closure, limit)


@rule("FI802", "stored-object-too-large", WARNING, Phase.LAUNCH, covers=("AD-30",), reads=())
def stored_object_too_large(context: Context) -> Iterator[Found]:
    """An execution is too large to be stored

    What: the object that each execution of a workflow is stored as in Kubernetes is estimated to be larger
    than etcd takes: the budget `etcd-...` of this run, or else the usual 1.5 MiB. Some providers allow
    less. State is added to it while it runs.

    Why it fails: registration takes the workflow. Its executions cannot be created, or fail once their state
    has grown.

    Fix: see what takes the room, or split the workflow and run parts through launch plans.
    """
    for measured in context.once(_measured):
        for limit in measured.limits:
            if limit.budget.kind == ETCD and measured.measure.stored > limit.budget.limit:
                yield measured.found("is stored as about", measured.measure.stored, limit)


@rule(
    "FI803",
    "too-many-nodes",
    WARNING,
    Phase.REGISTRATION,
    covers=("AD-31", "QK-40"),
    reads=("core.WorkflowTemplate.nodes",),
)
def too_many_nodes(context: Context) -> Iterator[Found]:
    """A workflow has more nodes than registration takes

    What: a workflow has more nodes than the budget `max-nodes=...` of this run, than the installation
    allows, or else than the 100 that registration allows unless it is told otherwise. Nodes in branches and
    in sub-workflows do not count.

    Why it fails: registration refuses the workflow.

    Fix: map over a list, put parts into sub-workflows, or raise `registration.maxWorkflowNodes`.
    """
    for limit in _limits(context, NODES):
        for unit in context.model.units:
            count = len(unit.primary.nodes) - (2 if unit.precompiled else 0)
            if 0 < limit.budget.limit < count and unit.definition.kind is not Kind.DYNAMIC_JOB_SPEC:
                yield Found(
                    unit.primary.field("nodes"),
                    f"{workflow_phrase(unit.primary)} has {count} nodes, more than the {limit.phrase}",
                    "map over a list, use sub-workflows, or raise the limit of the installation",
                    severity=limit.severity,
                )


@rule("FI804", "nesting-near-limit", WARNING, Phase.READ, covers=(), reads=("core.TaskTemplate.custom",))
def nesting_near_limit(context: Context) -> Iterator[Found]:
    """Something is nested almost too deep to be read

    What: messages stand inside each other more than 80 deep: in a type, in a condition, in the custom
    settings or the pod spec of a task. Each level of JSON takes three.

    Why it fails: readers of Protobuf give up at 100. The definition is wrapped further when it is registered
    and compiled, so one that can just be read here cannot be read there.

    Fix: make the structure flatter.
    """
    from flowidl.rules.sizes.depth import is_deeper

    for part in _deep_parts(context):
        if is_deeper(part.message, DEPTH_WARNING - len(part.place.path)):
            yield Found(
                part.place,
                f"{part.phrase} is nested more than {DEPTH_WARNING} deep, and readers give up at "
                f"{DEPTH_LIMIT}",
                "make it flatter",
            )


@rule("FI805", "near-budget", INFO, Phase.REGISTRATION, covers=(), reads=())
def near_budget(context: Context) -> Iterator[Found]:
    """Most of a budget is used

    What: a workflow uses 80 % or more of a budget that was named for this run.

    Why it fails: it does not yet.

    Fix: see what takes the room.
    """
    for measured in context.once(_measured):
        for limit in measured.limits:
            used = measured.used(limit.budget)
            percent = used * 100 // max(limit.budget.limit, 1)
            if limit.named and percent >= NEAR and used <= limit.budget.limit:
                yield Found(
                    measured.unit.primary.place(),
                    f"{workflow_phrase(measured.unit.primary)} uses {percent} % of the {limit.phrase}",
                    notes=measured.measure.largest(),
                )


class _Limit(NamedTuple):
    """A limit: what follows `the` in a sentence, and the severity of exceeding it.

    `named`: the caller asked for it.
    """

    budget: Budget
    phrase: str
    severity: Severity | None
    named: bool


class _Measured(NamedTuple):
    """A unit that is large enough to be measured."""

    unit: Unit
    measure: Measure
    limits: tuple[_Limit, ...]

    def found(self, verb: str, size: int, limit: _Limit) -> Found:
        """Say that a size exceeds a limit, and what takes the room."""
        return Found(
            self.unit.primary.place(),
            f"{workflow_phrase(self.unit.primary)} {verb} {size_text(size)}, more than the {limit.phrase}",
            "see what takes the room, or split the workflow",
            notes=(_counts(self.measure), *self.measure.largest()),
            severity=limit.severity,
        )

    def used(self, budget: Budget) -> int:
        """Return how much of a budget the unit uses."""
        figures = {GRPC: self.measure.closure, ETCD: self.measure.stored, NODES: self.measure.nodes}
        return figures[budget.kind]


class _Nested(NamedTuple):
    """A message that may be nested deep."""

    phrase: str
    message: Message
    place: Place


def _counts(measure: Measure) -> str:
    return f"{measure.all_nodes} nodes with nested ones and sub-workflows, {measure.edges} edges"


def _limits(context: Context, *kinds: str) -> list[_Limit]:
    """Return the limits of these kinds: those of the caller and the installation, or else the usual ones."""
    options = context.options
    named = [_parsed(text) for text in options.budgets]
    found = [_Limit(budget, f"budget of {_amount(budget)}", ERROR, True) for budget in named if budget]
    platform = options.platform
    if platform.max_workflow_nodes is not None:
        budget = Budget("", NODES, platform.max_workflow_nodes)
        found.append(_Limit(budget, f"installation's limit of {_amount(budget)}", ERROR, False))
    size = None if platform.workflow_size is None else parse_quantity(platform.workflow_size)
    if size is not None and size.whole > 0:
        budget = Budget("", GRPC, size.whole)
        found.append(_Limit(budget, f"installation's limit of {_amount(budget)}", ERROR, False))
    told = {limit.budget.kind for limit in found}
    for budget in USUAL:
        if budget.kind not in told:
            found.append(_Limit(budget, f"usual limit of {_amount(budget)}", None, False))
    return [limit for limit in found if limit.budget.kind in kinds]


def _parsed(text: str) -> Budget | None:
    """Read a budget; who asked for one that is none was told when the options were read."""
    try:
        return parse_budget(text)
    except ValueError:
        return None


def _amount(budget: Budget) -> str:
    return f"{budget.limit} nodes" if budget.kind == NODES else size_text(budget.limit)


def _measured(context: Context) -> tuple[_Measured, ...]:
    limits = tuple(_limits(context, GRPC, ETCD, NODES))
    tasks = sum(
        _size(d) for d in context.definitions if d.kind in (Kind.TASK_SPEC, Kind.TASK_TEMPLATE, Kind.TASK)
    )
    return tuple(
        _Measured(unit, measure(unit), limits)
        for unit in context.model.units
        if any(_may_reach(unit, tasks, limit) for limit in limits)
    )


def _may_reach(unit: Unit, tasks: int, limit: _Limit) -> bool:
    """Tell whether a unit, with all tasks of the input, may come near a limit, at the price of a few sums."""
    nodes = sum(len(workflow.nodes) for workflow in unit.workflows)
    if limit.budget.kind == NODES:
        return limit.named and nodes * 100 >= limit.budget.limit * NEAR
    return 2 * (_size(unit.definition) + tasks) + MOST_PER_NODE * nodes >= limit.budget.limit * NEAR // 100


def _size(definition: Definition) -> int:
    data = definition.origin.data
    return definition.message.ByteSize() if data is None else len(data)


def _phrase(definition: Definition) -> str:
    return "the definition" if definition.id is None else entity(definition.id)


def _deep_parts(context: Context) -> Iterator[_Nested]:
    """Yield the parts of definitions that can be nested without end and usually are not small."""
    for task in context.model.tasks:
        template = task.template
        words = "the task" if task.id is None else entity(task.id)
        yield _Nested(f"the custom part of {words}", template.custom, task.field("custom"))
        if template.HasField("k8s_pod"):
            place = task.field("k8s_pod", "pod_spec")
            yield _Nested(f"the pod spec of {words}", template.k8s_pod.pod_spec, place)
    for branch in context.model.by_kind[NodeKind.BRANCH]:
        if branch.parent is None and branch.message is not None:
            yield _Nested(f"branch {branch.id}", branch.message, branch.place())
    yield from _types(context)


def _types(context: Context) -> Iterable[_Nested]:
    """Yield every distinct type of an interface, once."""
    seen: set[int] = set()
    records: list[TaskRecord | WorkflowAnalysis] = [*context.model.tasks]
    records += [unit.primary for unit in context.model.units]
    for record in records:
        interface = record.interface
        if interface is None:
            continue
        for side, variables in (("inputs", interface.inputs), ("outputs", interface.outputs)):
            for name, type in variables.items():
                if id(type) not in seen:
                    seen.add(id(type))
                    place = record.field("interface", side, "variables").key(name).field("type")
                    yield _Nested(f"the type of `{name}`", type.message, place)

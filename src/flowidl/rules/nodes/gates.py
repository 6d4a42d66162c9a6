"""Rules 570-579: gates that compile and then wait for the wrong thing, for ever, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import NodeKind, NodeRole
from flowidl.core.v1.types_pb2 import SimpleType
from flowidl.findings import Phase
from flowidl.rules.declaration import ERROR, WARNING, Found, rule
from flowidl.rules.nodes.durations import duration_text, in_nanos
from flowidl.rules.phrases import node_phrase, quoted, type_phrase
from flowidl.tuples import NamedTuple
from flowidl.types.kinds import TypeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from flowidl.compiler.entities import NodeRecord, Unit, WorkflowAnalysis
    from flowidl.rules.context import Context
    from flowidl.source.definitions import Place
    from flowidl.types.table import Type

SIGNALS = (NodeKind.APPROVE, NodeKind.SIGNAL)


@rule(
    "FI570",
    "empty-signal-id",
    ERROR,
    Phase.RUN,
    covers=("RT-16",),
    reads=("core.ApproveCondition.signal_id", "core.SignalCondition.signal_id"),
)
def empty_signal_id(context: Context) -> Iterator[Found]:
    """A gate has no signal id

    What: the `signal_id` of an approve or signal gate is empty.

    Why it fails: registration takes it. At run time the control plane refuses to make a signal without an
    id, and the node is retried until it fails with a system error.

    Fix: set the signal id; it is the name under which people find what waits for them.
    """
    for kind in SIGNALS:
        for node in context.model.by_kind[kind]:
            if not _signal_id(node):
                yield Found(
                    _signal_place(node),
                    f"{kind.value} {_id(node)} has no signal id",
                    "set `signal_id` to a name that says what is waited for",
                )


@rule(
    "FI571",
    "repeated-signal-id",
    ERROR,
    Phase.RUN,
    covers=("RT-17",),
    reads=("core.ApproveCondition.signal_id", "core.SignalCondition.signal_id", "core.SignalCondition.type"),
)
def repeated_signal_id(context: Context) -> Iterator[Found]:
    """Two gates wait for one signal

    What: two approve or signal gates of one execution have the same signal id. Sub-workflows run inside the
    execution, so their gates count, and those of a sub-workflow that runs twice count twice.

    Why it fails: both gates share the signal that is made first. One answer releases both, and if they wait
    for values of different types, one of them is given a value of the wrong type; that is an error, unless
    the two may never run together.

    Fix: give each gate its own signal id.
    """
    gates: dict[Unit, list[NodeRecord]] = {}
    for kind in SIGNALS:
        for node in context.model.by_kind[kind]:
            gates.setdefault(node.workflow.unit, []).append(node)
    for own in gates.values():
        yield from _repeated(context, own)


@rule(
    "FI572",
    "sleep-without-duration",
    WARNING,
    Phase.RUN,
    covers=("RT-18",),
    reads=("core.SleepCondition.duration",),
)
def sleep_without_duration(context: Context) -> Iterator[Found]:
    """A sleep gate does not sleep

    What: the duration of a sleep gate is missing, zero or negative.

    Why it fails: it does not wait at all: the node completes at once.

    Fix: set a positive duration, or remove the node.
    """
    for node in context.model.by_kind[NodeKind.SLEEP]:
        assert node.message is not None
        sleep = node.message.gate_node.sleep
        nanos = in_nanos(sleep.duration)
        if nanos <= 0:
            given = (
                "no duration"
                if not sleep.HasField("duration")
                else f"duration {duration_text(sleep.duration)}"
            )
            yield Found(
                node.field("gate_node", "sleep", "duration"),
                f"{NodeKind.SLEEP.value} {_id(node)} has {given} and so does not wait",
                "set a positive duration, or remove the node",
            )


@rule(
    "FI573",
    "sleep-longer-than-timeout",
    WARNING,
    Phase.RUN,
    covers=("RT-18", "RT-57"),
    reads=("core.SleepCondition.duration", "core.NodeMetadata.timeout"),
)
def sleep_longer_than_timeout(context: Context) -> Iterator[Found]:
    """A sleep gate sleeps longer than its node may take

    What: the duration of a sleep gate is longer than the timeout of its node. Python tools give gates a
    timeout of one hour unless they are told another.

    Why it fails: the node times out while it sleeps.

    Fix: raise or remove the node's timeout.
    """
    for node in context.model.by_kind[NodeKind.SLEEP]:
        assert node.message is not None
        duration, timeout = node.message.gate_node.sleep.duration, node.message.metadata.timeout
        if 0 < in_nanos(timeout) < in_nanos(duration):
            yield Found(
                node.field("gate_node", "sleep", "duration"),
                f"{NodeKind.SLEEP.value} {_id(node)} sleeps {duration_text(duration)}, "
                f"longer than the node's timeout of {duration_text(timeout)}",
                "raise or remove the node's timeout",
                related=(("the timeout", node.field("metadata", "timeout")),),
            )


@rule(
    "FI574",
    "unsettable-signal",
    WARNING,
    Phase.RUN,
    covers=("RT-20", "QK-24"),
    reads=("core.SignalCondition.type",),
)
def unsettable_signal(context: Context) -> Iterator[Found]:
    """A signal has a type for which no value is taken

    What: a signal gate waits for a union of several types, an optional value for instance.

    Why it fails: when the signal is set, the back end asks whether the gate's type fits the type of the
    value, rather than the reverse. A union of several types fits no plain value, so every answer is refused
    and the execution waits for ever.

    Fix: let the gate wait for one plain type.
    """
    for node in context.model.by_kind[NodeKind.SIGNAL]:
        type = _waits_for(context, node)
        if type.kind is TypeKind.UNION and len(type.variants) > 1:
            yield Found(
                node.field("gate_node", "signal", "type"),
                f"{NodeKind.SIGNAL.value} {_id(node)} waits for {type_phrase(type)}, and no value "
                "fits all of that",
                "let it wait for one plain type",
            )


class _Waiting(NamedTuple):
    """A gate, what it waits for, and whether every execution of the unit gets to it."""

    node: NodeRecord
    type: Type
    certain: bool


def _repeated(context: Context, gates: list[NodeRecord]) -> Iterator[Found]:
    runs = _runs(gates[0].workflow.unit)
    first: dict[str, _Waiting] = {}
    for node in gates:
        id = _signal_id(node)
        if not id or node.workflow not in runs.all or node.role is NodeRole.INNER:
            continue
        certain = node.workflow in runs.certain and node.parent is None
        gate = _Waiting(node, _waits_for(context, node), certain)
        known = first.setdefault(id, gate)
        if known is not gate:
            if not _exclusive(known.node, node):
                yield _twice(known, gate)
        elif node.workflow in runs.many:
            yield _shared(node, id)


def _twice(first: _Waiting, second: _Waiting) -> Found:
    id = quoted(_signal_id(second.node))
    differ = first.type is not second.type
    message = f"{second.node.kind.value} {_id(second.node)} waits for signal {id}, as {_id(first.node)} does"
    if differ:
        message += f", for {type_phrase(second.type)} and not {type_phrase(first.type)}"
    certain = differ and first.certain and second.certain
    return Found(
        _signal_place(second.node),
        message,
        "give each gate its own signal id",
        related=(("the other gate", _signal_place(first.node)),),
        severity=None if certain else WARNING,
    )


def _shared(node: NodeRecord, id: str) -> Found:
    return Found(
        _signal_place(node),
        f"{node.kind.value} {_id(node)} waits for signal {quoted(id)} in a sub-workflow that runs "
        "more than once, "
        "so one answer releases all of its runs",
        "use the sub-workflow once, or run it through a launch plan",
        severity=WARNING,
    )


class _Runs(NamedTuple):
    """The workflows that run inside one execution: all, those that may do so twice, those that always do."""

    all: set[WorkflowAnalysis]
    many: set[WorkflowAnalysis]
    certain: set[WorkflowAnalysis]


def _runs(unit: Unit) -> _Runs:
    everything = _closure({unit.primary}, lambda node: True)
    uses: dict[WorkflowAnalysis, list[NodeRecord]] = {}
    for outer in everything:
        for node, inner in outer.refers:
            uses.setdefault(inner, []).append(node)
    many = {inner for inner, nodes in uses.items() if _several(nodes)}
    certain = _closure({unit.primary}, lambda node: node.role is NodeRole.TOP)
    return _Runs(everything, _closure(many, lambda node: True), certain)


def _closure(start: set[WorkflowAnalysis], follow: Callable[[NodeRecord], bool]) -> set[WorkflowAnalysis]:
    """Return the workflows that `start` leads to by nodes that are to be followed, itself included."""
    found, waiting = set(start), list(start)
    while waiting:
        for node, inner in waiting.pop().refers:
            if inner not in found and follow(node):
                found.add(inner)
                waiting.append(inner)
    return found


#: Of so many uses of one sub-workflow it is looked up whether they exclude each other.
_FEW = 8


def _several(nodes: Sequence[NodeRecord]) -> bool:
    """Tell whether two of these nodes may run in one execution."""
    if len(nodes) > _FEW:
        return True
    pairs = ((one, other) for position, one in enumerate(nodes) for other in nodes[position + 1 :])
    return any(not _exclusive(one, other) for one, other in pairs)


def _exclusive(one: NodeRecord, other: NodeRecord) -> bool:
    """Tell whether two nodes stand in different alternatives of one branch, or somewhere of that kind."""
    if one.workflow is not other.workflow:
        return False
    places: dict[NodeRecord, int] = {}
    node = one
    while node.parent is not None:
        places[node.parent] = node.position
        node = node.parent
    node = other
    while node.parent is not None:
        if node.parent in places and places[node.parent] != node.position:
            return True
        node = node.parent
    return False


def _waits_for(context: Context, node: NodeRecord) -> Type:
    """The type of a gate's value; an approval is a boolean."""
    types = context.model.types
    assert node.message is not None
    if node.kind is NodeKind.APPROVE:
        return types.simple(SimpleType.BOOLEAN)
    return types.intern(node.message.gate_node.signal.type)


def _signal_id(node: NodeRecord) -> str:
    assert node.message is not None
    gate = node.message.gate_node
    return gate.approve.signal_id if node.kind is NodeKind.APPROVE else gate.signal.signal_id


def _signal_place(node: NodeRecord) -> Place:
    return node.field("gate_node", "approve" if node.kind is NodeKind.APPROVE else "signal", "signal_id")


def _id(node: NodeRecord) -> str:
    return node_phrase(node).removeprefix("node ")

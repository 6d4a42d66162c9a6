"""Rules 300-339: the graph of nodes. Rings, and nodes that nothing leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler import faults
from flowidl.findings import Phase
from flowidl.rules.declaration import ERROR, Found, rule
from flowidl.rules.graph.edges import dependency
from flowidl.rules.phrases import MOST, found, listed, node_phrase, quoted, workflow_phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.entities import NodeRecord
    from flowidl.rules.context import Context

READS = (
    "core.Node.id",
    "core.Node.upstream_node_ids",
    "core.OutputReference.node_id",
    "core.BindingData.promise",
)


@rule(
    "FI300",
    "cycle",
    ERROR,
    Phase.REGISTRATION,
    reference="CycleDetected",
    covers=("WF-25", "QK-33"),
    reads=READS,
)
def cycle(context: Context) -> Iterator[Found]:
    """Nodes wait for each other in a ring

    What: each node of the ring takes an output of the one before it, or lists it as upstream.

    Why it fails: none of them can start. Registration refuses the workflow.

    Fix: remove one of the dependencies that the notes list. To repeat work use a dynamic task or a
    sub-workflow under a condition.
    """
    for fault in context.faults(faults.Cycle):
        ring = fault.facts.ring
        yield found(fault, _sentence(ring), _help(ring), notes=_notes(ring))._replace(place=ring[0].place())


@rule(
    "FI301",
    "unfed-cycle",
    ERROR,
    Phase.REGISTRATION,
    reference="UnreachableNodes",
    covers=("WF-26", "QK-14"),
    reads=READS,
)
def unfed_cycle(context: Context) -> Iterator[Found]:
    """Nodes wait for each other in a ring that nothing leads to

    What: each node of the ring takes an output of the one before it, or lists it as upstream, and no node
    of the ring depends on anything else.

    Why it fails: none of them can start. The reference compiler calls such nodes unreachable, for it never
    gets there to see the ring.

    Fix: remove one of the dependencies that the notes list.
    """
    for fault in context.faults(faults.Unreachable):
        for number, ring in enumerate(fault.facts.rings):
            result = found(fault, _sentence(ring), _help(ring), notes=_notes(ring))
            yield result._replace(place=ring[0].place(), key=fault if number == 0 else None)


@rule(
    "FI302",
    "unreachable-node",
    ERROR,
    Phase.REGISTRATION,
    reference="UnreachableNodes",
    covers=("WF-26", "QK-15", "QK-33"),
    reads=READS,
)
def unreachable_node(context: Context) -> Iterator[Found]:
    """Nothing leads to a node

    What: the node cannot be reached from the start of the workflow, because what it waits for does not
    exist or is itself faulty. Nodes that wait for nothing start at once and are never unreachable.

    Why it fails: registration refuses the workflow, because the node could never start.

    Fix: correct what the node waits for. Mostly this finding follows from another one, which names the cause.
    """
    for fault in context.faults(faults.Unreachable):
        facts = fault.facts
        nodes, rings, unknown = facts.nodes, facts.rings, facts.unknown
        if rings or not nodes:
            continue
        first, rest = nodes[0], nodes[1:]
        message = f"nothing leads to {node_phrase(first)}"
        if rest:
            message += f" and {len(rest)} other node{'s' if len(rest) > 1 else ''}"
        result = found(
            fault,
            message,
            "correct what it waits for",
            notes=(f"unreachable: {listed(node.id for node in nodes)}",) if rest else (),
        )
        cause = fault.cause or (upstream_key(*unknown[0]) if unknown else None)
        yield result._replace(place=first.place(), cause=cause)


def upstream_key(node: NodeRecord, id: str) -> object:
    """The key of a finding about an upstream id that does not exist, see `rules/graph_lint.py`."""
    return ("upstream", node, id)


def _sentence(ring: tuple[NodeRecord, ...]) -> str:
    if len(ring) == 1:
        return f"{node_phrase(ring[0])} waits for itself"
    ids = [quoted(node.id) for node in ring[:MOST]]
    gap = f" > {len(ring) - MOST} more" if len(ring) > MOST else ""
    return f"nodes wait for each other in a ring: {' > '.join(ids)}{gap} > {ids[0]}"


def _help(ring: tuple[NodeRecord, ...]) -> str:
    return f"remove one of these dependencies from {workflow_phrase(ring[0].workflow)}"


def _notes(ring: tuple[NodeRecord, ...]) -> tuple[str, ...]:
    """Say for each node of the ring how the next one depends on it."""
    pairs = zip(ring, (*ring[1:], ring[0]), strict=True)
    lines = [f"{quoted(after.id)} {dependency(before, after)} {quoted(before.id)}" for before, after in pairs]
    return tuple(lines[:MOST]) if len(lines) <= MOST else (*lines[:MOST], f"and {len(lines) - MOST} more")

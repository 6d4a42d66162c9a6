"""Facts about the graph of one workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.faults.fact import Fact

if TYPE_CHECKING:
    from flowidl.compiler.entities import NodeRecord


class Cycle(Fact, code="CycleDetected"):
    """Nodes that wait for each other, and are reached. `ring` starts with its smallest id."""

    ring: tuple[NodeRecord, ...]


class Unreachable(Fact, code="UnreachableNodes"):
    """Nodes that are never reached from the start node, sorted by id.

    `rings` are the cycles among them (QK-14), each starting with its smallest id; `unknown` are upstream ids
    of theirs that name no node. If all of it only echoes earlier faults (QK-15), the first of those is the
    `cause`.
    """

    nodes: tuple[NodeRecord, ...]
    rings: tuple[tuple[NodeRecord, ...], ...]
    unknown: tuple[tuple[NodeRecord, str], ...]


class CompiledTooOften(Fact):
    """A sub-workflow with branches is used by so many others that its compiled form would not fit anywhere.

    The reference compiles it once for each way to it, and the ids of nested nodes grow each time (QK-16).
    """

    sub_workflow: str

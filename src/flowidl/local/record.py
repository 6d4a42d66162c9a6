"""What came of a run: an `Execution` with a record of every node, as values."""

from __future__ import annotations

import enum
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
    from flowidl.core.v1.literals_pb2 import Literal, LiteralMap
    from flowidl.core.v1.types_pb2 import LiteralType
    from flowidl.local.events import Event


class State(enum.StrEnum):
    """How far a node, or a run, came."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    #: The outputs came from the cache.
    CACHED = "cached"
    FAILED = "failed"
    #: A branch that was not chosen.
    SKIPPED = "skipped"
    #: Stopped, or never started, because something else failed.
    ABORTED = "aborted"

    @property
    def is_success(self) -> bool:
        """Whether there are outputs."""
        return self in (State.SUCCEEDED, State.CACHED)


@dataclass(eq=False)
class NodeRecord:
    """What happened at one node. Times are seconds since the epoch."""

    #: Where: node ids from the outside in, with the index of an array's element: `n0 > n1[3]`.
    path: str
    #: What ran: the name of a task, workflow or launch plan; a gate's name; else the kind of node.
    entity: str
    state: State = State.RUNNING
    inputs: LiteralMap | None = None
    outputs: LiteralMap | None = None
    start: float = field(default_factory=time.time)
    end: float | None = None
    #: How often its task was tried.
    attempts: int = 0
    error: BaseException | None = None
    #: What a dynamic task made.
    job: DynamicJobSpec | None = None

    @property
    def duration(self) -> float:
        """Seconds from start to end, or until now."""
        return (self.end or time.time()) - self.start


@dataclass(eq=False)
class Execution:
    """A run of a workflow: its state, its outputs, and what happened at each node, in the order of starts."""

    workflow: str
    state: State
    inputs: LiteralMap
    #: `None` unless the run succeeded.
    outputs: LiteralMap | None
    nodes: list[NodeRecord]
    events: list[Event]
    start: float
    end: float
    #: The first failure: the user's own exception, or one of `flowidl.local.errors`.
    error: BaseException | None = None
    #: The types of the outputs, in order.
    output_types: dict[str, LiteralType] = field(default_factory=dict[str, "LiteralType"])

    def raise_for_failure(self) -> Execution:
        """Raise what the run failed with, unchanged, if it failed."""
        if self.error is not None:
            raise self.error
        return self

    def node(self, path: str) -> NodeRecord:
        """Return the last record of a path; raise `KeyError` if nothing happened there."""
        for each in reversed(self.nodes):
            if each.path == path:
                return each
        raise KeyError(path)

    def values(self) -> dict[str, Any]:
        """Return the outputs as Python values, as plain as their types allow; raise if the run failed."""
        from flowidl.values import from_literal

        self.raise_for_failure()
        found: Mapping[str, Literal] = {} if self.outputs is None else self.outputs.literals
        return {name: from_literal(found[name], self.output_types[name], name=name) for name in found}

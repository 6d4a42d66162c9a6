"""The progress of a run, as it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from flowidl.local.record import NodeRecord, State


class Event(NamedTuple):
    """A node came into a state. `time` is in seconds since the epoch."""

    time: float
    path: str
    state: State
    record: NodeRecord

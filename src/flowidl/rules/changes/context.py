"""What a rule about two versions may look at."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from flowidl.changes.entities import EntityKey
from flowidl.compiler.entities import LaunchPlanRecord, WorkflowAnalysis
from flowidl.types import TypeTable, castable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flowidl.changes.compare import Comparison
    from flowidl.changes.entities import Entity
    from flowidl.compiler.interfaces import Interface
    from flowidl.source.definitions import Definition
    from flowidl.types import Type


class Api(enum.Enum):
    """Whose callers count: those of everything that can be called, or of launch plans alone."""

    ALL = "all"
    LAUNCH_PLANS = "launch-plans"


class PairContext:
    """Two versions, frozen: rules read it and yield. Types of both are interned in one table."""

    def __init__(
        self, comparison: Comparison, api: Api = Api.ALL, callers: Sequence[Definition] = ()
    ) -> None:
        self.comparison = comparison
        self.api = api
        #: Definitions of callers that are known.
        self.callers = tuple(callers)
        self.types = TypeTable()
        self._run_by_plans = {
            EntityKey.of(entity.record.workflow_id)
            for entity in comparison.old.values()
            if isinstance(entity.record, LaunchPlanRecord) and entity.record.workflow_id is not None
        }

    def is_api(self, entity: Entity) -> bool:
        """Whether somebody may call this entity of OLD: launch plans, tasks, and workflows that no plan of
        OLD runs.
        """
        if isinstance(entity.record, LaunchPlanRecord):
            return True
        if self.api is Api.LAUNCH_PLANS:
            return False
        return not isinstance(entity.record, WorkflowAnalysis) or entity.key not in self._run_by_plans

    def callable_in_both(self) -> Iterator[tuple[Entity, Entity]]:
        """Yield what somebody may call and both versions have."""
        return (pair for pair in self.comparison.both if self.is_api(pair[0]))

    def interfaces(self, old: Entity, new: Entity) -> tuple[Interface, Interface] | None:
        """Return both interfaces, or `None` where one is not known."""
        before, after = _interface(old), _interface(new)
        return None if before is None or after is None else (before, after)

    def fits(self, given: Type, expected: Type) -> bool:
        """Tell whether the compiler casts a type of one version to one of the other."""
        up, down = self.types.intern(given.message), self.types.intern(expected.message)
        return castable(self.types, up, down).fits

    def stopped_fitting(self, given: Type, expected: Type, itself: Type) -> bool:
        """Tell whether `given` no longer casts to `expected`, and did so to the old type, `itself`.

        What was not castable to itself had no caller that compiled, and breaks none.
        """
        return not self.fits(given, expected) and self.fits(itself, itself)


def _interface(entity: Entity) -> Interface | None:
    record = entity.record
    if isinstance(record, LaunchPlanRecord):
        return record.interface if record.known and record.is_sound else None
    return record.interface

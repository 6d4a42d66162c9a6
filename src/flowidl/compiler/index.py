"""Finding definitions by identifier: exactly, or with empty parts standing for any.

Packages leave project, domain and version to registration, on either side of a reference. An identifier that
has no exact match is therefore looked up by the parts that both sides fill in. Every lookup takes constant
time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from flowidl.names import EntityId

Record = TypeVar("Record")

#: Which of project, domain and version are filled in.
_Pattern = tuple[bool, bool, bool]


class Index(Generic[Record]):
    """Records of one sort by identifier. Of records with one identifier the first is found."""

    __slots__ = ("_by_pattern", "_exact", "_exactly", "_masked")

    def __init__(self, *, exactly: bool = False) -> None:
        self._exactly = exactly
        self._exact: dict[EntityId, Record] = {}
        self._by_pattern: dict[_Pattern, list[EntityId]] = {}
        self._masked: dict[tuple[_Pattern, _Pattern], dict[tuple[object, ...], EntityId]] = {}

    def add(self, id: EntityId, record: Record) -> bool:
        """Add a record; tell whether it is the first of its identifier.

        All are added before the first lookup.
        """
        if id in self._exact:
            return False
        self._exact[id] = record
        self._by_pattern.setdefault(_pattern(id), []).append(id)
        return True

    def find(self, id: EntityId) -> Record | None:
        """Return the record that `id` names, or `None`."""
        found = self._exact.get(id)
        if found is not None or self._exactly:
            return found
        asked = _pattern(id)
        for pattern, ids in self._by_pattern.items():
            both = (asked[0] and pattern[0], asked[1] and pattern[1], asked[2] and pattern[2])
            table = self._masked.get((pattern, both))
            if table is None:
                table = self._masked[pattern, both] = {_masked(one, both): one for one in reversed(ids)}
            match = table.get(_masked(id, both))
            if match is not None:
                return self._exact[match]
        return None


def _pattern(id: EntityId) -> _Pattern:
    return (bool(id.project), bool(id.domain), bool(id.version))


def _masked(id: EntityId, mask: _Pattern) -> tuple[object, ...]:
    return (
        id.resource_type,
        id.name,
        id.org,
        id.project if mask[0] else "",
        id.domain if mask[1] else "",
        id.version if mask[2] else "",
    )

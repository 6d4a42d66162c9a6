"""Finding definitions by identifier: exactly, or with empty parts standing for any.

Packages leave project, domain and version to registration, on either side of a reference. An identifier that
has no exact match is therefore looked up by the parts that both sides fill in. Every lookup takes constant
time, but for those identifiers that are defined several times.

Which of several definitions a workflow means is not written anywhere. What SDKs write comes in the order in
which it was made, so it is the nearest one before the workflow in the same folder. If there is none there,
and the definitions do not look the same to those who use them, the choice is not certain, and nobody is to be
blamed for it. The choice never depends on the order in which files are given. Of messages that come from no
file the first counts, as at registration.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

from flowidl.names import natural_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowidl.names import EntityId
    from flowidl.source.definitions import Definition


class Defined(Protocol):
    """A record of something that is defined, and how it looks to those who use it."""

    @property
    def definition(self) -> Definition:
        """Where it is defined."""
        ...

    @property
    def contract(self) -> tuple[object, ...]:
        """What its users rely on: equal for two that may stand for each other."""
        ...


Record = TypeVar("Record", bound=Defined)

#: Which of project, domain and version are filled in.
_Pattern = tuple[bool, bool, bool]


class Choice(NamedTuple, Generic[Record]):
    """The definition that a reference means.

    `certain` is false if it may as well mean another one, which looks different to its user; `nearest` then
    tells that this is the nearest one before its user in the same folder.
    """

    record: Record
    certain: bool
    nearest: bool = False


class Index(Generic[Record]):
    """Records of one kind by identifier."""

    __slots__ = ("_by_pattern", "_exact", "_exactly", "_masked", "_repeated")

    def __init__(self, *, exactly: bool = False) -> None:
        self._exactly = exactly
        self._exact: dict[EntityId, Record] = {}
        #: All records of the identifiers that have several.
        self._repeated: dict[EntityId, list[Record]] = {}
        self._by_pattern: dict[_Pattern, list[EntityId]] = {}
        self._masked: dict[tuple[_Pattern, _Pattern], dict[tuple[object, ...], list[EntityId]]] = {}

    def add(self, id: EntityId, record: Record) -> bool:
        """Add a record; tell whether it is the first of its identifier.

        All are added before the first lookup.
        """
        if id in self._exact:
            self._repeated.setdefault(id, [self._exact[id]]).append(record)
            return False
        self._exact[id] = record
        self._by_pattern.setdefault(_pattern(id), []).append(id)
        return True

    def find(self, id: EntityId) -> Record | None:
        """Return the record that `id` names, the first added of several, or `None`."""
        ids = self._matching(id)
        return self._exact[ids[0]] if ids else None

    def is_single(self, id: EntityId) -> bool:
        """Tell whether at most one record has the name `id`, so that it means the same to every user."""
        ids = self._matching(id)
        return len(ids) < 2 and not any(one in self._repeated for one in ids)

    def choose(self, id: EntityId, user: Definition) -> Choice[Record] | None:
        """Return the record that `id` means where a definition uses it, or `None` if there is none."""
        ids = self._matching(id)
        if not ids:
            return None
        if len(ids) == 1 and (self._exactly or ids[0] not in self._repeated):
            return Choice(self._exact[ids[0]], certain=True)
        records = [record for one in ids for record in self._all(one)]
        if all(record.definition is user or folder_of(record.definition) is None for record in records):
            # a definition that brings its own, or messages in an order of their own: the first is registered
            return Choice(records[0], certain=True)
        return _chosen(records, user)

    def has_doubts(self) -> bool:
        """Tell whether a reference may mean several definitions that look different to its user."""
        names = {(id.resource_type, id.name) for id in self._exact}
        return len(names) < len(self._exact) or any(map(_differ, self._repeated.values()))

    def _all(self, id: EntityId) -> Sequence[Record]:
        return self._repeated.get(id) or (self._exact[id],)

    def _matching(self, id: EntityId) -> Sequence[EntityId]:
        """Return the identifiers that `id` stands for."""
        if id in self._exact:
            return (id,)
        if self._exactly:
            return ()
        asked = _pattern(id)
        for pattern, ids in self._by_pattern.items():
            both = (asked[0] and pattern[0], asked[1] and pattern[1], asked[2] and pattern[2])
            table = self._masked.get((pattern, both))
            if table is None:
                table = self._masked[pattern, both] = {}
                for one in ids:
                    table.setdefault(_masked(one, both), []).append(one)
            match = table.get(_masked(id, both))
            if match:
                return match
        return ()


def _chosen(records: Sequence[Record], user: Definition) -> Choice[Record]:
    """Choose among definitions of one identifier: the nearest before its user in the same folder."""
    ordered = sorted(records, key=lambda record: position(record.definition))
    folder, here = folder_of(user), position(user)
    beside = [record for record in ordered if folder and folder_of(record.definition) == folder]
    before = bisect_right([position(record.definition) for record in beside], here)
    if before:
        return Choice(beside[before - 1], certain=not _differ(ordered), nearest=True)
    pool = beside or ordered
    return Choice(pool[0], certain=not _differ(pool))


def _differ(records: Sequence[Defined]) -> bool:
    return any(record.contract != records[0].contract for record in records)


def position(definition: Definition) -> tuple[object, ...]:
    """Return where a definition stands among others: a key that sorts them as people list their files."""
    origin = definition.origin
    return natural_key(origin.file), natural_key(origin.member)


def folder_of(definition: Definition) -> tuple[str, str] | None:
    """Return the folder of a definition's file, with the archive it is in; `None` if it is in no file."""
    origin = definition.origin
    if origin.member:
        return origin.file, _parent(origin.member.removeprefix("./"))
    return (_parent(origin.file), "") if origin.file else None


def _parent(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[0]


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

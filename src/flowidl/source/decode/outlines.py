"""Bytes and JSON as detection sees them: see `flowidl.source.decode.detect.Outline`.

Both look at a bounded part of the content only, so that telling the kind costs little however large it is.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from flowidl.source.messages import descriptor
from flowidl.source.wire.encoding import fields, read_varint
from flowidl.source.wire.tables import STRING, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.source.definitions import Kind
    from flowidl.source.wire.tables import Field

#: Fields looked at for a share, fields looked at in one message, and entries looked at of one list.
_FIELDS = 400
_WIDTH = 1000
_ENTRIES = 3

_RESOURCE_TYPE = 1 << 3


class WireOutline:
    """The outline of a message's bytes. Bytes that end early are seen as far as they go."""

    __slots__ = ("_data", "_tables", "_walked")

    has_names = False

    def __init__(self, data: bytes, tables: dict[str, Table] | None = None) -> None:
        self._data = data
        self._tables: dict[str, Table] = {} if tables is None else tables
        #: What the wire says of a range, which is the same whatever kind it is read as.
        self._walked: dict[tuple[int, int], list[tuple[int, int, int]]] = {}

    def resource_types(self, kind: Kind, path: tuple[str, ...]) -> set[int] | None:
        """Return the resource types of identifiers at `path`, read as `kind`; `None` if there is none."""
        spots = [(0, len(self._data), self._table(kind))]
        for name in path:
            spots = [inner for spot in spots for inner in self._inside(name, *spot)][:_ENTRIES]
        found: set[int] = set()
        for start, end, table in spots:
            types = [
                read_varint(self._data, first)[0]
                for tag, _, first, _ in self._fields(start, end, table)
                if tag == _RESOURCE_TYPE
            ]
            found.add(types[-1] if types else 0)
        return found or None

    def has(self, kind: Kind, names: tuple[str, ...]) -> bool:
        """Tell whether one of these fields is there."""
        present = self._fields(0, len(self._data), self._table(kind))
        return any(field is not None and field.name in names for _, field, _, _ in present)

    def share_known(self, kind: Kind) -> float:
        """Return which share of the bytes is known to `kind`, 0 to 1."""
        known = unknown = 0
        waiting = [(0, len(self._data), self._table(kind))]
        budget = _FIELDS
        while waiting and budget:
            start, end, table = waiting.pop()
            behind = start
            for _, field, first, value, behind in fields(self._data, start, end, table, cut=True):
                budget -= 1
                if field is None or (field.code == STRING and not _is_text(self._data[value:behind])):
                    unknown += behind - first
                elif field.table is None:
                    known += behind - first
                else:
                    known += value - first
                    waiting.append((value, behind, field.table))
                if not budget:
                    break
            else:
                unknown += end - behind
        return known / (known + unknown) if known else 0.0

    def _table(self, kind: Kind) -> Table:
        return self._tables.get(kind.value) or Table(descriptor(kind), self._tables)

    def _fields(self, start: int, end: int, table: Table) -> Iterator[tuple[int, Field | None, int, int]]:
        walked = self._walked.get((start, end))
        if walked is None:
            found = islice(fields(self._data, start, end, table, cut=True), _WIDTH)
            walked = self._walked[start, end] = [(tag, first, last) for tag, _, _, first, last in found]
        known = table.fields
        for tag, first, last in walked:
            yield tag, known.get(tag), first, last

    def _inside(self, name: str, start: int, end: int, table: Table) -> Iterator[tuple[int, int, Table]]:
        for _, field, first, last in self._fields(start, end, table):
            if field is not None and field.name == name and field.table is not None:
                yield first, last, field.table


def _is_text(value: bytes) -> bool:
    if value.isascii():
        return True
    try:
        value.decode()
    except UnicodeDecodeError as error:
        return error.end >= len(value)
    return True

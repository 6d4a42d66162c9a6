"""Where in the bytes a field is: from field paths to byte ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.paths import ROOT, FieldPath, Step
from flowidl.source.messages import descriptor
from flowidl.source.wire.encoding import fields, map_key, read_varint
from flowidl.source.wire.tables import PACKED, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from google.protobuf.descriptor import Descriptor

    from flowidl.source.definitions import Definition
    from flowidl.source.wire.tables import Field


class Locator:
    """Finds the bytes behind field paths of one message, and remembers what it has passed on the way."""

    __slots__ = ("_data", "_entries", "_keys", "_table")

    def __init__(self, data: bytes, table: Table) -> None:
        self._data = data
        self._table = table
        self._entries: dict[tuple[int, int], dict[str, list[tuple[Field, int, int]]]] = {}
        self._keys: dict[tuple[int, int, str], dict[int | str | None, int]] = {}

    def locate(self, path: FieldPath) -> tuple[int, int]:
        """Return the range of the value at `path`, or of the nearest thing around it that the bytes have."""
        return self.reach(path)[:2]

    def reach(self, path: FieldPath) -> tuple[int, int, int]:
        """Return the range of `locate`, and how many steps of `path` lead there."""
        start, end = 0, len(self._data)
        table: Table | None = self._table
        for number, step in enumerate(path):
            found = None if table is None else self._find(step, start, end, table)
            if found is None:
                return start, end, number
            start, end, table = found
        return start, end, len(path)

    def _find(self, step: Step, start: int, end: int, table: Table) -> tuple[int, int, Table | None] | None:
        entries = self._fields(start, end, table).get(step.name)
        if not entries:
            return None
        index = -1
        if isinstance(step.subscript, int) and not entries[0][0].is_map:
            index = step.subscript
        elif step.subscript is not None:
            index = self._by_key(step.name, start, end, entries).get(step.subscript, len(entries))
        if index >= len(entries):
            return None
        field, first, last = entries[index]
        if field.is_map and field.table is not None:
            return self._find(Step("value"), first, last, field.table) or (first, last, None)
        return first, last, field.table

    def _fields(self, start: int, end: int, table: Table) -> dict[str, list[tuple[Field, int, int]]]:
        """Return the values of one message by field, in order; those of packed lists one by one."""
        found = self._entries.get((start, end))
        if found is None:
            found = self._entries[start, end] = {}
            for _, field, _, first, last in fields(self._data, start, end, table):
                if field is not None:
                    values = found.setdefault(field.name, [])
                    if field.code >= PACKED:
                        values.extend(
                            (field, *span) for span in _packed_spans(self._data, field, first, last)
                        )
                    else:
                        values.append((field, first, last))
        return found

    def _by_key(
        self, name: str, start: int, end: int, entries: Sequence[tuple[Field, int, int]]
    ) -> dict[int | str | None, int]:
        found = self._keys.get((start, end, name))
        if found is None:
            table = entries[0][0].table or self._table
            keys = (map_key(self._data, first, last, table) for _, first, last in entries)
            found = self._keys[start, end, name] = {key: index for index, key in enumerate(keys)}
        return found


def _packed_spans(data: bytes, field: Field, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = start + field.width if field.width else read_varint(data, start)[1]
        if not start < stop <= end:
            return
        yield start, stop
        start = stop


def locate(data: bytes, message: Descriptor, path: FieldPath = ROOT) -> tuple[int, int]:
    """Return the byte range `(start, end)` of the value at `path` in `data`, read as a `message`.

    Where the bytes have no such field, the range of the nearest message around it. For many paths of one
    message, use a `Locator`.
    """
    return Locator(data, Table(message)).locate(path)


def locate_all(definition: Definition, paths: Iterable[FieldPath]) -> dict[FieldPath, tuple[int, int]]:
    """Return the byte range of the value at each path, or nothing if `definition` did not come as binary."""
    data = definition.origin.data
    if data is None:
        return {}
    locator = Locator(data, Table(descriptor(definition.kind)))
    return {path: locator.locate(path) for path in paths}

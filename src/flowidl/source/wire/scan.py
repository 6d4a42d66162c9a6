"""A scanner for bytes of a message: what is odd about them, and where and why they go wrong.

The runtime tells that bytes cannot be decoded, and not where or why; and it silently lets the last of two
values win. The scanner reads the same bytes beside a message's descriptor, with a stack of its own, and
reports facts: unknown fields, singular fields given twice, several members of one oneof, enum numbers without
a name, strings that are not UTF-8, and the offset, field path and reason of whatever ends the message early.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.paths import FieldPath, Step
from flowidl.source.problems import Fact
from flowidl.source.wire.encoding import MAX_TAG, MAX_VARINT, impossible, map_key, read_varint
from flowidl.source.wire.tables import (
    ENUM,
    MESSAGE,
    PACKED,
    PACKED_ENUM,
    STRING,
    WIRE_END_GROUP,
    WIRE_FIXED32,
    WIRE_FIXED64,
    WIRE_GROUP,
    WIRE_LENGTH,
)
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from flowidl.source.wire.tables import Field, Table

_ENDS = "the bytes end within a value"


class Note(NamedTuple):
    """One fact about the bytes, with the field path and the byte range that it is about."""

    fact: Fact
    path: FieldPath
    span: tuple[int, int]
    detail: str = ""
    seen: int = 0


class Scan(NamedTuple):
    """What a scan found. `error` is what ends the message early; `more` counts facts left out of `notes`.

    `depth` counts the messages inside the outermost one, as the Protobuf runtime does.
    """

    notes: tuple[Note, ...]
    error: Note | None
    more: int
    elements: int
    depth: int


class _BrokenError(Exception):
    """Ends a scan at an offset."""

    def __init__(self, fact: Fact, offset: int, detail: str, seen: int = 0, step: Step | None = None) -> None:
        super().__init__(fact, offset, detail)
        self.fact = fact
        self.offset = offset
        self.detail = detail
        self.seen = seen
        self.step = step


class _Open(NamedTuple):
    """A message being read: the field and entry that it is, and where its bytes start and end."""

    field: Field
    at: int
    start: int
    end: int


def scan(data: bytes, table: Table, *, depth: int = 100, most: int = 100) -> Scan:
    """Read all of `data` as a message of the table's type and note what is odd about it.

    At most `most` facts are kept. Messages more than `depth` deep end the scan, as they end decoding.
    """
    return _Scanner(data, table, depth, most).run()


class _Scanner:
    def __init__(self, data: bytes, table: Table, depth: int, most: int) -> None:
        self._data = data
        self._table = table
        self._depth = depth
        self._most = most
        self._notes: list[Note] = []
        self._more = 0
        self._open: list[_Open] = []
        self._elements = 0
        self._deepest = 0
        #: Bytes by which messages end behind the data: not zero once a truncated one was entered.
        self._missing = 0

    def run(self) -> Scan:
        error: Note | None = None
        size = len(self._data)
        try:
            self._walk()
        except _BrokenError as broken:
            where = (broken.offset, min(broken.offset + 1, size))
            error = Note(broken.fact, self._path(broken.step), where, broken.detail, broken.seen)
        except IndexError:
            error = Note(Fact.TRUNCATED_MESSAGE, self._path(), (size, size), _ENDS, self._missing)
        return Scan(tuple(self._notes), error, self._more, self._elements, self._deepest)

    def _walk(self) -> None:
        """Visit every field. Reading past the data raises `IndexError`, which `run` takes for truncation."""
        data = self._data
        pos, end = 0, len(data)
        fields = self._table.fields
        seen: dict[str, int] = {}
        outer: list[tuple[int, dict[int, Field], dict[str, int]]] = []
        while True:
            if pos >= end:
                if pos > end or (self._missing and end == len(data)):
                    raise self._overrun(pos, end)
                if not outer:
                    return
                end, fields, seen = outer.pop()
                self._open.pop()
                continue
            start = pos
            tag = data[pos]
            pos += 1
            if tag > 127:
                tag, pos = self._varint(start, MAX_TAG)
            field = fields.get(tag)
            if field is None:
                pos = self._unknown(tag, start, pos, end)
                continue
            name, code, repeated, oneof, table, values, _, _, width = field
            index = seen.get(name, 0)
            seen[name] = index + 1
            if repeated:
                self._elements += 1
            elif index or oneof:
                self._singular(field, index, seen, start)
            if width and code < PACKED:
                pos += width
                continue
            value = data[pos]
            pos += 1
            if value > 127:
                value, pos = self._varint(pos - 1, MAX_VARINT)
            if code <= ENUM:
                if code == ENUM and value not in values:
                    self._enum(field, index, value, start, pos)
                continue
            stop = pos + value
            if stop > end:
                stop = self._cut(field, index, stop, end)
            if code == MESSAGE and table is not None:
                self._enter(field, index, pos, stop)
                outer.append((end, fields, seen))
                end, fields, seen = stop, table.fields, {}
                continue
            if code == STRING:
                text = data[pos:stop]
                if not text.isascii():
                    self._utf8(field, index, text, pos)
            elif code >= PACKED:
                self._packed(field, index, pos, stop)
            pos = stop

    def _enter(self, field: Field, index: int, start: int, end: int) -> None:
        self._elements += not field.repeated
        self._open.append(_Open(field, index, start, end))
        if len(self._open) > self._deepest:
            self._deepest = len(self._open)
            if self._deepest > self._depth:
                raise _BrokenError(Fact.TOO_DEEP, start, "messages inside each other", self._deepest)

    def _cut(self, field: Field, index: int, stop: int, end: int) -> int:
        """Return where a message ends that the data ends within: what there is of it is read. Else raise."""
        found = self._overrun(stop, end, Step(field.name, index if field.repeated else None))
        if found.fact is not Fact.TRUNCATED_MESSAGE or field.code != MESSAGE:
            raise found
        self._missing = found.seen
        return end

    def _overrun(self, stop: int, end: int, step: Step | None = None) -> _BrokenError:
        """Explain a value that would end at `stop`, behind the `end` of its message."""
        size = len(self._data)
        if (self._missing and end == size) or not self._open:
            return _BrokenError(Fact.TRUNCATED_MESSAGE, size, _ENDS, max(self._missing, stop - size), step)
        reason = f"a value ends {stop - end} bytes behind the end of its message"
        return _BrokenError(Fact.CORRUPT_MESSAGE, min(end, size), reason, stop - end, step)

    def _varint(self, start: int, most: int) -> tuple[int, int]:
        """Read the varint at `start`; return its value and the offset behind it."""
        value, end = read_varint(self._data, start, most)
        if end < 0:
            raise _BrokenError(Fact.CORRUPT_MESSAGE, start, f"a number of more than {most} bytes")
        return value, end

    def _unknown(self, tag: int, start: int, pos: int, end: int) -> int:
        """Pass over a field that the schema does not know, or knows with another wire type."""
        number, wire_type = tag >> 3, tag & 7
        reason = impossible(number, wire_type)
        if reason:
            raise _BrokenError(Fact.CORRUPT_MESSAGE, start, reason)
        stop = self._skip(wire_type, number, pos)
        if stop > end:
            raise self._overrun(stop, end)
        known = self._current().descriptor.fields_by_number.get(number)
        path = self._path() if known is None else self._path().child(known.name)
        self._note(Fact.UNKNOWN_FIELD, path, (start, stop), f"wire type {wire_type}", number)
        return stop

    def _skip(self, wire_type: int, number: int, pos: int) -> int:
        """Return the offset behind a value of this wire type. One loop passes over nested groups."""
        groups = [number] if wire_type == WIRE_GROUP else []
        if not groups:
            return self._behind(wire_type, pos)
        while groups:
            start = pos
            tag, pos = self._varint(pos, MAX_TAG)
            number, wire_type = tag >> 3, tag & 7
            if wire_type == WIRE_END_GROUP and number == groups[-1]:
                groups.pop()
            elif reason := impossible(number, wire_type):
                raise _BrokenError(Fact.CORRUPT_MESSAGE, start, reason)
            elif wire_type == WIRE_GROUP:
                groups.append(number)
                if len(self._open) + len(groups) > self._depth:
                    raise _BrokenError(Fact.TOO_DEEP, start, "groups inside each other", self._depth + 1)
            else:
                pos = self._behind(wire_type, pos)
        return pos

    def _behind(self, wire_type: int, pos: int) -> int:
        if wire_type == WIRE_FIXED64:
            return pos + 8
        if wire_type == WIRE_FIXED32:
            return pos + 4
        value, pos = self._varint(pos, MAX_VARINT)
        return pos + value if wire_type == WIRE_LENGTH else pos

    def _singular(self, field: Field, index: int, seen: dict[str, int], start: int) -> None:
        """Note a second value of a singular field, or of the oneof that it belongs to."""
        if index:
            self._note(Fact.REPEATED_SINGULAR_FIELD, self._path(Step(field.name)), (start, start + 1))
        if field.oneof:
            other = seen.get(field.oneof, field.number)
            seen[field.oneof] = field.number
            if other != field.number:
                name = self._current().descriptor.fields_by_number[other].name
                path = self._path(Step(field.name))
                self._note(Fact.SEVERAL_ONEOF_MEMBERS, path, (start, start + 1), name)

    def _enum(self, field: Field, index: int, value: int, start: int, end: int) -> None:
        """Note an enum number without a name. Negative ones are ten bytes long, and only 32 bits count."""
        number = (value + 2**31) % 2**32 - 2**31
        if number not in field.values:
            step = Step(field.name, index if field.repeated else None)
            self._note(Fact.UNKNOWN_ENUM_NUMBER, self._path(step), (start, end), str(number))

    def _utf8(self, field: Field, index: int, text: bytes, start: int) -> None:
        try:
            text.decode()
        except UnicodeDecodeError as error:
            step = Step(field.name, index if field.repeated else None)
            offset = start + error.start
            raise _BrokenError(Fact.INVALID_UTF8, offset, error.reason, text[error.start], step) from None

    def _packed(self, field: Field, index: int, pos: int, end: int) -> None:
        """Check the numbers of a packed list; it counts as one element, since numbers take little memory."""
        values = field.values
        while pos < end:
            if field.width:
                pos += field.width
            else:
                start = pos
                value, pos = self._varint(pos, MAX_VARINT)
                if field.code == PACKED_ENUM and value not in values:
                    self._enum(field, index, value, start, pos)
            index += 1
        if pos > end:
            raise self._overrun(pos, end, Step(field.name, index))

    def _current(self) -> Table:
        return (self._open[-1].field.table or self._table) if self._open else self._table

    def _note(
        self, fact: Fact, path: FieldPath, span: tuple[int, int], detail: str = "", seen: int = 0
    ) -> None:
        if len(self._notes) < self._most:
            self._notes.append(Note(fact, path, span, detail, seen))
        else:
            self._more += 1

    def _path(self, last: Step | None = None) -> FieldPath:
        """Return the path of the message being read, or of the field `last` in it.

        A map entry is a message of a key and a value: the key becomes part of the step, the value is no step.
        """
        steps: list[Step] = []
        in_entry = False
        for field, index, start, end in self._open:
            if field.is_map and field.table is not None:
                key = map_key(self._data, start, end, field.table)
                steps.append(Step(field.name, index if key is None else key))
            elif not in_entry:
                steps.append(Step(field.name, index if field.repeated else None))
            in_entry = field.is_map
        return FieldPath(steps if last is None or in_entry else [*steps, last])

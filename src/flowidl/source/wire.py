"""A scanner for the Protobuf wire format: what the bytes say, where they say it, and where they go wrong.

The runtime tells that bytes cannot be decoded, and not where or why; and it silently lets the last of two
values win. The scanner reads the same bytes beside a message's descriptor, with a stack of its own, and
reports facts: unknown fields, singular fields given twice, several members of one oneof, enum numbers without
a name, strings that are not UTF-8, and the offset, field path and reason of whatever ends the message early.

Offsets are into the definition's own bytes. A field's range is that of its value, without tag and length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flowidl.paths import ROOT, FieldPath, Step
from flowidl.source.problems import Fact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from google.protobuf.descriptor import Descriptor, FieldDescriptor

# What a field's bytes are, by code. Those up to `_ENUM` are varints.
_VARINT, _ENUM, _FIXED64, _FIXED32, _BYTES, _STRING, _MESSAGE, _PACKED, _PACKED_ENUM = range(9)

_WIRE_VARINT, _WIRE_FIXED64, _WIRE_LENGTH, _WIRE_GROUP, _WIRE_END_GROUP, _WIRE_FIXED32 = range(6)

_ENDS = "the bytes end within a value"

#: Bytes of a value, where they are always as many.
_WIDTHS = {_FIXED64: 8, _FIXED32: 4}

_WIRE_OF_CODE = {
    _VARINT: _WIRE_VARINT,
    _ENUM: _WIRE_VARINT,
    _FIXED64: _WIRE_FIXED64,
    _FIXED32: _WIRE_FIXED32,
    _BYTES: _WIRE_LENGTH,
    _STRING: _WIRE_LENGTH,
    _MESSAGE: _WIRE_LENGTH,
}

#: A varint has at most ten bytes, a tag at most five.
_MAX_VARINT, _MAX_TAG = 10, 5

_NOT_LENGTH_TAGS = bytes(byte for byte in range(256) if byte & 7 != _WIRE_LENGTH)
_CHECKPOINT = 1 << 18


class Field(NamedTuple):
    """One field as it stands on the wire. `oneof` is the name of its oneof behind a dot, or empty."""

    name: str
    code: int
    repeated: bool
    oneof: str
    table: Table | None
    values: frozenset[int]
    number: int
    is_map: bool
    width: int


class Table:
    """The fields of one message type by tag (number and wire type together), made when first asked for."""

    __slots__ = ("_fields", "_lists", "_tables", "descriptor")

    def __init__(self, descriptor: Descriptor, tables: dict[str, Table] | None = None) -> None:
        self.descriptor = descriptor
        self._tables = {} if tables is None else tables
        self._tables[descriptor.full_name] = self
        self._fields: dict[int, Field] | None = None
        self._lists: dict[int, Table | None] | None = None

    @property
    def fields(self) -> dict[int, Field]:
        """Fields by tag. A tag that is not here is unknown, or its wire type is not what the schema says."""
        if self._fields is None:
            self._fields = dict(_rows(self.descriptor, self.of))
        return self._fields

    def fields_by_number(self, number: int) -> Field | None:
        """Return the field with this number as it stands in a sound message (lists unpacked)."""
        return next((field for tag, field in self.fields.items() if tag >> 3 == number), None)

    @property
    def lists(self) -> dict[int, Table | None]:
        """The tags behind which memory grows: messages with their table, lists of other things without."""
        if self._lists is None:
            rows = ((tag, field) for tag, field in self.fields.items() if field.repeated or field.table)
            self._lists = {tag: field.table for tag, field in rows}
        return self._lists

    def of(self, descriptor: Descriptor) -> Table:
        """Return the table of another message type, from the same family of tables."""
        return self._tables.get(descriptor.full_name) or Table(descriptor, self._tables)


def _rows(descriptor: Descriptor, table_of: Callable[[Descriptor], Table]) -> Iterator[tuple[int, Field]]:
    for field in descriptor.fields:
        code = _code(field)
        repeated = is_repeated(field)
        message = field.message_type
        table = None if message is None else table_of(message)
        values = frozenset[int]() if field.enum_type is None else frozenset(field.enum_type.values_by_number)
        is_map = message is not None and message.GetOptions().map_entry
        oneof = "" if field.containing_oneof is None else f".{field.containing_oneof.name}"
        width = _WIDTHS.get(code, 0)
        row = Field(field.name, code, repeated, oneof, table, values, field.number, is_map, width)
        yield field.number << 3 | _WIRE_OF_CODE[code], row
        if repeated and code not in (_BYTES, _STRING, _MESSAGE):
            packed = _PACKED_ENUM if code == _ENUM else _PACKED
            yield field.number << 3 | _WIRE_LENGTH, row._replace(code=packed)


def is_repeated(field: FieldDescriptor) -> bool:
    """Tell whether a field is a list or a map. (Runtimes disagree about how to ask.)"""
    found = getattr(field, "is_repeated", None)
    if found is None:
        return bool(getattr(field, "label", 0) == field.LABEL_REPEATED)
    return bool(found() if callable(found) else found)


def _code(field: FieldDescriptor) -> int:
    match field.type:
        case 11:  # message
            return _MESSAGE
        case 9:  # string
            return _STRING
        case 12:  # bytes
            return _BYTES
        case 14:  # enum
            return _ENUM
        case 1 | 6 | 16:  # double, fixed64, sfixed64
            return _FIXED64
        case 2 | 7 | 15:  # float, fixed32, sfixed32
            return _FIXED32
        case _:
            return _VARINT


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
    __slots__ = ("_data", "_deepest", "_depth", "_elements", "_more", "_most", "_notes", "_open", "_table")

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

    def run(self) -> Scan:
        error: Note | None = None
        size = len(self._data)
        try:
            self._walk()
        except _BrokenError as broken:
            where = (broken.offset, min(broken.offset + 1, size))
            error = Note(broken.fact, self._path(broken.step), where, broken.detail, broken.seen)
        except IndexError:
            missing = max((message.end for message in self._open), default=size) - size
            error = Note(Fact.TRUNCATED_MESSAGE, self._path(), (size, size), _ENDS, missing)
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
                if pos > end:
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
                tag, pos = self._varint(start, _MAX_TAG)
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
            if width and code < _PACKED:
                pos += width
                continue
            value = data[pos]
            pos += 1
            if value > 127:
                value, pos = self._varint(pos - 1, _MAX_VARINT)
            if code <= _ENUM:
                if code == _ENUM and value not in values:
                    self._enum(field, index, value, start, pos)
                continue
            stop = pos + value
            if stop > end and (code != _MESSAGE or (end <= len(data) and outer)):
                raise self._overrun(stop, end, Step(name, index if repeated else None))
            if code == _MESSAGE and table is not None:
                self._enter(field, index, pos, stop)
                outer.append((end, fields, seen))
                end, fields, seen = stop, table.fields, {}
                continue
            if code == _STRING:
                text = data[pos:stop]
                if not text.isascii():
                    self._utf8(field, index, text, pos)
            elif code >= _PACKED:
                self._packed(field, index, pos, stop)
            pos = stop

    def _enter(self, field: Field, index: int, start: int, end: int) -> None:
        self._elements += not field.repeated
        self._open.append(_Open(field, index, start, end))
        if len(self._open) > self._deepest:
            self._deepest = len(self._open)
            if self._deepest > self._depth:
                raise _BrokenError(Fact.TOO_DEEP, start, "messages inside each other", self._deepest)

    def _overrun(self, stop: int, end: int, step: Step | None = None) -> _BrokenError:
        """Explain a value that would end at `stop`, behind the `end` of its message."""
        size = len(self._data)
        if stop > size and (end > size or not self._open):
            return _BrokenError(Fact.TRUNCATED_MESSAGE, size, _ENDS, stop - size, step)
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
        reason = _impossible(number, wire_type)
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
        groups = [number] if wire_type == _WIRE_GROUP else []
        if not groups:
            return self._behind(wire_type, pos)
        while groups:
            start = pos
            tag, pos = self._varint(pos, _MAX_TAG)
            number, wire_type = tag >> 3, tag & 7
            if wire_type == _WIRE_END_GROUP and number == groups[-1]:
                groups.pop()
            elif reason := _impossible(number, wire_type):
                raise _BrokenError(Fact.CORRUPT_MESSAGE, start, reason)
            elif wire_type == _WIRE_GROUP:
                groups.append(number)
                if len(self._open) + len(groups) > self._depth:
                    raise _BrokenError(Fact.TOO_DEEP, start, "groups inside each other", self._depth + 1)
            else:
                pos = self._behind(wire_type, pos)
        return pos

    def _behind(self, wire_type: int, pos: int) -> int:
        if wire_type == _WIRE_FIXED64:
            return pos + 8
        if wire_type == _WIRE_FIXED32:
            return pos + 4
        value, pos = self._varint(pos, _MAX_VARINT)
        return pos + value if wire_type == _WIRE_LENGTH else pos

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
        """Count, and for enums check, the numbers of a packed list."""
        values = field.values
        while pos < end:
            if field.width:
                pos += field.width
            else:
                start = pos
                value, pos = self._varint(pos, _MAX_VARINT)
                if field.code == _PACKED_ENUM and value not in values:
                    self._enum(field, index, value, start, pos)
            index += 1
            self._elements += 1
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
                key = map_key(self._data, start, min(end, len(self._data)), field.table)
                steps.append(Step(field.name, index if key is None else key))
            elif not in_entry:
                steps.append(Step(field.name, index if field.repeated else None))
            in_entry = field.is_map
        return FieldPath(steps if last is None or in_entry else [*steps, last])


def is_string(field: Field) -> bool:
    """Tell whether the value of `field` is text."""
    return field.code == _STRING


def _impossible(number: int, wire_type: int) -> str:
    """Say why no field can have this number and wire type, or nothing."""
    if not 0 < number < 2**29:
        return f"field number {number} does not exist"
    if wire_type == _WIRE_END_GROUP:
        return "a group ends that did not start"
    return f"wire type {wire_type} does not exist" if wire_type > _WIRE_FIXED32 else ""


def read_varint(data: bytes, start: int, most: int = _MAX_VARINT) -> tuple[int, int]:
    """Return the number at `start` and the offset behind it, or -1 if it has more than `most` bytes.

    Raises `IndexError` if `data` ends before the number does.
    """
    value = 0
    for position in range(start, start + most):
        byte = data[position]
        value |= (byte & 127) << 7 * (position - start)
        if byte < 128:
            return value & 0xFFFFFFFFFFFFFFFF, position + 1
    return value, -1


def fields(
    data: bytes, start: int, end: int, table: Table, *, cut: bool = False
) -> Iterator[tuple[int, Field | None, int, int, int]]:
    """Yield `(tag, field, tag_start, value_start, value_end)` for each field of one message.

    `field` is `None` if the schema does not know the tag. Ends silently where the bytes go wrong: a scan says
    why. With `cut`, a last value that is too long counts as ending with the message.
    """
    known = table.fields
    pos = start
    try:
        while pos < end:
            tag_start = pos
            tag, pos = read_varint(data, pos, _MAX_TAG)
            wire_type = tag & 7
            if pos < 0 or _impossible(tag >> 3, wire_type):
                return
            value_start = pos
            if wire_type == _WIRE_LENGTH:
                size, value_start = read_varint(data, pos)
                pos = value_start + size
            elif wire_type == _WIRE_VARINT:
                _, pos = read_varint(data, pos)
            elif wire_type == _WIRE_GROUP:
                return
            else:
                pos += 8 if wire_type == _WIRE_FIXED64 else 4
            if cut and value_start <= end < pos and wire_type == _WIRE_LENGTH:
                pos = end
            if value_start < 0 or not 0 <= pos <= end:
                return
            yield tag, known.get(tag), tag_start, value_start, pos
    except IndexError:
        return


def map_key(data: bytes, start: int, end: int, table: Table) -> int | str | None:
    """Return the key of the map entry in `data[start:end]`; the last one counts, and none is the default."""
    field = table.fields_by_number(1)
    key: int | str = "" if field is not None and field.code == _STRING else 0
    for tag, _, _, first, last in fields(data, start, end, table):
        if tag == 1 << 3 | _WIRE_LENGTH:
            key = data[first:last].decode("utf-8", "surrogateescape")
        elif tag == 1 << 3:
            key = read_varint(data, first)[0]
    return key


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
        start, end = 0, len(self._data)
        table: Table | None = self._table
        for step in path:
            found = None if table is None else self._find(step, start, end, table)
            if found is None:
                break
            start, end, table = found
        return start, end

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
                    if field.code >= _PACKED:
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


def locate(data: bytes, descriptor: Descriptor, path: FieldPath = ROOT) -> tuple[int, int]:
    """Return the byte range `(start, end)` of the value at `path` in `data`, read as a `descriptor` message.

    Where the bytes have no such field, the range of the nearest message around it. For many paths of one
    message, use a `Locator`.
    """
    return Locator(data, Table(descriptor)).locate(path)


def count_elements(data: bytes, table: Table, most: int) -> int:
    """Count messages and list entries, empty messages twice, as far as the bytes are sound.

    Stops soon after it has counted more than `most`, and as soon as what is left cannot be more.
    """
    left = most_elements(data)
    count = pos = 0
    checkpoint = 0
    end = len(data)
    known = table.lists
    outer: list[tuple[int, dict[int, Table | None]]] = []
    try:
        while count <= most:
            while pos >= end:
                if not outer:
                    return count
                end, known = outer.pop()
            if pos >= checkpoint:
                left -= most_elements(data[checkpoint - _CHECKPOINT : checkpoint]) if checkpoint else 0
                checkpoint += _CHECKPOINT
                if count + left <= most:
                    return count
            tag = data[pos]
            pos += 1
            if tag > 127:
                tag, pos = read_varint(data, pos - 1, _MAX_TAG)
            wire_type = tag & 7
            if wire_type == _WIRE_FIXED64:
                pos += 8
                continue
            if wire_type == _WIRE_FIXED32:
                pos += 4
                continue
            value = data[pos]
            pos += 1
            if value > 127:
                value, pos = read_varint(data, pos - 1)
            if wire_type == _WIRE_LENGTH:
                if tag in known:
                    count += 1
                    inside = known[tag]
                    if inside is not None:
                        if value:
                            outer.append((end, known))
                            end, known = pos + value, inside.lists
                            continue
                        count += 1
                pos += value
            elif wire_type != _WIRE_VARINT:
                return count
    except IndexError:
        pass
    return count


def most_elements(data: bytes) -> int:
    """Return how many elements `data` can hold at most, at the speed of a copy.

    Every message and list entry has a tag whose first byte ends in the bits of its wire type, 010; and an
    empty one has a length of zero. (Packed lists are left out: their numbers are no larger in memory than
    eight bytes each.)
    """
    return len(data.translate(None, _NOT_LENGTH_TAGS)) + data.count(0)

"""What a schema looks like on the wire: the fields of a message type by tag.

A table is made from a descriptor when it is first asked for, and the tables of one family share those of the
message types that they have in common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from google.protobuf.descriptor import Descriptor, FieldDescriptor

# What a field's bytes are, by code. Those up to `ENUM` are varints.
VARINT, ENUM, FIXED64, FIXED32, BYTES, STRING, MESSAGE, PACKED, PACKED_ENUM = range(9)

# Wire types.
WIRE_VARINT, WIRE_FIXED64, WIRE_LENGTH, WIRE_GROUP, WIRE_END_GROUP, WIRE_FIXED32 = range(6)

#: Bytes of a value, where they are always as many.
_WIDTHS = {FIXED64: 8, FIXED32: 4}

_WIRE_OF_CODE = {
    VARINT: WIRE_VARINT,
    ENUM: WIRE_VARINT,
    FIXED64: WIRE_FIXED64,
    FIXED32: WIRE_FIXED32,
    BYTES: WIRE_LENGTH,
    STRING: WIRE_LENGTH,
    MESSAGE: WIRE_LENGTH,
}


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
        # `GetOptions` would import `descriptor_pb2`, which costs more than all of this.
        is_map = message is not None and message.has_options and message.name.endswith("Entry")
        oneof = "" if field.containing_oneof is None else f".{field.containing_oneof.name}"
        width = _WIDTHS.get(code, 0)
        row = Field(field.name, code, repeated, oneof, table, values, field.number, is_map, width)
        yield field.number << 3 | _WIRE_OF_CODE[code], row
        if repeated and code not in (BYTES, STRING, MESSAGE):
            packed = PACKED_ENUM if code == ENUM else PACKED
            yield field.number << 3 | WIRE_LENGTH, row._replace(code=packed)


def is_repeated(field: FieldDescriptor) -> bool:
    """Tell whether a field is a list or a map. (Runtimes disagree about how to ask.)"""
    found = getattr(field, "is_repeated", None)
    if found is None:
        return bool(getattr(field, "label", 0) == field.LABEL_REPEATED)
    return bool(found() if callable(found) else found)


def _code(field: FieldDescriptor) -> int:
    match field.type:
        case 11:  # message
            return MESSAGE
        case 9:  # string
            return STRING
        case 12:  # bytes
            return BYTES
        case 14:  # enum
            return ENUM
        case 1 | 6 | 16:  # double, fixed64, sfixed64
            return FIXED64
        case 2 | 7 | 15:  # float, fixed32, sfixed32
            return FIXED32
        case _:
            return VARINT

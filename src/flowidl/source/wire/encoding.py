"""The Protobuf wire format: numbers, tags, and the fields of one message.

Offsets are into the definition's own bytes. A field's range is that of its value, without tag and length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.source.wire.tables import (
    STRING,
    WIRE_END_GROUP,
    WIRE_FIXED32,
    WIRE_FIXED64,
    WIRE_GROUP,
    WIRE_LENGTH,
    WIRE_VARINT,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.source.wire.tables import Field, Table

#: A varint has at most ten bytes, a tag at most five.
MAX_VARINT, MAX_TAG = 10, 5


def impossible(number: int, wire_type: int) -> str:
    """Say why no field can have this number and wire type, or nothing."""
    if not 0 < number < 2**29:
        return f"field number {number} does not exist"
    if wire_type == WIRE_END_GROUP:
        return "a group ends that did not start"
    return f"wire type {wire_type} does not exist" if wire_type > WIRE_FIXED32 else ""


def read_varint(data: bytes, start: int, most: int = MAX_VARINT) -> tuple[int, int]:
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
    why. With `cut`, a last value that is too long counts as ending with the message. Nearly all tags and
    lengths are of one byte, so those are read here.
    """
    known = table.fields
    pos = start
    try:
        while pos < end:
            tag_start = pos
            tag = data[pos]
            pos += 1
            if tag > 127:
                tag, pos = read_varint(data, tag_start, MAX_TAG)
            field = known.get(tag)
            wire_type = tag & 7
            if pos < 0 or (field is None and impossible(tag >> 3, wire_type)):
                return
            value_start = pos
            if wire_type == WIRE_LENGTH:
                size = data[pos]
                value_start += 1
                if size > 127:
                    size, value_start = read_varint(data, pos)
                pos = value_start + size
            elif wire_type == WIRE_VARINT:
                _, pos = read_varint(data, pos)
            elif wire_type == WIRE_GROUP:
                return
            else:
                pos += 8 if wire_type == WIRE_FIXED64 else 4
            if cut and value_start <= end < pos and wire_type == WIRE_LENGTH:
                pos = end
            if value_start < 0 or not 0 <= pos <= end:
                return
            yield tag, field, tag_start, value_start, pos
    except IndexError:
        return


def map_key(data: bytes, start: int, end: int, table: Table) -> int | str | None:
    """Return the key of the map entry in `data[start:end]`; the last one counts, and none is the default."""
    field = table.fields_by_number(1)
    key: int | str = "" if field is not None and field.code == STRING else 0
    for tag, _, _, first, last in fields(data, start, end, table):
        if tag == 1 << 3 | WIRE_LENGTH:
            key = data[first:last].decode("utf-8", "surrogateescape")
        elif tag == 1 << 3:
            key = read_varint(data, first)[0]
    return key

"""How many elements bytes hold, before they take memory.

An empty list entry is two bytes in a file and a hundred in memory, so bytes alone do not bound what decoding
takes. A bound that costs no more than a copy settles almost every input; counting is for the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.source.wire.encoding import MAX_TAG, read_varint
from flowidl.source.wire.tables import WIRE_FIXED32, WIRE_FIXED64, WIRE_LENGTH, WIRE_VARINT

if TYPE_CHECKING:
    from flowidl.source.wire.tables import Table

_NOT_LENGTH_TAGS = bytes(byte for byte in range(256) if byte & 7 != WIRE_LENGTH)
_CHECKPOINT = 1 << 18
#: The smallest tag: fields count from 1.
_FIRST_TAG = 1 << 3

#: What an empty message counts: it costs more memory than an entry, and two bytes are enough to write it.
EMPTY = 8


def count_elements(data: bytes, table: Table, most: int) -> int:
    """Count messages and list entries, empty messages eight times, as far as the bytes are sound.

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
                tag, pos = read_varint(data, pos - 1, MAX_TAG)
            wire_type = tag & 7
            if tag < _FIRST_TAG:
                return count
            if wire_type == WIRE_FIXED64:
                pos += 8
                continue
            if wire_type == WIRE_FIXED32:
                pos += 4
                continue
            value = data[pos]
            pos += 1
            if value > 127:
                value, pos = read_varint(data, pos - 1)
            if wire_type == WIRE_LENGTH:
                if tag in known:
                    count += 1
                    inside = known[tag]
                    if inside is not None:
                        if value:
                            outer.append((end, known))
                            end, known = pos + value, inside.lists
                            continue
                        count += EMPTY - 1
                pos += value
            elif wire_type != WIRE_VARINT:
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
    return len(data.translate(None, _NOT_LENGTH_TAGS)) + (EMPTY - 1) * data.count(0)

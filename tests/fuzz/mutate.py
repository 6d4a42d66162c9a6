"""Damage to real files, as it happens in the wild and a little worse."""

from __future__ import annotations

import random

#: Bytes that mean something to one of the formats.
_TELLING = [
    b"\0",
    b"\xff",
    b"\x7f",
    b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01",
    b"{",
    b'"',
    b"\x0a\x00",
    b"\x1f\x8b\x08",
]


def mutated(data: bytes, choose: random.Random) -> bytes:
    """Return `data` with a few bytes flipped, cut, doubled, dropped or put in."""
    found = bytearray(data)
    for _ in range(choose.randint(1, 4)):
        at = choose.randint(0, len(found))
        size = choose.choice([1, 2, 8, 64])
        match choose.randrange(6):
            case 0 if at < len(found):
                found[at] ^= 1 << choose.randrange(8)
            case 1:
                del found[at:]
            case 2:
                del found[at : at + size]
            case 3:
                found[at:at] = choose.choice(_TELLING)
            case 4:
                found[at:at] = found[at : at + size]
            case _:
                found[at : at + size] = choose.randbytes(size)
    return bytes(found)

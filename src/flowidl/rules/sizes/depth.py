"""Whether a message is nested deeper than a reader will follow: ask the parser itself.

Readers of Protobuf give up at 100 messages inside each other. To learn whether a message comes close, its
bytes are wrapped in as many further levels as it may have to spare, and read back. That costs what reading
costs, and no walk.

Wrapping needs a type that can hold itself. Those that can are also the only ones that can be nested without
end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.message import DecodeError

if TYPE_CHECKING:
    from google.protobuf.message import Message

#: So many levels below the outermost message are read, and no more.
LIMIT = 100
#: Fewer bytes than this hold no nesting worth a question: each level takes two.
SMALLEST = 60

#: For each type that can hold itself: the field numbers on the way from one level to the next.
_WAYS: dict[str, tuple[int, ...]] = {
    "google.protobuf.Struct": (1, 2, 5),
    "flowidl.core.v1.LiteralType": (3,),
    "flowidl.core.v1.BindingData": (2, 1),
    "flowidl.core.v1.Literal": (2, 1),
    "flowidl.core.v1.BooleanExpression": (1, 2),
    "flowidl.core.v1.Node": (8, 1, 3),
}


def is_deeper(message: Message, levels: int) -> bool:
    """Tell whether messages stand more than `levels` deep in this one.

    The answer is exact to the two levels that some types take at a time, in favour of "no".
    """
    if message.ByteSize() < min(SMALLEST, 2 * levels):
        return False
    way = _WAYS[message.DESCRIPTOR.full_name]
    data = message.SerializeToString()
    for _ in range((LIMIT - levels) // len(way)):
        for number in reversed(way):
            data = bytes((number << 3 | 2,)) + _varint(len(data)) + data
    try:
        type(message).FromString(data)
    except (DecodeError, RecursionError):
        return True
    return False


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)

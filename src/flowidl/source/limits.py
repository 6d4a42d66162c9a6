"""How much one run reads before it stops.

Every limit has a default that real packages stay far below, an option of its own, and a finding of its own.
They bound memory and time together: sizes bound what is held, `ratio` ends a decompression bomb early,
`depth` and `elements` bound what a parser makes of bytes that are themselves small.
"""

from __future__ import annotations

from flowidl.tuples import NamedTuple

MIB = 1024 * 1024


class Limits(NamedTuple):
    """Limits of one `load`. Sizes are in bytes.

    `input_size`: one file, stream or archive, as it is stored. `total_size`: all that archives and compressed
    files decompress to, over the whole run. `ratio`: decompressed over compressed bytes, looked at from
    `RATIO_FLOOR` on. `members`: entries of one archive, or files below one folder. `member_size`: one
    definition, decompressed. `depth`: messages, lists or objects inside each other (the Protobuf runtime
    itself stops at 100). `elements`: messages and list entries over the whole run, empty messages counted
    eight times, and objects, lists and keys of JSON four times.
    """

    input_size: int = 256 * MIB
    total_size: int = 512 * MIB
    ratio: int = 200
    members: int = 100_000
    member_size: int = 64 * MIB
    depth: int = 100
    elements: int = 5_000_000


#: Small archives may compress as well as they like: the ratio counts from this many decompressed bytes on.
RATIO_FLOOR = 8 * MIB

DEFAULT_LIMITS = Limits()

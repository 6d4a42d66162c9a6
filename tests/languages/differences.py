"""Where an implementation of Protobuf does not do what Python's does, and why.

Each is a fact about a library, not about the schema. The tests fail when one appears that is not listed, and
when a listed one is gone. `docs/other-languages.md` shows the same list to users.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.languages.echo import Conversion


class Difference(NamedTuple):
    """What a language converts in its own way: names of vectors or spellings, and the cause as documented."""

    folder: str
    cause: str
    reencoded: tuple[str, ...] = ()
    to_json: tuple[str, ...] = ()
    from_json: tuple[str, ...] = ()

    def names(self) -> set[tuple[Conversion, str]]:
        """Return what differs, as pairs of a conversion and the name of a vector or spelling."""
        return {
            *((Conversion.REENCODE, name) for name in self.reencoded),
            *((Conversion.TO_JSON, name) for name in self.to_json),
            *((Conversion.FROM_JSON, name) for name in self.from_json),
        }


DIFFERENCES = (
    Difference(
        "typescript",
        "A `float` becomes JSON with the digits of a double: 0.10000000149011612 for 0.1. "
        "It is read back as the same number.",
        to_json=("a tenth as float",),
    ),
    Difference("java", "Negative zero is read from JSON as zero.", from_json=("negative zero",)),
    Difference(
        "rust",
        "prost drops what it does not know: "
        "the fields of a later schema are lost when a message is written back.",
        reencoded=("unknown fields", "unknown group", "unknown member of a oneof"),
    ),
    Difference(
        "cpp",
        "libprotobuf 3.21 writes no JSON of messages nested more than 64 deep. It does read it.",
        to_json=("deep nesting",),
    ),
)

#: Folders of languages whose JSON shows a `float` with more digits, so that it is compared after reading.
FLOATS_AS_DOUBLES = frozenset({"typescript"})

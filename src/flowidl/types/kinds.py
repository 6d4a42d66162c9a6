"""The kinds of types: which member of `LiteralType` a type is made of."""

from __future__ import annotations

import enum


class TypeKind(enum.IntEnum):
    """The member of `LiteralType.type` that is set; the value is its field number, 0 if none is.

    `NOTHING` is the type of a literal that fits nowhere, not even where everything does: the reference infers
    such types from literals that do not state theirs (QK-34). `ANYTHING` stands for the type of something
    that is not part of the input, and fits everywhere and everything. No message has either.
    """

    ANYTHING = -2
    NOTHING = -1
    UNSET = 0
    SIMPLE = 1
    SCHEMA = 2
    COLLECTION = 3
    MAP = 4
    BLOB = 5
    ENUM = 7
    DATASET = 8
    UNION = 10

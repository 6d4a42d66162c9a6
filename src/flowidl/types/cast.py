"""Castability: may a value of one type be bound where another type is expected."""

from __future__ import annotations

from typing import NamedTuple


class Cast(NamedTuple):
    """The answer for one pair of types.

    `notes` are the grounds on which a positive answer may turn out wrong at run time, as the reference gives it
    (`Note` values); a negative answer that rests on undetermined ground carries `Note.SCHEMA_COMPARISON`.
    """

    fits: bool
    notes: tuple[str, ...] = ()


class Note:
    """What an answer about castability leaned on."""

    #: A directory for a file or the reverse: dimensionality is not compared (QK-13).
    DIMENSIONALITY = "dimensionality"
    #: Two dataclass schemas were compared by our own reading, the reference's comparison being undetermined.
    SCHEMA_COMPARISON = "schema comparison"

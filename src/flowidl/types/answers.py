"""The answer to a question about two types, and what it leaned on."""

from __future__ import annotations

from flowidl.tuples import NamedTuple


class Note:
    """What an answer about castability leaned on."""

    #: A directory for a file or the reverse: dimensionality is not compared (QK-13).
    DIMENSIONALITY = "dimensionality"
    #: The types were not compared to the end: they are very large, or dataclass schemas of a kind on which
    #: the reference crashes. The answer is then positive.
    NOT_COMPARED = "not compared"


class Cast(NamedTuple):
    """The answer for one pair of types.

    `notes` (members of `Note`) are the grounds on which an answer may turn out wrong: a positive one at run
    time, a negative one in the reference.
    """

    fits: bool
    notes: tuple[str, ...] = ()


YES = Cast(True)
NO = Cast(False)

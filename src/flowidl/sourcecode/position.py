"""Where something stands in a user's Python source."""

from __future__ import annotations

from flowidl.tuples import NamedTuple


class Position(NamedTuple):
    """A range in a source file.

    `file` is relative to the folder that was searched. Lines and columns count from 1, columns in characters;
    the end is the position just behind the last character.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

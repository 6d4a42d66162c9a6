"""The line of source that a finding is about, with the part of it marked.

       14 |     return bake(dough=mix(flour=x))
          |                 ^^^^^^^^^^^^^^^^^^

Tabs become spaces and what does not print becomes an escape, before anything is counted, so that the marks
stand under what they mark. A long line is cut around the marks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.escape import escape
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from flowidl.findings import SourcePosition

_TAB = "    "
_CUT = "..."
#: Fewest columns of source that are shown, however narrow the terminal.
_LEAST = 20


class Excerpt(NamedTuple):
    """A line of source as it is shown, and the columns from which to which it is marked, from 0."""

    text: str
    start: int
    end: int

    @property
    def marks(self) -> str:
        """The line below: spaces, then a mark under each column."""
        return " " * columns(self.text[: self.start]) + "^" * max(
            1, columns(self.text[self.start : self.end])
        )


def excerpt(source: SourcePosition, width: int = 0) -> Excerpt | None:
    """Return the line of a position, at most `width` columns of it (0: all); `None` if there is no text."""
    line = source.excerpt.rstrip()
    if not line:
        return None
    start = min(source.column - 1, len(line))
    last = source.end_column - 1 if source.end_line == source.line and source.end_column else len(line)
    shown = [
        _printed(line[:start]),
        _printed(line[start : max(last, start)]),
        _printed(line[max(last, start) :]),
    ]
    indent = len(shown[0]) - len(shown[0].lstrip(" "))
    found = Excerpt("".join(shown), len(shown[0]), len(shown[0]) + len(shown[1]))
    if not width or columns(found.text) <= width:
        return found
    return _cut(found, max(width, _LEAST), indent)


def _cut(found: Excerpt, width: int, indent: int) -> Excerpt:
    """Return a part of a long line that holds the beginning of the marks."""
    text, start, end = found
    first = 0 if columns(text[:end]) <= width - len(_CUT) else max(indent, start - width // 4)
    lead = _CUT if first else ""
    last = len(text)
    while columns(text[first:last]) > width - len(lead) - (len(_CUT) if last < len(text) else 0):
        last -= 1
    tail = _CUT if last < len(text) else ""
    moved = len(lead) - first
    body = lead + text[first:last]
    return Excerpt(body + tail, min(start + moved, len(body)), min(end + moved, len(body)))


def _printed(text: str) -> str:
    return escape(text.replace("\t", _TAB))


def columns(text: str) -> int:
    """Return how many columns a terminal needs for text: two for a wide character, none for an accent."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)

"""One source file as text and as a tree. It is parsed and never run.

The file's own encoding counts (byte order mark, coding cookie, UTF-8 otherwise), and so do its line breaks:
`\\n`, `\\r\\n` and `\\r` end a line, a form feed does not, as in Python itself. The tree's columns are bytes of
UTF-8 from 0; positions for people are characters from 1.
"""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from typing import TYPE_CHECKING, Protocol

from flowidl.sourcecode.position import Position

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A file larger than this (bytes) is not source that somebody wrote.
MAX_SIZE = 4_000_000


class Spanned(Protocol):
    """A part of a tree that knows its place."""

    lineno: int
    col_offset: int


class SourceText:
    """A source file that could be read and parsed. `path` has slashes and is relative to its folder."""

    __slots__ = ("lines", "path", "tree")

    def __init__(self, path: str, lines: Sequence[str], tree: ast.Module) -> None:
        self.path = path
        self.lines = lines
        self.tree = tree

    def position(self, node: Spanned) -> Position:
        """Return the place of a part of the tree. A definition's is that of its `def`, not of a decorator."""
        end_line = getattr(node, "end_lineno", None) or node.lineno
        end_column = getattr(node, "end_col_offset", None)
        return Position(
            self.path,
            node.lineno,
            self._column(node.lineno, node.col_offset),
            end_line,
            self._column(end_line, node.col_offset if end_column is None else end_column),
        )

    def _column(self, line: int, offset: int) -> int:
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        if text.isascii():
            return offset + 1
        return len(text.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "replace")) + 1


def decode(data: bytes) -> str | None:
    """Return the text of a source file with `\\n` as line break, or `None` if it cannot be decoded."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse(path: str, data: bytes) -> SourceText | None:
    """Read a source file. `None` if it is too large, not text, or no Python that this interpreter knows."""
    text = decode(data) if len(data) <= MAX_SIZE else None
    if text is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return SourceText(path, text.split("\n"), tree)

"""One source file as text and as a tree. It is parsed and never run.

The file's own encoding counts (byte order mark, coding cookie, UTF-8 otherwise), and so do its line breaks:
`\\n`, `\\r\\n` and `\\r` end a line, a form feed does not, as in Python itself. The tree's columns are bytes
of UTF-8 from 0; positions for people are characters from 1.
"""

from __future__ import annotations

import ast
import io
import re
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
        """Return the place of a part of the tree. A definition's is `def NAME`, without its decorators and
        body.
        """
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return self._head(node)
        end_line = getattr(node, "end_lineno", None) or node.lineno
        end_column = getattr(node, "end_col_offset", None)
        return Position(
            self.path,
            node.lineno,
            self._column(node.lineno, node.col_offset),
            end_line,
            self._column(end_line, node.col_offset if end_column is None else end_column),
        )

    def _head(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Position:
        line = self.lines[node.lineno - 1] if node.lineno <= len(self.lines) else ""
        start = self._column(node.lineno, node.col_offset)
        found = re.compile(rf"\b{re.escape(node.name)}\b").search(line, start - 1)
        end = found.end() + 1 if found else len(line.rstrip()) + 1
        return Position(self.path, node.lineno, start, node.lineno, max(end, start))

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

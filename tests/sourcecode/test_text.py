"""Reading one source file: encodings, line breaks, columns."""

from __future__ import annotations

import ast

import pytest

from flowidl.sourcecode.text import MAX_SIZE, decode, parse


def _calls(data: bytes) -> list[tuple[int, int]]:
    text = parse("m.py", data)
    assert text is not None
    found = [node for node in ast.walk(text.tree) if isinstance(node, ast.Call)]
    return sorted((position.line, position.column) for position in map(text.position, found))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"x = f()\n", [(1, 5)]),
        (b"\xef\xbb\xbfx = f()\n", [(1, 5)]),
        (b"x = 1\r\ny = f()\r\n", [(2, 5)]),
        (b"x = 1\ry = f()\r", [(2, 5)]),
        (b"x = 1\n\x0c\ny = f()\n", [(3, 5)]),
        ("x = 'äöü'; y = f()\n".encode(), [(1, 16)]),
        ("x = '🌾'; y = f()\n".encode(), [(1, 14)]),
        ("# -*- coding: latin-1 -*-\nx = 'ä'; y = f()\n".encode("latin-1"), [(2, 14)]),
        (b"\tx = f()\n".replace(b"\t", b"if 1:\n\t"), [(2, 6)]),
    ],
)
def test_columns_are_characters_from_one(data: bytes, expected: list[tuple[int, int]]) -> None:
    assert _calls(data) == expected


@pytest.mark.parametrize(
    "data",
    [
        b"x = (",
        b"x = '\xff'",
        b"# coding: no-such-code\nx = 1",
        b"\0",
        b"(" * 100_000,
        b"-" * 200_000 + b"1",
        b" " * (MAX_SIZE + 1),
    ],
)
def test_what_is_no_python_is_no_source(data: bytes) -> None:
    assert parse("m.py", data) is None


def test_a_definition_is_its_head() -> None:
    text = parse("m.py", b"@dec\n@other(\n)\nasync def work(\n    x\n): ...\n")
    assert text is not None
    position = text.position(text.tree.body[0])
    assert position[1:] == (4, 1, 4, 15)


def test_line_breaks_become_one() -> None:
    assert decode(b"a\r\nb\rc\n") == "a\nb\nc\n"

"""Why one type does not fit another: the innermost difference, in words."""

from __future__ import annotations

import pytest
from google.protobuf import text_format

from flowidl.core.v1.types_pb2 import LiteralType
from flowidl.types import TypeTable, type_text
from flowidl.types.difference import first_difference
from tests.support.flows import INT, STR, enum, many, mapping, union

FLOAT, STRUCT = "simple: FLOAT", "simple: STRUCT"


def read(text: str) -> LiteralType:
    return text_format.Parse(text, LiteralType())


def why(given: str, expected: str) -> str:
    table = TypeTable()
    return str(first_difference(table, table.intern(read(given)), table.intern(read(expected))))


@pytest.mark.parametrize(
    ("given", "expected", "words"),
    [
        (STR, INT, "`int` expected, `str` given"),
        (union(STR), INT, "`int` expected, `str` given"),
        (union(STR), union(INT), "`str` is none of `int`"),
        (union(STR, FLOAT), INT, "`int` expected, `str | float` given"),
        (union(INT, STR), union(INT, FLOAT), "`str` is none of `int | float`"),
        (STR, union(INT, FLOAT), "`str` is none of `int | float`"),
        (many(STR), many(INT), "they differ in the element type: `int` expected, `str` given"),
        (mapping(STR), mapping(INT), "they differ in the value type: `int` expected, `str` given"),
        (
            mapping(many(STR)),
            mapping(many(INT)),
            "they differ in the element type of the value type: `int` expected, `str` given",
        ),
        (many(STR), mapping(STR), "`dict[str, str]` expected, `list[str]` given"),
        (
            enum("a", "b"),
            enum("b", "a"),
            "an enum fits only one with the same values in the same order: "
            "`enum[b, a]` expected, `enum[a, b]` given",
        ),
        (enum("a"), INT, "`int` expected, `enum[a]` given"),
        (INT, enum("a"), "`enum[a]` expected, `int` given"),
    ],
)
def test_difference(given: str, expected: str, words: str) -> None:
    assert why(given, expected) == words


def test_two_variants_are_named() -> None:
    words = why(STR, union(STR, enum("a")))
    assert words == "`str` is ambiguous: it fits `str` and `enum[a]` of the union"


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ("", "schema"),
        ('columns { name: "a" type: INTEGER }', "schema[a: int]"),
        ('columns { name: "a" type: DURATION }', "schema[a: timedelta]"),
        ('columns { name: "a" type: FLOAT } columns { name: "b" type: STRING }', "schema[a: float, b: str]"),
    ],
)
def test_columns_of_a_schema_are_printed(columns: str, words: str) -> None:
    assert type_text(read(f"schema {{ {columns} }}")) == words


@pytest.mark.parametrize(
    ("simple", "words"),
    [
        ("NONE", "None"),
        ("INTEGER", "int"),
        ("DURATION", "timedelta"),
        ("STRUCT", "struct"),
        ("ERROR", "error"),
    ],
)
def test_simple_types_are_printed(simple: str, words: str) -> None:
    assert type_text(read(f"simple: {simple}")) == words

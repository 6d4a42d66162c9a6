"""Castability, as a table of the specification's rows, and the laws behind it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowidl.core.v1.types_pb2 import LiteralType
from flowidl.types import Note, TypeTable, castable, type_text
from flowidl.types.difference import first_difference
from flowidl.types.kinds import TypeKind
from tests.support.flows import BOOL, FLOAT, INT, NONE, STR, STRUCT, enum, literal_type, many, mapping, union

CSV, ANY_FILE, FOLDER = (
    'blob { format: "csv" }',
    "blob { }",
    "blob { dimensionality: MULTIPART }",
)
DATASET, PARQUET, CSV_SET = (
    "structured_dataset_type { }",
    'structured_dataset_type { format: "Parquet" }',
    'structured_dataset_type { format: "csv" }',
)
SCHEMA = "schema { }"
UNSET = ""


def columns(**types: str) -> str:
    entries = " ".join(f'columns {{ name: "{n}" literal_type {{ {t} }} }}' for n, t in types.items())
    return f"structured_dataset_type {{ {entries} }}"


def schema(**types: str) -> str:
    return "schema { " + " ".join(f'columns {{ name: "{n}" type: {t} }}' for n, t in types.items()) + " }"


def tagged(type: str, tag: str) -> str:
    return f'{type} structure {{ tag: "{tag}" }}'


def metadata(fields: str = "") -> str:
    return f"{STRUCT} metadata {{ {fields} }}"


FITS = [
    (INT, INT),
    (UNSET, UNSET),
    (NONE, NONE),
    (tagged(NONE, "a"), tagged(NONE, "b")),
    # enums and strings, before tags
    (STR, enum("a")),
    (enum("a"), STR),
    (tagged(STR, "x"), enum("a")),
    (enum("a", "b"), enum("a", "b")),
    # tags
    (INT, tagged(INT, "q")),
    (f"{INT} annotation {{ }}", INT),
    # containers
    (many(INT), many(INT)),
    (many(NONE), many(mapping(INT))),
    (mapping(NONE), mapping(INT)),
    (many(STR), many(enum("a"))),
    (many(INT), many(union(INT, NONE))),
    # files
    (CSV, ANY_FILE),
    (ANY_FILE, CSV),
    (FOLDER, ANY_FILE),
    # datasets and schemas
    (NONE, DATASET),
    (NONE, CSV_SET),
    (SCHEMA, DATASET),
    (SCHEMA, PARQUET),
    (PARQUET, 'structured_dataset_type { format: "parquet" }'),
    (CSV_SET, DATASET),
    (DATASET, SCHEMA),
    (PARQUET, SCHEMA),
    (schema(a="INTEGER", b="STRING"), schema(a="INTEGER")),
    (schema(a="INTEGER"), SCHEMA),
    (columns(a=INT, b=STR), columns(a=INT)),
    (columns(a=INT), schema(a="INTEGER")),
    (schema(a="DURATION"), columns(a="simple: DURATION")),
    (columns(a=STR), columns(a=enum("x"))),
    # unions
    (INT, union(INT, STR)),
    (union(INT), INT),
    (union(STR), enum("a")),
    (union(INT, STR), union(STR, INT, NONE)),
    (union(), union(INT)),
    (union(NONE), union(DATASET, NONE)),
    (many(NONE), union(many(INT), mapping(INT))),
    (INT, union(union(INT), STR)),
    # dataclasses without metadata on a side
    (STRUCT, metadata('fields { key: "a" }')),
    (metadata(), STRUCT),
    (metadata(), metadata()),
]

DOES_NOT_FIT = [
    (INT, FLOAT),
    (FLOAT, INT),
    (INT, STR),
    (INT, NONE),
    (NONE, INT),
    (NONE, STR),
    (INT, UNSET),
    (UNSET, INT),
    (STRUCT, mapping(INT)),
    (STRUCT, "simple: BINARY"),
    (enum("a"), enum("a", "b")),
    (enum("a", "b"), enum("b", "a")),
    (INT, enum("a")),
    (tagged(INT, "q"), INT),
    (tagged(INT, "q"), tagged(INT, "p")),
    (tagged(enum("a"), "p"), enum("a")),
    (many(INT), many(FLOAT)),
    (mapping(INT), many(INT)),
    (many(union(INT)), many(INT)),
    (many(INT), INT),
    (CSV, 'blob { format: "CSV" }'),
    (NONE, ANY_FILE),
    (NONE, SCHEMA),
    (SCHEMA, CSV_SET),
    (CSV_SET, SCHEMA),
    (CSV_SET, PARQUET),
    (schema(a="INTEGER"), schema(b="INTEGER")),
    (schema(a="INTEGER"), schema(a="FLOAT")),
    (columns(a=INT), columns(a=FLOAT)),
    (columns(a=INT), columns(b=INT)),
    (columns(a=many(INT)), schema(a="INTEGER")),
    (columns(a=INT), 'structured_dataset_type { columns { name: "a" } }'),
    (DATASET, INT),
    (tagged(STR, "str"), union(tagged(STR, "str"), enum("a"))),
    (FOLDER, union(ANY_FILE, FOLDER)),
    (NONE, union(DATASET, NONE)),
    (many(NONE), union(many(INT), many(STR))),
    (BOOL, union(INT, STR)),
    (union(INT, STR), union(INT)),
    (union(INT, INT), INT),
    (union(), INT),
    (INT, union()),
    (INT, union(INT, INT)),
    (metadata('fields { key: "a" }'), metadata()),
]


def fits(up: str, down: str) -> bool:
    table = TypeTable()
    return castable(table, table.intern(literal_type(up)), table.intern(literal_type(down))).fits


@pytest.mark.parametrize(("up", "down"), FITS)
def test_fits(up: str, down: str) -> None:
    assert fits(up, down)


@pytest.mark.parametrize(("up", "down"), DOES_NOT_FIT)
def test_does_not_fit(up: str, down: str) -> None:
    assert not fits(up, down)


def test_directory_for_file_is_noted() -> None:
    table = TypeTable()
    up, down = table.intern(literal_type(many(FOLDER))), table.intern(literal_type(many(ANY_FILE)))
    assert castable(table, up, down).notes == (Note.DIMENSIONALITY,)


@pytest.mark.parametrize(
    ("type", "optional", "none"),
    [
        (union(INT, NONE), True, True),
        (union(STR, many(INT)), True, False),
        (union(INT, enum("a")), True, False),
        (union(INT, STR), False, False),
        (NONE, False, True),
        (union(), False, False),
    ],
)
def test_optional(type: str, optional: bool, none: bool) -> None:
    interned = TypeTable().intern(literal_type(type))
    assert (interned.counts_as_optional, interned.accepts_none) == (optional, none)


@pytest.mark.parametrize(
    ("type", "printed"),
    [
        (many(INT), "list[int]"),
        (mapping(many(STR)), "dict[str, list[str]]"),
        (union(INT, NONE), "int | None"),
        (many(union(INT, NONE)), "list[int | None]"),
        (CSV, "file[csv]"),
        (FOLDER, "directory"),
        ("simple: DATETIME", "datetime"),
        ("simple: DURATION", "timedelta"),
        (enum("a", "b"), "enum[a, b]"),
        (columns(a=INT), "dataset[a: int]"),
        (CSV_SET, "dataset[csv]"),
        (schema(a="FLOAT"), "schema[a: float]"),
        (STRUCT, "struct"),
        (metadata('fields { key: "title" value { string_value: "Train" } }'), "Train"),
        (metadata('fields { key: "$ref" value { string_value: "#/definitions/TrainSchema" } }'), "Train"),
        (UNSET, "(no type)"),
        ("simple: 77", "simple type 77"),
    ],
)
def test_printed(type: str, printed: str) -> None:
    assert type_text(literal_type(type)) == printed


def test_printed_types_are_bounded() -> None:
    deep, broad = INT, enum(*(f"value{i}" for i in range(1000)))
    for _ in range(60):
        deep = many(deep)
    assert type_text(literal_type(deep)) == "list[list[list[list[list[list[list[list[list[...]]]]]]]]]"
    assert len(type_text(literal_type(broad))) < 250


@pytest.mark.parametrize(
    ("given", "expected", "text"),
    [
        (many(INT), many(FLOAT), "they differ in the element type: `float` expected, `int` given"),
        (
            mapping(many(INT)),
            mapping(many(STR)),
            "they differ in the element type of the value type: `str` expected, `int` given",
        ),
        (INT, many(INT), "`list[int]` expected, `int` given"),
        (CSV_SET, PARQUET, "format `Parquet` expected, `csv` given"),
        (
            columns(a=INT),
            columns(a=STR),
            "they differ in the type of column `a`: `str` expected, `int` given",
        ),
        (columns(a=INT), columns(b=STR), "column `b` is expected and is not given"),
        (INT, union(STR, NONE), "`int` is none of `str | None`"),
        (INT, union(INT, INT), "`int` is ambiguous: it fits `int` and `int` of the union"),
        (tagged(INT, "a"), INT, "both are `int`, and no tag is expected, tag `a` given"),
    ],
)
def test_difference(given: str, expected: str, text: str) -> None:
    table = TypeTable()
    found = first_difference(table, table.intern(literal_type(given)), table.intern(literal_type(expected)))
    assert str(found) == text


# --- laws


def types() -> st.SearchStrategy[str]:
    leaves = st.sampled_from([INT, FLOAT, STR, NONE, enum("a"), CSV, FOLDER, DATASET, SCHEMA, STRUCT, UNSET])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            inner.map(many), inner.map(mapping), st.lists(inner, max_size=3).map(lambda each: union(*each))
        ),
        max_leaves=6,
    )


@settings(max_examples=150, deadline=None)
@given(types(), types())
def test_interning_is_equality(left: str, right: str) -> None:
    table = TypeTable()
    one, other = literal_type(left), literal_type(right)
    assert (table.intern(one) is table.intern(other)) == (one == other)


@settings(max_examples=150, deadline=None)
@given(types())
def test_unambiguous_types_fit_themselves(type: str) -> None:
    assert "union" in type or fits(type, type)


@settings(max_examples=150, deadline=None)
@given(types(), types())
def test_an_answer_does_not_depend_on_earlier_ones(up: str, down: str) -> None:
    table = TypeTable()
    one, other = table.intern(literal_type(up)), table.intern(literal_type(down))
    castable(table, other, one)
    castable(table, table.collection(one), table.collection(other))
    assert castable(table, one, other).fits == fits(up, down)


def test_large_unions_end() -> None:
    """A pair of unions of thousands of variants is given up on rather than compared to the end."""
    table = TypeTable()
    up, down = LiteralType(), LiteralType()
    for side, numbers in ((up, range(2000)), (down, range(1999, -1, -1))):
        for i in numbers:
            side.union_type.variants.add().collection_type.enum_type.values.append(f"a{i}")
    answer = castable(table, table.intern(up), table.intern(down))
    assert answer == (True, (Note.NOT_COMPARED,))


def test_what_is_not_part_of_the_input_fits_everywhere() -> None:
    table = TypeTable()
    number = table.intern(literal_type(INT))
    assert castable(table, table.anything, number).fits
    assert castable(table, number, table.anything).fits
    assert table.anything.kind is TypeKind.ANYTHING


def test_every_column_of_a_name_must_match() -> None:
    def dataset(*types: str) -> str:
        columns = " ".join(f'columns {{ name: "a" literal_type {{ {type} }} }}' for type in types)
        return f"structured_dataset_type {{ {columns} }}"

    def schema(*kinds: str) -> str:
        return "schema { " + " ".join(f'columns {{ name: "a" type: {kind} }}' for kind in kinds) + " }"

    assert fits(dataset(INT), dataset(INT, INT))
    assert not fits(dataset(STR), dataset(INT, STR))
    assert not fits(dataset(STR), dataset(STR, INT))
    assert not fits(schema("STRING"), schema("INTEGER", "STRING"))
    assert not fits(dataset(STR), schema("INTEGER", "STRING"))
    assert not fits(schema("STRING"), dataset(INT, STR))
    assert fits(schema("STRING"), dataset(STR, STR))

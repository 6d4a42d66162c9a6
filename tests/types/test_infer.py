"""The type that a literal has."""

from __future__ import annotations

import pytest
from google.protobuf import text_format

from flowidl.core.v1.literals_pb2 import Literal
from flowidl.types import TypeKind, TypeTable, castable, literal_type_of, type_text
from tests.support.flows import literal_type

I1 = "scalar { primitive { integer: 1 } }"
S1 = 'scalar { primitive { string_value: "s" } }'
NO = "scalar { none_type { } }"


def some(*elements: str) -> str:
    return "collection { " + " ".join(f"literals {{ {element} }}" for element in elements) + " }"


def named(**values: str) -> str:
    entries = " ".join(f'literals {{ key: "{key}" value {{ {value} }} }}' for key, value in values.items())
    return f"map {{ {entries} }}"


def union_scalar(value: str, type: str) -> str:
    return f"scalar {{ union {{ value {{ {value} }} type {{ {type} }} }} }}"


@pytest.mark.parametrize(
    ("literal", "printed"),
    [
        (I1, "int"),
        ("scalar { primitive { float_value: 1 } }", "float"),
        (S1, "str"),
        ("scalar { primitive { boolean: true } }", "bool"),
        ("scalar { primitive { datetime { } } }", "datetime"),
        ("scalar { primitive { duration { } } }", "timedelta"),
        ("scalar { primitive { } }", "None"),
        (NO, "None"),
        ('scalar { binary { tag: "msgpack" } }', "struct"),
        ('scalar { binary { tag: "other" } }', "binary"),
        ("scalar { generic { } }", "struct"),
        ("scalar { error { } }", "error"),
        ('scalar { blob { metadata { type { format: "csv" } } } }', "file[csv]"),
        ("scalar { schema { type { } } }", "schema"),
        (
            'scalar { structured_dataset { metadata { structured_dataset_type { format: "csv" } } } }',
            "dataset[csv]",
        ),
        (union_scalar(I1, "simple: STRING"), "str"),
        (some(), "list[None]"),
        (some(some(), some(I1)), "list[list[int]]"),
        (some(some(), some()), "list[list[None]]"),
        (some(NO, I1), "list[int | None]"),
        (some(I1, I1), "list[int]"),
        (named(), "dict[str, None]"),
        (named(a=named(), b=named(q=I1)), "dict[str, dict[str, int] | dict[str, None]]"),
        (some(I1, some(I1, S1)), "list[list[int | str | int]]"),
        (
            some(union_scalar(I1, "simple: INTEGER"), union_scalar(S1, "simple: STRING")),
            "list[int | str]",
        ),
        ("offloaded_metadata { inferred_type { simple: INTEGER } }", "int"),
    ],
)
def test_inferred(literal: str, printed: str) -> None:
    type = literal_type_of(TypeTable(), text_format.Parse(literal, Literal()))
    assert type is not None
    assert type_text(type) == printed


@pytest.mark.parametrize(
    "literal",
    [
        "",
        "scalar { }",
        'scalar { blob { uri: "s3://x" } }',
        "offloaded_metadata { }",
        "offloaded_metadata { inferred_type { } }",
        some("offloaded_metadata { inferred_type { } }"),
    ],
)
def test_unknown(literal: str) -> None:
    assert literal_type_of(TypeTable(), text_format.Parse(literal, Literal())) is None


@pytest.mark.parametrize(
    "literal",
    [
        "scalar { schema { } }",
        "scalar { structured_dataset { } }",
        "scalar { blob { metadata { } } }",
        some(""),
    ],
)
@pytest.mark.parametrize(
    "type", ["structured_dataset_type { }", "schema { }", "blob { }", "simple: NONE", "collection_type { }"]
)
def test_literals_that_do_not_state_their_type_fit_nowhere(literal: str, type: str) -> None:
    table = TypeTable()
    inferred = literal_type_of(table, text_format.Parse(literal, Literal()))
    assert inferred is not None
    assert not castable(table, inferred, table.intern(literal_type(type))).fits


def test_a_list_of_union_scalars_keeps_their_unions() -> None:
    table = TypeTable()
    literal = some(union_scalar(I1, "simple: INTEGER"), union_scalar(S1, "simple: STRING"))
    type = literal_type_of(table, text_format.Parse(literal, Literal()))
    assert type is not None
    assert type.element is not None
    assert [variant.kind for variant in type.element.variants] == [TypeKind.UNION, TypeKind.UNION]

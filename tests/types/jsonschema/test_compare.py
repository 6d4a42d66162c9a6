"""Which JSON schema may stand for which: what the reference compares, and what it passes over."""

from __future__ import annotations

import math
from typing import Any

import pytest

from flowidl.core.v1.types_pb2 import LiteralType, SimpleType
from flowidl.types import TypeTable, castable
from flowidl.types.difference import first_difference
from tests.types.jsonschema.pairs import (
    FITS,
    INT,
    NULL,
    NUM,
    OBJECT,
    OPEN,
    REFUSED,
    STR,
    answer,
    field,
    model,
    struct,
    within,
)

A, B = model("A", ["a"], a=INT), model("B", ["a", "b"], a=INT, b=STR)
DRAFT_4 = "http://json-schema.org/draft-04/schema#"


@pytest.mark.parametrize(
    ("given", "expected", "verdict"),
    [
        (A, A, FITS),
        (A, {**A, "title": "Other", "description": "x", "default": {}}, FITS),
        (B, A, FITS),
        (A, B, REFUSED),
        (model(a=INT), model(b=INT), REFUSED),
        (A, {}, FITS),
        ({}, {"title": "x"}, FITS),
        ({}, A, REFUSED),
        ({"$ref": "#/definitions/A", "definitions": {"A": B}}, A, FITS),
        (B, {"$ref": "#/definitions/A", "definitions": {"A": A}}, FITS),
        (A, {"$ref": "#/definitions/A", "definitions": {"A": B}}, REFUSED),
        (model(a=INT), model("A", ["a"], a=INT), REFUSED),
        (model("A", ["a", "b"], a=INT), model("A", ["b"], a=INT), FITS),
        ({**A, "additionalProperties": False}, {**A, "additionalProperties": True}, FITS),
    ],
)
def test_objects(given: dict[str, Any], expected: dict[str, Any], verdict: object) -> None:
    assert answer(given, expected) == verdict


@pytest.mark.parametrize(
    ("given", "expected", "verdict"),
    [
        (INT, STR, REFUSED),
        (INT, NUM, REFUSED),
        (INT, {}, REFUSED),
        ({}, INT, REFUSED),
        (OBJECT, {}, FITS),
        ({"type": ["object"]}, OBJECT, FITS),
        ({"type": ["object", "null"]}, {}, REFUSED),
        ({"type": ["string", "null"]}, {"type": ["null", "string"]}, FITS),
        ({"type": ["string", "null"]}, STR, REFUSED),
        (STR, {"type": ["string", "null"]}, REFUSED),
    ],
)
def test_types_are_the_same_set(given: object, expected: object, verdict: object) -> None:
    assert field(given, expected) == verdict


@pytest.mark.parametrize(
    ("type", "least", "most"),
    [
        ("string", "minLength", "maxLength"),
        ("array", "minItems", "maxItems"),
        ("object", "minProperties", "maxProperties"),
        ("number", "minimum", "maximum"),
    ],
)
def test_bounds_are_at_least_as_strict(type: str, least: str, most: str) -> None:
    plain = {"type": type}
    for keyword, loose, strict in ((least, 1, 2), (most, 2, 1), (least, 0, 0), (most, 0, 0)):
        assert field({**plain, keyword: strict}, {**plain, keyword: loose}) == FITS
        assert field({**plain, keyword: strict}, plain) == FITS
        assert field(plain, {**plain, keyword: loose}) == REFUSED
        if strict != loose:
            assert field({**plain, keyword: loose}, {**plain, keyword: strict}) == REFUSED
    both = {"type": [type, "null"]}
    assert field(both, {**both, least: 1}) == REFUSED


@pytest.mark.parametrize(
    ("type", "keyword"),
    [
        ("integer", "minimum"),
        ("integer", "maximum"),
        ("integer", "exclusiveMinimum"),
        ("integer", "multipleOf"),
        ("string", "minimum"),
        ("number", "maxLength"),
        ("string", "minItems"),
        ("array", "minProperties"),
        (None, "minLength"),
        (None, "maxItems"),
        (None, "minimum"),
        ("object", "format"),
    ],
)
def test_bounds_of_other_types_are_not_compared(type: str | None, keyword: str) -> None:
    plain = {} if type is None else {"type": type}
    value = "date" if keyword == "format" else 3
    assert within(plain, {**plain, keyword: value}) == FITS
    assert within({**plain, keyword: value}, plain) == FITS


def test_lengths_of_objects_count_where_no_type_is_stated() -> None:
    assert field({}, {"minProperties": 1}) == REFUSED
    assert field({"minProperties": 1}, {"minProperties": 1, "title": "x"}) == FITS


@pytest.mark.parametrize(
    ("given", "expected", "verdict", "inner"),
    [
        (4, 2, FITS, FITS),
        (2, 4, REFUSED, REFUSED),
        (3, 2, REFUSED, REFUSED),
        (0.5, 2, FITS, REFUSED),
        (2, 0.5, FITS, REFUSED),
        (2, None, FITS, FITS),
        (None, 2, OPEN, OPEN),
    ],
)
def test_multiples_of_numbers(
    given: float | None, expected: float | None, verdict: object, inner: object
) -> None:
    have = NUM if given is None else {**NUM, "multipleOf": given}
    want = NUM if expected is None else {**NUM, "multipleOf": expected}
    assert field(have, want) == verdict
    assert within(have, want) == inner


@pytest.mark.parametrize(
    ("given", "expected", "verdict"),
    [
        ({"format": "date"}, {"format": "date", "title": "x"}, FITS),
        ({"format": "date"}, {"format": "time"}, REFUSED),
        ({"format": "date"}, {}, REFUSED),
        ({}, {"format": "date"}, REFUSED),
        ({"pattern": "a"}, {"pattern": "a", "title": "x"}, FITS),
        ({"pattern": "a"}, {"pattern": "b"}, REFUSED),
        ({"pattern": "a"}, {}, FITS),
        ({}, {"pattern": "a"}, OPEN),
        ({"enum": ["x"]}, {"enum": ["y", "x"]}, FITS),
        ({"enum": ["x", ""]}, {"enum": ["y", "x"]}, FITS),
        ({"enum": ["x", "z"]}, {"enum": ["y", "x"]}, REFUSED),
        ({"enum": ["x", "z"]}, {}, FITS),
        ({}, {"enum": ["y", "x"]}, FITS),
        ({"enum": ["x", 1]}, {"enum": ["x"]}, OPEN),
        ({"enum": ["x"]}, {"enum": ["x", None]}, OPEN),
        ({"minLength": 1}, {"contentEncoding": "base64"}, FITS),
    ],
)
@pytest.mark.parametrize("type", ["string", ["string", "null"]])
def test_texts(given: dict[str, Any], expected: dict[str, Any], verdict: object, type: object) -> None:
    assert field({"type": type, **given}, {"type": type, **expected}) == verdict


def test_enumerations_that_are_not_of_texts_are_not_compared() -> None:
    assert within({"enum": [1, 2]}, {"enum": [3]}) == FITS
    assert within({**INT, "enum": [1, 2]}, {**INT, "enum": [3]}) == FITS


@pytest.mark.parametrize(
    ("given", "expected", "verdict"),
    [
        ({"const": 1}, {"const": 1, "title": "x"}, FITS),
        ({"const": 1}, {"const": 2}, REFUSED),
        ({"const": 1}, {"const": True}, REFUSED),
        ({"const": 0}, {"const": False}, REFUSED),
        ({"const": None}, {"const": None, "title": "x"}, FITS),
        ({}, {"const": None}, REFUSED),
        ({"const": 1}, {}, FITS),
        ({"const": [1]}, {"const": [1], "title": "x"}, OPEN),
        ({"const": {}}, {"const": {"a": 1}}, OPEN),
        ({"const": [1]}, {"const": "x"}, REFUSED),
    ],
)
def test_constants(given: object, expected: object, verdict: object) -> None:
    assert field(given, expected) == verdict


def test_drafts_4_and_6_do_not_know_later_keywords() -> None:
    plain, constant = model(a={}), model("B", a={"const": 1})
    assert answer(plain, {**constant, "$schema": DRAFT_4}) == FITS
    assert answer({**constant, "$schema": DRAFT_4}, model("C", a={"const": 1})) == REFUSED
    condition = model("B", a={"if": OBJECT, "then": OBJECT})
    draft_6 = "http://json-schema.org/draft-06/schema#"
    assert answer(plain, condition) == REFUSED
    assert answer(plain, {**condition, "$schema": draft_6}) == FITS


def test_exclusive_bounds_of_draft_4_are_no_inclusive_ones() -> None:
    def draft_4(**bounds: object) -> dict[str, Any]:
        return {**model(a={**NUM, **bounds}), "$schema": DRAFT_4}

    assert answer(draft_4(), draft_4(minimum=1, exclusiveMinimum=True)) == FITS
    assert answer(draft_4(minimum=1, exclusiveMinimum=False), draft_4(minimum=1)) == FITS


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf", "allOf"])
def test_alternatives(keyword: str) -> None:
    def alternatives(*members: object) -> dict[str, Any]:
        return {keyword: list(members)}

    assert field(alternatives(INT, STR), alternatives({**STR, "title": "x"}, INT, INT, NULL)) == FITS
    assert field(alternatives(INT, STR, NULL), alternatives(INT, STR)) == REFUSED
    assert field(alternatives(INT), INT) == REFUSED
    assert field(INT, alternatives(INT)) == REFUSED
    assert field(alternatives(alternatives(INT)), alternatives(alternatives(INT, STR))) == FITS
    assert field(alternatives(INT), {"anyOf" if keyword != "anyOf" else "oneOf": [INT]}) == REFUSED


CONDITION = {"if": {"properties": {"a": INT}}, "then": {"required": ["a"]}}


@pytest.mark.parametrize(
    ("given", "expected", "verdict"),
    [
        (CONDITION, {**CONDITION, "title": "x"}, FITS),
        (CONDITION, {}, REFUSED),
        ({}, CONDITION, REFUSED),
        ({"if": INT}, {}, FITS),
        ({"then": INT}, {"else": STR}, FITS),
        (CONDITION, {**CONDITION, "else": {}}, REFUSED),
        (CONDITION, {**CONDITION, "then": {}}, REFUSED),
        ({**CONDITION, "then": {}}, CONDITION, REFUSED),
        ({"if": {"not": INT}, "then": {}}, {"if": {"not": INT}, "then": {}, "title": "x"}, REFUSED),
        ({**STR, **CONDITION}, STR, FITS),
    ],
)
def test_conditions(given: object, expected: object, verdict: object) -> None:
    assert field(given, expected) == verdict


LIST = {"type": "array"}


@pytest.mark.parametrize(
    ("given", "expected", "verdict", "inner"),
    [
        ({"items": INT}, {"items": {**INT, "title": "x"}}, FITS, FITS),
        ({"items": INT}, {"items": STR}, REFUSED, REFUSED),
        ({"items": INT}, {}, FITS, FITS),
        ({}, {"items": INT}, REFUSED, REFUSED),
        ({"items": [INT, STR]}, {"items": [INT, {**STR, "title": "x"}]}, FITS, REFUSED),
        ({"items": [INT, STR]}, {"items": [INT]}, REFUSED, REFUSED),
        ({"items": [INT, STR]}, {"items": [INT, INT]}, REFUSED, REFUSED),
        ({"items": [INT]}, {"items": INT}, REFUSED, REFUSED),
        ({"uniqueItems": True}, {}, FITS, FITS),
        ({}, {"uniqueItems": True}, REFUSED, REFUSED),
        ({}, {"uniqueItems": False}, FITS, FITS),
        ({"prefixItems": [INT]}, {"prefixItems": [STR]}, FITS, FITS),
        ({"contains": INT}, {"contains": STR}, FITS, FITS),
    ],
)
def test_lists(given: dict[str, Any], expected: dict[str, Any], verdict: object, inner: object) -> None:
    assert field({**LIST, **given}, {**LIST, **expected}) == verdict
    assert within({**LIST, **given}, {**LIST, **expected}) == inner


def test_elements_are_not_compared_where_no_list_is_expected() -> None:
    assert field({"items": INT}, {"items": STR}) == FITS


@pytest.mark.parametrize(
    "keywords",
    [
        {"additionalProperties": False},
        {"additionalProperties": {}},
        {"additionalProperties": INT},
        {"not": INT},
        {"dependencies": {"a": ["b"]}},
        {"patternProperties": {"^a": INT}},
    ],
)
def test_what_is_not_implemented_counts_within_alternatives_only(keywords: dict[str, Any]) -> None:
    plain, other = {**OBJECT}, {**OBJECT, **keywords}
    for given, expected in ((plain, other), (other, plain), (other, {**other, "title": "x"})):
        assert field(given, expected) == FITS
        assert within(given, expected) == REFUSED
        assert field({"type": "array", "items": given}, {"type": "array", "items": expected}) == FITS
    assert within({**STR, **keywords}, {**STR, **keywords, "title": "x"}) == FITS


def test_exclusive_bounds_are_not_implemented() -> None:
    bounded = {**NUM, "exclusiveMinimum": 0}
    for given, expected in ((NUM, bounded), (bounded, NUM), (bounded, {**bounded, "title": "x"})):
        assert field(given, expected) == FITS
        assert within(given, expected) == REFUSED


def test_equal_schemas_are_not_compared() -> None:
    odd = model(a={"anyOf": [{**OBJECT, "not": INT}, NULL], "format": "uuid"})
    assert answer(odd, odd) == FITS
    assert answer(odd, {**odd, "title": "x"}) == REFUSED


@pytest.mark.parametrize("value", [True, False])
def test_truth_values_as_schemas(value: bool) -> None:
    assert field(value, {}) == FITS
    assert field(value, not value) == FITS
    assert field(value, INT) == REFUSED
    assert field({}, value) == REFUSED
    assert field({"minProperties": 0, "maxProperties": 0}, value) == FITS
    assert field({"not": {}}, {"not": value}) == FITS


def test_properties_are_not_compared_where_no_object_is_expected() -> None:
    assert field({**STR, "properties": {}}, {**STR, "properties": {"a": INT}, "required": ["a"]}) == FITS


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, None])
def test_metadata_that_cannot_be_written_fits_nothing(number: float | None) -> None:
    type = LiteralType(simple=SimpleType.STRUCT)
    value = type.metadata.fields["a"].list_value.values.add().struct_value.fields["b"]
    if number is not None:
        value.number_value = number
    table = TypeTable()
    odd = table.intern(type)
    assert castable(table, odd, odd) == REFUSED
    assert castable(table, table.collection(odd), table.collection(odd)) == REFUSED
    assert castable(table, struct(table, A), odd) == REFUSED
    assert castable(table, odd, struct(table, {})) == REFUSED
    assert castable(table, odd, table.simple(SimpleType.STRUCT)) == FITS


def tree(name: str, definition: str = "T") -> dict[str, Any]:
    node = {"type": "object", "properties": {"left": {"$ref": f"#/definitions/{definition}"}, name: INT}}
    return {"$ref": f"#/definitions/{definition}", "definitions": {definition: node}}


def test_schemas_that_recur_on_both_sides_are_left_open() -> None:
    assert answer(tree("a"), tree("a")) == FITS
    assert answer(tree("a"), tree("a", "U")) == OPEN
    assert answer(tree("a"), tree("b")) == REFUSED
    assert answer(tree("a"), model(a=INT)) == FITS


def test_references_that_lead_to_themselves_are_left_open() -> None:
    assert answer({"$ref": "#"}, A) == OPEN
    ring = {"A": {"$ref": "#/definitions/B"}, "B": {"$ref": "#/definitions/A"}}
    assert answer({**model(a={"$ref": "#/definitions/A"}), "definitions": ring}, model(a={})) == OPEN


def ring(length: int) -> dict[str, Any]:
    nodes: dict[str, Any] = {}
    for at in range(length):
        following = {"$ref": f"#/definitions/n{(at + 1) % length}"}
        nodes[f"n{at}"] = {"type": "object", "properties": {"next": following}}
    return {"$ref": "#/definitions/n0", "definitions": nodes}


def test_rings_of_coprime_lengths_end_soon() -> None:
    table = TypeTable()
    given, expected = struct(table, ring(1_999)), struct(table, ring(2_003))
    assert castable(table, given, expected) == OPEN
    # 2,003 * 1,999 pairs would be four million steps
    assert table.schemas.steps_left > -10_000


def test_many_alternatives_on_both_sides_end_soon() -> None:
    table = TypeTable()
    members = [model(f"M{at}", [], **{f"f{at}": INT}) for at in range(1_200)]
    given = struct(table, model(a={"anyOf": members}))
    expected = struct(table, model("B", a={"anyOf": list(reversed(members))}))
    assert castable(table, given, expected).fits
    assert table.schemas.steps_left > -10_000


@pytest.mark.parametrize(
    ("given", "expected", "sentence"),
    [
        (A, B, "field `b` is expected and is not given"),
        (A, model(a=STR), "field `a` is `integer`, and `string` is expected"),
        (
            model(a=model(b={"type": "array", "items": INT})),
            model(a=model(b={"type": "array", "items": STR})),
            "field `a.b.[]` is `integer`, and `string` is expected",
        ),
        (
            {**A, "$schema": "https://json-schema.org/draft/2020-12/schema"},
            B,
            "the JSON schema of the given dataclass is not accepted: "
            "its `$schema` is none of draft 4, 6 and 7",
        ),
        (
            A,
            model(a={**STR, "format": "uuid"}),
            "the JSON schema of the expected dataclass is not accepted: "
            "it is not well formed: `format` is not what it must be",
        ),
    ],
)
def test_difference_is_told_in_words(given: dict[str, Any], expected: dict[str, Any], sentence: str) -> None:
    table = TypeTable()
    assert str(first_difference(table, struct(table, given), struct(table, expected))) == sentence

"""Which schemas compile: draft, meta-schema, content, references."""

from __future__ import annotations

from typing import Any

import pytest

from tests.types.jsonschema.pairs import (
    INT,
    OBJECT,
    REFUSED,
    STR,
    answer,
    compiles,
    field_compiles,
    model,
)

SITE = "http://json-schema.org/"


@pytest.mark.parametrize(
    "name", ["draft-04/schema#", "draft-06/schema#", "draft-07/schema#", "draft-07/schema", "schema#"]
)
def test_known_drafts(name: str) -> None:
    assert compiles({"$schema": SITE + name})


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x",
        SITE + "draft-03/schema#",
        SITE + "draft-07/schema##",
        "https://json-schema.org/draft-07/schema#",
        "https://json-schema.org/draft/2020-12/schema",
        7,
        None,
    ],
)
def test_unknown_drafts(name: object) -> None:
    assert not compiles({"$schema": name})


WELL_FORMED: list[Any] = [
    {"title": "x", "description": "", "$comment": "x", "examples": [1], "readOnly": True},
    {"default": None, "const": None, "unknown": None, "writeOnly": "x"},
    {"minLength": 0, "maxLength": 3.0, "minItems": 1e20, "multipleOf": 0.1, "minimum": -1.5},
    {"exclusiveMinimum": 1, "exclusiveMaximum": 0},
    {"type": ["string", "null"], "required": [], "enum": []},
    {"enum": [1, 1]},
    {"items": {}},
    {"items": [True, {}]},
    {"items": True, "additionalItems": False, "contains": False, "propertyNames": True},
    {"dependencies": {"a": ["b"], "b": {}, "c": True, "d": []}},
    {"$schema": "http://example.org/any"},
    {"$id": "item.json", "$ref": "#"},
    {"id": 7, "$defs": {"a": 7}, "$vocabulary": []},
    {"contentEncoding": "base64", "contentMediaType": "application/json"},
    {"if": {}, "then": True, "else": False},
    True,
    False,
]


@pytest.mark.parametrize("part", WELL_FORMED)
def test_well_formed_parts(part: object) -> None:
    assert field_compiles(part)
    assert compiles({"definitions": {"unused": part}})


@pytest.mark.parametrize(
    "part",
    [
        7,
        None,
        [],
        "x",
        {"title": 7},
        {"title": None},
        {"description": []},
        {"$comment": 1},
        {"pattern": 1},
        {"format": None},
        {"$id": 7},
        {"$id": "%zz"},
        {"$ref": 7},
        {"readOnly": "yes"},
        {"examples": {}},
        {"minLength": -1},
        {"minLength": 1.5},
        {"minLength": 1e21},
        {"minLength": True},
        {"maxItems": "3"},
        {"maxProperties": None},
        {"multipleOf": 0},
        {"multipleOf": -1},
        {"minimum": "0"},
        {"exclusiveMinimum": True},
        {"uniqueItems": 1},
        {"type": "text"},
        {"type": []},
        {"type": ["string", "string"]},
        {"type": ["string", "text"]},
        {"type": None},
        {"required": "a"},
        {"required": [1]},
        {"required": ["a", "a"]},
        {"enum": {}},
        {"items": []},
        {"items": 7},
        {"items": [7]},
        {"additionalItems": 7},
        {"additionalProperties": "x"},
        {"properties": []},
        {"properties": {"a": 7}},
        {"patternProperties": {"a": 7}},
        {"definitions": True},
        {"definitions": {"a": []}},
        {"dependencies": []},
        {"dependencies": {"a": "b"}},
        {"dependencies": {"a": ["b", "b"]}},
        {"dependencies": {"a": [1]}},
        {"anyOf": []},
        {"allOf": {}},
        {"oneOf": [7]},
        {"not": 7},
        {"if": 7},
        {"contains": []},
        {"propertyNames": None},
        {"$schema": 7},
        {"$schema": "any"},
        {"contentEncoding": 7},
        {"format": "uuid"},
        {"format": "path"},
        {"format": "decimal"},
        {"format": "time-delta"},
        {"format": "byte"},
        {"format": "int32"},
        {"format": ""},
    ],
)
def test_malformed_parts(part: object) -> None:
    assert not field_compiles(part)
    assert not compiles({"definitions": {"unused": part}})
    assert not compiles({"definitions": {"a": {"$ref": "#/definitions/b", "items": part}, "b": {}}})
    assert not compiles({"properties": {"a": {"$ref": "#/$defs/used"}}, "$defs": {"used": part}})
    assert compiles({"$defs": {"unused": part}})


BY_DRAFT: list[Any] = [
    ({"exclusiveMinimum": True, "minimum": 1}, {4}),
    ({"exclusiveMinimum": True}, set()),
    ({"exclusiveMinimum": 1}, {6, 7}),
    ({"required": []}, {6, 7}),
    ({"enum": []}, {7}),
    ({"enum": [1, 1]}, {7}),
    ({"enum": [1, True]}, {4, 6, 7}),
    ({"not": True}, {6, 7}),
    ({"additionalProperties": True, "additionalItems": False}, {4, 6, 7}),
    ({"$comment": 1, "if": 7, "contentEncoding": "x", "readOnly": 1}, {4, 6}),
    ({"$id": 7, "examples": 7, "contains": 7, "propertyNames": 7}, {4}),
    ({"id": 7}, {6, 7}),
]


@pytest.mark.parametrize(("part", "drafts"), BY_DRAFT)
def test_drafts_differ(part: object, drafts: set[int]) -> None:
    for draft in (4, 6, 7):
        schema = {"$schema": f"{SITE}draft-0{draft}/schema#", "properties": {"a": part}}
        assert compiles(schema) is (draft in drafts), draft


@pytest.mark.parametrize("part", [{"contentEncoding": "gzip"}, {"contentMediaType": "text/plain"}])
def test_unknown_contents(part: dict[str, Any]) -> None:
    assert not field_compiles(part)
    assert field_compiles({"$ref": "#/definitions/a", **part}) is False
    assert compiles({"properties": {"a": {"$ref": "#/definitions/a", **part}}, "definitions": {"a": {}}})


FIELDS: dict[str, Any] = {
    "a b": INT,
    "a/b": INT,
    "a~b": INT,
    "list": {"items": [STR, INT]},
    "named": {"$id": "#name", **INT},
    "placed": {"$id": "other.json", "definitions": {"x": INT}, "items": {"$ref": "#/definitions/x"}},
}


@pytest.mark.parametrize(
    "reference",
    [
        "#/definitions/a%20b",
        "#/definitions/a~1b",
        "#/definitions/a~0b",
        "#/definitions/list/items/1",
        "#/definitions/list/items/+1",
        "#/definitions/list/items/01",
        "#name",
        "other.json#/definitions/x",
        "schema.json#/definitions/named",
        "http://example.org/schema.json#name",
    ],
)
def test_references_that_lead_to_an_integer(reference: str) -> None:
    root = {"$id": "http://example.org/schema.json", "definitions": FIELDS}
    given = {**model(a={"$ref": reference, "title": "not looked at"}), **root}
    assert answer(given, model(a=INT)).fits
    assert answer(given, model(a=STR)) == REFUSED


@pytest.mark.parametrize(
    "reference",
    [
        "#/definitions/gone",
        "#/definitions/a%zzb",
        "#/definitions/list/items/2",
        "#/definitions/list/items/-1",
        "#/definitions/list/items/x",
        "#/definitions/list/items/" + "9" * 5_000,
        "#gone",
        "#/definitions/list/items/0/type",
        "definitions/a",
        "https://example.org/elsewhere",
        "http://[",
        "#hidden",
        "x\\y",
    ],
)
def test_references_that_lead_nowhere(reference: str) -> None:
    hidden = {"hidden": {"$id": "#hidden", **INT}}
    schema = {"properties": {"a": {"$ref": reference}}, "definitions": FIELDS, "$defs": hidden}
    assert not compiles(schema)


def test_the_empty_pointer_is_the_root() -> None:
    assert compiles({"properties": {"a": {"$ref": "#"}}})
    assert compiles({"properties": {"a": {"$ref": ""}}})
    assert answer(model(a={"$ref": "#"}), model(a={"title": "B", "type": "object"})).fits


def test_siblings_of_a_reference_are_not_compared() -> None:
    definitions = {"definitions": {"x": OBJECT}}
    plain = {**model(a={"$ref": "#/definitions/x"}), **definitions}
    other = {
        **model(a={"$ref": "#/definitions/x", "properties": {"b": INT}, "type": "string"}),
        **definitions,
    }
    assert answer(plain, other).fits
    assert answer(other, plain).fits


def test_draft_4_names_parts_by_id() -> None:
    def named(keyword: str) -> dict[str, Any]:
        definitions = {"x": {keyword: "#x", "type": "integer"}}
        return {**model(a={"$ref": "#x"}), "definitions": definitions, "$schema": SITE + "draft-04/schema#"}

    assert answer(named("id"), model(a=INT)).fits
    assert answer(named("$id"), model(a=INT)) == REFUSED


def test_long_chains_of_references_are_followed_once() -> None:
    chain = {f"c{at}": {"$ref": f"#/definitions/c{at + 1}"} for at in range(20_000)} | {"c20000": INT}
    fields = {f"f{at}": {"$ref": f"#/definitions/c{at}"} for at in range(0, 20_000, 2)}
    given = {"type": "object", "properties": fields, "definitions": chain}
    assert answer(given, model(f0=INT, f19998=INT)).fits

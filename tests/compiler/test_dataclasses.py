"""Dataclass up-casts: which JSON schema may stand for which."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import json_format

from flowidl.core.v1.types_pb2 import LiteralType, SimpleType
from flowidl.types import Cast, Note, TypeTable, castable
from flowidl.types.difference import first_difference
from flowidl.types.table import Type

DRAFT_7 = "http://json-schema.org/draft-07/schema#"
INT, STR = {"type": "integer"}, {"type": "string"}


def model(title: str, required: list[str] | None = None, **properties: object) -> dict[str, Any]:
    schema = {"title": title, "type": "object", "properties": properties}
    return schema if required is None else {**schema, "required": required}


def struct(table: TypeTable, schema: dict[str, Any]) -> Type:
    type = LiteralType(simple=SimpleType.STRUCT)
    json_format.ParseDict(schema, type.metadata)
    return table.intern(type)


def answer(given: dict[str, Any], expected: dict[str, Any]) -> Cast:
    table = TypeTable()
    return castable(table, struct(table, given), struct(table, expected))


A, B = model("A", ["a"], a=INT), model("B", ["a", "b"], a=INT, b=STR)
SURE_YES, SURE_NO = Cast(True), Cast(False)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (A, A),
        (A, model("Other", ["a"], a=INT)),
        (B, A),
        ({**A, "$schema": DRAFT_7}, A),
        (A, {"properties": {"a": {}}}),
        ({"$ref": "#/definitions/A", "definitions": {"A": B}}, A),
    ],
)
def test_fits(given: dict[str, Any], expected: dict[str, Any]) -> None:
    assert answer(given, expected).fits


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (A, B),
        (model("A", a=INT), model("B", b=INT)),
        ({**A, "$schema": "https://json-schema.org/draft/2020-12/schema"}, B),
        ({**B, "$schema": "https://json-schema.org/draft/2020-12/schema"}, A),
        ({**B, "$schema": 7}, A),
        ({**B, "type": "strange"}, A),
        ({**B, "required": "a"}, A),
        ({**B, "enum": []}, A),
        ({"$ref": "#/definitions/Gone"}, A),
        ({"$ref": "https://example.org/schema"}, A),
        ({"$ref": "#"}, A),
        (B, {}),
    ],
)
def test_known_refusals(given: dict[str, Any], expected: dict[str, Any]) -> None:
    assert answer(given, expected) == SURE_NO


@pytest.mark.parametrize(
    ("given", "expected", "fits"),
    [
        (model("A", a=INT), model("A", a=STR), False),
        (model("A", b=model("B", a=INT)), model("A", b=model("B", c=STR)), False),
        (model("A", b=model("B", a=INT, c=INT)), model("A", b=model("B", a=INT)), True),
        (model("A", a={"type": "array", "items": INT}), model("A", a={"type": "array", "items": STR}), False),
        (
            model("A", a={"anyOf": [INT, STR]}),
            model("A", a={"anyOf": [{**INT, "title": "x"}, STR], "default": 1}),
            True,
        ),
        (model("A", a={"anyOf": [INT, STR]}), model("A", a={"anyOf": [INT]}), False),
        (model("A", a={"type": ["integer", "null"]}), model("A", a=INT), False),
        (model("A", a=INT), model("A", a={"type": ["integer", "null"]}), True),
        (model("A", a=INT), model("A", ["a"], a=INT), False),
        ({**A, "additionalProperties": False}, {**A, "additionalProperties": True}, True),
    ],
)
def test_undetermined_answers_say_so(given: dict[str, Any], expected: dict[str, Any], fits: bool) -> None:
    assert answer(given, expected) == Cast(fits, (Note.SCHEMA_COMPARISON,))


def test_reading_is_carried_to_the_outside() -> None:
    table = TypeTable()
    given = table.collection(struct(table, model("A", a=INT)))
    expected = table.collection(struct(table, model("A", a=STR)))
    assert castable(table, given, expected) == Cast(False, (Note.SCHEMA_COMPARISON,))


def test_recursive_schemas_end() -> None:
    def tree(name: str) -> dict[str, Any]:
        node = {"type": "object", "properties": {"left": {"$ref": "#/definitions/T"}, name: INT}}
        return {"$ref": "#/definitions/T", "definitions": {"T": node}}

    assert answer(tree("a"), tree("a")).fits
    assert not answer(tree("a"), tree("b")).fits


def test_difference_names_the_field() -> None:
    table = TypeTable()
    found = first_difference(table, struct(table, A), struct(table, B))
    assert str(found) == "field `b` is expected and is not given"

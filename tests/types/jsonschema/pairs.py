"""Asks whether one JSON schema may stand for another, by way of two dataclass types."""

from __future__ import annotations

from typing import Any

from google.protobuf import json_format

from flowidl.core.v1.types_pb2 import LiteralType, SimpleType
from flowidl.types import Cast, Note, TypeTable, castable
from flowidl.types.table import Type

FITS, REFUSED, OPEN = Cast(True), Cast(False), Cast(True, (Note.NOT_COMPARED,))

INT: dict[str, Any] = {"type": "integer"}
STR: dict[str, Any] = {"type": "string"}
NUM: dict[str, Any] = {"type": "number"}
NULL: dict[str, Any] = {"type": "null"}
OBJECT: dict[str, Any] = {"type": "object"}


def struct(table: TypeTable, schema: dict[str, Any]) -> Type:
    type = LiteralType(simple=SimpleType.STRUCT)
    type.metadata.SetInParent()
    json_format.ParseDict(schema, type.metadata)
    return table.intern(type)


def answer(given: dict[str, Any], expected: dict[str, Any]) -> Cast:
    table = TypeTable()
    return castable(table, struct(table, given), struct(table, expected))


def model(title: str = "A", required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    schema = {"title": title, "type": "object", "properties": properties}
    return schema if required is None else {**schema, "required": required}


def field(given: object, expected: object) -> Cast:
    """Compare two models of one field."""
    return answer(model("A", a=given), model("B", a=expected))


def within(given: object, expected: object) -> Cast:
    """Compare two models of one field that has alternatives, where every complaint counts."""
    return field({"anyOf": [given, NULL]}, {"anyOf": [expected, NULL]})


def compiles(schema: dict[str, Any]) -> bool:
    """Tell whether a schema compiles: it then fits one that expects nothing of it."""
    assert "type" not in schema or schema["type"] == "object", "compare objects with objects"
    return answer({"type": "object", **schema}, {"title": "anything"}) != REFUSED


def field_compiles(schema: object) -> bool:
    """Tell whether a schema compiles as that of a field."""
    return compiles({"properties": {"a": schema}})

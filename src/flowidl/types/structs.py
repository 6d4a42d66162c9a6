"""`google.protobuf.Struct` as plain values, read without use of the interpreter's stack."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from google.protobuf.struct_pb2 import Struct, Value

Json: TypeAlias = "bool | float | str | list[Json] | dict[str, Json] | None"


def to_json(struct: Struct) -> dict[str, Json]:
    """Return a `Struct` as plain values; a value without kind becomes `None`."""
    top: dict[str, Json] = {}
    structs: list[tuple[Struct, dict[str, Json]]] = [(struct, top)]
    lists: list[tuple[list[Value], list[Json]]] = []

    def plain(value: Value) -> Json:
        kind = value.WhichOneof("kind")
        if kind == "struct_value":
            members: dict[str, Json] = {}
            structs.append((value.struct_value, members))
            return members
        if kind == "list_value":
            elements: list[Json] = []
            lists.append((list(value.list_value.values), elements))
            return elements
        if kind is None or kind == "null_value":
            return None
        plain_value: bool | float | str = getattr(value, kind)
        return plain_value

    while structs or lists:
        if structs:
            source, target = structs.pop()
            for key in sorted(source.fields):
                target[key] = plain(source.fields[key])
        else:
            values, elements = lists.pop()
            elements.extend(map(plain, values))
    return top


def is_json(struct: Struct) -> bool:
    """Tell whether a `Struct` can be written as JSON: no NaN, no infinity, no value without kind."""
    waiting: list[Value] = list(struct.fields.values())
    while waiting:
        value = waiting.pop()
        kind = value.WhichOneof("kind")
        if kind is None or (kind == "number_value" and not math.isfinite(value.number_value)):
            return False
        if kind == "struct_value":
            waiting.extend(value.struct_value.fields.values())
        elif kind == "list_value":
            waiting.extend(value.list_value.values)
    return True

"""`google.protobuf.Struct` as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from google.protobuf.struct_pb2 import Struct, Value

Json: TypeAlias = "bool | float | str | list[Json] | dict[str, Json] | None"


def to_json(struct: Struct) -> dict[str, Json]:
    """Return a `Struct` as plain values, without use of the interpreter's stack."""
    top: dict[str, Json] = {}
    waiting: list[tuple[Struct | list[Value], dict[str, Json] | list[Json]]] = [(struct, top)]

    def plain(value: Value) -> Json:
        kind = value.WhichOneof("kind")
        if kind == "struct_value":
            members: dict[str, Json] = {}
            waiting.append((value.struct_value, members))
            return members
        if kind == "list_value":
            elements: list[Json] = []
            waiting.append((list(value.list_value.values), elements))
            return elements
        if kind is None or kind == "null_value":
            return None
        plain_value: bool | float | str = getattr(value, kind)
        return plain_value

    while waiting:
        source, target = waiting.pop()
        if isinstance(target, dict):
            for key in sorted(source.fields):  # type: ignore[union-attr]  # an object stands for a Struct
                target[key] = plain(source.fields[key])  # type: ignore[union-attr]
        else:
            target.extend(map(plain, source))  # type: ignore[arg-type]  # a list stands for a list
    return top

"""Dataclass schemas of two versions, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.core.v1.types_pb2 import LiteralType

if TYPE_CHECKING:
    from google.protobuf.struct_pb2 import Struct


def without_new_defaults(old: LiteralType, new: LiteralType) -> LiteralType:
    """Return `new` without properties that `old` lacks and that need not be given, at every depth."""
    wanted = LiteralType()
    wanted.CopyFrom(new)
    waiting = [(old.metadata, wanted.metadata)]
    while waiting:
        was, now = waiting.pop()
        _drop(was, now)
        for name in now.fields:
            if name not in was.fields:
                continue
            before, after = was.fields[name], now.fields[name]
            if before.HasField("struct_value") and after.HasField("struct_value"):
                waiting.append((before.struct_value, after.struct_value))
    return wanted


def _drop(was: Struct, now: Struct) -> None:
    """Drop the new properties of one object schema that it does not require."""
    if "properties" not in was.fields or "properties" not in now.fields:
        return
    required: set[str] = (
        {value.string_value for value in now.fields["required"].list_value.values}
        if "required" in now.fields
        else set()
    )
    properties = now.fields["properties"].struct_value
    for name in list(properties.fields):
        if name not in was.fields["properties"].struct_value.fields and name not in required:
            del properties.fields[name]

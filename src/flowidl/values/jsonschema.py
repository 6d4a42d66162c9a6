"""The JSON schema of a dataclass, in the dialect that Python SDKs write into `LiteralType.metadata`.

Nested dataclasses are inlined; one that contains itself moves to `$defs` and is referred to. Consumers
compare these schemas key by key, so the shapes matter: optional is `anyOf` with null, a mapping states its
keys, a tuple its items.
"""

from __future__ import annotations

import base64
import datetime
import enum
import inspect
import types
import typing
from typing import Annotated, Any, Literal, Union

from flowidl.values.datasets import StructuredDataset
from flowidl.values.fields import loose
from flowidl.values.files import Directory, File
from flowidl.values.shapes import is_dict, is_list, is_set

Schema = dict[str, Any]


def _object(title: str, properties: Schema, required: list[str]) -> Schema:
    schema: Schema = {
        "type": "object",
        "title": title,
        "properties": properties,
        "additionalProperties": False,
    }
    return schema | ({"required": required} if required else {})


_TEXT_OR_NULL: Schema = {"anyOf": [{"type": "string"}, {"type": "null"}]}
_PATH: Schema = {"anyOf": [{"type": "string"}, {"type": "string", "format": "path"}], "default": None}
_TEXTS: Schema = {
    "type": "object",
    "propertyNames": {"type": "string"},
    "additionalProperties": {"type": "string"},
}
_PLAIN: dict[object, Schema] = {
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    bool: {"type": "boolean"},
    bytes: {"type": "string", "format": "base64"},
    type(None): {"type": "null"},
    None: {"type": "null"},
    list: {"type": "array"},
    dict: {"type": "object"},
    Any: {},
    datetime.datetime: {"type": "string", "format": "date-time"},
    datetime.date: {"type": "string", "format": "date"},
    datetime.timedelta: {"type": "number", "format": "time-delta"},
    File: _object(
        "FlyteFile", {"path": _PATH, "metadata": {"anyOf": [_TEXTS, {"type": "null"}], "default": None}}, []
    ),
    Directory: _object("FlyteDirectory", {"path": _PATH}, []),
    StructuredDataset: _object(
        "StructuredDataset",
        {"uri": _TEXT_OR_NULL | {"default": None}, "file_format": _TEXT_OR_NULL | {"default": ""}},
        [],
    ),
}


def dataclass_schema(cls: type) -> Schema:
    """Return the JSON schema of a dataclass, as a plain JSON-like value."""
    return _Writer().root(cls)


class _Writer:
    """Writes one schema. `open` are the classes being written, `definitions` those that recur."""

    def __init__(self) -> None:
        self.open: list[type] = []
        self.recurring: set[type] = set()
        self.definitions: dict[str, Schema] = {}

    def root(self, cls: type) -> Schema:
        schema = self.structure(cls)
        return {**schema, "$defs": self.definitions} if self.definitions else schema

    def structure(self, cls: type) -> Schema:
        if cls in self.open or cls.__name__ in self.definitions:
            self.recurring.add(cls)
            return {"$ref": f"#/$defs/{cls.__name__}"}
        self.open.append(cls)
        schema = self.fields(cls)
        self.open.pop()
        if cls not in self.recurring:
            return schema
        self.definitions[cls.__name__] = schema
        return {"$ref": f"#/$defs/{cls.__name__}"}

    def fields(self, cls: type) -> Schema:
        import dataclasses

        hints = typing.get_type_hints(cls, include_extras=True)
        properties: Schema = {}
        required: list[str] = []
        for field in dataclasses.fields(cls):  # pyright: ignore[reportArgumentType]  # callers checked
            schema = self.of(hints[field.name])
            if field.default is not dataclasses.MISSING:
                schema = {**schema, "default": _plain(field.default)}
            elif field.default_factory is dataclasses.MISSING:
                required.append(field.name)
            properties[field.name] = schema
        return _object(cls.__name__, properties, required)

    def of(self, annotation: Any) -> Schema:
        try:
            known = _PLAIN.get(annotation)
        except TypeError:
            known = None
        if known is not None:
            return known
        origin, args = typing.get_origin(annotation), typing.get_args(annotation)
        if origin is None:
            return self.named(annotation)
        return self.generic(origin, args)

    def named(self, cls: Any) -> Schema:
        if not inspect.isclass(cls):
            return {}
        if issubclass(cls, enum.Enum):
            return {"enum": [member.value for member in cls]}
        for known in (File, Directory, StructuredDataset):
            if issubclass(cls, known):
                return _PLAIN[known]
        if hasattr(cls, "__dataclass_fields__"):
            return self.structure(cls)
        return {"type": "string", "format": "path"} if hasattr(cls, "__fspath__") else {}

    def generic(self, origin: Any, args: tuple[Any, ...]) -> Schema:
        if origin is Annotated:
            return self.of(args[0])
        if origin is Literal:
            return {"enum": list(args)}
        if origin in (Union, types.UnionType):
            return {"anyOf": [self.of(each) for each in args]}
        if origin is list or (origin is tuple and args[1:] == (...,)):
            return {"type": "array", "items": self.of(args[0])}
        if origin is tuple:
            count = len(args)
            return {
                "type": "array",
                "prefixItems": [self.of(each) for each in args],
                "maxItems": count,
                "minItems": count,
            }
        if origin is dict:
            values = self.of(args[1])
            keys: Schema = {"type": "object", "propertyNames": self.of(args[0])}
            return keys | ({"additionalProperties": values} if values else {})
        return {}


def _plain(value: Any) -> Any:
    """Return a default as JSON would carry it."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if is_set(value):
        return [_plain(each) for each in sorted(value, key=repr)]
    if is_list(value):
        return [_plain(each) for each in value]
    if is_dict(value):
        return {str(key): _plain(each) for key, each in value.items()}
    plain = loose(value, "a default")
    return plain if is_dict(plain) or isinstance(plain, str | int | float | None) else str(plain)

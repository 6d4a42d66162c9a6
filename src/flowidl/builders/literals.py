"""Values as `Literal` messages, written for the type they are declared with.

The declared type decides how a value is written, never the other way round, and nothing is converted
on the way: 5 is not a float, True is not an int, and a value that fits two variants of a union is
refused. Without a declared type, the value's own Python type serves.
"""

from __future__ import annotations

import datetime
import enum
from typing import TYPE_CHECKING, Any, NamedTuple

from flowidl.builders.errors import BuildError
from flowidl.builders.shapes import is_dict, is_list, is_map
from flowidl.builders.types import (
    Directory,
    File,
    Schema,
    StructuredDataset,
    collection_type,
    enum_type,
    literal_type,
    map_type,
)
from flowidl.core.v1.literals_pb2 import (
    Binary,
    Blob,
    BlobMetadata,
    Literal,
    LiteralCollection,
    LiteralMap,
    Primitive,
    Scalar,
    StructuredDatasetMetadata,
    Union,
    Void,
)
from flowidl.core.v1.literals_pb2 import Schema as SchemaMessage
from flowidl.core.v1.literals_pb2 import StructuredDataset as DatasetMessage
from flowidl.core.v1.types_pb2 import Error, LiteralType, SimpleType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

UTC = datetime.UTC


def literal(value: object, type: object = None, *, name: str = "value") -> Literal:
    """Return `value` as a literal of `type`, a Python annotation or a `LiteralType`.

    A `Literal` message is returned as a copy. Without `type` the value's own type is used, so an empty
    list, or one of mixed values, needs one. `name` says whose value it is in the error for a value
    that is not of its type.
    """
    if isinstance(value, Literal):
        copy = Literal()
        copy.CopyFrom(value)
        return copy
    declared = type_of(value, name=name) if type is None else literal_type(type, name=name)
    return _write(value, declared, name)


def literal_map(values: Mapping[str, object], types: Mapping[str, object] | None = None) -> LiteralMap:
    """Return a map of literals, each of the type that `types` gives for its name, if any."""
    known = types or {}
    return LiteralMap(literals={key: literal(each, known.get(key), name=key) for key, each in values.items()})


def type_of(value: object, *, name: str = "value") -> LiteralType:
    """Return the type of a value by itself.

    Lists and maps must not be empty and their values must have one type; an enum member has the type
    of its class. Raise `BuildError` if the value does not say.
    """
    if isinstance(value, enum.Enum):
        return enum_type(*(str(member.value) for member in value.__class__))
    if is_list(value) and not hasattr(value, "_fields"):
        return collection_type(_common(value, name))
    if is_dict(value):
        return map_type(_common(value.values(), name))
    if isinstance(value, bytes):
        return LiteralType(simple=SimpleType.BINARY)
    return literal_type(value.__class__, name=name)


def _common(values: Iterable[object], name: str) -> LiteralType:
    types: list[LiteralType] = []
    for each in values:
        type = type_of(each, name=name)
        if type not in types:
            types.append(type)
    if len(types) != 1:
        found = "values of several types" if types else "no values"
        raise BuildError(f"`{name}` holds {found}, so its type is not clear", help="give its type")
    return types[0]


def mismatch(value: object, type: LiteralType, name: str, help: str = "") -> BuildError:
    """Return the refusal of a value that is not of its type."""
    from flowidl.types import type_text

    given = f"`{value.__class__.__qualname__}`"
    return BuildError(
        f"`{name}` expects `{type_text(type)}`, and the value is a {given}",
        rule="mismatched-literal",
        help=help,
    )


def _write(value: object, type: LiteralType, name: str) -> Literal:
    writer = _WRITERS.get(type.WhichOneof("type") or "")
    if writer is None:
        raise BuildError(f"`{name}` has no type")
    return writer(value, type, name)


# Simple types


class _Plain(NamedTuple):
    """How a simple type is written: the exact classes of its values, and the literal of one."""

    classes: tuple[type, ...]
    write: Callable[[Any], Literal]


def _primitive(**member: Any) -> Literal:
    return Literal(scalar=Scalar(primitive=Primitive(**member)))


def _datetime(value: datetime.date) -> Literal:
    """Write a moment; one without a time zone is in UTC, and a date is its midnight."""
    if not isinstance(value, datetime.datetime):
        value = datetime.datetime(value.year, value.month, value.day, tzinfo=UTC)
    result = _primitive(datetime=None)
    result.scalar.primitive.datetime.FromDatetime(value)
    return result


def _duration(value: datetime.timedelta) -> Literal:
    result = _primitive(duration=None)
    result.scalar.primitive.duration.FromTimedelta(value)
    return result


def _nothing(_: None) -> Literal:
    return Literal(scalar=Scalar(none_type=Void()))


def _binary(value: bytes) -> Literal:
    return Literal(scalar=Scalar(binary=Binary(value=value)))


def _error(value: Error) -> Literal:
    return Literal(scalar=Scalar(error=value))


def _member(name: str) -> Callable[[Any], Literal]:
    """Return the writer of one member of `Primitive`."""

    def write(value: Any) -> Literal:
        return _primitive(**{name: value})

    return write


_PLAIN: dict[int, _Plain] = {
    SimpleType.NONE: _Plain((type(None),), _nothing),
    SimpleType.INTEGER: _Plain((int,), _member("integer")),
    SimpleType.FLOAT: _Plain((float,), _member("float_value")),
    SimpleType.STRING: _Plain((str,), _member("string_value")),
    SimpleType.BOOLEAN: _Plain((bool,), _member("boolean")),
    SimpleType.DATETIME: _Plain((datetime.datetime, datetime.date), _datetime),
    SimpleType.DURATION: _Plain((datetime.timedelta,), _duration),
    SimpleType.BINARY: _Plain((bytes,), _binary),
    SimpleType.ERROR: _Plain((Error,), _error),
}
_INT64 = range(-(2**63), 2**63)


def _simple(value: object, type: LiteralType, name: str) -> Literal:
    if type.simple == SimpleType.STRUCT:
        return _struct(value, type, name)
    plain = _PLAIN.get(type.simple)
    if plain is None or value.__class__ not in plain.classes:
        raise mismatch(value, type, name, _remedy(value, type))
    if isinstance(value, int) and value not in _INT64:
        raise BuildError(f"`{name}` is {value}, which does not fit into 64 bits")
    return plain.write(value)


def _remedy(value: object, type: LiteralType) -> str:
    if type.simple == SimpleType.FLOAT and value.__class__ is int:
        return f"write {value}.0"
    return ""


def _struct(value: object, type: LiteralType, name: str) -> Literal:
    """Write a structure as msgpack with its fields in order, the form that SDKs read."""
    from flowidl.builders.structures import packed, plain_structure

    structure = plain_structure(value)
    if structure is None:
        raise mismatch(value, type, name)
    return Literal(scalar=Scalar(binary=Binary(value=packed(structure, name), tag="msgpack")))


# Composite types


def _collection(value: object, type: LiteralType, name: str) -> Literal:
    if not is_list(value):
        raise mismatch(value, type, name)
    element = type.collection_type
    literals = [_nested(each, element, f"{name}[{index}]") for index, each in enumerate(value)]
    return Literal(collection=LiteralCollection(literals=literals))


def _map(value: object, type: LiteralType, name: str) -> Literal:
    if not is_map(value):
        raise mismatch(value, type, name)
    element = type.map_value_type
    literals = {key: _nested(each, element, f'{name}["{key}"]') for key, each in value.items()}
    return Literal(map=LiteralMap(literals=literals))


def _nested(value: object, type: LiteralType, name: str) -> Literal:
    return value if isinstance(value, Literal) else _write(value, type, name)


def _union(value: object, type: LiteralType, name: str) -> Literal:
    fitting: list[tuple[LiteralType, Literal]] = []
    for variant in type.union_type.variants:
        try:
            fitting.append((variant, _write(value, variant, name)))
        except BuildError:
            continue
    if not fitting:
        raise mismatch(value, type, name)
    if len(fitting) > 1:
        raise mismatch(value, type, name, "it fits several variants: give a `Literal`")
    variant, written = fitting[0]
    return Literal(scalar=Scalar(union=Union(value=written, type=variant)))


def _enum(value: object, type: LiteralType, name: str) -> Literal:
    text = value.value if isinstance(value, enum.Enum) else value
    if not isinstance(text, str):
        raise mismatch(value, type, name)
    if text not in type.enum_type.values:
        allowed = ", ".join(f"`{each}`" for each in type.enum_type.values[:8])
        raise BuildError(
            f"`{name}` is `{text}`, which is not one of its values",
            rule="illegal-enum-value",
            help=f"use {allowed}",
        )
    return _primitive(string_value=text)


# Addresses


def _blob(value: object, type: LiteralType, name: str) -> Literal:
    multipart = type.blob.dimensionality
    if isinstance(value, Directory if multipart else File):
        uri, format = value.uri, value.format
    elif hasattr(value, "__fspath__") and not multipart:
        uri, format = str(value), ""
    else:
        raise mismatch(value, type, name, "give `File(uri)` or `Directory(uri)`")
    if format and type.blob.format and format != type.blob.format:
        raise mismatch(value, type, name, f"its format is `{format}`")
    metadata = BlobMetadata(type=type.blob)
    metadata.type.format = format or type.blob.format
    return Literal(scalar=Scalar(blob=Blob(uri=uri, metadata=metadata)))


def _dataset(value: object, type: LiteralType, name: str) -> Literal:
    if not isinstance(value, StructuredDataset):
        raise mismatch(value, type, name)
    metadata = StructuredDatasetMetadata(structured_dataset_type=type.structured_dataset_type)
    declared = metadata.structured_dataset_type.format
    if value.format and declared and value.format.lower() != declared.lower():
        raise mismatch(value, type, name, f"its format is `{value.format}`")
    metadata.structured_dataset_type.format = value.format or declared
    return Literal(scalar=Scalar(structured_dataset=DatasetMessage(uri=value.uri, metadata=metadata)))


def _schema(value: object, type: LiteralType, name: str) -> Literal:
    if not isinstance(value, Schema):
        raise mismatch(value, type, name)
    return Literal(scalar=Scalar(schema=SchemaMessage(uri=value.uri, type=type.schema)))


_WRITERS: dict[str, Callable[[object, LiteralType, str], Literal]] = {
    "simple": _simple,
    "collection_type": _collection,
    "map_value_type": _map,
    "union_type": _union,
    "enum_type": _enum,
    "blob": _blob,
    "structured_dataset_type": _dataset,
    "schema": _schema,
}

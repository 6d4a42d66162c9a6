"""`LiteralType` from Python annotations, and from nouns where Python has no word for a type.

One table maps plain annotations, one maps generic ones by their origin; everything else is an enum, a
dataclass, a model, or refused by name. Inside `Annotated`, `Exactly(type)` *is* the type and `Note(data)` is
added to it; anything else is left to its own readers. So `Annotated[File, Exactly(blob_type("csv"))]` is a
CSV file.
"""

from __future__ import annotations

import datetime
import enum
import os
import types
import typing
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Union, cast

from flowidl.builders.errors import BuildError
from flowidl.core.v1.types_pb2 import (
    BlobType,
    EnumType,
    Error,
    LiteralType,
    SchemaType,
    SimpleType,
    StructuredDatasetType,
    TypeAnnotation,
    TypeStructure,
    UnionType,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PICKLE_FORMAT = "PythonPickle"


class Exactly:
    """Inside `Annotated`: the literal type to use, whatever the annotation itself would give."""

    __slots__ = ("type",)

    def __init__(self, type: LiteralType) -> None:
        self.type = type


class Note:
    """Inside `Annotated`: JSON-like data to carry in the type's `annotation`."""

    __slots__ = ("data",)

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data


class File(NamedTuple):
    """A file by its address: an annotation for parameters, and a value to bind."""

    uri: str
    format: str = ""


class Directory(NamedTuple):
    """A folder of files by its address (a multipart blob)."""

    uri: str
    format: str = ""


class StructuredDataset(NamedTuple):
    """A table by its address, with the format it is stored in (`parquet`, `csv`, ...; empty: any)."""

    uri: str
    format: str = ""


class Schema(NamedTuple):
    """A table of the older `schema` type by its address."""

    uri: str


class _Row(NamedTuple):
    """How one annotation is written: its type, and its tag as the variant of a union."""

    type: LiteralType
    tag: str


def _simple(kind: SimpleType.ValueType, tag: str) -> _Row:
    return _Row(LiteralType(simple=kind), tag)


def _annotation(data: Mapping[str, Any]) -> TypeAnnotation:
    message = TypeAnnotation()
    message.annotations.update(data)
    return message


MSGPACK = _annotation({"cache-key-metadata": {"serialization-format": "msgpack"}})

_UNTYPED = LiteralType(simple=SimpleType.STRUCT, annotation=MSGPACK)
_ROWS: dict[object, _Row] = {
    int: _simple(SimpleType.INTEGER, "int"),
    float: _simple(SimpleType.FLOAT, "float"),
    str: _simple(SimpleType.STRING, "str"),
    bool: _simple(SimpleType.BOOLEAN, "bool"),
    datetime.datetime: _simple(SimpleType.DATETIME, "datetime"),
    datetime.date: _simple(SimpleType.DATETIME, "date"),
    datetime.timedelta: _simple(SimpleType.DURATION, "timedelta"),
    type(None): _simple(SimpleType.NONE, "none"),
    None: _simple(SimpleType.NONE, "none"),
    Error: _simple(SimpleType.ERROR, "FlyteError"),
    dict: _Row(_UNTYPED, "Typed Dict"),
    File: _Row(LiteralType(blob=BlobType()), "FlyteFilePath"),
    os.PathLike: _Row(LiteralType(blob=BlobType()), "FlyteFilePath"),
    Directory: _Row(LiteralType(blob=BlobType(dimensionality=BlobType.MULTIPART)), "FlyteDirectory"),
    StructuredDataset: _Row(
        LiteralType(structured_dataset_type=StructuredDatasetType()), "StructuredDataset Transformer"
    ),
    Schema: _Row(LiteralType(schema=SchemaType()), "FlyteSchema Transformer"),
}

#: The tag of a union's variant that comes as a message rather than as an annotation.
_TAGS: dict[str, Callable[[LiteralType], str]] = {
    "simple": lambda type: _SIMPLE_TAGS.get(type.simple, "Typed Dict"),
    "collection_type": lambda _: "Typed List",
    "map_value_type": lambda _: "Typed Dict",
    "enum_type": lambda _: "DefaultEnumTransformer",
    "blob": lambda type: _blob_tag(type.blob),
    "structured_dataset_type": lambda _: "StructuredDataset Transformer",
    "schema": lambda _: "FlyteSchema Transformer",
}
_SIMPLE_TAGS: dict[SimpleType.ValueType, str] = {
    row.type.simple: row.tag
    for row in reversed(list(_ROWS.values()))
    if row.type.WhichOneof("type") == "simple" and row.type.simple != SimpleType.STRUCT
}


def _blob_tag(blob: BlobType) -> str:
    if blob.format == PICKLE_FORMAT:
        return "FlytePickle"
    return "FlyteDirectory" if blob.dimensionality == BlobType.MULTIPART else "FlyteFilePath"


class _Whose(NamedTuple):
    """For whom a type is worked out: a name for errors, and the structures that are being written."""

    name: str = ""
    open: tuple[type, ...] = ()


def literal_type(annotation: object, *, name: str = "") -> LiteralType:
    """Return the `LiteralType` of a Python annotation; a `LiteralType` is returned as a copy.

    `name` says whose type it is (`parameter x of my.pkg.fit`) in the error for an annotation without meaning.
    """
    return _row(annotation, _Whose(name)).type


def _row(annotation: object, whose: _Whose) -> _Row:
    """Return a fresh row for an annotation: callers may keep and change its type."""
    try:
        row = _ROWS.get(annotation)
    except TypeError:  # messages, and what holds them, have no hash
        row = None
    row = row or _special(annotation, whose)
    return _Row(_copy(row.type), row.tag)


def _copy(type: LiteralType) -> LiteralType:
    fresh = LiteralType()
    fresh.CopyFrom(type)
    return fresh


def _special(annotation: object, whose: _Whose) -> _Row:
    if isinstance(annotation, LiteralType):
        return _Row(annotation, tag_of(annotation))
    if isinstance(annotation, str):
        raise _unknown(
            annotation, whose, "annotations given as text cannot be resolved here: give the type itself"
        )
    origin = typing.get_origin(annotation)
    if origin is not None:
        generic = _GENERICS.get(origin)
        if generic is None:
            raise _unknown(annotation, whose)
        return generic(typing.get_args(annotation), whose)
    if annotation is Any:
        return _pickle("typing.Any")
    if annotation is bytes:
        return _pickle(str(bytes))
    if isinstance(annotation, type):
        return _class(cast("type[Any]", annotation), whose)
    raise _unknown(annotation, whose)


def _class(cls: type[Any], whose: _Whose) -> _Row:
    if issubclass(cls, enum.Enum):
        values = [member.value for member in cls]
        if not all(isinstance(value, str) for value in values):
            raise _unknown(cls, whose, "an enum's values must be strings")
        return _Row(enum_type(*values), "DefaultEnumTransformer")
    if _is_structure(cls):
        return _structure(cls, _fields(cls, whose))
    if hasattr(cls, "__fspath__"):
        return _ROWS[File]
    raise _unknown(cls, whose)


def _unknown(annotation: object, whose: _Whose, help: str = "") -> BuildError:
    spelled = getattr(annotation, "__qualname__", None) or repr(annotation)
    return BuildError(
        f"{whose.name} has no literal type: `{spelled}`"
        if whose.name
        else f"there is no literal type for `{spelled}`",
        help=help
        or "use a type from the documented table, a dataclass, or `Annotated[T, Exactly(pickle_type(T))]`",
    )


# Generic annotations


def _annotated(args: tuple[Any, ...], whose: _Whose) -> _Row:
    exact = [each.type for each in args[1:] if isinstance(each, Exactly)]
    row = _row(exact[-1] if exact else args[0], whose)
    for each in args[1:]:
        if isinstance(each, Note):
            row.type.annotation.CopyFrom(_annotation(each.data))
    return row


def _list(args: tuple[Any, ...], whose: _Whose) -> _Row:
    return _Row(LiteralType(collection_type=_row(args[0], whose).type), "Typed List")


def _dict(args: tuple[Any, ...], whose: _Whose) -> _Row:
    key, value = args
    if key is not str:
        return _ROWS[dict]
    return _Row(LiteralType(map_value_type=_row(value, whose).type), "Typed Dict")


def _union(args: tuple[Any, ...], whose: _Whose) -> _Row:
    return _Row(_union_of(args, whose), "Union")


def _choice(args: tuple[Any, ...], whose: _Whose) -> _Row:
    kinds: set[Any] = {type(value) for value in args}
    if len(kinds) != 1:
        raise _unknown(Literal[args], whose, "the values of a `Literal` must be of one type")
    row = _row(kinds.pop(), whose)
    row.type.annotation.CopyFrom(_annotation({"literal_values": list(args)}))
    return _Row(row.type, "LiteralTypeTransformer")


_GENERICS: dict[object, Callable[[tuple[Any, ...], _Whose], _Row]] = {
    Annotated: _annotated,
    Literal: _choice,
    Union: _union,
    types.UnionType: _union,
    list: _list,
    dict: _dict,
    os.PathLike: lambda _args, _whose: _ROWS[File],
}


# Structures


def _is_structure(cls: object) -> bool:
    return isinstance(cls, type) and (
        hasattr(cls, "__dataclass_fields__") or hasattr(cls, "model_json_schema")
    )


def _structure(cls: Any, fields: dict[str, LiteralType]) -> _Row:
    result = _copy(_UNTYPED)
    if hasattr(cls, "__dataclass_fields__"):
        from flowidl.builders.jsonschema import dataclass_schema

        result.metadata.update(dataclass_schema(cls))
        tag = "Object-Dataclass-Transformer"
    else:
        result.metadata.update(cls.model_json_schema())
        tag = "Pydantic Transformer"
    result.structure.SetInParent()
    for key, type in fields.items():
        result.structure.dataclass_type[key].CopyFrom(type)
    return _Row(result, tag)


def _fields(cls: type, whose: _Whose) -> dict[str, LiteralType]:
    """Return the types of a structure's fields, without those that have none (`tuple`, `list`)."""
    if cls in whose.open:
        raise _unknown(cls, whose, "a structure can contain itself only as an optional field")
    inside = whose._replace(open=(*whose.open, cls))
    hints = typing.get_type_hints(cls, include_extras=True)
    declared = getattr(cls, "__dataclass_fields__", None) or getattr(cls, "model_fields", {})
    found: dict[str, LiteralType] = {}
    for key in declared:
        try:
            found[key] = _row(hints[key], inside).type
        except BuildError:
            if cls in typing.get_args(hints[key]):
                raise
    return found


# Nouns


def collection_type(of: object) -> LiteralType:
    """Return the type of a list of `of`."""
    return LiteralType(collection_type=literal_type(of))


def map_type(of: object) -> LiteralType:
    """Return the type of a map from strings to `of`."""
    return LiteralType(map_value_type=literal_type(of))


def union_type(*variants: object) -> LiteralType:
    """Return the type of a value of any of `variants`, nested unions flattened and repeated ones dropped.

    Each variant carries only its tag in `structure`, as the SDK writes it.
    """
    return _union_of(variants, _Whose())


def _union_of(variants: tuple[object, ...], whose: _Whose) -> LiteralType:
    flat: list[LiteralType] = []
    for each in variants:
        row = _structure(each, {}) if _is_structure(each) else _row(each, whose)
        parts = list(row.type.union_type.variants) if row.type.HasField("union_type") else [_tagged(row)]
        flat += [part for part in parts if part not in flat]
    return LiteralType(union_type=UnionType(variants=flat))


def _tagged(row: _Row) -> LiteralType:
    variant = _copy(row.type)
    variant.structure.CopyFrom(TypeStructure(tag=row.tag))
    return variant


def optional_type(of: object) -> LiteralType:
    """Return the type of a value of type `of` or none."""
    return union_type(of, None)


def enum_type(*values: str) -> LiteralType:
    """Return the type of one of `values`, in their order."""
    return LiteralType(enum_type=EnumType(values=values))


def blob_type(format: str = "", *, multipart: bool = False) -> LiteralType:
    """Return the type of a file, or of a folder of files if `multipart`; an empty format fits any."""
    shape = BlobType.MULTIPART if multipart else BlobType.SINGLE
    return LiteralType(blob=BlobType(format=format, dimensionality=shape))


def pickle_type(cls: object) -> LiteralType:
    """Return the type of an object that travels pickled, for classes that no other type can describe."""
    return _pickle(str(cls)).type


def _pickle(class_name: str) -> _Row:
    pickled = LiteralType(blob=BlobType(format=PICKLE_FORMAT))
    pickled.metadata.update({"python_class_name": class_name})
    return _Row(pickled, "FlytePickle")


def dataset_type(columns: Mapping[str, object] | None = None, *, format: str = "") -> LiteralType:
    """Return the type of a structured dataset with these columns (name -> annotation); none: any columns."""
    described = [
        StructuredDatasetType.DatasetColumn(
            name=column, literal_type=literal_type(of, name=f"column `{column}`")
        )
        for column, of in (columns or {}).items()
    ]
    return LiteralType(structured_dataset_type=StructuredDatasetType(columns=described, format=format))


_COLUMN_KINDS = {
    int: SchemaType.SchemaColumn.INTEGER,
    float: SchemaType.SchemaColumn.FLOAT,
    str: SchemaType.SchemaColumn.STRING,
    bool: SchemaType.SchemaColumn.BOOLEAN,
    datetime.datetime: SchemaType.SchemaColumn.DATETIME,
    datetime.timedelta: SchemaType.SchemaColumn.DURATION,
}


def schema_type(columns: Mapping[str, type] | None = None) -> LiteralType:
    """Return the type of a schema with these columns, each of a plain Python type."""
    described: list[SchemaType.SchemaColumn] = []
    for column, of in (columns or {}).items():
        if of not in _COLUMN_KINDS:
            raise _unknown(
                of,
                _Whose(f"column `{column}`"),
                "a schema column is int, float, str, bool, datetime or timedelta",
            )
        described.append(SchemaType.SchemaColumn(name=column, type=_COLUMN_KINDS[of]))
    return LiteralType(schema=SchemaType(columns=described))


def tag_of(type: LiteralType) -> str:
    """Return the tag of a type as the variant of a union: its own, else the usual one of its kind."""
    if type.structure.tag:
        return type.structure.tag
    if type.structure.dataclass_type:
        return "Object-Dataclass-Transformer"
    rule = _TAGS.get(type.WhichOneof("type") or "")
    return rule(type) if rule else ""

"""From an annotation to its converter.

Plain annotations come from one table, generic ones from another by their origin, classes from the registry;
what is left is an enum, a dataclass, a model, a typed dict, or refused by name. Inside of `Annotated`,
`Exactly(type)` *is* the type and `Note(data)` is added to it; columns and a format describe a dataset, and
a `HashMethod` gives values a hash.
"""

from __future__ import annotations

import collections.abc
import datetime
import enum
import os
import types
import typing
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, Union, cast

from flowidl.core.v1.types_pb2 import LiteralType, SimpleType, StructuredDatasetType
from flowidl.errors import BuildError
from flowidl.tuples import NamedTuple
from flowidl.values import simple
from flowidl.values.composite import (
    Choices,
    Enums,
    ExactLists,
    Hashed,
    Iterators,
    Maps,
    Unions,
)
from flowidl.values.converter import Converter
from flowidl.values.markers import Exactly, Note
from flowidl.values.pickles import VARIABLE, PickledBytes, Pickles, may_pickle
from flowidl.values.structures import Structures, Untyped

if TYPE_CHECKING:
    from collections.abc import Callable


class Whose(NamedTuple):
    """For whom a type is worked out: a name for errors, and the structures that are being written."""

    name: str = ""
    open: tuple[type, ...] = ()


_ROWS: dict[object, Converter] = {
    int: simple.INTEGER,
    float: simple.FLOAT,
    str: simple.STRING,
    bool: simple.BOOLEAN,
    datetime.datetime: simple.DATETIME,
    datetime.date: simple.DATE,
    datetime.timedelta: simple.TIMEDELTA,
    type(None): simple.NONE,
    None: simple.NONE,
}


def converter_of(annotation: object, whose: Whose | None = None) -> Converter:
    """Return the converter of an annotation, or of a `LiteralType`.

    Its type is shared: copy it to change it.
    """
    try:
        row = _ROWS.get(annotation)
    except TypeError:  # messages, and what holds them, have no hash
        row = None
    return row or _special(annotation, whose or Whose())


def _special(annotation: object, whose: Whose) -> Converter:
    if isinstance(annotation, LiteralType):
        from flowidl.values.typed import converter_for

        return converter_for(annotation)
    if isinstance(annotation, str):
        raise unknown(
            annotation, whose, "annotations given as text cannot be resolved here: give the type itself"
        )
    origin = typing.get_origin(annotation)
    if origin is not None:
        generic = _GENERICS.get(origin)
        if generic is not None:
            return generic(typing.get_args(annotation), whose)
        if isinstance(origin, type):
            return _class(cast("type[Any]", origin), whose)
        raise unknown(annotation, whose)
    if annotation is Any:
        return Pickles("typing.Any")
    if annotation is bytes:
        return PickledBytes(bytes)
    if annotation is dict:
        return Untyped(untyped(), "Typed Dict")
    if isinstance(annotation, type):
        return _class(cast("type[Any]", annotation), whose)
    if isinstance(annotation, typing.NewType):
        return converter_of(annotation.__supertype__, whose)
    raise unknown(annotation, whose)


def _class(cls: type[Any], whose: Whose) -> Converter:
    from flowidl.values.registry import registered

    known = registered(cls)
    if known is not None:
        return known
    if issubclass(cls, enum.Enum):
        values = [member.value for member in cls]
        if not all(isinstance(value, str) for value in values):
            raise unknown(cls, whose, "an enum's values must be strings")
        return Enums(values, cls)
    if is_structure(cls):
        return _structure(cls, _fields(cls, whose))
    if typing.is_typeddict(cls):
        return _typed_dict(cls)
    if hasattr(cls, "__fspath__"):
        return converter_of(os.PathLike, whose)
    if may_pickle() and cls not in (list, tuple) and not hasattr(cls, "_fields"):
        return Pickles(cls)
    raise unknown(cls, whose)


def unknown(annotation: object, whose: Whose, help: str = "") -> BuildError:
    """Return the refusal of an annotation without meaning."""
    spelled = getattr(annotation, "__qualname__", None) or repr(annotation)
    if annotation is list:
        help = help or "say what is in it: `list[int]`"
    return BuildError(
        f"{whose.name} has no literal type: `{spelled}`"
        if whose.name
        else f"there is no literal type for `{spelled}`",
        help=help
        or "use a type from the documented table, a dataclass, or `Annotated[T, Exactly(pickle_type(T))]`"
        f"; with {VARIABLE}=1 other classes travel as pickles",
    )


# Generic annotations


def _annotated(args: tuple[Any, ...], whose: Whose) -> Converter:
    inner, extras = args[0], args[1:]
    exact = [each.type for each in extras if isinstance(each, Exactly)]
    converter = _exactly(inner, exact[-1], whose) if exact else converter_of(inner, whose)
    if converter.type.HasField("structured_dataset_type"):
        _describe(converter, extras)
    for each in extras:
        if isinstance(each, Note):
            converter = _with_note(converter, each)
        elif callable(getattr(each, "calculate", None)):
            converter = Hashed(converter, each)
    return converter


def _exactly(inner: Any, type: LiteralType, whose: Whose) -> Converter:
    """Return the converter of a given type, which reads values of the annotation if it is of that kind."""
    from flowidl.values.typed import converter_for

    try:
        own = converter_of(inner, whose)
    except BuildError:
        own = None
    if own is None or own.type.WhichOneof("type") != type.WhichOneof("type") or own in _ROWS.values():
        return converter_for(type, inner)
    own.type = copied(type)
    return own


def _describe(converter: Converter, extras: tuple[Any, ...]) -> None:
    """Add columns and format to the type of a dataset, which is this converter's own."""
    from flowidl.values.types import column_types

    described = converter.type.structured_dataset_type
    for each in extras:
        if isinstance(each, str):
            described.format = each
        elif isinstance(each, Mapping):
            described.ClearField("columns")
            described.columns.extend(column_types(cast("Mapping[str, object]", each)))
        elif type(each).__module__.startswith("pyarrow") and hasattr(each, "serialize"):
            described.external_schema_type = "arrow"
            described.external_schema_bytes = each.to_string().encode()


def _with_note(converter: Converter, note: Note) -> Converter:
    from copy import copy

    noted = copy(converter)
    noted.type = copied(converter.type)
    noted.type.annotation.Clear()
    noted.type.annotation.annotations.update(note.data)
    return noted


def _list(args: tuple[Any, ...], whose: Whose) -> Converter:
    return ExactLists(converter_of(args[0], whose))


def _iterator(args: tuple[Any, ...], whose: Whose) -> Converter:
    return Iterators(converter_of(args[0], whose))


def _dict(args: tuple[Any, ...], whose: Whose) -> Converter:
    from flowidl.values.fields import Fields

    if args[0] is not str:
        return Untyped(untyped(), "Typed Dict", field=Fields().of(types.GenericAlias(dict, args)))
    return Maps(converter_of(args[1], whose))


def _union(args: tuple[Any, ...], whose: Whose) -> Converter:
    return union_of(args, whose)


def union_of(annotations: tuple[Any, ...], whose: Whose) -> Unions:
    """Return the converter of a union; a structure in it may be one that is being written."""
    return Unions([_variant(each, whose) for each in annotations])


def _variant(annotation: Any, whose: Whose) -> Converter:
    return _structure(annotation, {}) if is_structure(annotation) else converter_of(annotation, whose)


def _choice(args: tuple[Any, ...], whose: Whose) -> Converter:
    kinds: set[Any] = {type(value) for value in args}
    if len(kinds) != 1:
        raise unknown(Literal[args], whose, "the values of a `Literal` must be of one type")
    kind = kinds.pop()
    if issubclass(kind, enum.Enum):
        raise unknown(Literal[args], whose, f"write `{kind.__qualname__}` itself")
    base = _with_note(converter_of(kind, whose), Note({"literal_values": list(args)}))
    return Choices(args, base)


_GENERICS: dict[object, Callable[[tuple[Any, ...], Whose], Converter]] = {
    Annotated: _annotated,
    Literal: _choice,
    Union: _union,
    types.UnionType: _union,
    list: _list,
    dict: _dict,
    collections.abc.Iterator: _iterator,
    collections.abc.Iterable: _iterator,
    collections.abc.Generator: _iterator,
}


# Structures


def untyped() -> LiteralType:
    """Return a fresh type of a structure without known fields."""
    type = LiteralType(simple=SimpleType.STRUCT)
    type.annotation.annotations.update({"cache-key-metadata": {"serialization-format": "msgpack"}})
    return type


def is_structure(cls: object) -> bool:
    """Tell a dataclass or a model, unless it is registered as something else."""
    from flowidl.values.registry import registered

    return (
        isinstance(cls, type)
        and (hasattr(cls, "__dataclass_fields__") or hasattr(cls, "model_json_schema"))
        and registered(cls) is None
    )


def _structure(cls: Any, fields: dict[str, LiteralType]) -> Converter:
    result = untyped()
    if hasattr(cls, "__dataclass_fields__"):
        from flowidl.values.jsonschema import dataclass_schema

        result.metadata.update(dataclass_schema(cls))
        tag = "Object-Dataclass-Transformer"
    else:
        result.metadata.update(cls.model_json_schema())
        tag = "Pydantic Transformer"
    result.structure.SetInParent()
    for key, type in fields.items():
        result.structure.dataclass_type[key].CopyFrom(type)
    return Structures(result, tag, cls)


def _typed_dict(cls: Any) -> Converter:
    from flowidl.values.fields import Fields

    return Untyped(untyped(), "Typed Dict", field=Fields().of(cls))


def _fields(cls: type, whose: Whose) -> dict[str, LiteralType]:
    """Return the types of a structure's fields, without those that have none (`tuple`, `list`)."""
    if cls in whose.open:
        raise unknown(cls, whose, "a structure can contain itself only as an optional field")
    inside = whose._replace(open=(*whose.open, cls))
    hints = typing.get_type_hints(cls, include_extras=True)
    declared = getattr(cls, "__dataclass_fields__", None) or getattr(cls, "model_fields", {})
    found: dict[str, LiteralType] = {}
    for key in declared:
        try:
            found[key] = converter_of(hints[key], inside).type
        except BuildError:
            if cls in typing.get_args(hints[key]):
                raise
    return found


M = TypeVar("M", LiteralType, StructuredDatasetType)


def copied(message: M) -> M:
    """Return a copy of a message."""
    copy = type(message)()
    copy.CopyFrom(message)
    return copy

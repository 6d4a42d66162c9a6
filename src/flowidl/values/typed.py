"""From a `LiteralType` to its converter, where no annotation says which Python class is meant.

Values are written by what they are, as strictly as for an annotation, and read as plain Python: structures
as dicts, members of enums as their strings, files as `File`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowidl.core.v1.types_pb2 import BlobType, LiteralType, SimpleType
from flowidl.errors import BuildError
from flowidl.values import simple
from flowidl.values.blobs import Blobs
from flowidl.values.composite import Enums, Lists, Maps, Unions
from flowidl.values.datasets import Datasets, Schemas
from flowidl.values.files import Directory, File
from flowidl.values.pickles import PICKLE_FORMAT, PickledBytes, Pickles
from flowidl.values.structures import Untyped

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowidl.values.converter import Converter

_SIMPLE: dict[int, Converter] = {
    SimpleType.NONE: simple.NONE,
    SimpleType.INTEGER: simple.INTEGER,
    SimpleType.FLOAT: simple.FLOAT,
    SimpleType.STRING: simple.STRING,
    SimpleType.BOOLEAN: simple.BOOLEAN,
    SimpleType.DATETIME: simple.ANY_MOMENT,
    SimpleType.DURATION: simple.TIMEDELTA,
    SimpleType.BINARY: simple.BINARY,
    SimpleType.ERROR: simple.ERROR,
}


def converter_for(type: LiteralType, cls: Any = None) -> Converter:
    """Return the converter of a type; `cls` is the class of pickled objects, if it is known.

    Raise `BuildError` for a type that says nothing.
    """
    make = _KINDS.get(type.WhichOneof("type") or "")
    if make is None:
        raise BuildError("the type is empty: it says nothing about its values")
    return make(type, cls)


def _simple(type: LiteralType, _: Any) -> Converter:
    if type.simple == SimpleType.STRUCT:
        return Untyped(type, tag_of(type), instances=True)
    known = _SIMPLE.get(type.simple)
    if known is None:
        raise BuildError(f"there is no simple type of number {type.simple}")
    return known


def _blob(type: LiteralType, cls: Any) -> Converter:
    if type.blob.format == PICKLE_FORMAT:
        if cls is bytes or (cls is None and _pickled_class(type) == str(bytes)):
            return PickledBytes(bytes, type)
        return Pickles(cls, type)
    return Blobs(Directory if type.blob.dimensionality == BlobType.MULTIPART else File, type)


def _pickled_class(type: LiteralType) -> str:
    known = type.metadata.fields
    return known["python_class_name"].string_value if "python_class_name" in known else ""


def _dataset(type: LiteralType, _: Any) -> Converter:
    converter = Datasets(type)
    converter.strict = False
    return converter


_KINDS: dict[str, Callable[[LiteralType, Any], Converter]] = {
    "simple": _simple,
    "collection_type": lambda type, _: _as(type, Lists(converter_for(type.collection_type))),
    "map_value_type": lambda type, _: _as(type, Maps(converter_for(type.map_value_type))),
    "union_type": lambda type, _: TypedUnions(type),
    "enum_type": lambda type, _: _as(type, Enums(type.enum_type.values)),
    "blob": _blob,
    "structured_dataset_type": _dataset,
    "schema": lambda type, _: Schemas(type),
}


def _as(type: LiteralType, converter: Converter) -> Converter:
    converter.type = type
    return converter


class TypedUnions(Unions):
    """A union whose variants come as types: each is written as it stands there."""

    def __init__(self, type: LiteralType) -> None:
        variants = [(each, converter_for(each)) for each in type.union_type.variants]
        super().__init__([converter for _, converter in variants])
        self.variants = variants
        self.type = type


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
_SIMPLE_TAGS: dict[int, str] = {kind: converter.tag for kind, converter in _SIMPLE.items()}


def _blob_tag(blob: BlobType) -> str:
    if blob.format == PICKLE_FORMAT:
        return "FlytePickle"
    return "FlyteDirectory" if blob.dimensionality == BlobType.MULTIPART else "FlyteFilePath"


def tag_of(type: LiteralType) -> str:
    """Return the tag of a type as the variant of a union: its own, else the usual one of its kind."""
    if type.structure.tag:
        return type.structure.tag
    if type.structure.dataclass_type:
        return "Object-Dataclass-Transformer"
    rule = _TAGS.get(type.WhichOneof("type") or "")
    return rule(type) if rule else ""

"""`LiteralType` from Python annotations, and from nouns where Python has no word for a type."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from flowidl.core.v1.types_pb2 import EnumType, LiteralType, SchemaType, StructuredDatasetType
from flowidl.values.annotations import Whose, converter_of, copied, union_of, unknown
from flowidl.values.blobs import blob_of
from flowidl.values.datasets import Schema as Schema
from flowidl.values.datasets import StructuredDataset as StructuredDataset
from flowidl.values.datasets import dataset_of, schema_of
from flowidl.values.files import Directory as Directory
from flowidl.values.files import File as File
from flowidl.values.markers import Exactly as Exactly
from flowidl.values.markers import HashMethod as HashMethod
from flowidl.values.markers import Note as Note
from flowidl.values.pickles import pickled_as
from flowidl.values.typed import tag_of as tag_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def literal_type(annotation: object, *, name: str = "") -> LiteralType:
    """Return the `LiteralType` of a Python annotation; a `LiteralType` is returned as a copy.

    `name` says whose type it is (`parameter x of my.pkg.fit`) in the error for an annotation without meaning.
    """
    if isinstance(annotation, LiteralType):
        return copied(annotation)
    return copied(converter_of(annotation, Whose(name)).type)


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
    return union_of(variants, Whose()).type


def optional_type(of: object) -> LiteralType:
    """Return the type of a value of type `of` or none."""
    return union_type(of, None)


def enum_type(*values: str) -> LiteralType:
    """Return the type of one of `values`, in their order."""
    return LiteralType(enum_type=EnumType(values=values))


def blob_type(format: str = "", *, multipart: bool = False) -> LiteralType:
    """Return the type of a file, or of a folder of files if `multipart`; an empty format fits any."""
    return blob_of(format, folder=multipart)


def pickle_type(cls: object) -> LiteralType:
    """Return the type of an object that travels pickled, for classes that no other type can describe."""
    return pickled_as(str(cls))


def dataset_type(columns: Mapping[str, object] | None = None, *, format: str = "") -> LiteralType:
    """Return the type of a structured dataset with these columns (name -> annotation); none: any columns."""
    return dataset_of(column_types(columns or {}), format)


def column_types(columns: Mapping[str, object]) -> list[StructuredDatasetType.DatasetColumn]:
    """Return the columns of a structured dataset (name -> annotation)."""
    return [
        StructuredDatasetType.DatasetColumn(
            name=column, literal_type=literal_type(of, name=f"column {column}")
        )
        for column, of in columns.items()
    ]


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
            raise unknown(
                of,
                Whose(f"column {column}"),
                "a schema column is int, float, str, bool, datetime or timedelta",
            )
        described.append(SchemaType.SchemaColumn(name=column, type=_COLUMN_KINDS[of]))
    return schema_of(described)

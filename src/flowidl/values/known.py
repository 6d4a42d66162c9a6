"""The classes that are known from the start: ours, and those of other packages by name."""

from __future__ import annotations

import os
import pathlib
from typing import TYPE_CHECKING, Any

from flowidl.core.v1.types_pb2 import Error, LiteralType, SimpleType
from flowidl.values.blobs import Arrays, Blobs, Foreign, Paths
from flowidl.values.converter import Converter
from flowidl.values.datasets import (
    DataFrames,
    Datasets,
    ForeignDatasets,
    Schema,
    Schemas,
    StructuredDataset,
    dataset_of,
)
from flowidl.values.files import Located
from flowidl.values.simple import Errors
from flowidl.values.types import column_types, schema_type

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from flowidl.values.registry import Factory


def _foreign_dataset(cls: Any) -> Converter:
    columns: dict[str, object] = getattr(cls, "columns", dict)()
    return ForeignDatasets(dataset_of(column_types(columns or {}), ""), cls)


def _foreign_schema(cls: Any) -> Converter:
    return Schemas(schema_type(dict(cls.columns())))


def _frames(cls: Any) -> Converter:
    return DataFrames(dataset_of((), ""), cls)


def _folder(cls: Any) -> Converter:
    return Foreign(cls, folder=True)


def _file(cls: Any) -> Converter:
    return Foreign(cls, folder=False)


class Messages(Converter):
    """Protobuf messages, as structures that name their type."""

    def __init__(self, cls: type[Message]) -> None:
        type = LiteralType(simple=SimpleType.STRUCT)
        type.metadata.update({"pb_type": f"{cls.__module__}.{cls.__qualname__}"})
        super().__init__(type, "Protobuf-Transformer")
        self._cls = cls

    def write(self, value: object, name: str) -> Any:
        """Write a message as its proto JSON."""
        from google.protobuf.json_format import MessageToDict

        from flowidl.core.v1.literals_pb2 import Literal

        if not isinstance(value, self._cls):
            raise self.refusal(value, name)
        literal = Literal()
        literal.scalar.generic.update(MessageToDict(value, preserving_proto_field_name=True))
        literal.scalar.generic.SetInParent()
        return literal

    def read(self, literal: Any, name: str) -> object:
        """Read a message."""
        from google.protobuf.json_format import MessageToDict, ParseDict

        if literal.scalar.WhichOneof("value") != "generic":
            raise self.misread(literal, name)
        return ParseDict(MessageToDict(literal.scalar.generic), self._cls())


BY_CLASS: dict[type, Factory] = {
    Error: lambda _: Errors(),
    Located: Blobs,
    StructuredDataset: lambda cls: Datasets(dataset_of((), ""), cls),
    Schema: lambda cls: Schemas(schema_type(cls.COLUMNS), cls),
    os.PathLike: lambda _: Blobs(_plain_file()),
    pathlib.PurePath: lambda cls: Paths(pathlib.Path if cls is pathlib.PurePath else cls),
}

BY_NAME: dict[str, Factory] = {
    "flytekit.types.file.file.FlyteFile": _file,
    "flytekit.types.directory.types.FlyteDirectory": _folder,
    "flytekit.types.structured.structured_dataset.StructuredDataset": _foreign_dataset,
    "flytekit.types.schema.types.FlyteSchema": _foreign_schema,
    "flytekit.types.error.error.FlyteError": Errors,
    "pandas.core.frame.DataFrame": _frames,
    "pandas.DataFrame": _frames,
    "polars.dataframe.frame.DataFrame": _frames,
    "polars.lazyframe.frame.LazyFrame": _frames,
    "pyarrow.lib.Table": _frames,
    "numpy.ndarray": Arrays,
    "google.protobuf.message.Message": Messages,
    "google._upb._message.Message": Messages,
}


def _plain_file() -> Any:
    from flowidl.values.files import File

    return File

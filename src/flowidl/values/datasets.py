"""Tables as values: `StructuredDataset`, the older `Schema`, and data frames themselves.

def load() -> StructuredDataset:
    return StructuredDataset(frame)

def names(table: Annotated[StructuredDataset, kwtypes(name=str)]) -> int:
    return len(table.open(pandas.DataFrame).all())
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from flowidl.core.v1.literals_pb2 import Literal, Scalar, StructuredDatasetMetadata
from flowidl.core.v1.literals_pb2 import Schema as SchemaMessage
from flowidl.core.v1.literals_pb2 import StructuredDataset as DatasetMessage
from flowidl.core.v1.types_pb2 import LiteralType, SchemaType, StructuredDatasetType
from flowidl.errors import BuildError
from flowidl.tuples import NamedTuple
from flowidl.values.converter import Converter
from flowidl.values.frames import default_frame, frame_of, read_frame, write_frame
from flowidl.values.places import current_place, kept, new_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def kwtypes(**columns: Any) -> dict[str, Any]:
    """Return the columns of a table: their names and types, in order."""
    return columns


class StructuredDataset:
    """A table.

    Data in memory to be written, or the address of data to be read; and the format it is kept in.
    """

    def __init__(
        self,
        dataframe: Any = None,
        uri: str | None = None,
        metadata: StructuredDatasetMetadata | None = None,
        *,
        format: str = "",
        file_format: str = "",
    ) -> None:
        if isinstance(dataframe, str):  # `StructuredDataset(uri, format)`, as addresses are given
            dataframe, uri, format = None, dataframe, format or (uri or "")
        self.dataframe = dataframe
        self.uri = uri
        self.format = format or file_format or (metadata.structured_dataset_type.format if metadata else "")
        self.metadata = metadata
        #: The literal that the dataset was read from, if it was.
        self.literal: DatasetMessage | None = None
        self._frame: Any = None
        self._columns: tuple[str, ...] = ()

    @property
    def file_format(self) -> str:
        """The format that the data is kept in."""
        return self.format or "parquet"

    @property
    def address(self) -> str:
        """Where the data lies.

        What was given, or what the dataset was read from; empty while it lies nowhere.
        """
        return self.uri or (self.literal.uri if self.literal else "")

    def open(self, frame: Any = None) -> Self:
        """Say which class of frame `all` and `iter` give; without one, that of a library in use."""
        self._frame = frame
        return self

    def all(self) -> Any:
        """Return the whole table as a frame, with the columns that the annotation declares."""
        cls = self._frame or default_frame()
        if self.dataframe is not None and isinstance(self.dataframe, cls):
            return self.dataframe
        if not self.address:
            raise BuildError("the dataset has neither data nor an address")
        return read_frame(cls, self.address, self.format, self._columns)

    def iter(self) -> Iterator[Any]:
        """Return the parts of the table one after another; here there is one."""
        return iter((self.all(),))

    @classmethod
    def read(cls, found: DatasetMessage, columns: Sequence[str]) -> Self:
        """Return the dataset of a literal, of which only `columns` are wanted (all if empty)."""
        made = cls(metadata=found.metadata)
        made.literal = found
        made._columns = tuple(columns)
        return made

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StructuredDataset):
            return NotImplemented
        mine, theirs = (self.address, self.file_format), (other.address, other.file_format)
        return mine == theirs and (self.dataframe is other.dataframe)

    def __hash__(self) -> int:
        return hash((self.address, self.file_format))

    def __repr__(self) -> str:
        held = "data in memory" if self.dataframe is not None else repr(self.address)
        return f"{type(self).__name__}({held}, format={self.file_format!r})"


class Declared(NamedTuple):
    """What an annotation says about a dataset: columns and format."""

    columns: Mapping[str, object]
    format: str


class Datasets(Converter):
    """Structured datasets as objects of a class of ours."""

    def __init__(self, type: LiteralType, cls: type[StructuredDataset] = StructuredDataset) -> None:
        super().__init__(type, "StructuredDataset Transformer")
        self._cls = cls
        self.strict = True

    def write(self, value: object, name: str) -> Literal:
        """Write a dataset: its data to a place, or its address as it is."""
        if not isinstance(value, StructuredDataset):
            if self.strict or frame_of(value.__class__) is None:
                raise self.refusal(value, name)
            return self.located(*write_frame(value, self._format("")))
        declared = self.type.structured_dataset_type.format
        if value.format and declared and value.format.lower() != declared.lower():
            raise self.refusal(value, name, f"its format is `{value.format}`")
        if value.dataframe is not None:
            return self.located(*write_frame(value.dataframe, self._format(value.format), value.uri or ""))
        address = value.address
        if not address and current_place() is not None:
            raise BuildError(f"`{name}` is a dataset with neither data nor an address")
        return self.located(address, value.format or declared)

    def read(self, literal: Literal, name: str) -> object:
        """Read a dataset; nothing is fetched yet."""
        return self._cls.read(dataset_in(literal, self, name), self.columns())

    def columns(self) -> list[str]:
        """Return the names of the columns that the annotation declares."""
        return [column.name for column in self.type.structured_dataset_type.columns]

    def _format(self, own: str) -> str:
        return own or self.type.structured_dataset_type.format

    def located(self, uri: str, format: str) -> Literal:
        """Return the literal of a dataset at an address."""
        metadata = StructuredDatasetMetadata(structured_dataset_type=self.type.structured_dataset_type)
        metadata.structured_dataset_type.format = format
        return Literal(scalar=Scalar(structured_dataset=DatasetMessage(uri=uri, metadata=metadata)))


class DataFrames(Datasets):
    """Data frames themselves, of a class of pandas, polars or pyarrow."""

    def __init__(self, type: LiteralType, frame: Any) -> None:
        super().__init__(type)
        self._frame = frame

    def write(self, value: object, name: str) -> Literal:
        """Write a frame of the class."""
        if isinstance(value, StructuredDataset):
            return super().write(value, name)
        if not isinstance(value, self._frame):
            raise self.refusal(value, name, f"give a `{self._frame.__qualname__}`")
        return self.located(*write_frame(value, self._format("")))

    def read(self, literal: Literal, name: str) -> object:
        """Read a frame, with the declared columns only."""
        kind = literal.scalar.WhichOneof("value")
        if kind == "schema":
            return read_frame(self._frame, literal.scalar.schema.uri, "", self.columns())
        found = dataset_in(literal, self, name)
        format = found.metadata.structured_dataset_type.format
        return read_frame(self._frame, found.uri, format, self.columns())


class ForeignDatasets(Datasets):
    """Datasets of another SDK's class, by the attributes that they share."""

    def __init__(self, type: LiteralType, cls: Any) -> None:
        super().__init__(type)
        self._foreign = cls

    def write(self, value: object, name: str) -> Literal:
        """Write an object by its data or its address."""
        if not isinstance(value, self._foreign):
            raise self.refusal(value, name)
        its: Any = value
        uri = its.uri or getattr(getattr(its, "literal", None), "uri", None)
        return super().write(StructuredDataset(its.dataframe, uri), name)

    def read(self, literal: Literal, name: str) -> object:
        """Read an object of the other SDK, with its address."""
        found = dataset_in(literal, self, name)
        return self._foreign(uri=found.uri)


def dataset_in(literal: Literal, converter: Converter, name: str) -> DatasetMessage:
    """Return the dataset in a literal."""
    if literal.scalar.WhichOneof("value") != "structured_dataset":
        raise converter.misread(literal, name)
    return literal.scalar.structured_dataset


class Schema:
    """A table of the older `schema` type, by its address: parquet, read and written with pandas."""

    #: The columns of the class itself, which `Schema[kwtypes(...)]` sets.
    COLUMNS: ClassVar[Mapping[str, Any]] = {}

    def __init__(
        self, uri: str | None = None, *, local_path: str | None = None, remote_path: str | None = None
    ) -> None:
        self.uri = uri or remote_path or local_path or ""

    def __class_getitem__(cls, columns: Any) -> type[Self]:
        """Return the type of tables with these columns (`kwtypes(...)`)."""
        body = {"COLUMNS": dict(columns), "__module__": cls.__module__, "__qualname__": cls.__qualname__}
        made: Any = type(cls.__name__, (cls,), body)
        found: type[Self] = made
        return found

    @classmethod
    def columns(cls) -> Mapping[str, Any]:
        """Return the columns of this class, none for any."""
        return cls.COLUMNS

    @property
    def remote_path(self) -> str:
        """The address of the data."""
        return self.uri

    def open(self, frame: Any = None, **_: Any) -> SchemaIO:
        """Return what reads and writes the table, as frames of a class (pandas' if not given)."""
        if not self.uri:
            self.uri = new_address("schema")
        return SchemaIO(self.uri, frame, tuple(self.COLUMNS))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and self.uri == other.uri

    def __hash__(self) -> int:
        return hash(self.uri)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.uri!r})"


class SchemaIO(NamedTuple):
    """An open table: `write` puts a frame there, `all` and `iter` read it."""

    uri: str
    frame: Any
    columns: tuple[str, ...]

    def write(self, *frames: Any) -> None:
        """Write frames as the parts of the table."""
        for each in frames:
            write_frame(each, "", self.uri)

    def all(self) -> Any:
        """Return the whole table."""
        return read_frame(self.frame or default_frame(), self.uri, "", self.columns)

    def iter(self) -> Iterator[Any]:
        """Return the parts of the table one after another; here there is one."""
        return iter((self.all(),))


class Schemas(Converter):
    """Tables of the `schema` type."""

    def __init__(self, type: LiteralType, cls: type[Schema] = Schema) -> None:
        super().__init__(type, "FlyteSchema Transformer")
        self._cls = cls

    def write(self, value: object, name: str) -> Literal:
        """Write a table by its address, or a frame to a place."""
        if isinstance(value, Schema):
            uri = kept(value.uri, folder=True, name=name)
        elif frame_of(value.__class__) is not None:
            uri, _ = write_frame(value, "")
        else:
            raise self.refusal(value, name)
        return Literal(scalar=Scalar(schema=SchemaMessage(uri=uri, type=self.type.schema)))

    def read(self, literal: Literal, name: str) -> object:
        """Read a table; nothing is fetched yet."""
        kind = literal.scalar.WhichOneof("value")
        if kind == "structured_dataset":
            return self._cls(literal.scalar.structured_dataset.uri)
        if kind != "schema":
            raise self.misread(literal, name)
        return self._cls(literal.scalar.schema.uri)


def schema_of(columns: Sequence[SchemaType.SchemaColumn]) -> LiteralType:
    """Return the type of a schema."""
    return LiteralType(schema=SchemaType(columns=columns))


def dataset_of(columns: Sequence[StructuredDatasetType.DatasetColumn], format: str) -> LiteralType:
    """Return the type of a structured dataset."""
    return LiteralType(structured_dataset_type=StructuredDatasetType(columns=columns, format=format))

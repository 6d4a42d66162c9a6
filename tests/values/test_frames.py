"""Tables, arrays, models and flytekit's look-alikes: known by name, read as what was written."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pandas and pyarrow carry no types of their own, or half of them.

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pydantic
import pytest

from flowidl.builders import BuildError
from flowidl.core.v1.literals_pb2 import Literal
from flowidl.values import (
    File,
    Schema,
    StructuredDataset,
    from_literal,
    kwtypes,
    literal_type,
    to_literal,
)
from flowidl.values.places import Folder, Present, in_place

DATA = {"a": [1, 2], "b": ["x", "y"]}


def through(value: object, annotation: Any, place: str) -> Any:
    """Write as a task's output, and read again from the bytes."""
    with in_place(Folder(place)):
        literal = to_literal(value, annotation)
    return from_literal(Literal.FromString(literal.SerializeToString()), annotation)


@pytest.mark.parametrize("format", ["", "parquet", "csv"])
@pytest.mark.parametrize(
    ("made", "as_dict"),
    [
        (pd.DataFrame(DATA), lambda frame: frame.to_dict("list")),
        (pl.DataFrame(DATA), lambda frame: frame.to_dict(as_series=False)),
        (pl.DataFrame(DATA).lazy(), lambda frame: frame.collect().to_dict(as_series=False)),
        (pa.table(DATA), lambda table: table.to_pydict()),
    ],
    ids=["pandas", "polars", "lazy", "pyarrow"],
)
def test_frames(made: Any, as_dict: Any, format: str, tmp_path: Path) -> None:
    cls = type(made)
    annotation: Any = Annotated[cls, format] if format else cls
    assert literal_type(annotation).structured_dataset_type.format == format
    read = through(made, annotation, str(tmp_path))
    assert isinstance(read, cls)
    assert as_dict(read) == DATA


def test_declared_columns_are_all_that_is_read(tmp_path: Path) -> None:
    annotation = Annotated[pd.DataFrame, kwtypes(a=int)]
    assert [each.name for each in literal_type(annotation).structured_dataset_type.columns] == ["a"]
    assert list(through(pd.DataFrame(DATA), annotation, str(tmp_path)).columns) == ["a"]


def test_one_library_reads_what_another_wrote(tmp_path: Path) -> None:
    with in_place(Folder(str(tmp_path))):
        literal = to_literal(pd.DataFrame(DATA), pd.DataFrame)
    assert from_literal(literal, pa.Table).to_pydict() == DATA  # type: ignore[attr-defined]


def test_datasets(tmp_path: Path) -> None:
    annotation: Any = Annotated[StructuredDataset, kwtypes(a=int, b=str), "csv"]
    type = literal_type(annotation).structured_dataset_type
    assert (type.format, [each.name for each in type.columns]) == ("csv", ["a", "b"])
    read = through(StructuredDataset(pd.DataFrame(DATA)), annotation, str(tmp_path))
    assert (read.uri, read.dataframe, read.file_format) == (None, None, "csv")
    assert read.open(pd.DataFrame).all().to_dict("list") == DATA
    assert [part.to_pydict() for part in read.open(pa.Table).iter()] == [DATA]
    with pytest.raises(BuildError, match="and the value is of type `int`"):
        to_literal(5, annotation)


def test_schemas(tmp_path: Path) -> None:
    cls: Any = Schema.__class_getitem__(kwtypes(a=int))
    assert [each.name for each in literal_type(cls).schema.columns] == ["a"]
    with in_place(Folder(str(tmp_path))):
        table = cls()
        table.open().write(pd.DataFrame(DATA))
    read = through(table, cls, str(tmp_path))
    assert list(read.open().all().columns) == ["a"]


def test_arrays(tmp_path: Path) -> None:
    made = np.arange(6).reshape(2, 3)
    assert literal_type(np.ndarray).blob.format == "NumpyArray"
    read = through(made, np.ndarray, str(tmp_path))
    assert (read == made).all() and read.dtype == made.dtype
    with pytest.raises(BuildError, match="cannot be written"):
        through(np.array([object()]), np.ndarray, str(tmp_path))


class Inner(pydantic.BaseModel):
    n: int
    file: File | None = None


class Model(pydantic.BaseModel):
    name: str
    inner: list[Inner] = []


def test_models(tmp_path: Path) -> None:
    value = Model(name="x", inner=[Inner(n=1), Inner(n=2, file=File("s3://b/f"))])
    read = through(value, Model, str(tmp_path))
    assert read == value
    with pytest.raises(BuildError):
        to_literal({"name": "x"}, Model)


def test_files_of_a_task_are_kept_under_their_own_names(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("first")
    read = through(File(path), File, str(tmp_path / "kept"))
    path.write_text("second")
    assert (Path(read).read_text(), Path(read).name) == ("first", "note.txt")
    with in_place(Present()), pytest.raises(BuildError, match="not a file"):
        to_literal(File(tmp_path / "missing"), File)


def test_nothing_is_imported_for_a_type_that_nobody_uses() -> None:
    code = "import sys; from flowidl.values import literal_type, File; literal_type(list[File]);"
    code += "print(sorted({'pandas', 'polars', 'pyarrow', 'numpy', 'pydantic', 'fsspec'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""Tables in memory: pandas, polars, pyarrow. How each is written to a file and read, by format.

Frames are known by the qualified name of their class, so nothing is imported until a user's own annotation
or value brought it in. Parquet needs pyarrow (polars has its own).
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# pandas and pyarrow carry no types of their own, or half of them; `Frame` is the door.

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from flowidl.errors import BuildError
from flowidl.tuples import NamedTuple
from flowidl.values.blobs import new_file
from flowidl.values.places import download, is_remote, local_path, new_address, upload

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PARQUET = "parquet"
#: The name of the file inside of a dataset's folder.
PART = "00000"


class Frame(NamedTuple):
    """How the frames of one class are written to a path and read from one (`columns`: only these, if any)."""

    extra: str
    write: Callable[[Any, str, str], None]
    read: Callable[[str, str, Sequence[str]], Any]


def frame_of(cls: object) -> Frame | None:
    """Return how the frames of a class are written and read, or `None` if the class is no frame."""
    name = f"{getattr(cls, '__module__', '')}.{getattr(cls, '__qualname__', '')}"
    return FRAMES.get(_known_name(name))


def _known_name(name: str) -> str:
    top, _, _ = name.partition(".")
    return f"{top}.{name.rpartition('.')[2]}" if top in ("pandas", "polars", "pyarrow") else name


def write_frame(value: object, format: str, uri: str = "") -> tuple[str, str]:
    """Write a frame as a dataset, to `uri` or to a fresh place; return the address and the format."""
    frame = frame_of(value.__class__)
    if frame is None:
        raise BuildError(f"a `{value.__class__.__qualname__}` is no table that can be written")
    format = format.lower() or PARQUET
    folder = uri or new_address("dataset")
    address = f"{folder.rstrip('/')}/{PART}"
    path = new_file(PART) if is_remote(address) else local_path(address)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    frame.write(value, path, format)
    if is_remote(address):
        upload(path, address, folder=False)
    return folder, format


def read_frame(cls: object, uri: str, format: str, columns: Sequence[str]) -> Any:
    """Read a dataset as a frame of a class."""
    frame = frame_of(cls)
    if frame is None:
        raise BuildError(f"a dataset cannot be read as `{getattr(cls, '__qualname__', cls)}`")
    path = download(uri, folder=not uri.endswith(f".{format or PARQUET}"))
    return frame.read(path, format.lower() or PARQUET, columns)


def parts(path: str) -> list[str]:
    """Return the files of a dataset: the path itself, or what the folder holds, sorted."""
    if not os.path.isdir(path):
        return [path]
    names = sorted(name for name in os.listdir(path) if not name.startswith((".", "_")))
    return [os.path.join(path, name) for name in names]


def _unknown(format: str) -> BuildError:
    return BuildError(f"tables cannot be kept as `{format}`", help="use `parquet` or `csv`")


def _pandas_write(frame: Any, path: str, format: str) -> None:
    if format == PARQUET:
        frame.to_parquet(path, coerce_timestamps="us", allow_truncated_timestamps=False)
    elif format == "csv":
        frame.to_csv(path, index=False)
    else:
        raise _unknown(format)


def _pandas_read(path: str, format: str, columns: Sequence[str]) -> Any:
    import pandas as pd

    if format == PARQUET:
        found = [pd.read_parquet(each, columns=list(columns) or None) for each in parts(path)]
    elif format == "csv":
        found = [pd.read_csv(each, usecols=list(columns) or None) for each in parts(path)]
    else:
        raise _unknown(format)
    return found[0] if len(found) == 1 else pd.concat(found, ignore_index=True)


def _arrow_write(table: Any, path: str, format: str) -> None:
    if format == PARQUET:
        import pyarrow.parquet as pq

        pq.write_table(table, path)
    elif format == "csv":
        import pyarrow.csv as pc

        pc.write_csv(table, path)
    else:
        raise _unknown(format)


def _arrow_read(path: str, format: str, columns: Sequence[str]) -> Any:
    import pyarrow as pa

    if format == PARQUET:
        import pyarrow.parquet as pq

        found = [pq.read_table(each, columns=list(columns) or None) for each in parts(path)]
    elif format == "csv":
        import pyarrow.csv as pc

        found = [pc.read_csv(each) for each in parts(path)]
        found = [table.select(list(columns)) for table in found] if columns else found
    else:
        raise _unknown(format)
    return found[0] if len(found) == 1 else pa.concat_tables(found)


def _polars_write(frame: Any, path: str, format: str) -> None:
    frame = frame.collect() if hasattr(frame, "collect") else frame
    if format == PARQUET:
        frame.write_parquet(path)
    elif format == "csv":
        frame.write_csv(path)
    else:
        raise _unknown(format)


def _polars_read(path: str, format: str, columns: Sequence[str]) -> Any:
    import polars as pl

    readers: dict[str, Callable[..., Any]] = {PARQUET: pl.read_parquet, "csv": pl.read_csv}
    if format not in readers:
        raise _unknown(format)
    found = [readers[format](each, columns=list(columns) or None) for each in parts(path)]
    return found[0] if len(found) == 1 else pl.concat(found)


def _polars_lazy(path: str, format: str, columns: Sequence[str]) -> Any:
    return _polars_read(path, format, columns).lazy()


FRAMES: dict[str, Frame] = {
    "pandas.DataFrame": Frame("pandas", _pandas_write, _pandas_read),
    "pyarrow.Table": Frame("pandas", _arrow_write, _arrow_read),
    "polars.DataFrame": Frame("polars", _polars_write, _polars_read),
    "polars.LazyFrame": Frame("polars", _polars_write, _polars_lazy),
}


def default_frame() -> Any:
    """Return the class that a table is read as where nobody said.

    The first that this process has imported.
    """
    for module, name in (("pandas", "DataFrame"), ("polars", "DataFrame"), ("pyarrow", "Table")):
        if module in sys.modules:
            return getattr(sys.modules[module], name)
    try:
        import pandas as pd
    except ImportError:
        raise ImportError("tables are read with pandas: install `flowidl[pandas]`") from None
    return pd.DataFrame

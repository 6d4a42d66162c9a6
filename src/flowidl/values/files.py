"""Files and folders as values: an address, and what is there once it is asked for.

    def count(data: File) -> int:
        with data.open() as lines: ...

`os.fspath(file)` is a local path: a remote file is downloaded when first used. `File["csv"]` is the type of
files of a format.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar, Self

from flowidl.values.places import download, filesystem, is_remote, local_path, new_address

if TYPE_CHECKING:
    from typing import IO


class Located(os.PathLike[str]):
    """What files and folders share: an address, a format, and the local copy once there is one."""

    _FOLDER: ClassVar[bool] = False
    #: The format of the class itself, which `File["csv"]` sets.
    FORMAT: ClassVar[str] = ""

    def __init__(self, uri: str | os.PathLike[str], format: str = "") -> None:
        self.uri = os.fspath(uri)
        self.format = format or self.FORMAT
        self._local = ""

    def __class_getitem__(cls, format: Any) -> type[Self]:
        """Return the type of files of a format, given as text (or as a type variable of that name)."""
        text = str(getattr(format, "__name__", format)).lstrip(".")
        if not text:
            return cls
        body = {"FORMAT": text, "__module__": cls.__module__, "__qualname__": cls.__qualname__}
        made: Any = type(cls.__name__, (cls,), body)
        found: type[Self] = made
        return found

    @classmethod
    def extension(cls) -> str:
        """Return the format of this class, empty for any."""
        return cls.FORMAT

    @classmethod
    def is_folder(cls) -> bool:
        """Tell folders from files."""
        return cls._FOLDER

    @property
    def remote_source(self) -> str | None:
        """The address if the value lies elsewhere, `None` if it is a local path."""
        return self.uri if is_remote(self.uri) else None

    @property
    def path(self) -> str:
        """The local path, whether there is anything yet or not; see `download`."""
        return self._local or (self.uri if is_remote(self.uri) else local_path(self.uri))

    def download(self) -> str:
        """Fetch what is remote, once, and return the local path."""
        if not self._local:
            self._local = download(self.uri, folder=self._FOLDER)
        return self._local

    def __fspath__(self) -> str:
        return self.download()

    def __str__(self) -> str:
        return self.path

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.uri!r}{f', {self.format!r}' if self.format else ''})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Located):
            return NotImplemented
        return (self.uri, self.format, self._FOLDER) == (other.uri, other.format, other._FOLDER)

    def __hash__(self) -> int:
        return hash((self.uri, self._FOLDER))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Tell pydantic, where it is in use, to carry `{"path": address}`."""
        from pydantic_core import core_schema  # type: ignore[import-not-found,unused-ignore]

        from flowidl.values.structures import located_plain

        def made(value: Any) -> Located:
            if isinstance(value, Located):
                return value
            return cls(value["path"] if isinstance(value, dict) else value)  # pyright: ignore

        return core_schema.no_info_plain_validator_function(
            made, serialization=core_schema.plain_serializer_function_ser_schema(located_plain)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> dict[str, Any]:
        """Tell pydantic what it looks like in JSON."""
        return {"type": "object", "title": cls.__name__, "properties": {"path": {"type": "string"}}}


class File(Located):
    """A file by its address or path: an annotation for parameters, and a value to give or return."""

    @classmethod
    def new(cls, name: str) -> Self:
        """Return a file that does not exist yet, below the outputs of the task that runs."""
        return cls(new_address(name))

    def open(self, mode: str = "r", **options: Any) -> IO[Any]:
        """Open the file where it lies, for reading or writing; a remote one as a stream through fsspec."""
        if self._local or not is_remote(self.uri):
            return open(self._local or local_path(self.uri), mode, **options)
        fs, path = filesystem(self.uri)
        stream: IO[Any] = fs.open(path, mode, **options)
        return stream


class Directory(Located):
    """A folder of files by its address or path (a multipart blob)."""

    _FOLDER: ClassVar[bool] = True

    @classmethod
    def new(cls, name: str = "files") -> Self:
        """Return a folder, made if it is local, below the outputs of the task that runs."""
        made = cls(new_address(name))
        if not is_remote(made.uri):
            os.makedirs(made.uri, exist_ok=True)
        return made

    def files(self) -> list[str]:
        """Return the addresses of what is directly inside, sorted."""
        if not is_remote(self.uri):
            folder = local_path(self.uri)
            return [f"{folder.rstrip('/')}/{name}" for name in sorted(os.listdir(folder))]
        fs, path = filesystem(self.uri)
        return sorted(fs.unstrip_protocol(each) for each in fs.ls(path, detail=False))

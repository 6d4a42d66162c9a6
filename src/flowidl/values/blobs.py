"""Files, folders, paths and arrays: literals that hold an address."""

from __future__ import annotations

import pathlib
from typing import Any

from flowidl.core.v1.literals_pb2 import Blob, BlobMetadata, Literal, Scalar
from flowidl.core.v1.types_pb2 import BlobType, LiteralType
from flowidl.errors import BuildError
from flowidl.values.converter import Converter
from flowidl.values.files import Directory, File, Located
from flowidl.values.places import current_place, download, is_remote, kept, local_path, new_address, upload
from flowidl.values.shapes import is_path


def blob_of(format: str, *, folder: bool) -> LiteralType:
    """Return the type of a file or folder of a format."""
    shape = BlobType.MULTIPART if folder else BlobType.SINGLE
    return LiteralType(blob=BlobType(format=format, dimensionality=shape))


class Blobs(Converter):
    """Files or folders as objects of a class of ours."""

    def __init__(self, cls: type[Located], type: LiteralType | None = None) -> None:
        folder = cls.is_folder()
        super().__init__(
            type or blob_of(cls.FORMAT, folder=folder), "FlyteDirectory" if folder else "FlyteFilePath"
        )
        self._cls = cls
        self._folder = folder

    def write(self, value: object, name: str) -> Literal:
        """Write a file object, a path object, or text that is the address of something there."""
        address, format = self._address(value, name)
        declared = self.type.blob.format
        if format and declared and format != declared:
            raise self.refusal(value, name, f"its format is `{format}`")
        return blob_literal(kept(address, folder=self._folder, name=name), self.type.blob, format or declared)

    def read(self, literal: Literal, name: str) -> object:
        """Read a file object; nothing is fetched yet."""
        found = blob_in(literal, self, name)
        declared = self._cls.FORMAT
        return self._cls(found.uri, "" if declared else found.metadata.type.format)

    def _address(self, value: object, name: str) -> tuple[str, str]:
        if isinstance(value, Located):
            if value.is_folder() == self._folder:
                return value.uri, value.format
        elif is_path(value):
            if not self._folder or current_place() is not None:
                return str(value), ""
        elif isinstance(value, str) and (is_remote(value) or _is_there(value, folder=self._folder)):
            return value, ""
        what = "folder" if self._folder else "file"
        if isinstance(value, str):
            raise BuildError(f"`{name}` is `{value[:200]}`, which is not a {what}", rule="mismatched-literal")
        raise self.refusal(value, name, "give `File(uri)` or `Directory(uri)`")


class Foreign(Converter):
    """Files and folders of another SDK's class, by the attributes that they share."""

    def __init__(self, cls: Any, *, folder: bool) -> None:
        extension = getattr(cls, "extension", str)
        super().__init__(
            blob_of(str(extension()), folder=folder), "FlyteDirectory" if folder else "FlyteFilePath"
        )
        self._cls = cls
        self._plain = Blobs(Directory if folder else File, self.type)

    def write(self, value: object, name: str) -> Literal:
        """Write an object by the place that it came from, else by its path."""
        source = getattr(value, "remote_source", None) or getattr(value, "path", None) or value
        plain = source if isinstance(source, Located) else self._named(source)
        return self._plain.write(plain, name)

    def read(self, literal: Literal, name: str) -> object:
        """Read an object of the other SDK, which fetches what is remote by itself."""
        return self._cls(path=blob_in(literal, self, name).uri)

    def _named(self, source: Any) -> Any:
        if not isinstance(source, str):
            return source
        return Directory(source) if self._plain.type.blob.dimensionality else File(source)


class Paths(Converter):
    """`pathlib.Path` and its like: files that are read as local paths."""

    def __init__(self, cls: Any) -> None:
        super().__init__(blob_of("", folder=False), "FlyteFilePath")
        self._cls = cls
        self._plain = Blobs(File, self.type)

    def write(self, value: object, name: str) -> Literal:
        """Write a path."""
        return self._plain.write(value, name)

    def read(self, literal: Literal, name: str) -> object:
        """Read a local path to the file, fetched if it is remote."""
        return self._cls(download(blob_in(literal, self, name).uri, folder=False))


class Arrays(Converter):
    """`numpy.ndarray`: a file in numpy's own format."""

    FORMAT = "NumpyArray"

    def __init__(self, cls: Any) -> None:
        super().__init__(blob_of(self.FORMAT, folder=False), "NumpyArray")
        self._cls = cls

    def write(self, value: Any, name: str) -> Literal:
        """Write an array to a file of its own. Arrays of Python objects would be pickles, and are refused."""
        import numpy

        if not isinstance(value, self._cls):
            raise self.refusal(value, name)
        address = new_address("array.npy")
        path = local_path(address) if not is_remote(address) else new_file("array.npy")
        try:
            numpy.save(path, value, allow_pickle=False)
        except ValueError as error:
            raise BuildError(f"`{name}` cannot be written: {error}") from None
        if path != local_path(address):
            upload(path, address, folder=False)
        return blob_literal(address, self.type.blob, self.FORMAT)

    def read(self, literal: Literal, name: str) -> object:
        """Read an array."""
        import numpy

        return numpy.load(download(blob_in(literal, self, name).uri, folder=False), allow_pickle=False)


def new_file(name: str) -> str:
    """Return the path of a new local file of this process."""
    from flowidl.values.places import Folder, scratch_folder

    return Folder(scratch_folder()).new(name)


def blob_literal(address: str, type: BlobType, format: str) -> Literal:
    """Return the literal of what lies at an address."""
    metadata = BlobMetadata(type=type)
    metadata.type.format = format
    return Literal(scalar=Scalar(blob=Blob(uri=address, metadata=metadata)))


def blob_in(literal: Literal, converter: Converter, name: str) -> Blob:
    """Return the blob in a literal, which must be a file or a folder as the converter's type is."""
    found = literal.scalar.blob
    wrong = literal.scalar.WhichOneof("value") != "blob"
    if wrong or found.metadata.type.dimensionality != converter.type.blob.dimensionality:
        raise converter.misread(literal, name)
    return found


def _is_there(text: str, *, folder: bool) -> bool:
    path = local_path(text)
    return "\0" not in path and (pathlib.Path(path).is_dir() if folder else pathlib.Path(path).is_file())

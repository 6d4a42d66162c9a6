"""Where files and tables that values stand for are read from and written to.

A `File` crosses an edge as an address. While definitions are being built an address is written as it is.
While tasks run, a *place* says what to do with a local path: `Present` (inputs of a run) checks that it is
there, `Folder` (outputs of a task) copies it to a folder or bucket of the run, so that a task may write
over its own files. Addresses with a scheme (`s3://...`) go through fsspec, which is imported only for them.
"""

from __future__ import annotations

import contextvars
import os
import shutil
import tempfile
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, cast

from flowidl.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Generator


class Place(Protocol):
    """What happens to local files that values point to."""

    def keep(self, path: str, *, folder: bool, name: str) -> str:
        """Return the address under which a local file or folder can be read later; `name` is for errors."""
        ...

    def new(self, name: str) -> str:
        """Return a fresh address that ends in `name`, to write to."""
        ...


_PLACE: contextvars.ContextVar[Place | None] = contextvars.ContextVar("flowidl-place", default=None)


def current_place() -> Place | None:
    """Return the place of whatever runs now, or `None` while nothing runs."""
    return _PLACE.get()


@contextmanager
def in_place(place: Place | None) -> Generator[Place | None]:
    """Make `place` the current one for a block."""
    token = _PLACE.set(place)
    try:
        yield place
    finally:
        _PLACE.reset(token)


def kept(path: str, *, folder: bool, name: str) -> str:
    """Return the address of a file or folder: as the current place says, or unchanged if there is none."""
    place = _PLACE.get()
    if place is None or is_remote(path):
        return path
    return place.keep(local_path(path), folder=folder, name=name)


def new_address(name: str) -> str:
    """Return a fresh address to write to: in the current place, or in this process's own folder."""
    return (_PLACE.get() or Folder(scratch_folder())).new(name)


class Present:
    """The place of inputs: local paths must exist, and stay where they are."""

    def keep(self, path: str, *, folder: bool, name: str) -> str:
        """Return the absolute path, which must be that of a file (or of a folder)."""
        _check_present(path, folder=folder, name=name)
        return os.path.abspath(path)  # a path stays the text that it was

    def new(self, name: str) -> str:
        """Return a fresh address in this process's own folder."""
        return Folder(scratch_folder()).new(name)


class Folder:
    """The place of outputs: what is written or returned is kept below `prefix`, a folder or a bucket."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def keep(self, path: str, *, folder: bool, name: str) -> str:
        """Copy a local file or folder below the prefix, under its own base name, and return its address."""
        _check_present(path, folder=folder, name=name)
        if not is_remote(self.prefix) and _is_below(path, self.prefix):
            return path
        address = self.new(os.path.basename(os.path.normpath(path)))
        upload(path, address, folder=folder)
        return address

    def new(self, name: str) -> str:
        """Return `prefix/<unique>/name`; the local folder above it exists."""
        parent = f"{self.prefix.rstrip('/')}/{uuid.uuid4().hex}"
        if not is_remote(parent):
            os.makedirs(parent, exist_ok=True)
        return f"{parent}/{name}"


def _check_present(path: str, *, folder: bool, name: str) -> None:
    found = os.path.isdir(path) if folder else os.path.isfile(path)
    if not found:
        raise BuildError(f"`{name}` is `{path}`, which is not a {'folder' if folder else 'file'}")


def _is_below(path: str, folder: str) -> bool:
    return os.path.realpath(path).startswith(os.path.join(os.path.realpath(folder), ""))


# Addresses


def is_remote(address: str) -> bool:
    """Tell an address with a scheme other than `file` from a local path."""
    scheme, mark, _ = address.partition("://")
    return bool(mark) and scheme != "file"


def local_path(address: str) -> str:
    """Return a local address without its `file://`."""
    return address.removeprefix("file://")


def filesystem(address: str) -> tuple[Any, str]:
    """Return fsspec's file system for a remote address, and the path in it."""
    try:
        from fsspec.core import url_to_fs  # type: ignore[import-untyped]  # it carries no types
    except ImportError:
        raise ImportError(f"`{address}` is remote: install `flowidl[remote]`") from None
    return cast("tuple[Any, str]", url_to_fs(address))


def download(address: str, *, folder: bool) -> str:
    """Return a local path with the content of an address; what is local already is not copied."""
    if not is_remote(address):
        return local_path(address)
    fs, path = filesystem(address)
    target = Folder(scratch_folder()).new(os.path.basename(path.rstrip("/")) or "data")
    fs.get(path, target, recursive=folder)
    return target


def upload(path: str, address: str, *, folder: bool) -> None:
    """Copy a local file or folder to an address."""
    if is_remote(address):
        fs, target = filesystem(address)
        fs.put(path, target, recursive=folder)
    elif folder:
        shutil.copytree(path, address)
    else:
        shutil.copyfile(path, address)


_SCRATCH: list[tempfile.TemporaryDirectory[str]] = []


def scratch_folder() -> str:
    """Return this process's own folder for files, made when first asked for and removed at its end."""
    if not _SCRATCH or not os.path.isdir(_SCRATCH[0].name):
        _SCRATCH[:] = [tempfile.TemporaryDirectory(prefix="flowidl-", ignore_cleanup_errors=True)]
    return _SCRATCH[0].name


def read_bytes(address: str) -> bytes:
    """Return what lies at an address."""
    if is_remote(address):
        fs, path = filesystem(address)
        data: bytes = fs.cat_file(path)
        return data
    with open(local_path(address), "rb") as file:
        return file.read()


def write_bytes(address: str, data: bytes) -> None:
    """Write to an address; folders above it are made."""
    if is_remote(address):
        fs, path = filesystem(address)
        fs.pipe_file(path, data)
        return
    path = local_path(address)
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def exists(address: str) -> bool:
    """Tell whether there is a file at an address."""
    if is_remote(address):
        fs, path = filesystem(address)
        return bool(fs.exists(path))
    return os.path.isfile(local_path(address))

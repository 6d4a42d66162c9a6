"""Inputs that live elsewhere, read as streams through fsspec (extra `flowidl[remote]`)."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast


class _RemoteFile(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...

    def close(self) -> None: ...


class Remote:
    """A stream over a remote file, opened when it is first read, so that what goes wrong is a finding about
    it.

    `name` is the address, as findings show it.
    """

    def __init__(self, address: str) -> None:
        self.name = address
        self._file: _RemoteFile | None = None

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes. Raises `OSError` if the file cannot be opened or read."""
        if self._file is None:
            self._file = _open(self.name)
        return self._file.read(size)

    def close(self) -> None:
        """Close the file, if it was opened."""
        if self._file is not None:
            self._file.close()


def _open(address: str) -> _RemoteFile:
    try:
        fsspec = import_module("fsspec")
    except ImportError:
        raise OSError(0, "remote inputs need fsspec: install flowidl[remote]") from None
    try:
        return cast("_RemoteFile", fsspec.open(address, "rb").open())
    except OSError:
        raise
    except Exception as error:  # whatever a file system's own library raises
        raise OSError(0, f"{type(error).__name__}: {error}") from error

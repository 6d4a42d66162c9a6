"""Gzip as a stream with bounds: never more than was asked for is in memory, and a bomb ends early.

Only `zlib` is needed. A gzip file may consist of several streams one behind the other; each is checked
against its checksum by `zlib` itself.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Protocol

from flowidl.source.limits import RATIO_FLOOR, Limits
from flowidl.source.problems import Fact, Log, RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[[int], bytes]

GZIP_MAGIC = b"\x1f\x8b"

_CHUNK = 64 * 1024
#: Streams in one file. Real files have one, those of block compressors a few for each megabyte.
_MAX_STREAMS = 10_000


class Counted:
    """Reads from a source and counts against the limit on what is stored."""

    __slots__ = ("_limit", "_read", "size")

    def __init__(self, read: Read, limit: int) -> None:
        self._read = read
        self._limit = limit
        self.size = 0

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, and none at the end."""
        chunk = self._read(min(size, self._limit - self.size + 1))
        self.size += len(chunk)
        if self.size > self._limit:
            raise RefusalError(Fact.INPUT_TOO_LARGE, limit=self._limit, seen=self.size)
        return chunk


class Source(Protocol):
    """A source of bytes that knows how many it has given."""

    @property
    def size(self) -> int:
        """How many bytes the source has given."""
        ...

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, and none at the end."""
        ...


class Peekable:
    """Lets the first bytes be looked at before they are read."""

    __slots__ = ("_head", "_source")

    def __init__(self, source: Source) -> None:
        self._source = source
        self._head = b""

    @property
    def size(self) -> int:
        """How many bytes the source has given."""
        return self._source.size

    def peek(self, size: int) -> bytes:
        """Return the first `size` bytes, or all if there are fewer, and keep them for `read`."""
        while len(self._head) < size and (chunk := self._source.read(size - len(self._head))):
            self._head += chunk
        return self._head

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, and none at the end."""
        if self._head:
            chunk, self._head = self._head[:size], self._head[size:]
            return chunk
        return self._source.read(size)


class Gunzipped:
    """Reads the decompressed bytes of a gzip source, counted against `total_size` and `ratio`."""

    __slots__ = ("_inflate", "_limits", "_log", "_pending", "_source", "_streams", "size")

    def __init__(self, source: Source, limits: Limits, log: Log) -> None:
        self._source = source
        self._limits = limits
        self._log = log
        self._inflate = zlib.decompressobj(31)
        self._pending = b""
        self._streams = 1
        self.size = 0

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, and none at the end."""
        while size > 0:
            if self._inflate.eof and not self._next_stream():
                return b""
            if not self._pending:
                self._pending = self._source.read(_CHUNK)
                if not self._pending:
                    raise RefusalError(
                        Fact.CORRUPT_ARCHIVE, "the compressed data ends early", offset=self._source.size
                    )
            if chunk := self._decompress(size):
                self._count(len(chunk))
                return chunk
        return b""

    def _decompress(self, size: int) -> bytes:
        try:
            chunk = self._inflate.decompress(self._pending, size)
        except zlib.error as error:
            offset = max(0, self._source.size - len(self._pending))
            reason = str(error).rpartition(": ")[2]
            raise RefusalError(Fact.CORRUPT_ARCHIVE, f"gzip: {reason}", offset=offset) from None
        self._pending = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
        return chunk

    def _next_stream(self) -> bool:
        """Start the next stream of the file, if there is one. Zeros behind the last are padding."""
        self._pending = self._pending or self._source.read(_CHUNK)
        while self._pending and not self._pending.strip(b"\0"):
            self._pending = self._source.read(_CHUNK)
        if not self._pending:
            return False
        offset = self._source.size - len(self._pending)
        if not self._pending.startswith(GZIP_MAGIC[: len(self._pending)]):
            raise RefusalError(Fact.CORRUPT_ARCHIVE, "bytes behind the end of the gzip data", offset=offset)
        self._streams += 1
        if self._streams > _MAX_STREAMS:
            raise RefusalError(Fact.CORRUPT_ARCHIVE, f"more than {_MAX_STREAMS} gzip streams", offset=offset)
        self._inflate = zlib.decompressobj(31)
        return True

    def _count(self, size: int) -> None:
        self.size += size
        self._log.total_size += size
        check_growth(self._source.size, self.size, self._limits, self._log)


def check_growth(stored: int, size: int, limits: Limits, log: Log) -> None:
    """Refuse if `size` bytes out of `stored` ones are too many, or the run's total is."""
    if log.total_size > limits.total_size:
        raise RefusalError(Fact.TOTAL_TOO_LARGE, limit=limits.total_size, seen=log.total_size)
    if size > RATIO_FLOOR and size > limits.ratio * max(stored, 1):
        raise RefusalError(Fact.RATIO_TOO_HIGH, limit=limits.ratio, seen=size // max(stored, 1))


def read_all(read: Read, limit: int, fact: Fact, detail: str = "") -> bytes:
    """Read to the end, at most `limit` bytes."""
    chunks: list[bytes] = []
    size = 0
    while chunk := read(min(_CHUNK, limit - size + 1)):
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            raise RefusalError(fact, detail, limit=limit, seen=size)
    return b"".join(chunks)

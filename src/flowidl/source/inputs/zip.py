"""Zip archives: members in the order of the directory, decompressed in memory within bounds, nothing written.

`zipfile` does the work. Before it opens the file, the entries of the directory are counted in the raw bytes,
because it would make an object for every one of them.
"""

from __future__ import annotations

import io
import stat
import zlib
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from flowidl.source.inputs.compressed import check_growth
from flowidl.source.inputs.tar import DEVICE, DIRECTORY, LINK, REGULAR, Member
from flowidl.source.limits import Limits
from flowidl.source.problems import Fact, Log, RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterator


_DIRECTORY_ENTRY = b"PK\x01\x02"
_CHUNK = 64 * 1024
_ENCRYPTED = 0x1
_UNIX = 3


class Zip:
    """Iterate over the members of a zip file; `content` applies to the member just yielded."""

    __slots__ = ("_current", "_file", "_limits", "_log")

    def __init__(self, data: bytes, limits: Limits, log: Log) -> None:
        self._limits = limits
        self._log = log
        self._current: ZipInfo | None = None
        entries = data.count(_DIRECTORY_ENTRY)
        if entries > limits.members:
            raise RefusalError(Fact.TOO_MANY_MEMBERS, limit=limits.members, seen=entries)
        try:
            self._file = ZipFile(io.BytesIO(data))
        except (BadZipFile, ValueError, OverflowError, NotImplementedError, UnicodeDecodeError) as error:
            raise _corrupt(str(error)) from None

    def __iter__(self) -> Iterator[Member]:
        for info in self._file.infolist():
            self._current = info
            yield Member(info.filename, _type(info), info.file_size, info.header_offset)

    def content(self, limit: int) -> bytes:
        """Return the content of the member just yielded, of at most `limit` bytes."""
        info = self._current
        if info is None:
            return b""
        if info.flag_bits & _ENCRYPTED:
            raise RefusalError(Fact.UNSUPPORTED_COMPRESSION, "an encrypted member")
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise RefusalError(Fact.UNSUPPORTED_COMPRESSION, f"zip method {info.compress_type}")
        try:
            return self._inflated(info, limit)
        except (BadZipFile, EOFError, zlib.error, ValueError, OverflowError, NotImplementedError) as error:
            raise _corrupt(str(error), info.header_offset) from None

    def _inflated(self, info: ZipInfo, limit: int) -> bytes:
        chunks: list[bytes] = []
        size = 0
        with self._file.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                chunks.append(chunk)
                size += len(chunk)
                self._log.total_size += len(chunk)
                check_growth(info.compress_size, size, self._limits, self._log)
                if size > limit:
                    raise RefusalError(Fact.MEMBER_TOO_LARGE, limit=limit, seen=max(size, info.file_size))
        return b"".join(chunks)


def _type(info: ZipInfo) -> str:
    mode = info.external_attr >> 16 if info.create_system == _UNIX else 0
    if stat.S_ISLNK(mode):
        return LINK
    if stat.S_IFMT(mode) and not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        return DEVICE
    # not `info.is_dir()`, which fails for a member without a name
    return DIRECTORY if info.filename.endswith("/") else REGULAR


def _corrupt(reason: str, offset: int = -1) -> RefusalError:
    return RefusalError(Fact.CORRUPT_ARCHIVE, f"zip: {reason}", offset=offset)

"""Tar archives as a stream: names and contents in order, nothing kept and nothing written.

Own code, and not `tarfile`, because the promise that no input hangs or fills memory must not depend on which
patch release of Python runs: `tarfile` keeps every header that it has seen, reads extended headers whole, and
had several faults in reading hostile ones. What is needed is little: regular files by name, in the classic,
GNU and pax forms of a header. Everything else is named and skipped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.source.problems import Fact, RefusalError
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.source.inputs.compressed import Read

BLOCK = 512
_CHUNK = 64 * 1024
#: Bytes of one extended header. A path needs at most a few thousand.
_MAX_EXTENDED = 64 * 1024

_ASCII = bytes(range(128))

REGULAR, DIRECTORY, LINK, DEVICE, SPARSE, OTHER = (
    "file",
    "directory",
    "link",
    "device",
    "sparse file",
    "other",
)
_TYPES = {
    b"0": REGULAR,
    b"\0": REGULAR,
    b"7": REGULAR,
    b"1": LINK,
    b"2": LINK,
    b"3": DEVICE,
    b"4": DEVICE,
    b"5": DIRECTORY,
    b"6": DEVICE,
    b"S": SPARSE,
}


class Member(NamedTuple):
    """One entry: its name as stored, what it is, its declared size, and the offset of its header."""

    name: str
    type: str
    size: int
    offset: int


def is_tar(head: bytes) -> bool:
    """Tell whether `head`, the first block of a file, is a tar header."""
    return len(head) >= BLOCK and any(head[:BLOCK]) and _checksum_fits(head[:BLOCK])


class Tar:
    """Iterate over the members of a tar stream; `content` and `skip` apply to the member just yielded."""

    __slots__ = ("_left", "_padding", "_read", "offset")

    def __init__(self, read: Read) -> None:
        self._read = read
        self._left = 0
        self._padding = 0
        self.offset = 0

    def __iter__(self) -> Iterator[Member]:
        name: str | None = None
        size: int | None = None
        sparse = False
        while header := self._header():
            start = self.offset - BLOCK
            kind = header[156:157]
            self._start_body(_number(header[124:136], start))
            if kind in b"LKxXg":
                body = self._extended(start)
                if kind == b"L":
                    name = _text(body.partition(b"\0")[0])
                elif kind in b"xX":
                    records = dict(_pax_records(body, start))
                    name = _text(records["path"]) if "path" in records else name
                    size = _decimal(records["size"], start) if "size" in records else size
                    sparse = sparse or any(key.startswith("GNU.sparse") for key in records)
                elif kind == b"g" and not {"path", "size"}.isdisjoint(dict(_pax_records(body, start))):
                    raise _corrupt("a global header that renames every member", start)
                continue
            if size is not None:
                self._start_body(size)
            yield _member(header, kind, name, self._left, SPARSE if sparse else "", start)
            self.skip()
            name, size, sparse = None, None, False

    def content(self, limit: int) -> bytes:
        """Return the content of the member just yielded, of at most `limit` bytes."""
        if self._left > limit:
            raise RefusalError(Fact.MEMBER_TOO_LARGE, limit=limit, seen=self._left, offset=self.offset)
        chunks: list[bytes] = []
        while self._left:
            chunks.append(self._some())
        return b"".join(chunks)

    def skip(self) -> None:
        """Pass over what is left of the member just yielded."""
        self._left += self._padding
        self._padding = 0
        while self._left:
            self._some()

    def _start_body(self, size: int) -> None:
        self._left = size
        self._padding = -size % BLOCK

    def _some(self) -> bytes:
        chunk = self._read(min(self._left, _CHUNK))
        if not chunk:
            raise _corrupt(f"the archive ends early, {self._left} bytes are missing", self.offset)
        self._left -= len(chunk)
        self.offset += len(chunk)
        return chunk

    def _header(self) -> bytes:
        """Return the next header, or nothing at the end of the archive."""
        start = self.offset
        header = b""
        while len(header) < BLOCK and (chunk := self._read(BLOCK - len(header))):
            header += chunk
        self.offset += len(header)
        if not header.strip(b"\0"):
            return b""
        if len(header) < BLOCK:
            raise _corrupt("the archive ends within a header", start)
        if not _checksum_fits(header):
            raise _corrupt("a header's checksum does not fit", start)
        return header

    def _extended(self, start: int) -> bytes:
        if self._left > _MAX_EXTENDED:
            raise _corrupt(f"an extended header of {self._left} bytes", start)
        body = self.content(_MAX_EXTENDED)
        self.skip()
        return body


def _member(header: bytes, kind: bytes, name: str | None, size: int, override: str, start: int) -> Member:
    if name is None:
        name = _text(header[:100].partition(b"\0")[0])
        prefix = header[345:500].partition(b"\0")[0]
        if prefix and header[257:263] == b"ustar\0":
            name = f"{_text(prefix)}/{name}"
    found = override or _TYPES.get(kind, OTHER)
    if found == REGULAR and name.endswith("/"):
        found = DIRECTORY
    return Member(name, found, size, start)


def _corrupt(reason: str, offset: int) -> RefusalError:
    return RefusalError(Fact.CORRUPT_ARCHIVE, f"tar: {reason}", offset=offset)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _checksum_fits(header: bytes) -> bool:
    stored = header[148:156].strip(b"\0 ")
    if not stored.isdigit() or b"8" in stored or b"9" in stored:
        return False
    total = sum(header) - sum(header[148:156]) + 8 * 32
    expected = int(stored, 8)
    return expected == total or expected == total - 256 * len(
        (header[:148] + header[156:]).translate(None, _ASCII)
    )


def _number(field: bytes, offset: int) -> int:
    """Read a size: octal digits, or binary where the first byte says so."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b"\0 ") or b"0"
    if not digits.isdigit() or b"8" in digits or b"9" in digits:
        raise _corrupt("a header's size is not a number", offset)
    return int(digits, 8)


def _decimal(value: bytes, offset: int) -> int:
    if not value.isdigit() or len(value) > 20:
        raise _corrupt("an extended header's size is not a number", offset)
    return int(value)


def _pax_records(body: bytes, offset: int) -> Iterator[tuple[str, bytes]]:
    """Yield the `length key=value` records of an extended header."""
    position = 0
    while position < len(body) and body[position] != 0:
        digits = body[position : position + 8].partition(b" ")[0]
        length = int(digits) if digits.isdigit() else 0
        record = body[position : position + length]
        if length < len(digits) + 3 or len(record) != length or not record.endswith(b"\n"):
            raise _corrupt("an extended header is malformed", offset)
        key, equals, value = record[len(digits) + 1 : -1].partition(b"=")
        if not equals:
            raise _corrupt("an extended header is malformed", offset)
        yield _text(key), value
        position += length

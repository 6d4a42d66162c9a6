"""From whatever people have to blobs: names with bytes, one for each thing that may hold a definition.

Paths, globs, folders, archives, compressed files, streams and bytes all end here. Nothing is written, nothing
is extracted; of an archive, one member at a time is in memory.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from typing import TYPE_CHECKING, BinaryIO, Protocol, runtime_checkable

from flowidl.names import natural_key
from flowidl.source.definitions import Origin
from flowidl.source.inputs import ARCHIVES
from flowidl.source.inputs.compressed import GZIP_MAGIC, Counted, Gunzipped, Peekable, read_all
from flowidl.source.inputs.folders import walk
from flowidl.source.inputs.tar import BLOCK, DIRECTORY, REGULAR, Tar, is_tar
from flowidl.source.limits import Limits
from flowidl.source.problems import Fact, Log, Problem, RefusalError
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from flowidl.source.inputs.tar import Member
    from flowidl.source.inputs.zip import Zip

    Read = Callable[[int], bytes]


@runtime_checkable
class Stream(Protocol):
    """Anything with a `read` that returns bytes."""

    def read(self, size: int = ..., /) -> bytes:
        """Return up to `size` bytes, and none at the end."""
        ...


class File(NamedTuple):
    """The content of a file that is in memory, under the file's name."""

    name: str
    data: bytes


class Blob(NamedTuple):
    """Bytes that may be a definition. `named` tells that the user named them, rather than what holds them."""

    origin: Origin
    name: str
    data: bytes
    named: bool


#: Names that may hold a definition, behind which there may be `.gz`.
BINARY, JSON, YAML, TEXT = "binary", "json", "yaml", "text"
FORMATS = {
    ".pb": BINARY,
    ".bin": BINARY,
    ".binpb": BINARY,
    ".json": JSON,
    ".yaml": YAML,
    ".yml": YAML,
    ".txtpb": TEXT,
    ".textproto": TEXT,
    ".pbtxt": TEXT,
}

#: The source code that fast registration puts beside the definitions.
_SOURCE_ARCHIVE = re.compile(r"(fast|script_mode)[0-9a-zA-Z]*\.(tar\.gz|tgz|zip)$|script_mode\.tar\.gz$")

_IRREGULAR = "not a regular file"
_SOURCE_CODE, _OTHER_NAME = "an archive of source code", "no definition, by its name"

_OTHER_COMPRESSIONS = {
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!\x1a\x07": "RAR",
}
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")

_MAX_NAME = 1024
_CHUNK = 64 * 1024

#: Problems of one member: the archive goes on behind it.
_OF_MEMBER = frozenset({Fact.MEMBER_TOO_LARGE, Fact.UNSUPPORTED_COMPRESSION})


def split_name(name: str) -> tuple[str, str | None]:
    """Split a file's name into its stem, without folders, and the format that its suffix announces."""
    base = re.split(r"[/\\]", name)[-1]
    base = base.removesuffix(".gz")
    stem, suffix = os.path.splitext(base)  # noqa: PTH122 - names inside archives are no paths
    found = FORMATS.get(suffix.lower())
    return (stem, found) if found else (base, None)


class Reader:
    """Turns inputs into blobs, within limits, and logs what goes wrong."""

    def __init__(self, limits: Limits, log: Log) -> None:
        self._limits = limits
        self._log = log

    def path(self, text: str) -> Iterator[Blob]:
        """Read a file, a folder, a glob, or standard input for `-`."""
        if text == "-":
            yield from self.stream(sys.stdin.buffer.read, "<stdin>")
        elif os.path.isdir(text):  # noqa: PTH112 - pathlib would cost its import
            yield from self._folder(text)
        elif not os.path.exists(text) and any(character in text for character in "*?["):  # noqa: PTH110
            yield from self._pattern(text)
        else:
            yield from self._file(text, True)

    def _pattern(self, text: str) -> Iterator[Blob]:
        import glob  # start-up: for patterns only

        try:
            found = sorted(glob.glob(text, recursive=True), key=natural_key)  # noqa: PTH207
        except RecursionError:
            self._problem(Fact.UNREADABLE_INPUT, Origin(text), "folders are too deep for a pattern")
            return
        if not found:
            self._problem(Fact.UNREADABLE_INPUT, Origin(text), "no file matches")
        for name in found:
            if os.path.isdir(name):  # noqa: PTH112
                yield from self._folder(name)
            elif os.path.isfile(name):  # noqa: PTH113
                yield from self._file(name, True)
            else:
                self._log.skip(name, _IRREGULAR)

    def stream(self, read: Read, name: str, named: bool = True) -> Iterator[Blob]:
        """Read a stream to its end: an archive, a compressed file or a definition."""
        try:
            yield from self._content(Peekable(Counted(read, self._limits.input_size)), name, named)
        except RefusalError as refusal:
            self._log.refused(refusal, Origin(name), named=named)
        except OSError as error:
            self._problem(Fact.UNREADABLE_INPUT, Origin(name), error.strerror or "cannot be read")

    def _file(self, name: str, named: bool) -> Iterator[Blob]:
        try:
            file = _opened(name)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", "") or "no such file"
            self._problem(Fact.UNREADABLE_INPUT, Origin(name), reason)
            return
        if file is None:
            self._problem(Fact.UNREADABLE_INPUT, Origin(name), "a pipe that nobody writes to")
            return
        with file:
            yield from self.stream(file.read, name, named)

    def _folder(self, top: str) -> Iterator[Blob]:
        count = 0
        for folder, files in walk(top):
            for name in files:
                path = os.path.join(folder, name)  # noqa: PTH118
                count += 1
                if count > self._limits.members:
                    refusal = RefusalError(Fact.TOO_MANY_MEMBERS, limit=self._limits.members, seen=count)
                    self._log.refused(refusal, Origin(top))
                    return
                if _SOURCE_ARCHIVE.search(name):
                    self._log.skip(path, _SOURCE_CODE)
                elif os.path.islink(path) or not os.path.isfile(path):  # noqa: PTH113, PTH114
                    self._log.skip(path, _IRREGULAR)
                elif name.startswith(".") or not (_is_definition(name) or name.lower().endswith(ARCHIVES)):
                    self._log.skip(path, _OTHER_NAME)
                else:
                    yield from self._file(path, False)

    def _content(self, source: Peekable, name: str, named: bool) -> Iterator[Blob]:
        head = source.peek(BLOCK)
        limits = self._limits
        says_archive = name.lower().endswith(ARCHIVES)
        if head.startswith(GZIP_MAGIC):
            source = Peekable(Gunzipped(source, limits, self._log))
            head = source.peek(BLOCK)
            if head.startswith(GZIP_MAGIC):
                raise RefusalError(Fact.UNSUPPORTED_COMPRESSION, "gzip within gzip")
        if head.startswith(_ZIP_MAGIC):
            from flowidl.source.inputs.zip import Zip  # start-up: for zip archives only

            data = read_all(source.read, limits.input_size, Fact.INPUT_TOO_LARGE)
            yield from self._members(Zip(data, limits, self._log), name)
        elif is_tar(head) or (says_archive and head and not head.strip(b"\0")):
            complete = yield from self._members(Tar(source.read), name)
            while complete and source.read(_CHUNK):
                pass  # to the end, where gzip keeps the checksum of what was read
        elif found := [word for magic, word in _OTHER_COMPRESSIONS.items() if head.startswith(magic)]:
            raise RefusalError(Fact.UNSUPPORTED_COMPRESSION, found[0])
        elif says_archive and head:
            raise RefusalError(Fact.CORRUPT_ARCHIVE, "neither tar, gzip nor zip", offset=0)
        else:
            data = read_all(source.read, limits.member_size, Fact.MEMBER_TOO_LARGE)
            yield Blob(Origin(name, "", data), name, data, named)

    def _members(self, archive: Tar | Zip, file: str) -> Generator[Blob, None, bool]:
        """Yield the definitions of an archive, and return whether it was read to its end.

        What is odd about one member does not end the archive.
        """
        seen: set[str] = set()
        for count, member in enumerate(archive, 1):
            if count > self._limits.members:
                raise RefusalError(Fact.TOO_MANY_MEMBERS, limit=self._limits.members, seen=count)
            name = member.name.removeprefix("./")
            if member.type == DIRECTORY:
                continue
            origin = Origin(file, name[:_MAX_NAME])
            if reason := _unsafe(member, name):
                self._problem(Fact.UNSAFE_MEMBER, origin, reason)
            elif name in seen:
                self._problem(Fact.DUPLICATE_MEMBER, origin)
            elif not _is_definition(name):
                self._log.skip(
                    f"{file} > {name}", _SOURCE_CODE if _SOURCE_ARCHIVE.search(name) else _OTHER_NAME
                )
            else:
                seen.add(name)
                try:
                    data = archive.content(self._limits.member_size)
                except RefusalError as refusal:
                    self._log.refused(refusal, origin)
                    if refusal.fact not in _OF_MEMBER:
                        return False
                else:
                    yield Blob(Origin(file, name, data), name, data, False)
        return True

    def _problem(self, fact: Fact, origin: Origin, detail: str = "") -> None:
        self._log.add(Problem(fact, origin, detail=detail))


#: Seconds to wait for somebody to write to a pipe.
_PATIENCE = 1.0


def _opened(name: str) -> BinaryIO | None:
    """Open a file; `None` for a pipe that nobody writes to, where opening and reading would never end."""
    if not stat.S_ISFIFO(os.stat(name).st_mode):  # noqa: PTH116
        return open(name, "rb")  # noqa: PTH123
    import select  # start-up: for pipes only

    descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
    waits = select.poll()
    waits.register(descriptor, select.POLLIN | select.POLLHUP)
    if not waits.poll(_PATIENCE * 1000) and not _is_written_to(descriptor):
        os.close(descriptor)
        return None
    os.set_blocking(descriptor, True)
    return os.fdopen(descriptor, "rb")


def _is_written_to(descriptor: int) -> bool:
    """Tell whether somebody has opened a pipe, from which nothing can be read yet, to write to it."""
    try:
        os.read(descriptor, 1)
    except BlockingIOError:
        return True
    return False


def _is_definition(name: str) -> bool:
    base = re.split(r"[/\\]", name)[-1]
    return not base.startswith("._") and split_name(base)[1] is not None


def _unsafe(member: Member, name: str) -> str:
    """Say what is wrong with a member that must not be read, or nothing."""
    if member.type != REGULAR:
        return member.type
    if not name or "\0" in name:
        return "a name that no file can have"
    if len(name) > _MAX_NAME:
        return f"a name of {len(name)} characters"
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
        return "an absolute name"
    return "a name that leads out of the archive" if ".." in re.split(r"[/\\]", name) else ""

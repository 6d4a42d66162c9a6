"""The source archive that fast registration puts inside a package: read in memory, never extracted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowidl.source.inputs.compressed import Counted, Gunzipped, Peekable
from flowidl.source.inputs.tar import BLOCK, REGULAR, Tar, is_tar
from flowidl.source.limits import DEFAULT_LIMITS
from flowidl.source.problems import Log, RefusalError
from flowidl.sourcecode.modules import MAX_FILES, Library
from flowidl.sourcecode.text import MAX_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ARCHIVE = re.compile(r"(fast|script_mode)[0-9a-zA-Z]*\.(tar\.gz|tgz)$")

#: Bytes of one source archive.
_MAX_ARCHIVE = 64 * 1024 * 1024


def library_in(package: str) -> Library | None:
    """Return the library of the source archive inside a package, a tar file; `None` if it has none.

    A package that cannot be read has none: reading definitions says what is wrong with it.
    """
    try:
        with open(package, "rb") as file:  # noqa: PTH123 - a path as the user wrote it
            archive = next((data for _, data in _members(file.read, _MAX_ARCHIVE, _ARCHIVE.search)), None)
        if archive is None:
            return None
        position = 0

        def read(size: int) -> bytes:
            nonlocal position
            position += size
            return archive[position - size : position]

        files: dict[str, bytes] = {}
        for name, data in _members(read, MAX_SIZE, lambda name: name.endswith(".py")):
            files[name.removeprefix("./")] = data
            if len(files) >= MAX_FILES:
                break
    except (OSError, RefusalError):
        return None
    return Library.of_files(files) if files else None


def _members(
    read: Callable[[int], bytes], limit: int, wanted: Callable[[str], object]
) -> Iterator[tuple[str, bytes]]:
    """Yield the regular members of a tar stream, compressed or not, that are wanted and not too large."""
    source = Peekable(Counted(read, DEFAULT_LIMITS.input_size))
    if source.peek(2) == b"\x1f\x8b":
        source = Peekable(Gunzipped(source, DEFAULT_LIMITS, Log()))
    if not is_tar(source.peek(BLOCK)):
        return
    for count, member in enumerate(tar := Tar(source.read)):
        if count > DEFAULT_LIMITS.members:
            return
        if member.type == REGULAR and member.size <= limit and wanted(member.name):
            yield member.name, tar.content(limit)

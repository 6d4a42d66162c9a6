"""Finding the files of modules: in a folder, or in the source archive of a package.

A module's name does not say where its folder stands: `shop.flows` may be `shop/flows.py`,
`src/shop/flows.py`, `services/x/src/shop/flows.py`, or `flows.py` where the folder itself is the package
`shop`. What comes before the name's own part of a path is its root. If several roots have a file for a
module, the one that holds most of the package's modules is taken; if that does not tell, none is.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from flowidl.source.inputs.folders import walk
from flowidl.sourcecode.text import MAX_SIZE, SourceText, parse
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

#: Files of a folder beyond this number are not looked at.
MAX_FILES = 20_000

#: Folders that hold no source of the user's own.
_NOT_SOURCE = frozenset({"node_modules", "site-packages", "__pycache__"})


class File:
    """A source file of a library: its path, and the parts of the longest module name that it can have."""

    __slots__ = ("_read", "_text", "is_package", "parts", "path")

    def __init__(self, path: str, read: Callable[[], bytes]) -> None:
        self.path = path
        parts = tuple(path.removesuffix(".py").split("/"))
        self.is_package = parts[-1] == "__init__"
        self.parts = parts[:-1] if self.is_package else parts
        self._read = read
        self._text: SourceText | bool | None = False

    @property
    def text(self) -> SourceText | None:
        """The file's content, read when first asked for; `None` if it cannot be read."""
        if isinstance(self._text, bool):
            try:
                self._text = parse(self.path, self._read())
            except OSError:
                self._text = None
        return self._text


class Found(NamedTuple):
    """A module's file, and what stands before its name in the path (`..` for each part that is outside)."""

    file: File
    root: tuple[str, ...]


class Library:
    """The source files among which modules are looked for.

    `above` are the names of the folders that hold the library, from the outside in.
    """

    def __init__(self, files: Iterable[File], above: Sequence[str] = ()) -> None:
        self.files = sorted(files, key=lambda file: file.path)
        self.above = tuple(above)
        self._by_last: defaultdict[str, list[File]] = defaultdict(list)
        self._by_parts: dict[tuple[str, ...], File] = {}
        self._folders: set[tuple[str, ...]] = set()
        for file in self.files:
            self._folders.update(file.parts[:length] for length in range(1, len(file.parts)))
            if file.parts:
                self._by_last[file.parts[-1]].append(file)
            # a package wins over a module of the same name, as in Python
            if file.is_package or file.parts not in self._by_parts:
                self._by_parts[file.parts] = file

    @classmethod
    def of_folder(cls, folder: str | os.PathLike[str]) -> Library:
        """Return the library of a folder and what is below it."""
        top = Path(folder)
        paths = _python_files(top)
        return cls((File(path, _reader(top / path)) for path in paths), top.absolute().parts)

    @classmethod
    def of_files(cls, files: Mapping[str, bytes]) -> Library:
        """Return the library of files in memory, by path."""
        return cls(File(path, _content(data)) for path, data in files.items() if path.endswith(".py"))

    def at(self, parts: tuple[str, ...]) -> File | None:
        """Return the file of the module or package at a path below the library's folder."""
        return self._by_parts.get(parts)

    def text_of(self, path: str) -> SourceText | None:
        """Return the content of a file, by its path."""
        return next((file.text for file in self.files if file.path == path), None)

    def is_folder(self, parts: tuple[str, ...]) -> bool:
        """Tell whether there is source below a path: a package without `__init__.py`."""
        return parts in self._folders

    def locate(self, modules: Mapping[str, Iterable[str]]) -> dict[str, Found]:
        """Return where each module is that has a file. `modules` gives the names that a module defines."""
        fits = {module: self._fits(module) for module in modules}
        votes = Counter(root for found in fits.values() for root in found)
        located: dict[str, Found] = {}
        for module, found in fits.items():
            root = _choose(found, votes, tuple(modules[module]))
            if root is not None:
                located[module] = Found(found[root], root)
        return located

    def _fits(self, module: str) -> dict[tuple[str, ...], File]:
        """Return the files that may be a module, by root."""
        name = tuple(module.removesuffix(".__init__").split("."))
        found = {
            file.parts[: -len(name)]: file
            for file in self._by_last[name[-1]]
            if file.parts[-len(name) :] == name and self._by_parts.get(file.parts) is file
        }
        if found:
            return found
        for cut in range(1, len(name) + 1):
            file = self._by_parts.get(name[cut:])
            if file and self._is_inside(name[:cut]):
                return {("..",) * cut: file}
        return {}

    def _is_inside(self, package: tuple[str, ...]) -> bool:
        """Tell whether the library's own folder is a package that may have this name."""
        return self.above[-len(package) :] == package or (len(package) > 0 and () in self._by_parts)


def _choose(
    found: Mapping[tuple[str, ...], File], votes: Mapping[tuple[str, ...], int], defined: Sequence[str]
) -> tuple[str, ...] | None:
    if len(found) <= 1:
        return next(iter(found), None)
    most = max(votes[root] for root in found)
    roots = [root for root in found if votes[root] == most]
    if len(roots) > 1:
        definers = [root for root in roots if _defines(found[root], defined)]
        roots = definers or roots
    return roots[0] if len(roots) == 1 else None


def _defines(file: File, names: Sequence[str]) -> bool:
    text = file.text
    return text is not None and any(f"def {name}" in line for name in names for line in text.lines)


def _python_files(top: Path) -> list[str]:
    paths: list[str] = []
    for folder, names in walk(str(top), _holds_sources):
        below = Path(folder).relative_to(top).parts
        paths.extend("/".join((*below, name)) for name in sorted(names) if name.endswith(".py"))
        if len(paths) >= MAX_FILES:
            break
    return paths[:MAX_FILES]


def _holds_sources(folder: str, name: str) -> bool:
    return name not in _NOT_SOURCE and not os.path.exists(f"{folder}/{name}/pyvenv.cfg")  # noqa: PTH110


def _reader(path: Path) -> Callable[[], bytes]:
    def read() -> bytes:
        with path.open("rb") as file:
            return file.read(MAX_SIZE + 1)

    return read


def _content(data: bytes) -> Callable[[], bytes]:
    return lambda: data

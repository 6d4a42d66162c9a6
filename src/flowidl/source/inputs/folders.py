"""Walking through folders, as deep as they may be."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flowidl.names import natural_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def walk(
    top: str, enters: Callable[[str, str], bool] = lambda folder, name: True
) -> Iterator[tuple[str, list[str]]]:
    """Yield each folder below `top` with its files, in order. (`os.walk` recurses.)

    Hidden folders are left out, links count as files, and `enters` is asked of each folder's path and name.
    """
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        folders: list[str] = []
        files: list[str] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if not entry.is_dir(follow_symlinks=False):
                        files.append(entry.name)
                    elif not entry.name.startswith(".") and enters(folder, entry.name):
                        folders.append(entry.name)
        except OSError:
            continue  # a folder that may not be read, or whose name is too long
        yield folder, sorted(files, key=natural_key)
        inner = sorted(folders, key=natural_key, reverse=True)
        waiting.extend(os.path.join(folder, name) for name in inner)  # noqa: PTH118

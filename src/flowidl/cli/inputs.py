"""Inputs that a user names: whether they are there, and standard input as one of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flowidl.cli.framework import Failure
from flowidl.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flowidl.cli.console import Console


class Stdin:
    """Standard input as something to read definitions from."""

    name = "<stdin>"

    def __init__(self, console: Console) -> None:
        self.read = console.stdin.read


def opened(paths: Iterable[str], console: Console) -> list[str | Stdin]:
    """Return inputs for reading: paths as they are, and standard input for `-`."""
    return [Stdin(console) if path == "-" else path for path in paths]


def check_existence(paths: Sequence[str]) -> None:
    """Refuse a path that names nothing: a wrong call, not a finding about a definition. Raises `Failure`."""
    from flowidl.validator.batch import is_remote

    for path in paths:
        if path == "-" or is_remote(path) or os.path.lexists(path):
            continue
        if any(character in path for character in "*?["):
            from glob import iglob

            try:
                if next(iglob(path, recursive=True), None) is not None:  # as reading does it
                    continue
            except RecursionError:
                continue  # reading says what is wrong
        raise Failure(f"no such file or folder: {escape(path)}; paths are seen from the current folder")

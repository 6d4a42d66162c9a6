"""Which sources the commands that look at definitions read: those of `--source`, or what is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowidl.cli.settings import flag_values, options_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowidl.cli.console import Console
    from flowidl.source.definitions import Definition
    from flowidl.sourcecode.locate import Sources


def sources_of(definitions: Iterable[Definition], given: dict[str, Any], console: Console) -> Sources | None:
    """Return the sources of definitions; `None` if there are none, or none are wanted."""
    from flowidl.config.values import Settings
    from flowidl.sourcecode.locate import ANYWHERE, find

    folder = options_of(Settings().under(flag_values(given))).source
    return None if folder is None else find(definitions, folder or ANYWHERE, console.folder)

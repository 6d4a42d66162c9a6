"""Definitions that a file would have held, had it been readable: their absence is nobody's fault."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowidl.source.problems import Fact
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from flowidl.names import EntityId
    from flowidl.rules.context import Context

#: Facts about inputs that were never meant to be definitions, or that are here a second time.
_NOTHING_LOST = frozenset(
    (Fact.NO_DEFINITIONS, Fact.EMPTY_FILE, Fact.DUPLICATE_MEMBER, Fact.KUBERNETES_OBJECT, Fact.UNKNOWN_KIND)
)
#: How SDKs name a file: a number, the name of the entity, and the number of its kind.
_FILE_NAME = re.compile(r"(?:.*[/\\])?[0-9]+_(.+)_[123]\.pb", re.DOTALL)


class Unread(NamedTuple):
    """The names that files which could not be read would have defined; `any` if one of them tells no name."""

    names: frozenset[str]
    any: bool

    def may_hold(self, id: EntityId) -> bool:
        """Tell whether one of the files may define an entity."""
        return self.any or id.name in self.names


def unread(context: Context) -> Unread:
    """Return what could not be read. Ask for it by `context.once`."""
    names: set[str] = set()
    nameless = False
    for problem in context.problems:
        if problem.definition is not None or problem.fact in _NOTHING_LOST:
            continue
        match = _FILE_NAME.fullmatch(problem.origin.member or problem.origin.file)
        if match:
            names.add(match[1])
        else:
            nameless = True
    return Unread(frozenset(names), nameless)

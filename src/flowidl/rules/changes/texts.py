"""Phrases of the rules about two versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.escape import escape
from flowidl.types import type_text
from flowidl.types.difference import first_difference

if TYPE_CHECKING:
    from flowidl.changes.entities import EntityKey
    from flowidl.changes.meaning import Path
    from flowidl.rules.changes.context import PairContext
    from flowidl.types import Type


def subject(key: EntityKey) -> str:
    """Name an entity within a sentence."""
    return f"{key.kind} `{escape(key.name)}`"


def quoted_type(type: Type) -> str:
    """Return a type in backticks."""
    return f"`{type_text(type)}`"


def differ(context: PairContext, given: Type, expected: Type) -> tuple[str, ...]:
    """Return a note on the component in which two types differ, if it is not the type as a whole."""
    table = context.types
    difference = first_difference(table, table.intern(given.message), table.intern(expected.message))
    return (str(difference),) if difference.component or "field" in difference.reason else ()


def where(path: Path, key: EntityKey) -> str:
    """Name a part of an entity within a sentence: `node n1 of workflow x`."""
    return f"{escape(', '.join(path))} of {subject(key)}" if path else subject(key)

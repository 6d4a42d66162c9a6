"""Identifiers as the reference compiler spells them in its errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowidl.names import EntityId


def id_text(id: EntityId | None) -> str:
    """Return an identifier as the reference spells it in its errors: text format, on one line.

    One that is absent is spelled in another way than one that is present and empty.
    """
    if id is None:
        return "<nil>"
    words = {1: "TASK", 2: "WORKFLOW", 3: "LAUNCH_PLAN", 4: "DATASET"}
    number = id.resource_type
    parts = [f"resource_type:{words.get(number, number)}"] if number else []
    for field in ("project", "domain", "name", "version", "org"):
        value: str = getattr(id, field)
        if value:
            parts.append(f"{field}:{_quoted(value)}")
    return " ".join(parts)


def _quoted(value: str) -> str:
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(character, character) for character in value) + '"'

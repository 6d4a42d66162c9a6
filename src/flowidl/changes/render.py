"""A comparison for reading: as text, JSON and Markdown. (HTML has a module of its own.)

All of them show the same changes in the same order, grouped by entity. Texts in changes are escaped already.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from flowidl.changes.compare import Change, ChangeKind
from flowidl.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.changes.compare import Comparison
    from flowidl.changes.entities import EntityKey

_SIGNS = {ChangeKind.ADDED: "+", ChangeKind.REMOVED: "-", ChangeKind.RENAMED: ">", ChangeKind.CHANGED: "~"}
_COLORS = {
    ChangeKind.ADDED: "32",
    ChangeKind.REMOVED: "31",
    ChangeKind.RENAMED: "36",
    ChangeKind.CHANGED: "33",
}


def by_entity(comparison: Comparison) -> Iterator[tuple[EntityKey, list[Change]]]:
    """Yield the changes of each entity together."""
    for key, changes in groupby(comparison.changes, lambda change: change.entity):
        yield key, list(changes)


def summary(comparison: Comparison) -> str:
    """Say in one line how much has changed."""
    counts: dict[str, int] = {}
    for _, changes in by_entity(comparison):
        kind = changes[0].kind if not changes[0].path else ChangeKind.CHANGED
        counts[kind.value] = counts.get(kind.value, 0) + 1
    if not counts:
        return "the same by meaning"
    return ", ".join(f"{counts[kind.value]} {kind.value}" for kind in ChangeKind if kind.value in counts)


def text(comparison: Comparison, *, color: bool = False) -> str:
    """Return lines for a terminal."""
    lines: list[str] = []
    for key, changes in by_entity(comparison):
        if not changes[0].path:
            lines.append(_painted(changes[0].kind, _headline(changes[0]), color))
            continue
        lines.append(f"  {escape(str(key))}")
        lines.extend(_painted(change.kind, line(change), color, indent="    ") for change in changes)
    return "\n".join([*lines, summary(comparison), ""])


def _painted(kind: ChangeKind, line: str, color: bool, indent: str = "") -> str:
    signed = f"{_SIGNS[kind]} {line}"
    return f"{indent}\x1b[{_COLORS[kind]}m{signed}\x1b[0m" if color else indent + signed


def _headline(change: Change) -> str:
    name = escape(str(change.entity))
    return f"{name} is now {escape(change.new)}" if change.kind is ChangeKind.RENAMED else name


def line(change: Change) -> str:
    """Return one change of something in an entity."""
    where = escape(" > ".join(change.path))
    values = (
        f"{change.old} -> {change.new}" if change.kind is ChangeKind.CHANGED else change.old or change.new
    )
    note = f" ({change.note})" if change.note else ""
    return f"{where}{': ' if values else ''}{values}{note}"


def json(comparison: Comparison) -> str:
    """Return one JSON object: `same`, `summary`, and `changes` in order."""
    from json import dumps

    changes = [
        {
            "kind": change.kind.value,
            "entity": {
                "kind": change.entity.kind,
                "project": change.entity.project,
                "domain": change.entity.domain,
                "name": change.entity.name,
            },
            "path": list(change.path),
            "old": change.old,
            "new": change.new,
            "note": change.note,
        }
        for change in comparison.changes
    ]
    document = {"same": comparison.same, "summary": summary(comparison), "changes": changes}
    return dumps(document, indent=2) + "\n"


def markdown(comparison: Comparison) -> str:
    """Return a section with a table for each entity, for a pull request or a job's summary."""
    lines = [f"### {summary(comparison)}", ""]
    for key, changes in by_entity(comparison):
        if not changes[0].path:
            lines += [f"**{changes[0].kind.value}**: {_cell(_headline(changes[0]))}", ""]
            continue
        lines += [f"**{_cell(str(key))}**", "", "| | what | before | after |", "| --- | --- | --- | --- |"]
        for change in changes:
            where = " > ".join(change.path) + (f" ({change.note})" if change.note else "")
            cells = (_SIGNS[change.kind], _cell(where), _code(change.old), _code(change.new))
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


def _cell(text: str) -> str:
    """Return a text that Markdown leaves as it is, also within a table."""
    special = set("\\`*_{}[]<>#|~")
    return "".join(f"\\{character}" if character in special else character for character in escape(text))


def _code(text: str) -> str:
    if not text:
        return ""
    ticks = "``" if "`" in text else "`"
    return f"{ticks}{text.replace('|', chr(92) + '|')}{ticks}"

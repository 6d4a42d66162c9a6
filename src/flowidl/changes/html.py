"""A comparison as one HTML page, old and new side by side: no script, no network, light and dark."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from flowidl.changes.render import by_entity, summary

if TYPE_CHECKING:
    from flowidl.changes.compare import Change, Comparison

_STYLE = """
:root { color-scheme: light dark; --added: #1a7f37; --removed: #cf222e; --changed: #9a6700; --line: #8884; }
@media (prefers-color-scheme: dark) { :root { --added: #3fb950; --removed: #f85149; --changed: #d29922; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; table-layout: fixed; width: 100%; }
th, td { border-top: 1px solid var(--line); overflow-wrap: anywhere; padding: .35rem .6rem; text-align: left;
  vertical-align: top; }
th:first-child, td:first-child { width: 30%; } td { font-family: ui-monospace, monospace; font-size: .85rem;
} .added { color: var(--added); } .removed { color: var(--removed); } .changed, .renamed { color:
var(--changed); } .note { font: .85rem system-ui, sans-serif; opacity: .8; }
""".strip()


def html(comparison: Comparison, *, old: str = "before", new: str = "after") -> str:
    """Return the page. `old` and `new` are what the two versions are called, such as their file names."""
    sections: list[str] = []
    for key, changes in by_entity(comparison):
        sections.append(_whole(changes[0]) if not changes[0].path else _table(str(key), changes, old, new))
    title = f"{old} and {new}: {summary(comparison)}"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n"
        f"<h1>{escape(summary(comparison)).capitalize()}</h1>\n{''.join(sections)}</body>\n</html>\n"
    )


def _whole(change: Change) -> str:
    now = f", now {escape(change.new)}" if change.new else ""
    label = f'<span class="{change.kind.value}">{change.kind.value}{now}</span>'
    return f"<h2>{escape(str(change.entity))} {label}</h2>\n"


def _table(entity: str, changes: list[Change], old: str, new: str) -> str:
    rows = "".join(_row(change) for change in changes)
    return (
        f"<h2>{escape(entity)}</h2>\n<table>\n<thead><tr><th>what</th><th>{escape(old)}</th>"
        f"<th>{escape(new)}</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    )


def _row(change: Change) -> str:
    note = f'<div class="note">{escape(change.note)}</div>' if change.note else ""
    where = escape(" › ".join(change.path))
    return (
        f'<tr><td><span class="{change.kind.value}">{change.kind.value}</span> {where}{note}</td>'
        f"<td>{escape(change.old)}</td><td>{escape(change.new)}</td></tr>\n"
    )

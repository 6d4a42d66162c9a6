"""Findings in full, for people at a terminal.

    error[FI402] node `n1` expects `x: list[float]`, and `n0` gives `o0: list[int]`
      --> package.tgz > 2_my.pkg.train_2.pb, bytes 412-430
       at workflow my.pkg.train > node n1 "fit" > input x
          template.nodes[3].inputs[0].binding.promise
        = they differ in the element type: `float` expected, `int` given
      see task my.pkg.load > output o0: declared here
     help return `list[float]` from `my.pkg.load`, or convert in a task between them
     also 2 findings follow from this one (FI401)

A short label stands in the margin of each line, so that the eye finds the place, the remedy and the other end
without reading. What follows from a finding is folded under it. Only ASCII is added to what the report holds.
Where the line of the user's code is known, it comes first:

      --> shop/wf.py:14:17
       14 |     return bake(dough=mix(flour=x))
          |                 ^^^^^^^^^^^^^^^^^^
       in package.tgz > 2_my.pkg.train_2.pb, bytes 412-430
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.escape import escape
from flowidl.findings import Severity
from flowidl.report.excerpt import columns as _columns
from flowidl.report.excerpt import excerpt
from flowidl.report.phrases import (
    SEVERITY_NAMES,
    domain_text,
    file_text,
    fold,
    limit_lines,
    number,
    skipped_lines,
    source_text,
    summary_line,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flowidl.findings import Finding, Location, Related, SourcePosition
    from flowidl.report.formats import Style
    from flowidl.report.model import Report

#: Column at which the lines below a finding's first one start; their label ends one column before it.
_MARGIN = 6

#: Columns of a line of source that are shown where lines are not wrapped.
_WIDEST = 160

_BOLD, _DIM, _CYAN, _GREEN = "1", "2", "36", "32"
_SEVERITY_COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}


def render(report: Report, style: Style) -> str:
    """Return the report as text that ends with a line break, or nothing if it is quiet and clean."""
    folded = fold(report.findings)
    blocks = ["\n".join(_finding(head, behind, style)) for head, behind in folded]
    if not style.quiet:
        blocks.append("\n".join(_summary(report, folded[0][0].code if folded else "", style)))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _finding(finding: Finding, followers: Sequence[Finding], style: Style) -> Iterator[str]:
    label = f"{SEVERITY_NAMES[finding.severity]}[{escape(finding.code)}]"
    first, *rest = _wrapped(f"{label} {escape(finding.message)}", style.width)
    shown = _paint(label, _SEVERITY_COLORS[finding.severity], style)
    yield f"{shown} {_paint(first[len(label) + 1 :], _BOLD, style)}"
    for line in rest:
        yield " " * _MARGIN + _paint(line, _BOLD, style)
    yield from _place(finding.location, style)
    for note in finding.notes:
        yield from _line("=", note, style)
    for related in finding.related:
        yield from _line("see", _related(related, finding.location), style)
    if finding.help:
        yield from _line("help", finding.help, style, _GREEN)
    yield from _followers(followers, style)


def _place(location: Location, style: Style) -> Iterator[str]:
    if location.source is not None:
        yield from _source(location.source, style)
    file = file_text(location)
    if file:
        span = location.byte_range
        where = f", {_span(span)}" if span else ""
        yield _plain("in" if location.source else "-->", file + where, style)
    if location.entity:
        yield from _line("at", domain_text(location), style)
    if location.field_path:
        yield _plain("", escape(str(location.field_path)), style)


def _source(source: SourcePosition, style: Style) -> Iterator[str]:
    """Yield the place in the user's code, the line there, and marks below it."""
    yield _plain("-->", source_text(source), style)
    number = str(source.line)
    gutter = max(_MARGIN - 1, len(number) + 1)
    found = excerpt(source, (style.width or _WIDEST) - gutter - 4)
    if found is not None:
        bar = _paint("|", _CYAN, style)
        yield f"{' ' * (gutter - len(number))}{_paint(number, _CYAN, style)} {bar} {found.text}"
        yield f"{' ' * gutter} {bar} {_paint(found.marks, _BOLD, style)}"


def _span(span: tuple[int, int]) -> str:
    start, end = span
    return f"byte {start}" if end - start <= 1 else f"bytes {start}-{end - 1}"


def _related(related: Related, home: Location) -> str:
    place = domain_text(related.location)
    file = file_text(related.location)
    if related.location.source is not None and related.location.source != home.source:
        return f"{place}: {escape(related.label)} ({source_text(related.location.source)})"
    same_input = related.location.file == home.file
    shown = escape(related.location.member) if same_input else file
    elsewhere = f" ({shown})" if shown and file != file_text(home) else ""
    return f"{place or file}: {escape(related.label)}{elsewhere if place else ''}"


def _followers(followers: Sequence[Finding], style: Style) -> Iterator[str]:
    if not followers:
        return
    if style.verbose:
        for follower in followers:
            text = f"{follower.code} {follower.message}, at {domain_text(follower.location)}"
            yield from _line("also", text, style)
    else:
        codes = ", ".join(sorted({follower.code for follower in followers}))
        verb = "follows" if len(followers) == 1 else "follow"
        yield from _line("also", f"{number(len(followers), 'finding')} {verb} from this one ({codes})", style)


def _summary(report: Report, first_code: str, style: Style) -> Iterator[str]:
    for line in _wrapped(summary_line(report), style.width, rest=0):
        yield _paint(line, _BOLD, style)
    if not report.findings and not style.verbose:
        return
    for extra in (*skipped_lines(report.skipped, style.verbose), *limit_lines(report.limits)):
        yield ("\n" + " " * _MARGIN).join(_wrapped(extra, style.width))
    if first_code:
        hint = f"`flowidl explain {escape(first_code)}` tells more about a code"
        for line in _wrapped(hint, style.width, rest=0):
            yield _paint(line, _DIM, style)


def _line(label: str, text: str, style: Style, color: str = _CYAN) -> Iterator[str]:
    """Yield a line below a finding, wrapped, with a label in the margin."""
    first, *rest = _wrapped(escape(text), style.width, _MARGIN)
    yield _labelled(label, first, style, color)
    for line in rest:
        yield " " * _MARGIN + line


def _plain(label: str, text: str, style: Style) -> str:
    """Return a line that is not wrapped, because people copy it."""
    return _labelled(label, text, style, _CYAN)


def _labelled(label: str, text: str, style: Style, color: str) -> str:
    margin = " " * (_MARGIN - 1 - len(label))
    return f"{margin}{_paint(label, color, style) if label else ''} {text}"


def _wrapped(text: str, width: int, first: int = 0, rest: int = _MARGIN) -> list[str]:
    """Break text at spaces into lines that end before column `width`.

    The first line starts at column `first`, the others at column `rest`. A word longer than a line stays
    whole.
    """
    if not width or first + _columns(text) <= width:
        return [text]
    lines: list[str] = []
    words: list[str] = []
    used = first
    for word in text.split(" "):
        size = _columns(word) + bool(words)
        if words and used + size > width:
            lines.append(" ".join(words))
            words, used = [word], rest + size - 1
        else:
            words.append(word)
            used += size
    return [*lines, " ".join(words)]


def _paint(text: str, color: str, style: Style) -> str:
    return f"\x1b[{color}m{text}\x1b[0m" if style.color else text

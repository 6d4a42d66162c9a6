"""How many findings of which rule, most frequent first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.escape import escape
from flowidl.report.phrases import SEVERITY_NAMES, fold, summary_line

if TYPE_CHECKING:
    from flowidl.report.formats import Style
    from flowidl.report.model import Report


def render(report: Report, style: Style) -> str:
    """Return a table of rules with the number of their findings, and the summary."""
    number: dict[tuple[str, str, str], int] = {}
    for finding, _ in fold(report.findings):
        key = (finding.code, SEVERITY_NAMES[finding.severity], finding.name)
        number[key] = number.get(key, 0) + 1
    width = len(str(max(number.values(), default=0)))
    lines = [
        f"{count:>{width}}  {escape(code)}  {severity:<7}  {escape(name)}"
        for (code, severity, name), count in sorted(number.items(), key=lambda item: (-item[1], item[0]))
    ]
    if not style.quiet:
        lines.append(summary_line(report))
    return "".join(f"{line}\n" for line in lines)

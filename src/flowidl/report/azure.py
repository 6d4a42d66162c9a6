"""Logging commands of Azure Pipelines, which show findings as issues of a run, at their file and line.

    ##vso[task.logissue type=error;sourcepath=shop/wf.py;linenumber=14;columnnumber=12;code=FI420]node ...

Azure knows errors and warnings; what is only information is a line of the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.escape import escape
from flowidl.findings import Severity
from flowidl.report.phrases import domain_text, file_text, fold, number, source_text, summary_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowidl.findings import Finding
    from flowidl.report.formats import Style
    from flowidl.report.model import Report

_TYPES = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def render(report: Report, style: Style) -> str:
    """Return one command for each finding, and the summary as a line of the log."""
    lines = [_line(head, behind) for head, behind in fold(report.findings)]
    if not style.quiet:
        lines.append(summary_line(report))
    return "".join(f"{line}\n" for line in lines)


def _line(finding: Finding, followers: Sequence[Finding]) -> str:
    location, source = finding.location, finding.source
    parts = [
        escape(finding.message),
        f"at {domain_text(location)}" if location.entity else "",
        f"in {file_text(location)}" if location.member else "",
        source_text(source) if source is not None and source.nearest else "",
        *map(escape, finding.notes),
        f"help: {escape(finding.help)}" if finding.help else "",
        number(len(followers), "more finding") + " because of it" if followers else "",
    ]
    text = "; ".join(filter(None, parts))
    if finding.severity not in _TYPES:
        return f"info {finding.code} {text}"
    properties = {"type": _TYPES[finding.severity], "sourcepath": location.file, "code": finding.code}
    if source is not None:
        properties |= {
            "sourcepath": source.file,
            "linenumber": str(source.line),
            "columnnumber": str(source.column),
        }
    written = ";".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"##vso[task.logissue {written}]{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%AZP25")


def _property(text: str) -> str:
    return _data(escape(text)).replace(";", "%3B").replace("]", "%5D")

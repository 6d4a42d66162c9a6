"""Annotations of GitHub Actions: commands on standard output that the runner turns into marks on a pull
request.

    ::error file=package.tgz,title=FI402 mismatched-types::node `n1` expects ...%0Aat workflow my.pkg.train

A finding with a place in the user's code is shown at that line (`file=shop/wf.py,line=14,endLine=14`). The
runner unescapes `%25`, `%0D` and `%0A` everywhere, and in properties `%3A` and `%2C` as well. It shows
ten errors and ten warnings of a step; everything is in the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.escape import escape
from flowidl.findings import Severity
from flowidl.report.phrases import domain_text, file_text, fold, number, source_text, summary_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowidl.findings import Finding, Location
    from flowidl.report.formats import Style
    from flowidl.report.model import Report

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, style: Style) -> str:
    """Return one command for each finding, and the summary as a line of the log."""
    lines = [_command(head, behind) for head, behind in fold(report.findings)]
    if not style.quiet:
        lines.append(summary_line(report))
    return "".join(f"{line}\n" for line in lines)


def _command(finding: Finding, followers: Sequence[Finding]) -> str:
    location = finding.location
    properties = {**_file(location), "title": f"{finding.code} {finding.name}"}
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    lines = [
        escape(finding.message),
        f"at {domain_text(location)}" if location.entity else "",
        f"in {file_text(location) if location.source else escape(location.member)}"
        if location.member
        else "",
        source_text(location.source) if location.source and location.source.nearest else "",
        *map(escape, finding.notes),
        f"help: {escape(finding.help)}" if finding.help else "",
        number(len(followers), "more finding") + " because of it" if followers else "",
    ]
    return f"::{_COMMANDS[finding.severity]} {written}::{'%0A'.join(_data(line) for line in lines if line)}"


def _file(location: Location) -> dict[str, str]:
    """Return where the annotation goes: the line of the user's code, or the package as a whole."""
    source = location.source
    if source is None:
        return {"file": location.file}
    found = {"file": source.file, "line": str(source.line), "endLine": str(max(source.end_line, source.line))}
    if source.end_line == source.line and source.end_column > source.column:
        found |= {"col": str(source.column), "endColumn": str(source.end_column)}
    return found


def _data(text: str) -> str:
    return text.replace("%", "%25")


def _property(text: str) -> str:
    return escape(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")

"""Annotations of GitHub Actions: commands on standard output that the runner turns into marks on a pull
request.

    ::error file=package.tgz,title=FI402 mismatched-types::node `n1` expects ...%0Aat workflow my.pkg.train

The runner unescapes `%25`, `%0D` and `%0A` everywhere, and in properties `%3A` and `%2C` as well. It shows
ten errors and ten warnings of a step; everything is in the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.escape import escape
from flowidl.findings import Severity
from flowidl.report.phrases import domain_text, fold, number, summary_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowidl.findings import Finding
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
    properties = {"file": location.file, "title": f"{finding.code} {finding.name}"}
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    lines = [
        escape(finding.message),
        f"at {domain_text(location)}" if location.entity else "",
        f"in {escape(location.member)}" if location.member else "",
        *map(escape, finding.notes),
        f"help: {escape(finding.help)}" if finding.help else "",
        number(len(followers), "more finding") + " because of it" if followers else "",
    ]
    return f"::{_COMMANDS[finding.severity]} {written}::{'%0A'.join(_data(line) for line in lines if line)}"


def _data(text: str) -> str:
    return text.replace("%", "%25")


def _property(text: str) -> str:
    return escape(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")

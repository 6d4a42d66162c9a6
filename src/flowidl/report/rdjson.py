"""The Reviewdog Diagnostic Format as one JSON object, for `reviewdog -f=rdjson`.

Reviewdog wants columns as bytes of UTF-8, from one, and comments on lines of a change; a finding without a
place in the user's code names the package and no line.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flowidl.escape import escape
from flowidl.findings import Severity
from flowidl.report.phrases import domain_text, extras_missing, file_text, fold, source_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowidl.findings import Finding, Location, SourcePosition
    from flowidl.report.formats import Style
    from flowidl.report.model import Report

    Json = dict[str, Any]

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


def render(report: Report, style: Style) -> str:
    """Return one diagnostic for each finding."""
    del style
    diagnostics = [_diagnostic(head, behind) for head, behind in fold(report.findings)]
    diagnostics += [
        {
            "message": line,
            "location": {"path": "flowidl"},
            "severity": "INFO",
            "code": {"value": "not checked"},
        }
        for line in extras_missing(report)
    ]
    whole = {"source": {"name": "flowidl"}, "diagnostics": diagnostics}
    return json.dumps(whole, indent=2) + "\n"


def _diagnostic(finding: Finding, followers: Sequence[Finding]) -> Json:
    location = finding.location
    lines = [
        escape(finding.message),
        f"at {domain_text(location)}" if location.entity else "",
        f"in {file_text(location)}" if location.source is not None and location.file else "",
        source_text(location.source) if location.source is not None and location.source.nearest else "",
        *map(escape, finding.notes),
        f"help: {escape(finding.help)}" if finding.help else "",
        *(f"follows: {escape(follower.message)}" for follower in followers),
    ]
    found: Json = {
        "message": "\n".join(filter(None, lines)),
        "location": _location(location),
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": f"{finding.code} {finding.name}"},
    }
    related = [
        {"message": escape(entry.label), "location": _location(entry.location)}
        for entry in finding.related
        if entry.location.source is not None
    ]
    if related:
        found["relatedLocations"] = related
    return found


def _location(location: Location) -> Json:
    source = location.source
    if source is None:
        return {"path": escape(location.file) or "flowidl"}
    start: Json = {"line": source.line, "column": _bytes(source, source.column)}
    end: Json = {"line": max(source.end_line, source.line)}
    if source.end_line == source.line and source.end_column > source.column:
        end["column"] = _bytes(source, source.end_column)
    return {"path": escape(source.file), "range": {"start": start, "end": end}}


def _bytes(source: SourcePosition, column: int) -> int:
    """Return a column in bytes of UTF-8, from one; in characters if the line's text is not known."""
    before = source.excerpt[: column - 1]
    missing = column - 1 - len(before)
    return len(before.encode("utf-8", "surrogatepass")) + missing + 1

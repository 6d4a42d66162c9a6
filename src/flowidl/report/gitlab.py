"""The code quality report of GitLab: a JSON list that a merge request shows as new and fixed issues.

GitLab tells issues apart by their fingerprint and drops all but one of those that share it, so each gets its
own. It wants a file and a line: those of the user's code where they are known; a package has no lines, so its
line is 1.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

from flowidl.escape import escape
from flowidl.findings import Severity
from flowidl.report.phrases import domain_text, extras_missing, fold

if TYPE_CHECKING:
    from flowidl.findings import Finding, Location
    from flowidl.report.formats import Style
    from flowidl.report.model import Report

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report, style: Style) -> str:
    """Return one issue for each finding."""
    del style
    seen: dict[str, int] = {}
    issues: list[dict[str, Any]] = []
    for finding, _ in fold(report.findings):
        fingerprint = finding.fingerprint
        times = seen[fingerprint] = seen.get(fingerprint, 0) + 1
        issues.append(_issue(finding, fingerprint if times == 1 else f"{fingerprint}-{times}"))
    issues += [_not_checked(line) for line in extras_missing(report)]
    return json.dumps(issues, indent=2) + "\n"


def _not_checked(line: str) -> dict[str, Any]:
    """Return an issue that says what was not checked for want of an extra: the format has no other place."""
    return {
        "type": "issue",
        "check_name": "not checked",
        "description": line,
        "categories": ["Bug Risk"],
        "severity": "info",
        "fingerprint": f"not-checked-{zlib.crc32(line.encode()):08x}",
        "location": {"path": "flowidl", "lines": {"begin": 1}},
    }


def _issue(finding: Finding, fingerprint: str) -> dict[str, Any]:
    place = domain_text(finding.location)
    member = escape(finding.location.member)
    where = " in ".join(filter(None, (place, member)))
    message = escape(finding.message)
    return {
        "type": "issue",
        "check_name": f"{finding.code} {finding.name}",
        "description": f"{message} (at {where})" if where else message,
        "content": {"body": "\n".join(map(escape, filter(None, (*finding.notes, finding.help))))},
        "categories": ["Bug Risk"],
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": fingerprint,
        "location": _place(finding.location),
    }


def _place(location: Location) -> dict[str, Any]:
    source = location.source
    if source is None:
        return {"path": escape(location.file) or "flowidl", "lines": {"begin": 1}}
    return {
        "path": escape(source.file),
        "lines": {"begin": source.line, "end": max(source.end_line, source.line)},
    }

"""SARIF 2.1.0, the format that code scanning services read.

Where things go:

- the input is an artifact, and a member of an archive is an artifact inside it (`parentIndex`). Its URI goes
  on from that of the archive, because services tell artifacts apart by URI alone, and members of two packages
  often have one name;
- the place in the user's world and the field path are logical locations, because a serialized definition has
  no lines;
- the bytes are a binary region. Text and binary properties of a region are independent in SARIF; `startLine`
  1 is there because some services show no result without a line;
- where the line of the user's code is known, it is the physical location, and the package one of the related
  locations;
- the other ends of a fault, and what follows from it, are related locations;
- the fingerprint is a partial fingerprint, so that a service recognises a finding in the next run;
- what was not checked and the limits that were reached are notifications of the invocation.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flowidl.escape import escape
from flowidl.findings import Severity
from flowidl.report.phrases import domain_text, fold, limit_lines, skipped_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flowidl.findings import Finding, Location, SourcePosition
    from flowidl.report.formats import Style
    from flowidl.report.model import Report, RuleInfo

    Json = dict[str, Any]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

#: The name of our fingerprint, with the version of the way in which it is computed.
FINGERPRINT = "flowidl/v1"

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report, style: Style) -> str:
    """Return the report as a SARIF log with one run."""
    del style
    artifacts = _Artifacts()
    rule_index = {rule.code: index for index, rule in enumerate(report.rules)}
    results = [_result(head, behind, rule_index, artifacts) for head, behind in fold(report.findings)]
    run: Json = {
        "tool": {
            "driver": {
                "name": "flowidl",
                "version": report.tool_version,
                "rules": [_rule(rule) for rule in report.rules],
            }
        },
        "invocations": [_invocation(report)],
        "artifacts": artifacts.listed,
        "results": results,
        "columnKind": "unicodeCodePoints",
        "properties": {
            "target": report.target,
            "checked": {entry.kind: entry.number for entry in report.checked},
            "suppressed": report.suppressed,
        },
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


class _Artifacts:
    """Numbers the inputs and the members of archives in the order in which results mention them."""

    def __init__(self) -> None:
        self.listed: list[Json] = []
        self._index: dict[tuple[str, str], int] = {}

    def of(self, location: Location) -> Json:
        """Return an `artifactLocation`."""
        index = self._number(location.file, "")
        if location.member:
            index = self._number(location.file, location.member)
        return {"uri": self.listed[index]["location"]["uri"], "index": index}

    def file(self, name: str) -> Json:
        """Return the `artifactLocation` of a source file."""
        index = self._number(name, "")
        return {"uri": self.listed[index]["location"]["uri"], "index": index}

    def _number(self, file: str, member: str) -> int:
        if (file, member) not in self._index:
            artifact: Json = {"location": {"uri": _uri(f"{file}/{member}" if member else file)}}
            if member:
                artifact["parentIndex"] = self._index[file, ""]
            self._index[file, member] = len(self.listed)
            self.listed.append(artifact)
        return self._index[file, member]


def _uri(name: str) -> str:
    """Return a file's name as a URI: relative to where the tool ran, unless the name is an absolute path."""
    path = name.replace("\\", "/")
    encoded = quote(path.encode("utf-8", "surrogateescape"), safe="/~!$&'()*+,;=@")
    return f"file://{encoded}" if path.startswith("/") else encoded


def _rule(rule: RuleInfo) -> Json:
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.summary or rule.name},
        "fullDescription": {"text": rule.summary or rule.name},
        "help": {"text": rule.documentation or rule.name, "markdown": rule.documentation or rule.name},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.name, rule.phase.name.lower()]},
    }


def _result(
    finding: Finding, followers: Sequence[Finding], rule_index: dict[str, int], artifacts: _Artifacts
) -> Json:
    related = [
        _location(entry.location, artifacts, escape(entry.label), number)
        for number, entry in enumerate(finding.related)
    ]
    if finding.source is not None and finding.location.file:
        package = finding.location._replace(source=None)
        related.append(_location(package, artifacts, "in the package", len(related)))
    related += [
        _location(follower.location, artifacts, f"follows: {escape(follower.message)}", number)
        for number, follower in enumerate(followers, len(related))
    ]
    properties: Json = {"name": finding.name, "phase": finding.phase.name.lower()}
    if finding.reference:
        properties["reference"] = finding.reference._asdict()
    result: Json = {
        "ruleId": finding.code,
        "ruleIndex": rule_index[finding.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": _sentences(finding)},
        "locations": [_location(finding.location, artifacts)],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "properties": properties,
    }
    if related:
        result["relatedLocations"] = related
    return result


def _sentences(finding: Finding) -> str:
    """Return message, notes and help as lines of one text."""
    lines = [finding.message, *finding.notes]
    if finding.help:
        lines.append(f"help: {finding.help}")
    return "\n".join(map(escape, lines))


def _location(location: Location, artifacts: _Artifacts, label: str = "", number: int | None = None) -> Json:
    found: Json = {}
    if number is not None:
        found["id"] = number
    if location.source is not None:
        found["physicalLocation"] = _source(location.source, artifacts)
    elif location.file:
        region: Json = {"startLine": 1}
        if location.byte_range:
            start, end = location.byte_range
            region |= {"byteOffset": start, "byteLength": end - start}
        found["physicalLocation"] = {"artifactLocation": artifacts.of(location), "region": region}
    logical = [*_logical(location)]
    if logical:
        found["logicalLocations"] = logical
    if label:
        found["message"] = {"text": label}
    return found


def _source(source: SourcePosition, artifacts: _Artifacts) -> Json:
    region: Json = {"startLine": source.line, "startColumn": source.column}
    if source.end_line >= source.line:
        region["endLine"] = source.end_line
    if source.end_column and (source.end_line, source.end_column) > (source.line, source.column):
        region["endColumn"] = source.end_column
    if source.excerpt:
        region["snippet"] = {"text": escape(source.excerpt.strip())}
    found: Json = {"artifactLocation": artifacts.file(source.file), "region": region}
    if source.nearest:
        found["properties"] = {"nearest": True}
    return found


def _logical(location: Location) -> Iterable[Json]:
    if location.entity:
        name = location.domain_path[-1] if location.domain_path else location.entity
        yield {"name": escape(name), "fullyQualifiedName": domain_text(location), "kind": "resource"}
    if location.field_path:
        path = escape(str(location.field_path))
        yield {"name": escape(location.field_path[-1].name), "fullyQualifiedName": path, "kind": "property"}


def _invocation(report: Report) -> Json:
    notes = [(line, "note") for line in skipped_lines(report.skipped, verbose=True)]
    notes += [(line, "warning") for line in limit_lines(report.limits)]
    return {
        "executionSuccessful": True,
        "toolExecutionNotifications": [{"message": {"text": text}, "level": level} for text, level in notes],
    }

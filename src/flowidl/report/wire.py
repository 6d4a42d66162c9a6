"""A report as the message `flowidl.report.v1.Report`, and back: results for other programs and languages.

`from_message(to_message(report)) == report` for every report. Field numbers of paths are filled in where the
message type of a definition is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.findings import (
    Finding,
    LimitHit,
    Location,
    Phase,
    Reference,
    Related,
    Severity,
    Skipped,
    SourcePosition,
)
from flowidl.paths import FieldPath, Step
from flowidl.report.model import Checked, Counts, Report, RuleInfo, Verdict
from flowidl.report.v1 import report_pb2 as pb

if TYPE_CHECKING:
    from google.protobuf.descriptor import Descriptor


def to_message(report: Report) -> pb.Report:
    """Return the report as a message."""
    return pb.Report(
        tool_version=report.tool_version,
        target=report.target,
        verdict=pb.Verdict.ValueType(report.verdict),
        findings=map(_finding_message, report.findings),
        rules=map(_rule_message, report.rules),
        coverage=pb.Coverage(
            checked={entry.kind: entry.number for entry in report.checked},
            skipped=[pb.Skipped(subject=_text(s.subject), reason=_text(s.reason)) for s in report.skipped],
            limits=[pb.LimitHit(name=hit.name, limit=hit.limit, seen=hit.seen) for hit in report.limits],
        ),
        suppressed=report.suppressed,
        fail_on=pb.SEVERITY_UNSPECIFIED if report.fail_on is None else pb.Severity.ValueType(report.fail_on),
        counts=pb.Counts(**report.counts._asdict()),
    )


def from_message(message: pb.Report) -> Report:
    """Return the report that a message holds. Unknown numbers of enums read as their default."""
    return Report(
        findings=tuple(map(_finding, message.findings)),
        verdict=Verdict(message.verdict)
        if message.verdict in pb.Verdict.values()
        else Verdict.NOTHING_CHECKED,
        counts=Counts(
            message.counts.errors, message.counts.warnings, message.counts.infos, message.counts.follow_ons
        ),
        rules=tuple(map(_rule, message.rules)),
        checked=Checked.in_order(message.coverage.checked),
        skipped=tuple(Skipped(entry.subject, entry.reason) for entry in message.coverage.skipped),
        limits=tuple(LimitHit(hit.name, hit.limit, hit.seen) for hit in message.coverage.limits),
        suppressed=message.suppressed,
        fail_on=_severity(message.fail_on) if message.fail_on else None,
        target=message.target,
        tool_version=message.tool_version,
    )


def _finding_message(finding: Finding) -> pb.Finding:
    reference = finding.reference
    return pb.Finding(
        code=finding.code,
        name=finding.name,
        severity=pb.Severity.ValueType(finding.severity),
        message=_text(finding.message),
        location=_location_message(finding.location),
        help=_text(finding.help),
        notes=map(_text, finding.notes),
        related=[
            pb.Related(label=_text(related.label), location=_location_message(related.location))
            for related in finding.related
        ],
        reference=reference and pb.Reference(code=_text(reference.code), node_id=_text(reference.node_id)),
        phase=pb.Phase.ValueType(finding.phase),
        fingerprint=finding.fingerprint,
        cause=finding.cause,
    )


def _finding(message: pb.Finding) -> Finding:
    reference = message.reference
    return Finding(
        code=message.code,
        name=message.name,
        severity=_severity(message.severity),
        message=message.message,
        location=_location(message.location),
        help=message.help,
        notes=tuple(message.notes),
        related=tuple(Related(entry.label, _location(entry.location)) for entry in message.related),
        reference=Reference(reference.code, reference.node_id) if message.HasField("reference") else None,
        phase=_phase(message.phase),
        fingerprint=message.fingerprint,
        cause=message.cause,
    )


def _rule_message(rule: RuleInfo) -> pb.Rule:
    return pb.Rule(
        code=rule.code,
        name=rule.name,
        summary=rule.summary,
        default_severity=pb.Severity.ValueType(rule.severity),
        phase=pb.Phase.ValueType(rule.phase),
        documentation=rule.documentation,
    )


def _rule(message: pb.Rule) -> RuleInfo:
    return RuleInfo(
        code=message.code,
        name=message.name,
        summary=message.summary,
        severity=_severity(message.default_severity),
        phase=_phase(message.phase),
        documentation=message.documentation,
    )


def _location_message(location: Location) -> pb.Location:
    span = location.byte_range
    return pb.Location(
        file=_text(location.file),
        member=_text(location.member),
        entity=_text(location.entity),
        domain_path=map(_text, location.domain_path),
        field_path=_path_message(location.field_path, location.message_type) if location.field_path else None,
        byte_range=span and pb.ByteRange(start=span[0], end=span[1]),
        message_type=location.message_type,
        source=location.source and _source_message(location.source),
    )


def _source_message(source: SourcePosition) -> pb.SourcePosition:
    safe = source._replace(file=_text(source.file), excerpt=_text(source.excerpt))
    return pb.SourcePosition(**safe._asdict())


def _location(message: pb.Location) -> Location:
    span = message.byte_range
    return Location(
        file=message.file,
        member=message.member,
        entity=message.entity,
        domain_path=tuple(message.domain_path),
        field_path=FieldPath(map(_step, message.field_path.elements)),
        byte_range=(span.start, span.end) if message.HasField("byte_range") else None,
        message_type=message.message_type,
        source=_source(message.source) if message.HasField("source") else None,
    )


def _source(message: pb.SourcePosition) -> SourcePosition:
    return SourcePosition(
        message.file,
        message.line,
        message.column,
        message.end_line,
        message.end_column,
        message.excerpt,
        message.nearest,
    )


def _path_message(path: FieldPath, message_type: str) -> pb.FieldPath:
    numbers = _numbers(path, message_type)
    elements: list[pb.FieldPathElement] = []
    for position, step in enumerate(path):
        element = pb.FieldPathElement(name=_text(step.name))
        if position < len(numbers):
            element.number = numbers[position]
        if isinstance(step.subscript, int):
            element.index = step.subscript
        elif step.subscript is not None:
            element.key = _text(step.subscript)
        elements.append(element)
    return pb.FieldPath(elements=elements)


def _step(message: pb.FieldPathElement) -> Step:
    chosen = message.WhichOneof("subscript")
    if chosen is None:
        return Step(message.name)
    return Step(message.name, message.index if chosen == "index" else message.key)


def _numbers(path: FieldPath, message_type: str) -> tuple[int, ...]:
    """Return the field numbers of a path in one of our own messages; none for any other message."""
    package, _, name = message_type.rpartition(".")
    if package not in ("flowidl.core.v1", "flowidl.admin.v1"):
        return ()
    from importlib import import_module

    descriptor: Descriptor | None = getattr(getattr(import_module(package), name, None), "DESCRIPTOR", None)
    return () if descriptor is None else path.numbers(descriptor)


def _severity(number: int) -> Severity:
    """Read a severity. One that is not known is an error, so that nothing is overlooked."""
    return Severity(number) if number in (1, 2, 3) else Severity.ERROR


def _phase(number: int) -> Phase:
    return Phase(number) if number in (1, 2, 3, 4) else Phase.REGISTRATION


def _text(text: str) -> str:
    """Return text that a Protobuf string can hold: lone surrogates (bytes, not UTF-8) become escapes."""
    return text.encode("utf-8", "backslashreplace").decode()

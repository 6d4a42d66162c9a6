"""JUnit XML, which most build servers show as tests.

One suite for each input with findings. A finding is a test case: it fails if it reaches the threshold of the
run, else it passes and carries its text as output. The first suite holds the run itself, so that a clean run
is one passed test and a run that checked nothing is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape as xml
from xml.sax.saxutils import quoteattr

from flowidl.escape import escape
from flowidl.report.model import Verdict
from flowidl.report.phrases import checked_text, domain_text, file_text, fold, limit_lines, skipped_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flowidl.findings import Finding
    from flowidl.report.formats import Style
    from flowidl.report.model import Report


def render(report: Report, style: Style) -> str:
    """Return the report as one `testsuites` element."""
    del style
    by_file: dict[str, list[Finding]] = {}
    for finding, _ in fold(report.findings):
        by_file.setdefault(finding.location.file, []).append(finding)
    body = [*_run(report)]
    for file, findings in by_file.items():
        body += _suite(file or "(memory)", findings, report)
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", *body, "</testsuites>", ""])


def _run(report: Report) -> Iterator[str]:
    nothing = report.verdict is Verdict.NOTHING_CHECKED
    yield f'  <testsuite name="flowidl" tests="1" failures="0" errors="{int(nothing)}">'
    yield f'    <testcase classname="flowidl" name={quoteattr(checked_text(report) + " checked")}>'
    if nothing:
        yield '      <error message="nothing was checked"/>'
    told = [*skipped_lines(report.skipped, verbose=True), *limit_lines(report.limits)]
    if told:
        yield f"      <system-out>{xml(chr(10).join(told))}</system-out>"
    yield "    </testcase>"
    yield "  </testsuite>"


def _suite(file: str, findings: Sequence[Finding], report: Report) -> Iterator[str]:
    failed = [report.fail_on is not None and finding.severity >= report.fail_on for finding in findings]
    name = quoteattr(escape(file))
    yield f'  <testsuite name={name} tests="{len(findings)}" failures="{sum(failed)}" errors="0">'
    for finding, failing in zip(findings, failed, strict=True):
        yield from _case(finding, failing)
    yield "  </testsuite>"


def _case(finding: Finding, failing: bool) -> Iterator[str]:
    place = domain_text(finding.location)
    label = f"{finding.code} {finding.name}" + (f": {place}" if place else "")
    where = escape(finding.location.member) or file_text(finding.location) or "flowidl"
    text = "\n".join(map(escape, filter(None, (finding.message, *finding.notes, finding.help))))
    yield f"    <testcase classname={quoteattr(where)} name={quoteattr(label)}>"
    if failing:
        message = quoteattr(escape(finding.message))
        yield f"      <failure type={quoteattr(finding.code)} message={message}>{xml(text)}</failure>"
    else:
        yield f"      <system-out>{xml(text)}</system-out>"
    yield "    </testcase>"

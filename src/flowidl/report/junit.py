"""JUnit XML, which most build servers show as tests.

One suite for each input with findings. A finding is a test case: it fails if it reaches the threshold of the
run, else it passes and carries its text as output. The first suite holds the run itself, so that a clean run
is one passed test and a run that checked nothing is an error. A case names file and line of the user's code
where they are known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from flowidl.escape import escape
from flowidl.report.model import Verdict
from flowidl.report.phrases import (
    checked_text,
    domain_text,
    file_text,
    fold,
    limit_lines,
    skipped_lines,
    source_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowidl.findings import Finding
    from flowidl.report.formats import Style
    from flowidl.report.model import Report


def render(report: Report, style: Style) -> str:
    """Return the report as one `testsuites` element."""
    del style
    by_file: dict[str, list[Finding]] = {}
    for finding, _ in fold(report.findings):
        by_file.setdefault(finding.location.file, []).append(finding)
    suites = Element("testsuites")
    _add_run(suites, report)
    for file, findings in by_file.items():
        _add_file(suites, file or "(memory)", findings, report)
    indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suites, encoding="unicode") + "\n"


def _add_run(suites: Element, report: Report) -> None:
    nothing = report.verdict is Verdict.NOTHING_CHECKED
    suite = _suite(suites, "flowidl", tests=1, failures=0, errors=int(nothing))
    case = SubElement(suite, "testcase", classname="flowidl", name=f"{checked_text(report)} checked")
    if nothing:
        SubElement(case, "error", message="nothing was checked")
    told = [*skipped_lines(report.skipped, verbose=True), *limit_lines(report.limits)]
    if told:
        SubElement(case, "system-out").text = "\n".join(told)


def _add_file(suites: Element, file: str, findings: Sequence[Finding], report: Report) -> None:
    failing = [report.fail_on is not None and finding.severity >= report.fail_on for finding in findings]
    suite = _suite(suites, escape(file), tests=len(findings), failures=sum(failing), errors=0)
    for finding, fails in zip(findings, failing, strict=True):
        _add_case(suite, finding, fails)


def _suite(suites: Element, name: str, *, tests: int, failures: int, errors: int) -> Element:
    counts = {"tests": str(tests), "failures": str(failures), "errors": str(errors)}
    return SubElement(suites, "testsuite", {"name": name, **counts})


def _add_case(suite: Element, finding: Finding, fails: bool) -> None:
    place = domain_text(finding.location)
    label = f"{escape(finding.code)} {escape(finding.name)}" + (f": {place}" if place else "")
    source = finding.source
    where = escape(finding.location.member) or file_text(finding.location) or "flowidl"
    told = (finding.message, *finding.notes, finding.help, source_text(source) if source is not None else "")
    text = "\n".join(map(escape, filter(None, told)))
    case = SubElement(suite, "testcase", classname=where, name=label)
    if source is not None:
        case.set("file", escape(source.file))
        case.set("line", str(source.line))
    if fails:
        SubElement(case, "failure", type=escape(finding.code), message=escape(finding.message)).text = text
    else:
        SubElement(case, "system-out").text = text

"""A summary in Markdown: for the job summary of GitHub Actions, a note on a merge request, a wiki.

    flowidl validate package.tgz --output markdown >> "$GITHUB_STEP_SUMMARY"

First the verdict and the findings, gravest first, with file and line; then a Mermaid graph of what is faulty
in each workflow, which GitHub and GitLab draw. Long lists are cut, since both refuse pages that are too
large.
"""

from __future__ import annotations

from html import escape as html
from typing import TYPE_CHECKING

from flowidl.escape import escape
from flowidl.graph import mermaid
from flowidl.graph.draw import faulty
from flowidl.report.model import Verdict
from flowidl.report.phrases import (
    SEVERITY_NAMES,
    domain_text,
    file_text,
    fold,
    limit_lines,
    number,
    skipped_lines,
    source_text,
    summary_line,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flowidl.findings import Finding
    from flowidl.report.formats import Style
    from flowidl.report.model import Report

#: Findings that are listed, and workflows that are drawn.
MAX_FINDINGS = 200
MAX_PICTURES = 8

_HEADS = {
    Verdict.PASSED: "flowidl: passed",
    Verdict.FAILED: "flowidl: failed",
    Verdict.NOTHING_CHECKED: "flowidl: nothing was checked",
}


def render(report: Report, style: Style) -> str:
    """Return the report as Markdown, with pictures if the style has a drawing."""
    lines = [f"## {_HEADS[report.verdict]}", "", _text(summary_line(report)), ""]
    folded = sorted(fold(report.findings), key=lambda pair: -pair[0].severity)
    for head, behind in folded[:MAX_FINDINGS]:
        lines += _finding(head, behind)
    if len(folded) > MAX_FINDINGS:
        lines += [f"... and {number(len(folded) - MAX_FINDINGS, 'more finding')}", ""]
    lines += _pictures(style)
    rest = [*skipped_lines(report.skipped, style.verbose), *limit_lines(report.limits)]
    if rest:
        lines += [*(f"- {_text(line)}" for line in rest), ""]
    return "\n".join(lines)


def _finding(finding: Finding, followers: Sequence[Finding]) -> Iterator[str]:
    level = SEVERITY_NAMES[finding.severity]
    yield f"- **{level} {_text(finding.code)}** {_text(finding.message)}"
    source = finding.source
    if source is not None:
        yield f"  <br>`{_code(str(source))}`{_text(source_text(source).removeprefix(escape(str(source))))}"
    place, file = domain_text(finding.location), file_text(finding.location)
    where = " ".join(filter(None, (place and f"at {_text(place)}", file and f"in `{_code(file)}`")))
    if where:
        yield f"  <br>{where}"
    for note in finding.notes:
        yield f"  <br>{_text(note)}"
    if finding.help:
        yield f"  <br>*Help:* {_text(finding.help)}"
    if followers:
        codes = ", ".join(sorted({follower.code for follower in followers}))
        verb = "follows" if len(followers) == 1 else "follow"
        yield f"  <br>{number(len(followers), 'finding')} {verb} from this one ({codes})"
    yield ""


def _pictures(style: Style) -> Iterator[str]:
    if style.drawing is None:
        return
    drawing = faulty(style.drawing)
    for workflow in drawing.workflows[:MAX_PICTURES]:
        yield f"<details><summary>{html(escape(workflow.name))}</summary>"
        yield ""
        yield "```mermaid"
        # its own names could end the block only by a line of backticks, and Mermaid's text has none
        yield mermaid.render(drawing._replace(workflows=(workflow,))).rstrip("\n")
        yield "```"
        yield ""
        yield "</details>"
        yield ""
    if len(drawing.workflows) > MAX_PICTURES:
        yield f"... and {number(len(drawing.workflows) - MAX_PICTURES, 'more faulty workflow')}"
        yield ""


def _text(text: str) -> str:
    """Return text that Markdown shows as it is; `code` in our own messages stays code."""
    written: list[str] = []
    for index, part in enumerate(escape(text).split("`")):
        if index % 2:
            written.append(f"`{part}`")
            continue
        for character in "\\*_[]<>#|~":
            part = part.replace(character, f"\\{character}")
        written.append(part)
    return "".join(written)


def _code(text: str) -> str:
    return text.replace("`", "'")

"""Words that the formats for people share: counts, places and the summary.

Everything that came from an input is escaped here or by the renderer, once, on its way out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.escape import escape
from flowidl.findings import Severity
from flowidl.report.causes import cause_positions
from flowidl.report.model import Verdict
from flowidl.report.policy import SEPARATOR, place_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flowidl.findings import Finding, LimitHit, Location, Skipped, SourcePosition
    from flowidl.report.model import Report

SEVERITY_NAMES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}

#: How many subjects a line about what was not checked names before it counts the rest.
_SUBJECTS_NAMED = 5

#: How many reasons the summary names.
_REASONS_NAMED = 3


def number(count: int, noun: str, plural: str = "") -> str:
    """Return `1 error`, `2 errors`."""
    return f"{count} {noun}" if count == 1 else f"{count} {plural or noun + 's'}"


def file_text(location: Location) -> str:
    """Return where the bytes are, e.g. `package.tgz > 2_my.pkg.train_2.pb`."""
    return SEPARATOR.join(escape(part) for part in (location.file, location.member) if part)


def source_text(source: SourcePosition) -> str:
    """Return a place in the user's code, e.g. `shop/wf.py:14:5`, and whether it is a fallback."""
    aside = " (its workflow: the text does not tell which call it is)" if source.nearest else ""
    return escape(str(source)) + aside


def domain_text(location: Location) -> str:
    """Return a place in the user's words, safe to print."""
    return escape(place_text(location))


def fold(findings: Sequence[Finding]) -> list[tuple[Finding, list[Finding]]]:
    """Return each finding with those that follow from it.

    One whose cause is not among the findings stands on its own.
    """
    folded: dict[int, tuple[Finding, list[Finding]]] = {}
    causes = cause_positions(findings)
    for position, finding in enumerate(findings):
        if causes[position] is None:
            folded[position] = (finding, [])
    for finding, cause in zip(findings, causes, strict=True):
        if cause is not None:
            folded[cause][1].append(finding)
    return list(folded.values())


def counts_text(report: Report) -> str:
    """Return e.g. `1 error, 2 warnings and 3 that follow from them`, or `no findings`."""
    counts = report.counts
    parts = [
        number(count, noun)
        for count, noun in ((counts.errors, "error"), (counts.warnings, "warning"), (counts.infos, "info"))
        if count
    ]
    text = ", ".join(parts) or "no findings"
    if counts.follow_ons:
        text += f" and {counts.follow_ons} that follow{'s' if counts.follow_ons == 1 else ''} from "
        text += "it" if sum(counts[:3]) == 1 else "them"
    return text


def checked_text(report: Report) -> str:
    """Return e.g. `3 workflows, 12 tasks`, or `nothing`."""
    return ", ".join(number(entry.number, escape(entry.kind)) for entry in report.checked) or "nothing"


def summary_line(report: Report) -> str:
    """Return the one line that ends a run: what was checked, what was found, and what was not looked at."""
    if report.verdict is Verdict.NOTHING_CHECKED:
        head = f"nothing was checked: {counts_text(report)}"
    else:
        head = f"{checked_text(report)} checked: {counts_text(report)}"
    asides = [
        number(report.suppressed, "finding") + " suppressed" if report.suppressed else "",
        *_skipped_counts(report.skipped),
        number(len(report.limits), "limit") + " reached" if report.limits else "",
    ]
    told = "; ".join(filter(None, asides))
    return f"{head} ({told})" if told else head


def _skipped_counts(skipped: Sequence[Skipped]) -> list[str]:
    """Return e.g. `2 not checked: lives elsewhere`, one for each reason, or one for all if there are many."""
    number_of: dict[str, int] = {}
    for entry in skipped:
        number_of[entry.reason] = number_of.get(entry.reason, 0) + 1
    if len(number_of) > _REASONS_NAMED:
        return [f"{len(skipped)} not checked for {len(number_of)} reasons"]
    return [f"{count} not checked: {escape(reason)}" for reason, count in sorted(number_of.items())]


def skipped_lines(skipped: Iterable[Skipped], verbose: bool) -> list[str]:
    """Return one line for each reason, e.g. `not checked (not among the inputs): launch plan core.pay`."""
    by_reason: dict[str, list[str]] = {}
    for entry in skipped:
        by_reason.setdefault(entry.reason, []).append(entry.subject)
    lines: list[str] = []
    for reason, subjects in sorted(by_reason.items()):
        named = subjects if verbose else subjects[:_SUBJECTS_NAMED]
        more = f" and {len(subjects) - len(named)} more" if len(named) < len(subjects) else ""
        lines.append(f"not checked ({escape(reason)}): {', '.join(map(escape, named))}{more}")
    return lines


def extras_missing(report: Report) -> list[str]:
    """Return one line for each extra without which something was not checked, for formats without notes."""
    return [line for line in skipped_lines(report.skipped, verbose=False) if "needs flowidl[" in line]


def limit_lines(limits: Iterable[LimitHit]) -> list[str]:
    """Return one line for each limit that was reached."""
    return [
        f"limit reached: {escape(hit.name)} is {hit.limit}"
        + (f", and there are {hit.seen}" if hit.seen else "")
        for hit in limits
    ]

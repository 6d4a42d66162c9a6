"""The report: everything that one run has to say, as one frozen value.

A report is complete in itself. It holds the findings and the rules they refer to, what was checked, what was
not and why, which limits were reached, how many findings configuration silenced, and the verdict with the
threshold it was reached by. Renderers read nothing else, so every format says the same.

`flowidl.report.wire` turns a report into the message `flowidl.report.v1.Report` and back.
"""

from __future__ import annotations

import enum
from importlib import import_module
from typing import TYPE_CHECKING

from flowidl.findings import Phase, Severity
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowidl.findings import Finding, LimitHit, Skipped


class Verdict(enum.IntEnum):
    """The outcome in one word (`flowidl.report.v1.Verdict`)."""

    NOTHING_CHECKED = 0
    PASSED = 1
    FAILED = 2


class RuleInfo(NamedTuple):
    """What a report says about a rule: its default `severity`, and its page as Markdown."""

    code: str
    name: str
    summary: str = ""
    severity: Severity = Severity.ERROR
    phase: Phase = Phase.REGISTRATION
    documentation: str = ""


class Checked(NamedTuple):
    """How many definitions of one kind (`workflow`, `task`, `launch plan`) were checked."""

    kind: str
    number: int

    @classmethod
    def in_order(cls, counts: Mapping[str, int]) -> tuple[Checked, ...]:
        """Return counts by kind in the order in which people list kinds, without those that are zero."""
        first = {kind: rank for rank, kind in enumerate(("workflow", "task", "launch plan"))}
        kinds = sorted(counts, key=lambda kind: (first.get(kind, len(first)), kind))
        return tuple(cls(kind, counts[kind]) for kind in kinds if counts[kind])


class Counts(NamedTuple):
    """How many findings there are. One fault counts once: what only follows from another is a follow-on."""

    errors: int = 0
    warnings: int = 0
    infos: int = 0
    follow_ons: int = 0

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Counts:
        """Count findings."""
        number = {Severity.ERROR: 0, Severity.WARNING: 0, Severity.INFO: 0}
        follow_ons = 0
        for finding in findings:
            if finding.cause:
                follow_ons += 1
            else:
                number[finding.severity] += 1
        return cls(number[Severity.ERROR], number[Severity.WARNING], number[Severity.INFO], follow_ons)


class Report(NamedTuple):
    """The result of one run.

    `findings` are in order of place and code; those with a `cause` follow from another one. `counts` covers
    all findings, including those that a limit on their number left out; such a limit is among `limits`.
    `suppressed` counts what configuration silenced. `fail_on` is the lowest severity that fails, `None` if
    none does.
    """

    findings: tuple[Finding, ...] = ()
    verdict: Verdict = Verdict.NOTHING_CHECKED
    counts: Counts = Counts()
    rules: tuple[RuleInfo, ...] = ()
    checked: tuple[Checked, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    limits: tuple[LimitHit, ...] = ()
    suppressed: int = 0
    fail_on: Severity | None = Severity.ERROR
    target: str = ""
    tool_version: str = ""

    @property
    def passed(self) -> bool:
        """Tell whether something was checked and no finding reaches the threshold."""
        return self.verdict is Verdict.PASSED

    def _repr_html_(self) -> str:
        """Return the report as a notebook shows a value: verdict and findings, without scripts."""
        # by name, as renderers are found: they read this module
        text: str = import_module("flowidl.report.html").fragment(self)
        return text

    def rule(self, code: str) -> RuleInfo:
        """Return what the report says about a rule. Raises `KeyError` for a code that no finding has."""
        for rule in self.rules:
            if rule.code == code:
                return rule
        raise KeyError(code)

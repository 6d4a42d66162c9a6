"""The last steps of a run: from findings to a report.

    findings -> suppressions -> baseline -> findings about those -> counts, verdict -> cap -> Report

What follows from a finding goes where that finding goes: a suppression of the cause covers it too. The
verdict and the counts are reached before the cap, so a cap changes what is listed and nothing else.

This room lies below the validator, which hands in what it knows about rules as a `RuleBook`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from flowidl.findings import Finding, LimitHit, Location, Phase, Severity
from flowidl.report.causes import cause_positions
from flowidl.report.model import Checked, Counts, Report, Verdict
from flowidl.report.policy import SEPARATOR, BaselineEntry, covers, covers_place, place_text
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flowidl.findings import Skipped
    from flowidl.report.model import RuleInfo
    from flowidl.report.policy import Policy, Suppression

UNUSED_SUPPRESSION = "FI901"
EXPIRED_SUPPRESSION = "FI902"
FINDINGS_LEFT_OUT = "FI903"
STALE_BASELINE = "FI904"

#: How many codes the finding about left-out findings counts one by one.
_CODES_LISTED = 5


class RuleBook(Protocol):
    """What the report needs to know about rules."""

    def info(self, code: str) -> RuleInfo:
        """Return what a report says about the rule with this code."""
        ...

    def severity(self, code: str) -> Severity | None:
        """Return the severity for findings of this code, `None` if nobody wants to hear of them."""
        ...

    def selected(self, pattern: str) -> bool:
        """Tell whether every rule that a code, a prefix or a name stands for may speak in this run."""
        ...


class Coverage(NamedTuple):
    """What a run spoke about.

    `entities` are the definitions in the user's words (`workflow my.pkg.train`), to judge what is unused.
    """

    entities: Sequence[str] = ()
    checked: Mapping[str, int] = {}
    skipped: tuple[Skipped, ...] = ()
    limits: tuple[LimitHit, ...] = ()
    target: str = ""


def conclude(findings: Sequence[Finding], coverage: Coverage, policy: Policy, rules: RuleBook) -> Report:
    """Make the report of a run out of its findings, which are in order and have fingerprints and causes."""
    heard, silenced, remarks = _silence(findings, coverage, policy, rules)
    everything = [*heard, *remarks]
    shown = _capped(everything, policy.max_findings)
    limits = coverage.limits
    if len(shown) < len(everything):
        limits = (*limits, LimitHit("max-findings", policy.max_findings, len(everything)))
        shown = [*shown, *_left_out(everything, shown, rules)]
    return Report(
        findings=tuple(shown),
        verdict=_verdict(everything, coverage, policy),
        counts=Counts.of(everything),
        rules=tuple(rules.info(code) for code in sorted({finding.code for finding in shown})),
        checked=Checked.in_order(coverage.checked),
        skipped=coverage.skipped,
        limits=limits,
        suppressed=silenced,
        fail_on=policy.fail_on,
        target=coverage.target,
        tool_version=_version(),
    )


def _version() -> str:
    from flowidl.version import __version__

    return __version__


def _verdict(findings: Sequence[Finding], coverage: Coverage, policy: Policy) -> Verdict:
    threshold = policy.fail_on
    if threshold is not None and any(finding.severity >= threshold for finding in findings):
        return Verdict.FAILED
    checked = policy.allow_empty or any(coverage.checked.values())
    return Verdict.PASSED if checked else Verdict.NOTHING_CHECKED


def _silence(
    findings: Sequence[Finding], coverage: Coverage, policy: Policy, rules: RuleBook
) -> tuple[Sequence[Finding], int, list[Finding]]:
    """Return the findings that are left, how many went, and the findings about the configuration."""
    if not policy.suppressions and not policy.baseline:
        return findings, 0, []
    valid = [entry for entry in policy.suppressions if not _expired(entry, policy)]
    baseline = {entry.fingerprint for entry in policy.baseline}
    used: set[Suppression] = set()
    silent: set[int] = set()
    for position, finding in enumerate(findings):
        matching = {entry for entry in valid if covers(entry, finding)}
        used |= matching
        if matching or finding.fingerprint in baseline:
            silent.add(position)
    causes = cause_positions(findings)
    heard = [
        f
        for n, f in enumerate(findings)
        if n not in silent and (causes[n] is None or causes[n] not in silent)
    ]
    remarks = [
        *_about_suppressions(policy, valid, used, coverage, rules),
        *_about_baseline(policy, {finding.fingerprint for finding in findings}, coverage, rules),
    ]
    return heard, len(findings) - len(heard), remarks


def _expired(entry: Suppression, policy: Policy) -> bool:
    return entry.expires is not None and policy.today is not None and policy.today >= entry.expires


def _about_suppressions(
    policy: Policy, valid: Sequence[Suppression], used: set[Suppression], coverage: Coverage, rules: RuleBook
) -> Iterable[Finding]:
    for entry in policy.suppressions:
        where = f" at `{entry.at}`" if entry.at else ""
        if entry not in valid:
            message = f"the suppression of `{entry.code}`{where} ended on {entry.expires}"
            remedy = "fix what it hides, or give it a new date and say why"
            yield from _remark(EXPIRED_SUPPRESSION, message, remedy, entry.origin, rules)
        elif entry not in used and _judgeable(entry.code, entry.at, coverage, rules):
            message = f"the suppression of `{entry.code}`{where} silences nothing"
            yield from _remark(UNUSED_SUPPRESSION, message, "remove it", entry.origin, rules)


def _about_baseline(
    policy: Policy, present: set[str], coverage: Coverage, rules: RuleBook
) -> Iterable[Finding]:
    gone = [
        entry
        for entry in policy.baseline
        if entry.fingerprint not in present and _known(entry, coverage, rules)
    ]
    if not gone:
        return
    entries = "1 entry" if len(gone) == 1 else f"{len(gone)} entries"
    message = f"the baseline has {entries} that no finding matches any more, the first is `{gone[0].code}`"
    if gone[0].at:
        message += f" at `{gone[0].at}`"
    remedy = "write the baseline anew with `--write-baseline`"
    yield from _remark(STALE_BASELINE, message, remedy, policy.baseline_origin, rules)


def _known(entry: BaselineEntry, coverage: Coverage, rules: RuleBook) -> bool:
    return entry.at.partition(SEPARATOR)[0] in coverage.entities and rules.selected(entry.code)


def _judgeable(code: str, at: str, coverage: Coverage, rules: RuleBook) -> bool:
    """Tell whether this run, over these entities and with these rules, could have used a suppression."""
    entity = at.partition(SEPARATOR)[0]
    return rules.selected(code) and any(covers_place(entity, (name,)) for name in coverage.entities)


def _remark(code: str, message: str, remedy: str, origin: str, rules: RuleBook) -> Iterable[Finding]:
    """Yield a finding about the tool's own configuration, if anybody wants to hear it."""
    severity = rules.severity(code)
    if severity is not None:
        name = rules.info(code).name
        yield Finding(
            code,
            name,
            severity,
            message,
            Location(file=origin),
            remedy,
            phase=Phase.READ,
            fingerprint=fingerprint(code, message),
        )


def fingerprint(*parts: str) -> str:
    """Return the fingerprint of a finding about the tool itself, made of what tells it from others."""
    from hashlib import blake2b

    return blake2b("\0".join(parts).encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()


def _capped(findings: Sequence[Finding], limit: int) -> list[Finding]:
    """Return at most `limit` findings in their order: errors first, and some of each code before all."""
    if not limit or len(findings) <= limit:
        return list(findings)
    number: dict[str, int] = {}

    def rank(index: int) -> tuple[bool, int, int, int]:
        finding = findings[index]
        number[finding.code] = number.get(finding.code, -1) + 1
        return bool(finding.cause), -finding.severity, number[finding.code], index

    ranked = sorted(range(len(findings)), key=rank)
    return [findings[index] for index in sorted(ranked[:limit])]


def _left_out(
    all_findings: Sequence[Finding], shown: Sequence[Finding], rules: RuleBook
) -> Iterable[Finding]:
    """Yield the finding that says how many findings of which codes are not listed."""
    missing: dict[str, int] = {}
    for finding in all_findings:
        missing[finding.code] = missing.get(finding.code, 0) + 1
    for finding in shown:
        missing[finding.code] -= 1
    ranked = sorted((-count, code) for code, count in missing.items() if count)
    parts = [f"{-count} of `{code}`" for count, code in ranked[:_CODES_LISTED]]
    if len(ranked) > _CODES_LISTED:
        parts.append(f"{-sum(count for count, _ in ranked[_CODES_LISTED:])} of other rules")
    total = len(all_findings) - len(shown)
    are = "1 more finding is not listed" if total == 1 else f"{total} more findings are not listed"
    yield from _remark(
        FINDINGS_LEFT_OUT,
        f"{are}: {', '.join(parts)}",
        "raise the limit with `--max-findings`, 0 lists all",
        "",
        rules,
    )


def baseline_of(findings: Iterable[Finding]) -> tuple[BaselineEntry, ...]:
    """Return the baseline under which none of these findings would be reported again."""
    entries = (BaselineEntry(f.fingerprint, f.code, place_text(f.location), f.message) for f in findings)
    return tuple(sorted(entries, key=lambda entry: (entry.at, entry.code, entry.fingerprint)))

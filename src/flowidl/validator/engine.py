"""The engine: run every rule, and turn what the rules find into findings.

Nothing asks beforehand whether a rule is needed: that would be a second opinion, and wrong one day. A rule
that crashes becomes a finding about the tool, and the run goes on. Selection works on findings, not on
rules, because a finding may be the cause of others: what follows from a fault that nobody wants to hear of
is not heard of either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.findings import LimitHit, Skipped
from flowidl.rules.own import own_rules
from flowidl.rules.packs import Subject, rules_about
from flowidl.source.kinds import EXECUTIONS
from flowidl.tuples import NamedTuple
from flowidl.validator.select import wants

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowidl.findings import Finding
    from flowidl.rules.context import Context
    from flowidl.rules.declaration import Found, Rule


class Outcome(NamedTuple):
    """What one run has to say: findings in order, how much was checked by kind, and what was not and why."""

    findings: tuple[Finding, ...] = ()
    checked: Mapping[str, int] = {}
    skipped: tuple[Skipped, ...] = ()
    limits: tuple[LimitHit, ...] = ()


#: How much the rules may find in one run. More than this says no more, and takes memory for every piece.
MAX_FOUND = 150_000


def run(context: Context) -> Outcome:
    """Run every rule that may speak. Never raises for anything in the definitions."""
    found: list[tuple[Rule, Found]] = []
    skipped: set[Skipped] = set()
    elsewhere = {id(definition) for definition in context.options.externals}
    for rule, result in _results(context):
        if isinstance(result, Skipped):
            skipped.add(result)
        elif id(result.place.definition) not in elsewhere:
            found.append((rule, result))
            if len(found) >= MAX_FOUND:
                break
    hits = (LimitHit("rule-findings", MAX_FOUND, len(found)),) if len(found) >= MAX_FOUND else ()
    return Outcome(_findings(found, context), _counts(context), tuple(sorted(skipped)), hits)


def _results(context: Context) -> Iterator[tuple[Rule, Found | Skipped]]:
    more = rules_about(Subject.READINESS) if context.model.target.judges_readiness else ()
    own = own_rules(context.options.rules)
    for rule in (*rules_about(Subject.DEFINITIONS), *more, *own):
        if not rule.preview or wants(context.options, rule):
            yield from _guarded(rule, context)


def _guarded(rule: Rule, context: Context) -> Iterator[tuple[Rule, Found | Skipped]]:
    """Run one rule. A crash ends the rule and is itself a finding."""
    try:
        for result in rule.check(context):
            yield rule, result
    except Exception as error:
        from flowidl.rules.tool import crashed, rule_crashed

        yield rule_crashed, crashed(rule, error, context)


def _findings(found: list[tuple[Rule, Found]], context: Context) -> tuple[Finding, ...]:
    if not found:
        return ()
    from flowidl.validator.copies import follow_originals
    from flowidl.validator.finalize import RuleResult, finalize

    items = follow_originals(found, context.model)
    findings = finalize(
        (RuleResult(rule, result) for rule, result in items), context.definitions, context.options.severity
    )
    silent = {rule.code for rule, _ in found if not wants(context.options, rule)}
    if not silent:
        return tuple(findings)
    unheard = {finding.fingerprint for finding in findings if finding.code in silent}
    return tuple(f for f in findings if f.fingerprint not in unheard and f.cause not in unheard)


def _counts(context: Context) -> dict[str, int]:
    """Count what was checked, by kind in the user's words. Kinds that are not there are not counted."""
    model = context.model
    counts = {"workflow": len(model.units), "task": len(model.tasks), "launch plan": len(model.launch_plans)}
    counts["execution"] = sum(definition.kind in EXECUTIONS for definition in context.definitions)
    return {word: count for word, count in counts.items() if count}

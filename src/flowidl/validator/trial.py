"""Try the examples of rules of one's own: does each of them do what it says?

from flowidl.validator.trial import failures

def test_rules() -> None:
    assert failures("acme.rules") == []
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.findings import Severity
from flowidl.rules.case import Role, cases_beside
from flowidl.rules.own import own_rules
from flowidl.validator.pipeline import examine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.rules.case import Case


def failures(*modules: str) -> list[str]:
    """Return what is wrong with the rules of modules and their examples, in words; nothing if all is well.

    Each rule needs a bad, a good and a near example (`flowidl.rules.Case`). A bad one must yield the rule's
    finding at its path and no other error than those it lists, a good one no error, a near miss nothing of
    the rule. Raises `flowidl.rules.own.OwnRulesError` for a module that cannot be used.
    """
    rules = {rule.code for rule in own_rules(modules)}
    cases = [case for module in modules for case in cases_beside(module)]
    found = [f"{case.code}: no rule has this code ({case.title})" for case in cases if case.code not in rules]
    for code in sorted(rules):
        roles = {case.role for case in cases if case.code == code}
        found += [f"{code}: it has no {role.value} example" for role in Role if role not in roles]
    for case in cases:
        found += (f"{case.code}, {case.role.value}, {case.title}: {why}" for why in _failures(case, modules))
    return found


def _failures(case: Case, modules: tuple[str, ...]) -> Iterator[str]:
    findings = examine(case.inputs(), case.options._replace(rules=modules), case.reading).findings
    own = [finding for finding in findings if finding.code == case.code]
    paths = [str(finding.location.field_path) for finding in own]
    errors = {finding.code for finding in findings if finding.severity is Severity.ERROR}
    if any(finding.code == "FI900" for finding in findings):
        yield "a rule crashed: " + next(f.message for f in findings if f.code == "FI900")
    if case.role is Role.BAD:
        if case.at not in paths:
            yield f"no finding at {case.at}, but at {', '.join(paths) or 'no place'}"
        errors -= {case.code, *case.also}
    if errors and case.role is not Role.NEAR:
        yield f"it has other errors: {', '.join(sorted(errors))}"
    if case.role is Role.NEAR and own:
        yield f"it is found: {own[0].message}"

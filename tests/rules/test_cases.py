"""Every example of every rule does what it says."""

from __future__ import annotations

import pytest

from flowidl.findings import Finding, Severity
from flowidl.rules.case import Case, Role, cases_of
from flowidl.rules.declaration import Rule
from flowidl.rules.packs import PACKS, all_rules
from flowidl.source.definitions import Kind
from flowidl.validator.breaking import examine_case

CASES = [case for pack in PACKS for case in cases_of(pack)]
RULES = {rule.code: rule for rule in all_rules()}

#: Rules without examples, because no files can show what they find.
ELSEWHERE = {
    "FI001": "an input that is not there",
    "FI053": "an environment without the YAML extra",
    "FI101": "a call from Python",
    "FI109": "a message made in memory that nests deeper than bytes can",
    "FI345": "a package of exponential size once compiled",
    "FI900": "a crash of the tool",
    "FI901": "a configuration",
    "FI902": "a configuration and a day",
    "FI903": "a cap on findings",
    "FI904": "a baseline",
    "FI905": "a process that is killed",
}


def findings(case: Case) -> tuple[Finding, ...]:
    return examine_case(case, case.options._replace(previews=True)).findings


def words(case: Case) -> str:
    return f"{case.code}-{case.role.value}-{case.title}"


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: str(rule.code))
def test_every_rule_has_every_role(rule: Rule) -> None:
    roles = {case.role for case in CASES if case.code == rule.code}
    assert roles == (set() if rule.code in ELSEWHERE else set(Role))


def test_examples_are_of_rules_and_told_apart() -> None:
    assert {case.code for case in CASES} <= RULES.keys()
    assert len(set(map(words, CASES))) == len(CASES)
    assert ELSEWHERE.keys() <= RULES.keys()


@pytest.mark.parametrize("case", CASES, ids=words)
def test_case(case: Case) -> None:
    """A bad case yields its finding and no other error, a good one no error, a near miss none of the rule."""
    found = findings(case)
    own = [finding for finding in found if finding.code == case.code]
    errors = {finding.code for finding in found if finding.severity is Severity.ERROR}
    if case.role is Role.BAD:
        assert case.at in [str(finding.location.field_path) for finding in own]
        assert errors <= {case.code, *case.also}
        _said_well(own)
    elif case.role is Role.GOOD:
        assert errors == set()
        assert own == []
    else:
        assert own == []


def _said_well(own: list[Finding]) -> None:
    """One sentence without a full stop, and one line of help; a reference code that the rule stands for."""
    for finding in own:
        rule = RULES[finding.code]
        assert finding.message
        assert finding.message[-1] not in ".\n"
        assert "\n" not in finding.message + finding.help
        assert not finding.help.endswith(".")
        assert finding.message.count("`") % 2 == 0
        assert finding.reference is None or finding.reference.code in rule.reference


@pytest.mark.parametrize("code", sorted({case.code for case in CASES if RULES[case.code].reference}), ids=str)
def test_some_example_carries_each_reference_code(code: str) -> None:
    """A rule that stands for errors of the reference compiler shows one of them."""
    bad = [case for case in CASES if case.code == code and case.role is Role.BAD]
    carried = {f.reference.code for case in bad for f in findings(case) if f.code == code and f.reference}
    assert carried, RULES[code].reference


def test_parts_say_what_they_are() -> None:
    """Parts of a stated kind are the canonical bytes of a message of that kind."""
    for part in (part for case in CASES for part in case.files if part.kind is not None):
        assert part.kind is not Kind.UNKNOWN
        assert part.message.SerializeToString(deterministic=True) == part.data, part.name

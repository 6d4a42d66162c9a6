"""Every example of the rules about what registers and fails later does what it says."""

from __future__ import annotations

import pytest

from flowidl.findings import Finding, Severity
from flowidl.source.definitions import Definition
from flowidl.validator.cases import Case, Role, cases_of
from flowidl.validator.examine import examine
from flowidl.validator.options import Options
from flowidl.validator.packs import PACKS
from flowidl.validator.registry import Pack

NAMES = frozenset(
    (
        "registration",
        "closures",
        "run_time_values",
        "arrays",
        "gates",
        "alternatives",
        "failure_nodes",
        "resources",
        "pods",
        "kubernetes_names",
        "caching",
        "timeouts",
        "launch_plans",
        "input_values",
        "schedules",
        "notifications",
        "executions",
        "sizes",
    )
)
OWN = [pack for pack in PACKS if pack.module.rpartition(".")[2] in NAMES]
CASES = [case for pack in OWN for case in cases_of(pack)]


def findings(case: Case) -> tuple[Finding, ...]:
    return examine(case.inputs(), case.options._replace(previews=True)).findings


def test_packs_are_in_the_table() -> None:
    assert {pack.module.rpartition(".")[2] for pack in OWN} == NAMES


@pytest.mark.parametrize("pack", OWN, ids=lambda pack: str(pack.module.rpartition(".")[2]))
def test_every_rule_has_every_role(pack: Pack) -> None:
    for rule in pack.rules():
        roles = {case.role for case in CASES if case.code == rule.code}
        assert roles == {Role.BAD, Role.GOOD, Role.NEAR}, rule.code


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.role.value}-{case.title}")
def test_case(case: Case) -> None:
    found = findings(case)
    own = [finding for finding in found if finding.code == case.code]
    others = {f.code for f in found if f.severity is Severity.ERROR and f.code not in (case.code, *case.also)}
    if case.role is Role.BAD:
        assert case.at in [str(finding.location.field_path) for finding in own]
        assert not others
    elif case.role is Role.GOOD:
        assert not own
        assert not others
    else:
        assert not own


def test_examples_are_said_well() -> None:
    """One sentence without a full stop, at most one help line, names in backticks that are not empty."""
    for case in CASES:
        for finding in findings(case) if case.role is Role.BAD else ():
            assert finding.message
            assert finding.message[-1] not in ".\n"
            assert "\n" not in finding.message + finding.help
            assert not finding.help.endswith(".")


def test_what_lives_elsewhere_is_not_checked() -> None:
    """Definitions that only supply interfaces are nobody's fault."""
    bad = next(case for case in CASES if case.code == "FI680" and case.role is Role.BAD)
    (external,) = bad.inputs()
    assert isinstance(external, Definition)
    assert examine([external]).findings
    assert not examine([], Options(externals=(external,))).findings

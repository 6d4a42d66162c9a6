"""Which rules are asked for: the longest match decides, and rules about the run are heard unless ignored."""

from __future__ import annotations

import pytest

from flowidl.findings import Phase, Severity
from flowidl.rules.options import Options
from flowidl.rules.packs import all_rules, find
from flowidl.validator.rulebook import OptionsRuleBook
from flowidl.validator.select import chosen_severity, wants

BROKEN = "FI006"
ORDINARY = "FI201"


def wanted(code: str, *select: str, ignore: tuple[str, ...] = ()) -> bool:
    rule = find(code)
    assert rule is not None
    return wants(Options(select=select, ignore=ignore), rule)


@pytest.mark.parametrize(
    ("select", "ignore", "asked"),
    [
        ((), (), True),
        (("FI2",), (), True),
        (("FI3",), (), False),
        (("fi201",), (), True),
        ((), ("FI2",), False),
        ((), ("FI3",), True),
        (("FI2",), ("FI201",), False),
        (("FI201",), ("FI2",), True),
        (("FI2",), ("FI2",), False),
        (("FI3",), ("FI4",), False),
    ],
)
def test_the_longest_match_decides(select: tuple[str, ...], ignore: tuple[str, ...], asked: bool) -> None:
    assert wanted(ORDINARY, *select, ignore=ignore) is asked


def test_rules_about_the_run_are_heard_unless_ignored() -> None:
    """Those of the tool itself, and errors of reading: without them a report says less than it seems to."""
    for rule in all_rules():
        about = rule.code.startswith("FI9") and rule.code < "FI920"
        about = about or (rule.phase is Phase.READ and rule.severity is Severity.ERROR)
        if about:
            assert wants(Options(select=("FI201",)), rule), rule.code
            assert not wants(Options(select=("FI201",), ignore=(rule.name,)), rule), rule.code
    warning = next(r for r in all_rules() if r.phase is Phase.READ and r.severity is Severity.WARNING)
    assert not wants(Options(select=("FI201",)), warning)
    error = next(r for r in all_rules() if r.phase is not Phase.READ and r.severity is Severity.ERROR)
    assert not wants(Options(select=("FI00",)), error)


def test_previews_are_asked_for_by_name_or_all_together() -> None:
    rule = find(ORDINARY)
    assert rule is not None
    preview = rule._replace(preview=True)
    assert not wants(Options(), preview)
    assert wants(Options(previews=True), preview)
    assert wants(Options(select=(ORDINARY,)), preview)
    assert not wants(Options(ignore=("FI3",)), preview)
    assert wants(Options(ignore=("FI3",), previews=True), preview)
    assert not wants(Options(ignore=("FI2",), previews=True), preview)


# --- the rule book


def test_severities_by_code_and_by_name() -> None:
    rule = find(ORDINARY)
    assert rule is not None
    for chosen in ({rule.code: Severity.INFO}, {rule.name: Severity.INFO}):
        assert chosen_severity(chosen, rule) is Severity.INFO
        assert OptionsRuleBook(Options(severity=chosen)).severity(ORDINARY) is Severity.INFO
    assert chosen_severity({rule.name: Severity.INFO, rule.code: Severity.ERROR}, rule) is Severity.ERROR
    assert chosen_severity({}, rule) is None
    assert OptionsRuleBook(Options()).severity(ORDINARY) is rule.severity
    assert OptionsRuleBook(Options(ignore=(ORDINARY,))).severity(ORDINARY) is None
    assert OptionsRuleBook(Options()).severity("FI999") is None


def test_info_of_a_rule_and_of_none() -> None:
    book = OptionsRuleBook(Options())
    rule = find(ORDINARY)
    assert rule is not None
    assert book.info(ORDINARY).name == rule.name
    assert (book.info("FI999").code, book.info("FI999").name) == ("FI999", "FI999")


def test_selected_tells_whether_all_that_is_meant_may_speak() -> None:
    assert OptionsRuleBook(Options()).selected("FI2")
    assert OptionsRuleBook(Options(ignore=("FI3",))).selected("FI2")
    assert not OptionsRuleBook(Options(ignore=(ORDINARY,))).selected("FI2")
    assert not OptionsRuleBook(Options(select=(ORDINARY,))).selected("FI2")
    assert OptionsRuleBook(Options(select=(ORDINARY,))).selected(ORDINARY)

"""The page on security says what the code does."""

from __future__ import annotations

import re

from flowidl.rules.packs import find
from flowidl.source import DEFAULT_LIMITS, Fact
from flowidl.source.limits import MIB, RATIO_FLOOR
from tests.support.shared import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text()

FACTS = {
    "input-size": Fact.INPUT_TOO_LARGE,
    "total-size": Fact.TOTAL_TOO_LARGE,
    "ratio": Fact.RATIO_TOO_HIGH,
    "members": Fact.TOO_MANY_MEMBERS,
    "member-size": Fact.MEMBER_TOO_LARGE,
    "depth": Fact.TOO_DEEP,
    "elements": Fact.TOO_MANY_ELEMENTS,
}


def test_the_table_of_limits_is_complete_and_right() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| ([0-9]+)( MiB)? \| (FI\d+) \|", PAGE, re.MULTILINE)
    stated = {name: (int(number) * (MIB if unit else 1), code) for name, number, unit, code in rows}
    assert stated == {
        name.replace("_", "-"): (value, _code(FACTS[name.replace("_", "-")]))
        for name, value in DEFAULT_LIMITS._asdict().items()
    }


def _code(fact: Fact) -> str:
    rule = find(fact.value)
    assert rule is not None
    return rule.code


def test_other_figures_of_the_page() -> None:
    assert f"from {RATIO_FLOOR // MIB} MiB on" in PAGE
    assert {_code(fact) for fact in (Fact.UNSAFE_MEMBER, Fact.DUPLICATE_MEMBER)} == {"FI006", "FI007"}
    for fact, code in (
        (Fact.UNKNOWN_KIND, "FI020"),
        (Fact.MISMATCHED_KIND, "FI021"),
        (Fact.AMBIGUOUS_KIND, "FI022"),
    ):
        assert (_code(fact), code in PAGE) == (code, True)

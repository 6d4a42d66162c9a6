"""Laws of the engine: every rule runs, selection is by the longest match, and a follow-on is never graver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowidl.builders import container_task
from flowidl.compiler.analyse import analyse
from flowidl.findings import Finding, Severity, Skipped
from flowidl.rules.case import Case, cases_of
from flowidl.rules.context import Context
from flowidl.rules.declaration import Found, Rule
from flowidl.rules.options import DEFAULT, Options
from flowidl.rules.packs import PACKS, Subject, rules_about
from flowidl.validator import engine, validate
from flowidl.validator.pipeline import examine
from flowidl.validator.select import wants

RULES = rules_about(Subject.DEFINITIONS)
DEFINITIONS = [pack for pack in PACKS if pack.subject is Subject.DEFINITIONS]
CASES = [case for pack in DEFINITIONS for case in cases_of(pack) if case.reading is None]


# --- every rule runs


@dataclass
class Spy:
    """Stands in for the check of each rule and notes which ones ran."""

    ran: list[str] = field(default_factory=list[str])

    def over(self, rule: Rule) -> Rule:
        def check(context: Context) -> Iterator[Found | Skipped]:
            self.ran.append(rule.code)
            yield from rule.check(context)

        return rule._replace(check=check)


@pytest.mark.parametrize("case", CASES[::20], ids=lambda case: f"{case.code}-{case.title}")
def test_every_rule_runs_on_every_input(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    spy = Spy()
    rules = tuple(map(spy.over, RULES))
    monkeypatch.setattr(engine, "rules_about", {Subject.DEFINITIONS: rules}.__getitem__)
    examine(case.inputs(), case.options._replace(previews=True))
    assert spy.ran == [rule.code for rule in RULES]


def test_nothing_at_all_is_given_to_every_rule() -> None:
    context = Context(analyse(()), DEFAULT, ())
    assert [found for rule in RULES for found in rule.check(context)] == []


def test_a_name_that_is_an_identifier_in_python_only_is_found() -> None:
    """Letters beyond ASCII are none in the name of an environment variable, whatever Python thinks."""
    task = container_task("fit", image="app:1", command=("run",), env={"é": "1"})
    assert "FI665" in {finding.code for finding in validate(task, options=Options(previews=True)).findings}


# --- a follow-on is never graver than its cause


def following(found: tuple[Finding, ...]) -> list[tuple[Finding, Finding]]:
    """Return each finding that follows from another, with that other one."""
    causes = {finding.fingerprint: finding for finding in found}
    return [(finding, causes[finding.cause]) for finding in found if finding.cause]


FOLLOWED = [case for case in CASES if following(examine(case.inputs(), case.options).findings)]
words = st.sampled_from(sorted({word for rule in RULES for word in (rule.code, rule.name)}))
severities = st.sampled_from(list(Severity))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FOLLOWED), st.dictionaries(words, severities), st.data())
def test_a_follow_on_is_never_graver_than_its_cause(
    case: Case, chosen: dict[str, Severity], data: st.DataObject
) -> None:
    for follower, cause in following(examine(case.inputs(), case.options).findings):
        chosen[follower.code] = data.draw(severities)
        chosen[cause.code] = data.draw(severities)
    pairs = following(examine(case.inputs(), case.options._replace(severity=chosen)).findings)
    assert pairs
    for follower, cause in pairs:
        assert follower.severity <= cause.severity
        wanted = chosen.get(follower.code, follower.severity)
        assert follower.severity == min(wanted, cause.severity)


# --- selection

patterns = st.one_of(
    st.sampled_from([rule.code for rule in RULES]).flatmap(
        lambda code: st.integers(2, 5).map(lambda length: code[:length])
    ),
    st.sampled_from([rule.name for rule in RULES]),
).flatmap(lambda pattern: st.sampled_from([pattern, pattern.lower(), pattern.upper()]))


def strength(pattern: str, rule: Rule) -> int:
    """Return how well a pattern fits: 0 not at all, more for a longer prefix, most for the rule itself."""
    if pattern.lower() in (rule.code.lower(), rule.name):
        return 100
    return len(pattern) if rule.code.startswith(pattern.upper()) else 0


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(RULES), st.lists(patterns, max_size=4), st.lists(patterns, max_size=4), st.data())
def test_the_longest_match_wins_and_a_tie_goes_to_ignore(
    rule: Rule, select: list[str], ignore: list[str], data: st.DataObject
) -> None:
    own = st.sampled_from([rule.name, *(rule.code[:length] for length in range(2, 6)), rule.code.lower()])
    select += data.draw(st.lists(own, max_size=2))
    ignore += data.draw(st.lists(own, max_size=2))
    for_it = max((strength(pattern, rule) for pattern in select), default=0)
    against = max((strength(pattern, rule) for pattern in ignore), default=0)
    heard = wants(Options(select=tuple(select), ignore=tuple(ignore)), rule)
    if for_it or against:
        assert heard == (for_it > against)


@given(st.sampled_from(RULES), patterns)
def test_what_is_selected_and_ignored_by_the_same_word_is_ignored(rule: Rule, pattern: str) -> None:
    if strength(pattern, rule):
        assert not wants(Options(select=(pattern,), ignore=(pattern,)), rule)

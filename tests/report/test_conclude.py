"""From findings to a verdict: suppressions, baseline, cap, counts."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowidl.findings import Finding, LimitHit, Location, Severity
from flowidl.report.conclude import Coverage, baseline_of, conclude
from flowidl.report.model import Counts, Report, RuleInfo, Verdict
from flowidl.report.phrases import fold
from flowidl.report.policy import DEFAULT_POLICY, Policy, Suppression, covers, covers_place, matches_file

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
TODAY = date(2027, 1, 31)


class Rules:
    """A rule book in which every code is a rule, and configuration's own findings are warnings."""

    def __init__(self, deaf_to: str = "", selected: bool = True) -> None:
        self._deaf_to = deaf_to
        self._selected = selected

    def info(self, code: str) -> RuleInfo:
        return RuleInfo(code, f"name-of-{code.lower()}")

    def severity(self, code: str) -> Severity | None:
        return None if code == self._deaf_to else WARNING

    def selected(self, pattern: str) -> bool:
        return self._selected


def finding(
    code: str = "FI420",
    print_: str = "a",
    severity: Severity = ERROR,
    cause: str = "",
    entity: str = "workflow w",
) -> Finding:
    return Finding(
        code,
        f"name-of-{code.lower()}",
        severity,
        f"message of {print_}",
        Location("package.tgz", "2_w_2.pb", entity, ('node n1 "fit"', "input x")),
        fingerprint=print_,
        cause=cause,
    )


COVERAGE = Coverage(
    entities=("workflow w", "task t"), checked={"workflow": 1, "task": 1}, target="flyte-1.16"
)


def report_of(
    *findings: Finding,
    policy: Policy = DEFAULT_POLICY,
    coverage: Coverage = COVERAGE,
    rules: Rules | None = None,
) -> Report:
    return conclude(findings, coverage, policy, rules or Rules())


def codes(report: Report) -> list[str]:
    return [f.code for f in report.findings]


class TestVerdict:
    @pytest.mark.parametrize(
        ("severity", "fail_on", "verdict"),
        [
            (ERROR, ERROR, Verdict.FAILED),
            (WARNING, ERROR, Verdict.PASSED),
            (WARNING, WARNING, Verdict.FAILED),
            (INFO, WARNING, Verdict.PASSED),
            (INFO, INFO, Verdict.FAILED),
            (ERROR, None, Verdict.PASSED),
        ],
    )
    def test_by_the_threshold(self, severity: Severity, fail_on: Severity | None, verdict: Verdict) -> None:
        assert report_of(finding(severity=severity), policy=Policy(fail_on=fail_on)).verdict is verdict

    def test_nothing_checked_is_no_pass(self) -> None:
        assert report_of(coverage=Coverage()).verdict is Verdict.NOTHING_CHECKED
        assert not report_of(coverage=Coverage()).passed

    def test_an_input_that_cannot_be_read_fails_although_nothing_was_checked(self) -> None:
        assert report_of(finding("FI001"), coverage=Coverage()).verdict is Verdict.FAILED

    def test_what_follows_from_a_fault_counts_apart(self) -> None:
        report = report_of(finding(), finding("FI400", "b", cause="a"), finding("FI601", "c", WARNING))
        assert report.counts == Counts(errors=1, warnings=1, infos=0, follow_ons=1)

    def test_rules_are_those_of_the_findings(self) -> None:
        report = report_of(finding("FI601", "b"), finding("FI420"), finding("FI601", "c"))
        assert [rule.code for rule in report.rules] == ["FI420", "FI601"]
        assert report.rule("FI601").name == "name-of-fi601"
        with pytest.raises(KeyError):
            report.rule("FI999")


class TestSuppressions:
    def silenced(self, code: str = "FI420", at: str = "", file: str = "") -> bool:
        policy = Policy(suppressions=(Suppression(code, "known", at, file),))
        report = report_of(finding(), policy=policy)
        return "FI420" not in codes(report) and report.suppressed == 1 and report.passed

    @pytest.mark.parametrize(
        "entry",
        [
            {},
            {"code": "FI42"},
            {"code": "fi420"},
            {"code": "name-of-fi420"},
            {"at": "workflow w"},
            {"at": "workflow *"},
            {"at": "workflow w > node n1"},
            {"at": 'workflow w > node n1 "fit"'},
            {"at": "workflow w > node n1 > input x"},
            {"at": "workflow w > * > input ?"},
            {"file": "package.tgz"},
            {"file": "*.tgz"},
            {"file": "2_w_2.pb"},
        ],
    )
    def test_silences(self, entry: dict[str, str]) -> None:
        assert self.silenced(**entry)

    @pytest.mark.parametrize(
        "entry",
        [
            {"code": "FI421"},
            {"code": "name-of"},
            {"at": "task w"},
            {"at": "workflow"},
            {"at": "node n1"},
            {"at": "workflow w > node n1 > input x > deeper"},
            {"at": "workflow w > node n"},
            {"file": "other.tgz"},
            {"file": "age.tgz"},
        ],
    )
    def test_leaves_alone(self, entry: dict[str, str]) -> None:
        assert not self.silenced(**entry)

    def test_takes_along_what_follows(self) -> None:
        policy = Policy(suppressions=(Suppression("FI420", "known"),))
        report = report_of(finding(), finding("FI400", "b", cause="a"), policy=policy)
        assert report.findings == ()
        assert report.suppressed == 2

    def test_of_one_file_leaves_the_same_fault_in_another_alone(self) -> None:
        def of(file: str, *pair: Finding) -> list[Finding]:
            return [f._replace(location=f.location._replace(file=file)) for f in pair]

        pair = (finding(), finding("FI400", "b", cause="a"))
        policy = Policy(suppressions=(Suppression("FI420", "known", file="old.tgz"),))
        report = report_of(*of("old.tgz", *pair), *of("new.tgz", *pair), policy=policy)
        assert [(f.code, f.location.file) for f in report.findings] == [
            ("FI420", "new.tgz"),
            ("FI400", "new.tgz"),
        ]
        both = report_of(*of("old.tgz", *pair), *of("new.tgz", *pair))
        assert [len(behind) for _, behind in fold(both.findings)] == [1, 1]

    def test_a_follower_alone_can_be_silenced(self) -> None:
        policy = Policy(suppressions=(Suppression("FI400", "known"),))
        report = report_of(finding(), finding("FI400", "b", cause="a"), policy=policy)
        assert codes(report) == ["FI420"]

    def test_ends_on_its_day(self) -> None:
        entry = Suppression("FI420", "known", expires=TODAY, origin="flowidl.toml")
        before = report_of(finding(), policy=Policy(suppressions=(entry,), today=date(2027, 1, 30)))
        after = report_of(finding(), policy=Policy(suppressions=(entry,), today=TODAY))
        assert codes(before) == []
        assert codes(after) == ["FI420", "FI902"]
        assert after.findings[1].message == "the suppression of `FI420` ended on 2027-01-31"
        assert after.findings[1].location.file == "flowidl.toml"

    def test_without_a_day_nothing_ends(self) -> None:
        entry = Suppression("FI420", "known", expires=TODAY)
        assert codes(report_of(finding(), policy=Policy(suppressions=(entry,)))) == []

    def test_unused_is_a_finding(self) -> None:
        entry = Suppression("FI601", "known", at="task t", origin="flowidl.toml")
        report = report_of(finding(), policy=Policy(suppressions=(entry,)))
        assert codes(report) == ["FI420", "FI901"]
        assert report.findings[1].message == "the suppression of `FI601` at `task t` silences nothing"
        assert report.counts == Counts(errors=1, warnings=1)

    def test_unused_is_judged_only_where_it_could_have_been_used(self) -> None:
        elsewhere = Policy(suppressions=(Suppression("FI601", "known", at="task other"),))
        here = Policy(suppressions=(Suppression("FI601", "known"),))
        assert codes(report_of(policy=elsewhere)) == []
        assert codes(report_of(policy=here, rules=Rules(selected=False))) == []
        assert codes(report_of(policy=here, coverage=Coverage())) == []

    def test_what_nobody_wants_to_hear_is_not_said(self) -> None:
        policy = Policy(suppressions=(Suppression("FI601", "known"),))
        assert codes(report_of(policy=policy, rules=Rules(deaf_to="FI901"))) == []


class TestBaseline:
    def test_hides_what_was_there_and_nothing_else(self) -> None:
        old, new = finding(), finding("FI601", "b")
        report = report_of(old, new, policy=Policy(baseline=baseline_of([old])))
        assert codes(report) == ["FI601"]
        assert report.suppressed == 1

    def test_says_when_it_is_stale(self) -> None:
        policy = Policy(
            baseline=baseline_of([finding(), finding("FI601", "b")]), baseline_origin="known.json"
        )
        report = report_of(finding(), policy=policy)
        assert codes(report) == ["FI904"]
        assert report.findings[0].location.file == "known.json"
        assert "1 entry that no finding matches" in report.findings[0].message

    def test_entries_about_other_entities_are_not_stale(self) -> None:
        policy = Policy(baseline=baseline_of([finding(entity="workflow other")]))
        assert codes(report_of(policy=policy)) == []

    def test_is_in_order_and_readable(self) -> None:
        entries = baseline_of([finding("FI601", "b", entity="workflow z"), finding()])
        assert [entry.code for entry in entries] == ["FI420", "FI601"]
        assert entries[0].at == 'workflow w > node n1 "fit" > input x'


class TestCap:
    def test_keeps_errors_and_some_of_every_code(self) -> None:
        many = [finding("FI420", f"a{n}") for n in range(10)]
        report = report_of(
            *many, finding("FI601", "b"), finding("FI810", "c", INFO), policy=Policy(max_findings=3)
        )
        assert codes(report) == ["FI420", "FI420", "FI601", "FI903"]
        assert report.findings[3].message == "9 more findings are not listed: 8 of `FI420`, 1 of `FI810`"

    def test_is_never_silent_and_changes_neither_counts_nor_verdict(self) -> None:
        many = [finding("FI810", f"a{n}", INFO) for n in range(5)]
        report = report_of(*many, finding("FI601", "z"), policy=Policy(max_findings=1))
        assert report.counts == Counts(errors=1, infos=5)
        assert report.verdict is Verdict.FAILED
        assert report.limits == (LimitHit("max-findings", 1, 6),)

    def test_zero_lists_all(self) -> None:
        many = [finding("FI810", f"a{n}") for n in range(2000)]
        assert len(report_of(*many, policy=Policy(max_findings=0)).findings) == 2000

    def test_the_limit_itself_is_not_too_many(self) -> None:
        assert codes(report_of(finding(), policy=Policy(max_findings=1))) == ["FI420"]

    def test_counts_the_rules_it_does_not_name(self) -> None:
        many = [finding(f"FI{code}", f"a{code}") for code in range(300, 310)]
        report = report_of(*many, policy=Policy(max_findings=1))
        assert report.findings[1].message.endswith("1 of `FI305`, 4 of other rules")


CASES = st.lists(
    st.tuples(st.sampled_from(["FI420", "FI601", "FI810"]), st.sampled_from(Severity), st.booleans()),
    max_size=12,
)


@given(CASES, st.integers(0, 6))
@settings(deadline=None, max_examples=100)
def test_a_cap_lists_at_most_that_many_in_order_and_no_follower_without_its_cause(
    cases: list[tuple[str, Severity, bool]], limit: int
) -> None:
    findings: list[Finding] = []
    for number, (code, severity, follows) in enumerate(cases):
        heads = [f for f in findings if not f.cause]
        cause = heads[number % len(heads)].fingerprint if follows and heads else ""
        findings.append(finding(code, str(number), severity, cause))
    report = conclude(findings, COVERAGE, Policy(max_findings=limit), Rules())
    listed = [f for f in report.findings if f.code != "FI903"]
    assert len(listed) == (min(limit, len(findings)) if limit else len(findings))
    assert [f for f in findings if f in listed] == listed
    heads_listed = {f.fingerprint for f in listed}
    assert all(not f.cause or f.cause in heads_listed for f in listed)
    assert report.counts == Counts.of(findings)


def test_places_are_matched_step_by_step() -> None:
    steps = ("workflow a > b", "node n1")
    assert covers_place("workflow a*", steps)
    assert not covers_place("workflow a > b > node n1", steps)


def test_an_empty_pattern_covers_everything() -> None:
    assert covers(Suppression("FI", "all of it"), finding())
    assert matches_file("*", Location(file="x"))
    assert not matches_file("*", Location())

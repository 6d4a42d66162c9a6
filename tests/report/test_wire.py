"""A report survives the way to its message and back."""

from __future__ import annotations

import pickle

from hypothesis import given, settings
from hypothesis import strategies as st

from flowidl.findings import (
    Finding,
    LimitHit,
    Location,
    Phase,
    Reference,
    Related,
    Severity,
    Skipped,
    SourcePosition,
)
from flowidl.paths import FieldPath, Step
from flowidl.report.model import Checked, Counts, Report, RuleInfo, Verdict
from flowidl.report.v1 import report_pb2
from flowidl.report.wire import from_message, to_message
from tests.report.ten import CLEAN, NOTHING, REPORT

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SMALL = st.integers(0, 2**32 - 1)
NAME = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,5}", fullmatch=True)
PATHS = st.lists(st.builds(Step, NAME, st.none() | SMALL | TEXT), max_size=3).map(FieldPath)
LOCATIONS = st.builds(
    Location,
    TEXT,
    TEXT,
    TEXT,
    st.lists(TEXT, max_size=3).map(tuple),
    PATHS,
    st.none() | st.tuples(SMALL, SMALL),
    st.sampled_from(["", "flowidl.admin.v1.WorkflowSpec", "flowidl.core.v1.TaskTemplate", "other.Message"]),
    st.none() | st.builds(SourcePosition, TEXT, SMALL, SMALL, SMALL, SMALL, TEXT, st.booleans()),
)
FINDINGS = st.builds(
    Finding,
    TEXT,
    TEXT,
    st.sampled_from(Severity),
    TEXT,
    LOCATIONS,
    TEXT,
    st.lists(TEXT, max_size=2).map(tuple),
    st.lists(st.builds(Related, TEXT, LOCATIONS), max_size=2).map(tuple),
    st.none() | st.builds(Reference, TEXT, TEXT),
    st.sampled_from(Phase),
    TEXT,
    TEXT,
)
REPORTS = st.builds(
    Report,
    findings=st.lists(FINDINGS, max_size=3).map(tuple),
    verdict=st.sampled_from(Verdict),
    counts=st.builds(Counts, SMALL, SMALL, SMALL, SMALL),
    rules=st.lists(
        st.builds(RuleInfo, TEXT, TEXT, TEXT, st.sampled_from(Severity), st.sampled_from(Phase), TEXT),
        max_size=2,
    ).map(tuple),
    checked=st.dictionaries(TEXT, st.integers(1, 9), max_size=4).map(Checked.in_order),
    skipped=st.lists(st.builds(Skipped, TEXT, TEXT), max_size=2).map(tuple),
    limits=st.lists(
        st.builds(LimitHit, TEXT, st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1)), max_size=2
    ).map(tuple),
    suppressed=SMALL,
    fail_on=st.none() | st.sampled_from(Severity),
    target=TEXT,
    tool_version=TEXT,
)


@given(REPORTS)
@settings(deadline=None, max_examples=100)
def test_round_trip(report: Report) -> None:
    message = to_message(report)
    assert from_message(report_pb2.Report.FromString(message.SerializeToString())) == report


def test_round_trip_of_the_examples() -> None:
    for report in (REPORT, CLEAN, NOTHING):
        assert from_message(to_message(report)) == report


def test_reports_travel_between_processes() -> None:
    assert pickle.loads(pickle.dumps(REPORT)) == REPORT


def test_field_numbers_follow_the_schema() -> None:
    location = to_message(REPORT).findings[3].location
    assert [(e.name, e.number) for e in location.field_path.elements] == [
        ("template", 1),
        ("nodes", 4),
        ("inputs", 3),
        ("binding", 2),
        ("promise", 3),
    ]
    key = to_message(REPORT).findings[3].related[0].location.field_path.elements[3]
    assert (key.name, key.number, key.key) == ("variables", 1, "o0")


def test_values_of_a_later_schema_read_as_something_safe() -> None:
    message = report_pb2.Report.FromString(b"\x18\x63" + b"\x22\x02\x18\x63")
    report = from_message(message)
    assert report.verdict is Verdict.NOTHING_CHECKED
    assert report.findings[0].severity is Severity.ERROR


def test_names_that_are_not_utf8_become_escapes() -> None:
    finding = REPORT.findings[0]._replace(location=Location(file="caf\udce9.pb"))
    message = to_message(REPORT._replace(findings=(finding,)))
    assert message.findings[0].location.file == "caf\\udce9.pb"

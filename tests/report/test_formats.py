"""The same ten findings through every format."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from google.protobuf import json_format

from flowidl.report.formats import FORMATS, Style, render, renderer
from flowidl.report.v1 import report_pb2
from flowidl.report.wire import from_message
from tests.report.ten import CLEAN, FINDINGS, NOTHING, REPORT
from tests.support.golden import Golden

NAMES = [row.name for row in FORMATS]
REPORTS = {"ten": REPORT, "clean": CLEAN, "nothing": NOTHING}

STANDALONE = [finding for finding in FINDINGS if not finding.cause]


def without_behaviour(rendered: str | bytes) -> str | bytes:
    """Return a page without its looks and scripts, which are files of their own."""
    if isinstance(rendered, bytes) or not rendered.startswith("<!DOCTYPE html>"):
        return rendered
    return re.sub(r"<(style|script)>.*?</\1>", r"<\1/>", rendered, flags=re.DOTALL)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("report", REPORTS)
def test_golden(golden: Golden, name: str, report: str) -> None:
    golden.check(f"report/{report}.{name}", without_behaviour(render(REPORTS[report], name)))


@pytest.mark.parametrize(
    ("name", "style"),
    [
        ("narrow", Style(width=60)),
        ("color", Style(color=True)),
        ("verbose", Style(verbose=True)),
        ("quiet", Style(quiet=True)),
    ],
)
def test_golden_styles_of_text(golden: Golden, name: str, style: Style) -> None:
    golden.check(f"report/ten.{name}.text", render(REPORT, "text", style))


def test_there_are_ten_findings() -> None:
    assert len(FINDINGS) == 10


def test_a_format_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        renderer("yaml")


def _text(name: str, style: Style = Style()) -> str:  # noqa: B008
    rendered = render(REPORT, name, style)
    return rendered if isinstance(rendered, str) else ""


@pytest.mark.parametrize("name", [name for name in NAMES if name != "binary"])
def test_nothing_from_the_input_reaches_a_terminal_unescaped(name: str) -> None:
    allowed = {"\n"}
    assert {c for c in _text(name) if not c.isprintable()} <= allowed


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
def test_text_fits_the_width_where_it_can_be_broken(width: int) -> None:
    for line in _text("text", Style(width=width)).splitlines():
        words = line.split()
        copied = words[:1] == ["-->"] or len(words) == 1  # files and field paths stay whole, for copying
        assert len(line) <= width or copied or any(len(word) > width - 8 for word in words), line


def test_color_changes_nothing_but_color() -> None:
    plain, colored = _text("text"), _text("text", Style(color=True))
    assert plain != colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain


def test_a_clean_run_is_one_line() -> None:
    assert render(CLEAN) == "3 workflows, 12 tasks, 4 launch plans checked: no findings\n"


def test_a_quiet_clean_run_is_nothing() -> None:
    assert render(CLEAN, "text", Style(quiet=True)) == ""


@pytest.mark.parametrize("name", ["text", "concise"])
def test_every_standalone_finding_has_a_headline_and_followers_have_none(name: str) -> None:
    lines = _text(name, Style(width=0)).splitlines()
    for finding in FINDINGS:
        heads = [line for line in lines if re.search(rf"(error|warning|info)[ \[]{finding.code}\b", line)]
        assert len(heads) == (0 if finding.cause else 1), finding.code


def test_json_is_the_message() -> None:
    parsed = json_format.Parse(_text("json"), report_pb2.Report())
    assert from_message(parsed) == REPORT


def test_json_always_has_its_keys_and_numbers_are_numbers() -> None:
    whole = json.loads(_as_text(render(CLEAN, "json")))
    assert whole["findings"] == []
    assert whole["suppressed"] == 0
    assert whole["counts"] == {"errors": 0, "warnings": 0, "infos": 0, "followOns": 0}
    assert whole["coverage"]["checked"] == {"workflow": 3, "task": 12, "launch plan": 4}
    path = json.loads(_text("json"))["findings"][3]["location"]
    assert path["byteRange"] == {"start": 412, "end": 430}
    assert path["fieldPath"]["elements"][1] == {"name": "nodes", "number": 4, "index": 1}


def _as_text(rendered: str | bytes) -> str:
    assert isinstance(rendered, str)
    return rendered


def test_json_lines_add_up_to_the_json() -> None:
    lines = [json.loads(line) for line in _text("jsonl").splitlines()]
    whole = dict(lines[-1]["report"], findings=[line["finding"] for line in lines[:-1]])
    assert whole == json.loads(_text("json"))


def test_binary_is_the_message() -> None:
    data = render(REPORT, "binary")
    assert isinstance(data, bytes)
    assert from_message(report_pb2.Report.FromString(data)) == REPORT


class TestSarif:
    log: Any = json.loads(_as_text(render(REPORT, "sarif")))
    run: Any = log["runs"][0]

    @pytest.mark.parametrize("report", REPORTS)
    def test_fits_the_schema(self, report: str) -> None:
        from jsonschema import Draft4Validator

        schema: Any = json.loads(Path(__file__).parent.joinpath("data", "sarif-2.1.0-rtm.5.json").read_text())
        log: Any = json.loads(_as_text(render(REPORTS[report], "sarif")))
        errors: list[str] = [error.message for error in Draft4Validator(schema).iter_errors(log)]  # type: ignore[arg-type, unused-ignore]
        assert errors == []

    def test_one_result_for_each_standalone_finding_with_its_fingerprint(self) -> None:
        found = [(r["ruleId"], r["partialFingerprints"]["flowidl/v1"]) for r in self.run["results"]]
        assert found == [(finding.code, finding.fingerprint) for finding in STANDALONE]

    def test_results_point_at_their_rules(self) -> None:
        rules = self.run["tool"]["driver"]["rules"]
        assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in self.run["results"])

    def test_members_are_artifacts_inside_their_archive(self) -> None:
        artifacts = self.run["artifacts"]
        members = [a for a in artifacts if "parentIndex" in a]
        assert len(members) == 4
        assert {artifacts[a["parentIndex"]]["location"]["uri"] for a in members} == {"build/flights.tgz"}

    def test_places(self) -> None:
        place = self.run["results"][3]["locations"][0]
        assert (
            place["physicalLocation"]["artifactLocation"]["uri"] == "build/flights.tgz/2_flights.train_2.pb"
        )
        assert place["physicalLocation"]["region"] == {"startLine": 1, "byteOffset": 412, "byteLength": 18}
        assert [logical["fullyQualifiedName"] for logical in place["logicalLocations"]] == [
            'workflow flights.train > node n1 "fit" > input x',
            "template.nodes[1].inputs[0].binding.promise",
        ]

    def test_other_ends_and_followers_are_related_locations(self) -> None:
        labels = [entry["message"]["text"] for entry in self.run["results"][3]["relatedLocations"]]
        assert labels == [
            "declared here",
            "expected here",
            "follows: node `n2` does not get its input `y: float`",
            "follows: nothing leads to node `n3`",
        ]


def test_github_commands_are_one_line_each_and_escape_what_the_runner_unescapes() -> None:
    lines = _text("github").splitlines()
    commands = [line for line in lines if line.startswith("::")]
    assert len(commands) == len(STANDALONE)
    pattern = re.compile(r"::(error|warning|notice) (?:file=[^:,]*,)?title=[^:,]*::\S.*")
    assert all(pattern.fullmatch(line) for line in commands)
    evil = next(line for line in commands if "FI102" in line)
    assert "%250A" in evil
    assert "\\n::error::" in evil


def test_gitlab_issues_have_what_the_widget_needs() -> None:
    issues: Any = json.loads(_text("gitlab"))
    assert len(issues) == len(STANDALONE)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert issue["description"]
        assert issue["check_name"]
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["location"]["path"]
        assert issue["location"]["lines"] == {"begin": 1}


def test_gitlab_keeps_issues_with_the_same_fingerprint_apart() -> None:
    twice = REPORT._replace(findings=(FINDINGS[0], FINDINGS[0]))
    issues: Any = json.loads(_as_text(render(twice, "gitlab")))
    assert [issue["fingerprint"] for issue in issues] == ["0" * 24, "0" * 24 + "-2"]


def test_junit_counts_and_fails_by_the_threshold() -> None:
    tree = ElementTree.fromstring(_text("junit"))
    cases = tree.findall(".//testcase")
    assert len(cases) == len(STANDALONE) + 1
    assert sum(int(suite.get("tests", "")) for suite in tree) == len(cases)
    assert len(tree.findall(".//failure")) == REPORT.counts.errors
    lenient = ElementTree.fromstring(_as_text(render(REPORT._replace(fail_on=None), "junit")))
    assert lenient.findall(".//failure") == []


def test_junit_says_that_nothing_was_checked() -> None:
    tree = ElementTree.fromstring(_as_text(render(NOTHING, "junit")))
    assert [error.get("message") for error in tree.findall(".//error")] == ["nothing was checked"]


def test_all_formats_end_in_the_same_counts() -> None:
    """Errors, warnings and notes, each fault once."""
    wanted = (4, 3, 1)
    counts: Any = json.loads(_text("json"))["counts"]
    assert (counts["errors"], counts["warnings"], counts["infos"]) == wanted
    for name in ("text", "concise", "statistics", "github"):
        assert "4 errors, 3 warnings, 1 info and 2 that follow from them" in _text(name).replace("\n", " ")
    levels = [result["level"] for result in TestSarif.run["results"]]
    assert tuple(levels.count(level) for level in ("error", "warning", "note")) == wanted
    grades = [issue["severity"] for issue in json.loads(_text("gitlab"))]
    assert tuple(grades.count(grade) for grade in ("critical", "minor", "info")) == wanted

"""Findings that know the line of the user's code, in every format."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest

from flowidl.findings import Finding, Location, Related, Severity, SourcePosition
from flowidl.paths import FieldPath
from flowidl.report.excerpt import excerpt
from flowidl.report.formats import FORMATS, Style, render
from flowidl.report.model import Checked, Counts, Report, RuleInfo, Verdict
from flowidl.report.wire import from_message, to_message
from tests.report.test_formats import without_behaviour
from tests.support.golden import Golden

_CALL = SourcePosition("shop/wf.py", 14, 12, 14, 40, "    return bake(dough=mix(flour=flour))  # \x1b[31m")
_HOME = Location(
    "build/shop.tgz", "2_shop.wf.train_2.pb", "workflow shop.wf.train", ('node n1 "bake"', "input dough"),
    FieldPath.parse("template.nodes[1].inputs[0].binding"), (412, 430), "flowidl.admin.v1.WorkflowSpec",
    _CALL,
)  # fmt: skip
_DEF = SourcePosition("shop/wf.py", 9, 1, 9, 10, "def train(flour: int) -> str:", nearest=True)
FINDINGS = (
    Finding(
        "FI420", "mismatched-types", Severity.ERROR, "node `n1` expects `int`, and `n0` gives `str`",
        _HOME, "return `int` from `shop.wf.mix`", ("they differ",),
        (Related("declared here", Location(
            "build/shop.tgz", "0_shop.wf.mix_1.pb", "task shop.wf.mix",
            source=SourcePosition("shop/steps.py", 3, 1, 3, 8, "def mix(flour: int) -> str:"))),),
        fingerprint="a" * 24,
    ),
    Finding(
        "FI422", "unbound-input", Severity.WARNING, "input `hours` of node `n2` is not bound",
        _HOME._replace(source=_DEF, domain_path=('node n2 "proof"',)), fingerprint="b" * 24,
    ),
    Finding(
        "FI422", "unbound-input", Severity.WARNING, "input `hours` of node `n4` is not bound",
        _HOME._replace(
            source=SourcePosition("shop/größe.py", 20, 9, 23, 10, "\tx = größe(länge='🌾',"),
            domain_path=('node n4 "proof"',),
        ),
        fingerprint="c" * 24,
    ),
)  # fmt: skip
REPORT = Report(
    FINDINGS, Verdict.FAILED, Counts(1, 2),
    (RuleInfo("FI420", "mismatched-types", "a type"), RuleInfo("FI422", "unbound-input", "an input")),
    (Checked("workflow", 1),), target="flyte-1.16", tool_version="0.1.0",
)  # fmt: skip


@pytest.mark.parametrize("name", [row.name for row in FORMATS])
def test_golden(golden: Golden, name: str) -> None:
    golden.check(f"report/source.{name}", without_behaviour(render(REPORT, name)))


def test_golden_narrow(golden: Golden) -> None:
    golden.check("report/source.narrow.text", render(REPORT, "text", Style(width=44)))


def test_the_message_keeps_the_place() -> None:
    message = to_message(REPORT)
    assert message.findings[0].location.source.line == 14
    assert message.findings[1].location.source.nearest
    assert from_message(message) == REPORT
    assert REPORT.findings[0].source is _CALL


def _json(name: str) -> Any:
    return json.loads(render(REPORT, name))


def test_github_annotates_the_line() -> None:
    first, second, third, _ = str(render(REPORT, "github")).splitlines()
    assert first.startswith("::error file=shop/wf.py,line=14,endLine=14,col=12,endColumn=40,title=FI420")
    assert "does not tell which call" in second
    assert "line=20,endLine=23,title" in third


def test_gitlab_has_path_and_lines() -> None:
    issues = _json("gitlab")
    assert issues[0]["location"] == {"path": "shop/wf.py", "lines": {"begin": 14, "end": 14}}
    assert issues[2]["location"]["lines"] == {"begin": 20, "end": 23}


def test_sarif_has_the_physical_and_the_logical_location() -> None:
    run = _json("sarif")["runs"][0]
    place = run["results"][0]["locations"][0]
    region = place["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"], region["endColumn"]) == (14, 12, 40)
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "shop/wf.py"
    assert [entry["kind"] for entry in place["logicalLocations"]] == ["resource", "property"]
    package = run["results"][0]["relatedLocations"][1]
    assert package["physicalLocation"]["region"]["byteOffset"] == 412


def test_junit_names_file_and_line() -> None:
    root = ElementTree.fromstring(str(render(REPORT, "junit")))
    case = root.findall("testsuite")[1].findall("testcase")[0]
    assert (case.get("file"), case.get("line")) == ("shop/wf.py", "14")


def test_json_has_the_position() -> None:
    source = _json("json")["findings"][0]["location"]["source"]
    assert (source["file"], source["line"], source["column"]) == ("shop/wf.py", 14, 12)


@pytest.mark.parametrize(
    ("line", "columns", "width", "text", "marks"),
    [
        ("x = f(1)", (5, 9), 0, "x = f(1)", "    ^^^^"),
        ("\tf(1)", (2, 6), 0, "    f(1)", "    ^^^^"),
        ("é🌾 f()", (4, 7), 0, "é🌾 f()", "    ^^^"),
        ("f\x1b()", (1, 4), 0, "f\\x1b()", "^^^^^^"),
        ("x = f(1)", (5, 5), 0, "x = f(1)", "    ^"),
        ("x = f(1)", (50, 60), 0, "x = f(1)", "        ^"),
        ("a" * 30 + " f(1) " + "b" * 30, (32, 36), 24, "...aaaaa f(1) bbbbbbb...", "         ^^^^"),
        ("f(1) " + "b" * 60, (1, 5), 24, "f(1) bbbbbbbbbbbbbbbb...", "^^^^"),
    ],
)
def test_excerpt(line: str, columns: tuple[int, int], width: int, text: str, marks: str) -> None:
    found = excerpt(SourcePosition("f.py", 1, columns[0], 1, columns[1], line), width)
    assert found is not None
    assert (found.text, found.marks) == (text, marks)


def test_no_text_no_excerpt() -> None:
    assert excerpt(SourcePosition("f.py", 1, 1, 1, 1)) is None

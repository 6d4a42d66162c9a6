"""The HTML page as text: what can be read without scripts, and that nothing of an input becomes markup."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

import pytest

from flowidl.graph.model import Drawing, Node, Workflow
from flowidl.report.html import NodeLike, NodeRun, Run, page, run_of
from flowidl.report.model import Report
from tests.report.ten import CLEAN, NOTHING, REPORT
from tests.report.test_source_lines import REPORT as WITH_LINES

HOSTILE = "</script><script>alert(1)</script><b onclick='x'>&amp;\x1b[31m"


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in ("script", "style"):
            self.text.append(data)


def _read(text: str) -> _Text:
    reader = _Text()
    reader.feed(text)
    return reader


def _data(text: str) -> dict[str, Any]:
    match = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    assert match is not None
    found: dict[str, Any] = json.loads(match[1])
    return found


@pytest.mark.parametrize("report", [REPORT, CLEAN, NOTHING, WITH_LINES])
def test_every_finding_can_be_read_without_scripts(report: Report) -> None:
    text = " ".join(_read(page(report)).text)
    for finding in report.findings:
        assert finding.code in text
    assert page(report) == page(report)


def test_the_line_of_the_code_is_shown() -> None:
    text = page(WITH_LINES)
    assert "<code>shop/wf.py:14:12</code>" in text
    assert "<b>bake(dough=mix(flour=flour))</b>" in text


def test_nothing_asks_for_the_network() -> None:
    text = page(WITH_LINES, Drawing((), (), (Workflow("w", nodes=(Node("n0", "a", "task"),)),)))
    assert not re.search(r'(src|href)="(https?:)?//', text)
    assert "@import" not in text
    assert "url(http" not in text
    assert "Permission is hereby granted" in text  # the licence of the layout library


def test_names_of_an_input_stay_text() -> None:
    node = Node("n0", HOSTILE, "task", HOSTILE, HOSTILE, HOSTILE)
    drawing = Drawing((), (), (Workflow(HOSTILE, nodes=(node,)),))
    run = Run(HOSTILE, HOSTILE, 1.0, (NodeRun("n0", HOSTILE, HOSTILE, 1.0, 1, HOSTILE),), HOSTILE)
    text = page(REPORT, drawing, run)
    assert text.count("<script") == 3  # data, layout, behaviour
    assert "onclick" not in set(_read(text).tags)
    assert "\x1b" not in text
    shown: str = _data(text)["workflows"][0]["nodes"][0]["name"]
    assert shown.startswith("</script><script>")


def test_the_layout_library_is_only_there_for_pictures() -> None:
    assert "dagre" not in page(WITH_LINES).partition("<script>")[2].partition("</script>")[0][:200]
    assert "var dagre=" not in page(WITH_LINES)


def test_a_run_of_a_compiled_workflow_names_nodes_of_branches_by_their_id() -> None:
    nodes = (Node("n2", "big", "branch", children=(Node("n2/n2-n0", "a", "task"),)),)
    run = Run("w", "succeeded", 1.0, (NodeRun("n2-n0", "shop.a", "succeeded", 1.0),))
    text = page(None, Drawing((), (), (Workflow("w", nodes=nodes),)), run)
    assert 'data-path="n2/n2-n0"' in text
    assert _data(text)["workflows"][0]["nodes"][1]["run"]["state"] == "succeeded"


class _Record:
    def __init__(self, path: str, state: str, error: BaseException | None = None) -> None:
        self.path, self.entity, self.state, self.error = path, "shop.t", state, error
        self.start, self.attempts = 10.0, 2
        self.end: float | None = 11.5


class _Execution:
    workflow, state, start, end = "shop.wf", "failed", 9.0, 12.0
    error: BaseException | None = ValueError("no")
    nodes: Sequence[NodeLike] = (
        _Record("n0", "succeeded"),
        _Record("n1 > n0[3]", "failed", ValueError("no")),
    )


def test_the_record_of_a_run() -> None:
    run = run_of(_Execution())
    assert run.nodes[1] == NodeRun("n1/n0[3]", "shop.t", "failed", 1.5, 2, "ValueError: no", 1.0)
    text = page(None, None, run)
    assert "<td>shop.t" in text
    assert "1.5 s" in text
    assert 'class="level failed">failed' in text

"""From inputs to a report: what is not said is said to be so."""

from __future__ import annotations

import pytest

from flowidl.builders import container_task
from flowidl.compiler import context
from flowidl.findings import LimitHit
from flowidl.report.formats import render
from flowidl.rules.snippets import call, task
from flowidl.rules.snippets import workflow as case_workflow
from flowidl.validator import validate


def test_faults_that_the_compiler_leaves_out_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """One node has more faults than are recorded: the report says how many there are."""
    monkeypatch.setattr(context, "MAX_FAULTS", 3)
    fit = task("fit", ", ".join(f"i{n}: int" for n in range(10)) + " ->")
    broken = case_workflow("wf", "->", call("n0", "fit"))
    report = validate(fit.input(), broken.input())
    assert [hit.name for hit in report.limits] == ["compiler-faults"]
    (hit,) = report.limits
    assert hit == LimitHit("compiler-faults", 3, 10)
    assert "limit reached: compiler-faults is 3, and there are 10" in str(render(report, "text"))


def test_a_report_that_says_everything_says_of_no_limit() -> None:
    assert validate(container_task("fit", image="app:1", command=("run",))).limits == ()

"""What may be in a file that could not be read is not reported missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import Workflow, WorkflowSpec
from flowidl.core.v1.compiler_pb2 import CompiledWorkflowClosure
from flowidl.rules.options import Missing, Options
from flowidl.source.definitions import Definition, Kind
from flowidl.source.problems import Loaded
from flowidl.validator.pipeline import examine, examine_loaded
from tests.support.flows import IDLE, node, run, task, workflow
from tests.support.shared import shared


def codes(folder: Path, options: Options) -> set[str]:
    return {finding.code for finding in examine([folder], options).findings}


@pytest.mark.parametrize(
    ("broken", "reported"),
    [("0_gone_1.pb", False), ("7_gone_1.pb", False), ("0_other_1.pb", True), ("tasks.pb", False), ("", True)],
)
def test_a_task_that_a_broken_file_may_hold_is_not_missed(
    tmp_path: Path, broken: str, reported: bool
) -> None:
    spec = WorkflowSpec(template=workflow(node("n0", "gone")))
    tmp_path.joinpath("2_w_2.pb").write_bytes(spec.SerializeToString())
    other = TaskSpec(template=task("other_task"))
    tmp_path.joinpath("3_other_task_1.pb").write_bytes(other.SerializeToString())
    if broken:
        tmp_path.joinpath(broken).write_bytes(TaskSpec(template=task("gone")).SerializeToString()[:-3])
    found = codes(tmp_path, Options())
    assert ("FI200" in found) is reported
    assert ("FI030" in found) is bool(broken)
    assert "FI200" in codes(tmp_path, Options(missing=Missing(task="error")))


def test_a_stored_workflow_is_read_for_its_closure() -> None:
    compilation = run(workflow(node("n0", "idle")), IDLE)
    assert compilation.closure is not None
    good, bad = Workflow(), Workflow()
    good.closure.compiled_workflow.CopyFrom(compilation.closure)
    bad.CopyFrom(good)
    bad.closure.compiled_workflow.primary.ClearField("connections")
    broken = CompiledWorkflowClosure()
    broken.CopyFrom(bad.closure.compiled_workflow)
    cases = [(Kind.WORKFLOW, good, False), (Kind.WORKFLOW, bad, True)]
    for kind, message, reported in [*cases, (Kind.COMPILED_WORKFLOW_CLOSURE, broken, True)]:
        findings = examine_loaded(Loaded((Definition(kind, message),))).findings
        assert ("FI171" in {finding.code for finding in findings}) is reported
        assert "FI900" not in {finding.code for finding in findings}


def test_what_broke_a_rule_before() -> None:
    files = sorted(shared("attacks", "rule-crash").iterdir())
    forth, back = (examine(order).findings for order in (files, files[::-1]))
    assert forth == back
    assert "FI900" not in {finding.code for finding in forth}

"""Both packages load into one process, in either order, under either runtime."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.support.shared import ROOT

OURS = "from flowidl.admin.v1 import execution_pb2, launch_plan_pb2, task_pb2, workflow_pb2"
THEIRS = (
    "from flyteidl.admin import execution_pb2 as e, launch_plan_pb2 as l, task_pb2 as t, workflow_pb2 as w"
)
USE = """
from google.protobuf.internal import api_implementation
for mine, other in (
    (execution_pb2.ExecutionCreateRequest, e.ExecutionCreateRequest),
    (launch_plan_pb2.LaunchPlan, l.LaunchPlan),
    (task_pb2.TaskSpec, t.TaskSpec),
    (workflow_pb2.WorkflowSpec, w.WorkflowSpec),
):
    assert mine is not other
    assert mine.FromString(other().SerializeToString()) == mine()
print(api_implementation.Type())
"""


@pytest.mark.parametrize("first", ["ours", "theirs"])
@pytest.mark.parametrize("runtime", ["upb", "python"])
def test_both_load_in_either_order(first: str, runtime: str) -> None:
    imports = (OURS, THEIRS) if first == "ours" else (THEIRS, OURS)
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join((*imports, USE))],
        cwd=ROOT,
        env={**os.environ, "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION": runtime},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, f"{runtime}\n", "")


def test_ours_loads_without_theirs() -> None:
    show = "import sys; print(sorted({name.split('.')[0] for name in sys.modules} & {'flyteidl', 'grpc'}))"
    command = [sys.executable, "-c", f"{OURS}\n{show}"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"

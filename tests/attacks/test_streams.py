"""Output that cannot be written: one line and status 3, never a status as if all had been."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flowidl.admin.v1.task_pb2 import TaskSpec
from tests.support.flows import task

COMMAND = f"{sys.executable} -c 'from flowidl.cli.main import run; run()'"


@pytest.mark.parametrize(
    "rest",
    [
        "validate 0_t_1.pb > /dev/full",
        "validate 0_t_1.pb --output json > /dev/full",
        "validate 0_t_1.pb --output sarif > /dev/full",
        "show 0_t_1.pb --full > /dev/full",
        "validate 0_t_1.pb >&-",
    ],
)
def test_output_that_cannot_be_written(rest: str, tmp_path: Path) -> None:
    spec = TaskSpec(template=task("t"))
    tmp_path.joinpath("0_t_1.pb").write_bytes(spec.SerializeToString())
    if "/dev/full" in rest and not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    ran = subprocess.run(
        f"{COMMAND} {rest}", shell=True, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 3
    assert len(ran.stderr.splitlines()) == 1
    assert "Traceback" not in ran.stderr


def test_input_that_is_closed(tmp_path: Path) -> None:
    ran = subprocess.run(
        f"{COMMAND} validate - <&-", shell=True, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (1, "")

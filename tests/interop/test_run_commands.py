"""A package that `pyflyte package` wrote, run here by flytekit's own commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.interop.reference import environment

FLOW = """
from dataclasses import dataclass
from typing import List

from flytekit import dynamic, map_task, task, workflow


@dataclass
class Item:
    name: str
    price: float


@task
def double(x: int) -> int:
    return 2 * x


@task
def total(xs: List[int]) -> int:
    return sum(xs)


@task
def bill(n: int, item: Item) -> str:
    return f"{item.name} {n * item.price}"


@dynamic
def rounds(n: int) -> int:
    for _ in range(2):
        n = double(x=n)
    return n


@workflow
def order(xs: List[int], item: Item = Item("tea", 1.5)) -> str:
    return bill(n=rounds(n=total(xs=map_task(double)(x=xs))), item=item)
"""


def test_a_package_of_flytekit_runs_by_its_own_commands(tmp_path: Path) -> None:
    theirs = environment() / "bin"
    (tmp_path / "order_flow.py").write_text(FLOW)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    package = [
        str(theirs / "pyflyte"),
        "--pkgs",
        "order_flow",
        "package",
        "--image",
        "r.io/x:1",
        "-o",
        "flow.tgz",
    ]
    done = subprocess.run(package, cwd=tmp_path, env=kept, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    run = [str(Path(sys.executable).with_name("flowidl")), "run", "flow.tgz", "order_flow.order"]
    done = subprocess.run(
        [*run, "--input", "xs=[3,4]", "--commands"],
        cwd=tmp_path,
        env={**kept, "PATH": f"{theirs}{os.pathsep}{kept['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"o0": "tea 84.0"}

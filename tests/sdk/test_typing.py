"""To a type checker a decorated function keeps its signature: wrong calls are errors in the editor."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
from flowidl.sdk import dynamic, order, overrides, task, workflow


@task
def double(x: int) -> int:
    return 2 * x


@task(retries=2)
def text(x: int, sign: str = "+") -> str:
    return f"{sign}{x}"


@dynamic
def jobs(n: int) -> list[int]:
    return [double(x=each) for each in range(n)]


@workflow
def good(x: int) -> str:
    first = overrides(double(x=x), retries=3)
    second = double(x=first)
    order(first, second)
    return text(x=second)


@workflow
def bad(x: int) -> str:
    double(y=x)  # wrong: name
    double(x="3")  # wrong: type
    text(x=x, sign=3)  # wrong: type
    return double(x=x)  # wrong: result


good(x=1)
good(x="1")  # wrong: type
jobs(n="1")  # wrong: type
"""


def wanted() -> set[int]:
    """Return the lines of the program that are wrong."""
    return {number for number, line in enumerate(PROGRAM.splitlines(), 1) if "# wrong" in line}


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_wrong_calls_are_errors(checker: str, tmp_path: Path) -> None:
    path = tmp_path / "user_program.py"
    path.write_text(PROGRAM)
    if checker == "mypy":
        command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(path)]
    else:
        (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
        command = [str(Path(sys.executable).parent / "pyright"), "--pythonpath", sys.executable, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    found = {int(line) for line in re.findall(r"user_program\.py:(\d+):.*error", done.stdout)}
    assert found == wanted(), done.stdout

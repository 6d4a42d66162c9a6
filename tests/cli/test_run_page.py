"""`flowidl run --page`: what a local run did, as a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.scenario import run

PROGRAM = """\
from flowidl.sdk import conditional, task, workflow


@task
def one(x: int) -> int:
    return x + 1


@task
def bad(x: int) -> int:
    if x > 2:
        raise ValueError("too much")
    return x


@workflow
def order(x: int) -> int:
    a = one(x=x)
    return conditional("big").if_(a > 3).then(bad(x=a)).else_().then(one(x=a))
"""


@pytest.mark.parametrize(("x", "status", "states"), [(5, 1, {"failed"}), (0, 0, {"succeeded"})])
def test_the_page_of_a_run(tmp_path: Path, x: int, status: int, states: set[str]) -> None:
    name = f"shop_{status}"
    (tmp_path / f"{name}.py").write_text(PROGRAM, encoding="utf-8")
    done = run(["run", f"{name}.py:order", "-i", f"x={x}", "--page", "run.html"], tmp_path)
    assert done.status == status
    text = (tmp_path / "run.html").read_text(encoding="utf-8")
    assert f"<title>{name}.order: {states.pop()}</title>" in text
    assert f"{name}.py:19:12" in text  # the conditional, in its workflow's picture
    assert 'data-path="n1/n1-n0"' in text
    assert ("ValueError: too much" in text) == (status == 1)

"""Mistakes that are easy to make with builders: each is refused with a sentence about what to write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flowidl.builders import WorkflowBuilder, array, call, dynamic_job, launch_plan, python_task
from flowidl.errors import BuildError

TASK = python_task("m.t", image="i", inputs={"x": int}, outputs={"o0": int})


def flow() -> tuple[WorkflowBuilder, Any, Any]:
    """Return a workflow, its input, and the handle of its node."""
    made = WorkflowBuilder("m.w")
    value = made.input("x", int)
    node = made.add(call(TASK, x=value))
    made.output("o0", node)
    return made, value, node


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        (lambda: array(TASK), "with `map_task`"),  # type: ignore[arg-type]
        (lambda: array(flow()[0]), "a launch plan of the workflow"),  # type: ignore[arg-type]
        (lambda: array(flow()[0].spec), "a launch plan of the workflow"),  # type: ignore[arg-type]
        (lambda: dynamic_job(TASK), "no body of a dynamic job"),  # type: ignore[arg-type]
        (lambda: list(flow()[2]), "cannot be unpacked"),
        (lambda: f"{flow()[1]}", "is put into a text"),
        (lambda: call(TASK, x=call(TASK, x=1)), "a step that is not placed"),
    ],
)
def test_it_is_refused(mistake: Callable[[], object], words: str) -> None:
    with pytest.raises(BuildError, match=words):
        mistake()


def test_what_is_meant_works() -> None:
    made, _, _ = flow()
    assert call(array(launch_plan(made)), x=[1]).outputs.keys() == {"o0"}
    body = WorkflowBuilder("m.body")
    body.output("o0", body.add(call(TASK, x=1)))
    assert dynamic_job(body, tasks=[TASK]) == dynamic_job(body.spec, tasks=[TASK])

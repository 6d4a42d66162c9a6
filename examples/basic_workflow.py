"""A workflow of two tasks. The first has two named outputs, and the second reads one of them.

python examples/basic_workflow.py out.tgz
"""

from __future__ import annotations

import sys
from typing import NamedTuple

from flowidl.builders import WorkflowBuilder, call, function_task, write_package

IMAGE = "reg.example/app:v9"


class Outputs(NamedTuple):
    """What `t1` returns."""

    t1_int_output: int
    c: str


def t1(a: int) -> Outputs:
    """Add two."""
    return Outputs(a + 2, "world")


def t2(a: str, b: str) -> str:
    """Join two texts."""
    return b + a


def my_wf() -> WorkflowBuilder:
    """Return the workflow, which passes on a number and a string."""
    flow = WorkflowBuilder("basic.my_wf")
    a = flow.input("a", int)
    b = flow.input("b", str)
    first = flow.add(call(function_task(t1, image=IMAGE, name="basic.t1"), a=a))
    second = flow.add(call(function_task(t2, image=IMAGE, name="basic.t2"), a=first.c, b=b))
    flow.output("o0", first.t1_int_output)
    flow.output("o1", second.o0)
    return flow


def definitions() -> list[WorkflowBuilder]:
    """Return what goes into the package: the workflow stands for all that it needs."""
    return [my_wf()]


if __name__ == "__main__":
    write_package(sys.argv[1], definitions())

"""A workflow that runs one of three tasks.

python examples/conditional.py out.tgz
"""

from __future__ import annotations

import sys

from flowidl.builders import WorkflowBuilder, call, conditional, function_task, write_package

IMAGE = "reg.example/app:v9"


def task_a(x: int) -> str:
    """Run for large numbers."""
    return f"Task A executed with {x}"


def task_b(x: int) -> str:
    """Run for small numbers."""
    return f"Task B executed with {x}"


def task_c() -> str:
    """Run for all others."""
    return "Task C executed (else branch)"


def my_conditional_workflow() -> WorkflowBuilder:
    """Return the workflow."""
    a, b, c = (
        function_task(each, image=IMAGE, name=f"cond.{each.__name__}") for each in (task_a, task_b, task_c)
    )
    flow = WorkflowBuilder("cond.my_conditional_workflow")
    input_val = flow.input("input_val", int)
    result = flow.add(
        conditional("my_condition")
        .if_(input_val > 10)
        .then(call(a, x=input_val))
        .elif_(input_val < 5)
        .then(call(b, x=input_val))
        .else_()
        .then(call(c))
    )
    flow.output("o0", result.o0)
    return flow


def definitions() -> list[WorkflowBuilder]:
    """Return what goes into the package."""
    return [my_conditional_workflow()]


if __name__ == "__main__":
    write_package(sys.argv[1], definitions())

"""What a dynamic task hands over while it runs: one node for each of as many numbers as it was given.

A dynamic task is a Python function task like any other; its job exists only at run time, so a package holds
the task and nothing of the job.

    python examples/dynamic_workflow.py out.tgz
"""

from __future__ import annotations

import sys

from flowidl.admin.v1 import TaskSpec
from flowidl.builders import WorkflowBuilder, call, dynamic_job, function_task, write_package
from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec

IMAGE = "reg.example/app:v9"


def increment(a: int) -> int:
    """Add one."""
    return a + 1


def fan_out(count: int) -> list[int]:
    """Increment every number below `count`, each in a task of its own."""
    return [increment(number) for number in range(count)]


def job(count: int) -> DynamicJobSpec:
    """Return the job of `fan_out` for one `count`."""
    task = function_task(increment, image=IMAGE, name="dyn.increment")
    body = WorkflowBuilder("dyn.fan_out")
    results = [body.add(call(task, a=number)) for number in range(count)]
    body.output("o0", results, type=list[int])
    made = dynamic_job(body.spec, tasks=[task])
    assert isinstance(made, DynamicJobSpec)
    return made


def definitions() -> list[TaskSpec]:
    """Return what goes into the package."""
    return [
        function_task(increment, image=IMAGE, name="dyn.increment"),
        function_task(fan_out, image=IMAGE, name="dyn.fan_out"),
    ]


if __name__ == "__main__":
    write_package(sys.argv[1], definitions())
    print(f"a job of three has {len(job(3).nodes)} nodes")

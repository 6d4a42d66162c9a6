"""Templates with full identifiers: a task, a pipeline of two, a choice between two tasks, and an array job.

Each follows a usage example of the message reference for tasks and workflows. Where such an example uses a
shape that the messages do not have, a comment says what stands in its place.

    python examples/task_and_workflow_management.py out.tgz
"""

from __future__ import annotations

import datetime
import sys

from flowidl.admin.v1 import TaskSpec
from flowidl.builders import (
    Resources,
    WorkflowBuilder,
    call,
    conditional,
    container_resources,
    container_task,
    map_task,
    python_task,
    task_id,
    task_metadata,
    workflow_id,
    write_package,
)
from flowidl.core.v1 import Identifier

PROJECT, DOMAIN, VERSION = "my-project", "development", "v1.0.0"


def task_name(name: str) -> Identifier:
    """Return the identifier of a task of the project."""
    return task_id(name, project=PROJECT, domain=DOMAIN, version=VERSION)


def workflow_name(name: str) -> Identifier:
    """Return the identifier of a workflow of the project."""
    return workflow_id(name, project=PROJECT, domain=DOMAIN, version=VERSION)


def data_processor() -> TaskSpec:
    """Return a task with a container and metadata."""
    return container_task(
        task_name("data-processor"),
        type="python-task",
        image="python:3.9-slim",
        command=["python"],
        args=["-m", "my_module"],
        inputs={"path": str},
        outputs={"o0": int},
        # `discoverable` alone would cache under an empty version, so the task gets one.
        metadata=task_metadata(
            cache_version="1", timeout=datetime.timedelta(minutes=30), retries=3, interruptible=True
        ),
        # `ResourceEntry` and `ResourceName` are parts of `Resources`; the builder writes the entries.
        resources=container_resources(requests=Resources(cpu="500m", mem="1Gi")),
    )


def python(name: str) -> TaskSpec:
    """Return the task of a Python function that takes and returns a number."""
    return python_task(
        task_name(f"my_module.{name}"), image="python:3.9-slim", inputs={"count": int}, outputs={"o0": int}
    )


def data_pipeline() -> WorkflowBuilder:
    """Return a workflow of two tasks with chosen node ids."""
    flow = WorkflowBuilder(workflow_name("data-pipeline"))
    processed = flow.add(call(data_processor(), path=flow.input("path", str)), id="process-data")
    validated = flow.add(call(python("validate"), count=processed.o0), id="validate-results")
    flow.output("o0", validated.o0)
    return flow


def sized_pipeline() -> WorkflowBuilder:
    """Return a workflow that chooses by the size of its data."""
    flow = WorkflowBuilder(workflow_name("sized-pipeline"))
    input_count = flow.input("input_count", int)
    # An if-else block is not flat: its first branch is a block of its own, `case`, and `else_node` one of two
    # ways to end. What a condition reads is an input of the branch node, which the builder adds.
    chosen = flow.add(
        conditional("data-size-check")
        .if_(input_count > 100)
        .then(call(python("process_large"), count=input_count))
        .else_()
        .then(call(python("process_small"), count=input_count)),
        id="data-size-check",
    )
    flow.output("o0", chosen.o0)
    return flow


def parallel_pipeline() -> WorkflowBuilder:
    """Return a workflow that runs one task for each of ten numbers, all at a time."""
    flow = WorkflowBuilder(workflow_name("parallel-pipeline"))
    # An array has `min_successes` or `min_success_ratio`: the messages have room for one of them. Both ask
    # for eight of ten here. The ratio also says that results may be missing.
    mapped = map_task(python("process"), concurrency=10, min_success_ratio=0.8)
    done = flow.add(call(mapped, count=list(range(10))), id="parallel-processing")
    flow.output("o0", done.o0)
    return flow


def definitions() -> list[WorkflowBuilder]:
    """Return what goes into the package."""
    return [data_pipeline(), sized_pipeline(), parallel_pipeline()]


if __name__ == "__main__":
    write_package(sys.argv[1], definitions())

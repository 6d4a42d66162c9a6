"""A task mapped over a list, with one input that is the same for all elements.

python examples/map_task.py out.tgz
"""

from __future__ import annotations

import functools
import sys

from flowidl.builders import WorkflowBuilder, call, function_task, map_task, write_package

IMAGE = "reg.example/app:v9"


def process_data(data: str, prefix: str) -> str:
    """Put a prefix before data."""
    return f"{prefix}-{data}"


def my_map_workflow() -> WorkflowBuilder:
    """Return the workflow."""
    process = function_task(process_data, image=IMAGE, name="mapped.process_data")
    flow = WorkflowBuilder("mapped.my_map_workflow")
    data_list = flow.input("data_list", list[str])
    common_prefix = flow.input("common_prefix", str)
    mapped = map_task(functools.partial(call, process, prefix=common_prefix))
    flow.output("o0", flow.add(call(mapped, data=data_list)).o0)
    return flow


def definitions() -> list[WorkflowBuilder]:
    """Return what goes into the package."""
    return [my_map_workflow()]


if __name__ == "__main__":
    write_package(sys.argv[1], definitions())

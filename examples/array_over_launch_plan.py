"""A launch plan run for each element of a list, five at a time.

The list is given under the name of the launch plan's own input, `x`. Flyte 1.16 refuses arrays over launch
plans; the example is for back ends that lift the interface of what they run in arrays.

    python examples/array_over_launch_plan.py out.tgz
"""

from __future__ import annotations

import sys

from flowidl.admin.v1 import LaunchPlan
from flowidl.builders import WorkflowBuilder, array, call, function_task, launch_plan, write_package

IMAGE = "reg.example/app:v9"
TARGET = "lifted-arrays"


def process_item(item: int) -> int:
    """Double a number."""
    return item * 2


def my_sub_workflow() -> WorkflowBuilder:
    """Return the workflow that runs for each element."""
    flow = WorkflowBuilder("arrays.my_sub_workflow")
    x = flow.input("x", int)
    process = function_task(process_item, image=IMAGE, name="arrays.process_item")
    flow.output("o0", flow.add(call(process, item=x)).o0)
    return flow


def map_over_workflow(plan: LaunchPlan) -> WorkflowBuilder:
    """Return the workflow that maps the launch plan over a list."""
    flow = WorkflowBuilder("arrays.map_over_workflow")
    input_list = flow.input("input_list", list[int])
    mapped = flow.add(call(array(plan, concurrency=5), x=input_list))
    flow.output("o0", mapped.o0)
    return flow


def definitions() -> list[WorkflowBuilder | LaunchPlan]:
    """Return what goes into the package."""
    sub_workflow = my_sub_workflow()
    plan = launch_plan(sub_workflow, name="my_sub_lp")
    return [sub_workflow, plan, map_over_workflow(plan)]


if __name__ == "__main__":
    write_package(sys.argv[1], definitions())

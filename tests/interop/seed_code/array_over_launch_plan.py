"""Seed "Advanced Workflow Patterns", ArrayNode.

Changed: the array is called with the input name of its target (`x`), because it has no other.
"""

from flytekit import LaunchPlan, task, workflow
from flytekit.core.array_node import ArrayNode


@task
def process_item(item: int) -> int:
    return item * 2


@workflow
def my_sub_workflow(x: int) -> int:
    return process_item(item=x)


my_sub_lp = LaunchPlan.create("my_sub_lp", my_sub_workflow)


@workflow
def map_over_workflow(input_list: list[int]) -> list[int]:
    return ArrayNode(target=my_sub_lp, concurrency=5)(x=input_list)

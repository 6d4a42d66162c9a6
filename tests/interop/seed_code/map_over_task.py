"""Seed "Advanced Workflow Patterns", ArrayNodeMapTask. Nothing had to be changed."""

import functools

from flytekit import map_task, task, workflow


@task
def process_data(data: str, prefix: str) -> str:
    return f"{prefix}-{data}"


@workflow
def my_map_workflow(data_list: list[str], common_prefix: str) -> list[str]:
    mapped_task = map_task(functools.partial(process_data, prefix=common_prefix))
    return mapped_task(data=data_list)

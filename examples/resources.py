"""Tasks with resources: one amount for request and limit, pairs of both, and requests and limits apart.

python examples/resources.py out.tgz
"""

from __future__ import annotations

import sys

from flowidl.admin.v1 import TaskSpec
from flowidl.builders import Resources, container_resources, function_task, write_package

IMAGE = "reg.example/app:v9"


def my_resource_intensive_task(data: int) -> int:
    """Request half a core and one gibibyte, and be stopped at twice of that."""
    return data * 100


def my_cpu_intensive_task(a: int, b: int) -> int:
    """Run with one core and two gibibytes."""
    return a + b


def my_gpu_task(data: str) -> str:
    """Run with a GPU, and more CPU and memory if there is some to spare."""
    return f"Processed {data} with GPU"


def my_data_processing_task(input_path: str) -> str:
    """Run with room for temporary files."""
    return f"Processed data from {input_path}"


def definitions() -> list[TaskSpec]:
    """Return what goes into the package."""
    apart = container_resources(
        requests=Resources(cpu="500m", mem="1Gi"), limits=Resources(cpu="1", mem="2Gi")
    )
    return [
        function_task(
            my_resource_intensive_task, image=IMAGE, name="sized.my_resource_intensive_task", resources=apart
        ),
        function_task(
            my_cpu_intensive_task,
            image=IMAGE,
            name="sized.my_cpu_intensive_task",
            resources=Resources(cpu="1", mem="2Gi"),
        ),
        function_task(
            my_gpu_task,
            image=IMAGE,
            name="sized.my_gpu_task",
            resources=Resources(cpu=("500m", "1"), mem=("1Gi", "2Gi"), gpu=1),
        ),
        function_task(
            my_data_processing_task,
            image=IMAGE,
            name="sized.my_data_processing_task",
            resources=Resources(ephemeral_storage="10Gi"),
        ),
    ]


if __name__ == "__main__":
    write_package(sys.argv[1], definitions())

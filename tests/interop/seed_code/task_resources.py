"""Seeds "Advanced Workflow Patterns" and "Resource and Execution Configuration", resources.

Changed: `gpu=1` is a string, because a number fails when the container is made.
"""

from flytekit import task
from flytekit.core.resources import Resources


@task(requests=Resources(cpu="500m", mem="1Gi"), limits=Resources(cpu="1", mem="2Gi"))
def my_resource_intensive_task(data: int) -> int:
    return data * 100


@task(resources=Resources(cpu="1", mem="2Gi"))
def my_cpu_intensive_task(a: int, b: int) -> int:
    return a + b


@task(resources=Resources(cpu=("500m", "1"), mem=("1Gi", "2Gi"), gpu="1"))
def my_gpu_task(data: str) -> str:
    return f"Processed {data} with GPU"


@task(resources=Resources(ephemeral_storage="10Gi"))
def my_data_processing_task(input_path: str) -> str:
    return f"Processed data from {input_path}"

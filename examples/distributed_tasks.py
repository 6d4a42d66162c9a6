"""Tasks for plugins: a Ray job, and a PyTorch job with four workers, described by the plugins' own messages.

What a task says to its plugin is free JSON to the schema, `TaskTemplate.custom`; `flowidl.plugins.v1` has
the messages that the plugins read it into, so that a type checker sees a misspelt field before the plugin
drops it.

python examples/distributed_tasks.py out.tgz
"""

from __future__ import annotations

import sys

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from flowidl.admin.v1 import TaskSpec
from flowidl.builders import function_task, write_package
from flowidl.core.v1 import Resources
from flowidl.plugins.custom import decode
from flowidl.plugins.kubeflow.v1 import (
    DistributedPyTorchTrainingReplicaSpec,
    DistributedPyTorchTrainingTask,
)
from flowidl.plugins.v1 import CommonReplicaSpec, RayCluster, RayJob, WorkerGroupSpec

IMAGE = "reg.example/app:v9"


def tune(trials: int) -> float:
    """Try many settings on a cluster of Ray."""
    return 1.0 / trials


def train(epochs: int) -> float:
    """Train on five machines, a master and its workers."""
    return 1.0 / epochs


def ray_job() -> RayJob:
    """Describe a cluster of two groups of workers."""
    groups = (
        WorkerGroupSpec(group_name="small", replicas=2),
        WorkerGroupSpec(group_name="large", replicas=1),
    )
    return RayJob(
        ray_cluster=RayCluster(worker_group_spec=groups, enable_autoscaling=True),
        runtime_env_yaml="pip: [numpy]\n",
        shutdown_after_job_finishes=True,
        ttl_seconds_after_finished=600,
    )


def pytorch_job() -> DistributedPyTorchTrainingTask:
    """Describe four workers with eight gibibytes each."""
    memory = Resources.ResourceEntry(name=Resources.MEMORY, value="8Gi")
    workers = CommonReplicaSpec(replicas=4, resources=Resources(requests=[memory], limits=[memory]))
    return DistributedPyTorchTrainingTask(
        worker_replicas=DistributedPyTorchTrainingReplicaSpec(common=workers)
    )


def custom(job: Message) -> dict[str, object]:
    """Return a message as what goes into `TaskTemplate.custom`."""
    return MessageToDict(job)


def definitions() -> list[TaskSpec]:
    """Return what goes into the package."""
    ray = function_task(tune, image=IMAGE, type="ray", custom=custom(ray_job()))
    pytorch = function_task(train, image=IMAGE, type="pytorch", custom=custom(pytorch_job()))
    pytorch.template.task_type_version = 1  # the form of `flowidl.plugins.kubeflow.v1`
    return [ray, pytorch]


if __name__ == "__main__":
    for task in definitions():
        job = decode(task.template)
        assert job is not None
        print(task.template.id.name, type(job.message).__name__, "fits" if not job.problems else job.problems)
    write_package(sys.argv[1], definitions())

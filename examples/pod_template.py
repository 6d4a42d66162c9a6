"""Tasks that run in pods of their own making: with a sidecar, a volume, a chosen node.

The pod spec is plain data in the words of the Kubernetes API; a `V1PodSpec` of the `kubernetes` package
would do as well.

    python examples/pod_template.py out.tgz
"""

from __future__ import annotations

import sys

from flowidl.admin.v1 import TaskSpec
from flowidl.builders import function_task, pod_template, write_package

IMAGE = "reg.example/app:v9"
NODE = {"kubernetes.io/hostname": "my-specific-node"}
DATA = [{"name": "data-volume", "mountPath": "/data"}]


def my_custom_pod_task() -> str:
    """Run beside a sidecar, on a specific node."""
    return "Task executed in a custom Pod."


def my_volume_task(message: str) -> str:
    """Share a volume with a container that writes logs."""
    return f"Message written to /data/output.txt: {message}"


def definitions() -> list[TaskSpec]:
    """Return what goes into the package."""
    sidecar = pod_template(
        {
            "containers": [
                {"name": "primary", "image": "my-custom-image:latest"},
                {
                    "name": "sidecar",
                    "image": "my-sidecar-image:1.0",
                    "command": ["/bin/sh", "-c", "sleep 3600"],
                },
            ],
            "nodeSelector": NODE,
        },
        labels={"env": "production"},
        annotations={"owner": "platform-team"},
    )
    volume = pod_template(
        {
            "containers": [
                {
                    "name": "primary",
                    "image": "ghcr.io/flyteorg/flytekit:py3.9-latest",
                    "env": [{"name": "MY_ENV_VAR", "value": "my_value"}],
                    "volumeMounts": DATA,
                },
                {
                    "name": "sidecar-logger",
                    "image": "busybox",
                    "command": ["sh", "-c", "while true; do echo 'Sidecar logging...'; sleep 5; done"],
                    "volumeMounts": DATA,
                },
            ],
            "volumes": [{"name": "data-volume"}],
            "nodeSelector": NODE,
            "tolerations": [{"key": "dedicated", "operator": "Exists", "effect": "NoSchedule"}],
        },
        labels={"app": "my-custom-app"},
        annotations={"owner": "dev-team"},
    )
    return [
        function_task(my_custom_pod_task, image=IMAGE, name="pods.my_custom_pod_task", pod_template=sidecar),
        function_task(my_volume_task, image=IMAGE, name="pods.my_volume_task", pod_template=volume),
    ]


if __name__ == "__main__":
    write_package(sys.argv[1], definitions())

"""Seeds "Advanced Workflow Patterns" and "Resource and Execution Configuration", pod templates.

Changed: the two tasks have names of their own, because both seeds call theirs the same. The toleration
is a `V1Toleration`, where the seed has a dict.
"""

from flytekit import task
from flytekit.core.pod_template import PodTemplate
from kubernetes.client import V1Container, V1EnvVar, V1PodSpec, V1Toleration, V1Volume, V1VolumeMount


@task(
    pod_template=PodTemplate(
        pod_spec=V1PodSpec(
            containers=[
                V1Container(name="primary", image="my-custom-image:latest"),
                V1Container(
                    name="sidecar", image="my-sidecar-image:1.0", command=["/bin/sh", "-c", "sleep 3600"]
                ),
            ],
            node_selector={"kubernetes.io/hostname": "my-specific-node"},
        ),
        primary_container_name="primary",
        labels={"env": "production"},
        annotations={"owner": "platform-team"},
    )
)
def my_custom_pod_task() -> str:
    return "Task executed in a custom Pod."


@task(
    pod_template=PodTemplate(
        pod_spec=V1PodSpec(
            containers=[
                V1Container(
                    name="primary",
                    image="ghcr.io/flyteorg/flytekit:py3.9-latest",
                    env=[V1EnvVar(name="MY_ENV_VAR", value="my_value")],
                    volume_mounts=[V1VolumeMount(name="data-volume", mount_path="/data")],
                ),
                V1Container(
                    name="sidecar-logger",
                    image="busybox",
                    command=["sh", "-c", "while true; do echo 'Sidecar logging...'; sleep 5; done"],
                    volume_mounts=[V1VolumeMount(name="data-volume", mount_path="/data")],
                ),
            ],
            volumes=[V1Volume(name="data-volume")],
            node_selector={"kubernetes.io/hostname": "my-specific-node"},
            tolerations=[V1Toleration(key="dedicated", operator="Exists", effect="NoSchedule")],
        ),
        primary_container_name="primary",
        labels={"app": "my-custom-app"},
        annotations={"owner": "dev-team"},
    )
)
def my_custom_pod_task_with_volume(message: str) -> str:
    with open("/data/output.txt", "w") as f:
        f.write(message)
    return f"Task completed with custom pod config. Message written to /data/output.txt"

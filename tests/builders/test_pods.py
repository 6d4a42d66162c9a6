"""Pods: the template as JSON, and a task's container merged into it."""

from __future__ import annotations

import pytest
from google.protobuf.json_format import MessageToDict

from flowidl.builders import BuildError, Resources, call, pod_template, python_task
from flowidl.core.v1.tasks_pb2 import K8sPod

SPEC = {
    "containers": [
        {"name": "primary", "image": "my-custom-image:latest"},
        {"name": "sidecar", "image": "my-sidecar-image:1.0", "command": ["/bin/sh", "-c", "sleep 3600"]},
    ],
    "nodeSelector": {"kubernetes.io/hostname": "my-specific-node"},
}


def plain(pod: K8sPod) -> object:
    return MessageToDict(pod)


def test_a_task_in_a_pod() -> None:
    pod = pod_template(SPEC, labels={"env": "production"}, annotations={"owner": "platform-team"})
    template = python_task("pk.t", image="app:v9", outputs={"o0": str}, pod_template=pod).template
    assert template.WhichOneof("target") == "k8s_pod"
    assert dict(template.config) == {"primary_container_name": "primary"}
    args = list(python_task("pk.t", image="app:v9").template.container.args)
    assert plain(template.k8s_pod) == {
        "metadata": {"labels": {"env": "production"}, "annotations": {"owner": "platform-team"}},
        "podSpec": {
            "containers": [
                {
                    "name": "primary",
                    "image": "my-custom-image:latest",
                    "command": [],
                    "args": args,
                    "env": [],
                },
                SPEC["containers"][1],  # type: ignore[index]  # the second container
            ],
            "nodeSelector": {"kubernetes.io/hostname": "my-specific-node"},
        },
    }


def test_image_environment_and_resources_of_the_primary_container() -> None:
    primary = {
        "name": "main",
        "env": [{"name": "A", "value": "template"}],
        "resources": {"limits": {"cpu": "9"}},
        "workingDir": "/data",
    }
    pod = pod_template({"containers": [{"name": "other"}, primary]}, primary_container_name="main")
    bare = python_task("pk.t", image="app:v9", env={"A": "task"}, pod_template=pod).template
    other, main = MessageToDict(bare.k8s_pod.pod_spec)["containers"]
    assert other == {"name": "other", "image": "app:v9"}
    assert main["image"] == "app:v9"
    assert main["env"] == [{"name": "A", "value": "task"}, {"name": "A", "value": "template"}]
    assert main["resources"] == {"limits": {"cpu": "9"}}
    assert main["workingDir"] == "/data"
    amounts = Resources(cpu=("1", "2"), gpu=1)
    sized = python_task("pk.t", image="app:v9", resources=amounts, pod_template=pod).template
    main = MessageToDict(sized.k8s_pod.pod_spec)["containers"][1]
    assert main["resources"] == {"requests": {"cpu": "1", "gpu": "1"}, "limits": {"cpu": "2", "gpu": "1"}}


def test_a_missing_primary_container_is_appended() -> None:
    pod = pod_template({"containers": [{"name": "sidecar", "image": "s:1"}]})
    template = python_task("pk.t", image="app:v9", pod_template=pod).template
    containers = MessageToDict(template.k8s_pod.pod_spec)["containers"]
    assert [each["name"] for each in containers] == ["sidecar", "primary"]
    assert containers[1]["image"] == "app:v9"


def test_an_override_names_the_primary_container_in_its_own_field() -> None:
    task = python_task("pk.t", image="app:v9")
    step = call(task).with_overrides(pod_template=pod_template(SPEC))
    pod = step.message.task_node.overrides.pod_template
    assert pod.primary_container_name == "primary"
    primary = MessageToDict(pod.pod_spec)["containers"][0]
    assert primary["args"] == list(task.template.container.args)


def test_a_template_is_not_changed_by_its_use() -> None:
    pod = pod_template(SPEC)
    before = pod.SerializeToString(deterministic=True)
    python_task("pk.t", image="app:v9", pod_template=pod)
    assert pod.SerializeToString(deterministic=True) == before


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("containers", "it is of type `str`"),
        ({"containers": "primary"}, "not a list of containers"),
        ({"containers": ["primary"]}, "not a list of containers"),
        ({"volumes": [object()]}, "it is not JSON"),
    ],
)
def test_refused_specs(spec: object, words: str) -> None:
    with pytest.raises(BuildError, match=words) as caught:
        pod_template(spec)
    assert caught.value.code == "FI603"


def test_a_primary_container_needs_a_name() -> None:
    with pytest.raises(BuildError, match="FI647"):
        pod_template(SPEC, primary_container_name="")

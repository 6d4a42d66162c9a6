"""Pods: a Kubernetes pod spec to run a task in, and putting the task's container into it.

A pod template is the message `K8sPod`. Its `pod_spec` is JSON in the words of the Kubernetes API; the task
runs in the *primary* container, which gets the task's command, arguments and environment.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from flowidl.core.v1.tasks_pb2 import Container, K8sObjectMetadata, K8sPod
from flowidl.core.v1.tasks_pb2 import Resources as ResourcesMessage
from flowidl.errors import BuildError
from flowidl.values.shapes import is_list, is_map

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PRIMARY = "primary"
#: The key of a task's `config` that names the primary container of its pod.
PRIMARY_KEY = "primary_container_name"

_Name = ResourcesMessage.ResourceName
#: The words of pod specs for resources; back ends translate `gpu` to the name of their devices.
_KEYS: dict[int, str] = {
    _Name.CPU: "cpu",
    _Name.GPU: "gpu",
    _Name.MEMORY: "memory",
    _Name.STORAGE: "storage",
    _Name.EPHEMERAL_STORAGE: "ephemeral-storage",
}


def pod_template(
    pod_spec: object = None,
    *,
    primary_container_name: str = PRIMARY,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
) -> K8sPod:
    """Return a pod template.

    `pod_spec` is a dict in the words of the Kubernetes API (`nodeSelector`), or a `V1PodSpec` of the
    `kubernetes` package, which is asked to write itself. Without one there is the primary container only.
    """
    if not primary_container_name:
        raise BuildError("the primary container has no name", rule="primary-container-missing")
    pod = K8sPod(
        metadata=K8sObjectMetadata(labels=labels or {}, annotations=annotations or {}),
        primary_container_name=primary_container_name,
    )
    _set_spec(pod, _plain(pod_spec))
    return pod


def in_pod(pod: K8sPod, container: Container) -> K8sPod:
    """Return a pod template with a task's container merged into its primary container.

    The template's own image, and resources if the task has none, stay; command and arguments are the
    task's; the task's environment comes first. A primary container that is missing is appended, and
    other containers without an image get the task's.
    """
    from flowidl.types.structs import to_json

    spec: dict[str, Any] = dict(to_json(pod.pod_spec))
    containers: list[dict[str, Any]] = spec.setdefault("containers", [])
    name = pod.primary_container_name
    if not any(each.get("name") == name for each in containers):
        containers.append({"name": name})
    for each in containers:
        each["image"] = each.get("image") or container.image
        if each.get("name") == name:
            _merge(each, container)
    result = K8sPod()
    result.CopyFrom(pod)
    _set_spec(result, spec)
    return result


def _merge(primary: dict[str, Any], container: Container) -> None:
    primary["command"] = list(container.command)
    primary["args"] = list(container.args)
    own = [{"name": entry.key, "value": entry.value} for entry in container.env]
    primary["env"] = own + list(primary.get("env") or [])
    asked = {
        "requests": _amounts(container.resources.requests),
        "limits": _amounts(container.resources.limits),
    }
    asked = {side: amounts for side, amounts in asked.items() if amounts}
    if asked:
        primary["resources"] = asked


def _amounts(entries: Iterable[ResourcesMessage.ResourceEntry]) -> dict[str, str]:
    return {_KEYS[entry.name]: entry.value for entry in entries if entry.name in _KEYS}


def _plain(spec: object) -> dict[str, Any]:
    """Return a pod spec as JSON, checked as far as a task must find its container in it."""
    if spec is None:
        return {"containers": []}
    if hasattr(spec, "openapi_types"):
        client: Any = import_module("kubernetes.client")  # a module without types, there if `spec` is
        spec = client.ApiClient().sanitize_for_serialization(spec)
    if not is_map(spec):
        raise _unusable(f"it is of type `{spec.__class__.__qualname__}`", "give a dict or a `V1PodSpec`")
    containers = spec.get("containers", [])
    if not is_list(containers) or not all(is_map(each) for each in containers):
        raise _unusable("its `containers` is not a list of containers")
    return {**spec, "containers": list(containers)}


def _set_spec(pod: K8sPod, spec: dict[str, Any]) -> None:
    pod.pod_spec.Clear()
    try:
        pod.pod_spec.update(spec)
    except (TypeError, ValueError) as error:
        raise _unusable(f"it is not JSON: {error}") from None


def _unusable(reason: str, help: str = "") -> BuildError:
    return BuildError(f"the pod spec cannot be used: {reason}", rule="invalid-pod-spec", help=help)

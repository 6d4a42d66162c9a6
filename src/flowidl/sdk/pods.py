"""Pod templates and extended resources, in the SDK's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowidl import builders
from flowidl.core.v1.tasks_pb2 import ExtendedResources, GPUAccelerator, K8sPod
from flowidl.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The name of the container that runs the task, if nothing else is said.
PRIMARY = "primary"


@dataclass
class PodTemplate:
    """The pod that a task runs in. `pod_spec` is a `V1PodSpec` of the `kubernetes` package, or a dict."""

    pod_spec: Any = None
    primary_container_name: str = PRIMARY
    labels: Mapping[str, str] | None = None
    annotations: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        self.message()

    def message(self) -> K8sPod:
        """Return the message. Raise `BuildError` for a pod spec that is none."""
        return builders.pod_template(
            self.pod_spec,
            primary_container_name=self.primary_container_name,
            labels=self.labels,
            annotations=self.annotations,
        )


def pod_message(given: Any) -> K8sPod:
    """Return the message of a pod template."""
    if isinstance(given, K8sPod):
        return given
    if isinstance(given, PodTemplate):
        return given.message()
    raise BuildError(
        f"a `{given.__class__.__qualname__}` is no pod template", help="write `PodTemplate(pod_spec=...)`"
    )


@dataclass(frozen=True)
class GPU:
    """An accelerator of a device, whole or a part of it."""

    device: str
    partition_size: str | None = None
    is_unpartitioned: bool = False

    def message(self) -> GPUAccelerator:
        """Return the message."""
        return builders.accelerator(
            self.device, partition_size=self.partition_size or "", unpartitioned=self.is_unpartitioned
        )

    def partitioned(self, partition_size: str) -> GPU:
        """Return a part of the device."""
        return GPU(self.device, partition_size)

    @property
    def unpartitioned(self) -> GPU:
        """The whole of a device that may be divided."""
        return GPU(self.device, None, is_unpartitioned=True)


def extended_resources(accelerator: Any, shared_memory: Any) -> ExtendedResources | None:
    """Return the message of an accelerator and of shared memory, each if given."""
    if accelerator is None and not shared_memory:
        return None
    device = accelerator.message() if isinstance(accelerator, GPU) else accelerator
    if isinstance(device, str):
        device = builders.accelerator(device)
    memory = None
    if shared_memory:
        memory = builders.shared_memory() if shared_memory is True else builders.shared_memory(shared_memory)
    return builders.extended_resources(accelerator=device, shared_memory=memory)

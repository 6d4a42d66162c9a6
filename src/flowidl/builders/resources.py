"""Resources of containers: what a task asks for, at least (requests) and at most (limits).

`Resources` holds amounts as people write them; `container_resources` makes the message of them. An amount is
a Kubernetes quantity (`"500m"`, `"2Gi"`) or a number, which counts whole cores, bytes or devices. A single
amount is both request and limit, a pair is request and limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from flowidl.core.v1.tasks_pb2 import ExtendedResources, GPUAccelerator, SharedMemory
from flowidl.core.v1.tasks_pb2 import Resources as ResourcesMessage
from flowidl.errors import BuildError
from flowidl.quantities import Quantity, parse_quantity
from flowidl.tuples import NamedTuple
from flowidl.values.shapes import is_list

if TYPE_CHECKING:
    from collections.abc import Iterable

Amount: TypeAlias = str | int | float
Amounts: TypeAlias = Amount | tuple[Amount, Amount] | list[Amount]

_Name = ResourcesMessage.ResourceName
_NAMES = {
    "cpu": _Name.CPU,
    "mem": _Name.MEMORY,
    "gpu": _Name.GPU,
    "ephemeral_storage": _Name.EPHEMERAL_STORAGE,
}
#: The orders in which SDKs write entries: into a task's container, and into a node's overrides.
_IN_CONTAINER = ("ephemeral_storage", "cpu", "gpu", "mem")
_IN_OVERRIDE = [_Name.CPU, _Name.MEMORY, _Name.GPU, _Name.EPHEMERAL_STORAGE]

_DEVICE_MEMORY = "/dev/shm"
_VOLUME = "flyte-shared-memory"


class _Pair(NamedTuple):
    """One resource's request and limit as strings."""

    request: str
    limit: str


class Resources:
    """Amounts of CPU (cores), memory (bytes), GPUs (devices) and ephemeral storage (bytes).

    Each is `None`, one amount for request and limit, or a pair (request, limit). Fractions are for CPU only.
    Raise `BuildError` for an amount of another type, a pair of another length, a string that is no quantity,
    a negative amount, a part of a GPU, and a request above its limit.
    """

    __slots__ = ("paired", "pairs")

    def __init__(
        self,
        *,
        cpu: Amounts | None = None,
        mem: Amounts | None = None,
        gpu: Amounts | None = None,
        ephemeral_storage: Amounts | None = None,
    ) -> None:
        given = {"cpu": cpu, "mem": mem, "gpu": gpu, "ephemeral_storage": ephemeral_storage}
        self.paired = any(is_list(value) for value in given.values())
        self.pairs = {name: _pair(name, value) for name, value in given.items() if value is not None}

    def __repr__(self) -> str:
        amounts = ", ".join(f"{name}={tuple(pair)}" for name, pair in self.pairs.items())
        return f"Resources({amounts})"


def container_resources(
    both: Resources | None = None,
    /,
    *,
    requests: Resources | None = None,
    limits: Resources | None = None,
) -> ResourcesMessage:
    """Return the resources of a container, in the order of entries that SDKs give them; zeros are left out.

    Either one `Resources` for requests and limits, or `requests` and `limits` apart: then each names one
    amount per resource, and a side that is not given stays empty.
    """
    if both is not None and (requests is not None or limits is not None):
        raise BuildError(
            "resources are given as a whole and as requests and limits", help="give one or the other"
        )
    for side, value in (("requests", requests), ("limits", limits)):
        if value is not None and value.paired:
            raise BuildError(
                f"`{side}` holds a pair", help="name one amount per resource, or use `resources`"
            )
    if both is not None:
        return _both(both)
    lower = {name: pair.request for name, pair in requests.pairs.items()} if requests else {}
    upper = {name: pair.limit for name, pair in limits.pairs.items()} if limits else {}
    for name in lower.keys() & upper.keys():
        _check_order(name, lower[name], upper[name])
    return ResourcesMessage(requests=_entries(lower), limits=_entries(upper))


def _both(given: Resources, *, keep_zeros: bool = False) -> ResourcesMessage:
    return ResourcesMessage(
        requests=_entries({name: pair.request for name, pair in given.pairs.items()}, keep_zeros),
        limits=_entries({name: pair.limit for name, pair in given.pairs.items()}, keep_zeros),
    )


def _entries(amounts: dict[str, str], keep_zeros: bool = False) -> list[ResourcesMessage.ResourceEntry]:
    return [
        ResourcesMessage.ResourceEntry(name=_NAMES[name], value=amounts[name])
        for name in _IN_CONTAINER
        if name in amounts and (keep_zeros or _quantity(name, amounts[name]).nanos)
    ]


def in_override_order(given: ResourcesMessage | Resources) -> ResourcesMessage:
    """Return resources for a node's overrides: entries in the order that SDKs give them there, zeros kept."""
    message = given if isinstance(given, ResourcesMessage) else _both(given, keep_zeros=True)

    def ordered(
        entries: Iterable[ResourcesMessage.ResourceEntry],
    ) -> list[ResourcesMessage.ResourceEntry]:
        known = {name: place for place, name in enumerate(_IN_OVERRIDE)}
        return sorted(entries, key=lambda entry: known.get(entry.name, len(known)))

    return ResourcesMessage(requests=ordered(message.requests), limits=ordered(message.limits))


def _pair(name: str, value: object) -> _Pair:
    amounts = list(value) if is_list(value) else [value, value]
    for each in amounts:
        _check_type(name, each)
    if len(amounts) != 2:
        raise BuildError(
            f"`{name}` is a list or tuple of {len(amounts)}, and a pair is (request, limit)",
            help="give two amounts, or one for both",
        )
    pair = _Pair(*map(_text, amounts))
    for each in pair:
        _quantity(name, each)
    _check_order(name, *pair)
    return pair


def _check_type(name: str, value: object) -> None:
    kinds = (str, int, float) if name == "cpu" else (str, int)
    if isinstance(value, bool) or not isinstance(value, kinds):
        allowed = ", ".join(f"`{kind.__name__}`" for kind in kinds)
        raise BuildError(
            f"`{name}` is of type `{value.__class__.__qualname__}`",
            help=f"give one of {allowed}, or a pair of them",
        )


def _text(value: object) -> str:
    """Write a number as a quantity, without the point of a whole float."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _quantity(name: str, text: str) -> Quantity:
    quantity = parse_quantity(text)
    if quantity is None:
        raise BuildError(
            f"`{name}` is `{text}`, which is not a quantity",
            rule="invalid-quantity",
            help="write for example `500m`, `2` or `1.5Gi`",
        )
    if quantity.nanos < 0:
        raise BuildError(f"`{name}` is `{text}`, which is negative", rule="negative-resource")
    if name == "gpu" and quantity.nanos % 10**9:
        raise BuildError(f"`gpu` is `{text}`, which is not a whole number", rule="fractional-gpu")
    return quantity


def _check_order(name: str, request: str, limit: str) -> None:
    if _quantity(name, limit).nanos and _quantity(name, request).nanos > _quantity(name, limit).nanos:
        raise BuildError(
            f"the request of `{name}`, `{request}`, is above its limit, `{limit}`",
            rule="request-above-limit",
        )


def accelerator(device: str, *, partition_size: str = "", unpartitioned: bool = False) -> GPUAccelerator:
    """Return an accelerator by its device (`nvidia-tesla-a100`), whole or a partition (`2g.10gb`) of it."""
    if partition_size and unpartitioned:
        raise BuildError(f"accelerator `{device}` is both partitioned and unpartitioned")
    if partition_size:
        return GPUAccelerator(device=device, partition_size=partition_size)
    return (
        GPUAccelerator(device=device, unpartitioned=True) if unpartitioned else GPUAccelerator(device=device)
    )


def shared_memory(
    size_limit: str = "", *, mount_path: str = _DEVICE_MEMORY, mount_name: str = _VOLUME
) -> SharedMemory:
    """Return shared memory for a container; without a size it may grow as large as the container's memory."""
    if size_limit and parse_quantity(size_limit) is None:
        raise BuildError(
            f"the size of shared memory, `{size_limit}`, is not a quantity", rule="invalid-shared-memory"
        )
    return SharedMemory(mount_path=mount_path, mount_name=mount_name, size_limit=size_limit)


def extended_resources(
    *, accelerator: GPUAccelerator | str | None = None, shared_memory: SharedMemory | None = None
) -> ExtendedResources:
    """Return extended resources: an accelerator (or its device name) and shared memory."""
    gpu = GPUAccelerator(device=accelerator) if isinstance(accelerator, str) else accelerator
    return ExtendedResources(gpu_accelerator=gpu, shared_memory=shared_memory)

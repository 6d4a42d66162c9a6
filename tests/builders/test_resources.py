"""Resources: amounts as people write them, and the entries that SDKs write of them."""

from __future__ import annotations

import pytest

from flowidl.builders import (
    BuildError,
    Resources,
    accelerator,
    call,
    container_resources,
    extended_resources,
    python_task,
    shared_memory,
)
from flowidl.core.v1.tasks_pb2 import Resources as Message

Entries = list[tuple[str, str]]


def entries(message: Message) -> tuple[Entries, Entries]:
    def side(of: object) -> Entries:
        return [(Message.ResourceName.Name(each.name), each.value) for each in of]  # type: ignore[attr-defined]

    return side(message.requests), side(message.limits)


@pytest.mark.parametrize(
    ("given", "request_", "limit"),
    [
        (Resources(cpu="1"), [("CPU", "1")], [("CPU", "1")]),
        (Resources(cpu=0.5), [("CPU", "0.5")], [("CPU", "0.5")]),
        (Resources(mem=1024), [("MEMORY", "1024")], [("MEMORY", "1024")]),
        (Resources(cpu=("500m", "1")), [("CPU", "500m")], [("CPU", "1")]),
        (Resources(mem=["1Gi", "2Gi"]), [("MEMORY", "1Gi")], [("MEMORY", "2Gi")]),
        (Resources(gpu=0), [], []),
        (Resources(gpu=(0, 1)), [], [("GPU", "1")]),
        (
            Resources(cpu=1, mem="2Gi", gpu=1, ephemeral_storage="10Gi"),
            [("EPHEMERAL_STORAGE", "10Gi"), ("CPU", "1"), ("GPU", "1"), ("MEMORY", "2Gi")],
            [("EPHEMERAL_STORAGE", "10Gi"), ("CPU", "1"), ("GPU", "1"), ("MEMORY", "2Gi")],
        ),
    ],
)
def test_amounts(given: Resources, request_: Entries, limit: Entries) -> None:
    assert entries(container_resources(given)) == (request_, limit)


def test_requests_and_limits_apart_name_only_their_side() -> None:
    both = container_resources(
        requests=Resources(cpu="500m", mem="1Gi"), limits=Resources(cpu="1", mem="2Gi")
    )
    assert entries(both) == ([("CPU", "500m"), ("MEMORY", "1Gi")], [("CPU", "1"), ("MEMORY", "2Gi")])
    assert entries(container_resources(requests=Resources(cpu="1"))) == ([("CPU", "1")], [])
    assert entries(container_resources(limits=Resources(cpu="1"))) == ([], [("CPU", "1")])


@pytest.mark.parametrize(
    ("amounts", "rule", "words"),
    [
        ({"cpu": [1, 2, 3]}, None, "`cpu` is a list or tuple of 3"),
        ({"cpu": ()}, None, "`cpu` is a list or tuple of 0"),
        ({"mem": ("1Gi", None)}, None, "`mem` is of type `NoneType`"),
        ({"mem": 1.5}, None, "`mem` is of type `float`"),
        ({"cpu": True}, None, "`cpu` is of type `bool`"),
        ({"gpu": object()}, None, "`gpu` is of type `object`"),
        ({"mem": "2 Gi"}, "invalid-quantity", "`mem` is `2 Gi`"),
        ({"mem": ""}, "invalid-quantity", "not a quantity"),
        ({"cpu": -1}, "negative-resource", "`cpu` is `-1`"),
        ({"gpu": "500m"}, "fractional-gpu", "`gpu` is `500m`"),
        ({"cpu": ("2", "1500m")}, "request-above-limit", "`2`, is above its limit, `1500m`"),
    ],
)
def test_refused_amounts(amounts: dict[str, object], rule: str | None, words: str) -> None:
    with pytest.raises(BuildError) as caught:
        Resources(**amounts)  # type: ignore[arg-type]  # wrong on purpose
    assert caught.value.rule == rule
    assert words in str(caught.value)


def test_refused_combinations() -> None:
    one, pair = Resources(cpu="1"), Resources(cpu=("1", "2"))
    with pytest.raises(BuildError, match="as a whole and as requests"):
        container_resources(one, requests=one)
    with pytest.raises(BuildError, match="`limits` holds a pair"):
        container_resources(requests=one, limits=pair)
    with pytest.raises(BuildError) as caught:
        container_resources(requests=Resources(mem="2Gi"), limits=Resources(mem="1Gi"))
    assert caught.value.rule == "request-above-limit"


def test_overrides_are_ordered_as_sdks_do_and_keep_zeros() -> None:
    task = python_task("shop.fit", image="shop:1")
    given = Resources(ephemeral_storage="1Gi", gpu=0, mem="500Mi", cpu="1")
    step = call(task).with_overrides(resources=given)
    expected = [("CPU", "1"), ("MEMORY", "500Mi"), ("GPU", "0"), ("EPHEMERAL_STORAGE", "1Gi")]
    assert entries(step.message.task_node.overrides.resources) == (expected, expected)
    apart = call(task).with_overrides(resources=container_resources(requests=Resources(mem="1Gi", cpu="1")))
    assert entries(apart.message.task_node.overrides.resources) == ([("CPU", "1"), ("MEMORY", "1Gi")], [])


def test_extended_resources() -> None:
    extended = extended_resources(
        accelerator=accelerator("nvidia-tesla-a100", partition_size="2g.10gb"),
        shared_memory=shared_memory("2Gi"),
    )
    assert extended.gpu_accelerator.device == "nvidia-tesla-a100"
    assert extended.gpu_accelerator.partition_size == "2g.10gb"
    assert extended.shared_memory.mount_path == "/dev/shm"
    assert extended.shared_memory.mount_name == "flyte-shared-memory"
    assert extended.shared_memory.size_limit == "2Gi"
    whole = accelerator("nvidia-tesla-a100", unpartitioned=True)
    assert whole.WhichOneof("partition_size_value") == "unpartitioned"
    plain = extended_resources(accelerator="nvidia-l4").gpu_accelerator
    assert plain.device == "nvidia-l4" and plain.WhichOneof("partition_size_value") is None
    with pytest.raises(BuildError, match="both partitioned and unpartitioned"):
        accelerator("nvidia-l4", partition_size="1g", unpartitioned=True)
    with pytest.raises(BuildError, match="FI629"):
        shared_memory("lots")

"""Rules 620-639: resources of containers and of overrides at nodes.

Resources in pod specs are among the rules about pods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.findings import Phase
from flowidl.paths import ROOT
from flowidl.quantities import parse_quantity
from flowidl.rules.declaration import ERROR, WARNING, Found, rule
from flowidl.rules.kubernetes.amounts import (
    BYTES,
    CPU,
    EPHEMERAL,
    GPU,
    MEMORY,
    STORAGE,
    Amount,
    amounts,
    is_fraction,
    is_negative,
    pairs,
    whole,
)
from flowidl.rules.kubernetes.quantity_help import quantity_help
from flowidl.rules.phrases import entity, node_phrase, quoted
from flowidl.source.definitions import Kind
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.entities import NodeRecord, TaskRecord
    from flowidl.rules.context import Context
    from flowidl.rules.options import PlatformLimits
    from flowidl.source.definitions import Place

#: Kinds of definition whose tasks are registered, so that registration's own checks apply.
REGISTERED = (Kind.TASK_SPEC, Kind.TASK_TEMPLATE)

_FIELDS = (
    "core.Container.resources",
    "core.TaskNodeOverrides.resources",
    "core.Resources.requests",
    "core.Resources.limits",
    "core.Resources.ResourceEntry.name",
    "core.Resources.ResourceEntry.value",
)


@rule("FI620", "repeated-resource", ERROR, Phase.REGISTRATION, covers=("AD-16",), reads=_FIELDS)
def repeated_resource(context: Context) -> Iterator[Found]:
    """A resource is requested or limited twice

    What: the requests, or the limits, have two entries for CPU, memory, GPU or ephemeral storage.

    Why it fails: registration refuses a task with such a container. In an override at a node, which
    registration does not look at, the last entry counts.

    Fix: keep one of the two.
    """
    for owner in _owners(context):
        seen: dict[tuple[str, int], Amount] = {}
        for amount in owner.amounts:
            if amount.kind not in (CPU, MEMORY, GPU, EPHEMERAL):
                continue
            first = seen.setdefault((amount.side, amount.kind), amount)
            if first is not amount:
                yield Found(
                    owner.place(amount),
                    f"{owner.phrase} has two {amount.name} {amount.side}, {quoted(first.text)} and "
                    f"{quoted(amount.text)}",
                    "keep one of the two",
                    related=(("the other entry", owner.place(first)),),
                    severity=None if owner.task else WARNING,
                )


@rule("FI621", "fractional-gpu", ERROR, Phase.REGISTRATION, covers=("AD-16",), reads=_FIELDS)
def fractional_gpu(context: Context) -> Iterator[Found]:
    """A part of a GPU is asked for

    What: a GPU request or limit is no whole number.

    Why it fails: registration refuses a task with such a container. In an override, which registration does
    not look at, Kubernetes refuses the pod.

    Fix: ask for whole GPUs. To share one use a partition of it, as an accelerator with a partition size.
    """
    for owner, amount in _entries(context):
        if amount.kind == GPU and is_fraction(amount):
            yield Found(
                owner.place(amount),
                f"the {amount.word} of {owner.phrase} is {quoted(amount.text)}, and GPUs come whole",
                "ask for a whole number",
                severity=None if owner.task else WARNING,
            )


@rule(
    "FI622",
    "request-above-limit",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-17", "RT-56", "QK-22"),
    reads=_FIELDS,
)
def request_above_limit(context: Context) -> Iterator[Found]:
    """More is requested than the limit allows

    What: the request for CPU, memory or storage is above the limit for it. The comparison is exact.

    Why it fails: registration refuses the task if that is so after rounding both up to whole units (whole
    CPUs among them). What is closer together, and overrides at nodes, pass, and are refused by Kubernetes
    or lowered to the limit when the pod is made; that is a warning.

    Fix: raise the limit or lower the request.
    """
    for owner in _owners(context):
        for pair in pairs(owner.amounts):
            kind = pair.request.kind
            if kind in (0, GPU) or not pair.exceeds:
                continue
            refused = owner.task is not None and kind != STORAGE and pair.exceeds_rounded
            yield Found(
                owner.place(pair.request),
                f"{owner.phrase} requests {quoted(pair.request.text)} {pair.request.name}, "
                f"more than its limit of {quoted(pair.limit.text)}",
                "raise the limit or lower the request",
                related=(("the limit", owner.place(pair.limit)),),
                severity=None if refused else WARNING,
            )


@rule("FI623", "unequal-gpu", ERROR, Phase.REGISTRATION, covers=("AD-18",), reads=_FIELDS)
def unequal_gpu(context: Context) -> Iterator[Found]:
    """The GPU request and the GPU limit differ

    What: a container both requests and limits GPUs, and the numbers differ.

    Why it fails: registration refuses the task: devices are not shared, so Kubernetes wants one number. In
    an override, which registration does not look at, Kubernetes refuses the pod.

    Fix: use the same number, or leave the request out.
    """
    for owner in _owners(context):
        for pair in pairs(owner.amounts):
            if pair.request.kind == GPU and whole(pair.request) != whole(pair.limit):
                yield Found(
                    owner.place(pair.request),
                    f"{owner.phrase} requests {quoted(pair.request.text)} GPUs with a limit of "
                    f"{quoted(pair.limit.text)}",
                    "use the same number for both",
                    related=(("the limit", owner.place(pair.limit)),),
                    severity=None if owner.task else WARNING,
                )


@rule("FI624", "negative-resource", WARNING, Phase.RUN, covers=("RT-56", "QK-22"), reads=_FIELDS)
def negative_resource(context: Context) -> Iterator[Found]:
    """A negative amount of a resource is asked for

    What: a request or a limit is below zero.

    Why it fails: registration takes it, and Kubernetes refuses the pod.

    Fix: remove the sign.
    """
    for owner, amount in _entries(context):
        if is_negative(amount):
            yield Found(
                owner.place(amount),
                f"the {amount.word} of {owner.phrase} is {quoted(amount.text)}, less than nothing",
                "write a positive quantity",
            )


@rule("FI625", "implausible-size", WARNING, Phase.RUN, covers=("RT-56",), reads=_FIELDS)
def implausible_size(context: Context) -> Iterator[Found]:
    """A size in bytes is no whole number of bytes, or too small for any container

    What: a size (memory, storage) is written in fractions of a byte, as `500m`, or a memory limit is below
    one mebibyte, as `512`. `m` stands for thousandths and a plain number for bytes.

    Why it fails: registration takes it, and no container starts with so little memory.

    Fix: write the unit that is meant, for example `500Mi`.
    """
    for owner, amount in _entries(context):
        if amount.kind not in BYTES or amount.quantity is None or amount.quantity.nanos <= 0:
            continue
        if is_fraction(amount):
            yield Found(
                owner.place(amount),
                f"the {amount.word} of {owner.phrase} is {quoted(amount.text)}, and bytes cannot be divided",
                "write a size such as `500Mi`: `m` stands for thousandths",
            )
        elif amount.kind == MEMORY and amount.side == "limits" and amount.quantity.whole < 1 << 20:
            yield Found(
                owner.place(amount),
                f"the {amount.word} of {owner.phrase} is {quoted(amount.text)}, "
                f"{amount.quantity.whole} bytes, too little for any container",
                "write a size such as `512Mi`: a plain number stands for bytes",
            )


@rule("FI626", "unnamed-resource", WARNING, Phase.RUN, covers=("AD-16",), reads=_FIELDS)
def unnamed_resource(context: Context) -> Iterator[Found]:
    """An entry does not say which resource

    What: the resource name of a request or limit is not set, or is a number that stands for nothing.

    Why it fails: the back end skips the entry, so what is asked for is not given.

    Fix: set the name: CPU, MEMORY, GPU or EPHEMERAL_STORAGE.
    """
    for owner, amount in _entries(context):
        if not amount.kind:
            yield Found(
                owner.place(amount),
                f"{owner.phrase} {amount.side} {quoted(amount.text)} of no resource",
                "set the entry's name",
            )


@rule(
    "FI627",
    "invalid-override-quantity",
    ERROR,
    Phase.LAUNCH,
    covers=("EX-22", "QK-42"),
    reads=("core.TaskNodeOverrides.resources", "core.Resources.ResourceEntry.value"),
)
def invalid_override_quantity(context: Context) -> Iterator[Found]:
    """A quantity in a node's override does not parse

    What: an entry of the requests or limits in a node's overrides is no Kubernetes quantity.

    Why it fails: registration does not look at overrides. Every execution of the workflow is refused when
    it is launched. A common reason is a promise that was turned into text when the workflow was serialized.

    Fix: write a quantity, for example `500m`, `2`, `1Gi`.
    """
    for owner, amount in _entries(context):
        if owner.task is None and amount.quantity is None:
            value = quoted(amount.text) if amount.text else "an empty text"
            yield Found(
                owner.place(amount),
                f"the {amount.word} of {owner.phrase} is {value}, which is no quantity",
                quantity_help(amount.text),
            )


@rule(
    "FI628",
    "above-platform-limit",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-17", "AD-18"),
    reads=_FIELDS,
)
def above_platform_limit(context: Context) -> Iterator[Found]:
    """More of a resource is asked for than the installation allows

    What: a request or a limit of a container is above the limit of the installation that was given for this
    run.

    Why it fails: registration refuses the task. Overrides at nodes are lowered to the limit instead.

    Fix: ask for less, or have the limit of the project raised.
    """
    limits = platform_limits(context.options.platform)
    if not limits:
        return
    for owner in _owners(context):
        if owner.task is None or owner.task.definition.kind not in REGISTERED:
            continue
        requested = {amount.kind for amount in owner.amounts if amount.side == "requests"}
        for amount in owner.amounts:
            limit = limits.get(amount.kind)
            if limit is not None and whole(amount) > limit[1] and amount.kind in requested:
                yield Found(
                    owner.place(amount),
                    f"the {amount.word} of {owner.phrase} is {quoted(amount.text)}, "
                    f"more than the installation's limit of {quoted(limit[0])}",
                    "ask for less, or have the limit raised",
                )


@rule(
    "FI629",
    "invalid-shared-memory",
    WARNING,
    Phase.RUN,
    covers=("TK-4",),
    reads=("core.SharedMemory.size_limit", "core.ExtendedResources.shared_memory"),
)
def invalid_shared_memory(context: Context) -> Iterator[Found]:
    """The size of the shared memory is no quantity

    What: `size_limit` of the shared memory, of a task or in a node's overrides, does not parse.

    Why it fails: registration takes it. When the task runs its pod cannot be made.

    Fix: write a size, for example `2Gi`, or leave it out for half of the machine's memory.
    """
    for words, text, place in _shared_memory(context):
        if text and parse_quantity(text) is None:
            message = f"the shared memory of {words} has size {quoted(text)}, which is no quantity"
            yield Found(place, message, quantity_help(text))


class _Owner(NamedTuple):
    """What has resources: a task's container, or a node with overrides (`task` is then `None`)."""

    phrase: str
    record: TaskRecord | NodeRecord
    amounts: tuple[Amount, ...]
    task: TaskRecord | None

    def place(self, amount: Amount) -> Place:
        """Return the place of an entry."""
        return self.record.place(amount.path)


def _owners(context: Context) -> Iterator[_Owner]:
    for task in context.model.tasks:
        resources = task.template.container.resources
        if resources.requests or resources.limits:
            words = "the task" if task.id is None else entity(task.id)
            yield _Owner(words, task, tuple(amounts(resources, ROOT.field("container", "resources"))), task)
    for node in context.model.overridden:
        if node.message is not None:
            resources = node.message.task_node.overrides.resources
            found = tuple(amounts(resources, ROOT.field("task_node", "overrides", "resources")))
            if found:
                yield _Owner(f"the override at {node_phrase(node)}", node, found, None)


def _entries(context: Context) -> Iterator[tuple[_Owner, Amount]]:
    for owner in _owners(context):
        for amount in owner.amounts:
            yield owner, amount


def _shared_memory(context: Context) -> Iterator[tuple[str, str, Place]]:
    for task in context.model.tasks:
        place = task.field("extended_resources", "shared_memory", "size_limit")
        words = "the task" if task.id is None else entity(task.id)
        yield words, task.template.extended_resources.shared_memory.size_limit, place
    for node in context.model.overridden:
        if node.message is not None:
            overrides = node.message.task_node.overrides
            extended = node.field("task_node", "overrides", "extended_resources")
            place = extended.field("shared_memory", "size_limit")
            yield node_phrase(node), overrides.extended_resources.shared_memory.size_limit, place


def platform_limits(platform: PlatformLimits) -> dict[int, tuple[str, int]]:
    """Return the limits of an installation that are known and not zero, as text and in whole units."""
    texts = {
        CPU: platform.cpu,
        MEMORY: platform.memory,
        GPU: platform.gpu,
        EPHEMERAL: platform.ephemeral_storage,
    }
    found: dict[int, tuple[str, int]] = {}
    for kind, text in texts.items():
        quantity = None if text is None else parse_quantity(text)
        if text is not None and quantity is not None and quantity.whole > 0:
            found[kind] = (text, quantity.whole)
    return found

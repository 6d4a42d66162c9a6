"""Rules 640-659: pods that Kubernetes refuses, or that do not do what they seem to ask for.

Registration only asks whether the pod spec of a task can be read; unknown keys are dropped there without a
word, and overrides at nodes are not looked at. What is wrong with the values of single fields is among the
rules about pod values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import TaskRecord
from flowidl.findings import Phase
from flowidl.kubernetes import Fault
from flowidl.paths import ROOT
from flowidl.rules.declaration import ERROR, WARNING, Found, rule
from flowidl.rules.kubernetes.amounts import GPU, POD_NAMES, Amount, pairs, whole
from flowidl.rules.kubernetes.pod_parts import OVERRIDE_POD, TASK_POD, Examined, examined, found_by
from flowidl.rules.kubernetes.podspecs import PRIMARY
from flowidl.rules.kubernetes.resources import REGISTERED, platform_limits
from flowidl.rules.phrases import entity, listed, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.kubernetes.reading import Part
    from flowidl.rules.context import Context
    from flowidl.source.definitions import Place

#: The fields that hold pods, for the accounts of what rules read.
SPEC = ("core.TaskTemplate.k8s_pod", "core.TaskNodeOverrides.pod_template", "core.K8sPod.pod_spec")


@rule("FI640", "unknown-pod-field", WARNING, Phase.RUN, covers=("TK-5",), reads=SPEC)
def unknown_pod_field(context: Context) -> Iterator[Found]:
    """A pod spec has a key that the back end does not know

    What: a part of a pod spec has a key that is no field of it in the API of Kubernetes 1.34, which the back
    end is built with. (It reads keys in any letter case.)

    Why it fails: it does nothing: registration drops the key without a word, so what was asked for is not
    there.

    Fix: correct the key's spelling, or move it to where it belongs.
    """
    yield from found_by(context, "FI640")


@rule("FI641", "unreadable-pod", ERROR, Phase.RUN, covers=("TK-5",), reads=SPEC)
def unreadable_pod(context: Context) -> Iterator[Found]:
    """A pod of an override or plugin is not one

    What: the pod template in a node's overrides has no pod spec, or a pod there or in a plugin's settings
    cannot be read as one: an object where a list belongs, text where a number belongs, a quantity that does
    not parse.

    Why it fails: registration does not look there. The node fails whenever it runs.

    Fix: write the part that is named as Kubernetes has it.
    """
    for node in context.model.overridden:
        assert node.message is not None
        overrides = node.message.task_node.overrides
        if overrides.HasField("pod_template") and not overrides.pod_template.HasField("pod_spec"):
            yield Found(
                node.field("task_node", "overrides", "pod_template", "pod_spec"),
                f"the override at {node.label} has a pod template without pod spec",
                "set it",
            )
    yield from found_by(context, "FI641")


@rule("FI642", "incomplete-pod", ERROR, Phase.RUN, covers=("TK-5", "QK-43"), reads=SPEC)
def incomplete_pod(context: Context) -> Iterator[Found]:
    """A part of a pod lacks what Kubernetes requires

    What: a field that must be there is missing or empty: the number of a port, the key of a secret, the
    handler of a probe, the topology of an affinity.

    Why it fails: registration takes it, and Kubernetes refuses the pod.

    Fix: fill it in.
    """
    yield from found_by(context, "FI642")


@rule("FI643", "repeated-container-name", ERROR, Phase.RUN, covers=("TK-6", "QK-43"), reads=SPEC)
def repeated_container_name(context: Context) -> Iterator[Found]:
    """Two containers of a pod have one name

    What: two containers, or a container and an init container, have the same name.

    Why it fails: registration takes it, and Kubernetes refuses the pod.

    Fix: rename one of the two.
    """
    yield from found_by(context, "FI643")


@rule("FI644", "invalid-pod-name", ERROR, Phase.RUN, covers=("TK-6", "QK-43"), reads=SPEC)
def invalid_pod_name(context: Context) -> Iterator[Found]:
    """A name in a pod is not one that Kubernetes allows

    What: an init container, a volume, or a container of an override has a name that is no label: 1 to 63
    lower-case letters, digits and dashes, with a letter or digit at both ends.

    Why it fails: registration only looks at the names of a task's containers. Kubernetes refuses the pod.

    Fix: rename it, and what refers to it.
    """
    yield from found_by(context, "FI644")


@rule("FI645", "repeated-volume", ERROR, Phase.RUN, covers=("TK-5",), reads=SPEC)
def repeated_volume(context: Context) -> Iterator[Found]:
    """Two volumes of a pod have one name

    What: the pod spec declares two volumes of the same name.

    Why it fails: registration takes it, and Kubernetes refuses the pod.

    Fix: rename one of the two, or keep one.
    """
    yield from found_by(context, "FI645")


@rule("FI646", "mount-without-volume", ERROR, Phase.RUN, covers=("TK-5",), reads=SPEC)
def mount_without_volume(context: Context) -> Iterator[Found]:
    """A container mounts a volume that the pod does not have

    What: `volumeMounts` or `volumeDevices` of a container names a volume that is not among the pod's
    `volumes`.

    Why it fails: Kubernetes refuses the pod. Only a pod template of the installation can add the volume, so
    it is a warning where the task names one, or the setting `default-pod-template` of `platform` says that
    there is one.

    Fix: declare the volume, or correct the name.
    """
    yield from found_by(context, "FI646")


@rule(
    "FI647",
    "primary-container-missing",
    ERROR,
    Phase.RUN,
    covers=("RT-51", "QK-43"),
    reads=("core.TaskTemplate.config", "core.K8sPod.primary_container_name", *SPEC),
)
def primary_container_missing(context: Context) -> Iterator[Found]:
    """A pod does not say which container runs the task, or does not have it

    What: the task's `config` has no `primary_container_name`, or names a container that the pod spec does
    not have. For the pod template in a node's override it is the field `primary_container_name`.

    Why it fails: registration takes it. The back end cannot tell which container is the task, and the node
    fails whenever it runs (`BadTaskSpecification`).

    Fix: name one of the containers.
    """
    for part, root, problems in context.once(examined):
        if part.path not in (TASK_POD, OVERRIDE_POD):
            continue
        names = [container.text("name") for container in root.parts("containers")]
        place = _place_of_primary(part.record)
        if not names:
            if not any(problem.fault is Fault.UNREADABLE for problem in problems):
                yield Found(
                    part.place((root.keys.get("containers", "containers"),)),
                    f"{part.phrase} has no containers",
                    "add the one that runs the task",
                )
        elif not part.primary:
            help = f"set `{PRIMARY}` to {listed(names[:1])}" if len(names) == 1 else f"set `{PRIMARY}`"
            yield Found(place, f"{part.phrase} does not say which container runs the task", help)
        elif part.primary not in names:
            yield Found(
                place,
                f"{part.phrase} names {quoted(part.primary)} as the container that runs the task, "
                "and does not have it",
                f"name one of its containers: {listed(names)}",
            )


@rule("FI648", "pod-container-without-image", ERROR, Phase.RUN, covers=("AD-19",), reads=SPEC)
def pod_container_without_image(context: Context) -> Iterator[Found]:
    """A container of a pod has no image

    What: a container or an init container in a pod spec has no `image`.

    Why it fails: registration takes it, and Kubernetes refuses the pod. Only a pod template of the
    installation can give the image, so it is a warning where the task names one, or the setting
    `default-pod-template` of `platform` says that there is one. Some tools fill in the task's own image when
    they serialize.

    Fix: set the image.
    """
    yield from found_by(context, "FI648")


@rule(
    "FI649",
    "pod-request-above-limit",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-19", "RT-56", "QK-22"),
    reads=SPEC,
)
def pod_request_above_limit(context: Context) -> Iterator[Found]:
    """A container of a pod requests more than its limit allows

    What: a request in a pod spec is above the limit for the same resource, or a request for a device
    differs from its limit.

    Why it fails: registration refuses the task if that is so for CPU, memory or ephemeral storage after
    rounding both up to whole units. Where it does not look, or does not mind, the back end cuts the request
    to the limit without a word, which is a warning. All other resources reach Kubernetes as they are, and it
    refuses the pod.

    Fix: raise the limit or lower the request. Devices need the same number on both sides.
    """
    for found in context.once(examined):
        for container in _containers(found.root):
            for pair in pairs(_amounts(container)):
                request, limit = pair
                differs = request.kind == GPU and whole(request) != whole(limit)
                refused = (
                    _is_registered(found, container)
                    and request.name in _COMPARED
                    and (pair.exceeds_rounded or differs)
                )
                if not refused and not (found.part.adjusted and pair.exceeds and request.kind):
                    continue
                relation = "more than its limit of" if pair.exceeds else "and its limit is"
                action = "" if refused else ": the request is cut to the limit"
                yield Found(
                    found.part.place(_entry(container, request)),
                    f"{_phrase(container)} in {found.part.phrase} requests {quoted(request.text)} "
                    f"{request.name}, {relation} {quoted(limit.text)}{action}",
                    "raise the limit or lower the request",
                    severity=None if refused else WARNING,
                )
    yield from found_by(context, "FI649")


@rule("FI650", "unusable-pod-resource", ERROR, Phase.RUN, covers=("RT-56", "QK-22"), reads=SPEC)
def unusable_pod_resource(context: Context) -> Iterator[Found]:
    """A pod asks for an amount that cannot be given

    What: a request or limit in a pod spec is negative, is a part of a device, or is no multiple of the size
    of huge pages; the size of a volume is negative.

    Why it fails: registration takes it, and Kubernetes refuses the pod.

    Fix: write a positive quantity, and whole numbers for devices.
    """
    yield from found_by(context, "FI650")


@rule("FI651", "pod-above-platform-limit", ERROR, Phase.REGISTRATION, covers=("AD-19",), reads=SPEC)
def pod_above_platform_limit(context: Context) -> Iterator[Found]:
    """A container of a pod asks for more than the installation allows

    What: a request or limit in a task's pod spec is above the limit of the installation that was given for
    this run.

    Why it fails: registration refuses the task.

    Fix: ask for less, or have the limit of the project raised.
    """
    limits = platform_limits(context.options.platform)
    if not limits:
        return
    for found in context.once(examined):
        for container in found.root.parts("containers"):
            amounts = _amounts(container)
            requested = {amount.name for amount in amounts if amount.side == "requests"}
            for amount in amounts:
                limit = limits.get(amount.kind)
                if limit is None or amount.name not in _COMPARED or amount.name not in requested:
                    continue
                if _is_registered(found, container) and whole(amount) > limit[1]:
                    yield Found(
                        found.part.place(_entry(container, amount)),
                        f"the {amount.word} of {_phrase(container)} in {found.part.phrase} is "
                        f"{quoted(amount.text)}, "
                        f"more than the installation's limit of {quoted(limit[0])}",
                        "ask for less, or have the limit raised",
                    )


@rule(
    "FI652",
    "legacy-sidecar-incomplete",
    ERROR,
    Phase.RUN,
    covers=("RT-52",),
    reads=("core.TaskTemplate.type", "core.TaskTemplate.task_type_version", "core.TaskTemplate.custom"),
)
def legacy_sidecar_incomplete(context: Context) -> Iterator[Found]:
    """A task of the legacy sidecar type lacks its pod

    What: a task of type `sidecar` in version 0 or 1 has no pod spec in `custom`, or, in version 1, does not
    name the primary container in `config`.

    Why it fails: registration takes it. The node fails whenever it runs (`BadTaskSpecification`).

    Fix: serialize the task with a current tool, which writes `k8s_pod`.
    """
    for task in context.model.tasks:
        template = task.template
        if (
            template.type != "sidecar"
            or template.task_type_version not in (0, 1)
            or template.HasField("k8s_pod")
        ):
            continue
        missing: list[str] = []
        if not template.custom.fields:
            missing.append("a pod spec in `custom`")
        if template.task_type_version == 1 and not template.config.get(PRIMARY):
            missing.append(f"`{PRIMARY}` in `config`")
        if missing:
            words = "the task" if task.id is None else entity(task.id)
            yield Found(
                task.field("custom"),
                f"{words} is a sidecar task of version {template.task_type_version} without "
                f"{' and '.join(missing)}",
                "serialize it with a current tool",
            )


#: Resources in pod specs that registration compares.
_COMPARED = frozenset(("cpu", "memory", "ephemeral-storage", "gpu"))


def _containers(root: Part) -> list[Part]:
    if root.structure.name == "PodSpec":
        return [*root.parts("containers"), *root.parts("initContainers")]
    return [root] if root.structure.name == "Container" else []


def _phrase(container: Part) -> str:
    initial = container.steps and str(container.steps[0]).lower() == "initcontainers"
    word, name = "init container" if initial else "container", container.text("name")
    return f"{word} {quoted(name)}" if name else f"a {word}"


def _amounts(container: Part) -> list[Amount]:
    """Return the requests and limits of a container."""
    resources = container.part("resources")
    if resources is None:
        return []
    return [
        Amount(POD_NAMES.get(name, 0), name, side, quantity.text, quantity, ROOT)
        for side in ("requests", "limits")
        for name, quantity in resources.quantities(side).items()
    ]


def _entry(container: Part, amount: Amount) -> tuple[str | int, ...]:
    resources = container.part("resources")
    assert resources is not None  # it has the amount
    return resources.at(amount.side, amount.name)


def _is_registered(found: Examined, container: Part) -> bool:
    """Tell whether registration compares the resources of a container."""
    record = found.part.record
    if not (isinstance(record, TaskRecord) and record.definition.kind in REGISTERED):
        return False
    return found.part.is_task_pod and str(container.steps[0]).lower() == "containers"


def _place_of_primary(record: object) -> Place:
    """Return the place where the primary container is named."""
    from flowidl.compiler.entities import NodeRecord

    if isinstance(record, TaskRecord):
        return record.field("config").key(PRIMARY)
    assert isinstance(record, NodeRecord)  # there is no third place
    return record.field("task_node", "overrides", "pod_template", PRIMARY)

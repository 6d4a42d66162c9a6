"""Rules 640-659: pod specs that Kubernetes refuses, or that do not do what they seem to ask for.

Registration only asks whether a pod spec can be read; unknown keys are dropped there without a word. What
holds for every Kubernetes is checked here; the schema of Kubernetes itself comes with the extra
`flowidl[kubernetes]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flowidl.compiler.faults import PodSpecInvalid
from flowidl.findings import Phase, Skipped
from flowidl.kubernetes.names import label_problem
from flowidl.quantities import parse_quantity
from flowidl.rules.declaration import ERROR, WARNING, Found, rule
from flowidl.rules.kubernetes.amounts import GPU, POD_NAMES, Amount, is_fraction, is_negative, pairs, whole
from flowidl.rules.kubernetes.podspecs import (
    CONTAINERS,
    INIT_CONTAINERS,
    PRIMARY,
    Pod,
    PodEntry,
    entries,
    pods,
    table,
    text,
    written,
)
from flowidl.rules.kubernetes.resources import REGISTERED, platform_limits
from flowidl.rules.phrases import Hints, entity, listed, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flowidl.rules.context import Context
    from flowidl.rules.kubernetes.podspecs import Plain, Steps

_POD_WORDS = """activeDeadlineSeconds affinity automountServiceAccountToken containers dnsConfig dnsPolicy
    enableServiceLinks ephemeralContainers evictionResponders hostAliases hostIPC hostNetwork hostPID
    hostUsers hostname hostnameOverride imagePullSecrets initContainers nodeName nodeSelector os overhead
    preemptionPolicy priority priorityClassName readinessGates resourceClaims resources restartPolicy
    runtimeClassName schedulerName schedulingGates schedulingGroup securityContext serviceAccount
    serviceAccountName setHostnameAsFQDN shareProcessNamespace subdomain terminationGracePeriodSeconds
    tolerations topologySpreadConstraints volumes workloadRef"""
_CONTAINER_WORDS = """args command env envFrom image imagePullPolicy lifecycle livenessProbe name ports
    readinessProbe resizePolicy resources restartPolicy restartPolicyRules securityContext startupProbe stdin
    stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts workingDir"""
_POD_FIELDS = frozenset(_POD_WORDS.split())
_CONTAINER_FIELDS = frozenset(_CONTAINER_WORDS.split())
_RESOURCE_FIELDS = frozenset(("claims", "limits", "requests"))
_ENV_FIELDS = frozenset(("name", "value", "valueFrom"))
_PORT_FIELDS = frozenset(("containerPort", "hostIP", "hostPort", "name", "protocol"))
_MOUNT_FIELDS = frozenset(
    ("mountPath", "mountPropagation", "name", "readOnly", "recursiveReadOnly", "subPath", "subPathExpr")
)

_SPEC = ("core.TaskTemplate.k8s_pod", "core.TaskNodeOverrides.pod_template", "core.K8sPod.pod_spec")


@rule("FI640", "unknown-pod-field", WARNING, Phase.RUN, covers=("TK-5",), reads=_SPEC)
def unknown_pod_field(context: Context) -> Iterator[Found | Skipped]:
    """A pod spec has a key that Kubernetes does not know

    What: the pod spec, one of its containers, or a part of them has a key that is no field of it. With the
    extra `flowidl[kubernetes]` every level is looked at.

    Why it fails: it does nothing: registration and Kubernetes drop the key, so what was asked for is not
    there.

    Fix: correct the key's spelling, or move it to where it belongs.
    """
    hints = Hints()
    for pod in context.once(pods):
        for steps, fields, known in _levels(pod):
            for key in sorted(fields.keys() - known):
                where = f"{quoted(written(steps))} in {pod.phrase}" if steps else pod.phrase
                yield Found(
                    pod.place((*steps, key)),
                    f"{where} has a key {quoted(key)}, which Kubernetes does not know",
                    _elsewhere(key, steps) or hints.did_you_mean(key, sorted(known)) or "remove it",
                )
    yield from (skipped for skipped in context.once(_schema_findings) if isinstance(skipped, Skipped))
    yield from (
        f.found for f in context.once(_schema_findings) if isinstance(f, _SchemaFinding) and f.unknown
    )


@rule(
    "FI641",
    "invalid-override-pod",
    ERROR,
    Phase.RUN,
    covers=("TK-5",),
    reads=("core.TaskNodeOverrides.pod_template", "core.K8sPod.pod_spec"),
)
def invalid_override_pod(context: Context) -> Iterator[Found]:
    """The pod of a node's override is not one

    What: the pod template in a node's overrides has no pod spec, or one that cannot be read as a Kubernetes
    pod spec: an object where a list belongs, text where a number belongs, a quantity that does not parse.

    Why it fails: registration does not look at overrides. The node fails whenever it runs.

    Fix: write the part that is named as Kubernetes has it.
    """
    from flowidl.kubernetes import Fault, Shape, check
    from flowidl.kubernetes.problems import path_text
    from flowidl.types.structs import to_json

    for node in context.model.overridden:
        assert node.message is not None
        overrides = node.message.task_node.overrides
        if not overrides.HasField("pod_template"):
            continue
        tail = "task_node.overrides.pod_template.pod_spec"
        if not overrides.pod_template.HasField("pod_spec"):
            yield Found(
                node.place(tail),
                f"the override at {node.label} has a pod template without pod spec",
                "set it",
            )
        for problem in check(to_json(overrides.pod_template.pod_spec), Shape.POD):
            if problem.fault is not Fault.UNREADABLE:
                continue
            where, expected = path_text(problem.steps), problem.reason
            yield Found(
                node.place(tail, where),
                f"{quoted(where)} in the pod of {node.label} is not as Kubernetes has it",
                "correct it",
                notes=(f"{expected} is expected",),
            )


@rule("FI642", "pod-schema-violation", WARNING, Phase.RUN, covers=("TK-5", "QK-43"), reads=_SPEC)
def pod_schema_violation(context: Context) -> Iterator[Found | Skipped]:
    """A pod spec does not fit the schema of Kubernetes

    What: something that the schema of Kubernetes requires is missing, or has another shape. Checked with the
    extra `flowidl[kubernetes]`, against the newest version that it carries.

    Why it fails: registration takes it, and Kubernetes refuses the pod, unless a template of the
    installation fills the gap.

    Fix: write it as Kubernetes has it.
    """
    yield from (
        f.found for f in context.once(_schema_findings) if isinstance(f, _SchemaFinding) and not f.unknown
    )


@rule("FI643", "repeated-container-name", ERROR, Phase.RUN, covers=("TK-6", "QK-43"), reads=_SPEC)
def repeated_container_name(context: Context) -> Iterator[Found]:
    """Two containers of a pod have one name

    What: two containers, or a container and an init container, have the same name.

    Why it fails: registration takes it, and Kubernetes refuses the pod.

    Fix: rename one of the two.
    """
    for pod in context.once(pods):
        yield from _repeated(pod, pod.containers(), "containers")


@rule("FI644", "invalid-pod-name", ERROR, Phase.RUN, covers=("TK-6", "QK-43"), reads=_SPEC)
def invalid_pod_name(context: Context) -> Iterator[Found]:
    """A name in a pod is not one that Kubernetes allows

    What: an init container, a volume, or a container of an override has a name that is no label: 1 to 63
    lower-case letters, digits and dashes, with a letter or digit at both ends.

    Why it fails: registration only looks at the names of a task's containers. Kubernetes refuses the pod.

    Fix: rename it, and what refers to it.
    """
    for pod in context.once(pods):
        names = [("volume", "volumes"), ("init container", INIT_CONTAINERS)]
        if pod.task is None:
            names.append(("container", CONTAINERS))
        for word, field in names:
            for entry in pod.entries(field):
                reason = label_problem(entry.name)
                if reason:
                    which = f"{word} {quoted(entry.name)}" if entry.name else f"a {word}"
                    yield Found(
                        pod.place((*entry.steps, "name")),
                        f"{which} in {pod.phrase} has a name that Kubernetes refuses: {reason}",
                        "use lower-case letters, digits and dashes",
                    )


@rule("FI645", "repeated-volume", ERROR, Phase.RUN, covers=("TK-5",), reads=_SPEC)
def repeated_volume(context: Context) -> Iterator[Found]:
    """Two volumes of a pod have one name

    What: the pod spec declares two volumes of the same name.

    Why it fails: registration takes it, and Kubernetes refuses the pod.

    Fix: rename one of the two, or keep one.
    """
    for pod in context.once(pods):
        yield from _repeated(pod, pod.entries("volumes"), "volumes")


@rule("FI646", "mount-without-volume", WARNING, Phase.RUN, covers=("TK-5",), reads=_SPEC)
def mount_without_volume(context: Context) -> Iterator[Found]:
    """A container mounts a volume that the pod does not have

    What: `volumeMounts` of a container names a volume that is not among the pod's `volumes`.

    Why it fails: Kubernetes refuses the pod, unless a pod template of the installation, or the plugin that
    runs the task, adds the volume.

    Fix: declare the volume, or correct the name.
    """
    hints = Hints()
    for pod in context.once(pods):
        volumes = {entry.name for entry in pod.entries("volumes")}
        for container in pod.containers():
            for mount in entries(container.fields, "volumeMounts", container.steps):
                if mount.name and mount.name not in volumes:
                    yield Found(
                        pod.place((*mount.steps, "name")),
                        f"{_container(container)} in {pod.phrase} mounts volume {quoted(mount.name)}, "
                        "which the pod does not have",
                        hints.did_you_mean(mount.name, sorted(volumes)) or "declare it in `volumes`",
                    )


@rule(
    "FI647",
    "primary-container-missing",
    ERROR,
    Phase.RUN,
    covers=("RT-51", "QK-43"),
    reads=("core.TaskTemplate.config", "core.K8sPod.primary_container_name", *_SPEC),
)
def primary_container_missing(context: Context) -> Iterator[Found]:
    """A pod does not say which container runs the task, or does not have it

    What: the task's `config` has no `primary_container_name`, or names a container that the pod spec does
    not have. For the pod template in a node's override it is the field `primary_container_name`.

    Why it fails: registration takes it. The back end cannot tell which container is the task, and the node
    fails whenever it runs (`BadTaskSpecification`).

    Fix: name one of the containers.
    """
    for pod in context.once(pods):
        names = [entry.name for entry in pod.entries(CONTAINERS)]
        place = pod.place_of_primary()
        if not pod.spec.get(CONTAINERS):
            yield Found(
                pod.place((CONTAINERS,)), f"{pod.phrase} has no containers", "add the one that runs the task"
            )
        elif not names:
            continue  # what stands there is no container: rules about shapes say so
        elif not pod.primary:
            help = f"set `{PRIMARY}` to {listed(names[:1])}" if len(names) == 1 else f"set `{PRIMARY}`"
            yield Found(place, f"{pod.phrase} does not say which container runs the task", help)
        elif pod.primary not in names:
            yield Found(
                place,
                f"{pod.phrase} names {quoted(pod.primary)} as the container that runs the task, "
                "and does not have it",
                f"name one of its containers: {listed(names)}",
            )


@rule("FI648", "pod-container-without-image", WARNING, Phase.RUN, covers=("AD-19",), reads=_SPEC)
def pod_container_without_image(context: Context) -> Iterator[Found]:
    """A container of a pod has no image

    What: a container or an init container in a pod spec has no `image`.

    Why it fails: registration takes it, and Kubernetes refuses the pod, unless a pod template of the
    installation gives the image. Some tools fill in the task's own image when they serialize.

    Fix: set the image.
    """
    for pod in context.once(pods):
        for container in pod.containers():
            if not text(container.fields.get("image")):
                yield Found(
                    pod.place((*container.steps, "image")),
                    f"{_container(container)} in {pod.phrase} has no image",
                    "set its image",
                )


@rule(
    "FI649",
    "pod-request-above-limit",
    ERROR,
    Phase.REGISTRATION,
    covers=("AD-19", "RT-56", "QK-22"),
    reads=_SPEC,
)
def pod_request_above_limit(context: Context) -> Iterator[Found]:
    """A container of a pod requests more than its limit allows

    What: a request in a pod spec is above the limit for the same resource, or a request for a device
    differs from its limit.

    Why it fails: registration refuses the task if that is so for CPU, memory or ephemeral storage after
    rounding both up to whole units. Everything else passes, init containers among it, and is refused by
    Kubernetes; that is a warning.

    Fix: raise the limit or lower the request. Devices need the same number on both sides.
    """
    for pod in context.once(pods):
        for container in pod.containers():
            for pair in pairs(_amounts(pod, container)):
                request, limit = pair
                device = request.kind == GPU or "/" in request.name
                differs = device and whole(request) != whole(limit)
                if not (differs or pair.exceeds):
                    continue
                registered = _is_registered(pod, container) and request.name in _COMPARED
                refused = pair.exceeds_rounded or (differs and request.kind == GPU)
                relation = "more than its limit of" if pair.exceeds else "and its limit is"
                yield Found(
                    pod.place((*container.steps, "resources", "requests", request.name)),
                    f"{_container(container)} in {pod.phrase} requests {quoted(request.text)} "
                    f"{request.name}, {relation} {quoted(limit.text)}",
                    "use the same number for both" if device else "raise the limit or lower the request",
                    severity=None if registered and refused else WARNING,
                )


@rule("FI650", "unusable-pod-resource", WARNING, Phase.RUN, covers=("RT-56", "QK-22"), reads=_SPEC)
def unusable_pod_resource(context: Context) -> Iterator[Found]:
    """A container of a pod asks for an amount that cannot be given

    What: a request or limit in a pod spec is negative, or is a part of a device.

    Why it fails: registration takes it, and Kubernetes refuses the pod.

    Fix: write a positive quantity, and whole numbers for devices.
    """
    for pod in context.once(pods):
        for container in pod.containers():
            for amount in _amounts(pod, container):
                device = amount.kind == GPU or "/" in amount.name
                if is_negative(amount) or (device and is_fraction(amount)):
                    reason = "less than nothing" if is_negative(amount) else "and devices come whole"
                    yield Found(
                        pod.place((*container.steps, "resources", amount.side, amount.name)),
                        f"the {amount.word} of {_container(container)} in {pod.phrase} is "
                        f"{quoted(amount.text)}, {reason}",
                        "write a whole number" if device else "write a positive quantity",
                    )


@rule("FI651", "pod-above-platform-limit", ERROR, Phase.REGISTRATION, covers=("AD-19",), reads=_SPEC)
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
    for pod in context.once(pods):
        for container in pod.entries(CONTAINERS):
            found = _amounts(pod, container)
            requested = {amount.name for amount in found if amount.side == "requests"}
            for amount in found:
                limit = limits.get(amount.kind)
                if limit is None or amount.name not in _COMPARED or amount.name not in requested:
                    continue
                if _is_registered(pod, container) and whole(amount) > limit[1]:
                    yield Found(
                        pod.place((*container.steps, "resources", amount.side, amount.name)),
                        f"the {amount.word} of {_container(container)} in {pod.phrase} is "
                        f"{quoted(amount.text)}, "
                        f"more than the installation's limit of {quoted(limit[0])}",
                        "ask for less, or have the limit raised",
                    )


@rule(
    "FI652",
    "legacy-sidecar-incomplete",
    WARNING,
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
        if template.type != "sidecar" or template.task_type_version > 1 or template.HasField("k8s_pod"):
            continue
        missing: list[str] = []
        if not template.custom.fields:
            missing.append("a pod spec in `custom`")
        if template.task_type_version == 1 and not template.config.get(PRIMARY):
            missing.append(f"`{PRIMARY}` in `config`")
        if missing:
            words = "the task" if task.id is None else entity(task.id)
            yield Found(
                task.place("custom"),
                f"{words} is a sidecar task of version {template.task_type_version} without "
                f"{' and '.join(missing)}",
                "serialize it with a current tool",
            )


#: Resources in pod specs that registration compares.
_COMPARED = frozenset(("cpu", "memory", "ephemeral-storage", "gpu"))


def _levels(pod: Pod) -> Iterator[tuple[Steps, dict[str, Plain], frozenset[str]]]:
    """Yield the levels of a pod spec whose fields are known here."""
    yield (), pod.spec, _POD_FIELDS
    for container in pod.containers():
        yield container.steps, container.fields, _CONTAINER_FIELDS
        resources = container.fields.get("resources")
        if isinstance(resources, dict):
            yield (*container.steps, "resources"), resources, _RESOURCE_FIELDS
        parts = (("env", _ENV_FIELDS), ("ports", _PORT_FIELDS), ("volumeMounts", _MOUNT_FIELDS))
        for name, known in parts:
            for entry in entries(container.fields, name, container.steps):
                yield entry.steps, entry.fields, known


def _elsewhere(key: str, steps: Steps) -> str:
    """Say where a key belongs that stands at the wrong level."""
    if not steps and key in _CONTAINER_FIELDS:
        return "it belongs to a container"
    if steps and key in _POD_FIELDS:
        return "it belongs to the pod spec itself"
    return ""


def _container(entry: PodEntry) -> str:
    word = "init container" if entry.steps[0] == INIT_CONTAINERS else "container"
    return f"{word} {quoted(entry.name)}" if entry.name else f"a {word}"


def _repeated(pod: Pod, found: Iterable[PodEntry], word: str) -> Iterator[Found]:
    first: dict[str, PodEntry] = {}
    for entry in found:
        known = first.setdefault(entry.name, entry) if entry.name else entry
        if known is not entry:
            yield Found(
                pod.place((*entry.steps, "name")),
                f"two {word} in {pod.phrase} are called {quoted(entry.name)}",
                "rename one of the two",
                related=(("the other one", pod.place((*known.steps, "name"))),),
            )


def _amounts(pod: Pod, container: PodEntry) -> list[Amount]:
    """Return the requests and limits of a container; what is no quantity is left to other rules."""
    resources = table(container.fields.get("resources"))
    found: list[Amount] = []
    for side in ("requests", "limits"):
        for name, value in table(resources.get(side)).items():
            if isinstance(value, (str, int, float)):
                written_as = value if isinstance(value, str) else f"{value}"
                kind = POD_NAMES.get(name, 0)
                found.append(Amount(kind, name, side, written_as, parse_quantity(written_as), ""))
    return found


def _is_registered(pod: Pod, container: PodEntry) -> bool:
    """Tell whether registration compares the resources of a container."""
    return (
        pod.task is not None and pod.task.definition.kind in REGISTERED and container.steps[0] == CONTAINERS
    )


class _SchemaFinding(NamedTuple):
    """What the schema of Kubernetes says, and whether it is about a key that is not known."""

    found: Found
    unknown: bool


def _schema_findings(context: Context) -> tuple[_SchemaFinding | Skipped, ...]:
    return tuple(_by_schema(context))


def _by_schema(context: Context) -> Iterator[_SchemaFinding | Skipped]:
    found = context.once(pods)
    if not found:
        return
    from flowidl.rules.kubernetes.schema import load

    schema = load()
    if isinstance(schema, str):
        yield Skipped("pod specs against the schema of Kubernetes", schema)
        return
    unreadable = {id(fault.owner) for fault in context.faults(PodSpecInvalid)}
    hints = Hints()
    for pod in found:
        if id(pod.record) in unreadable:
            continue
        seen = {(*steps, key) for steps, fields, known in _levels(pod) for key in fields.keys() - known}
        for problem in schema.problems(pod.spec):
            where = written(problem.steps)
            subject = f"{quoted(where)} in {pod.phrase}" if where else pod.phrase
            if not problem.unknown:
                place, expected = pod.place(problem.steps), problem.reason
                yield _SchemaFinding(
                    Found(place, f"{subject} {expected}", "write it as Kubernetes has it"), False
                )
            elif (*problem.steps, problem.unknown) not in seen:
                message = f"{subject} has a key {quoted(problem.unknown)}, which Kubernetes does not know"
                help = hints.did_you_mean(problem.unknown, problem.known) or "remove it"
                yield _SchemaFinding(Found(pod.place((*problem.steps, problem.unknown)), message, help), True)

"""Containers: variables, mounts, probes, hooks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowidl.kubernetes.demands import shown
from flowidl.kubernetes.names import annotation_key_problem, key_problem
from flowidl.kubernetes.problems import Fault, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.kubernetes.reading import Part
    from flowidl.kubernetes.surroundings import Surroundings
    from flowidl.quantities import Quantity

_POD_FIELDS = frozenset(("metadata.name", "metadata.namespace", "metadata.uid"))
_ENV_FIELDS = _POD_FIELDS | frozenset(
    (
        "spec.host",
        "spec.nodeName",
        "spec.serviceAccountName",
        "status.hostIP",
        "status.hostIPs",
        "status.podIP",
        "status.podIPs",
    )
)
_FILE_FIELDS = _POD_FIELDS | frozenset(("metadata.labels", "metadata.annotations"))
_SUBSCRIPTED = re.compile(r"(metadata\.(?:labels|annotations))\['(.*)'\]", re.DOTALL)

_RESOURCES = ("cpu", "memory", "ephemeral-storage")
_RESOURCE_FIELDS = frozenset(f"{side}.{name}" for side in ("limits", "requests") for name in _RESOURCES)
_HUGE = ("limits.hugepages-", "requests.hugepages-")
_CPU_DIVISORS = ("1", "1m")
_BYTE_DIVISORS = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")


def variable(part: Part) -> Iterator[Problem]:
    """Check one environment variable."""
    source = part.part("valueFrom")
    if source is None:
        return
    if part.text("value"):
        reason = "must not be set together with `value`"
        yield Problem(
            Fault.CONFLICT, part.at("valueFrom"), reason, "keep one of the two", related=part.at("value")
        )
    field = source.part("fieldRef")
    if field is not None:
        yield from _field_path(field, _ENV_FIELDS)
    resource = source.part("resourceFieldRef")
    if resource is not None:
        yield from _resource_field(resource)


def file_item(part: Part) -> Iterator[Problem]:
    """Check one file that holds a field of the pod."""
    field = part.part("fieldRef")
    if field is not None:
        yield from _field_path(field, _FILE_FIELDS)
    resource = part.part("resourceFieldRef")
    if resource is not None:
        if not resource.text("containerName"):
            yield Problem(Fault.MISSING, resource.at("containerName"), "must be there")
        yield from _resource_field(resource)


def _field_path(part: Part, allowed: frozenset[str]) -> Iterator[Problem]:
    path = part.text("fieldPath")
    if not path or path in allowed:
        return
    place = part.at("fieldPath")
    match = _SUBSCRIPTED.fullmatch(path)
    if match is None:
        reason = f"is {shown(path)}, which names no field of a pod that can be had here"
        yield Problem(Fault.CHOICE, place, reason, known=tuple(sorted(allowed)))
        return
    field, key = match.groups()
    reason = key_problem(key) if field == "metadata.labels" else annotation_key_problem(key)
    if reason:
        yield Problem(Fault.FORM, place, f"has the key {shown(key)}: {reason}")


def _resource_field(part: Part) -> Iterator[Problem]:
    resource, divisor = part.text("resource"), part.quantity("divisor")
    if not resource:
        return
    if resource not in _RESOURCE_FIELDS and not resource.startswith(_HUGE):
        reason = f"is {shown(resource)}, and must be one such as `limits.cpu`, `requests.memory`"
        yield Problem(Fault.CHOICE, part.at("resource"), reason, known=tuple(sorted(_RESOURCE_FIELDS)))
    elif divisor is not None and divisor.nanos:
        allowed = _CPU_DIVISORS if resource.endswith(".cpu") else _BYTE_DIVISORS
        if not _is_one_of(divisor, allowed):
            reason = f"is {shown(divisor.text)}, and must be one of {', '.join(f'`{d}`' for d in allowed)}"
            yield Problem(Fault.CHOICE, part.at("divisor"), reason)


def _is_one_of(divisor: Quantity, allowed: tuple[str, ...]) -> bool:
    from flowidl.quantities import parse_quantity

    if divisor.text in allowed:
        return True
    binary = divisor.text.endswith("i")
    values = [parse_quantity(text) for text in allowed if text.endswith("i") == binary or text == "1"]
    return any(value is not None and value.nanos == divisor.nanos for value in values)


def container(part: Part, pod: Surroundings) -> Iterator[Problem]:
    """Check what concerns several fields of a container."""
    yield from _mounts(part, pod)
    yield from _devices(part, pod)
    yield from _ports(part, pod)
    for field in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe = part.part(field)
        if probe is not None:
            yield from _probe(probe, field)
    lifecycle = part.part("lifecycle")
    for field in ("postStart", "preStop"):
        handler = None if lifecycle is None else lifecycle.part(field)
        if handler is not None:
            yield from _sleep(handler, pod)


def _mounts(part: Part, pod: Surroundings) -> Iterator[Problem]:
    security = part.part("securityContext")
    privileged = security is not None and security.flag("privileged")
    for mount in part.parts("volumeMounts"):
        yield from _known_volume(mount, pod)
        if mount.text("subPath") and mount.text("subPathExpr"):
            reason = "must not be set together with `subPath`"
            place, other = mount.at("subPathExpr"), mount.at("subPath")
            yield Problem(Fault.CONFLICT, place, reason, "keep one of the two", related=other)
        propagation, recursive = mount.text("mountPropagation"), mount.text("recursiveReadOnly")
        if propagation == "Bidirectional" and not privileged:
            reason = "may be `Bidirectional` in privileged containers only"
            yield Problem(Fault.CONFLICT, mount.at("mountPropagation"), reason)
        if recursive in ("Enabled", "IfPossible"):
            if not mount.flag("readOnly"):
                reason = "may be set only where `readOnly` is true"
                yield Problem(Fault.CONFLICT, mount.at("recursiveReadOnly"), reason, "set `readOnly`")
            if propagation not in ("", "None"):
                reason = "may be set only where nothing is propagated"
                yield Problem(
                    Fault.CONFLICT, mount.at("recursiveReadOnly"), reason, "remove `mountPropagation`"
                )


def _known_volume(entry: Part, pod: Surroundings) -> Iterator[Problem]:
    name = entry.text("name")
    if name and pod.volumes is not None and name not in pod.volumes:
        reason = f"is {shown(name)}, and the pod has no volume of that name"
        known = tuple(sorted(filter(None, pod.volumes)))
        yield Problem(Fault.REFERENCE, entry.at("name"), reason, "declare it in `volumes`", known=known)


def _devices(part: Part, pod: Surroundings) -> Iterator[Problem]:
    mounts = part.parts("volumeMounts")
    mounted = {mount.text("name"): mount for mount in mounts}
    paths = {mount.text("mountPath"): mount for mount in mounts}
    seen: dict[str, Part] = {}
    for device in part.parts("volumeDevices"):
        name, path = device.text("name"), device.text("devicePath")
        yield from _known_volume(device, pod)
        volume = (pod.volumes or {}).get(name)
        if volume is not None and not (volume.has("persistentVolumeClaim") or volume.has("ephemeral")):
            reason = f"is {shown(name)}, a volume that is no claim: only those can be devices"
            yield Problem(Fault.CONFLICT, device.at("name"), reason)
        if name and name in mounted:
            reason = f"is {shown(name)}, which is mounted too"
            other = mounted[name].at("name")
            yield Problem(Fault.CONFLICT, device.at("name"), reason, "keep one of the two", related=other)
        if path and path in paths:
            reason = f"is {shown(path)}, where a volume is mounted too"
            other = paths[path].at("mountPath")
            yield Problem(
                Fault.CONFLICT, device.at("devicePath"), reason, "change one of them", related=other
            )
        if name and name in seen:
            reason, other = f"is {shown(name)} once more", seen[name].at("name")
            yield Problem(Fault.REPEATED, device.at("name"), reason, "keep one of the two", related=other)
        seen.setdefault(name, device)


def _ports(part: Part, pod: Surroundings) -> Iterator[Problem]:
    for port in part.parts("ports") if pod.host_network else ():
        host = port.number("hostPort")
        if host and host != port.number("containerPort"):
            reason = f"is {host}, and must equal `containerPort` where `hostNetwork` is true"
            yield Problem(Fault.CONFLICT, port.at("hostPort"), reason, related=port.at("containerPort"))


def _probe(part: Part, field: str) -> Iterator[Problem]:
    grace = "terminationGracePeriodSeconds"
    if field == "readinessProbe":
        if part.has(grace):
            yield Problem(Fault.CONFLICT, part.at(grace), "cannot be set for a readiness probe", "remove it")
        return
    if part.has(grace) and part.number(grace) <= 0:
        reason = f"is {part.number(grace)}, and must be at least 1"
        yield Problem(Fault.RANGE, part.at(grace), reason)
    threshold = part.number("successThreshold")
    if threshold > 1:
        reason = f"is {threshold}, and must be 1 for this probe"
        yield Problem(Fault.RANGE, part.at("successThreshold"), reason)


def _sleep(part: Part, pod: Surroundings) -> Iterator[Problem]:
    sleep = part.part("sleep")
    if sleep is None:
        return
    seconds = sleep.number("seconds")
    if seconds < 0 or (pod.grace is not None and seconds > pod.grace):
        limit = "" if pod.grace is None else f" and at most the {pod.grace} that the pod has to end"
        reason = f"is {seconds}, and must be at least 0{limit}"
        yield Problem(Fault.RANGE, sleep.at("seconds"), reason)


#: What only containers that keep running can have.
_RUNNING = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")


def init_container(part: Part) -> Iterator[Problem]:
    """Check what an init container must not have, unless it keeps running beside the others."""
    if part.text("restartPolicy") == "Always":
        return
    for field in _RUNNING:
        if part.has(field):
            reason = "cannot be set for an init container whose `restartPolicy` is not `Always`"
            yield Problem(Fault.CONFLICT, part.at(field), reason, "remove it")


def repeated_names(spec: Part) -> Iterator[Problem]:
    """Yield containers that are called as another one is."""
    first: dict[str, Part] = {}
    for entry in (*spec.parts("containers"), *spec.parts("initContainers")):
        name = entry.text("name")
        known = first.setdefault(name, entry)
        if name and known is not entry:
            reason = f"is {shown(name)}, as another container is called"
            yield Problem(
                Fault.REPEATED, entry.at("name"), reason, "rename one of the two", related=known.at("name")
            )


def repeated_host_ports(spec: Part) -> Iterator[Problem]:
    """Yield ports of the machine that two entries want. Init containers do not run at once."""
    groups = [spec.parts("containers"), *([entry] for entry in spec.parts("initContainers"))]
    network = spec.flag("hostNetwork")
    for containers in groups:
        first: dict[tuple[str, str, int], Part] = {}
        for port in (port for entry in containers for port in entry.parts("ports")):
            number = port.number("hostPort") or (port.number("containerPort") if network else 0)
            key = (port.text("protocol") or "TCP", port.text("hostIP"), number)
            known = first.setdefault(key, port)
            if number and known is not port:
                reason = f"is {number}, which another port of the pod has too"
                yield Problem(
                    Fault.REPEATED, port.at("hostPort"), reason, "change one", related=known.at("hostPort")
                )

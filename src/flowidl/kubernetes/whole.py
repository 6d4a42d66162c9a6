"""What the checks of this room say of a value together: read it, check each part, order what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from flowidl.kubernetes import containers as container_checks
from flowidl.kubernetes import labels, scheduling, security, volumes
from flowidl.kubernetes.demands import demanded, shown
from flowidl.kubernetes.images import image_problem
from flowidl.kubernetes.problems import Fault, Problem, Shape
from flowidl.kubernetes.reading import Part, read
from flowidl.kubernetes.resources import overhead_problems, resource_problems
from flowidl.kubernetes.surroundings import Surroundings, surroundings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flowidl.kubernetes.problems import Steps
    from flowidl.kubernetes.reading import Json

    Check: TypeAlias = "Callable[[Part], Iterator[Problem]]"
    CheckInPod: TypeAlias = "Callable[[Part, Surroundings], Iterator[Problem]]"

#: What the parts of an image's name may hold until the task is registered.
_TEMPLATED = "{{"
#: Search domains of a pod, and characters of them all; name servers.
_SEARCHES, _SEARCH_LENGTH, _SERVERS = 32, 2048, 3


#: Checks of a structure for itself.
_ALONE: dict[str, tuple[Check, ...]] = {
    "AppArmorProfile": (security.app_armor_profile,),
    "AzureDiskVolumeSource": (volumes.azure_disk,),
    "DataSource": (volumes.data_source,),
    "DownwardAPIVolumeFile": (container_checks.file_item,),
    "EmptyDirVolumeSource": (volumes.empty_dir,),
    "EnvVar": (container_checks.variable,),
    "FCVolumeSource": (volumes.fibre_channel,),
    "FlexVolumeSource": (volumes.flex_volume,),
    "ISCSIVolumeSource": (volumes.iscsi,),
    "LabelSelectorRequirement": (labels.selector_requirement,),
    "NodeFieldRequirement": (scheduling.field_requirement,),
    "NodeSelectorRequirement": (labels.selector_requirement, scheduling.node_requirement),
    "PersistentVolumeClaimSpec": (volumes.claim,),
    "PodAffinityTerm": (scheduling.pod_affinity_term,),
    "ProjectedVolumeSource": (volumes.projected,),
    "QuobyteVolumeSource": (volumes.quobyte,),
    "SeccompProfile": (security.seccomp_profile,),
    "Toleration": (scheduling.toleration,),
    "TopologySpreadConstraint": (scheduling.spread,),
    "WindowsSecurityContextOptions": (security.windows_options,),
}
#: Checks of a structure against the pod around it.
_IN_POD: dict[str, tuple[CheckInPod, ...]] = {
    "Container": (container_checks.container, lambda part, _: _image(part)),
    "SecurityContext": (security.container_security,),
}


def problems_of(
    value: Json, shape: Shape, primary: str, adjusted: bool, containers: frozenset[str] | None
) -> tuple[Part, list[Problem]]:
    """Read a value that has a shape, and say what is wrong with it: see `flowidl.kubernetes.check`."""
    root, parts, problems = read(value, shape.value)
    unreadable = [problem for problem in problems if problem.fault is Fault.UNREADABLE]
    if unreadable:
        return root, _finished(unreadable, parts)
    pod = surroundings(root) if shape is Shape.POD else Surroundings()
    for part in parts:
        problems += _of_part(part, pod)
    if shape is Shape.POD:
        problems += _pod(root)
        problems += _resources(root, pod, primary, adjusted)
    elif shape is Shape.CONTAINER:
        problems += _container_resources(root, pod, True if adjusted else None)
    elif shape is Shape.RESOURCES:
        problems += resource_problems(root, pod, True if adjusted else None)
    else:
        problems += labels.profile_problems(root, containers)
    return root, _finished(problems, parts)


def _of_part(part: Part, pod: Surroundings) -> Iterator[Problem]:
    """Check one part, for itself and against the pod around it."""
    name = part.structure.name
    yield from demanded(part)
    for alone in _ALONE.get(name, ()):
        yield from alone(part)
    for in_pod in _IN_POD.get(name, ()):
        yield from in_pod(part, pod)


def _finished(problems: list[Problem], parts: list[Part]) -> list[Problem]:
    """Order problems by place, and say what field of the API each is about."""
    by_steps = {part.steps: part for part in parts}

    def place(problem: Problem) -> tuple[tuple[bool, int, str], ...]:
        return tuple(
            (True, 0, step) if isinstance(step, str) else (False, step, "") for step in problem.steps
        )

    ordered = sorted(problems, key=lambda problem: (place(problem), problem.fault.name, problem.reason))
    return [problem._replace(subject=_subject(problem.steps, by_steps)) for problem in ordered]


def _subject(steps: Steps, parts: dict[Steps, Part]) -> str:
    length = next(n for n in range(len(steps), -1, -1) if steps[:n] in parts)
    structure = parts[steps[:length]].structure
    field = structure.field(str(steps[length])) if length < len(steps) else None
    return structure.name if field is None else f"{structure.name}.{field.name}"


def _pod(spec: Part) -> Iterator[Problem]:
    """Check what concerns several parts of a pod."""
    yield from container_checks.repeated_names(spec)
    yield from container_checks.repeated_host_ports(spec)
    for container in spec.parts("initContainers"):
        yield from container_checks.init_container(container)
    yield from scheduling.repeated_spreads(spec)
    yield from security.pod_security(spec)
    yield from overhead_problems(spec)
    yield from _dns(spec)
    if spec.text("nodeName") and spec.parts("schedulingGates"):
        reason = "cannot be set together with `schedulingGates`"
        yield Problem(Fault.CONFLICT, spec.at("nodeName"), reason, related=spec.at("schedulingGates"))
    for claim in spec.parts("resourceClaims"):
        if claim.has("resourceClaimName") == claim.has("resourceClaimTemplateName"):
            reason = "must have one of `resourceClaimName`, `resourceClaimTemplateName`"
            yield Problem(Fault.MISSING, claim.steps, reason, certain=False)


def _dns(spec: Part) -> Iterator[Problem]:
    config = spec.part("dnsConfig")
    servers = [] if config is None else config.texts("nameservers")
    if spec.text("dnsPolicy") == "None" and not servers:
        reason = "must have a name server where `dnsPolicy` is `None`"
        place = spec.at("dnsConfig") if config is None else config.at("nameservers")
        yield Problem(Fault.MISSING, place, reason, related=spec.at("dnsPolicy"))
    if config is None:
        return
    if len(servers) > _SERVERS:
        reason = f"has {len(servers)} entries, and at most {_SERVERS} are allowed"
        yield Problem(Fault.RANGE, config.at("nameservers"), reason)
    searches = config.texts("searches")
    length = len(" ".join(searches))
    if len(searches) > _SEARCHES:
        reason = f"has {len(searches)} entries, and at most {_SEARCHES} are allowed"
        yield Problem(Fault.RANGE, config.at("searches"), reason)
    if length > _SEARCH_LENGTH:
        reason = f"has {length} characters, and at most {_SEARCH_LENGTH} are allowed"
        yield Problem(Fault.RANGE, config.at("searches"), reason)


def _resources(spec: Part, pod: Surroundings, primary: str, adjusted: bool) -> Iterator[Problem]:
    for container in spec.parts("containers"):
        fills_in = not primary or container.text("name") == primary
        yield from _container_resources(container, pod, fills_in if adjusted else None)
    for container in spec.parts("initContainers"):
        yield from _container_resources(container, pod, True if adjusted else None)


def _container_resources(container: Part, pod: Surroundings, fills_in: bool | None) -> Iterator[Problem]:
    resources = container.part("resources")
    if resources is not None:
        yield from resource_problems(resources, pod, fills_in)


def _image(container: Part) -> Iterator[Problem]:
    image = container.text("image")
    reason = image_problem(image) if image and _TEMPLATED not in image and image == image.strip() else ""
    if reason:
        yield Problem(Fault.IMAGE, container.at("image"), f"is {shown(image)}: {reason}", "correct it")

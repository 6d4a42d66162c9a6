"""Security settings of pods and containers, and what an operating system does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.kubernetes.demands import shown
from flowidl.kubernetes.names import inner_path_problem
from flowidl.kubernetes.problems import Fault, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.kubernetes.reading import Part
    from flowidl.kubernetes.surroundings import Surroundings

_PROFILE = "localhostProfile"
_LONGEST_PROFILE, _LONGEST_CREDENTIAL = 4095, 64 * 1024

#: Settings that a Windows pod cannot have: of the pod, of its security context, of those of containers.
_NOT_ON_WINDOWS = ("hostPID", "hostIPC", "hostUsers", "shareProcessNamespace")
_NOT_IN_PODS = (
    "appArmorProfile",
    "fsGroup",
    "fsGroupChangePolicy",
    "runAsGroup",
    "runAsUser",
    "seLinuxOptions",
    "seccompProfile",
    "supplementalGroups",
    "supplementalGroupsPolicy",
    "sysctls",
)
_NOT_IN_CONTAINERS = (
    "allowPrivilegeEscalation",
    "appArmorProfile",
    "capabilities",
    "privileged",
    "procMount",
    "readOnlyRootFilesystem",
    "runAsGroup",
    "runAsUser",
    "seLinuxOptions",
    "seccompProfile",
)
#: Kernel settings by what they belong to.
_NETWORK, _MEMORY = ("net.",), ("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.")


def container_security(part: Part, pod: Surroundings) -> Iterator[Problem]:
    """Check the security context of a container."""
    if part.has("allowPrivilegeEscalation") and not part.flag("allowPrivilegeEscalation"):
        capabilities = part.part("capabilities")
        reason = "cannot be false where `{}`"
        place = part.at("allowPrivilegeEscalation")
        if part.flag("privileged"):
            yield Problem(
                Fault.CONFLICT, place, reason.format("privileged` is `true"), "remove one of the two"
            )
        if capabilities is not None and "CAP_SYS_ADMIN" in capabilities.texts("add"):
            yield Problem(Fault.CONFLICT, place, reason.format("CAP_SYS_ADMIN` is `added"), "remove one")
    if part.text("procMount") == "Unmasked" and not pod.users_apart and pod.volumes is not None:
        reason = "may be `Unmasked` only where the pod's `hostUsers` is false"
        yield Problem(Fault.CONFLICT, part.at("procMount"), reason, certain=False)


def seccomp_profile(part: Part) -> Iterator[Problem]:
    """Check a seccomp profile."""
    yield from _profile(part)
    path = part.text(_PROFILE)
    reason = inner_path_problem(path) if part.text("type") == "Localhost" else ""
    if reason:
        yield Problem(Fault.FORM, part.at(_PROFILE), f"is {shown(path)}: {reason}")


def app_armor_profile(part: Part) -> Iterator[Problem]:
    """Check an AppArmor profile."""
    yield from _profile(part)
    name = part.text(_PROFILE)
    if part.text("type") != "Localhost" or not part.has(_PROFILE):
        return
    if not name.strip():
        yield Problem(Fault.MISSING, part.at(_PROFILE), "must not be empty")
    elif name != name.strip():
        yield Problem(Fault.FORM, part.at(_PROFILE), "must not begin or end with blanks")
    elif len(name.encode()) > _LONGEST_PROFILE:
        yield Problem(Fault.FORM, part.at(_PROFILE), f"must have at most {_LONGEST_PROFILE} bytes")


def _profile(part: Part) -> Iterator[Problem]:
    local = part.text("type") == "Localhost"
    if local and not part.has(_PROFILE):
        yield Problem(Fault.MISSING, part.at(_PROFILE), "must be there for the type `Localhost`")
    elif not local and part.has(_PROFILE) and part.text("type"):
        reason = "may be set for the type `Localhost` only"
        yield Problem(Fault.CONFLICT, part.at(_PROFILE), reason, "remove it", related=part.at("type"))


def windows_options(part: Part) -> Iterator[Problem]:
    """Check the options of Windows."""
    if part.has("gmsaCredentialSpec"):
        size = len(part.text("gmsaCredentialSpec").encode())
        if not 0 < size <= _LONGEST_CREDENTIAL:
            reason = f"has {size} bytes, and must have from 1 to {_LONGEST_CREDENTIAL}"
            yield Problem(Fault.FORM, part.at("gmsaCredentialSpec"), reason)


def pod_security(spec: Part) -> Iterator[Problem]:
    """Check what the settings of a pod say together."""
    if spec.flag("hostPID") and spec.flag("shareProcessNamespace"):
        reason = "cannot be true where `hostPID` is true"
        place, other = spec.at("shareProcessNamespace"), spec.at("hostPID")
        yield Problem(Fault.CONFLICT, place, reason, "keep one of the two", related=other)
    if spec.has("hostUsers") and not spec.flag("hostUsers"):
        for field in ("hostNetwork", "hostPID", "hostIPC"):
            if spec.flag(field):
                reason = "cannot be true where `hostUsers` is false"
                yield Problem(Fault.CONFLICT, spec.at(field), reason, certain=False)
    yield from _sysctls(spec)
    yield from _host_processes(spec)
    system = spec.part("os")
    if system is not None and system.text("name") == "windows":
        yield from _on_windows(spec)
    elif system is not None and system.text("name") == "linux":
        for security in _securities(spec):
            if security.has("windowsOptions"):
                reason = "cannot be set for a pod whose `os` is `linux`"
                yield Problem(Fault.CONFLICT, security.at("windowsOptions"), reason, "remove it")


def _sysctls(spec: Part) -> Iterator[Problem]:
    security = spec.part("securityContext")
    for sysctl in () if security is None else security.parts("sysctls"):
        name = sysctl.text("name").replace("/", ".")
        for field, prefixes in (("hostNetwork", _NETWORK), ("hostIPC", _MEMORY)):
            if spec.flag(field) and name.startswith(prefixes):
                reason = f"is {shown(name)}, which cannot be set where `{field}` is true"
                yield Problem(Fault.CONFLICT, sysctl.at("name"), reason, related=spec.at(field))


def _on_windows(spec: Part) -> Iterator[Problem]:
    reason = "cannot be set for a pod whose `os` is `windows`"
    for field in _NOT_ON_WINDOWS:
        if spec.has(field) and (field == "shareProcessNamespace" or field == "hostUsers" or spec.flag(field)):
            yield Problem(Fault.CONFLICT, spec.at(field), reason, "remove it")
    own = spec.part("securityContext")
    for security in _securities(spec):
        for field in _NOT_IN_PODS if security is own else _NOT_IN_CONTAINERS:
            value = security.values.get(field)
            if value is not None and value != []:
                yield Problem(Fault.CONFLICT, security.at(field), reason, "remove it")


def _securities(spec: Part) -> Iterator[Part]:
    own = spec.part("securityContext")
    if own is not None:
        yield own
    for container in (*spec.parts("containers"), *spec.parts("initContainers")):
        security = container.part("securityContext")
        if security is not None:
            yield security


def _host_processes(spec: Part) -> Iterator[Problem]:
    """Check that containers which are processes of a Windows host are so all together, on its network."""
    security = spec.part("securityContext")
    options = None if security is None else security.part("windowsOptions")
    inherited = options is not None and options.flag("hostProcess")
    hosted: list[Part] = []
    containers = [*spec.parts("containers"), *spec.parts("initContainers")]
    for container in containers:
        security = container.part("securityContext")
        options = None if security is None else security.part("windowsOptions")
        own = options is not None and options.has("hostProcess")
        if options.flag("hostProcess") if own and options is not None else inherited:
            hosted.append(container)
    if hosted and len(hosted) < len(containers):
        reason = "must be so for all containers of the pod, or for none"
        yield Problem(Fault.CONFLICT, hosted[0].at("securityContext", "windowsOptions"), reason)
    if hosted and not spec.flag("hostNetwork"):
        reason = "must be true where a container is a `hostProcess`"
        yield Problem(Fault.CONFLICT, spec.at("hostNetwork"), reason, "set `hostNetwork`")

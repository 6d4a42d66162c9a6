"""Is a pod spec one: do its values have the types that Kubernetes reads them into.

As when the reference converts it: unknown fields are ignored, null fits anything, numbers must be whole where
an integer is read. Only fields that have long been part of the Kubernetes API are known here; newer ones pass
unseen, and so do values that are wrong in other ways, such as a port out of range.

A type is written as a word: `s` text, `b` truth value, `i32` and `i64` integers, `q` quantity, `p` integer or
text, `*` anything, `[x]` list, `{x}` map from text, or the name of a structure below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.quantities import parse_quantity
from flowidl.types.structs import to_json

if TYPE_CHECKING:
    from google.protobuf.struct_pb2 import Struct

    from flowidl.types.structs import Json

#: More misfits of one pod spec than this are not listed.
MAX_MISFITS = 20

_HANDLER = "exec Exec, httpGet HttpGet, tcpSocket TcpSocket, grpc Grpc"

_STRUCTURES_TEXT = {
    "PodSpec": """volumes [Volume], initContainers [Container], containers [Container], restartPolicy s,
        ephemeralContainers [Container], terminationGracePeriodSeconds i64, dnsPolicy s,
        activeDeadlineSeconds i64,
        nodeSelector {s}, serviceAccountName s, serviceAccount s, automountServiceAccountToken b, nodeName s,
        hostNetwork b, hostPID b, hostIPC b, shareProcessNamespace b, securityContext PodSecurity,
        imagePullSecrets [Name], hostname s, subdomain s, affinity Affinity, schedulerName s, hostUsers b,
        tolerations [Toleration], hostAliases [HostAlias], priorityClassName s, priority i32, dnsConfig Dns,
        readinessGates [ReadinessGate], runtimeClassName s, enableServiceLinks b, preemptionPolicy s,
        overhead {q}, topologySpreadConstraints [Spread], setHostnameAsFQDN b, os Name""",
    "Container": """name s, image s, command [s], args [s], workingDir s, ports [Port], envFrom [EnvFrom],
        env [Env], resources Resources, volumeMounts [Mount], volumeDevices [Device], livenessProbe Probe,
        readinessProbe Probe, startupProbe Probe, lifecycle Lifecycle, terminationMessagePath s,
        terminationMessagePolicy s, imagePullPolicy s, securityContext Security, stdin b, stdinOnce b, tty b,
        restartPolicy s, targetContainerName s""",
    "Port": "name s, hostPort i32, containerPort i32, protocol s, hostIP s",
    "EnvFrom": "prefix s, configMapRef Optional, secretRef Optional",
    "Env": "name s, value s, valueFrom EnvSource",
    "EnvSource": """fieldRef FieldRef, resourceFieldRef ResourceRef, configMapKeyRef Key,
        secretKeyRef Key""",
    "FieldRef": "apiVersion s, fieldPath s",
    "ResourceRef": "containerName s, resource s, divisor q",
    "Key": "name s, key s, optional b",
    "Optional": "name s, optional b",
    "Name": "name s",
    "Resources": "limits {q}, requests {q}",
    "Mount": """name s, readOnly b, mountPath s, subPath s, mountPropagation s, subPathExpr s""",
    "Device": "name s, devicePath s",
    "Probe": f"""{_HANDLER}, initialDelaySeconds i32, timeoutSeconds i32, periodSeconds i32,
        successThreshold i32, failureThreshold i32, terminationGracePeriodSeconds i64""",
    "Lifecycle": "postStart Handler, preStop Handler",
    "Handler": _HANDLER,
    "Exec": "command [s]",
    "HttpGet": "path s, port p, host s, scheme s, httpHeaders [NameValue]",
    "TcpSocket": "port p, host s",
    "Grpc": "port i32, service s",
    "NameValue": "name s, value s",
    "Security": """capabilities Capabilities, privileged b, seLinuxOptions SeLinux, windowsOptions Windows,
        runAsUser i64, runAsGroup i64, runAsNonRoot b, readOnlyRootFilesystem b, allowPrivilegeEscalation b,
        procMount s, seccompProfile Seccomp""",
    "PodSecurity": """seLinuxOptions SeLinux, windowsOptions Windows, runAsUser i64, runAsGroup i64,
        runAsNonRoot b, supplementalGroups [i64], fsGroup i64, sysctls [NameValue], fsGroupChangePolicy s,
        seccompProfile Seccomp""",
    "Capabilities": "add [s], drop [s]",
    "SeLinux": "user s, role s, type s, level s",
    "Windows": "gmsaCredentialSpecName s, gmsaCredentialSpec s, runAsUserName s, hostProcess b",
    "Seccomp": "type s, localhostProfile s",
    "Toleration": "key s, operator s, value s, effect s, tolerationSeconds i64",
    "HostAlias": "ip s, hostnames [s]",
    "Dns": "nameservers [s], searches [s], options [NameValue]",
    "ReadinessGate": "conditionType s",
    "Spread": """maxSkew i32, topologyKey s, whenUnsatisfiable s, labelSelector Selector, minDomains i32,
        nodeAffinityPolicy s, nodeTaintsPolicy s, matchLabelKeys [s]""",
    "Selector": "matchLabels {s}, matchExpressions [Requirement]",
    "Requirement": "key s, operator s, values [s]",
    "Affinity": "nodeAffinity NodeAffinity, podAffinity PodAffinity, podAntiAffinity PodAffinity",
    "NodeAffinity": """requiredDuringSchedulingIgnoredDuringExecution NodeTerms,
        preferredDuringSchedulingIgnoredDuringExecution [PreferredNode]""",
    "NodeTerms": "nodeSelectorTerms [NodeTerm]",
    "NodeTerm": "matchExpressions [Requirement], matchFields [Requirement]",
    "PreferredNode": "weight i32, preference NodeTerm",
    "PodAffinity": """requiredDuringSchedulingIgnoredDuringExecution [PodTerm],
        preferredDuringSchedulingIgnoredDuringExecution [PreferredPod]""",
    "PodTerm": "labelSelector Selector, namespaces [s], topologyKey s, namespaceSelector Selector",
    "PreferredPod": "weight i32, podAffinityTerm PodTerm",
    "Volume": """name s, hostPath HostPath, emptyDir EmptyDir, secret SecretVolume, nfs Nfs,
        persistentVolumeClaim Claim, configMap ConfigVolume, downwardAPI DownwardVolume, csi Csi,
        projected Projected""",
    "HostPath": "path s, type s",
    "EmptyDir": "medium s, sizeLimit q",
    "SecretVolume": "secretName s, items [Item], defaultMode i32, optional b",
    "ConfigVolume": "name s, items [Item], defaultMode i32, optional b",
    "Item": "key s, path s, mode i32",
    "Nfs": "server s, path s, readOnly b",
    "Claim": "claimName s, readOnly b",
    "DownwardVolume": "items [DownwardItem], defaultMode i32",
    "DownwardItem": "path s, fieldRef FieldRef, resourceFieldRef ResourceRef, mode i32",
    "Csi": "driver s, readOnly b, fsType s, volumeAttributes {s}, nodePublishSecretRef Name",
    "Projected": "sources [Source], defaultMode i32",
    "Source": """secret ConfigVolume, configMap ConfigVolume, downwardAPI DownwardVolume,
        serviceAccountToken Token""",
    "Token": "audience s, expirationSeconds i64, path s",
}

_WORDS = {
    "s": "a string",
    "b": "true or false",
    "i32": "a whole number",
    "i64": "a whole number",
    "q": "a quantity",
    "p": "a whole number or a string",
}
_RANGES = {"i32": 2**31, "p": 2**31, "i64": 2**63}


def misfits(spec: Struct) -> list[tuple[str, str]]:
    """Return where a pod spec cannot be read, with what is expected there, in the order of the text."""
    structures = {
        name: dict(field.split() for field in text.split(",")) for name, text in _STRUCTURES_TEXT.items()
    }
    found: list[tuple[str, str]] = []
    waiting: list[tuple[str, Json, str]] = [("", to_json(spec), "PodSpec")]
    while waiting and len(found) < MAX_MISFITS:
        where, value, type = waiting.pop()
        if value is None:
            continue
        if type in _WORDS:
            if not _is_scalar(value, type):
                found.append((where, _WORDS[type]))
        elif type[0] == "[":
            if isinstance(value, list):
                waiting += [(f"{where}[{i}]", item, type[1:-1]) for i, item in enumerate(value)][::-1]
            else:
                found.append((where, "a list"))
        elif not isinstance(value, dict):
            found.append((where, "an object"))
        elif type[0] == "{":
            waiting += [(f"{where}[{_key(key)}]", item, type[1:-1]) for key, item in sorted(value.items())][
                ::-1
            ]
        else:
            fields = structures[type]
            known = [(key, value[key]) for key in fields if key in value]
            prefix = f"{where}." if where else ""
            waiting += [(f"{prefix}{key}", item, fields[key]) for key, item in known][::-1]
    return found


def _key(key: str) -> str:
    """Write a key of a map so that `FieldPath.parse` reads the place."""
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _is_scalar(value: Json, type: str) -> bool:
    if isinstance(value, bool):
        return type == "b"
    if isinstance(value, str):
        return type in ("s", "p") or (type == "q" and parse_quantity(value) is not None)
    if isinstance(value, float):
        whole = value.is_integer() and -_RANGES.get(type, 0) <= value < _RANGES.get(type, 0)
        return type == "q" or whole
    return False

"""Labels, annotations and selectors of labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.kubernetes.names import ANNOTATIONS, annotation_key_problem, key_problem, value_problem
from flowidl.kubernetes.problems import Fault, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.kubernetes.reading import Part

_SECCOMP = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP_OF = "container.seccomp.security.alpha.kubernetes.io/"
_APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
_SECCOMP_PROFILES = ("runtime/default", "docker/default", "unconfined")
_APP_ARMOR_PROFILES = ("", "runtime/default", "unconfined")
_LOCALHOST = "localhost/"


def label_problems(part: Part, field: str) -> Iterator[Problem]:
    """Yield what is wrong with a map of labels."""
    for key, value in part.map(field).items():
        for word, reason in (("key", key_problem(key)), ("value", value_problem(value))):
            if reason:
                yield Problem(Fault.LABEL, part.at(field, key), f"has a {word} that is refused: {reason}")


def annotation_problems(part: Part, field: str) -> Iterator[Problem]:
    """Yield what is wrong with a map of annotations."""
    annotations = part.map(field)
    for key in annotations:
        reason = annotation_key_problem(key)
        if reason:
            yield Problem(Fault.ANNOTATION, part.at(field, key), f"has a key that is refused: {reason}")
    size = sum(len(key.encode()) + len(value.encode()) for key, value in annotations.items())
    if size > ANNOTATIONS:
        yield Problem(
            Fault.ANNOTATION,
            part.at(field),
            f"has {size} bytes, and at most {ANNOTATIONS} are allowed",
            "keep large values elsewhere",
        )


def profile_problems(part: Part, containers: frozenset[str] | None) -> Iterator[Problem]:
    """Yield annotations of a pod that name no profile of AppArmor or seccomp, or no container of the pod."""
    for key, value in part.map("annotations").items():
        reason = ""
        if key == _SECCOMP or key.startswith(_SECCOMP_OF):
            known = value in _SECCOMP_PROFILES or _is_local(value)
            reason = "" if known else "is no seccomp profile"
        elif key.startswith(_APP_ARMOR):
            known = value in _APP_ARMOR_PROFILES or value.startswith(_LOCALHOST)
            name = key.removeprefix(_APP_ARMOR)
            reason = "" if known else "is no AppArmor profile"
            if known and containers is not None and name not in containers:
                reason = f"names container `{name}`, which the pod does not have"
        if reason:
            yield Problem(Fault.ANNOTATION, part.at("annotations", key), reason)


def _is_local(profile: str) -> bool:
    path = profile.removeprefix(_LOCALHOST)
    return path != profile and not path.startswith("/") and ".." not in path.split("/")


def selector_requirement(part: Part) -> Iterator[Problem]:
    """Hold the values of a requirement on labels against its operator."""
    operator, values = part.text("operator"), part.texts("values")
    if operator in ("In", "NotIn") and not values:
        yield Problem(Fault.MISSING, part.at("values"), f"must be there for the operator `{operator}`")
    elif operator in ("Exists", "DoesNotExist") and values:
        reason = f"must not be there for the operator `{operator}`"
        yield Problem(Fault.CONFLICT, part.at("values"), reason, "remove it", related=part.at("operator"))
    elif operator in ("Gt", "Lt") and len(values) != 1:
        reason = f"must be a single value for the operator `{operator}`"
        yield Problem(Fault.MISSING, part.at("values"), reason)


def selected_keys(part: Part) -> tuple[set[str], bool]:
    """Return the keys that the `labelSelector` of a part asks for, and whether there is one."""
    selector = part.part("labelSelector")
    if selector is None:
        return set(), False
    keys = set(selector.map("matchLabels"))
    keys.update(entry.text("key") for entry in selector.parts("matchExpressions"))
    return keys, True

"""What a part of a pod can be held against: the rest of the pod, as far as it is known."""

from __future__ import annotations

from flowidl.kubernetes.reading import Part
from flowidl.tuples import NamedTuple

#: Seconds that a pod has to end where none are given, and where less than none are.
_GRACE, _LEAST_GRACE = 30, 1


class Surroundings(NamedTuple):
    """The pod around a part. `volumes` and `claims` are `None` where the pod is not known."""

    volumes: dict[str, Part] | None = None
    claims: frozenset[str] | None = None
    host_network: bool = False
    users_apart: bool = False
    grace: int | None = None
    system: str = ""


def surroundings(spec: Part) -> Surroundings:
    """Return what the parts of a pod spec are held against."""
    grace = (
        spec.number("terminationGracePeriodSeconds") if spec.has("terminationGracePeriodSeconds") else _GRACE
    )
    system = spec.part("os")
    return Surroundings(
        {volume.text("name"): volume for volume in spec.parts("volumes")},
        frozenset(claim.text("name") for claim in spec.parts("resourceClaims")),
        spec.flag("hostNetwork"),
        spec.has("hostUsers") and not spec.flag("hostUsers"),
        _LEAST_GRACE if grace < 0 else grace,
        "" if system is None else system.text("name"),
    )

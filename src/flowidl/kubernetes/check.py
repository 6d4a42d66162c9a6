"""The door: is a pod, a container, or a set of resources one that Kubernetes takes?

Everything is asked of the table and the checks of this room, for every installation alike: no schema and no
cluster is needed. Behind the door nothing is imported before the first value is given: most packages have no
pod, and the table and its checks take longer to import than a small package to check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from flowidl.kubernetes.problems import Problem, Shape
    from flowidl.kubernetes.reading import Json, Part


class Verdict(NamedTuple):
    """What was read of a value, and what is wrong with it, in the order of places."""

    root: Part
    problems: list[Problem]


def check(
    value: Json,
    shape: Shape,
    *,
    primary: str = "",
    adjusted: bool = True,
    containers: frozenset[str] | None = None,
) -> Verdict:
    """Read a value that has a shape, and say what is wrong with it.

    `primary` is the name of the container that runs the task; where it is not known, each is taken for it.
    `adjusted` is false where the back end hands resources on as they are. `containers` are the names in the
    pod that metadata belong to, if known. What cannot be read is all that is said of a value:
    `Fault.UNREADABLE`.
    """
    from flowidl.kubernetes.whole import problems_of  # start-up: for packages with pods only

    return Verdict(*problems_of(value, shape, primary, adjusted, containers))

"""What may be wrong with a part of a pod, and where: plain records, without severity, code or sentence."""

from __future__ import annotations

import re
from enum import Enum
from typing import TypeAlias

from flowidl.tuples import NamedTuple

#: Steps from what was given down to a part of it; keys as they are written there.
Steps: TypeAlias = "tuple[str | int, ...]"

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Shape(Enum):
    """What is given to `check`: the value is the structure in the table."""

    POD = "PodSpec"
    CONTAINER = "Container"
    RESOURCES = "ResourceRequirements"
    METADATA = "PodMetadata"


class Fault(Enum):
    """A kind of problem. Each is a rule of its own for people."""

    UNREADABLE = "cannot be read into the API's types at all"
    UNKNOWN_KEY = "is no field of the API, and is dropped"
    MISSING = "must be there"
    CHOICE = "is not one of the allowed values"
    RANGE = "is a number out of range"
    FORM = "is a text of the wrong form"
    CONFLICT = "does not go together with something else"
    REPEATED = "is there twice"
    REFERENCE = "names something that the pod does not have"
    RESOURCE_NAME = "is no name of a resource"
    AMOUNT = "is no amount of that resource"
    ABOVE_LIMIT = "is a request that differs from, or is above, its limit"
    NO_LIMIT = "is a request that needs a limit and has none"
    LABEL = "is a label that is not allowed"
    ANNOTATION = "is an annotation that is not allowed"
    IMAGE = "is no name of an image"


class Problem(NamedTuple):
    """One problem. `reason` continues a sentence that begins with the place; `help` may be empty.

    `certain` is false if not every version of Kubernetes minds; `related` are the steps to another place
    that has to do with it; `known` are the names that were possible, for a guess at what was meant. `subject`
    is the structure and field that it is about, as the API calls them: `Container.image`.
    """

    fault: Fault
    steps: Steps
    reason: str
    help: str = ""
    certain: bool = True
    related: Steps | None = None
    known: tuple[str, ...] = ()
    subject: str = ""


def path_text(steps: Steps) -> str:
    """Write steps so that `FieldPath.parse` reads them: `containers[0].resources.limits["acme.io/x"]`."""
    words = ""
    for step in steps:
        if isinstance(step, int):
            words += f"[{step}]"
        elif _PLAIN.fullmatch(step):
            words += f".{step}" if words else step
        else:
            escaped = step.replace("\\", "\\\\").replace('"', '\\"')
            words += f'["{escaped}"]'
    return words


def written(steps: Steps) -> str:
    """Write steps as Kubernetes does: `containers[0].ports[1].name`."""
    words = ""
    for step in steps:
        words += f"[{step}]" if isinstance(step, int) else f".{step}" if words else str(step)
    return words

"""Facts about tasks on their own (reference phase T)."""

from __future__ import annotations

from flowidl.compiler.faults.fact import Fact


class TaskWithoutId(Fact, code="ValueRequired"):
    """A task template has no id (TK-1)."""


class ImageMissing(Fact, code="ValueRequired"):
    """A container has no image (TK-2)."""


class CommandMissing(Fact, code="ValueRequired"):
    """A container has neither command nor args, though its task has inputs or outputs (TK-3)."""


class QuantityInvalid(Fact, code="UnrecognizedValue"):
    """A resource quantity does not parse (TK-4). `list` is `requests` or `limits`, `name` e.g. `CPU`."""

    list: str
    position: int
    name: str
    text: str


class PodSpecInvalid(Fact, code="InvalidValue"):
    """A pod spec is absent or is not a Kubernetes pod spec (TK-5).

    `where` is the place within the pod spec, e.g. `containers[0].ports[0].containerPort`, empty if it is
    absent as a whole; `problem` says what is expected there.
    """

    where: str
    problem: str


class PodContainerName(Fact, code="InvalidValue"):
    """A container of a pod has a name that is no DNS label (TK-6)."""

    position: int
    name: str

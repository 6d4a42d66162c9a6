"""Facts about tasks on their own (reference phase T)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple

else:
    from flowidl.quick import NamedTuple


class TaskWithoutId(NamedTuple):
    """A task template has no id (TK-1)."""


class ImageMissing(NamedTuple):
    """A container has no image (TK-2)."""


class CommandMissing(NamedTuple):
    """A container has neither command nor args, though its task has inputs or outputs (TK-3)."""


class QuantityInvalid(NamedTuple):
    """A resource quantity does not parse (TK-4). `list` is `requests` or `limits`, `name` e.g. `CPU`."""

    list: str
    position: int
    name: str
    text: str


class PodSpecInvalid(NamedTuple):
    """A pod spec is absent or is not a Kubernetes pod spec (TK-5).

    `where` is the place within the pod spec, e.g. `containers[0].ports[0].containerPort`, empty if it is
    absent as a whole; `problem` says what is expected there.
    """

    where: str
    problem: str


class PodContainerName(NamedTuple):
    """A container of a pod has a name that is no DNS label (TK-6)."""

    position: int
    name: str

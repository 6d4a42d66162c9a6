"""Requests and limits, wherever they stand: of containers, of overrides, and in pod specs.

Each entry becomes an `Amount`, and the same questions are asked of all of them. The back end compares
values that it has rounded up to whole units, whole CPUs among them; Kubernetes compares exactly. So a
request above its limit may be refused when the task is registered, or pass there and be refused when the
pod is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.paths import FieldPath
from flowidl.quantities import Quantity, parse_quantity
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flowidl.core.v1.tasks_pb2 import Resources

CPU, GPU, MEMORY, STORAGE, EPHEMERAL = 1, 2, 3, 4, 5

#: Words for `core.Resources.ResourceName`, by number.
WORDS = {CPU: "CPU", GPU: "GPU", MEMORY: "memory", STORAGE: "storage", EPHEMERAL: "ephemeral storage"}
#: Names of the resources that the back end compares, as pod specs call them.
POD_NAMES = {"cpu": CPU, "memory": MEMORY, "ephemeral-storage": EPHEMERAL, "gpu": GPU, "nvidia.com/gpu": GPU}

BYTES = (MEMORY, STORAGE, EPHEMERAL)
NANO = 10**9


class Amount(NamedTuple):
    """One entry: the resource (0 if it is none that we know), its name, its text, its value if it parses.

    `path` leads from the task or node to the entry; `side` is `requests` or `limits`.
    """

    kind: int
    name: str
    side: str
    text: str
    quantity: Quantity | None
    path: FieldPath

    @property
    def position(self) -> int:
        """The entry's position in its list; -1 if it came from a pod spec."""
        last = self.path[-1].subscript if self.path else None
        return last if isinstance(last, int) else -1

    @property
    def word(self) -> str:
        """The entry in a sentence: memory request."""
        return f"{self.name} {self.side.removesuffix('s')}"


class RequestAndLimit(NamedTuple):
    """A request and the limit for the same resource; the last entry counts where there are several."""

    request: Amount
    limit: Amount

    @property
    def exceeds(self) -> bool:
        """Whether the request is above the limit, exactly."""
        return _nanos(self.request) > _nanos(self.limit)

    @property
    def exceeds_rounded(self) -> bool:
        """Whether the request is above the limit after rounding up to whole units, as the back end does."""
        return whole(self.request) > whole(self.limit)


def amounts(resources: Resources, path: FieldPath) -> Iterator[Amount]:
    """Yield the entries of a `Resources` message in order."""
    for side, entries in (("requests", resources.requests), ("limits", resources.limits)):
        for position, entry in enumerate(entries):
            name = WORDS.get(entry.name, "unnamed")
            kind = entry.name if entry.name in WORDS else 0
            yield Amount(
                kind, name, side, entry.value, parse_quantity(entry.value), path.field(side).item(position)
            )


def pairs(entries: Sequence[Amount]) -> Iterator[RequestAndLimit]:
    """Yield each resource that has both a request and a limit that parse."""
    limits = {entry.name: entry for entry in entries if entry.side == "limits" and entry.quantity is not None}
    requests = {
        entry.name: entry for entry in entries if entry.side == "requests" and entry.quantity is not None
    }
    for name, request in requests.items():
        if name in limits:
            yield RequestAndLimit(request, limits[name])


def whole(amount: Amount) -> int:
    """The value that the back end compares; 0 if there is none."""
    return 0 if amount.quantity is None else amount.quantity.whole


def is_negative(amount: Amount) -> bool:
    """Whether the value is below zero."""
    return _nanos(amount) < 0


def is_fraction(amount: Amount) -> bool:
    """Whether the value is no whole number of units."""
    return _nanos(amount) % NANO != 0


def _nanos(amount: Amount) -> int:
    return 0 if amount.quantity is None else amount.quantity.nanos

"""Resources: `Resources` keeps what was written, `ResourceSpec` says requests and limits apart.

Amounts are checked by `flowidl.builders.Resources`, and become messages there: a single amount is both
request and limit, a pair is (request, limit).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from flowidl import builders
from flowidl.errors import BuildError

if TYPE_CHECKING:
    from flowidl.builders.resources import Amounts
    from flowidl.core.v1.tasks_pb2 import Resources as ResourcesMessage


@dataclass
class Resources:
    """Amounts of CPU (cores), memory (bytes), GPUs (devices) and ephemeral storage (bytes).

    Each is `None`, one amount, or a pair (request, limit). Raise `BuildError` for what is no amount.
    """

    cpu: Amounts | None = None
    mem: Amounts | None = None
    gpu: Amounts | None = None
    ephemeral_storage: Amounts | None = None

    def __post_init__(self) -> None:
        self.checked()

    def checked(self) -> builders.Resources:
        """Return the amounts as builders take them."""
        return builders.Resources(**{each.name: getattr(self, each.name) for each in fields(self)})

    def sides(self) -> tuple[Resources, Resources]:
        """Return the amounts that were written as requests and as limits."""
        lower: dict[str, Any] = {}
        upper: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, list | tuple):
                lower[each.name], upper[each.name] = value
            else:
                lower[each.name] = value
        return Resources(**lower), Resources(**upper)


@dataclass
class ResourceSpec:
    """Requests and limits apart, as they were written."""

    requests: Resources
    limits: Resources

    @classmethod
    def from_multiple_resource(cls, resource: Resources) -> ResourceSpec:
        """Return the requests and limits that one `Resources` was written with."""
        return cls(*resource.sides())


@dataclass(frozen=True)
class Amount:
    """What a task or an override asks for: one `Resources`, or requests and limits."""

    both: Resources | None = None
    requests: Resources | None = None
    limits: Resources | None = None

    def __post_init__(self) -> None:
        given: dict[str, Any] = {"resources": self.both, "requests": self.requests, "limits": self.limits}
        for name, value in given.items():
            if value is not None and not isinstance(value, Resources):
                raise BuildError(
                    f"`{name}` is of type `{value.__class__.__qualname__}`", help="give `Resources(...)`"
                )
        self.message  # noqa: B018  # refuses what contradicts itself

    @property
    def given(self) -> bool:
        """Whether anything was asked for."""
        return any((self.both, self.requests, self.limits))

    @property
    def message(self) -> ResourcesMessage:
        """The message for a container."""
        checked = [
            None if each is None else each.checked() for each in (self.both, self.requests, self.limits)
        ]
        return builders.container_resources(checked[0], requests=checked[1], limits=checked[2])

    @property
    def override(self) -> Any:
        """What a node's overrides take: zeros are kept there."""
        return self.both.checked() if self.both is not None else self.message

    @property
    def spec(self) -> ResourceSpec:
        """Requests and limits as they were written."""
        if self.both is not None:
            return ResourceSpec.from_multiple_resource(self.both)
        return ResourceSpec(self.requests or Resources(), self.limits or Resources())

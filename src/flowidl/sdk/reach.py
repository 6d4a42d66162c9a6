"""What a run or a package needs: everything that an entity refers to, directly and through others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from flowidl.errors import BuildError
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
    from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
    from flowidl.builders.nodes import Entity, Step
    from flowidl.core.v1.interface_pb2 import TypedInterface
    from flowidl.core.v1.tasks_pb2 import TaskTemplate
    from flowidl.sdk.settings import SerializationSettings
    from flowidl.values.signatures import Signature


class LocalParts(NamedTuple):
    """What one entity adds to a run on this machine.

    `started` are workflows that launch plans start, `signals` annotations of input gates by name.
    """

    tasks: tuple[TaskTemplate, ...] = ()
    plans: tuple[LaunchPlan, ...] = ()
    started: tuple[WorkflowSpec, ...] = ()
    signals: Mapping[str, Any] = {}


class Reachable(Protocol):
    """What is known of anything that can be called."""

    kind: str
    name: str
    signature: Signature
    mock: Any

    @property
    def key(self) -> str:
        """What tells it apart."""
        ...

    @property
    def typed_interface(self) -> TypedInterface:
        """The interface's message."""
        ...

    @property
    def implementation(self) -> Any:
        """What runs it locally, or `None`."""
        ...

    def same_as(self, other: Any, /) -> bool:
        """Tell whether another entity may stand for this one."""
        ...

    def needs(self) -> Iterable[Any]:
        """Return what it refers to."""
        ...

    def step(self, values: Mapping[str, object], /) -> Step:
        """Return the step of a call."""
        ...

    def missing(self, name: str, /) -> BuildError:
        """Return the error for an input that is not given."""
        ...

    def local_parts(self) -> LocalParts:
        """Return what it adds to a run on this machine."""
        ...

    def whole(self) -> WorkflowSpec | None:
        """Return the message of a workflow, `None` for anything else."""
        ...

    def written(self, settings: SerializationSettings, /) -> list[Entity]:
        """Return its own messages for a place."""
        ...


R = TypeVar("R", bound=Reachable)


def everything(starts: Iterable[R]) -> dict[str, R]:
    """Return entities and all that they need, by key; two that differ under one key are refused."""
    found: dict[str, R] = {}
    waiting = list(starts)
    while waiting:
        each = waiting.pop()
        first = found.get(each.key)
        if first is each:
            continue
        if first is not None:
            check_same(first, each)
            continue
        found[each.key] = each
        waiting.extend(each.needs())
    return found


def check_same(first: Reachable, second: Reachable) -> None:
    """Refuse two entities of one key that differ."""
    if first is not second and not first.same_as(second):
        raise BuildError(f"two different definitions are called `{second.name}`", rule="entity-defined-twice")

"""One fault, and the readings of a list of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from flowidl.compiler.entities import NodeRecord, Unit, WorkflowAnalysis
from flowidl.compiler.faults.fact import Fact
from flowidl.compiler.faults.nodes import AliasesCollide
from flowidl.findings import Reference
from flowidl.paths import ROOT, FieldPath
from flowidl.source.definitions import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flowidl.compiler.entities import LaunchPlanRecord, TaskRecord
    from flowidl.source.definitions import Definition

Facts = TypeVar("Facts", bound=Fact, covariant=True)


class Fault(Generic[Facts]):
    """One fault: its facts, where it is, what the reference makes of it, and the fault that it follows from.

    `owner` is the record that the fault is about, or the definition itself where there is no record; `path`
    leads from there to the field, and `steps` in the user's words.
    """

    __slots__ = ("cause", "facts", "node_id", "owner", "path", "reached", "steps")

    def __init__(
        self,
        facts: Facts,
        owner: NodeRecord | WorkflowAnalysis | TaskRecord | LaunchPlanRecord | Unit | Definition,
        path: FieldPath = ROOT,
        steps: tuple[str, ...] = (),
        *,
        node_id: str = "",
        reached: bool = True,
        cause: Fault[Fact] | None = None,
    ) -> None:
        self.facts = facts
        self.owner = owner
        self.path = path
        self.steps = steps
        self.node_id = node_id
        self.reached = reached
        self.cause = cause

    def __repr__(self) -> str:
        return f"<{type(self.facts).__name__} {self.code}@{self.node_id!r} {self.facts!r}>"

    @property
    def code(self) -> str | None:
        """The reference's code for this kind of fault, whether or not it gets here."""
        return self.facts.code

    @property
    def reference(self) -> Reference | None:
        """What the reference compiler reports, or `None` where it has no such check or stops before it."""
        code = self.code
        return Reference(code, self.node_id) if self.reached and code is not None else None

    @property
    def refuses(self) -> bool:
        """Whether this fault alone keeps a workflow or task from being compiled."""
        return type(self.facts) is not AliasesCollide

    @property
    def unit(self) -> Unit | None:
        """The compile that the fault belongs to, if any."""
        workflow = self.workflow
        if workflow is not None:
            return workflow.unit
        return self.owner if isinstance(self.owner, Unit) else None

    @property
    def node(self) -> NodeRecord | None:
        """The node that the fault is about, for faults of bindings the consumer; `None` if there is none."""
        return self.owner if isinstance(self.owner, NodeRecord) else None

    @property
    def workflow(self) -> WorkflowAnalysis | None:
        """The workflow that the fault is in, if any."""
        if isinstance(self.owner, NodeRecord):
            return self.owner.workflow
        return self.owner if isinstance(self.owner, WorkflowAnalysis) else None

    @property
    def place(self) -> Place:
        """Where the fault is: the definition, the field, and the way there in the user's words."""
        owner = self.owner.definition if isinstance(self.owner, Unit) else self.owner
        if isinstance(owner, tuple):
            return Place(owner, self.path, self.steps)
        return owner.place(self.path, *self.steps)

    @property
    def root(self) -> Fault[Fact]:
        """The fault at the end of the chain of causes; itself if it has none."""
        fault: Fault[Fact] = self
        while fault.cause is not None:
            fault = fault.cause
        return fault


def of(faults: Iterable[Fault[Fact]], *kinds: type[Facts]) -> Iterator[Fault[Facts]]:
    """Yield the faults whose facts are of one of the given kinds, in order."""
    for fault in faults:
        if type(fault.facts) in kinds:
            yield fault  # type: ignore[misc]  # narrowed by the test above


def references(faults: Iterable[Fault[Fact]]) -> set[Reference]:
    """Return what the reference compiler reports: a set, as its errors are one."""
    return {fault.reference for fault in faults if fault.reference is not None}

"""What one compile knows while it runs: the types, the faults so far, and how far the reference would have
come.

The reference keeps errors in a set and decides by counting them ("did anything go wrong in this part").
`errors` is that count; a part remembers it before and compares it after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.faults import Fact, Fault
from flowidl.paths import ROOT, FieldPath
from flowidl.trampoline import answer

if TYPE_CHECKING:
    from collections.abc import Generator

    from flowidl.compiler.entities import LaunchPlanRecord, NodeRecord, TaskRecord, Unit, WorkflowAnalysis
    from flowidl.compiler.interfaces import Interface
    from flowidl.compiler.model import Model
    from flowidl.source.definitions import Definition

    Owner = NodeRecord | WorkflowAnalysis | TaskRecord | LaunchPlanRecord | Unit | Definition

    #: A part of the walk that may be deep: it yields further parts, and is sent their answers.
    Procedure = Generator["Procedure", bool, bool]

#: Beyond this many faults in one run, only those are kept that the reference would report as a new error.
MAX_FAULTS = 50_000


class Context:
    """State of the compile of one unit. `model` gathers what all units of a run have in common."""

    __slots__ = (
        "_seen",
        "_start",
        "alias_faults",
        "causes",
        "collisions",
        "errors",
        "first_fault",
        "lifts",
        "model",
        "reached",
        "trials",
        "types",
        "unit",
    )

    def __init__(self, model: Model, unit: Unit) -> None:
        self.model = model
        self.types = model.types
        self.unit = unit
        self.errors = 0
        #: False from the point on where the reference has given up.
        self.reached = True
        #: The first fault of each node that has one.
        self.first_fault: dict[NodeRecord, Fault[Fact]] = {}
        #: What is to blame for nodes that have no interface, or run something that is not here.
        self.causes: dict[NodeRecord, Fault[Fact]] = {}
        #: Nodes whose aliases are at fault, which hides all of their outputs, with the first such fault.
        self.alias_faults: dict[NodeRecord, Fault[Fact]] = {}
        #: Outputs that cannot be told apart because of aliases (QK-28), by node and name.
        self.collisions: dict[tuple[NodeRecord, str], Fault[Fact]] = {}
        #: Lifted interfaces of array nodes, by inner interface and bound inputs.
        self.lifts: dict[tuple[int, frozenset[str]], tuple[Interface, Interface]] = {}
        #: How often a value was tried on a union's variant.
        self.trials = 0
        self._start = len(model.faults)
        self._seen: set[tuple[str | None, str]] | None = None

    def fault(
        self,
        facts: Fact,
        owner: Owner,
        path: FieldPath = ROOT,
        steps: tuple[str, ...] = (),
        *,
        node_id: str = "",
        cause: Fault[Fact] | None = None,
        counts: bool = True,
    ) -> Fault[Fact]:
        """Record a fault. `counts` is false for those of ours that the reference takes no notice of."""
        fault = Fault(facts, owner, path, steps, node_id=node_id, reached=self.reached, cause=cause)
        if counts:
            self.errors += 1
        faults = self.model.faults
        if len(faults) < MAX_FAULTS or self._is_new(fault):
            faults.append(fault)
        else:
            self.model.faults_left_out += 1
        return fault

    def node_fault(
        self,
        facts: Fact,
        node: NodeRecord,
        path: FieldPath = ROOT,
        steps: tuple[str, ...] = (),
        *,
        node_id: str | None = None,
        cause: Fault[Fact] | None = None,
    ) -> Fault[Fact]:
        """Record a fault of a node; the reference attaches the node's id unless said otherwise."""
        id = node.id if node_id is None else node_id
        fault = self.fault(facts, node, path, steps, node_id=id, cause=cause)
        self.first_fault.setdefault(node, fault)
        return fault

    def _is_new(self, fault: Fault[Fact]) -> bool:
        """Tell whether no fault so far of this compile has the same code and node id."""
        if self._seen is None:
            self._seen = {(known.code, known.node_id) for known in self.model.faults[self._start :]}
        pair = (fault.code, fault.node_id)
        if pair in self._seen:
            return False
        self._seen.add(pair)
        return True


def run(procedure: Procedure) -> bool:
    """Run a part of the walk to its end, with nested parts on a stack of our own."""
    return answer(procedure, lambda part: part)

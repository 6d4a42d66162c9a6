"""The model: what analysis knows about a set of definitions, for rules, emission and reports to read.

Analysis fills it in one walk and nothing changes it afterwards. The records that it lists are those of
`flowidl.compiler.entities`.

    Model
      tasks, launch_plans          every one of the input, in input order
      units                        every compile: one primary workflow with its sub-workflows
        Unit.primary, .sub_workflows
          WorkflowAnalysis.nodes, .failure, .start, .end, .upstream, .downstream
            NodeRecord             also for nodes nested in branches and arrays (`children`, `parent`)
      faults                       everything found, see `flowidl.compiler.faults`
      by_kind, promises, aliased, timed, ...    lists sifted during the walk, so that rules need no walk
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import NodeKind
from flowidl.compiler.interfaces import Everything, Interface
from flowidl.paths import FieldPath
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flowidl.compiler.entities import LaunchPlanRecord, NodeRecord, TaskRecord, Unit, WorkflowAnalysis
    from flowidl.compiler.faults import Fact, Fault
    from flowidl.compiler.targets import Target
    from flowidl.core.v1.literals_pb2 import Scalar
    from flowidl.core.v1.types_pb2 import OutputReference
    from flowidl.source.definitions import Definition
    from flowidl.types.table import Type, TypeTable


class PromiseUse(NamedTuple):
    """A promise that selects a part of an output, by an index in its text or by an attribute path.

    `path` leads from the node to the promise. `whole` is the type of the output, `part` the
    type that the reference resolves, `skipped` the attributes that it passed over without looking.
    """

    node: NodeRecord
    variable: str
    path: FieldPath
    promise: OutputReference
    provider: NodeRecord
    output: str
    element: int | None
    whole: Type
    part: Type
    skipped: tuple[int, ...] = ()


class StoredValue(NamedTuple):
    """A scalar that is bound, and that is kept at an address: a file, a schema, a dataset, or a union.

    `path` leads from the node to the scalar.
    """

    node: NodeRecord
    variable: str
    path: FieldPath
    scalar: Scalar


class LooseCast(NamedTuple):
    """A binding that the reference accepts on grounds that may not hold at run time.

    `notes` are the grounds: see `flowidl.types.answers.Note`.
    """

    node: NodeRecord
    variable: str
    path: FieldPath
    given: Type
    expected: Type
    notes: tuple[str, ...]


class UnboundOptional(NamedTuple):
    """An input that is left unbound and that the reference takes for optional.

    `accepts_none` tells whether its type really has a none variant (see quirk QK-8).
    """

    node: NodeRecord
    variable: str
    type: Type
    accepts_none: bool


class UnknownUpstream(NamedTuple):
    """An entry of `core.Node.upstream_node_ids` that names no node."""

    node: NodeRecord
    position: int
    id: str


class Model:
    """Everything that analysis knows about one set of definitions."""

    __slots__ = (
        "aliased",
        "by_kind",
        "cached",
        "definitions",
        "faults",
        "faults_left_out",
        "launch_plans",
        "loose_casts",
        "overridden",
        "promises",
        "stored",
        "target",
        "tasks",
        "timed",
        "types",
        "unbound_optionals",
        "units",
        "unknown_interface",
        "unknown_upstreams",
    )

    def __init__(self, definitions: Sequence[Definition], target: Target, types: TypeTable) -> None:
        self.definitions = tuple(definitions)
        self.target = target
        self.types = types
        #: The interface of what is not part of the input.
        self.unknown_interface = Interface(Everything(types.anything), Everything(types.anything), ())
        self.tasks: list[TaskRecord] = []
        self.launch_plans: list[LaunchPlanRecord] = []
        self.units: list[Unit] = []
        self.faults: list[Fault[Fact]] = []
        #: How many faults are not in the list because there are too many of them.
        self.faults_left_out = 0
        #: Nodes of every role by what they run; start and end nodes are not listed.
        self.by_kind: dict[NodeKind, list[NodeRecord]] = {kind: [] for kind in NodeKind}
        #: Task nodes with non-empty `overrides`.
        self.overridden: list[NodeRecord] = []
        #: Nodes with `metadata.timeout`.
        self.timed: list[NodeRecord] = []
        #: Nodes with `metadata.cacheable`, set and true.
        self.cached: list[NodeRecord] = []
        #: Nodes with `output_aliases`.
        self.aliased: list[NodeRecord] = []
        self.promises: list[PromiseUse] = []
        #: Constant inputs and outputs that are, or may hold, the address of a value that is stored elsewhere.
        self.stored: list[StoredValue] = []
        self.loose_casts: list[LooseCast] = []
        self.unbound_optionals: list[UnboundOptional] = []
        self.unknown_upstreams: list[UnknownUpstream] = []

    @property
    def workflows(self) -> Iterator[WorkflowAnalysis]:
        """Every compiled workflow of every unit."""
        for unit in self.units:
            yield from unit.workflows

"""Faults: what analysis found wrong, as facts without words.

A fault's kind is the class of its facts; `REFERENCE_CODES` says which code the reference compiler has for the
kind. Rules pick faults by kind (`of`) and give them a sentence, a severity and a remedy. The same list serves
two readings:

- *parity*: the set of `fault.reference` over all faults, without `None`, is the set of `(code, node id)` that
  the reference compiler reports;
- *explanation*: faults that only echo another one carry it as `cause`. Those that the reference would have
  met had it not stopped earlier are here too, with `reached == False` and so without a reference.

Where the reference attributes a fault to the provider of a value or to an id that does not exist, `node` is
nevertheless the consumer, the node that an author can change; `reference.node_id` keeps the reference's
choice.

Common facts: `variable` is a variable's name, `expected` and `given` are interned types, `provider` the node
that a promise names, `output` the name of the promised output as parsed from the promise's text, `id` an
identifier.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from flowidl.compiler.model import NodeRecord, Unit, WorkflowAnalysis
from flowidl.findings import Reference
from flowidl.paths import FieldPath
from flowidl.source.definitions import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import NamedTuple

    from flowidl.compiler.model import LaunchPlanRecord, Side, TaskRecord
    from flowidl.core.v1.types_pb2 import OutputReference
    from flowidl.names import EntityId
    from flowidl.source.definitions import Definition
    from flowidl.types.table import Type
else:
    from flowidl.quick import NamedTuple

# --- the input as a whole (reference phases P0 to P2: any of them, and the reference looks no further)


class TemplateMissing(NamedTuple):
    """A definition holds no workflow template (its message field is not set)."""


class TaskListMissing(NamedTuple):
    """`compile_workflow` was called with `tasks=None`."""


class ProvidedTaskWithoutId(NamedTuple):
    """A task that came along with a workflow has no template or no id.

    `position` counts in the list given.
    """

    position: int


class SubWorkflowRepeated(NamedTuple):
    """Two sub-workflows have one id. The fault's workflow is the later one."""

    id: EntityId
    first: WorkflowAnalysis


class SubWorkflowWithoutId(NamedTuple):
    """A sub-workflow has no id.

    The reference fails without any error here (QK-31). `position` counts in the list.
    """

    position: int


class SubWorkflowRing(NamedTuple):
    """Sub-workflows contain each other: the reference process dies (QK-18).

    `members` is the ring, starting with its smallest identifier; `nodes[i]` is the node of `members[i]` that
    refers to the next member.
    """

    members: tuple[WorkflowAnalysis, ...]
    nodes: tuple[NodeRecord, ...]


class TaskNotFound(NamedTuple):
    """No such task in the input. The fault's node is the first that refers to it; `users` are all of them."""

    id: EntityId
    users: tuple[NodeRecord, ...]


class LaunchPlanNotFound(NamedTuple):
    """No such launch plan in the input.

    The fault's node is the first that refers to it; `users` are all of them.
    """

    id: EntityId
    users: tuple[NodeRecord, ...]


class SubWorkflowNotFound(NamedTuple):
    """No such sub-workflow came along with the workflow."""

    id: EntityId


class NestedTooDeep(NamedTuple):
    """A message made in memory cannot be carried by protobuf: nested too deep, or broken text."""

    reason: str


# --- workflows and interfaces ---------------------------------------------------------------------


class NoNodes(NamedTuple):
    """The workflow has no nodes."""


class VariableWithoutName(NamedTuple):
    """A variable of an interface has an empty name.

    `owner` has the interface: the workflow itself, or what a node runs. A node is refused for each bad
    variable of what it runs, so these faults come once for each such node.
    """

    owner: WorkflowAnalysis | TaskRecord | LaunchPlanRecord | NodeRecord
    side: Side


class VariableWithoutType(NamedTuple):
    """A variable of an interface has no type. See `VariableWithoutName` for `owner`."""

    owner: WorkflowAnalysis | TaskRecord | LaunchPlanRecord | NodeRecord
    side: Side
    variable: str


# --- nodes ----------------------------------------------------------------------------------------


class NodeWithoutId(NamedTuple):
    """A node has no id."""


class NodeWithoutTarget(NamedTuple):
    """A node runs nothing: none of task, workflow, branch, gate and array node is set."""


class TaskNodeWithoutReference(NamedTuple):
    """A task node does not say which task."""


class WorkflowNodeWithoutReference(NamedTuple):
    """A workflow node refers neither to a launch plan nor to a sub-workflow."""


class LaunchPlanSideMissing(NamedTuple):
    """The launch plan's closure has no expected inputs, or no expected outputs, message at all."""

    launch_plan: LaunchPlanRecord
    side: Side


class SubWorkflowWithoutInterface(NamedTuple):
    """The sub-workflow's template has no interface message."""

    sub_workflow: WorkflowAnalysis


class ArrayWithoutNode(NamedTuple):
    """An array node has no inner node."""


class AliasRepeated(NamedTuple):
    """One output has two aliases. `position` is that of the later one in `output_aliases`."""

    output: str
    alias: str
    position: int


class AliasOfUnknownOutput(NamedTuple):
    """An alias names an output that the node does not have."""

    output: str
    alias: str
    position: int


class AliasesCollide(NamedTuple):
    """Two outputs of a node have one name after aliases, so that the name means neither (QK-28).

    The reference takes either one, from run to run; it has no error for it.
    """

    name: str
    outputs: tuple[str, ...]


class GateWithoutCondition(NamedTuple):
    """A gate node waits for nothing: none of approve, signal and sleep is set."""


class SignalWithoutType(NamedTuple):
    """A signal gate does not say the type of its value."""


class SignalWithoutOutput(NamedTuple):
    """A signal gate does not name its output."""


# --- branches -------------------------------------------------------------------------------------


class BranchPieceMissing(NamedTuple):
    """A part of a branch is missing that its interface depends on.

    `piece` is `if_else`, `case` or `then_node`; `case` counts the alternatives, 0 being the first.
    """

    piece: str
    case: int


class CaseWithoutNode(NamedTuple):
    """An alternative has no then-node. (The same absence also is a `BranchPieceMissing`.)"""

    case: int


class FirstCaseMissing(NamedTuple):
    """A branch has no first case. (The same absence also is a `BranchPieceMissing`.)"""


class ConditionMissing(NamedTuple):
    """A case has no condition, or a conjunction lacks a side.

    `tail` is the path's text form from the branch node to the missing expression.
    """

    case: int
    tail: str


class DefaultMissing(NamedTuple):
    """A branch has neither an else-node nor an error."""


class AlternativesDisagree(NamedTuple):
    """An output that all alternatives of a branch have is not of exactly one type.

    The fault's node is the later alternative; `first` is the one that it is compared with.
    """

    output: str
    first: NodeRecord
    expected: Type
    given: Type


class ExpressionEmpty(NamedTuple):
    """A boolean expression is neither a comparison nor a conjunction."""

    case: int


class OperandMissing(NamedTuple):
    """A side of a comparison is absent, or is neither a primitive nor a variable's name.

    `side` is left or right.
    """

    case: int
    side: str


class OperandIsScalar(NamedTuple):
    """A side of a comparison is a scalar, which this back end does not understand (QK-7).

    `side` is left or right.
    """

    case: int
    side: str


class OperandUnresolved(NamedTuple):
    """A comparison uses a variable, and the branch has no interface because of an earlier fault."""

    case: int
    side: str
    variable: str


class OperandUnknown(NamedTuple):
    """A comparison uses a variable that the branch does not bind."""

    case: int
    side: str
    variable: str


class OperandsDiffer(NamedTuple):
    """The sides of a comparison are not of exactly one type; `left_text`, `right_text` are variables or
    constants.
    """

    case: int
    left: Type
    right: Type
    left_text: str
    right_text: str


# --- bindings -------------------------------------------------------------------------------------
# The fault's node is the one that binds; for the workflow's outputs it is the end node. `position` counts in
# the list of bindings; the fault's place leads to the very value inside collections and maps.


class UnknownInput(NamedTuple):
    """A binding names a variable that the node's interface lacks (BI-1)."""

    variable: str
    position: int


class BindingWithoutData(NamedTuple):
    """A binding names a variable and binds nothing to it (BI-2)."""

    variable: str
    position: int


class InputBoundTwice(NamedTuple):
    """A second binding for a variable (BI-3)."""

    variable: str
    position: int
    first: int


class InputNotBound(NamedTuple):
    """A declared input without a usable binding (BI-4)."""

    variable: str
    type: Type


class UnionAmbiguous(NamedTuple):
    """A value fits two variants of the expected union (BI-5). `fits` are the two."""

    variable: str
    expected: Type
    fits: tuple[Type, Type]


class UnionUnfit(NamedTuple):
    """A value fits no variant of the expected union (BI-6)."""

    variable: str
    expected: Type


class ShapeMismatch(NamedTuple):
    """A collection or map is bound where the expected type is another one (BI-7). `given` is `list` or `map`.

    `untyped` tells that this is an input of a branch or approve gate, where no such binding is accepted
    (BI-17).
    """

    variable: str
    expected: Type
    given: str
    untyped: bool


class ValueUnsupported(NamedTuple):
    """A binding holds an offloaded literal, or nothing (BI-10). `given` is `offloaded literal` or empty."""

    variable: str
    given: str


class ScalarUntyped(NamedTuple):
    """The type of a bound scalar cannot be told (BI-8). `given` names the scalar's member, or is empty."""

    variable: str
    given: str


class ScalarMismatch(NamedTuple):
    """A bound scalar is not castable to the expected type.

    `notes` (see `flowidl.types.cast.Note`) are not empty where the reference may see it otherwise.
    """

    variable: str
    expected: Type
    given: Type
    notes: tuple[str, ...] = ()


class EnumValueIllegal(NamedTuple):
    """A scalar bound to an enum is none of its values (BI-9).

    `value` is empty for scalars that are not strings.
    """

    variable: str
    expected: Type
    value: str


class PromiseToUnknownNode(NamedTuple):
    """A promise names a node that does not exist here (BI-11).

    `provider` is the node of that id where there is one that cannot be seen from here: one listed later than
    a branch (`later`), or one nested in a branch.
    """

    variable: str
    provider_id: str
    provider: NodeRecord | None
    later: bool


class PromiseSyntax(NamedTuple):
    """The text of a promise does not name one output (BI-12)."""

    variable: str
    text: str


class PromiseToUnknownOutput(NamedTuple):
    """A promise names an output that its provider lacks (BI-13).

    If the provider has no interface, which is a fault of its own, that one is the `cause`.
    """

    variable: str
    provider: NodeRecord
    output: str


class PromiseIndexed(NamedTuple):
    """A promise takes an element of something that is not a collection (BI-14)."""

    variable: str
    provider: NodeRecord
    output: str
    given: Type
    element: int


class FieldUnknown(NamedTuple):
    """An attribute path names a field that the dataclass lacks (BI-15). `attribute` counts in the path."""

    variable: str
    provider: NodeRecord
    output: str
    given: Type
    field: str
    attribute: int


class PromiseMismatch(NamedTuple):
    """A promised value is not castable to the expected type (BI-16).

    `given` is the type after index and attributes, `whole` that of the output. `untyped` tells that this is
    an input of a branch or approve gate, which expects `whole` whatever the author means (BI-18).
    """

    variable: str
    provider: NodeRecord
    output: str
    expected: Type
    given: Type
    whole: Type
    promise: OutputReference
    untyped: bool
    notes: tuple[str, ...] = ()


class Companion(NamedTuple):
    """`ParameterNotBound` of a consumer: the reference reports it beside the `cause`, a provider's fault."""

    variable: str


# --- the graph ------------------------------------------------------------------------------------


class Cycle(NamedTuple):
    """Nodes that wait for each other, and are reached. `ring` starts with its smallest id."""

    ring: tuple[NodeRecord, ...]


class Unreachable(NamedTuple):
    """Nodes that are never reached from the start node, sorted by id.

    `rings` are the cycles among them (QK-14), each starting with its smallest id; `unknown` are upstream ids
    of theirs that name no node. If all of it only echoes earlier faults (QK-15), the first of those is the
    `cause`.
    """

    nodes: tuple[NodeRecord, ...]
    rings: tuple[tuple[NodeRecord, ...], ...]
    unknown: tuple[tuple[NodeRecord, str], ...]


class CompiledTooOften(NamedTuple):
    """A sub-workflow with branches is used by so many others that its compiled form would not fit anywhere.

    The reference compiles it once for each way to it, and the ids of nested nodes grow each time (QK-16).
    """

    sub_workflow: str


# --- tasks on their own (reference phase T) -------------------------------------------------------


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


#: The reference compiler's code for each kind of fault; `None` for kinds of our own.
REFERENCE_CODES: dict[type[tuple[object, ...]], str | None] = {
    TemplateMissing: "ValueRequired",
    TaskListMissing: "ValueRequired",
    ProvidedTaskWithoutId: "ValueRequired",
    SubWorkflowRepeated: "DuplicateId",
    SubWorkflowWithoutId: None,
    SubWorkflowRing: None,
    TaskNotFound: "TaskReferenceNotFound",
    LaunchPlanNotFound: "WorkflowReferenceNotFound",
    SubWorkflowNotFound: "WorkflowReferenceNotFound",
    NestedTooDeep: None,
    NoNodes: "NoNodesFound",
    VariableWithoutName: "ValueRequired",
    VariableWithoutType: "ValueRequired",
    NodeWithoutId: "ValueRequired",
    NodeWithoutTarget: "ValueRequired",
    TaskNodeWithoutReference: "ValueRequired",
    WorkflowNodeWithoutReference: "WorkflowReferenceNotFound",
    LaunchPlanSideMissing: "ValueRequired",
    SubWorkflowWithoutInterface: "ValueRequired",
    ArrayWithoutNode: "ValueRequired",
    AliasRepeated: "DuplicateAlias",
    AliasOfUnknownOutput: "ParameterNotBound",
    AliasesCollide: None,
    GateWithoutCondition: "NoConditionFound",
    SignalWithoutType: "ValueRequired",
    SignalWithoutOutput: "ValueRequired",
    BranchPieceMissing: "ValueRequired",
    CaseWithoutNode: "BranchNodeIdNotFound",
    FirstCaseMissing: "BranchNodeHasNoCondition",
    ConditionMissing: "BranchNodeHasNoCondition",
    DefaultMissing: "BranchNodeHasNoDefault",
    AlternativesDisagree: "MismatchingTypes",
    ExpressionEmpty: "ValueRequired",
    OperandMissing: "ValueRequired",
    OperandIsScalar: "ValueRequired",
    OperandUnresolved: "ValueRequired",
    OperandUnknown: "VariableNameNotFound",
    OperandsDiffer: "MismatchingTypes",
    UnknownInput: "VariableNameNotFound",
    BindingWithoutData: "ValueRequired",
    InputBoundTwice: "ParameterBoundMoreThanOnce",
    InputNotBound: "ParameterNotBound",
    UnionAmbiguous: "AmbiguousBindingUnionValue",
    UnionUnfit: "IncompatibleBindingUnionValue",
    ShapeMismatch: "MismatchingBindings",
    ValueUnsupported: "MismatchingBindings",
    ScalarUntyped: "UnrecognizedValue",
    ScalarMismatch: "MismatchingTypes",
    EnumValueIllegal: "IllegalEnumValue",
    PromiseToUnknownNode: "NodeReferenceNotFound",
    PromiseSyntax: "SyntaxError",
    PromiseToUnknownOutput: "VariableNameNotFound",
    PromiseIndexed: "MismatchingTypes",
    FieldUnknown: "FieldNotFound",
    PromiseMismatch: "MismatchingTypes",
    Companion: "ParameterNotBound",
    Cycle: "CycleDetected",
    Unreachable: "UnreachableNodes",
    CompiledTooOften: None,
    TaskWithoutId: "ValueRequired",
    ImageMissing: "ValueRequired",
    CommandMissing: "ValueRequired",
    QuantityInvalid: "UnrecognizedValue",
    PodSpecInvalid: "InvalidValue",
    PodContainerName: "InvalidValue",
}

Facts = TypeVar("Facts", covariant=True)


class Fault(Generic[Facts]):
    """One fault: its facts, where it is, what the reference makes of it, and the fault that it follows from.

    `owner` is the record that the fault is about, or the definition itself where there is no record; `tail`
    leads from there to the field, as a path's text form, and `steps` in the user's words.
    """

    __slots__ = ("cause", "facts", "node_id", "owner", "reached", "steps", "tail")

    def __init__(
        self,
        facts: Facts,
        owner: NodeRecord | WorkflowAnalysis | TaskRecord | LaunchPlanRecord | Unit | Definition,
        tail: str = "",
        steps: tuple[str, ...] = (),
        *,
        node_id: str = "",
        reached: bool = True,
        cause: Fault[object] | None = None,
    ) -> None:
        self.facts = facts
        self.owner = owner
        self.tail = tail
        self.steps = steps
        self.node_id = node_id
        self.reached = reached
        self.cause = cause

    def __repr__(self) -> str:
        return f"<{type(self.facts).__name__} {self.code}@{self.node_id!r} {self.facts!r}>"

    @property
    def code(self) -> str | None:
        """The reference's code for this kind of fault, whether or not it gets here."""
        return REFERENCE_CODES[type(self.facts)]  # type: ignore[index]  # facts are one of the kinds above

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
            return Place(owner, FieldPath.parse(self.tail), self.steps)
        return owner.place(self.tail, *self.steps)

    @property
    def root(self) -> Fault[object]:
        """The fault at the end of the chain of causes; itself if it has none."""
        fault: Fault[object] = self
        while fault.cause is not None:
            fault = fault.cause
        return fault


def of(faults: Iterable[Fault[object]], *kinds: type[Facts]) -> Iterator[Fault[Facts]]:
    """Yield the faults whose facts are of one of the given kinds, in order."""
    for fault in faults:
        if type(fault.facts) in kinds:
            yield fault  # type: ignore[misc]  # narrowed by the test above


def references(faults: Iterable[Fault[object]]) -> set[Reference]:
    """Return what the reference compiler reports: a set, as its errors are one."""
    return {fault.reference for fault in faults if fault.reference is not None}

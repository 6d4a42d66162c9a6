"""The records of analysis: tasks, launch plans, workflows and their nodes, as rules and emission read them.

Analysis fills these records in one walk and nothing changes them afterwards. The messages of the input are
referred to and never copied or mutated; what the reference compiler would have rewritten in place (ids of
nodes nested in branches, absent interfaces, start and end nodes, connections) stands in the records beside
them.

Workflows that the reference never compiles (provided but not reached from the primary) have `compiled ==
False` and no nodes.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import TYPE_CHECKING

from flowidl.compiler.interfaces import NO_INTERFACE, Everything, Interface, Side
from flowidl.names import END_NODE, START_NODE, EntityId
from flowidl.paths import ROOT, FieldPath, Step
from flowidl.source.definitions import Definition, Place
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flowidl.admin.v1.launch_plan_pb2 import LaunchPlanSpec
    from flowidl.compiler.interfaces import Declared
    from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
    from flowidl.core.v1.interface_pb2 import TypedInterface
    from flowidl.core.v1.literals_pb2 import Binding
    from flowidl.core.v1.tasks_pb2 import TaskTemplate
    from flowidl.core.v1.workflow_pb2 import Node, WorkflowTemplate
    from flowidl.types.table import Type


class NodeKind(enum.Enum):
    """What a node runs. `UNSET` has no target, `WORKFLOW` is a workflow node without a reference."""

    START = "start"
    END = "end"
    TASK = "task"
    SUB_WORKFLOW = "sub-workflow"
    LAUNCH_PLAN = "launch plan"
    WORKFLOW = "workflow"
    BRANCH = "branch"
    APPROVE = "approve gate"
    SIGNAL = "signal gate"
    SLEEP = "sleep gate"
    GATE = "gate"
    ARRAY = "array"
    UNSET = "unset"


class NodeRole(enum.Enum):
    """Where a node stands: in the node list, in a branch, in an array node, as failure node, or synthetic."""

    TOP = "top"
    NESTED = "nested"
    INNER = "inner"
    FAILURE = "failure"
    FRAME = "frame"


class Record:
    """What all records have in common: they stand in a definition, and so do their fields."""

    __slots__ = ()

    def place(self, tail: FieldPath = ROOT, *steps: str) -> Place:
        """Return the place of the record, or the place `tail` in it."""
        raise NotImplementedError

    def field(self, *names: str) -> Place:
        """Return the place of a field of the record, or of a field in that, and so on."""
        return self.place(ROOT.field(*names))


class TaskRecord(Record):
    """One task of the input.

    `interface` is `None` where a variable lacks a name or a type. `path` leads from the definition's message
    to the template.
    """

    __slots__ = ("declared", "definition", "id", "interface", "path", "template")

    def __init__(
        self,
        definition: Definition,
        path: FieldPath,
        template: TaskTemplate,
        id: EntityId | None,
        declared: Declared,
    ) -> None:
        self.definition = definition
        self.path = path
        self.template = template
        self.id = id
        self.declared = declared
        self.interface: Interface | None = declared.interface if declared.is_sound else None

    @property
    def contract(self) -> tuple[object, ...]:
        """What users rely on: two tasks of equal contracts may stand for each other."""
        interface = self.declared.interface
        return interface.inputs, interface.outputs, self.declared.is_sound

    def place(self, tail: FieldPath = ROOT, *steps: str) -> Place:
        """Return the place `tail` in the template."""
        return Place(self.definition, self.path / tail, steps)

    def declaration(self, side: Side, name: str) -> Place:
        """Return the place where a variable of the interface is declared."""
        tail = (*self.path, Step("interface"), Step(side.value), Step("variables", name))
        return Place(self.definition, FieldPath(tail), (f"{side.word} {name}",))


class LaunchPlanRecord(Record):
    """One launch plan of the input, with the interface that registration computes for it.

    Expected inputs are those of its workflow: with the launch plan's default parameter where it has one, left
    out where fixed, required otherwise. `workflow` is the analysis of its workflow where that is in the
    input. Without it the stored closure counts, and without a closure `known` is false: users are then not
    checked against it.
    """

    __slots__ = (
        "definition",
        "expected_inputs",
        "expected_outputs",
        "has_inputs",
        "has_outputs",
        "id",
        "interface",
        "is_sound",
        "known",
        "path",
        "required",
        "required_inputs",
        "spec",
        "workflow",
        "workflow_id",
    )

    def __init__(
        self, definition: Definition, path: FieldPath, spec: LaunchPlanSpec, id: EntityId | None
    ) -> None:
        self.definition = definition
        self.path = path
        self.spec = spec
        self.id = id
        self.workflow_id: EntityId | None = None
        self.workflow: WorkflowAnalysis | None = None
        self.known = False
        #: Expected inputs by name; `None` stands for a parameter without a type (`core.ParameterMap`).
        self.expected_inputs: dict[str, Type | None] = {}
        self.expected_outputs: dict[str, Type | None] = {}
        #: Those of the expected inputs that are `required: true`.
        self.required: frozenset[str] = frozenset()
        #: The same as an interface, without variables that lack a name or a type; and its required inputs.
        self.interface: Interface = NO_INTERFACE
        self.required_inputs: dict[str, Type] = {}
        #: Whether every variable has a name and a type.
        self.is_sound = True
        self.has_inputs = False
        self.has_outputs = False

    @property
    def contract(self) -> tuple[object, ...]:
        """What users rely on: two launch plans of equal contracts may stand for each other."""
        sides = self.expected_inputs, self.expected_outputs
        return *sides, self.required, self.known, self.has_inputs, self.has_outputs

    def place(self, tail: FieldPath = ROOT, *steps: str) -> Place:
        """Return the place `tail` in the spec."""
        return Place(self.definition, self.path / tail, steps)

    def declaration(self, side: Side, name: str) -> Place | None:
        """Return the place where a variable is declared: in this launch plan, or in its workflow."""
        if side is Side.INPUTS and name in self.spec.default_inputs.parameters:
            tail = (*self.path, Step("default_inputs"), Step("parameters", name))
            return Place(self.definition, FieldPath(tail), (f"input {name}",))
        return None if self.workflow is None else self.workflow.declaration(side, name)


class NodeRecord(Record):
    """One node of a compiled workflow, wherever it stands.

    `id` is the id after compile: a node nested in a branch has its branch's id in front. `target` is what the
    node runs where that was found. `interface` is `None` where it could not be derived. An `opaque` node runs
    something that is not part of the input: its interface has any variable, so that nothing is held against
    its users. `outputs` are the outputs under the names that consumers see (after aliases); empty without an
    interface. `children` are the nested nodes of a branch in order (then-nodes, else-node last) or the inner
    node of an array. `position` counts in the list that holds the node: for nested nodes 0 is the first case,
    `ELSE` the else-node.
    """

    __slots__ = (
        "_message",
        "children",
        "id",
        "interface",
        "kind",
        "outputs",
        "parent",
        "position",
        "role",
        "runs_itself",
        "target",
        "workflow",
    )

    def __init__(
        self,
        workflow: WorkflowAnalysis,
        message: Node | None,
        id: str,
        kind: NodeKind,
        role: NodeRole,
        position: int,
        parent: NodeRecord | None,
        target: TaskRecord | LaunchPlanRecord | WorkflowAnalysis | None,
        interface: Interface | None,
    ) -> None:
        self.workflow = workflow
        self._message = None if role is NodeRole.TOP else message
        self.id = id
        self.kind = kind
        self.role = role
        self.position = position
        self.parent = parent
        self.target = target
        self.interface = interface
        self.outputs: Mapping[str, Type] = NO_INTERFACE.outputs if interface is None else interface.outputs
        self.children: tuple[NodeRecord, ...] = ()
        #: Whether its launch plan has the identifier of the workflow that it is in, as the reference compares
        #: them: two that are absent are equal. The node then has that workflow's interface.
        self.runs_itself = False

    @property
    def message(self) -> Node | None:
        """The node itself; `None` for start and end node.

        Top-level nodes are fetched again each time: to keep a hundred thousand of them costs more.
        """
        return self.workflow.node_messages[self.position] if self.role is NodeRole.TOP else self._message

    def __repr__(self) -> str:
        return f"<{self.role.value} node {self.id!r}, {self.kind.value}>"

    @property
    def opaque(self) -> bool:
        """Whether the node runs something that is not part of the input, at least in one alternative."""
        return type(self.outputs) is Everything

    @property
    def name(self) -> str:
        """The name given to the node by its author (`core.NodeMetadata.name`), or empty."""
        return "" if self.message is None else self.message.metadata.name

    @property
    def label(self) -> str:
        """The node in the user's words, e.g. `node n3 "fit"`."""
        if self.role is NodeRole.FRAME:
            return "workflow outputs" if self.kind is NodeKind.END else "workflow inputs"
        word = "failure node" if self.role is NodeRole.FAILURE else "node"
        id = self.id or "(no id)"
        return f'{word} {id} "{self.name}"' if self.name else f"{word} {id}"

    @property
    def bindings(self) -> Sequence[Binding]:
        """What the node binds; for the end node the workflow's outputs."""
        if self.message is not None:
            return self.message.inputs
        return self.workflow.outputs if self.kind is NodeKind.END else ()

    def path(self) -> FieldPath:
        """Return the path from the definition's message to the node; for start and end to the template."""
        chain: list[NodeRecord] = []
        node: NodeRecord | None = self
        while node is not None:
            chain.append(node)
            node = node.parent
        steps = list(self.workflow.path)
        for node in reversed(chain):
            steps += node._own_steps()
        return FieldPath(steps)

    def _own_steps(self) -> tuple[Step, ...]:
        if self.role is NodeRole.FRAME:
            return ()
        if self.role is NodeRole.TOP:
            return (Step("nodes", self.position),)
        if self.role is NodeRole.FAILURE:
            return (Step("failure_node"),)
        if self.role is NodeRole.INNER:
            return (Step("array_node"), Step("node"))
        if self.position == ELSE:
            return ROOT.field("branch_node", "if_else", "else_node")
        return case_path(self.position).field("then_node")

    def steps(self) -> tuple[str, ...]:
        """Return the way to the node in the user's world, e.g. `node b "check"`, `node b-n0 "fit"`."""
        chain: list[str] = []
        node: NodeRecord | None = self
        while node is not None and node.role is not NodeRole.FRAME:
            chain.append(node.label)
            node = node.parent
        return (*self.workflow.steps, *reversed(chain))

    def place(self, tail: FieldPath = ROOT, *steps: str) -> Place:
        """Return the place `tail` in the node.

        For the end node `inputs[0]` means the workflow's `outputs[0]`.
        """
        if self.kind is NodeKind.END and tail and tail[0].name == "inputs":
            tail = FieldPath((Step("outputs", tail[0].subscript), *tail[1:]))
        return Place(self.workflow.definition, self.path() / tail, (*self.steps(), *steps))

    def declaration(self, side: Side, name: str) -> Place | None:
        """Return the place where a variable of the node's interface is declared, where that is known."""
        if self.role is NodeRole.FRAME:
            return self.workflow.declaration(Side.INPUTS if side is Side.OUTPUTS else Side.OUTPUTS, name)
        return None if self.target is None else self.target.declaration(side, name)

    def descendants(self) -> Iterator[NodeRecord]:
        """Yield the nodes nested in this one at any depth, outer before inner, in order."""
        waiting = list(reversed(self.children))
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


def case_path(case: int) -> FieldPath:
    """Return the path from a branch node to one of its cases; 0 is the first."""
    block = ROOT.field("branch_node", "if_else")
    return block.field("case") if case == 0 else block.field("other").item(case - 1)


#: `NodeRecord.position` of a branch's else-node.
ELSE = -1


class WorkflowAnalysis(Record):
    """One workflow of a unit: its parts, its nodes, and the edges between them.

    `path` leads from the definition's message to the template. `interface` is `None` only where a variable
    lacks a name or a type. `nodes` are the top-level nodes in order without those swallowed for a repeated or
    reserved id (`swallowed`). `upstream` and `downstream` map a node id to the ids before and after it, in
    the order of discovery, as the reference's connections: see the specification of `core.ConnectionSet`.
    `one_sided` holds the dependencies that the reference records upstream only: those of nested nodes, of
    failure nodes and of branch and approve inputs. `failed` tells that the reference refuses this workflow;
    `stopped` that it refuses it before looking at its nodes; `repeats` is an equal workflow of the input that
    is itself a primary one.
    """

    __slots__ = (
        "compiled",
        "compiles",
        "declared",
        "definition",
        "downstream",
        "end",
        "failed",
        "failure",
        "failure_message",
        "id",
        "interface",
        "interface_message",
        "node_messages",
        "nodes",
        "normalised",
        "one_sided",
        "outputs",
        "path",
        "refers",
        "repeats",
        "special",
        "start",
        "steps",
        "stopped",
        "swallowed",
        "table",
        "template",
        "unit",
        "upstream",
        "users",
    )

    def __init__(
        self, unit: Unit, frame: Frame, declared: Declared, path: FieldPath, steps: tuple[str, ...]
    ) -> None:
        self.unit = unit
        self.definition = unit.definition
        self.path = path
        self.steps = steps
        self.template = frame.template
        self.node_messages = frame.nodes
        self.interface_message = frame.interface
        self.outputs = frame.outputs
        self.failure_message = frame.failure_node
        self.id = frame.id
        self.declared: Declared = declared
        self.interface: Interface | None = declared.interface if declared.is_sound else None
        self.compiled = False
        self.nodes: list[NodeRecord] = []
        self.swallowed: list[NodeRecord] = []
        #: Nodes, swallowed ones included, that need more than their bindings checked.
        self.special: list[NodeRecord] = []
        self.table: dict[str, NodeRecord] = {}
        self.failure: NodeRecord | None = None
        self.upstream: dict[str, tuple[str, ...]] = {}
        self.downstream: dict[str, list[str]] = {}
        self.one_sided: list[tuple[NodeRecord, str]] = []
        self.failed = False
        self.stopped = False
        #: Whether an absent interface has been replaced by an empty one, as validation does.
        self.normalised = False
        self.repeats: WorkflowAnalysis | None = None
        self.users: list[NodeRecord] = []
        #: Nodes, nested ones included, that refer to sub-workflows, with the workflows.
        self.refers: list[tuple[NodeRecord, WorkflowAnalysis]] = []
        #: Sub-workflows that are compiled on this one's account, in the reference's order.
        self.compiles: dict[WorkflowAnalysis, None] = {}
        inputs, outputs = declared.interface.inputs, declared.interface.outputs
        self.start = self._frame_node(START_NODE, NodeKind.START, Interface({}, inputs, ()))
        self.end = self._frame_node(END_NODE, NodeKind.END, Interface(outputs, {}, declared.wanted_outputs))
        self.table[START_NODE], self.table[END_NODE] = self.start, self.end

    @property
    def contract(self) -> tuple[object, ...]:
        """What users rely on: two workflows of equal contracts may stand for each other."""
        interface = self.declared.interface
        return interface.inputs, interface.outputs, self.declared.is_sound

    def _frame_node(self, id: str, kind: NodeKind, interface: Interface) -> NodeRecord:
        return NodeRecord(self, None, id, kind, NodeRole.FRAME, -1, None, None, interface)

    def __repr__(self) -> str:
        return f"<{self.id}>"

    def place(self, tail: FieldPath = ROOT, *steps: str) -> Place:
        """Return the place `tail` in the template."""
        return Place(self.definition, self.path / tail, (*self.steps, *steps))

    def declaration(self, side: Side, name: str) -> Place:
        """Return the place where a variable of the interface is declared."""
        tail = (*self.path, Step("interface"), Step(side.value), Step("variables", name))
        return Place(self.definition, FieldPath(tail), (*self.steps, f"{side.word} {name}"))

    def all_nodes(self) -> Iterator[NodeRecord]:
        """Yield every node: top-level in order with those nested in it, swallowed ones, the failure node."""
        for top in (*self.nodes, *self.swallowed, *(() if self.failure is None else (self.failure,))):
            yield top
            if top.children:
                yield from top.descendants()


class Frame(NamedTuple):
    """The parts of a workflow that compile looks at.

    They come from a `WorkflowTemplate`, or from a `DynamicJobSpec`, which has the same parts under other
    names.
    """

    template: WorkflowTemplate | DynamicJobSpec | None
    id: EntityId | None
    interface: TypedInterface | None
    nodes: Sequence[Node]
    outputs: Sequence[Binding]
    failure_node: Node | None


class Unit:
    """One compile: a primary workflow with everything given along.

    `sub_workflows` are all those provided, in order, reached or not. `aborted` tells that the reference stops
    before it validates anything (something referred to is missing). `precompiled` tells that the definition
    is the output of a compiler: start and end nodes stand in its node list and nested ids have their prefixes
    already.
    """

    __slots__ = (
        "aborted",
        "brings_tasks",
        "definition",
        "doubtful",
        "precompiled",
        "primary",
        "sub_workflows",
        "tasks",
    )

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.primary: WorkflowAnalysis
        self.sub_workflows: list[WorkflowAnalysis] = []
        #: Tasks that came inside the definition (closures, dynamic jobs); empty for specs.
        self.tasks: list[TaskRecord] = []
        self.brings_tasks = False
        self.aborted = False
        self.precompiled = False
        #: Whether a reference in it may mean several definitions that look different to it.
        self.doubtful = False

    @property
    def workflows(self) -> tuple[WorkflowAnalysis, ...]:
        """The primary workflow and every sub-workflow that compile reaches."""
        return (self.primary, *(workflow for workflow in self.sub_workflows if workflow.compiled))

"""The second pass: workflows, node by node, in the reference's order and with its results.

`NodeChecker` corresponds to the reference's phases P3 to P8; `flowidl.compiler.graph` does the rest. Order
matters in two places, and both are kept: the inputs of branches and approve gates see only nodes that come
earlier in the list, and a sub-workflow without interface has one as soon as it has been validated itself.

Parts that may be deep, branches in branches and sub-workflows in sub-workflows, are procedures: generators
that yield the parts they need done first (see `flowidl.compiler.context.run`).
"""

from __future__ import annotations

from collections import ChainMap
from typing import TYPE_CHECKING, NamedTuple

from flowidl.compiler.bindings import BindingChecker
from flowidl.compiler.conditions import check_condition
from flowidl.compiler.entities import LaunchPlanRecord, NodeKind, TaskRecord, WorkflowAnalysis
from flowidl.compiler.faults import (
    AliasesCollide,
    AliasOfUnknownOutput,
    AliasRepeated,
    AlternativesDisagree,
    ArrayWithoutNode,
    BranchPieceMissing,
    CaseWithoutNode,
    DefaultMissing,
    FirstCaseMissing,
    GateWithoutCondition,
    LaunchPlanSideMissing,
    NodeWithoutId,
    NodeWithoutTarget,
    NoNodes,
    SignalWithoutOutput,
    SignalWithoutType,
    SubWorkflowWithoutInterface,
    TaskNodeWithoutReference,
    VariableWithoutName,
    VariableWithoutType,
    WorkflowNodeWithoutReference,
)
from flowidl.compiler.graph import connect
from flowidl.compiler.interfaces import NO_INTERFACE, Interface, Side, lifted, lifts, required_of
from flowidl.compiler.spots import ALL_NODES
from flowidl.names import END_NODE, START_NODE
from flowidl.paths import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowidl.compiler.context import Context, Procedure
    from flowidl.compiler.entities import NodeRecord
    from flowidl.compiler.faults import Fault
    from flowidl.compiler.interfaces import Declared
    from flowidl.core.v1.workflow_pb2 import ArrayNode, BranchNode, IfBlock
    from flowidl.names import EntityId
    from flowidl.types.table import Type

_RESERVED = (START_NODE, END_NODE)


class NodeChecker:
    """Validates the workflows of one unit."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._types = context.types
        self._binder = BindingChecker(context)
        self._commons: dict[tuple[int, ...], _Common] = {}

    # --- workflows

    def workflow(self, workflow: WorkflowAnalysis) -> Procedure:
        """Validate one workflow, and the sub-workflows it runs that have not been validated yet."""
        context = self._context
        before = context.errors
        workflow.compiled = True
        if not workflow.node_messages:
            context.fault(NoNodes(), workflow, "nodes", node_id=id_text(workflow.id))
            workflow.failed = True
            return False
        self._frame(workflow)
        reached = context.reached
        context.reached = reached and not workflow.stopped
        for node in workflow.special:
            yield self.node(node, node.position)
        failure = workflow.failure
        self._bind_all(workflow)
        if failure is not None:
            yield self.node(failure, ALL_NODES)
            if failure.interface is not None and failure.id not in _RESERVED:
                self._bind_one_sided(failure, ALL_NODES)
        connect(context, workflow)
        context.reached = reached
        workflow.failed = context.errors != before
        return not workflow.failed

    def _frame(self, workflow: WorkflowAnalysis) -> None:
        """Check the workflow's own interface (P3); a bad variable stops the reference."""
        for facts in () if workflow.declared.is_sound else bad_variables(workflow.declared, workflow):
            tail, steps = _variable_tail(facts)
            self._context.fault(facts, workflow, f"interface.{tail}", steps, node_id=START_NODE)
            workflow.stopped = True
        workflow.normalised = True

    def _bind_all(self, workflow: WorkflowAnalysis) -> None:
        """Bind every node of the list and the outputs, and note what comes before each (P5, P8)."""
        bind, upstream = self._binder.bind, workflow.upstream
        messages = workflow.node_messages
        for node in workflow.nodes:
            interface = node.interface
            if interface is not None:
                message = messages[node.position]
                found = bind(node, message.inputs, interface)
                for id in message.upstream_node_ids:
                    found.append(id or START_NODE)
                if found:
                    upstream[node.id] = tuple(found if len(found) == 1 else dict.fromkeys(found))
        end = workflow.end
        assert end.interface is not None
        found = bind(end, workflow.outputs, end.interface)
        if found:
            upstream[END_NODE] = tuple(dict.fromkeys(found))

    def _bind_one_sided(self, node: NodeRecord, visible: int) -> None:
        """Bind a node whose dependencies the reference records upstream only."""
        assert node.interface is not None
        edges = node.workflow.one_sided
        assert node.message is not None
        found = self._binder.bind(node, node.message.inputs, node.interface, visible)
        edges.extend((node, id) for id in found)

    # --- nodes

    def node(self, node: NodeRecord, visible: int) -> Procedure:
        """Validate a node (1.4), apart from its bindings.

        `visible` is the last node that promises may name.
        """
        context = self._context
        before = context.errors
        if not node.id:
            context.node_fault(NodeWithoutId(), node, node_id="<node>")
        if node.id in _RESERVED:
            return context.errors == before
        if node.interface is None:
            yield from self._derive(node, visible)
        assert node.message is not None
        if node.interface is not None and node.message.output_aliases:
            self._aliases(node)
        if node.kind is NodeKind.BRANCH:
            yield from self._branch(node, visible)
        elif isinstance(node.target, WorkflowAnalysis) and not node.workflow.stopped:
            # The reference validates a sub-workflow again for each user, and for each node if it failed.
            target = node.target
            node.workflow.compiles[target] = None
            if not target.compiled:
                yield self.workflow(target)
            elif target.failed:
                context.errors += 1
        return context.errors == before

    def _derive(self, node: NodeRecord, visible: int) -> Procedure:
        """Derive a node's interface (1.6)."""
        context = self._context
        known = context.causes.get(node)
        if known is not None and not _may_succeed_now(known):
            context.errors += 1
            return False
        before = context.errors
        if node.kind is NodeKind.BRANCH:
            yield from self._branch_interface(node, visible)
        elif node.kind is NodeKind.ARRAY:
            yield from self._array_interface(node, visible)
        else:
            interface = self._plain_interface(node, visible)
            if interface is not None and context.errors == before:
                node.interface = interface
        if node.interface is not None:
            node.outputs = node.interface.outputs
        else:
            self._blame(node)
        return node.interface is not None

    def _blame(self, node: NodeRecord) -> None:
        """Note the fault that keeps a node from having an interface: its own, or one nested in it."""
        first, causes = self._context.first_fault, self._context.causes
        inner = (causes.get(child) or first.get(child) for child in node.children)
        fault = first.get(node) or next(filter(None, inner), None)
        if fault is not None:
            causes[node] = fault

    def _plain_interface(self, node: NodeRecord, visible: int) -> Interface | None:
        """Return the interface of a node without nested nodes, or `None` with a fault."""
        kind, target = node.kind, node.target
        if isinstance(target, TaskRecord):
            if target.interface is None:
                self._bad_variables(node, target, target.declared)
            return target.interface
        if isinstance(target, LaunchPlanRecord):
            return self._launch_plan_interface(node, target)
        if isinstance(target, WorkflowAnalysis):
            return self._sub_workflow_interface(node, target)
        if kind is NodeKind.APPROVE:
            inputs = self._binder.infer(node, visible)
            if "" in inputs:
                self._context.node_fault(VariableWithoutName(node, Side.INPUTS), node, "inputs")
            return Interface(inputs, inputs, ())
        if kind is NodeKind.SIGNAL:
            return self._signal_interface(node)
        if kind is NodeKind.SLEEP:
            return NO_INTERFACE
        facts, tail = _EMPTY_NODES[kind]
        self._context.node_fault(facts, node, tail)
        return None

    def _bad_variables(self, node: NodeRecord, owner: TaskRecord | WorkflowAnalysis, found: Declared) -> None:
        for facts in bad_variables(found, owner):
            self._context.node_fault(facts, node)

    def _sub_workflow_interface(self, node: NodeRecord, target: WorkflowAnalysis) -> Interface | None:
        if target.interface_message is None and not target.normalised:
            self._context.node_fault(
                SubWorkflowWithoutInterface(target), node, "workflow_node.sub_workflow_ref"
            )
            return None
        if target.interface is None:
            self._bad_variables(node, target, target.declared)
        return target.interface

    def _signal_interface(self, node: NodeRecord) -> Interface | None:
        assert node.message is not None
        signal = node.message.gate_node.signal
        if not signal.HasField("type"):
            self._context.node_fault(SignalWithoutType(), node, "gate_node.signal")
        elif not signal.output_variable_name:
            self._context.node_fault(SignalWithoutOutput(), node, "gate_node.signal")
        else:
            return Interface({}, {signal.output_variable_name: self._types.intern(signal.type)}, ())
        return None

    def _launch_plan_interface(self, node: NodeRecord, plan: LaunchPlanRecord) -> Interface | None:
        """Return a launch plan's interface for one node: the required inputs, and those it binds.

        What it binds must then be bound, which tells for a binding without data, and for the node in an
        array, where it is the array node that binds.
        """
        context, tail = self._context, "workflow_node.launchplan_ref"
        for present, side in ((plan.has_inputs, Side.INPUTS), (plan.has_outputs, Side.OUTPUTS)):
            if not present:
                context.node_fault(LaunchPlanSideMissing(plan, side), node, tail)
        if not plan.is_sound:
            self._bad_parameters(node, plan)
        assert node.message is not None
        inputs, known = plan.required_inputs, plan.interface.inputs
        bound = {item.var: known[item.var] for item in node.message.inputs if item.var in known}
        more = {name: type for name, type in bound.items() if name not in inputs}
        if not more:
            return Interface(inputs, plan.interface.outputs, plan.interface.required)
        required = (*plan.interface.required, *required_of(more))
        return Interface(ChainMap(more, inputs), plan.interface.outputs, required)

    def _bad_parameters(self, node: NodeRecord, plan: LaunchPlanRecord) -> None:
        """Note the variables without name or type of a launch plan that this node has to do with."""
        assert node.message is not None
        tail = "workflow_node.launchplan_ref"
        bound = {item.var for item in node.message.inputs}
        seen = {name: type for name, type in plan.expected_inputs.items() if name in plan.required | bound}
        for side, variables in ((Side.INPUTS, seen), (Side.OUTPUTS, plan.expected_outputs)):
            for name, type in variables.items():
                if not name:
                    self._context.node_fault(VariableWithoutName(plan, side), node, tail)
                if type is None:
                    self._context.node_fault(VariableWithoutType(plan, side, name), node, tail)

    def _array_interface(self, node: NodeRecord, visible: int) -> Procedure:
        """An array node has the interface of its inner node, or that lifted to collections (1.9)."""
        context = self._context
        if not node.children:
            context.node_fault(ArrayWithoutNode(), node, "array_node", node_id="")
            return False
        (inner,) = node.children
        if inner.interface is None:
            yield self._derive(inner, visible)
        interface = inner.interface
        assert node.message is not None
        array = node.message.array_node
        if interface is None:
            return False
        lift = context.model.target.lifts_arrays and not inner.opaque and lifts(array)
        node.interface = self._lifted(interface, array) if lift else interface
        return True

    def _lifted(self, interface: Interface, array: ArrayNode) -> Interface:
        """Lift an interface, once for each set of inputs that are passed on whole."""
        key = (id(interface), frozenset(array.bound_inputs))
        known = self._context.lifts.get(key)
        if known is None:
            known = self._context.lifts[key] = (interface, lifted(self._types, interface, key[1]))
        return known[1]

    def _aliases(self, node: NodeRecord) -> None:
        """Rename the outputs of a node that has aliases (1.7); a fault among them hides all outputs."""
        assert node.message is not None
        assert node.interface is not None
        if node.opaque:
            return
        before = self._context.errors
        renamed: dict[str, str] = {}
        for position, alias in enumerate(node.message.output_aliases):
            tail = f"output_aliases[{position}]"
            if alias.var in renamed:
                self._alias_fault(node, AliasRepeated(alias.var, alias.alias, position), tail)
                continue
            renamed[alias.var] = alias.alias
            if alias.var not in node.interface.outputs:
                self._alias_fault(node, AliasOfUnknownOutput(alias.var, alias.alias, position), tail)
        node.outputs = {}
        if self._context.errors == before:
            node.outputs = self._renamed(node, node.interface.outputs, renamed)

    def _alias_fault(self, node: NodeRecord, facts: object, tail: str) -> None:
        fault = self._context.node_fault(facts, node, tail)
        self._context.alias_faults.setdefault(node, fault)

    def _renamed(
        self, node: NodeRecord, outputs: Mapping[str, Type], renamed: dict[str, str]
    ) -> dict[str, Type]:
        """Return outputs under their new names, without those that share one."""
        sources: dict[str, list[str]] = {}
        for name in outputs:
            sources.setdefault(renamed.get(name, name), []).append(name)
        for name, names in sources.items():
            if len(names) > 1:
                facts = AliasesCollide(name, tuple(sorted(names)))
                fault = self._context.fault(facts, node, "output_aliases", node_id=node.id, counts=False)
                self._context.collisions[node, name] = fault
        return {name: outputs[names[0]] for name, names in sources.items() if len(names) == 1}

    # --- branches

    def _branch_interface(self, node: NodeRecord, visible: int) -> Procedure:
        """Derive a branch's interface (1.8, pass A): what it binds, and what all alternatives give."""
        context = self._context
        before = context.errors
        assert node.message is not None
        missing = _missing_piece(node.message.branch_node)
        if missing is not None:
            context.node_fault(BranchPieceMissing(missing, 0), node, "branch_node")
            return False
        for case, block in enumerate(node.message.branch_node.if_else.other, start=1):
            if not block.HasField("then_node"):
                tail = f"branch_node.if_else.other[{case - 1}]"
                context.node_fault(BranchPieceMissing("then_node", case), node, tail, (f"case {case + 1}",))
        for child in node.children:
            if child.interface is None:
                yield self._derive(child, visible)
        outputs = self._common_outputs([child for child in node.children if child.interface is not None])
        inputs = self._binder.infer(node, visible)
        if "" in inputs:
            context.node_fault(VariableWithoutName(node, Side.INPUTS), node, "inputs")
        if context.errors != before:
            return False
        if any(child.opaque for child in node.children):
            outputs = context.model.unknown_interface.outputs
        node.interface = Interface(inputs, outputs, required_of(inputs))
        return True

    def _common_outputs(self, alternatives: list[NodeRecord]) -> Mapping[str, Type]:
        """Return the outputs that all alternatives have, noting where their types are not the same."""
        interfaces = [child.interface for child in alternatives if child.interface is not None]
        key = tuple(id(interface.outputs) for interface in interfaces)
        common = self._commons.get(key)
        if common is None:
            common = self._commons[key] = _common(interfaces)
        for position, name in common.differing:
            child, first = alternatives[position], alternatives[0]
            if not child.opaque and not first.opaque:
                given, expected = interfaces[position].outputs[name], interfaces[0].outputs[name]
                self._context.node_fault(AlternativesDisagree(name, first, expected, given), child)
        return common.outputs

    def _branch(self, node: NodeRecord, visible: int) -> Procedure:
        """Validate a branch's conditions and what is nested in it (1.8, pass B)."""
        context = self._context
        before = context.errors
        assert node.message is not None
        block = node.message.branch_node.if_else
        if not block.HasField("case"):
            context.node_fault(FirstCaseMissing(), node, "branch_node", cause=context.causes.get(node))
        else:
            self._case(node, 0, block.case)
        for case, other in enumerate(block.other, start=1):
            self._case(node, case, other)
        if block.WhichOneof("default") is None:
            context.node_fault(DefaultMissing(), node, "branch_node")
        for child in node.children:
            if not _is_plain(child):
                yield self.node(child, visible)
        if context.errors == before:
            for child in node.children:
                if child.interface is not None:
                    self._bind_one_sided(child, visible)
        return context.errors == before

    def _case(self, node: NodeRecord, case: int, block: IfBlock) -> None:
        check_condition(self._context, node, case, block)
        if not block.HasField("then_node"):
            tail = f"branch_node.if_else.{'case' if case == 0 else f'other[{case - 1}]'}"
            facts = CaseWithoutNode(case)
            self._context.node_fault(
                facts, node, tail, (f"case {case + 1}",), cause=self._context.causes.get(node)
            )


def _is_plain(node: NodeRecord) -> bool:
    """Tell whether validation has nothing to say to a nested node: a known task without aliases."""
    assert node.message is not None
    plain = node.kind is NodeKind.TASK and node.interface is not None and not node.message.output_aliases
    return plain and bool(node.id) and node.id not in _RESERVED


def _may_succeed_now(cause: Fault[object]) -> bool:
    """Tell whether what kept a node from having an interface is gone: see `_sub_workflow_interface`."""
    return isinstance(cause.facts, SubWorkflowWithoutInterface) and cause.facts.sub_workflow.normalised


class _Common(NamedTuple):
    """Outputs that all alternatives have, and those of other types: (position of the alternative, name)."""

    outputs: Mapping[str, Type]
    differing: tuple[tuple[int, str], ...]


def _common(interfaces: list[Interface]) -> _Common:
    if not interfaces:
        return _Common({}, ())
    first = interfaces[0].outputs
    names = list(first)
    differing: list[tuple[int, str]] = []
    for position, interface in enumerate(interfaces):
        outputs = interface.outputs
        if outputs is not first:
            names = [name for name in names if name in outputs]
            differing += [(position, name) for name in names if outputs[name] is not first[name]]
    if len(names) == len(first):
        return _Common(first, tuple(differing))
    return _Common({name: first[name] for name in names}, tuple(differing))


def _missing_piece(branch: BranchNode) -> str | None:
    if not branch.HasField("if_else"):
        return "if_else"
    if not branch.if_else.HasField("case"):
        return "case"
    return None if branch.if_else.case.HasField("then_node") else "then_node"


def bad_variables(
    found: Declared, owner: TaskRecord | WorkflowAnalysis
) -> list[VariableWithoutName | VariableWithoutType]:
    """Return the facts about variables without name or type (WF-1, WF-2)."""
    return [
        *(VariableWithoutName(owner, side) for side in found.nameless),
        *(VariableWithoutType(owner, side, name) for side, name in found.untyped),
    ]


def _variable_tail(facts: VariableWithoutName | VariableWithoutType) -> tuple[str, tuple[str, ...]]:
    """Return where a bad variable stands in an interface, as a path's text form and in words."""
    name = facts.variable if isinstance(facts, VariableWithoutType) else ""
    step = str(Step("variables", name))
    return f"{facts.side.value}.{step}", (f"{facts.side.word} {name or '(no name)'}",)


#: What is wrong with a node that runs nothing, and the field where that shows.
_EMPTY_NODES: dict[NodeKind, tuple[object, str]] = {
    NodeKind.UNSET: (NodeWithoutTarget(), ""),
    NodeKind.TASK: (TaskNodeWithoutReference(), "task_node"),
    NodeKind.WORKFLOW: (WorkflowNodeWithoutReference(), "workflow_node"),
    NodeKind.GATE: (GateWithoutCondition(), "gate_node"),
}


def id_text(id: EntityId | None) -> str:
    """Return an identifier as the reference spells it in its errors: text format, on one line."""
    if id is None:
        return ""
    words = {1: "TASK", 2: "WORKFLOW", 3: "LAUNCH_PLAN", 4: "DATASET"}
    number = id.resource_type
    parts = [f"resource_type:{words.get(number, number)}"] if number else []
    for field in ("project", "domain", "name", "version", "org"):
        value: str = getattr(id, field)
        if value:
            parts.append(f"{field}:{_quoted(value)}")
    return " ".join(parts)


def _quoted(value: str) -> str:
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(character, character) for character in value) + '"'

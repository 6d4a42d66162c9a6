"""Deriving the interface of a node from what it runs (1.6 to 1.9).

Most interfaces are known from the start; those of branches, arrays and gates are made of what is nested in
them or bound to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import LaunchPlanRecord, NodeKind, TaskRecord, WorkflowAnalysis, case_path
from flowidl.compiler.faults import (
    AlternativesDisagree,
    ArrayWithoutNode,
    BranchPieceMissing,
    GateWithoutCondition,
    NodeWithoutTarget,
    SignalWithoutOutput,
    SignalWithoutType,
    SubWorkflowWithoutInterface,
    TaskNodeWithoutReference,
    VariableWithoutName,
    VariableWithoutType,
    WorkflowNodeWithoutReference,
)
from flowidl.compiler.interfaces import (
    NO_INTERFACE,
    Interface,
    Side,
    common_outputs,
    lifted,
    lifts,
    required_of,
)
from flowidl.compiler.launch_plans import interface_for_node
from flowidl.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowidl.compiler.bindings import BindingChecker
    from flowidl.compiler.context import Context, Procedure
    from flowidl.compiler.entities import NodeRecord
    from flowidl.compiler.faults import Fact, Fault
    from flowidl.compiler.interfaces import CommonOutputs, Declared
    from flowidl.core.v1.workflow_pb2 import ArrayNode, BranchNode
    from flowidl.types.table import Type


class InterfaceDeriver:
    """Derives the interfaces of one unit's nodes."""

    def __init__(self, context: Context, bindings: BindingChecker) -> None:
        self._context = context
        self._types = context.types
        self._bindings = bindings
        self._commons: dict[tuple[int, ...], CommonOutputs] = {}

    def derive(self, node: NodeRecord, visible: int) -> Procedure:
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
        if node.runs_itself:
            return node.workflow.interface or self._context.model.unknown_interface
        if isinstance(target, TaskRecord):
            if target.interface is None:
                self._bad_variables(node, target, target.declared)
            return target.interface
        if isinstance(target, LaunchPlanRecord):
            return interface_for_node(self._context, node, target)
        if isinstance(target, WorkflowAnalysis):
            return self._sub_workflow_interface(node, target)
        if kind is NodeKind.APPROVE:
            inputs = self._bindings.infer(node, visible)
            if "" in inputs:
                self._context.node_fault(VariableWithoutName(node, Side.INPUTS), node, ROOT.field("inputs"))
            return Interface(inputs, inputs, required_of(inputs))
        if kind is NodeKind.SIGNAL:
            return self._signal_interface(node)
        if kind is NodeKind.SLEEP:
            return NO_INTERFACE
        facts, names = _EMPTY_NODES[kind]
        self._context.node_fault(facts, node, ROOT.field(*names))
        return None

    def _bad_variables(self, node: NodeRecord, owner: TaskRecord | WorkflowAnalysis, found: Declared) -> None:
        for facts in bad_variables(found, owner):
            self._context.node_fault(facts, node)

    def _sub_workflow_interface(self, node: NodeRecord, target: WorkflowAnalysis) -> Interface | None:
        if target.interface_message is None and not target.normalised:
            self._context.node_fault(
                SubWorkflowWithoutInterface(target), node, ROOT.field("workflow_node", "sub_workflow_ref")
            )
            return None
        if target.interface is None:
            self._bad_variables(node, target, target.declared)
        return target.interface

    def _signal_interface(self, node: NodeRecord) -> Interface | None:
        assert node.message is not None
        signal = node.message.gate_node.signal
        if not signal.HasField("type"):
            self._context.node_fault(SignalWithoutType(), node, ROOT.field("gate_node", "signal"))
        elif not signal.output_variable_name:
            self._context.node_fault(SignalWithoutOutput(), node, ROOT.field("gate_node", "signal"))
        else:
            return Interface({}, {signal.output_variable_name: self._types.intern(signal.type)}, ())
        return None

    def _array_interface(self, node: NodeRecord, visible: int) -> Procedure:
        """An array node has the interface of its inner node, or that lifted to collections (1.9)."""
        context = self._context
        if not node.children:
            context.node_fault(ArrayWithoutNode(), node, ROOT.field("array_node"), node_id="")
            return False
        (inner,) = node.children
        if inner.interface is None:
            yield self.derive(inner, visible)
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

    def _branch_interface(self, node: NodeRecord, visible: int) -> Procedure:
        """Derive a branch's interface (1.8, pass A): what it binds, and what all alternatives give."""
        context = self._context
        before = context.errors
        assert node.message is not None
        missing = _missing_piece(node.message.branch_node)
        if missing is not None:
            context.node_fault(BranchPieceMissing(missing, 0), node, ROOT.field("branch_node"))
            return False
        for case, block in enumerate(node.message.branch_node.if_else.other, start=1):
            if not block.HasField("then_node"):
                path = case_path(case)
                context.node_fault(BranchPieceMissing("then_node", case), node, path, (f"case {case + 1}",))
        for child in node.children:
            if child.interface is None:
                yield self.derive(child, visible)
        outputs = self._common_outputs([child for child in node.children if child.interface is not None])
        inputs = self._bindings.infer(node, visible)
        if "" in inputs:
            context.node_fault(VariableWithoutName(node, Side.INPUTS), node, ROOT.field("inputs"))
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
            common = self._commons[key] = common_outputs(interfaces)
        for position, name in common.differing:
            child, first = alternatives[position], alternatives[0]
            if not child.opaque and not first.opaque:
                given, expected = interfaces[position].outputs[name], interfaces[0].outputs[name]
                self._context.node_fault(AlternativesDisagree(name, first, expected, given), child)
        return common.outputs


def _may_succeed_now(cause: Fault[Fact]) -> bool:
    """Tell whether what kept a node from having an interface is gone: see `_sub_workflow_interface`."""
    return isinstance(cause.facts, SubWorkflowWithoutInterface) and cause.facts.sub_workflow.normalised


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


#: What is wrong with a node that runs nothing, and the field where that shows.
_EMPTY_NODES: dict[NodeKind, tuple[Fact, tuple[str, ...]]] = {
    NodeKind.UNSET: (NodeWithoutTarget(), ()),
    NodeKind.TASK: (TaskNodeWithoutReference(), ("task_node",)),
    NodeKind.WORKFLOW: (WorkflowNodeWithoutReference(), ("workflow_node",)),
    NodeKind.GATE: (GateWithoutCondition(), ("gate_node",)),
}

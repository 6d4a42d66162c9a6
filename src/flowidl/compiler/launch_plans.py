"""The interface of a launch plan: what registration makes of its workflow's, or what a closure stores."""

from __future__ import annotations

from collections import ChainMap
from typing import TYPE_CHECKING

from flowidl.compiler.faults import LaunchPlanSideMissing, VariableWithoutName, VariableWithoutType
from flowidl.compiler.interfaces import Interface, Side, required_of, variable_type
from flowidl.paths import ROOT

if TYPE_CHECKING:
    from flowidl.admin.v1.launch_plan_pb2 import LaunchPlanClosure
    from flowidl.compiler.context import Context
    from flowidl.compiler.entities import LaunchPlanRecord, NodeRecord, WorkflowAnalysis
    from flowidl.types.table import Type, TypeTable


def register(table: TypeTable, plan: LaunchPlanRecord, workflow: WorkflowAnalysis) -> None:
    """Give a launch plan the interface that registration computes from its workflow (6.3)."""
    interface = workflow.declared.interface
    defaults, fixed = plan.spec.default_inputs.parameters, plan.spec.fixed_inputs.literals
    plan.known = plan.has_inputs = True
    plan.has_outputs = workflow.interface_message is not None and workflow.interface_message.HasField(
        "outputs"
    )
    plan.expected_outputs = dict(interface.outputs)
    expected: dict[str, Type | None] = {}
    for name, type in interface.inputs.items():
        if name in defaults:
            expected[name] = variable_type(table, defaults[name].var)
        elif name not in fixed:
            expected[name] = type
    plan.expected_inputs = expected
    plan.required = frozenset(name for name in expected if name not in defaults or defaults[name].required)
    _show(plan)


def read_closure(table: TypeTable, plan: LaunchPlanRecord, closure: LaunchPlanClosure) -> None:
    """Give a launch plan the interface that is stored in its closure."""
    plan.known = True
    plan.has_inputs = closure.HasField("expected_inputs")
    plan.has_outputs = closure.HasField("expected_outputs")
    parameters = closure.expected_inputs.parameters
    plan.expected_inputs = {name: variable_type(table, parameters[name].var) for name in sorted(parameters)}
    plan.required = frozenset(name for name in parameters if parameters[name].required)
    variables = closure.expected_outputs.variables
    plan.expected_outputs = {name: variable_type(table, variables[name]) for name in sorted(variables)}
    _show(plan)


def _show(plan: LaunchPlanRecord) -> None:
    """Complete a launch plan's record with the interface that its users see."""
    inputs = {name: type for name, type in plan.expected_inputs.items() if name and type is not None}
    outputs = {name: type for name, type in plan.expected_outputs.items() if name and type is not None}
    plan.is_sound = len(inputs) == len(plan.expected_inputs) and len(outputs) == len(plan.expected_outputs)
    plan.required_inputs = {name: type for name, type in inputs.items() if name in plan.required}
    plan.interface = Interface(inputs, outputs, required_of(plan.required_inputs))


def interface_for_node(context: Context, node: NodeRecord, plan: LaunchPlanRecord) -> Interface | None:
    """Return a launch plan's interface for one node: the required inputs, and those it binds.

    What it binds must then be bound, which tells for a binding without data, and for the node in an
    array, where it is the array node that binds.
    """
    path = ROOT.field("workflow_node", "launchplan_ref")
    for present, side in ((plan.has_inputs, Side.INPUTS), (plan.has_outputs, Side.OUTPUTS)):
        if not present:
            context.node_fault(LaunchPlanSideMissing(plan, side), node, path)
    if not plan.is_sound:
        _bad_parameters(context, node, plan)
    assert node.message is not None
    inputs, known = plan.required_inputs, plan.interface.inputs
    bound = {item.var: known[item.var] for item in node.message.inputs if item.var in known}
    more = {name: type for name, type in bound.items() if name not in inputs}
    if not more:
        return Interface(inputs, plan.interface.outputs, plan.interface.required)
    required = (*plan.interface.required, *required_of(more))
    return Interface(ChainMap(more, inputs), plan.interface.outputs, required)


def _bad_parameters(context: Context, node: NodeRecord, plan: LaunchPlanRecord) -> None:
    """Note the variables without name or type of a launch plan that this node has to do with."""
    assert node.message is not None
    path = ROOT.field("workflow_node", "launchplan_ref")
    bound = {item.var for item in node.message.inputs}
    seen = {name: type for name, type in plan.expected_inputs.items() if name in plan.required | bound}
    for side, variables in ((Side.INPUTS, seen), (Side.OUTPUTS, plan.expected_outputs)):
        for name, type in variables.items():
            if not name:
                context.node_fault(VariableWithoutName(plan, side), node, path)
            if type is None:
                context.node_fault(VariableWithoutType(plan, side, name), node, path)

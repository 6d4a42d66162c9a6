"""Interfaces: from messages to names and interned types, and the two kinds that are computed.

A launch plan's interface is what registration makes of its workflow's; an array node's may be lifted to
collections, depending on the target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flowidl.compiler.faults import VariableWithoutName, VariableWithoutType
from flowidl.compiler.model import Interface, Side
from flowidl.core.v1.workflow_pb2 import ArrayNode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowidl.admin.v1.launch_plan_pb2 import LaunchPlanClosure
    from flowidl.compiler.model import LaunchPlanRecord, NodeRecord, TaskRecord, WorkflowAnalysis
    from flowidl.core.v1.interface_pb2 import TypedInterface, Variable
    from flowidl.types.table import Type, TypeTable

    Owner = TaskRecord | WorkflowAnalysis | LaunchPlanRecord | NodeRecord
    BadVariable = VariableWithoutName | VariableWithoutType


class Declared(NamedTuple):
    """What an interface message declares: the variables that have a name and a type, and the others."""

    interface: Interface
    nameless: tuple[Side, ...]
    untyped: tuple[tuple[Side, str], ...]

    @property
    def is_sound(self) -> bool:
        """Whether every variable has a name and a type."""
        return not self.nameless and not self.untyped

    @property
    def wanted_outputs(self) -> tuple[str, ...]:
        """The outputs that a workflow has to bind: those that do not count as optional."""
        return required_of(self.interface.outputs)

    def bad_variables(self, owner: Owner) -> list[BadVariable]:
        """Return the facts about variables without name or type (WF-1, WF-2)."""
        return [
            *(VariableWithoutName(owner, side) for side in self.nameless),
            *(VariableWithoutType(owner, side, name) for side, name in self.untyped),
        ]


NOTHING_DECLARED = Declared(Interface({}, {}, ()), (), ())


def declared(table: TypeTable, message: TypedInterface | None) -> Declared:
    """Read an interface message; an absent one declares nothing."""
    if message is None:
        return NOTHING_DECLARED
    nameless: list[Side] = []
    untyped: list[tuple[Side, str]] = []
    sides: list[dict[str, Type]] = []
    for side, variables in (
        (Side.INPUTS, message.inputs.variables),
        (Side.OUTPUTS, message.outputs.variables),
    ):
        types: dict[str, Type] = {}
        for name in sorted(variables):  # maps come in another order in each process
            variable = variables[name]
            if not name:
                nameless.append(side)
            if not variable.HasField("type"):
                untyped.append((side, name))
            elif name:
                types[name] = table.intern(variable.type)
        sides.append(types)
    return Declared(typed(sides[0], sides[1]), tuple(nameless), tuple(untyped))


def typed(inputs: Mapping[str, Type], outputs: Mapping[str, Type]) -> Interface:
    """Return the interface with these variables, all inputs being wanted unless they count as optional."""
    return Interface(inputs, outputs, required_of(inputs))


def required_of(inputs: Mapping[str, Type]) -> tuple[str, ...]:
    """Return the names of the inputs that may not stay unbound (BI-4)."""
    return tuple(name for name, type in inputs.items() if not type.counts_as_optional)


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


def variable_type(table: TypeTable, variable: Variable) -> Type | None:
    """Return a variable's type, or `None` if it has none."""
    return table.intern(variable.type) if variable.HasField("type") else None


def lifts(array: ArrayNode) -> bool:
    """Tell whether a target that lifts array nodes lifts this one (1.9.1)."""
    if array.HasField("is_original_sub_node_interface"):
        return array.is_original_sub_node_interface.value
    return array.execution_mode == ArrayNode.FULL_STATE


def lifted(table: TypeTable, interface: Interface, bound: frozenset[str]) -> Interface:
    """Return an interface with collections on both sides, but for the inputs that are passed on whole."""
    inputs = {
        name: type if name in bound else table.collection(type) for name, type in interface.inputs.items()
    }
    outputs = {name: table.collection(type) for name, type in interface.outputs.items()}
    return typed(inputs, outputs)

"""Rules 520-539: gates and array nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler import faults
from flowidl.compiler.entities import NodeKind
from flowidl.findings import Phase
from flowidl.rules.declaration import ERROR, Found, rule
from flowidl.rules.nodes.lifting import unlifted_array as array_behind
from flowidl.rules.phrases import found, node_phrase, quoted, runs, type_phrase, typed, variable_phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.entities import NodeRecord
    from flowidl.compiler.faults import Fact, Fault
    from flowidl.rules.context import Context


@rule(
    "FI520",
    "gate-without-condition",
    ERROR,
    Phase.REGISTRATION,
    reference="NoConditionFound",
    covers=("WF-18",),
    reads=("core.GateNode.approve", "core.GateNode.signal", "core.GateNode.sleep"),
)
def gate_without_condition(context: Context) -> Iterator[Found]:
    """A gate waits for nothing

    What: none of `approve`, `signal` and `sleep` is set.

    Why it fails: registration refuses the workflow.

    Fix: set one of the three, or remove the node.
    """
    for fault in context.faults(faults.GateWithoutCondition):
        yield found(fault, f"gate {_node(fault)} waits for nothing", "set `approve`, `signal` or `sleep`")


@rule(
    "FI521",
    "signal-without-type",
    ERROR,
    Phase.REGISTRATION,
    reference="ValueRequired",
    covers=("WF-19",),
    reads=("core.SignalCondition.type",),
)
def signal_without_type(context: Context) -> Iterator[Found]:
    """A signal gate does not say what type of value it waits for

    What: the signal's `type` is not set.

    Why it fails: registration refuses the workflow.

    Fix: set the type.
    """
    for fault in context.faults(faults.SignalWithoutType):
        yield found(
            fault, f"gate {_node(fault)} does not say what type of value it waits for", "set `signal.type`"
        )


@rule(
    "FI522",
    "signal-without-output",
    ERROR,
    Phase.REGISTRATION,
    reference="ValueRequired",
    covers=("WF-20",),
    reads=("core.SignalCondition.output_variable_name",),
)
def signal_without_output(context: Context) -> Iterator[Found]:
    """A signal gate does not name its output

    What: the signal's `output_variable_name` is empty.

    Why it fails: registration refuses the workflow: nothing could take the value.

    Fix: set the name. Python tools use `o0`.
    """
    for fault in context.faults(faults.SignalWithoutOutput):
        yield found(
            fault, f"gate {_node(fault)} does not name its output", "set `signal.output_variable_name`"
        )


@rule(
    "FI523",
    "input-to-gate",
    ERROR,
    Phase.REGISTRATION,
    reference="VariableNameNotFound",
    covers=("WF-21",),
    reads=("core.Node.inputs", "core.GateNode.signal", "core.GateNode.sleep"),
)
def input_to_gate(context: Context) -> Iterator[Found]:
    """A signal or sleep gate has an input

    What: a binding stands on a gate that waits for a signal or for a time. Only approve gates take inputs.

    Why it fails: registration refuses the workflow.

    Fix: remove the binding. To wait for a node list it in `upstream_node_ids`.
    """
    for fault in context.faults(faults.UnknownInput):
        if fault.node is not None and fault.node.kind in (NodeKind.SIGNAL, NodeKind.SLEEP):
            gate, name = fault.node.kind.value, quoted(fault.facts.variable)
            message = f"{gate} {_node(fault)} binds input {name}, and takes no inputs"
            yield found(fault, message, "remove it; to wait for a node use `upstream_node_ids`")


@rule(
    "FI524",
    "array-without-node",
    ERROR,
    Phase.REGISTRATION,
    reference="ValueRequired",
    covers=("WF-22",),
    reads=("core.ArrayNode.node",),
)
def array_without_node(context: Context) -> Iterator[Found]:
    """An array node does not say what to run

    What: the array's inner `node` is not set.

    Why it fails: registration refuses the workflow.

    Fix: set the inner node.
    """
    for fault in context.faults(faults.ArrayWithoutNode):
        yield found(fault, f"array {_node(fault)} does not say what to run", "set `array_node.node`")


@rule(
    "FI525",
    "unlifted-array",
    ERROR,
    Phase.REGISTRATION,
    reference=("MismatchingTypes", "MismatchingBindings", "IncompatibleBindingUnionValue"),
    covers=("QK-20",),
    reads=("core.ArrayNode.is_original_sub_node_interface", "core.ArrayNode.execution_mode"),
)
def unlifted_array(context: Context) -> Iterator[Found]:
    """An array node relies on an interface that this back end does not lift

    What: a list is bound to an array node, or taken from it, and what the array runs has plain values
    there. Tools serialize arrays over launch plans, and over tasks of other packages, in this way.

    Why it fails: Flyte 1.16 keeps the interface of what an array runs as it is, and refuses the workflow.
    Hosted distributions turn each input and output into a list first.

    Fix: if your back end lifts arrays, validate with `--target lifted-arrays`. Else map over a task, whose
    interface is turned into lists when it is serialized.
    """
    for kind in (faults.PromiseMismatch, faults.ShapeMismatch, faults.UnionUnfit):
        for fault in context.faults(kind):
            array = array_behind(context, fault)
            if array is not None and fault.node is not None:
                yield found(
                    fault,
                    _sentence(fault, fault.node, array),
                    "validate with `--target lifted-arrays` if your back end lifts arrays, else map a task",
                    notes=("Flyte 1.16 does not turn the inputs and outputs of an array node into lists",),
                    related=[("the array runs this", None if array.target is None else array.target.place())],
                )


def _sentence(fault: Fault[Fact], node: NodeRecord, array: NodeRecord) -> str:
    inner = runs(array.children[0]) if array.children else "its node"
    facts = fault.facts
    if isinstance(facts, faults.PromiseMismatch) and array is not node:
        return (
            f"{variable_phrase(node, facts.variable)} expects {type_phrase(facts.expected)} from array "
            f"{_id(array)} over {inner}, which gives {typed(facts.output, facts.given)} on this back end"
        )
    assert isinstance(facts, faults.PromiseMismatch | faults.ShapeMismatch | faults.UnionUnfit)
    expected = typed(facts.variable, facts.expected)
    return f"array {_id(array)} over {inner} takes {expected} on this back end, and is given a list"


def _node(fault: Fault[Fact]) -> str:
    assert fault.node is not None
    return _id(fault.node)


def _id(node: NodeRecord) -> str:
    """A node by id and name. Sentences say what it is before that."""
    return node_phrase(node).removeprefix("node ")

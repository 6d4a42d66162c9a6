"""Rules 400-419: bindings. What is bound, to what, and whether a value that stands in the definition fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler import faults
from flowidl.compiler.entities import LaunchPlanRecord, NodeKind
from flowidl.compiler.interfaces import Side
from flowidl.findings import Phase
from flowidl.rules.declaration import ERROR, Found, rule
from flowidl.rules.nodes.lifting import is_unlifted
from flowidl.rules.phrases import (
    Hints,
    declaration,
    differences,
    expectation,
    found,
    listed,
    node_phrase,
    or_else,
    quoted,
    runs,
    type_phrase,
    typed,
    unproven,
    variable_phrase,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.entities import NodeRecord
    from flowidl.compiler.faults import Fact, Fault
    from flowidl.rules.context import Context
    from flowidl.source.definitions import Place


#: Gates that have no inputs; bindings on them have a rule of their own (FI523).
GATES = (NodeKind.SIGNAL, NodeKind.SLEEP)


@rule(
    "FI400",
    "unbound-input",
    ERROR,
    Phase.REGISTRATION,
    reference="ParameterNotBound",
    covers=("BI-4",),
    reads=("core.Node.inputs", "core.Binding.var", "core.Parameter.required", "core.ParameterMap.parameters"),
)
def unbound_input(context: Context) -> Iterator[Found]:
    """A node leaves a required input unbound

    What: what the node runs declares an input, and the node binds nothing to it.

    Why it fails: registration refuses the workflow. Inputs of tasks have no defaults of their own; only an
    input whose type accepts none may stay unbound. Inputs of a launch plan may stay unbound if the launch
    plan has a value for them.

    Fix: bind the input.
    """
    for fault in context.faults(faults.InputNotBound):
        node, facts = _consumer(fault), fault.facts
        if node.kind is NodeKind.END:
            continue
        message = f"{node_phrase(node)} leaves input {typed(facts.variable, facts.type)} unbound"
        related = [("declared here", declaration(node, Side.INPUTS, facts.variable))]
        result = found(fault, message, f"bind {quoted(facts.variable)}", related=related)
        yield _follow_misnomer(context, fault, result)


@rule(
    "FI401",
    "unbound-output",
    ERROR,
    Phase.REGISTRATION,
    reference="ParameterNotBound",
    covers=("BI-4",),
    reads=("core.WorkflowTemplate.outputs", "core.DynamicJobSpec.outputs"),
)
def unbound_output(context: Context) -> Iterator[Found]:
    """A workflow declares an output and binds nothing to it

    What: the interface has the output, and `outputs` has no binding for it.

    Why it fails: registration refuses the workflow. A function without a `return` on some way through it is
    the usual reason.

    Fix: return a value for the output, or do not declare it.
    """
    for fault in context.faults(faults.InputNotBound):
        node, facts = _consumer(fault), fault.facts
        if node.kind is NodeKind.END:
            message = (
                f"the workflow declares output {typed(facts.variable, facts.type)} and binds nothing to it"
            )
            related = [("declared here", declaration(node, Side.INPUTS, facts.variable))]
            result = found(fault, message, "return a value for it, or do not declare it", related=related)
            yield _follow_misnomer(context, fault, result)


@rule(
    "FI402",
    "unknown-input",
    ERROR,
    Phase.REGISTRATION,
    reference="VariableNameNotFound",
    covers=("BI-1",),
    reads=("core.Binding.var", "admin.LaunchPlanSpec.fixed_inputs"),
)
def unknown_input(context: Context) -> Iterator[Found]:
    """A node binds an input that what it runs does not have

    What: a binding's `var` is not an input of the node's task, workflow or launch plan.

    Why it fails: registration refuses the workflow. It often means that the task has changed since the
    workflow was serialized. An input that a launch plan fixes is not an input of the launch plan any more.

    Fix: correct the name, or remove the binding.
    """
    hints = Hints()
    for fault in context.faults(faults.UnknownInput):
        node, name = _consumer(fault), fault.facts.variable
        if node.kind is NodeKind.END or node.kind in GATES:
            continue
        known = () if node.interface is None else tuple(node.interface.inputs)
        message = f"{node_phrase(node)} binds input {quoted(name)}, which {runs(node)} does not have"
        notes = (f"it has {listed(known)}",) if known else ("it has no inputs",)
        if isinstance(node.target, LaunchPlanRecord) and name in node.target.spec.fixed_inputs.literals:
            notes = ("the launch plan fixes it, so that nobody else can bind it",)
        help = or_else(hints.did_you_mean(name, known), "remove the binding")
        yield found(fault, message, help, notes=notes, related=_target(node))


@rule(
    "FI403",
    "undeclared-output",
    ERROR,
    Phase.REGISTRATION,
    reference="VariableNameNotFound",
    covers=("BI-1",),
    reads=("core.WorkflowTemplate.outputs",),
)
def undeclared_output(context: Context) -> Iterator[Found]:
    """A workflow binds an output that it does not declare

    What: an entry of `outputs` has a `var` that is not an output of the workflow's interface.

    Why it fails: registration refuses the workflow.

    Fix: declare the output, or correct the name of the binding.
    """
    hints = Hints()
    for fault in context.faults(faults.UnknownInput):
        node, name = _consumer(fault), fault.facts.variable
        if node.kind is NodeKind.END:
            known = () if node.interface is None else tuple(node.interface.inputs)
            message = f"the workflow binds output {quoted(name)}, which its interface does not declare"
            notes = (f"it declares {listed(known)}",) if known else ("it declares no outputs",)
            yield found(fault, message, or_else(hints.did_you_mean(name, known), "declare it"), notes=notes)


@rule(
    "FI404",
    "binding-without-value",
    ERROR,
    Phase.REGISTRATION,
    reference=("ValueRequired", "MismatchingBindings"),
    covers=("BI-2", "BI-10"),
    reads=("core.Binding.binding", "core.BindingDataCollection.bindings", "core.BindingDataMap.bindings"),
)
def binding_without_value(context: Context) -> Iterator[Found]:
    """A binding names an input and gives it nothing

    What: a binding has no `binding`, or one in which none of `scalar`, `collection`, `map` and `promise` is
    set.

    Why it fails: registration refuses the workflow. A value of a sort that a newer schema added looks the
    same to an older reader.

    Fix: set the value, or remove the binding. To pass none explicitly bind the scalar `none_type`.
    """
    help = "set a value, or remove the binding"
    for fault in context.faults(faults.BindingWithoutData):
        words = variable_phrase(_consumer(fault), fault.facts.variable)
        yield found(fault, f"{words} is bound to nothing", help)
    for empty in context.faults(faults.ValueUnsupported):
        if not empty.facts.given:
            words = variable_phrase(_consumer(empty), empty.facts.variable)
            yield found(empty, f"a value bound to {words} is not set", help)


@rule(
    "FI405",
    "input-bound-twice",
    ERROR,
    Phase.REGISTRATION,
    reference="ParameterBoundMoreThanOnce",
    covers=("BI-3",),
    reads=("core.Binding.var",),
)
def input_bound_twice(context: Context) -> Iterator[Found]:
    """An input is bound more than once

    What: two bindings have the same `var`.

    Why it fails: registration refuses the workflow, even if both bind the same value.

    Fix: remove one of the bindings.
    """
    for fault in context.faults(faults.InputBoundTwice):
        node, facts = _consumer(fault), fault.facts
        first = node.field("inputs").item(facts.first).step(f"input {facts.variable}")
        message = f"{variable_phrase(node, facts.variable)} is bound more than once"
        yield found(fault, message, "remove one of the bindings", related=[("first bound here", first)])


@rule(
    "FI406",
    "mismatched-literal",
    ERROR,
    Phase.REGISTRATION,
    reference="MismatchingTypes",
    covers=("TY-8", "QK-19", "QK-34"),
    reads=(
        "core.BindingData.scalar",
        "core.Scalar.primitive",
        "core.Scalar.blob",
        "core.Scalar.binary",
        "core.Scalar.schema",
        "core.Scalar.none_type",
        "core.Scalar.error",
        "core.Scalar.generic",
        "core.Scalar.structured_dataset",
        "core.Scalar.union",
        "core.Primitive.integer",
        "core.Primitive.float_value",
        "core.Primitive.string_value",
        "core.Primitive.boolean",
        "core.Primitive.datetime",
        "core.Primitive.duration",
        "core.Binary.tag",
        "core.Schema.type",
        "core.StructuredDataset.metadata",
        "core.StructuredDatasetMetadata.structured_dataset_type",
        "core.Union.type",
        "core.Blob.metadata",
        "core.BlobMetadata.type",
    ),
)
def mismatched_literal(context: Context) -> Iterator[Found]:
    """A literal has another type than the input that it is bound to

    What: the type of a scalar in a binding cannot be cast to the type of the variable.

    Why it fails: registration refuses the workflow. Types do not convert: an integer is not a float, and
    for a union exactly one variant may fit.

    Fix: bind a literal of the expected type.
    """
    for fault in context.faults(faults.ScalarMismatch):
        node, facts = _consumer(fault), fault.facts
        expects = expectation(node, facts.variable, facts.expected)
        message = f"{expects}, and is bound to a literal {type_phrase(facts.given)}"
        notes = differences(context.model.types, facts.given, facts.expected)
        help = "bind a literal of the expected type"
        result = found(fault, message, help, notes=notes, related=_expected(fault, fault.facts.variable))
        yield unproven(result) if facts.notes else result


@rule(
    "FI407",
    "illegal-enum-value",
    ERROR,
    Phase.REGISTRATION,
    reference="IllegalEnumValue",
    covers=("BI-9",),
    reads=("core.EnumType.values", "core.LiteralType.enum_type", "core.Primitive.string_value"),
)
def illegal_enum_value(context: Context) -> Iterator[Found]:
    """A literal is none of the values of an enum

    What: a scalar is bound to a variable of an enum type, and its string is not among the enum's values.
    Any scalar that is not a string counts as an empty one.

    Why it fails: registration refuses the workflow.

    Fix: bind one of the enum's values.
    """
    hints = Hints()
    for fault in context.faults(faults.EnumValueIllegal):
        node = _consumer(fault)
        facts = fault.facts
        variable, expected, value = facts.variable, facts.expected, facts.value
        values = tuple(expected.message.enum_type.values)
        words = quoted(value) if value else "a literal that is no string"
        message = f"{variable_phrase(node, variable)} is bound to {words}, which is none of its enum's values"
        notes = (f"the values are {listed(values)}",) if values else ("the enum has no values",)
        help = or_else(hints.did_you_mean(value, values), "bind one of the values")
        yield found(fault, message, help, notes=notes, related=_expected(fault, fault.facts.variable))


@rule(
    "FI408",
    "mismatched-shape",
    ERROR,
    Phase.REGISTRATION,
    reference="MismatchingBindings",
    covers=("BI-7",),
    reads=(
        "core.BindingData.collection",
        "core.BindingData.map",
        "core.LiteralType.collection_type",
        "core.LiteralType.map_value_type",
    ),
)
def mismatched_shape(context: Context) -> Iterator[Found]:
    """A list or dict of values is bound to something else

    What: a binding is a collection (or a map) and the variable's type is not a list (or a dict).

    Why it fails: registration refuses the workflow. In particular a dict of values cannot be bound to a
    struct or a dataclass.

    Fix: bind a single value, or change the type of the variable.
    """
    for fault in context.faults(faults.ShapeMismatch):
        facts = fault.facts
        if facts.untyped or is_unlifted(context, fault):
            continue
        given = "a list" if facts.given == "list" else "a dict"
        expects = expectation(_consumer(fault), facts.variable, facts.expected)
        message = f"{expects}, and is bound to {given} of values"
        yield found(
            fault,
            message,
            f"bind one {type_phrase(facts.expected)}",
            related=_expected(fault, fault.facts.variable),
        )


@rule(
    "FI409",
    "ambiguous-value",
    ERROR,
    Phase.REGISTRATION,
    reference="AmbiguousBindingUnionValue",
    covers=("BI-5",),
    reads=("core.LiteralType.union_type", "core.UnionType.variants"),
)
def ambiguous_value(context: Context) -> Iterator[Found]:
    """A list or dict of values fits two variants of a union

    What: a binding that is a collection or a map fits more than one variant of the type that is expected.

    Why it fails: registration refuses the workflow rather than to choose. An empty list fits every list,
    for instance.

    Fix: pass the value through a task whose output has the wanted type, or narrow the union.
    """
    for fault in context.faults(faults.UnionAmbiguous):
        node = _consumer(fault)
        facts = fault.facts
        variable, expected, fits = facts.variable, facts.expected, facts.fits
        both = " and ".join(type_phrase(variant) for variant in fits)
        message = f"{expectation(node, variable, expected)}, and the value bound to it fits both {both}"
        yield found(
            fault,
            message,
            "narrow the union, or bind a task's output",
            related=_expected(fault, fault.facts.variable),
        )


@rule(
    "FI410",
    "unfit-value",
    ERROR,
    Phase.REGISTRATION,
    reference="IncompatibleBindingUnionValue",
    covers=("BI-6",),
    reads=("core.LiteralType.union_type", "core.UnionType.variants"),
)
def unfit_value(context: Context) -> Iterator[Found]:
    """A list or dict of values fits no variant of a union

    What: a binding that is a collection or a map fits none of the variants of the type that is expected.

    Why it fails: registration refuses the workflow.

    Fix: bind a value of one of the variants.
    """
    for fault in context.faults(faults.UnionUnfit):
        if not is_unlifted(context, fault):
            node = _consumer(fault)
            facts = fault.facts
            variable, expected = facts.variable, facts.expected
            message = (
                f"{expectation(node, variable, expected)}, and the value bound to it fits no variant of that"
            )
            yield found(
                fault,
                message,
                "bind a value of one of the variants",
                related=_expected(fault, fault.facts.variable),
            )


@rule(
    "FI411",
    "offloaded-value",
    ERROR,
    Phase.REGISTRATION,
    reference="MismatchingBindings",
    covers=("BI-10",),
    reads=("core.BindingData.offloaded_metadata",),
)
def offloaded_value(context: Context) -> Iterator[Found]:
    """A literal that is stored elsewhere is bound

    What: a binding holds the metadata of an offloaded literal.

    Why it fails: the compiler accepts scalars, collections, maps and promises in bindings. Offloaded
    literals only come up while a workflow runs.

    Fix: bind the value itself, or promise it from a node or an input.
    """
    for fault in context.faults(faults.ValueUnsupported):
        if fault.facts.given:
            words = variable_phrase(_consumer(fault), fault.facts.variable)
            yield found(fault, f"{words} is bound to an offloaded literal", "bind the value itself")


@rule(
    "FI412",
    "literal-without-type",
    ERROR,
    Phase.REGISTRATION,
    reference="UnrecognizedValue",
    covers=("BI-8", "QK-19"),
    reads=("core.Scalar.blob", "core.Blob.metadata", "core.Union.type"),
)
def literal_without_type(context: Context) -> Iterator[Found]:
    """The type of a literal cannot be told

    What: a scalar has no member set, or is a file without metadata.

    Why it fails: the compiler infers the type of every literal and refuses those that have none. Where the
    scalar is empty the reference compiler crashes.

    Fix: set the scalar's value; give a blob its `metadata` with the type.
    """
    for fault in context.faults(faults.ScalarUntyped):
        words = variable_phrase(_consumer(fault), fault.facts.variable)
        what = (
            f"a {fault.facts.given} literal that does not say its type"
            if fault.facts.given
            else "an empty literal"
        )
        help = "set its metadata with the type" if fault.facts.given else "set the literal's value"
        yield found(fault, f"{words} is bound to {what}", help)


@rule(
    "FI419", "unresolved-binding", ERROR, Phase.REGISTRATION, reference="ParameterNotBound", covers=("QK-32",)
)
def unresolved_binding(context: Context) -> Iterator[Found]:
    """A binding comes to nothing because what it refers to is faulty

    What: a promise names a node, an output or an alias that does not exist, so that the variable it is
    bound to has no value.

    Why it fails: the reference compiler reports this beside the fault itself. It never stands alone: the
    finding is folded under the one that names the cause.

    Fix: correct the cause.
    """
    for fault in context.faults(faults.Companion):
        words = variable_phrase(_consumer(fault), fault.facts.variable)
        yield found(fault, f"{words} has no value", "correct what it is bound to")


def _follow_misnomer(context: Context, fault: Fault[faults.InputNotBound], result: Found) -> Found:
    """What is not bound under its own name, but under one that is close to it, follows from that."""
    misnomer = context.once(_misnomers).get((_consumer(fault), fault.facts.variable))
    return result if misnomer is None or fault.cause is not None else result._replace(cause=misnomer)


def _misnomers(context: Context) -> dict[tuple[NodeRecord, str], Fault[faults.UnknownInput]]:
    """Map unbound variables to bindings of the same node that seem to be meant for them."""
    unbound: dict[NodeRecord, list[str]] = {}
    for fault in context.faults(faults.InputNotBound):
        unbound.setdefault(_consumer(fault), []).append(fault.facts.variable)
    hints = Hints()
    found: dict[tuple[NodeRecord, str], Fault[faults.UnknownInput]] = {}
    for unknown in context.faults(faults.UnknownInput):
        node = _consumer(unknown)
        meant = hints.closest(unknown.facts.variable, unbound[node]) if node in unbound else None
        if meant is not None:
            found.setdefault((node, meant), unknown)
    return found


def _consumer(fault: Fault[Fact]) -> NodeRecord:
    """The node that binds; faults of bindings have one."""
    assert fault.node is not None
    return fault.node


def _expected(fault: Fault[Fact], variable: str) -> list[tuple[str, Place | None]]:
    return [("expected here", declaration(_consumer(fault), Side.INPUTS, variable))]


def _target(node: NodeRecord) -> list[tuple[str, Place | None]]:
    return [] if node.target is None else [("declared here", node.target.place())]

"""Rules 500-519: branches, their alternatives and their conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler import faults
from flowidl.findings import Phase
from flowidl.rules.declaration import ERROR, Found, rule
from flowidl.rules.phrases import (
    Hints,
    found,
    listed,
    node_phrase,
    or_else,
    quoted,
    type_phrase,
    typed,
    variable_phrase,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.entities import NodeRecord
    from flowidl.compiler.faults import Fact, Fault
    from flowidl.rules.context import Context


@rule(
    "FI500",
    "branch-without-case",
    ERROR,
    Phase.REGISTRATION,
    reference=("ValueRequired", "BranchNodeHasNoCondition"),
    covers=("WF-14", "CO-1"),
    reads=("core.BranchNode.if_else", "core.IfElseBlock.case", "core.IfBlock.condition"),
)
def branch_without_case(context: Context) -> Iterator[Found]:
    """A branch has no first case

    What: the branch's `if_else` or its first `case` is not set.

    Why it fails: registration refuses the workflow: there is nothing to decide.

    Fix: set `if_else.case` with a condition and a node.
    """
    help = "set `if_else.case` with a condition and a node"
    for fault in context.faults(faults.BranchPieceMissing):
        if fault.facts.piece != "then_node":
            yield found(fault, f"branch {_node(fault)} has no first case", help)
    for missing in context.faults(faults.FirstCaseMissing):
        yield found(missing, f"branch {_node(missing)} has no first condition", help)


@rule(
    "FI501",
    "case-without-node",
    ERROR,
    Phase.REGISTRATION,
    reference=("ValueRequired", "BranchNodeIdNotFound"),
    covers=("WF-14", "WF-15"),
    reads=("core.IfBlock.then_node", "core.IfElseBlock.other"),
)
def case_without_node(context: Context) -> Iterator[Found]:
    """A case of a branch has no node

    What: the `then_node` of a case is not set.

    Why it fails: registration refuses the workflow. A case always runs a node; only the default may be an
    error instead.

    Fix: set the node, or remove the case.
    """
    help = "set its `then_node`, or remove the case"
    for fault in context.faults(faults.BranchPieceMissing):
        if fault.facts.piece == "then_node":
            yield found(fault, f"{_where(fault, fault.facts.case)} has no node", help)
    for missing in context.faults(faults.CaseWithoutNode):
        yield found(missing, f"{_where(missing, missing.facts.case)} leads to no node", help)


@rule(
    "FI502",
    "missing-condition",
    ERROR,
    Phase.REGISTRATION,
    reference="BranchNodeHasNoCondition",
    covers=("CO-1",),
    reads=(
        "core.IfBlock.condition",
        "core.ConjunctionExpression.left_expression",
        "core.ConjunctionExpression.right_expression",
        "core.BooleanExpression.conjunction",
    ),
)
def missing_condition(context: Context) -> Iterator[Found]:
    """A case has no condition, or half of one

    What: the `condition` of a case is not set, or one side of an `and` or `or` in it is not.

    Why it fails: registration refuses the workflow.

    Fix: set the missing expression.
    """
    for fault in context.faults(faults.ConditionMissing):
        last, where = fault.facts.path[-1].name, f"{_where(fault, fault.facts.case)}"
        side = "left" if last == "left_expression" else "right" if last == "right_expression" else ""
        message = f"a conjunction in {where} has no {side} side" if side else f"{where} has no condition"
        yield found(fault, message, "set the missing expression")


@rule(
    "FI503",
    "branch-without-default",
    ERROR,
    Phase.REGISTRATION,
    reference="BranchNodeHasNoDefault",
    covers=("WF-16",),
    reads=("core.IfElseBlock.else_node", "core.IfElseBlock.error"),
)
def branch_without_default(context: Context) -> Iterator[Found]:
    """A branch does not say what to do if no case applies

    What: neither `else_node` nor `error` is set.

    Why it fails: registration refuses the workflow.

    Fix: end the branch with an else-node, or with an error that fails the workflow.
    """
    for fault in context.faults(faults.DefaultMissing):
        message = f"branch {_node(fault)} does not say what to do if no case applies"
        yield found(fault, message, "end it with an else-node or an error")


@rule(
    "FI504",
    "disagreeing-alternatives",
    ERROR,
    Phase.REGISTRATION,
    reference="MismatchingTypes",
    covers=("WF-17", "QK-36"),
    reads=("core.IfBlock.then_node", "core.IfElseBlock.else_node", "core.Variable.type"),
)
def disagreeing_alternatives(context: Context) -> Iterator[Found]:
    """Alternatives of a branch give one output different types

    What: an output that all alternatives of a branch have in common has another type in one of them.

    Why it fails: registration refuses the workflow. The types must be equal in every detail here,
    annotations and metadata included; that one could be cast to the other is not enough.

    Fix: return the same type from all alternatives, or give the outputs different names so that they are
    not in common.
    """
    for fault in context.faults(faults.AlternativesDisagree):
        facts = fault.facts
        output, first, expected, given = facts.output, facts.first, facts.expected, facts.given
        node = fault.node
        assert node is not None
        message = (
            f"{node_phrase(node)} gives {typed(output, given)} and its alternative "
            f"{node_phrase(first)} gives {typed(output, expected)}"
        )
        notes: tuple[str, ...] = ()
        if type_phrase(given) == type_phrase(expected):
            notes = ("the types differ in a detail that is not shown: metadata, annotation or structure",)
        yield found(
            fault,
            message,
            "return the same type from all alternatives",
            notes=notes,
            related=[("the other alternative", first.place())],
        )


@rule(
    "FI505",
    "empty-expression",
    ERROR,
    Phase.REGISTRATION,
    reference="ValueRequired",
    covers=("CO-2",),
    reads=("core.BooleanExpression.comparison", "core.BooleanExpression.conjunction"),
)
def empty_expression(context: Context) -> Iterator[Found]:
    """A condition is neither a comparison nor a conjunction

    What: an expression is set and none of its members is.

    Why it fails: registration refuses the workflow.

    Fix: set a comparison, or a conjunction of two expressions.
    """
    for fault in context.faults(faults.ExpressionEmpty):
        message = f"the condition of {_where(fault, fault.facts.case)} is empty"
        yield found(fault, message, "set a comparison or a conjunction")


@rule(
    "FI506",
    "missing-operand",
    ERROR,
    Phase.REGISTRATION,
    reference="ValueRequired",
    covers=("CO-3",),
    reads=(
        "core.ComparisonExpression.left_value",
        "core.ComparisonExpression.right_value",
        "core.Operand.primitive",
        "core.Operand.var",
    ),
)
def missing_operand(context: Context) -> Iterator[Found]:
    """A comparison has only one side

    What: a side of a comparison is not set, or is a variable with an empty name.

    Why it fails: registration refuses the workflow.

    Fix: set a variable of the branch or a primitive.
    """
    for fault in context.faults(faults.OperandMissing):
        message = f"a comparison in {_where(fault, fault.facts.case)} has no {fault.facts.side} side"
        yield found(fault, message, "set a variable or a primitive")


@rule(
    "FI507",
    "scalar-operand",
    ERROR,
    Phase.REGISTRATION,
    reference="ValueRequired",
    covers=("CO-3", "QK-7"),
    reads=("core.Operand.scalar",),
)
def scalar_operand(context: Context) -> Iterator[Found]:
    """A comparison uses a scalar, which this back end does not understand

    What: a side of a comparison is an `Operand.scalar`. Python tools write one for `is_none()` and the like.

    Why it fails: the compiler of this back end knows primitives and variables only, and refuses the workflow.

    Fix: compare with a primitive. Instead of testing for none let a task turn the value into a boolean, and
    compare that.
    """
    for fault in context.faults(faults.OperandIsScalar):
        message = (
            f"the {fault.facts.side} side of a comparison in {_where(fault, fault.facts.case)} is a "
            "scalar, which this back end does not understand"
        )
        yield found(
            fault,
            message,
            "let a task turn the test for none into a boolean, and compare that with `is_true()`",
        )


@rule(
    "FI508",
    "unknown-operand",
    ERROR,
    Phase.REGISTRATION,
    reference="VariableNameNotFound",
    covers=("CO-4",),
    reads=("core.Operand.var", "core.Node.inputs"),
)
def unknown_operand(context: Context) -> Iterator[Found]:
    """A condition uses a variable that the branch does not bind

    What: a side of a comparison is a variable, and the branch node has no binding of that name.

    Why it fails: registration refuses the workflow. Conditions see the branch's own inputs only, not those
    of the workflow.

    Fix: bind the variable on the branch node, or correct its name.
    """
    hints = Hints()
    for fault in context.faults(faults.OperandUnknown):
        name = fault.facts.variable
        bound = () if fault.node is None else tuple(binding.var for binding in fault.node.bindings)
        message = f"{_where(fault, fault.facts.case)} compares {quoted(name)}, which the branch does not bind"
        notes = (f"the branch binds {listed(bound)}",) if bound else ("the branch binds nothing",)
        yield found(
            fault, message, or_else(hints.did_you_mean(name, bound), f"bind {quoted(name)}"), notes=notes
        )


@rule(
    "FI509",
    "mismatched-operands",
    ERROR,
    Phase.REGISTRATION,
    reference="MismatchingTypes",
    covers=("CO-5", "QK-36"),
    reads=("core.Operand.primitive", "core.Operand.var"),
)
def mismatched_operands(context: Context) -> Iterator[Found]:
    """The sides of a comparison have different types

    What: the types of both sides of a comparison are not equal in every detail.

    Why it fails: registration refuses the workflow. In particular a float cannot be compared with an
    integer, and an enum, an optional or an annotated variable cannot be compared with any constant.

    Fix: compare values of one type. Convert in a task before the branch where necessary.
    """
    for fault in context.faults(faults.OperandsDiffer):
        facts = fault.facts
        left, right, left_text, right_text = facts.left, facts.right, facts.left_text, facts.right_text
        where = _where(fault, facts.case)
        message = f"{where} compares {typed(left_text, left)} with {typed(right_text, right)}"
        notes: tuple[str, ...] = ()
        if type_phrase(left) == type_phrase(right):
            notes = ("the types differ in a detail that is not shown: metadata, annotation or structure",)
        result = found(
            fault, message, "compare values of one type; convert in a task before the branch", notes=notes
        )
        part = _part_meant(context, fault)
        yield result if part is None else result._replace(cause=part)


@rule("FI510", "unresolved-operand", ERROR, Phase.REGISTRATION, reference="ValueRequired", covers=("CO-4",))
def unresolved_operand(context: Context) -> Iterator[Found]:
    """A condition cannot be checked because the branch's inputs are faulty

    What: a comparison uses a variable, and the branch has no interface because one of its bindings or
    alternatives is faulty.

    Why it fails: the reference compiler reports this beside the fault itself. It never stands alone: the
    finding is folded under the one that names the cause.

    Fix: correct the cause.
    """
    for fault in context.faults(faults.OperandUnresolved):
        where = _where(fault, fault.facts.case)
        message = f"{where} compares {quoted(fault.facts.variable)}, whose type is not known"
        yield found(fault, message, "correct what the branch binds")


@rule(
    "FI511",
    "collection-into-branch",
    ERROR,
    Phase.REGISTRATION,
    reference="MismatchingBindings",
    covers=("BI-17", "QK-6"),
    reads=("core.BindingData.collection", "core.BindingData.map"),
)
def collection_into_branch(context: Context) -> Iterator[Found]:
    """A list or dict of values is bound to a branch or an approve gate

    What: a binding of a branch node or an approve gate is a collection or a map.

    Why it fails: the compiler infers the types of these inputs and cannot do so for collections and maps.
    It refuses the workflow.

    Fix: promise the whole value from a node or a workflow input.
    """
    for fault in context.faults(faults.ShapeMismatch):
        if fault.facts.untyped:
            node = fault.node
            assert node is not None
            given = "a list" if fault.facts.given == "list" else "a dict"
            words = variable_phrase(node, fault.facts.variable)
            message = f"{words}, a {node.kind.value}, is bound to {given} of values"
            yield found(fault, message, "take the whole value from a node or a workflow input")


@rule(
    "FI512",
    "part-into-branch",
    ERROR,
    Phase.REGISTRATION,
    reference="MismatchingTypes",
    covers=("BI-18", "QK-5"),
    reads=("core.OutputReference.attr_path", "core.OutputReference.var"),
)
def part_into_branch(context: Context) -> Iterator[Found]:
    """A branch or an approve gate takes a part of an output

    What: an input of a branch node or an approve gate is promised with an index or an attribute path.

    Why it fails: the compiler infers the type of the input from the whole output, and then finds that the
    part has another type. It refuses the workflow, whatever the types are.

    Fix: let a task return the part, and take its output.
    """
    for fault in context.faults(faults.PromiseMismatch):
        node, facts = fault.node, fault.facts
        if facts.untyped and node is not None:
            message = (
                f"{variable_phrase(node, facts.variable)}, a {node.kind.value}, is taken from a part of "
                f"{typed(facts.output, facts.whole)}"
            )
            yield found(fault, message, "let a task return the part, and take its output")


def _node(fault: Fault[Fact]) -> str:
    """The branch by id and name. Sentences say `branch` before it."""
    node: NodeRecord | None = fault.node
    assert node is not None
    return node_phrase(node).removeprefix("node ")


def _part_meant(
    context: Context, fault: Fault[faults.OperandsDiffer]
) -> Fault[faults.PromiseMismatch] | None:
    """The fault of taking a part into the branch (FI512), if the part would have had the right type."""
    parts = context.once(_parts_taken)
    facts = fault.facts
    left, right, left_text, right_text = facts.left, facts.right, facts.left_text, facts.right_text
    for text, other in ((left_text, right), (right_text, left)):
        part = parts.get((fault.node, text))
        if part is not None and part.facts.given is other:
            return part
    return None


def _parts_taken(
    context: Context,
) -> dict[tuple[NodeRecord | None, str], Fault[faults.PromiseMismatch]]:
    mismatches = context.faults(faults.PromiseMismatch)
    return {(fault.node, fault.facts.variable): fault for fault in mismatches if fault.facts.untyped}


def _where(fault: Fault[Fact], case: int) -> str:
    """The case of the branch that a fault is in."""
    return f"{_case(case)} of branch {_node(fault)}"


def _case(case: int) -> str:
    return "the first case" if case == 0 else f"case {case + 1}"

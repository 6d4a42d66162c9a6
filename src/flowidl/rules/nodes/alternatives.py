"""Rules 580-594: branches that compile, and conditions that cannot be evaluated or never matter.

The compiler only asks that both sides of a comparison have one type. What the values are, and what the
operator is, it leaves to run time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler import faults
from flowidl.compiler.entities import NodeKind, NodeRole, case_path
from flowidl.core.v1.condition_pb2 import ComparisonExpression
from flowidl.core.v1.types_pb2 import SimpleType
from flowidl.findings import Phase
from flowidl.paths import FieldPath
from flowidl.rules.declaration import ERROR, INFO, WARNING, Found, rule
from flowidl.rules.phrases import listed, node_phrase, quoted, type_phrase
from flowidl.tuples import NamedTuple
from flowidl.types.kinds import TypeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.entities import NodeRecord, WorkflowAnalysis
    from flowidl.core.v1.condition_pb2 import BooleanExpression, Operand
    from flowidl.core.v1.workflow_pb2 import IfBlock, Node
    from flowidl.rules.context import Context
    from flowidl.source.definitions import Place
    from flowidl.types.table import Type

_COMPARABLE = frozenset(
    (
        SimpleType.INTEGER,
        SimpleType.FLOAT,
        SimpleType.STRING,
        SimpleType.BOOLEAN,
        SimpleType.DATETIME,
        SimpleType.DURATION,
    )
)
_ORDER = {
    ComparisonExpression.GT: ">",
    ComparisonExpression.GTE: ">=",
    ComparisonExpression.LT: "<",
    ComparisonExpression.LTE: "<=",
}
_EQUALITY = {ComparisonExpression.EQ: "==", ComparisonExpression.NEQ: "!="}
_OPERATORS = {**_ORDER, **_EQUALITY}
_PRIMITIVES = {
    "integer": SimpleType.INTEGER,
    "float_value": SimpleType.FLOAT,
    "string_value": SimpleType.STRING,
    "boolean": SimpleType.BOOLEAN,
    "datetime": SimpleType.DATETIME,
    "duration": SimpleType.DURATION,
}
_MOMENTS = frozenset((SimpleType.DATETIME, SimpleType.DURATION))

_OPERANDS = (
    "core.ComparisonExpression.left_value",
    "core.ComparisonExpression.right_value",
    "core.Operand.var",
)


@rule("FI580", "operand-not-primitive", ERROR, Phase.RUN, covers=("RT-21",), reads=_OPERANDS)
def operand_not_primitive(context: Context) -> Iterator[Found]:
    """A condition compares something that cannot be compared

    What: a variable in a comparison is no number, text, truth value, time, duration or enum. Optional
    values count as unions even when they hold a number.

    Why it fails: registration takes it if both sides have the same type. At run time the condition cannot be
    evaluated, and the branch fails (`MalformedBranchUserError`).

    Fix: let a task return a plain value, and compare that.
    """
    differing = {(fault.node, fault.path): fault for fault in context.faults(faults.OperandsDiffer)}
    for comparison in _comparisons(context):
        for operand in comparison.operands:
            type = operand.type
            if type is None or type is context.model.types.anything or _is_comparable(type):
                continue
            yield Found(
                comparison.field(f"{operand.side}_value", "var"),
                f"{comparison.phrase} compares {quoted(operand.message.var)} of type {type_phrase(type)}, "
                "which cannot be compared",
                "let a task return a plain value, and compare that",
                cause=differing.get((comparison.node, comparison.path)),
            )


@rule(
    "FI581",
    "order-of-truth-values",
    ERROR,
    Phase.RUN,
    covers=("RT-22",),
    reads=("core.ComparisonExpression.operator", *_OPERANDS),
)
def order_of_truth_values(context: Context) -> Iterator[Found]:
    """A condition asks which of two truth values is larger

    What: `>`, `>=`, `<` or `<=` stands between truth values.

    Why it fails: registration takes it. The order of truth values is not defined: the branch fails at run
    time (`MalformedBranchUserError`).

    Fix: compare with `==` or `!=`.
    """
    for comparison in _comparisons(context):
        operator = _ORDER.get(comparison.message.operator)
        if operator is None:
            continue
        if any(operand.simple == SimpleType.BOOLEAN for operand in comparison.operands):
            yield Found(
                comparison.field("operator"),
                f"{comparison.phrase} asks for the order of truth values with `{operator}`",
                "compare with `==` or `!=`",
            )


@rule(
    "FI582",
    "unknown-operator",
    ERROR,
    Phase.RUN,
    covers=("RT-23",),
    reads=("core.ComparisonExpression.operator",),
)
def unknown_operator(context: Context) -> Iterator[Found]:
    """A condition uses an operator that does not exist

    What: the operator of a comparison is a number that stands for none of `==`, `!=`, `>`, `>=`, `<`, `<=`.

    Why it fails: registration takes it. The branch fails at run time (`MalformedBranchUserError`).

    Fix: use one of the six.
    """
    for comparison in _comparisons(context):
        number = comparison.message.operator
        if number not in _OPERATORS:
            yield Found(
                comparison.field("operator"),
                f"{comparison.phrase} uses operator {number}, which does not exist",
                "use one of the six operators",
            )


@rule(
    "FI583",
    "constant-without-value",
    ERROR,
    Phase.RUN,
    covers=("RT-24",),
    reads=("core.Operand.primitive",),
)
def constant_without_value(context: Context) -> Iterator[Found]:
    """A condition compares with a constant that has no value

    What: a side of a comparison is a primitive of which no member is set.

    Why it fails: registration takes it. Evaluating the condition crashes the back end's worker.

    Fix: set the constant's value.
    """
    for comparison in _comparisons(context):
        for side in ("left", "right"):
            operand: Operand = getattr(comparison.message, f"{side}_value")
            if operand.WhichOneof("val") == "primitive" and operand.primitive.WhichOneof("value") is None:
                yield Found(
                    comparison.field(f"{side}_value", "primitive"),
                    f"{comparison.phrase} has a constant without a value on its {side} side",
                    "set the constant's value",
                )


@rule(
    "FI584",
    "moments-compared-by-second",
    INFO,
    Phase.RUN,
    covers=("RT-25",),
    reads=("core.ComparisonExpression.operator", *_OPERANDS),
)
def moments_compared_by_second(context: Context) -> Iterator[Found]:
    """A condition asks whether two times are equal

    What: `==` or `!=` stands between times or durations.

    Why it fails: they are compared by whole seconds, so times that differ by less count as equal.

    Fix: keep that in mind, or compare in a task.
    """
    for comparison in _comparisons(context):
        operator = _EQUALITY.get(comparison.message.operator)
        if operator and any(operand.simple in _MOMENTS for operand in comparison.operands):
            yield Found(
                comparison.field("operator"),
                f"{comparison.phrase} compares times with `{operator}`, which looks at whole seconds only",
                "keep that in mind, or compare in a task",
            )


@rule(
    "FI585",
    "error-without-message",
    WARNING,
    Phase.RUN,
    covers=("RT-27",),
    reads=("core.IfElseBlock.error", "core.Error.message"),
)
def error_without_message(context: Context) -> Iterator[Found]:
    """A branch fails without saying why

    What: the alternative of a branch for when no case applies is an error without a message.

    Why it fails: the message is all that a user is shown when the branch fails.

    Fix: say which values are not provided for.
    """
    for node in _branches(context):
        block = _message(node).branch_node.if_else
        if block.WhichOneof("default") == "error" and not block.error.message.strip():
            yield Found(
                node.field("branch_node", "if_else", "error", "message"),
                f"branch {_id(node)} fails without a message when no case applies",
                "say which values are not provided for",
            )


@rule("FI586", "constant-condition", WARNING, Phase.RUN, covers=("RT-28",), reads=("core.Operand.primitive",))
def constant_condition(context: Context) -> Iterator[Found]:
    """A condition does not depend on anything

    What: both sides of a comparison are constants.

    Why it fails: it gives the same answer in every execution, so either its case or those after it are
    never taken.

    Fix: compare with an input, or remove the case.
    """
    for comparison in _comparisons(context):
        sides = (comparison.message.left_value, comparison.message.right_value)
        if all(side.WhichOneof("val") == "primitive" for side in sides):
            yield Found(
                comparison.field(),
                f"{comparison.phrase} compares two constants, so its answer never changes",
                "compare with an input, or remove the case",
            )


@rule("FI587", "repeated-condition", WARNING, Phase.RUN, covers=("RT-28",), reads=("core.IfBlock.condition",))
def repeated_condition(context: Context) -> Iterator[Found]:
    """Two cases of a branch have the same condition

    What: a case repeats the condition of an earlier case of the branch.

    Why it fails: cases are tried in order and the first that applies is taken, so the later one never is.

    Fix: correct or remove the later case.
    """
    for node in _branches(context):
        first: dict[bytes, int] = {}
        for case, block in _blocks(node):
            if not block.HasField("condition"):
                continue
            known = first.setdefault(block.condition.SerializeToString(deterministic=True), case)
            if known != case:
                yield Found(
                    node.place(case_path(case).field("condition")),
                    f"case {case + 1} of branch {_id(node)} has the condition of case {known + 1} "
                    "and is never taken",
                    "correct or remove it",
                    related=((f"case {known + 1}", node.place(case_path(known).field("condition"))),),
                )


@rule(
    "FI588",
    "nested-id-collision",
    ERROR,
    Phase.LAUNCH,
    covers=("RT-29", "EX-25"),
    reads=("core.Node.id", "core.IfBlock.then_node", "core.IfElseBlock.else_node"),
)
def nested_id_collision(context: Context) -> Iterator[Found]:
    """A node in a branch has the id of another node

    What: two nodes of one branch have the same id and differ, or the id that a nested node gets (the id of
    the branch, a dash, its own) is that of another node of the workflow.

    Why it fails: registration takes it. When an execution is prepared the nodes in branches are put beside
    the others, and two different ones under one id are refused (`ValueCollision`).

    Fix: rename one of the two.
    """
    workflows = dict.fromkeys(node.workflow for node in _branches(context))
    for workflow in workflows:
        yield from _collisions(workflow)


@rule(
    "FI589",
    "nested-read-not-upstream",
    INFO,
    Phase.RUN,
    covers=("RT-30",),
    reads=("core.Node.upstream_node_ids", "core.OutputReference.node_id"),
    preview=True,
)
def nested_read_not_upstream(context: Context) -> Iterator[Found]:
    """A node in a branch reads a node that the branch does not name

    What: a nested node takes the output of a node that is not in the `upstream_node_ids` of the branch.
    Tools list such nodes there.

    Why it fails: it does not, because execution waits for it all the same. But the graph that is stored and
    drawn shows the branch as independent of what it needs.

    Fix: list the node in the branch's `upstream_node_ids`.
    """
    from flowidl.rules.graph.edges import promises

    for node in _branches(context):
        listed_ids = set(_message(node).upstream_node_ids) | {p.node_id for _, p in promises(node.bindings)}
        if node.parent is not None:
            continue
        missing: dict[str, NodeRecord] = {}
        for inner in node.descendants():
            for _, promise in promises(inner.bindings):
                if promise.node_id and promise.node_id in node.workflow.table:
                    missing.setdefault(promise.node_id, inner)
        names = sorted(missing.keys() - listed_ids - {"start-node"})
        if names:
            yield Found(
                node.field("upstream_node_ids"),
                f"branch {_id(node)} does not name {listed(names)} as upstream, which its nodes read",
                "list it in `upstream_node_ids`",
            )


class _Operand(NamedTuple):
    """A side of a comparison: its type if it is a variable with one, and its simple type, -1 for others."""

    side: str
    message: Operand
    type: Type | None
    simple: int


class _Comparison(NamedTuple):
    """A comparison in the condition of a case; `path` leads to it from the branch node."""

    node: NodeRecord
    case: int
    path: FieldPath
    message: ComparisonExpression
    operands: tuple[_Operand, _Operand]

    @property
    def phrase(self) -> str:
        """The comparison at the start of a sentence."""
        which = "the first case" if self.case == 0 else f"case {self.case + 1}"
        return f"{which} of branch {_id(self.node)}"

    def field(self, *names: str) -> Place:
        """Return the place of a part of the comparison, or of all of it."""
        return self.node.place(self.path, f"case {self.case + 1}").field(*names)


def _operand(node: NodeRecord, side: str, operand: Operand) -> _Operand:
    kind = operand.WhichOneof("val")
    if kind == "primitive":
        simple = _PRIMITIVES.get(operand.primitive.WhichOneof("value") or "", SimpleType.NONE)
        return _Operand(side, operand, None, simple)
    interface = node.interface
    type = None if kind != "var" or interface is None else interface.inputs.get(operand.var)
    return _Operand(side, operand, type, -1 if type is None else type.simple)


def _is_comparable(type: Type) -> bool:
    return type.kind is TypeKind.ENUM or (type.kind is TypeKind.SIMPLE and type.simple in _COMPARABLE)


def _comparisons(context: Context) -> Iterator[_Comparison]:
    return iter(context.once(_all_comparisons))


def _all_comparisons(context: Context) -> list[_Comparison]:
    return [found for node in _branches(context) for found in _of_branch(node)]


def _of_branch(node: NodeRecord) -> Iterator[_Comparison]:
    for case, block in _blocks(node):
        waiting: list[tuple[BooleanExpression, FieldPath]] = [
            (block.condition, case_path(case).field("condition"))
        ]
        while waiting:
            expression, path = waiting.pop()
            kind = expression.WhichOneof("expr")
            if kind == "comparison":
                message = expression.comparison
                both_sides = (
                    _operand(node, "left", message.left_value),
                    _operand(node, "right", message.right_value),
                )
                yield _Comparison(node, case, path.field("comparison"), message, both_sides)
            elif kind == "conjunction":
                both = expression.conjunction
                waiting.append((both.right_expression, path.field("conjunction", "right_expression")))
                waiting.append((both.left_expression, path.field("conjunction", "left_expression")))


def _branches(context: Context) -> list[NodeRecord]:
    return context.model.by_kind[NodeKind.BRANCH]


def _blocks(node: NodeRecord) -> Iterator[tuple[int, IfBlock]]:
    block = _message(node).branch_node.if_else
    yield 0, block.case
    yield from enumerate(block.other, start=1)


def _collisions(workflow: WorkflowAnalysis) -> Iterator[Found]:
    first: dict[str, NodeRecord] = dict(workflow.table)
    for node in workflow.all_nodes():
        if node.role is not NodeRole.NESTED or not node.id:
            continue
        known = first.setdefault(node.id, node)
        if known is not node and _spec(known) != _spec(node):
            yield Found(
                node.field("id"),
                f"{node_phrase(node)} in {node_phrase(_outermost(node))} has the id of another node",
                "rename one of the two",
                related=(("the other node", known.field("id")),),
            )


def _outermost(node: NodeRecord) -> NodeRecord:
    return node if node.parent is None else node.parent


def _spec(node: NodeRecord) -> bytes:
    """What a node is, but for its id."""
    if node.message is None:
        return b""
    copy = type(node.message)()
    copy.CopyFrom(node.message)
    copy.id = ""
    return copy.SerializeToString(deterministic=True)


def _message(node: NodeRecord) -> Node:
    assert node.message is not None
    return node.message


def _id(node: NodeRecord) -> str:
    return node_phrase(node).removeprefix("node ")

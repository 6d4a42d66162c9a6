"""Conditions of branches (reference rules CO-1 to CO-5).

A condition sees the inputs of its branch node, which are inferred from what the branch binds. Operands are
compared by strict equality of types, as nowhere else: an enum, an optional or an annotated variable fits no
constant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import case_path
from flowidl.compiler.faults import (
    ConditionMissing,
    ExpressionEmpty,
    OperandIsScalar,
    OperandMissing,
    OperandsDiffer,
    OperandUnknown,
    OperandUnresolved,
)
from flowidl.core.v1.literals_pb2 import Scalar
from flowidl.paths import FieldPath
from flowidl.tuples import NamedTuple
from flowidl.types.infer import infer_scalar

if TYPE_CHECKING:
    from flowidl.compiler.context import Context
    from flowidl.compiler.entities import NodeRecord
    from flowidl.compiler.faults import Fact
    from flowidl.core.v1.condition_pb2 import BooleanExpression, ComparisonExpression, Operand
    from flowidl.core.v1.workflow_pb2 import IfBlock
    from flowidl.types.table import Type


class _Site(NamedTuple):
    """Where a comparison stands: in which case of which branch, and the path to it."""

    node: NodeRecord
    case: int
    path: FieldPath

    @property
    def steps(self) -> tuple[str, ...]:
        return (f"case {self.case + 1}",)


def check_condition(context: Context, node: NodeRecord, case: int, block: IfBlock) -> None:
    """Check the condition of one case, with conjunctions on a stack of our own."""
    block_path = case_path(case)
    path = block_path.field("condition")
    if not block.HasField("condition"):
        context.node_fault(ConditionMissing(case, path), node, block_path, (f"case {case + 1}",))
        return
    waiting: list[tuple[BooleanExpression, FieldPath]] = [(block.condition, path)]
    while waiting:
        expression, path = waiting.pop()
        site = _Site(node, case, path)
        kind = expression.WhichOneof("expr")
        if kind == "comparison":
            _comparison(context, site._replace(path=path.field("comparison")), expression.comparison)
        elif kind == "conjunction":
            for side in ("right_expression", "left_expression"):
                inner = path.field("conjunction", side)
                if expression.conjunction.HasField(side):
                    waiting.append((getattr(expression.conjunction, side), inner))
                else:
                    facts = ConditionMissing(case, inner)
                    context.node_fault(facts, node, path.field("conjunction"), site.steps)
        else:
            context.node_fault(ExpressionEmpty(case), node, path, site.steps)


def _comparison(context: Context, site: _Site, comparison: ComparisonExpression) -> None:
    """Check both operands, and then one against the other."""
    left = _operand(context, site, "left", comparison.left_value)
    right = _operand(context, site, "right", comparison.right_value)
    if left is None or right is None or left is right:
        return
    if context.types.anything in (left, right):
        return
    texts = _text(comparison.left_value), _text(comparison.right_value)
    facts = OperandsDiffer(site.case, left, right, *texts)
    context.node_fault(facts, site.node, site.path, site.steps)


def _operand(context: Context, site: _Site, side: str, operand: Operand) -> Type | None:
    """Return an operand's type, or `None` with a fault if it has none."""
    kind = operand.WhichOneof("val")
    path = site.path.field(f"{side}_value")
    if kind == "primitive":
        return infer_scalar(context.types, Scalar(primitive=operand.primitive))
    if kind == "scalar":
        context.node_fault(OperandIsScalar(site.case, side), site.node, path.field("scalar"), site.steps)
        return None
    if kind is None or not operand.var:
        where = path if kind else site.path
        context.node_fault(OperandMissing(site.case, side), site.node, where, site.steps)
        return None
    variable, interface = operand.var, site.node.interface
    if interface is None:
        facts: Fact = OperandUnresolved(site.case, side, variable)
        context.node_fault(
            facts, site.node, path.field("var"), site.steps, cause=context.causes.get(site.node)
        )
        return None
    type = interface.inputs.get(variable)
    if type is None and not any(binding.var == variable for binding in site.node.bindings):
        facts = OperandUnknown(site.case, side, variable)
        context.node_fault(facts, site.node, path.field("var"), site.steps)
    return type


def _text(operand: Operand) -> str:
    """Return an operand in the user's words: a variable's name or a constant."""
    if operand.WhichOneof("val") == "var":
        return operand.var
    kind = operand.primitive.WhichOneof("value")
    if kind is None:
        return "(no value)"
    if kind in ("datetime", "duration"):
        return kind
    value = getattr(operand.primitive, kind)
    return repr(value) if kind == "string_value" else str(value)

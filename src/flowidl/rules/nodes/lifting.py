"""Array nodes that another back end would lift: lists there, and plain values here.

Tools serialize an array over a launch plan with lists bound to the launch plan's own inputs, and mark it
with `is_original_sub_node_interface`. The default target does not lift the interface, so the lists do not
fit; that deserves another sentence than a plain mismatch of types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler import faults
from flowidl.compiler.entities import NodeKind
from flowidl.types.cast import castable
from flowidl.types.kinds import TypeKind

if TYPE_CHECKING:
    from flowidl.compiler.entities import NodeRecord
    from flowidl.compiler.faults import Fact, Fault
    from flowidl.rules.context import Context
    from flowidl.types.table import Type, TypeTable

FULL_STATE = 1


def is_unlifted(context: Context, fault: Fault[Fact]) -> bool:
    """Tell whether a fault is only there because the target does not lift array nodes."""
    return unlifted_array(context, fault) is not None


def unlifted_array(context: Context, fault: Fault[Fact]) -> NodeRecord | None:
    """Return the array node that explains a fault of types, if one does."""
    node, facts, table = fault.node, fault.facts, context.model.types
    if node is None or context.model.target.lifts_arrays:
        return None
    if isinstance(facts, faults.ShapeMismatch):
        return node if facts.given == "list" and would_lift(node) else None
    if isinstance(facts, faults.UnionUnfit):
        return node if would_lift(node) else None
    if isinstance(facts, faults.PromiseMismatch):
        if would_lift(node) and _fits_elements(table, facts.given, facts.expected):
            return node
        if would_lift(facts.provider) and _is_list_of(table, facts.expected, facts.given):
            return facts.provider
    return None


def would_lift(node: NodeRecord) -> bool:
    """Tell whether a back end that lifts array nodes would lift this one (`core.ArrayNode`)."""
    if node.kind is not NodeKind.ARRAY or node.message is None:
        return False
    array = node.message.array_node
    if array.HasField("is_original_sub_node_interface"):
        return array.is_original_sub_node_interface.value
    return array.execution_mode == FULL_STATE


def _fits_elements(table: TypeTable, given: Type, expected: Type) -> bool:
    if given.kind is not TypeKind.COLLECTION or given.element is None:
        return False
    return castable(table, given.element, expected).fits


def _is_list_of(table: TypeTable, expected: Type, given: Type) -> bool:
    if expected.kind is not TypeKind.COLLECTION or expected.element is None:
        return False
    return castable(table, given, expected.element).fits

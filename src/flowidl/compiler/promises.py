"""Promises: what a promise's text names, which node and output that is, and the type that it resolves to.

The reference looks for a name in the text rather than reading all of it, so `$x` means `x`, and it passes
over attributes of things that have none. Both are mirrored here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowidl.compiler.faults import (
    Companion,
    FieldUnknown,
    PromiseIndexed,
    PromiseSyntax,
    PromiseToUnknownNode,
    PromiseToUnknownOutput,
)
from flowidl.tuples import NamedTuple
from flowidl.types.kinds import TypeKind

if TYPE_CHECKING:
    from flowidl.compiler.context import Context
    from flowidl.compiler.entities import NodeRecord, WorkflowAnalysis
    from flowidl.compiler.faults import Fact
    from flowidl.compiler.spots import Spot
    from flowidl.core.v1.types_pb2 import OutputReference
    from flowidl.types.table import Type, TypeTable

_NAME = re.compile(r"(?:\[([0-9]+)\]\.)?([a-zA-Z0-9_]+)")
_PLAIN = re.compile(r"[a-zA-Z0-9_]+")
_MAX_INDEX = 2**63 - 1


def parse_promise(text: str) -> tuple[int | None, str] | None:
    """Return the element index, if any, and the output name in a promise's text; `None` if BI-12 fails."""
    if _PLAIN.fullmatch(text):
        return None, text
    found = None
    for match in _NAME.finditer(text):
        if found is not None:
            return None
        found = match
    if found is None:
        return None
    digits, name = found.groups()
    if digits is None:
        return None, name
    digits = digits.lstrip("0") or "0"
    if len(digits) > 19 or int(digits) > _MAX_INDEX:
        return None
    return int(digits), name


class Resolved(NamedTuple):
    """Where an attribute path leads: the type, the attributes passed over, and one without a field."""

    type: Type
    skipped: tuple[int, ...]
    missing: tuple[int, str, Type] | None


def follow_attributes(table: TypeTable, type: Type, promise: OutputReference) -> Resolved:
    """Follow a promise's attribute path from a type (3.8): into elements, values and dataclass fields."""
    skipped: list[int] = []
    for position, attribute in enumerate(promise.attr_path):
        if type.element is not None:
            type = type.element
            continue
        structure = type.message.structure
        fields = structure.dataclass_type
        if not fields:
            skipped.append(position)
            continue
        name = attribute.string_value
        if name not in fields:
            return Resolved(type, tuple(skipped), (position, name, type))
        type = table.intern(fields[name])
    return Resolved(type, tuple(skipped), None)


class Promised(NamedTuple):
    """What a promise means: provider, output, element index, the output's type, and the type of the part
    promised.

    `fatal` are the facts of a fault that leaves it without a type; `minor` those of one that does not
    (QK-49).
    """

    provider: NodeRecord
    output: str
    element: int | None
    whole: Type
    part: Type
    skipped: tuple[int, ...]
    fatal: Fact | None = None
    minor: Fact | None = None


class PromiseResolver:
    """Finds what promises mean, without reporting anything."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._nested: dict[WorkflowAnalysis, dict[str, NodeRecord]] = {}

    def resolve(self, spot: Spot, promise: OutputReference) -> Promised:
        """Find what a promise means (4.2.1, 3.8)."""
        workflow, id, variable = spot.node.workflow, promise.node_id, spot.variable
        provider = workflow.table.get(id) if id else workflow.start
        if provider is None or provider.position > spot.visible:
            hidden = provider or self._nested_node(workflow, id)
            unknown = PromiseToUnknownNode(variable, id, hidden, later=provider is not None)
            return self._lost(workflow.start, "", unknown)
        parsed = parse_promise(promise.var)
        if parsed is None:
            return self._lost(provider, "", PromiseSyntax(variable, promise.var))
        element, output = parsed
        whole = provider.outputs.get(output)
        if whole is None:
            broken = provider in self._context.alias_faults
            facts = Companion(variable) if broken else PromiseToUnknownOutput(variable, provider, output)
            return self._lost(provider, output, facts)
        return self._part(spot, promise, provider, output, element, whole)

    def _lost(self, provider: NodeRecord, output: str, facts: Fact) -> Promised:
        anything = self._context.types.anything
        return Promised(provider, output, None, anything, anything, (), facts)

    def _part(
        self,
        spot: Spot,
        promise: OutputReference,
        provider: NodeRecord,
        output: str,
        element: int | None,
        whole: Type,
    ) -> Promised:
        """Apply index and attributes to an output's type."""
        part, minor = whole, None
        if element is not None:
            if whole.element is not None and whole.kind is not TypeKind.MAP:
                part = whole.element
            else:
                minor = PromiseIndexed(spot.variable, provider, output, whole, element)
        if not promise.attr_path:
            return Promised(provider, output, element, whole, part, (), None, minor)
        resolved = follow_attributes(self._context.types, part, promise)
        fatal = None
        if resolved.missing is not None:
            attribute, field, given = resolved.missing
            fatal = FieldUnknown(spot.variable, provider, output, given, field, attribute)
        return Promised(provider, output, element, whole, resolved.type, resolved.skipped, fatal, minor)

    def _nested_node(self, workflow: WorkflowAnalysis, id: str) -> NodeRecord | None:
        """Return the node nested in a branch that an id seems to mean, as written or with prefix."""
        nested = self._nested.get(workflow)
        if nested is None:
            nested = self._nested[workflow] = {}
            for node in workflow.all_nodes():
                if node.parent is not None and node.message is not None:
                    nested.setdefault(node.message.id, node)
                    nested.setdefault(node.id, node)
        return nested.get(id)

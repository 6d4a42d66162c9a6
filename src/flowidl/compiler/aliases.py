"""Aliases: the names under which consumers see a node's outputs (1.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.faults import AliasesCollide, AliasOfUnknownOutput, AliasRepeated
from flowidl.paths import ROOT, FieldPath

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowidl.compiler.context import Context
    from flowidl.compiler.entities import NodeRecord
    from flowidl.compiler.faults import Fact
    from flowidl.types.table import Type


def apply_aliases(context: Context, node: NodeRecord) -> None:
    """Rename the outputs of a node that has aliases (1.7); a fault among them hides all outputs."""
    assert node.message is not None
    assert node.interface is not None
    if node.opaque:
        return
    before = context.errors
    renamed: dict[str, str] = {}
    for position, alias in enumerate(node.message.output_aliases):
        path = ROOT.field("output_aliases").item(position)
        if alias.var in renamed:
            _alias_fault(context, node, AliasRepeated(alias.var, alias.alias, position), path)
            continue
        renamed[alias.var] = alias.alias
        if alias.var not in node.interface.outputs:
            _alias_fault(context, node, AliasOfUnknownOutput(alias.var, alias.alias, position), path)
    node.outputs = {}
    if context.errors == before:
        node.outputs = _renamed(context, node, node.interface.outputs, renamed)


def _alias_fault(context: Context, node: NodeRecord, facts: Fact, path: FieldPath) -> None:
    fault = context.node_fault(facts, node, path)
    context.alias_faults.setdefault(node, fault)


def _renamed(
    context: Context, node: NodeRecord, outputs: Mapping[str, Type], renamed: dict[str, str]
) -> dict[str, Type]:
    """Return outputs under their new names. Of those that share one, the reference takes any."""
    sources: dict[str, list[str]] = {}
    for name in outputs:
        sources.setdefault(renamed.get(name, name), []).append(name)
    for name, names in sources.items():
        if len(names) > 1:
            facts = AliasesCollide(name, tuple(sorted(names)))
            fault = context.fault(facts, node, ROOT.field("output_aliases"), node_id=node.id, counts=False)
            context.collisions[node, name] = fault
    return {name: outputs[min(names)] for name, names in sources.items()}

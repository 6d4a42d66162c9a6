"""New ids for nodes, and for what refers to them: bindings, orders, the operands of conditionals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.core.v1.condition_pb2 import BooleanExpression, ComparisonExpression
from flowidl.core.v1.workflow_pb2 import BranchNode, Node

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from flowidl.core.v1.literals_pb2 import Binding, BindingData


def nodes_within(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield nodes and the nodes nested in them."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        if node.HasField("array_node"):
            waiting.append(node.array_node.node)
        elif node.HasField("branch_node"):
            waiting.extend(branches(node.branch_node))


def branches(branch: BranchNode) -> list[Node]:
    """Return the nodes in the branches of a conditional."""
    block = branch.if_else
    last = [block.else_node] if block.HasField("else_node") else []
    return [block.case.then_node, *(each.then_node for each in block.other), *last]


def rename_nodes(
    nodes: Collection[Node], outputs: Iterable[Binding], names: Mapping[str, str], *, nested: bool = False
) -> None:
    """Rename nodes in place, and what refers to them in their workflow; `names` maps old ids to new ones.

    Ids of nodes in branches have a scope of their own, and stay unless `nested` says otherwise.
    """
    for node in nodes:
        node.id = names.get(node.id, node.id)
    top = {id(node) for node in nodes}
    for node in nodes_within(nodes):
        if nested and id(node) not in top:
            node.id = names.get(node.id, node.id)
        _rename_upstream(node, names)
        _redirect((each.binding for each in node.inputs), names)
        if node.HasField("branch_node"):
            _rename_operands(node, names)
    _redirect((each.binding for each in outputs), names)


def _rename_upstream(node: Node, names: Mapping[str, str]) -> None:
    old = list(node.upstream_node_ids)
    new = [names.get(each, each) for each in old]
    node.upstream_node_ids[:] = sorted(new) if old == sorted(old) else new


def _redirect(data: Iterable[BindingData], names: Mapping[str, str]) -> None:
    waiting = list(data)
    while waiting:
        each = waiting.pop()
        if each.HasField("promise"):
            each.promise.node_id = names.get(each.promise.node_id, each.promise.node_id)
        waiting.extend(each.collection.bindings)
        waiting.extend(each.map.bindings.values())


def _rename_operands(node: Node, names: Mapping[str, str]) -> None:
    """Give a conditional's inputs, which are named `<node>.<output>`, the names of their renamed nodes."""

    def renamed(var: str) -> str:
        id, dot, output = var.partition(".")
        return f"{names.get(id, id)}{dot}{output}"

    block = node.branch_node.if_else
    for each in node.inputs:
        each.var = renamed(each.var)
    node.inputs.sort(key=_var)
    for expression in _comparisons([block.case.condition, *(each.condition for each in block.other)]):
        for operand in (expression.left_value, expression.right_value):
            if operand.HasField("var"):
                operand.var = renamed(operand.var)


def _var(binding: Binding) -> str:
    return binding.var


def _comparisons(conditions: list[BooleanExpression]) -> Iterator[ComparisonExpression]:
    """Yield the comparisons in conditions."""
    while conditions:
        each = conditions.pop()
        if each.HasField("comparison"):
            yield each.comparison
        elif each.HasField("conjunction"):
            conditions += [each.conjunction.left_expression, each.conjunction.right_expression]

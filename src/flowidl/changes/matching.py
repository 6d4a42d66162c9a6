"""Which node of one version is which of the other.

SDKs number nodes, so that one more call renames all that come after it. Nodes are therefore matched, in this
order, by

1. what they compute: the entity, the inputs, and the same of every node that these come from;
2. what becomes of them: the entity, and the same of every node and output that reads them;
3. entity, name and id;
4. entity and name, in order;
5. id alone: the node runs something else now.

Each step takes linear time. What is left was added or removed.
"""

from __future__ import annotations

from collections import defaultdict, deque
from hashlib import blake2b
from typing import TYPE_CHECKING

from flowidl.changes.leaves import identifier, providers, providers_of
from flowidl.changes.meaning import Reader
from flowidl.names import END_NODE, START_NODE
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from flowidl.core.v1.literals_pb2 import Binding
    from flowidl.core.v1.workflow_pb2 import Node


class Scope(NamedTuple):
    """The nodes of one workflow by id, and what its outputs are bound to."""

    nodes: Mapping[str, Node]
    outputs: Sequence[Binding] = ()


def real_nodes(nodes: Sequence[Node]) -> dict[str, Node]:
    """Return the nodes of a list by id, without the start and end nodes that a compiler adds."""
    return {node.id: node for node in nodes if node.id not in (START_NODE, END_NODE)}


def match(old: Scope, new: Scope) -> dict[str, str]:
    """Return the id in `old` of each node in `new` that has a counterpart."""
    matched: dict[str, str] = {}
    left_old, left_new = dict(old.nodes), dict(new.nodes)
    old_content, new_content = fingerprints(old.nodes), fingerprints(new.nodes)
    old_use, new_use = uses(old), uses(new)
    steps: tuple[tuple[Callable[[str, Node], Hashable], Callable[[str, Node], Hashable]], ...] = (
        (lambda id, _: (old_content[id], id), lambda id, _: (new_content[id], id)),
        (lambda id, _: old_content[id], lambda id, _: new_content[id]),
        (lambda id, _: (old_use[id], id), lambda id, _: (new_use[id], id)),
        (lambda id, _: old_use[id], lambda id, _: new_use[id]),
        (lambda id, node: (_target(node), id), lambda id, node: (_target(node), id)),
        (lambda _, node: _target(node), lambda _, node: _target(node)),
        (lambda id, _: id, lambda id, _: id),
    )
    for old_key, new_key in steps:
        waiting: dict[Hashable, deque[str]] = defaultdict(deque)
        for id, node in left_old.items():
            waiting[old_key(id, node)].append(id)
        for id, node in list(left_new.items()):
            queue = waiting.get(new_key(id, node))
            if queue:
                matched[id] = queue.popleft()
                del left_old[matched[id]], left_new[id]
    return matched


def _target(node: Node) -> Hashable:
    """Return what a node runs, and the name that its author gave it."""
    kind = node.WhichOneof("target")
    what: object = None
    if kind == "task_node":
        what = identifier(node.task_node.reference_id, version=False).key
    elif kind == "workflow_node":
        reference = node.workflow_node.WhichOneof("reference")
        what = reference and identifier(getattr(node.workflow_node, reference), version=False).key
    elif kind == "gate_node":
        what = node.gate_node.WhichOneof("condition")
    return kind, what, node.metadata.name


def fingerprints(nodes: Mapping[str, Node]) -> dict[str, str]:
    """Return for each node a digest of what it computes, that of the nodes before it included.

    Ids are no part of it. Nodes on a ring, or behind one, count their providers by id.
    """
    names: dict[str, str] = {}
    for id in _in_order(nodes):
        reading = Reader(nodes=names).read(nodes[id])
        text = repr(sorted((path, repr(leaf.key)) for path, leaf in reading.items()))
        names[id] = _hashed(text)
    return names


def uses(scope: Scope) -> dict[str, str]:
    """Return for each node a digest of what becomes of it: what it runs, and the same of its readers."""
    users: dict[str, list[str]] = defaultdict(list)
    for binding in scope.outputs:
        for id in providers_of((binding,)):
            users[id].append(f"output {binding.var}")
    found: dict[str, str] = {}
    for id in reversed(_in_order(scope.nodes)):
        node = scope.nodes[id]
        found[id] = _hashed(repr((_target(node), sorted(users[id]))))
        for before in _needs(node, scope.nodes):
            users[before].append(found[id])
    return found


def _hashed(text: str) -> str:
    return blake2b(text.encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()


def _in_order(nodes: Mapping[str, Node]) -> list[str]:
    """Return ids with providers first; what waits for itself comes last, in the order of the list."""
    needs = {id: _needs(node, nodes) for id, node in nodes.items()}
    users: dict[str, list[str]] = defaultdict(list)
    for id, before in needs.items():
        for each in before:
            users[each].append(id)
    missing = {id: len(before) for id, before in needs.items()}
    ready = deque(id for id in nodes if not missing[id])
    done: dict[str, None] = {}
    while ready:
        id = ready.popleft()
        done[id] = None
        for user in users[id]:
            missing[user] -= 1
            if not missing[user]:
                ready.append(user)
    return [*done, *(id for id in nodes if id not in done)]


def _needs(node: Node, nodes: Mapping[str, Node]) -> set[str]:
    found = {id for each in inside(node) for id in (*providers(each), *each.upstream_node_ids)}
    return (found & nodes.keys()) - {node.id}


def inside(node: Node) -> list[Node]:
    """Return a node with all that are nested in it: cases of branches, the inner nodes of arrays."""
    found = [node]
    for each in found:
        found.extend(nested(each).values())
    return found


def nested(node: Node) -> dict[str, Node]:
    """Return the nodes directly inside of a node by their place in it."""
    kind = node.WhichOneof("target")
    if kind == "array_node":
        return {"element": node.array_node.node} if node.array_node.HasField("node") else {}
    if kind != "branch_node":
        return {}
    block = node.branch_node.if_else
    found: dict[str, Node] = {}
    if block.case.HasField("then_node"):
        found["first case"] = block.case.then_node
    for position, case in enumerate(block.other):
        if case.HasField("then_node"):
            found[f"further case [{position}]"] = case.then_node
    if block.HasField("else_node"):
        found["else"] = block.else_node
    return found


def names_of_nested(node: Node, name: str) -> dict[str, str]:
    """Return names for all nodes inside of a node that goes by `name`: by their places, not by their ids."""
    names: dict[str, str] = {}
    waiting = [(node, name)]
    while waiting:
        outer, prefix = waiting.pop()
        for place, each in nested(outer).items():
            names[each.id] = f"{prefix} {place}"
            waiting.append((each, names[each.id]))
    return names

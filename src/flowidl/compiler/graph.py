"""The graph of one workflow: edges, orphans, cycles and reachability (reference phases P5, P7 and P9).

Everything is linear and without recursion. A sound graph is recognised by one topological sweep; only if that
gets stuck does anybody look for the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.faults import Cycle, Unreachable
from flowidl.compiler.model import UnknownUpstream
from flowidl.names import END_NODE, START_NODE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flowidl.compiler.context import Context
    from flowidl.compiler.entities import NodeRecord, WorkflowAnalysis
    from flowidl.compiler.faults import Fact, Fault

    Edges = Mapping[str, Iterable[str]]

#: At most this many separate rings are reported for one workflow.
MAX_RINGS = 20


def connect(context: Context, workflow: WorkflowAnalysis) -> None:
    """Complete a workflow's edges from what comes before its nodes, and report nodes that can never run."""
    upstream, downstream, table = workflow.upstream, workflow.downstream, workflow.table
    for id, before in upstream.items():
        for provider in before:
            after = downstream.get(provider)
            if after is None:
                downstream[provider] = [id]
            else:
                after.append(id)
    if not downstream.keys() <= table.keys():
        _note_unknown(context, workflow)
    _adopt_orphans(workflow)
    if not _runs(workflow):
        _explain(context, workflow)


def _note_unknown(context: Context, workflow: WorkflowAnalysis) -> None:
    """List the upstream ids that name no node."""
    for node in workflow.nodes:
        assert node.message is not None
        for position, id in enumerate(node.message.upstream_node_ids):
            if id and id not in workflow.table:
                context.model.unknown_upstreams.append(UnknownUpstream(node, position, id))


def _adopt_orphans(workflow: WorkflowAnalysis) -> None:
    """Put nodes that nothing precedes after the start node, and those that nothing follows before the end
    (P7).
    """
    upstream, downstream = workflow.upstream, workflow.downstream
    one_sided = {node.id for node, _ in workflow.one_sided}
    first = downstream.get(START_NODE, [])
    last = list(upstream.get(END_NODE, ()))
    fed = set(last)
    after_start, before_end = (START_NODE,), [END_NODE]
    for node in workflow.nodes:
        id = node.id
        if id not in upstream and id not in one_sided:
            upstream[id] = after_start
            first.append(id)
        if id not in downstream:
            downstream[id] = before_end
            if id not in fed:
                last.append(id)
    if first:
        downstream[START_NODE] = first
    if last:
        upstream[END_NODE] = tuple(last)


def _runs(workflow: WorkflowAnalysis) -> bool:
    """Tell whether every node comes after all its providers, starting at the start node."""
    upstream, downstream, table = workflow.upstream, workflow.downstream, workflow.table
    waiting_for: dict[str, int] = {}
    ready = [START_NODE]
    done = 0
    while ready:
        id = ready.pop()
        done += 1
        for after in downstream.get(id, ()):
            count = waiting_for.get(after)
            if count is None:
                count = len(upstream[after])
            if count == 1:
                ready.append(after)
            waiting_for[after] = count - 1
    return done == len(table) or (done == len(table) - 1 and END_NODE not in waiting_for)


def _explain(context: Context, workflow: WorkflowAnalysis) -> None:
    """Say why the graph does not run: reachable cycles, or else nodes that are never reached."""
    downstream, table = workflow.downstream, workflow.table
    reached = _reachable(downstream)
    found = rings(reached, downstream)
    for ring in found:
        nodes = tuple(table[id] for id in ring)
        context.fault(Cycle(nodes), nodes[0], node_id=START_NODE)
    missing = sorted(table.keys() - reached - {END_NODE})
    if found or not missing:
        return
    members = set(missing)
    inner = tuple(tuple(table[id] for id in ring) for ring in rings(members, downstream))
    nodes = tuple(table[id] for id in missing)
    unknown = tuple(
        (node, id) for node in nodes for id in workflow.upstream.get(node.id, ()) if id not in table
    )
    cause = None if inner or unknown else _cause(context, workflow, nodes, members)
    facts = Unreachable(nodes, inner, unknown)
    context.fault(facts, nodes[0], node_id=START_NODE, cause=cause)


def _cause(
    context: Context, workflow: WorkflowAnalysis, nodes: Iterable[NodeRecord], members: set[str]
) -> Fault[Fact] | None:
    """Return the fault that left the first unreached node without edges, if all of them are echoes."""
    cause = None
    for node in nodes:
        if not members.isdisjoint(workflow.upstream.get(node.id, ())):
            continue
        fault = context.first_fault.get(node)
        if fault is None:
            return None
        cause = cause or fault
    return cause


def _reachable(downstream: Edges) -> set[str]:
    reached = {START_NODE}
    waiting = [START_NODE]
    while waiting:
        for after in downstream.get(waiting.pop(), ()):
            if after not in reached:
                reached.add(after)
                waiting.append(after)
    return reached


def rings(members: set[str], edges: Edges) -> list[list[str]]:
    """Return one ring for each strongly connected part among `members`, smallest id first, in order."""
    parts = [
        part for part in _components(members, edges) if len(part) > 1 or part[0] in edges.get(part[0], ())
    ]
    return sorted(_ring(min(part), set(part), edges) for part in parts)[:MAX_RINGS]


def _ring(first: str, part: set[str], edges: Edges) -> list[str]:
    """Return a shortest ring through `first` within a strongly connected part."""
    before: dict[str, str] = {}
    waiting = [first]
    for id in waiting:
        for after in sorted(edges.get(id, ())):
            if after == first:
                ring = [id]
                while ring[-1] != first:
                    ring.append(before[ring[-1]])
                return ring[::-1]
            if after in part and after not in before:
                before[after] = id
                waiting.append(after)
    return [first]


def _components(members: set[str], edges: Edges) -> list[list[str]]:
    """Return the strongly connected parts of a graph, restricted to `members` (Tarjan's algorithm)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    open_ids: list[str] = []
    is_open: set[str] = set()
    found: list[list[str]] = []
    for root in sorted(members):
        stack: list[tuple[str, Iterator[str]]] = []
        following: str | None = None if root in order else root
        while stack or following is not None:
            if following is not None:
                order[following] = low[following] = len(order)
                open_ids.append(following)
                is_open.add(following)
                stack.append((following, iter(edges.get(following, ()))))
            id, rest = stack[-1]
            following = None
            for after in rest:
                if after in is_open:
                    low[id] = min(low[id], order[after])
                elif after in members and after not in order:
                    following = after
                    break
            else:
                stack.pop()
                if stack:
                    low[stack[-1][0]] = min(low[stack[-1][0]], low[id])
                if low[id] == order[id]:
                    found.append(_close(id, open_ids, is_open))
    return found


def _close(id: str, open_ids: list[str], is_open: set[str]) -> list[str]:
    """Take a finished part off the stack of open ids."""
    part: list[str] = []
    while not part or part[-1] != id:
        part.append(open_ids.pop())
        is_open.discard(part[-1])
    return part

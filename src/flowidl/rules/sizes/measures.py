"""How large things become: compiled closures, stored objects, and what takes the room in them.

It is only asked when something is near a budget. The size of a
closure is that of its parts and of its connections; the object that an execution is stored as is JSON,
whose size is estimated from that: strings weigh the same, and every node, binding and edge brings its own
share of keys and brackets. (The estimate was fitted to objects that the reference wrote, and is usually
within a third of the truth.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import LaunchPlanRecord, NodeRole, TaskRecord
from flowidl.rules.graph.edges import promises
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flowidl.compiler.entities import NodeRecord, Unit, WorkflowAnalysis
    from flowidl.core.v1.interface_pb2 import TypedInterface

#: JSON bytes that a stored object has for each node, binding and edge beside their strings, and at least.
_PER_NODE, _PER_BINDING, _PER_EDGE, _AT_LEAST = 330, 60, 20, 700
#: JSON bytes for each byte of a task.
_TASK_FACTOR = 1.75
#: So many nodes of a workflow are looked at, at least, to learn what takes the room.
SAMPLE = 300


class Share(NamedTuple):
    """A part of a closure: what it is, its bytes, and what would make it smaller."""

    phrase: str
    size: int
    advice: str


class Measure(NamedTuple):
    """The size of one unit. Sizes are in bytes.

    `closure` is the compiled closure, `stored` the estimate for the stored object; `nodes` are the nodes
    that registration counts, `all_nodes` counts nested ones and those of sub-workflows too.
    """

    closure: int
    stored: int
    nodes: int
    all_nodes: int
    edges: int
    shares: tuple[Share, ...]

    def largest(self, count: int = 3) -> tuple[str, ...]:
        """Return sentences about the largest parts: what they are, how much, what to do."""
        shares = sorted((share for share in self.shares if share.size), key=lambda share: -share.size)
        total = max(self.closure, 1)
        return tuple(
            f"{share.size * 100 // total} % is {share.phrase}: {share.advice}" for share in shares[:count]
        )


def measure(unit: Unit) -> Measure:
    """Measure a unit: what is compiled from its definition, with the tasks that it brings or uses.

    Of large workflows a sample of nodes is looked at, evenly spread, and counted for all.
    """
    nodes = list(_all_nodes(unit))
    step = max(1, len(nodes) // SAMPLE)
    sample = nodes[::step]
    tasks = unit.tasks or [
        target for target in dict.fromkeys(n.target for n in nodes) if isinstance(target, TaskRecord)
    ]
    edges, connections = _connections(unit.workflows)
    templates = sum(map(_template_size, unit.workflows))
    task_bytes = sum(task.template.ByteSize() for task in tasks)
    bindings = step * sum(len(node.bindings) for node in sample)
    metadata = sum(_metadata(task.template.interface) for task in tasks)
    own_metadata = sum(
        _metadata(w.interface_message) for w in unit.workflows if w.interface_message is not None
    )
    stored = (
        _AT_LEAST
        + int(_TASK_FACTOR * (task_bytes - metadata))
        + templates
        - own_metadata
        + connections
        + _PER_NODE * len(nodes)
        + _PER_BINDING * bindings
        + _PER_EDGE * edges
    )
    of_nodes = (share._replace(size=share.size * step) for share in _node_shares(sample))
    shares = (*of_nodes, Share("connections", connections, _SHORTER), *_task_shares(tasks, metadata))
    count = len(unit.primary.nodes)
    return Measure(templates + connections + task_bytes, stored, count, len(nodes), edges, shares)


def _all_nodes(unit: Unit) -> Iterator[NodeRecord]:
    """Yield all nodes, nested ones after the others."""
    for workflow in unit.workflows:
        yield from workflow.nodes
        for node in workflow.special:
            yield from node.descendants()
        if workflow.failure is not None:
            yield workflow.failure


_SHORTER = "give nodes shorter ids"


def _connections(workflows: Iterable[WorkflowAnalysis]) -> tuple[int, int]:
    """Return the number of edges, and about the bytes of the connections that a compiled workflow has."""
    edges = size = 0
    for workflow in workflows:
        ids = workflow.table
        length = sum(map(len, ids)) // len(ids)
        for side in (workflow.upstream, workflow.downstream):
            count = sum(map(len, side.values()))
            size += (length + 8) * len(side) + (length + 2) * count
            edges += count
    return edges, size


def _template_size(workflow: WorkflowAnalysis) -> int:
    """Return the bytes of a workflow's template as compiled, with its outputs twice."""
    outputs = sum(binding.ByteSize() + 2 for binding in workflow.outputs)
    return outputs + 30 + (0 if workflow.template is None else workflow.template.ByteSize())


def _metadata(interface: TypedInterface) -> int:
    """Return the bytes of the types' metadata, which is left out of stored objects."""
    sides = (interface.inputs.variables, interface.outputs.variables)
    return sum(variables[name].type.metadata.ByteSize() for variables in sides for name in variables)


def _node_shares(nodes: Iterable[NodeRecord]) -> Iterator[Share]:
    ids = in_bindings = upstream = names = constants = references = 0
    for node in nodes:
        message = node.message
        if message is None:
            continue
        ids += len(node.id)
        names += len(message.metadata.name)
        upstream += sum(len(id) + 2 for id in message.upstream_node_ids)
        for binding in message.inputs:
            if binding.binding.WhichOneof("value") == "scalar":
                constants += binding.binding.ByteSize()
        in_bindings += sum(len(promise.node_id) for _, promise in promises(message.inputs))
        if node.role is not NodeRole.INNER and isinstance(node.target, (TaskRecord, LaunchPlanRecord)):
            references += message.task_node.reference_id.ByteSize() + message.workflow_node.ByteSize()
    yield Share("node ids repeated in bindings", in_bindings, _SHORTER)
    yield Share("node ids", ids, _SHORTER)
    yield Share("lists of upstream node ids", upstream, "leave out those that a binding implies")
    yield Share("names of nodes", names, "give nodes shorter names")
    yield Share("constants bound to inputs", constants, "pass large values as files")
    yield Share("references to what nodes run", references, "split the workflow, or map over a list")


def _task_shares(tasks: list[TaskRecord], metadata: int) -> Iterator[Share]:
    pods = containers = custom = 0
    for task in tasks:
        pods += task.template.k8s_pod.ByteSize()
        containers += task.template.container.ByteSize()
        custom += task.template.custom.ByteSize()
    yield Share("schemas in the types of tasks", metadata, "use fewer or smaller dataclasses in interfaces")
    yield Share("pod specs of tasks", pods, "move what they share to a pod template of the installation")
    yield Share("containers of tasks", containers, "shorten arguments and environment")
    yield Share("custom settings of tasks", custom, "keep large settings elsewhere")


def size_text(size: int) -> str:
    """Write a size for people: `3.2 MiB`."""
    for unit, bytes in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size >= bytes:
            return f"{size / bytes:.1f} {unit}"
    return f"{size} bytes"

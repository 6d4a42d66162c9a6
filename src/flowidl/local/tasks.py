"""One try of a task, as something that any executor can run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.core.v1.tasks_pb2 import TaskMetadata
from flowidl.local.implementations import Options, execute
from flowidl.tuples import NamedTuple
from flowidl.values.pickles import pickling

if TYPE_CHECKING:
    from flowidl.core.v1.literals_pb2 import LiteralMap
    from flowidl.core.v1.tasks_pb2 import TaskTemplate
    from flowidl.core.v1.types_pb2 import LiteralType
    from flowidl.core.v1.workflow_pb2 import Node, NodeMetadata
    from flowidl.local.context import TaskContext
    from flowidl.local.implementations import Implementation, Result


class Target(NamedTuple):
    """What a task's node runs, looked up once per node."""

    #: Kept, so that the node stays what its key says.
    node: Node
    task: TaskTemplate
    metadata: TaskMetadata
    #: The types of the task's inputs.
    types: dict[str, LiteralType]
    implementation: Implementation | None


class TaskCall(NamedTuple):
    """A task with everything that it takes to run it, here or elsewhere."""

    task: TaskTemplate
    inputs: LiteralMap
    implementation: Implementation
    context: TaskContext
    options: Options = Options()
    pickles: bool = False


def perform(call: TaskCall) -> Result:
    """Run a task. What it raises carries a note that says where."""
    with pickling(call.pickles):
        return execute(call.task, call.inputs, call.implementation, call.context, call.options)


def metadata_of(task: TaskTemplate, node: NodeMetadata) -> TaskMetadata:
    """Return a task's metadata with what its node overrides."""
    effective = TaskMetadata()
    effective.CopyFrom(task.metadata)
    if node.retries.retries:
        effective.retries.CopyFrom(node.retries)
    if node.HasField("timeout"):
        effective.timeout.CopyFrom(node.timeout)
    if node.HasField("cacheable"):
        effective.discoverable = node.cacheable
    if node.HasField("cache_version"):
        effective.discovery_version = node.cache_version
    return effective

"""Lines with one mistake each. The comment names the errors that mypy and pyright must report there.

Were a stub lost, these types would be `Any`, and the lines would pass.
"""

from __future__ import annotations

from flowidl import schema, version
from flowidl.admin.v1 import TaskSpec
from flowidl.core.v1 import (
    Identifier,
    Node,
    ResourceEntry,
    ResourceName,
    ResourceType,
    SqlDialect,
    TaskNode,
    TaskTemplate,
    tasks_pb2,
)
from flowidl.report.v1 import Finding

Identifier("my-project")  # mypy: call-arg, pyright: reportCallIssue
Identifier(nme="t")  # mypy: call-arg, pyright: reportCallIssue
Identifier(resource_type="TASK")  # mypy: arg-type, pyright: reportArgumentType
Identifier(resource_type=1)  # mypy: arg-type, pyright: reportArgumentType
ResourceEntry(name=SqlDialect.ANSI)  # mypy: arg-type, pyright: reportArgumentType
ResourceEntry(name=ResourceName.CPUS)  # mypy: attr-defined, pyright: reportAttributeAccessIssue
Node(task_node=TaskTemplate())  # mypy: arg-type, pyright: reportArgumentType
TaskSpec(template=Node())  # mypy: arg-type, pyright: reportArgumentType
Finding(severity=ResourceType.TASK)  # mypy: arg-type, pyright: reportArgumentType
node = Node(id="n0")
node.ids = "n1"  # mypy: attr-defined, pyright: reportAttributeAccessIssue
node.upstream_node_ids = ["n1"]  # mypy: misc, pyright: reportAttributeAccessIssue
node.WhichOneof("targets")  # mypy: arg-type, pyright: reportArgumentType
node.HasField("id")  # mypy: arg-type, pyright: reportArgumentType
node.task_node = TaskNode()  # mypy: misc, pyright: reportAttributeAccessIssue
tasks_pb2.Container(image=b"python")  # mypy: arg-type, pyright: reportArgumentType
word: int = TaskTemplate().type  # mypy: assignment, pyright: reportAssignmentType
kind: ResourceName.ValueType = ResourceType.TASK  # mypy: assignment, pyright: reportAssignmentType
schema.path() + "/flowidl"  # mypy: operator, pyright: reportOperatorIssue
schema.export("out", True)  # mypy: call-arg, pyright: reportCallIssue
version.versions().upstream  # mypy: attr-defined, pyright: reportAttributeAccessIssue
tasks_pb2.ResourceEntry  # mypy: attr-defined, pyright: reportAttributeAccessIssue

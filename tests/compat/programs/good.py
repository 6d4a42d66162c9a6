"""A user's program, in the words that the documentation uses. Every line must pass both type checkers."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, assert_type

from flowidl import schema
from flowidl.admin.v1 import LaunchPlan, TaskSpec
from flowidl.core.v1 import (
    LAUNCH_PLAN,
    TASK,
    ArrayNode,
    ComparisonExpression,
    ComparisonOperator,
    ConjunctionOperator,
    DataLoadingConfig,
    Identifier,
    IOStrategy,
    LiteralType,
    Node,
    ResourceEntry,
    ResourceName,
    Resources,
    ResourceType,
    RuntimeMetadata,
    RuntimeType,
    SimpleType,
    Sql,
    SqlDialect,
    TaskNode,
    TaskTemplate,
    identifier_pb2,
    tasks_pb2,
)
from flowidl.report.v1 import SEVERITY_ERROR, Finding, Severity
from flowidl.version import Versions, versions


def entries(cpu: str, memory: str) -> list[ResourceEntry]:
    """Nested messages and enums have flat names, good for values and for types."""
    name: ResourceName.ValueType = ResourceName.CPU
    return [ResourceEntry(name=name, value=cpu), ResourceEntry(name=ResourceName.MEMORY, value=memory)]


def task(called: str) -> TaskTemplate:
    """A flat name and the name in its module are one type."""
    made = tasks_pb2.TaskTemplate(
        id=identifier_pb2.Identifier(resource_type=ResourceType.TASK, name=called),
        type="python-task",
        metadata=tasks_pb2.TaskMetadata(runtime=RuntimeMetadata(type=RuntimeType.FLYTE_SDK)),
        container=tasks_pb2.Container(
            image="python:3.11",
            resources=Resources(requests=entries("500m", "1Gi")),
            data_config=DataLoadingConfig(
                io_strategy=IOStrategy(download_mode=IOStrategy.DOWNLOAD_EAGER),
                format=DataLoadingConfig.JSON,
            ),
        ),
    )
    made.custom.update({"retries": 3})
    made.container.env.add(key="HOME", value="/root")
    return made


def spread(over: Node) -> Node:
    """Oneofs and presence are typed."""
    node = Node(id="n1", array_node=ArrayNode(node=over, parallelism=0, min_success_ratio=0.5))
    kind = node.WhichOneof("target")
    assert_type(kind, Literal["task_node", "workflow_node", "branch_node", "gate_node", "array_node"] | None)
    if node.array_node.HasField("parallelism"):
        node.array_node.parallelism = 2
    return node


def main() -> None:
    """Messages of all three packages, enum values, bytes and JSON."""
    identifier = Identifier(resource_type=TASK, name="t")
    assert_type(identifier.resource_type, ResourceType.ValueType)
    words: list[str] = [ResourceType.Name(LAUNCH_PLAN), SimpleType.Name(SimpleType.INTEGER)]
    condition = ComparisonExpression(operator=ComparisonOperator.GT)
    conjunction = ConjunctionOperator.AND
    sql = Sql(statement="select 1", dialect=SqlDialect.ANSI)
    spec = TaskSpec(template=task("t"))
    content: bytes = spec.SerializeToString()
    assert_type(TaskSpec.FromString(content), TaskSpec)
    assert_type(LaunchPlan().spec.workflow_id, Identifier)
    spread(Node(id="n0", task_node=TaskNode(reference_id=identifier)))
    variables = task("t").interface.inputs.variables
    variables["x"].type.CopyFrom(LiteralType(simple=SimpleType.STRING))
    severity: Severity.ValueType = SEVERITY_ERROR
    finding = Finding(message="m", severity=severity)
    assert_type(versions(), Versions)
    assert_type(schema.path(), Path)
    print(words, condition, conjunction, sql, finding.message)


main()

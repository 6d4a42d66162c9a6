"""A small workflow for the tests of what stands around workflows: one node takes what the workflow takes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.builders.identifiers import task_id, workflow_id
from flowidl.builders.interfaces import interface
from flowidl.core.v1.literals_pb2 import Binding, BindingData
from flowidl.core.v1.tasks_pb2 import Container, RuntimeMetadata, TaskMetadata, TaskTemplate
from flowidl.core.v1.types_pb2 import OutputReference
from flowidl.core.v1.workflow_pb2 import Node, TaskNode, WorkflowTemplate

EVERYTHING: dict[str, object] = {"a": int, "b": str, "when": datetime.datetime, "o": int | None}
FULL = {"project": "proj", "domain": "dev", "version": "ver1"}


def step(
    name: str = "step", inputs: Mapping[str, object] = EVERYTHING, *, id: Mapping[str, str] = {}
) -> TaskSpec:
    return TaskSpec(
        template=TaskTemplate(
            id=task_id(name, **id),
            type="python-task",
            metadata=TaskMetadata(runtime=RuntimeMetadata(version="1")),
            interface=interface(inputs, {"o0": str}),
            container=Container(image="reg.example/app:v9", args=["run"]),
        )
    )


def flow(
    name: str = "flow", inputs: Mapping[str, object] = EVERYTHING, *, id: Mapping[str, str] = {}
) -> WorkflowSpec:
    task = step("step", inputs, id=id)
    bindings = [
        Binding(var=each, binding=BindingData(promise=OutputReference(var=each))) for each in sorted(inputs)
    ]
    out = BindingData(promise=OutputReference(node_id="n0", var="o0"))
    return WorkflowSpec(
        template=WorkflowTemplate(
            id=workflow_id(name, **id),
            interface=interface(inputs, {"o0": str}),
            nodes=[Node(id="n0", inputs=bindings, task_node=TaskNode(reference_id=task.template.id))],
            outputs=[Binding(var="o0", binding=out)],
        )
    )

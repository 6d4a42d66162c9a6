"""Run by an interpreter that has flyteidl and flytekit too: both schemas in one process, in either order."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

OTHERS = ("flytekit", "flyteidl.core.workflow_pb2", "flyteidl.admin.launch_plan_pb2")
OURS = (
    "flowidl.core.v1.workflow_pb2",
    "flowidl.admin.v1.launch_plan_pb2",
    "flowidl.plugins.v1.ray_pb2",
    "flowidl.report.v1.report_pb2",
)

for module in {"others-first": (*OTHERS, *OURS), "ours-first": (*OURS, *OTHERS)}[sys.argv[1]]:
    import_module(module)

ours: Any = import_module("flowidl.core.v1")
theirs: Any = import_module("flyteidl.core.workflow_pb2")

node = ours.Node(id="n0", task_node=ours.TaskNode(reference_id=ours.Identifier(name="t")))
same = theirs.Node.FromString(node.SerializeToString())
assert same.task_node.reference_id.name == "t"
assert ours.Node.FromString(same.SerializeToString()) == node
assert type(same) is not type(node)
print("both work")

"""The reference compiler's own golden files."""

from __future__ import annotations

import json
from typing import Any

from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.compiler.compile import compile_task, compile_workflow
from flowidl.core.v1.compiler_pb2 import CompiledTask, CompiledWorkflowClosure
from flowidl.core.v1.literals_pb2 import KeyValuePair
from flowidl.core.v1.tasks_pb2 import TaskTemplate
from flowidl.core.v1.workflow_closure_pb2 import WorkflowClosure
from tests.support.shared import shared
from tests.support.verdicts import canonical, load

#: What the upstream test adds to the config of every container task before it compiles.
ADDED = {f"testKey{i}" for i in (1, 2, 3)}


def _goldens(message_type: str) -> list[dict[str, Any]]:
    index = json.loads(shared("corpus", "index.json").read_text(encoding="utf-8"))
    found = [line for line in index if "golden_compiled" in line and line["message_type"] == message_type]
    assert found
    return found


def _without_added(task: TaskTemplate) -> TaskTemplate:
    kept: list[KeyValuePair] = [pair for pair in task.container.config if pair.key not in ADDED]
    if task.HasField("container"):
        del task.container.config[:]
        task.container.config.extend(kept)
    return task


def test_tasks() -> None:
    for line in _goldens("flyteidl.admin.TaskSpec"):
        compilation = compile_task(load(TaskSpec, line["path"]).template)
        golden = load(CompiledTask, line["golden_compiled"])
        _without_added(golden.template)
        assert compilation.faults == ()
        assert compilation.task is not None
        assert canonical(compilation.task) == canonical(golden), line["path"]


def test_workflow_specs() -> None:
    """Specs without sub-workflows; they are read as closures upstream, and their tasks stand beside them."""
    for line in _goldens("flyteidl.admin.WorkflowSpec"):
        tasks = [load(TaskSpec, needed["path"]).template for needed in line["requires"]]
        closure = load(WorkflowClosure, line["path"])
        compilation = compile_workflow(closure.workflow, tasks=tasks)
        assert compilation.closure is not None, compilation.faults
        golden = load(CompiledWorkflowClosure, line["golden_compiled"])
        by_name = sorted(golden.tasks, key=lambda task: task.template.id.name)
        mine = sorted(compilation.closure.tasks, key=lambda task: task.template.id.name)
        assert canonical(compilation.closure.primary) == canonical(golden.primary), line["path"]
        for task, other in zip(mine, by_name, strict=False):
            assert canonical(task.template) == canonical(_without_added(other.template))


def test_branch_closures() -> None:
    for line in _goldens("flyteidl.core.WorkflowClosure"):
        closure = load(WorkflowClosure, line["path"])
        compilation = compile_workflow(closure.workflow, tasks=closure.tasks)
        assert compilation.closure is not None, compilation.faults
        golden = load(CompiledWorkflowClosure, line["golden_compiled"])
        for task in golden.tasks:
            _without_added(task.template)
        assert canonical(compilation.closure) == canonical(golden), line["path"]

"""Workflows to run in tests: made with the builders, compiled, and run with functions by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.builders import WorkflowBuilder, function_task
from flowidl.compiler import compile_workflow
from flowidl.core.v1.compiler_pb2 import CompiledWorkflowClosure
from flowidl.local import Execution, run


class Calls:
    """Functions that note that they ran."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, Any]]] = []

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.seen]

    def noting(self, function: Callable[..., Any]) -> Callable[..., Any]:
        import functools

        @functools.wraps(function)
        def noted(**inputs: Any) -> Any:
            self.seen.append((function.__name__, inputs))
            return function(**inputs)

        return noted


def task(function: Callable[..., Any], **options: Any) -> TaskSpec:
    return function_task(function, image="r.io/x:1", name=f"pk.{function.__name__}", **options)


def closure(
    workflow: WorkflowBuilder | WorkflowSpec,
    *tasks: TaskSpec,
    launch_plans: tuple[LaunchPlan, ...] = (),
) -> CompiledWorkflowClosure:
    spec = workflow.spec if isinstance(workflow, WorkflowBuilder) else workflow
    compiled = compile_workflow(
        spec.template,
        sub_workflows=spec.sub_workflows,
        tasks=[each.template for each in tasks],
        launch_plans=launch_plans,
    )
    assert compiled.closure is not None, [type(fault.facts).__name__ for fault in compiled.faults]
    return compiled.closure


def outputs(
    of: CompiledWorkflowClosure, inputs: Mapping[str, object], *functions: Callable[..., Any], **options: Any
) -> dict[str, Any]:
    """Run, and return the outputs."""
    return executed(of, inputs, *functions, **options).values()


def executed(
    of: CompiledWorkflowClosure, inputs: Mapping[str, object], *functions: Callable[..., Any], **options: Any
) -> Execution:
    """Run with functions by their own names."""
    named = {f"pk.{each.__name__}": each for each in functions}
    return run(of, inputs, {**named, **options.pop("more", {})}, **options)

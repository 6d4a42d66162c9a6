"""Closures of what was read, for runs on this machine.

The compiler makes them. Where it refuses only what a back end cannot do and this machine can (no nodes, a
condition on
a part of a value, an enum or an optional value), the closure is put together from the same templates:
`flowidl validate` says what a back end will make of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.compile import compile_workflow, is_error
from flowidl.compiler.faults import NoNodes, OperandIsScalar, OperandsDiffer, PromiseMismatch, Unreachable
from flowidl.compiler.targets import TARGETS
from flowidl.core.v1.compiler_pb2 import CompiledTask, CompiledWorkflow, CompiledWorkflowClosure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
    from flowidl.core.v1.tasks_pb2 import TaskTemplate
    from flowidl.core.v1.workflow_pb2 import WorkflowTemplate

#: What only a back end minds. Types of promises were compared when they were bound, so a mismatch is one
#: of paths into
#: optional values or of operands, and nodes that cannot be reached follow from it.
_MACHINE_DOES_NOT_MIND = (NoNodes, OperandIsScalar, OperandsDiffer, PromiseMismatch, Unreachable)
_LIFTED = TARGETS["lifted-arrays"]


def compiled(
    template: WorkflowTemplate,
    sub_workflows: Sequence[WorkflowTemplate],
    tasks: Sequence[TaskTemplate],
    plans: Sequence[LaunchPlan],
) -> CompiledWorkflowClosure:
    """Return the closure of a workflow. Raise `BuildError` for what the compiler finds."""
    compilation = compile_workflow(
        template, sub_workflows=sub_workflows, tasks=tasks, launch_plans=plans, target=_LIFTED
    )
    if compilation.closure is not None:
        return compilation.closure
    refused = [each for each in compilation.faults if is_error(each)]
    if all(isinstance(each.facts, _MACHINE_DOES_NOT_MIND) for each in refused):
        return CompiledWorkflowClosure(
            primary=CompiledWorkflow(template=template),
            sub_workflows=[CompiledWorkflow(template=each) for each in sub_workflows],
            tasks=[CompiledTask(template=each) for each in tasks],
        )
    from flowidl.local.faults import build_error

    raise build_error(compilation)

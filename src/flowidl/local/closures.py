"""Closures for runs on this machine of what an author has just written.

The compiler makes them. Where it refuses only what a back end cannot do and this machine can (no nodes, a
condition on a part of a value, an enum or an optional value), the closure is put together from the same
templates: `flowidl validate` says what a back end will make of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.compile import compile_dynamic_job, compile_workflow
from flowidl.compiler.faults import NoNodes, OperandIsScalar, OperandsDiffer, PromiseMismatch, Unreachable
from flowidl.compiler.targets import TARGETS
from flowidl.core.v1.compiler_pb2 import CompiledTask, CompiledWorkflow, CompiledWorkflowClosure
from flowidl.core.v1.identifier_pb2 import ResourceType
from flowidl.core.v1.workflow_pb2 import WorkflowTemplate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
    from flowidl.compiler.compile import Compilation
    from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
    from flowidl.core.v1.tasks_pb2 import TaskTemplate

#: What only a back end minds. Types of promises were compared when they were bound, so a mismatch is one of
#: paths into optional values or of operands, and nodes that cannot be reached follow from it.
_THIS_MACHINE_DOES_NOT_MIND = (NoNodes, OperandIsScalar, OperandsDiffer, PromiseMismatch, Unreachable)
_LIFTED = TARGETS["lifted-arrays"]


def workflow_closure(
    template: WorkflowTemplate,
    sub_workflows: Sequence[WorkflowTemplate],
    tasks: Sequence[TaskTemplate],
    plans: Iterable[LaunchPlan],
) -> CompiledWorkflowClosure:
    """Return the closure of a workflow. Raise `BuildError` for what the compiler finds."""
    compilation = compile_workflow(
        template, sub_workflows=sub_workflows, tasks=tasks, launch_plans=plans, target=_LIFTED
    )
    return _lenient(compilation, template, sub_workflows, tasks)


def job_closure(
    job: DynamicJobSpec, task: TaskTemplate, plans: Iterable[LaunchPlan]
) -> CompiledWorkflowClosure:
    """Return the closure of a dynamic task's job. Raise `BuildError` for what the compiler finds."""
    compilation = compile_dynamic_job(job, task, launch_plans=plans, target=_LIFTED)
    template = WorkflowTemplate(id=task.id, nodes=job.nodes, outputs=job.outputs)
    template.id.resource_type = ResourceType.WORKFLOW
    template.interface.outputs.CopyFrom(task.interface.outputs)
    return _lenient(compilation, template, job.subworkflows, job.tasks)


def _lenient(
    compilation: Compilation,
    template: WorkflowTemplate,
    sub_workflows: Iterable[WorkflowTemplate],
    tasks: Iterable[TaskTemplate],
) -> CompiledWorkflowClosure:
    if compilation.closure is not None:
        return compilation.closure
    refused = [each.facts for each in compilation.faults if each.refuses]
    if not all(isinstance(facts, _THIS_MACHINE_DOES_NOT_MIND) for facts in refused):
        from flowidl.local.faults import build_error

        raise build_error(compilation)
    return CompiledWorkflowClosure(
        primary=CompiledWorkflow(template=template),
        sub_workflows=[CompiledWorkflow(template=each) for each in sub_workflows],
        tasks=[CompiledTask(template=each) for each in tasks],
    )

"""Dynamic jobs: the nodes that a task hands over while it runs, to be run in its place.

A dynamic task's body is a workflow without inputs, because whatever it was given is known by then. So
`dynamic_job` makes the message out of such a workflow and the tasks that it uses.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol, TypeVar

from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.builders.renaming import nodes_within, rename_nodes
from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
from flowidl.core.v1.identifier_pb2 import Identifier
from flowidl.core.v1.tasks_pb2 import TaskTemplate
from flowidl.core.v1.workflow_pb2 import WorkflowTemplate
from flowidl.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T", TaskTemplate, WorkflowTemplate)

_GIVEN_ID = re.compile(r"n[0-9]+")
_PREFIX = "d"


def dynamic_job(
    body: WorkflowSpec | WorkflowTemplate | HasSpec,
    *,
    tasks: Iterable[TaskSpec | TaskTemplate] = (),
    sub_workflows: Iterable[WorkflowSpec | WorkflowTemplate] = (),
) -> DynamicJobSpec:
    """Return the job of a workflow without inputs, its tasks and those of its sub-workflows.

    Node ids that were given by number become `dn0`, `dn1`, ..., as the SDK numbers them in dynamic tasks;
    chosen ids stay. All nodes have to succeed. A body without nodes is no job: it gives a `LiteralMap`.
    """
    body = _message(body)
    template = _template(body)
    nested = list(body.sub_workflows) if isinstance(body, WorkflowSpec) else []
    nested += [part for each in sub_workflows for part in _with_parts(each)]
    job = DynamicJobSpec(
        nodes=template.nodes,
        min_successes=len(template.nodes),
        outputs=template.outputs,
        tasks=_distinct(each.template if isinstance(each, TaskSpec) else each for each in tasks),
        subworkflows=_distinct(nested),
    )
    _check(job, template)
    _renumber(job)
    return job


class HasSpec(Protocol):
    """A workflow that is being built."""

    @property
    def spec(self) -> WorkflowSpec:
        """The workflow's message."""
        ...


def _message(body: object) -> WorkflowSpec | WorkflowTemplate:
    found = body if isinstance(body, WorkflowSpec | WorkflowTemplate) else getattr(body, "spec", body)
    if isinstance(found, WorkflowSpec | WorkflowTemplate):
        return found
    raise BuildError(
        f"a `{body.__class__.__qualname__}` is no body of a dynamic job",
        help="give a workflow without inputs",
    )


def _template(workflow: WorkflowSpec | WorkflowTemplate) -> WorkflowTemplate:
    return workflow.template if isinstance(workflow, WorkflowSpec) else workflow


def _with_parts(workflow: WorkflowSpec | WorkflowTemplate) -> list[WorkflowTemplate]:
    return [_template(workflow), *(workflow.sub_workflows if isinstance(workflow, WorkflowSpec) else ())]


def _distinct(templates: Iterable[T]) -> list[T]:
    """Return templates without repetitions, in their order. Two that differ cannot have one identifier."""
    found: dict[bytes, T] = {}
    for each in templates:
        first = found.setdefault(each.id.SerializeToString(deterministic=True), each)
        if first != each:
            raise BuildError(f"there are two definitions of `{each.id.name}`", rule="entity-defined-twice")
    return list(found.values())


def _check(job: DynamicJobSpec, template: WorkflowTemplate) -> None:
    words = f"dynamic job `{template.id.name}`"
    if not job.nodes:
        raise BuildError(
            f"{words} has no nodes",
            rule="workflow-without-nodes",
            help="a dynamic task without nodes returns its outputs as a `LiteralMap`",
        )
    if template.interface.inputs.variables:
        raise BuildError(
            f"{words} has inputs", help="what a dynamic task was given is known: bind the values"
        )
    _check_references(job, words)


def _check_references(job: DynamicJobSpec, words: str) -> None:
    tasks, workflows = [each.id for each in job.tasks], [each.id for each in job.subworkflows]
    bodies = [node for each in job.subworkflows for node in each.nodes]
    for node in nodes_within([*job.nodes, *bodies]):
        if node.HasField("task_node") and node.task_node.reference_id not in tasks:
            raise _missing(node.task_node.reference_id, "task", words, "task-not-found")
        sub = node.workflow_node
        if sub.HasField("sub_workflow_ref") and sub.sub_workflow_ref not in workflows:
            raise _missing(sub.sub_workflow_ref, "sub-workflow", words, "sub-workflow-not-found")


def _missing(id: Identifier, kind: str, words: str, rule: str) -> BuildError:
    return BuildError(
        f"{words} runs {kind} `{id.name}`, which does not come along",
        rule=rule,
        help="pass it; tasks that are registered elsewhere cannot be part of a dynamic job",
    )


def _renumber(job: DynamicJobSpec) -> None:
    """Give numbered nodes their dynamic ids, and all that refers to them."""
    names = {node.id: _PREFIX + node.id for node in nodes_within(job.nodes) if _GIVEN_ID.fullmatch(node.id)}
    rename_nodes(job.nodes, job.outputs, names, nested=True)

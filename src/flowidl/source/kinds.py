"""The kinds of definitions, one row each: where the message is, and what it has by which to know it."""

from __future__ import annotations

from flowidl.names import LAUNCH_PLAN, TASK, WORKFLOW
from flowidl.source.definitions import Kind
from flowidl.tuples import NamedTuple


class Layout(NamedTuple):
    """What is known of a kind. Paths are those of fields, without positions.

    `module` has the message's class. `id` leads to the identifier of what is defined, if the kind defines
    something. `references` are the places of identifiers and the resource types that they may be of; the
    first is the one that a message of the kind must have. `companions` are fields that it has besides that
    one, almost without exception. `only` are the fields of a kind without any identifier: in bytes nothing
    tells such kinds from one another, so they are known by their names (`inputs.pb`), and in JSON by the one
    field that each of them has.
    """

    module: str
    id: tuple[str, ...] | None = None
    references: tuple[tuple[tuple[str, ...], tuple[int, ...]], ...] = ()
    companions: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


LAYOUTS: dict[Kind, Layout] = {
    Kind.TASK_SPEC: Layout(
        "admin.v1.task_pb2",
        id=("template", "id"),
        references=((("template", "id"), (TASK,)),),
    ),
    Kind.TASK: Layout(
        "admin.v1.task_pb2",
        id=("id",),
        references=(
            (("id",), (TASK,)),
            (("closure", "compiled_task", "template", "id"), (TASK,)),
        ),
        companions=("closure",),
    ),
    Kind.WORKFLOW_SPEC: Layout(
        "admin.v1.workflow_pb2",
        id=("template", "id"),
        references=(
            (("template", "id"), (WORKFLOW,)),
            (("sub_workflows", "id"), (WORKFLOW,)),
        ),
    ),
    Kind.WORKFLOW: Layout(
        "admin.v1.workflow_pb2",
        id=("id",),
        references=(
            (("id",), (WORKFLOW,)),
            (("closure", "compiled_workflow", "primary", "template", "id"), (WORKFLOW,)),
        ),
        companions=("closure",),
    ),
    Kind.LAUNCH_PLAN: Layout(
        "admin.v1.launch_plan_pb2",
        id=("id",),
        references=(
            (("id",), (LAUNCH_PLAN,)),
            (("spec", "workflow_id"), (WORKFLOW,)),
        ),
        companions=("spec",),
    ),
    Kind.LAUNCH_PLAN_SPEC: Layout(
        "admin.v1.launch_plan_pb2",
        references=((("workflow_id",), (WORKFLOW,)),),
    ),
    Kind.EXECUTION_SPEC: Layout(
        "admin.v1.execution_pb2",
        references=((("launch_plan",), (LAUNCH_PLAN, WORKFLOW, TASK)),),
    ),
    Kind.EXECUTION_CREATE_REQUEST: Layout(
        "admin.v1.execution_pb2",
        references=((("spec", "launch_plan"), (LAUNCH_PLAN, WORKFLOW, TASK)),),
        companions=("spec",),
    ),
    Kind.TASK_TEMPLATE: Layout(
        "core.v1.tasks_pb2",
        id=("id",),
        references=((("id",), (TASK,)),),
        companions=("type", "interface", "metadata", "container"),
    ),
    Kind.WORKFLOW_TEMPLATE: Layout(
        "core.v1.workflow_pb2",
        id=("id",),
        references=((("id",), (WORKFLOW,)),),
        companions=("nodes", "interface"),
    ),
    Kind.WORKFLOW_CLOSURE: Layout(
        "core.v1.workflow_closure_pb2",
        id=("workflow", "id"),
        references=(
            (("workflow", "id"), (WORKFLOW,)),
            (("tasks", "id"), (TASK,)),
        ),
    ),
    Kind.COMPILED_WORKFLOW_CLOSURE: Layout(
        "core.v1.compiler_pb2",
        id=("primary", "template", "id"),
        references=(
            (("primary", "template", "id"), (WORKFLOW,)),
            (("sub_workflows", "template", "id"), (WORKFLOW,)),
            (("tasks", "template", "id"), (TASK,)),
        ),
    ),
    Kind.COMPILED_TASK: Layout(
        "core.v1.compiler_pb2",
        id=("template", "id"),
        references=((("template", "id"), (TASK,)),),
    ),
    Kind.DYNAMIC_JOB_SPEC: Layout(
        "core.v1.dynamic_job_pb2",
        references=(
            (("nodes", "task_node", "reference_id"), (TASK,)),
            (("nodes", "workflow_node", "launchplan_ref"), (LAUNCH_PLAN,)),
            (("nodes", "workflow_node", "sub_workflow_ref"), (WORKFLOW,)),
            (("tasks", "id"), (TASK,)),
            (("subworkflows", "id"), (WORKFLOW,)),
        ),
        companions=("nodes",),
    ),
    Kind.LITERAL_MAP: Layout(
        "core.v1.literals_pb2",
        only=("literals",),
    ),
    Kind.ERROR_DOCUMENT: Layout(
        "core.v1.errors_pb2",
        only=("error",),
    ),
}

#: Kinds of definitions of one entity.
TASKS = frozenset((Kind.TASK_SPEC, Kind.TASK, Kind.TASK_TEMPLATE, Kind.COMPILED_TASK))
EXECUTIONS = frozenset((Kind.EXECUTION_SPEC, Kind.EXECUTION_CREATE_REQUEST))

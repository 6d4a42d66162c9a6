"""What a definition of each kind holds, and the path to each part.

One function a kind of definition. None of them copies anything: a `Frame` refers to the parts of the message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import Frame
from flowidl.core.v1.interface_pb2 import TypedInterface
from flowidl.names import START_NODE, EntityId
from flowidl.paths import ROOT, FieldPath
from flowidl.source.definitions import Kind
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from flowidl.admin.v1.workflow_pb2 import Workflow, WorkflowSpec
    from flowidl.core.v1.compiler_pb2 import CompiledWorkflowClosure
    from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
    from flowidl.core.v1.tasks_pb2 import TaskTemplate
    from flowidl.core.v1.workflow_closure_pb2 import WorkflowClosure
    from flowidl.core.v1.workflow_pb2 import WorkflowTemplate
    from flowidl.source.definitions import Definition

#: A workflow of which nothing is there.
NO_FRAME = Frame(None, None, None, (), (), None)


class Contents(NamedTuple):
    """What a definition holds, with the path to each part.

    `primary` has `None` where the template is missing. `tasks` are those that came inside the definition,
    `None` if such definitions bring none. `precompiled` is true for the output of a compiler, `outputs_known`
    false for a dynamic job without its parent task, whose outputs it has.
    """

    primary: tuple[FieldPath, Frame | None]
    sub_workflows: Sequence[tuple[FieldPath, Frame]]
    tasks: Sequence[tuple[FieldPath, TaskTemplate | None]] | None
    precompiled: bool = False
    outputs_known: bool = True


def frame_of(template: WorkflowTemplate) -> Frame:
    """Return the parts of a template."""
    return Frame(
        template,
        EntityId.of(template.id) if template.HasField("id") else None,
        template.interface if template.HasField("interface") else None,
        template.nodes,
        template.outputs,
        template.failure_node if template.HasField("failure_node") else None,
    )


def _spec(message: WorkflowSpec) -> Contents:
    frame = frame_of(message.template) if message.HasField("template") else None
    subs = [
        (ROOT.field("sub_workflows").item(i), frame_of(sub)) for i, sub in enumerate(message.sub_workflows)
    ]
    return Contents((ROOT.field("template"), frame), subs, None)


def _template(message: WorkflowTemplate) -> Contents:
    return Contents((ROOT, frame_of(message)), (), None)


def _closure(message: WorkflowClosure) -> Contents:
    frame = frame_of(message.workflow) if message.HasField("workflow") else None
    return Contents(
        (ROOT.field("workflow"), frame),
        (),
        [(ROOT.field("tasks").item(i), task) for i, task in enumerate(message.tasks)],
    )


def _compiled(message: CompiledWorkflowClosure, path: FieldPath = ROOT) -> Contents:
    primary = message.primary
    return Contents(
        (
            path.field("primary", "template"),
            frame_of(primary.template) if primary.HasField("template") else None,
        ),
        [
            (path.field("sub_workflows").item(i).field("template"), frame_of(sub.template))
            for i, sub in enumerate(message.sub_workflows)
        ],
        [
            (
                path.field("tasks").item(i).field("template"),
                task.template if task.HasField("template") else None,
            )
            for i, task in enumerate(message.tasks)
        ],
        precompiled=_is_compiled(primary.template),
    )


def _is_compiled(template: WorkflowTemplate) -> bool:
    """Tell whether a compiler was here: it puts a start node without a target in front."""
    nodes = template.nodes
    return len(nodes) > 0 and nodes[0].id == START_NODE and nodes[0].WhichOneof("target") is None


def _workflow(message: Workflow) -> Contents:
    return _compiled(message.closure.compiled_workflow, ROOT.field("closure", "compiled_workflow"))


def _dynamic_job(message: DynamicJobSpec) -> Contents:
    return dynamic_contents(message, None, None)


def dynamic_contents(message: DynamicJobSpec, id: EntityId | None, parent: TaskTemplate | None) -> Contents:
    """Return the parts of a dynamic job: a workflow without inputs, with the outputs of its parent task."""
    interface = None
    if parent is not None and parent.HasField("interface"):
        interface = TypedInterface(outputs=parent.interface.outputs)
    return Contents(
        (ROOT, Frame(message, id, interface, message.nodes, message.outputs, None)),
        [(ROOT.field("subworkflows").item(i), frame_of(sub)) for i, sub in enumerate(message.subworkflows)],
        [(ROOT.field("tasks").item(i), task) for i, task in enumerate(message.tasks)],
        outputs_known=parent is not None,
    )


#: How to read each kind of definition that is a workflow.
READERS: dict[Kind, Callable[[Any], Contents]] = {
    Kind.WORKFLOW_SPEC: _spec,
    Kind.WORKFLOW_TEMPLATE: _template,
    Kind.WORKFLOW_CLOSURE: _closure,
    Kind.COMPILED_WORKFLOW_CLOSURE: _compiled,
    Kind.WORKFLOW: _workflow,
    Kind.DYNAMIC_JOB_SPEC: _dynamic_job,
}

#: Path to the spec of each kind of definition that is a launch plan.
PLAN_PATHS = {Kind.LAUNCH_PLAN: ROOT.field("spec"), Kind.LAUNCH_PLAN_SPEC: ROOT}


def task_template(definition: Definition) -> tuple[FieldPath, TaskTemplate | None]:
    """Return the path to a task definition's template, and the template or `None`."""
    message: Any = definition.message
    if definition.kind is Kind.TASK_TEMPLATE:
        return ROOT, message
    if definition.kind is Kind.TASK:
        path, message = ROOT.field("closure", "compiled_task", "template"), message.closure.compiled_task
    else:
        path = ROOT.field("template")
    return path, message.template if message.HasField("template") else None

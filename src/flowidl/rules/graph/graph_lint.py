"""Rules 340-359: what the compiler takes without a word, and loses or trips over later.

Nodes that vanish because of their id, upstream ids of nobody, sub-workflows that nothing runs, and names
that no promise can spell.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowidl.compiler import faults
from flowidl.compiler.entities import NodeKind
from flowidl.compiler.interfaces import Side
from flowidl.findings import Phase
from flowidl.names import END_NODE, START_NODE
from flowidl.rules.declaration import ERROR, INFO, WARNING, Found, rule
from flowidl.rules.graph.graph import upstream_key
from flowidl.rules.phrases import Hints, found, node_phrase, or_else, quoted, workflow_phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.entities import NodeRecord, TaskRecord, WorkflowAnalysis
    from flowidl.compiler.interfaces import Interface
    from flowidl.rules.context import Context

RESERVED = (START_NODE, END_NODE)

#: What the text of a promise can name (rule BI-12).
_NAME = re.compile("[A-Za-z0-9_]+")


@rule("FI340", "repeated-node-id", ERROR, Phase.REGISTRATION, covers=("QK-1",), reads=("core.Node.id",))
def repeated_node_id(context: Context) -> Iterator[Found]:
    """Two nodes of a workflow have one id

    What: an id that an earlier node of the same workflow has.

    Why it fails: registration keeps the first node and drops the later one without a word. It never runs.

    Fix: give each node an id of its own.
    """
    for workflow, node in _swallowed(context):
        first = workflow.table.get(node.id)
        if first is not None and node.id not in RESERVED:
            yield Found(
                node.field("id"),
                f"{node_phrase(node)} has the id of an earlier node, so it is dropped and never runs",
                "give each node of the workflow an id of its own",
                related=(("the earlier node", first.field("id")),),
            )


@rule(
    "FI341", "reserved-node-id", ERROR, Phase.REGISTRATION, covers=("QK-2", "QK-51"), reads=("core.Node.id",)
)
def reserved_node_id(context: Context) -> Iterator[Found]:
    """A node is called `start-node` or `end-node`

    What: the ids `start-node` and `end-node` belong to the nodes that the compiler adds itself.

    Why it fails: a node of that id is dropped at registration without a word, and a failure node of that id
    is not checked at all.

    Fix: choose another id.
    """
    for workflow in context.model.workflows:
        failure = () if workflow.failure is None else (workflow.failure,)
        for node in (*workflow.swallowed, *failure):
            # Without a target it is the compiler's own: the template was compiled before.
            if node.id in RESERVED and node.kind is not NodeKind.UNSET:
                message = f"{node_phrase(node)} has an id that belongs to the compiler"
                if node is not workflow.failure:
                    message += ", so it is dropped and never runs"
                yield Found(node.field("id"), message, "choose another id")


@rule(
    "FI342",
    "unknown-upstream",
    ERROR,
    Phase.RUN,
    covers=("QK-3", "RT-36"),
    reads=("core.Node.upstream_node_ids",),
)
def unknown_upstream(context: Context) -> Iterator[Found]:
    """A node waits for a node that does not exist

    What: an entry of `upstream_node_ids` is not the id of a node of the same workflow.

    Why it fails: registration takes it, unless the node waits for nothing else. The execution then fails at
    this node (`BadSpecificationError`).

    Fix: correct the id, or remove it.
    """
    hints = Hints()
    for node, position, id in context.model.unknown_upstreams:
        yield Found(
            node.field("upstream_node_ids").item(position),
            f"{node_phrase(node)} waits for node {quoted(id)}, which does not exist",
            or_else(hints.did_you_mean(id, node.workflow.table), "correct the id, or remove it"),
            key=upstream_key(node, id),
        )


@rule(
    "FI343",
    "unused-sub-workflow",
    INFO,
    Phase.REGISTRATION,
    covers=("QK-17",),
    reads=("admin.WorkflowSpec.sub_workflows",),
)
def unused_sub_workflow(context: Context) -> Iterator[Found]:
    """A sub-workflow comes along that nothing runs

    What: no node reached from the workflow runs this sub-workflow.

    Why it fails: it does not. The template is stored with the workflow as it came, unchecked, and makes it
    larger.

    Fix: leave it out.
    """
    for unit in context.model.units:
        if unit.primary.failed or unit.aborted:
            continue
        for sub in unit.sub_workflows:
            if not sub.compiled:
                message = f"no node of {workflow_phrase(unit.primary)} runs sub-{workflow_phrase(sub)}"
                yield Found(sub.place(), message, "leave it out")


@rule(
    "FI344",
    "unspellable-name",
    WARNING,
    Phase.REGISTRATION,
    covers=("QK-30",),
    reads=("core.VariableMap.variables", "core.SignalCondition.output_variable_name"),
)
def unspellable_name(context: Context) -> Iterator[Found]:
    """A variable has a name that no promise can spell

    What: the name of a task's output or of a workflow's input has characters other than letters, digits and
    `_` (ASCII).

    Why it fails: declaring it is fine. Any binding that takes its value is refused, because the text of a
    promise is searched for a name made of these characters.

    Fix: rename the variable.
    """
    for task in context.model.tasks:
        yield from _unspellable(task, task.interface, Side.OUTPUTS)
    for workflow in context.model.workflows:
        yield from _unspellable(workflow, workflow.interface, Side.INPUTS)


def _unspellable(
    owner: TaskRecord | WorkflowAnalysis, interface: Interface | None, side: Side
) -> Iterator[Found]:
    names = () if interface is None else interface.outputs if side is Side.OUTPUTS else interface.inputs
    for name in names:
        if not _NAME.fullmatch(name):
            yield Found(
                owner.declaration(side, name),
                f"{side.word} {quoted(name)} has a name that no promise can spell",
                "use ASCII letters, digits and `_` only",
            )


@rule("FI345", "sub-workflow-compiled-too-often", ERROR, Phase.REGISTRATION, covers=("QK-16",))
def sub_workflow_compiled_too_often(context: Context) -> Iterator[Found]:
    """A sub-workflow is used by so many others that its compiled form fits nowhere

    What: the sub-workflow has branches, and many sub-workflows that use each other lead to it.

    Why it fails: the back end compiles it once for each way that leads to it, and each time the ids of the
    nodes inside its branches grow by a prefix. The result is larger than anything can store.

    Fix: run it through a launch plan, which is compiled on its own.
    """
    for fault in context.faults(faults.CompiledTooOften):
        message = f"sub-workflow {quoted(fault.facts.sub_workflow)} is used in too many ways to be compiled"
        yield found(fault, message, "run it through a launch plan, which is compiled on its own")


def _swallowed(context: Context) -> Iterator[tuple[WorkflowAnalysis, NodeRecord]]:
    for workflow in context.model.workflows:
        for node in workflow.swallowed:
            yield workflow, node

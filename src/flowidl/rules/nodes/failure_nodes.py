"""Rules 595-599: failure nodes that compile, and cannot do their work when a workflow has failed.

The compiler checks a failure node's bindings against all nodes, and nothing else about it. At run time it
sees the workflow's inputs and the error, and no other node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import NodeKind, NodeRole
from flowidl.compiler.interfaces import Side
from flowidl.core.v1.types_pb2 import SimpleType
from flowidl.findings import Phase
from flowidl.names import END_NODE, START_NODE
from flowidl.rules.declaration import ERROR, WARNING, Found, rule
from flowidl.rules.graph.edges import promises
from flowidl.rules.phrases import node_phrase, quoted, typed
from flowidl.types.kinds import TypeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.entities import NodeRecord
    from flowidl.rules.context import Context
    from flowidl.types.table import Type

#: The input into which the back end puts the error.
ERROR_INPUT = "err"


@rule(
    "FI595",
    "failure-node-reads-node",
    ERROR,
    Phase.RUN,
    covers=("RT-31", "QK-21"),
    reads=("core.WorkflowTemplate.failure_node", "core.OutputReference.node_id"),
)
def failure_node_reads_node(context: Context) -> Iterator[Found]:
    """A failure node takes the output of another node

    What: an input of the failure node is promised by a node of the workflow, rather than by the workflow's
    inputs.

    Why it fails: registration takes it. At run time every id but the start node's leads to the failure node
    itself, so the input cannot be resolved and the failure node fails.

    Fix: take only workflow inputs; give the node what it needs to find the rest.
    """
    for node in _failure_nodes(context):
        positions = {binding.var: position for position, binding in enumerate(node.bindings)}
        for variable, promise in promises(node.bindings):
            provider = node.workflow.table.get(promise.node_id)
            if provider is not None and provider.role is not NodeRole.FRAME:
                yield Found(
                    node.field("inputs").item(positions[variable]).step(f"input {variable}"),
                    f"input {quoted(variable)} of {node_phrase(node)} is taken from {node_phrase(provider)}, "
                    "which a failure node cannot see",
                    "take only inputs of the workflow",
                )


@rule(
    "FI596",
    "error-never-given",
    WARNING,
    Phase.RUN,
    covers=("RT-32",),
    reads=("core.WorkflowTemplate.failure_node", "core.TypedInterface.inputs"),
)
def error_never_given(context: Context) -> Iterator[Found]:
    """A failure node is not given the error

    What: what the failure node runs has an input for the error, under another name than `err`; or its input
    `err` is not bound, or has a type that cannot hold the error. The back end puts the error into the input
    `err`, if it is bound (to a none value, say), as one variant of a union.

    Why it fails: the node runs without being told what went wrong.

    Fix: call the input `err`, let its type be a union of none and the error, and bind it to none.
    """
    for node in _failure_nodes(context):
        if node.interface is None or node.opaque:
            continue
        bound = {binding.var for binding in node.bindings}
        inputs = node.interface.inputs
        for name, type in inputs.items():
            if name != ERROR_INPUT and _holds_error(type) and ERROR_INPUT not in inputs:
                yield _not_given(
                    node,
                    name,
                    f"is never given it, because its name is not `{ERROR_INPUT}`",
                    f"call it `{ERROR_INPUT}`",
                )
        type_ = inputs.get(ERROR_INPUT)
        if type_ is None:
            continue
        if not _holds_error(type_):
            if _is_error(type_):
                yield _not_given(
                    node,
                    ERROR_INPUT,
                    f"cannot hold it: the error comes as a union, which {typed(ERROR_INPUT, type_)} is not",
                    "make it optional",
                )
        elif ERROR_INPUT not in bound:
            yield _not_given(
                node, ERROR_INPUT, "is never given it, because it is not bound", "bind it to a none value"
            )


@rule(
    "FI597",
    "failure-node-is-branch",
    ERROR,
    Phase.RUN,
    covers=("RT-33",),
    reads=("core.WorkflowTemplate.failure_node", "core.Node.branch_node"),
)
def failure_node_is_branch(context: Context) -> Iterator[Found]:
    """A failure node is a branch

    What: the failure node's target is a branch.

    Why it fails: registration takes it. The nodes inside the branch are lost when an execution is prepared,
    and looking for them leads back to the failure node.

    Fix: put the branch into a sub-workflow or a launch plan, or decide within a task.
    """
    for node in _failure_nodes(context):
        if node.kind is NodeKind.BRANCH:
            yield Found(
                node.field("branch_node"),
                f"{node_phrase(node)} is a branch, whose nodes are lost when an execution is prepared",
                "decide within a task, or run a launch plan",
            )


@rule(
    "FI598",
    "failure-node-id-taken",
    ERROR,
    Phase.RUN,
    covers=("RT-34", "QK-21"),
    reads=("core.WorkflowTemplate.failure_node", "core.Node.id"),
)
def failure_node_id_taken(context: Context) -> Iterator[Found]:
    """A failure node has the id of another node

    What: the failure node's id is that of a node in the workflow.

    Why it fails: the compiler takes the edges of one for those of the other, and refuses the workflow as
    unreachable or accepts it by chance. At run time the states of the two are confused.

    Fix: rename the failure node.
    """
    for node in _failure_nodes(context):
        other = node.workflow.table.get(node.id)
        if other is not None and node.id not in (START_NODE, END_NODE):
            yield Found(
                node.field("id"),
                f"{node_phrase(node)} has the id of another node",
                "rename it",
                related=(("the other node", other.field("id")),),
            )


def _failure_nodes(context: Context) -> Iterator[NodeRecord]:
    for unit in context.model.units:
        for workflow in (unit.primary, *unit.sub_workflows):
            if workflow.failure is not None:
                yield workflow.failure


def _not_given(node: NodeRecord, name: str, reason: str, help: str) -> Found:
    declared = node.declaration(Side.INPUTS, name)
    return Found(
        node.place(),
        f"input {quoted(name)} of {node_phrase(node)} is for the error and {reason}",
        help,
        related=() if declared is None else (("declared here", declared),),
    )


def _is_error(type: Type) -> bool:
    return type.kind is TypeKind.SIMPLE and type.simple == SimpleType.ERROR


def _holds_error(type: Type) -> bool:
    """Tell whether a type is a union with a variant for the error."""
    return any(_is_error(variant) for variant in type.variants)

"""Rules 170-179: compiled closures that no compiler wrote as they are, and that cannot be executed.

A closure is what executions are made from. Only those that look compiled are looked at: with start and end
nodes in the list of nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flowidl.findings import Phase
from flowidl.names import START_NODE
from flowidl.rules.declaration import ERROR, Found, rule
from flowidl.rules.phrases import entity, workflow_phrase
from flowidl.source.definitions import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.admin.v1.workflow_pb2 import Workflow
    from flowidl.compiler.entities import TaskRecord, Unit
    from flowidl.core.v1.compiler_pb2 import CompiledWorkflowClosure
    from flowidl.names import EntityId
    from flowidl.rules.context import Context
    from flowidl.source.definitions import Definition


@rule(
    "FI170",
    "task-twice-in-closure",
    ERROR,
    Phase.LAUNCH,
    covers=("EX-26",),
    reads=("core.CompiledWorkflowClosure.tasks",),
)
def task_twice_in_closure(context: Context) -> Iterator[Found]:
    """A compiled closure holds a task twice

    What: two of the closure's tasks have the same identifier. A compiler keeps only the first.

    Why it fails: every execution is refused when it is prepared (`ValueCollision`).

    Fix: compile the workflow again, or remove one of the two.
    """
    for unit in _compiled(context):
        first: dict[EntityId, TaskRecord] = {}
        for task in unit.tasks:
            known = task if task.id is None else first.setdefault(task.id, task)
            if task.id is not None and known is not task:
                yield Found(
                    task.field("id"),
                    f"the closure holds {entity(task.id)} twice",
                    "remove one of the two",
                    related=(("the first one", known.field("id")),),
                )


@rule(
    "FI171",
    "closure-without-entry",
    ERROR,
    Phase.LAUNCH,
    covers=("EX-27",),
    reads=("core.CompiledWorkflow.connections", "core.ConnectionSet.downstream"),
)
def closure_without_entry(context: Context) -> Iterator[Found]:
    """Nothing follows the start node of a compiled closure

    What: the connections of the closure's workflow list nothing downstream of the start node.

    Why it fails: every execution is refused when it is prepared (`NoEntryNodeFound`): it would have nothing
    to begin with.

    Fix: compile the workflow again.
    """
    for unit in _compiled(context):
        closure = _closure(unit.definition)
        downstream = closure.primary.connections.downstream
        if START_NODE not in downstream or not downstream[START_NODE].ids:
            yield Found(
                unit.primary.place(),
                f"nothing follows the start node of {workflow_phrase(unit.primary)}",
                "compile the workflow again",
            )


def _compiled(context: Context) -> Iterator[Unit]:
    for unit in context.model.units:
        if unit.precompiled:
            yield unit


def _closure(definition: Definition) -> CompiledWorkflowClosure:
    """Return the closure of a precompiled unit, which may be the one that the control plane stores."""
    if definition.kind is Kind.WORKFLOW:
        return cast("Workflow", definition.message).closure.compiled_workflow
    assert definition.kind is Kind.COMPILED_WORKFLOW_CLOSURE, "nothing else is read as precompiled"
    return cast("CompiledWorkflowClosure", definition.message)

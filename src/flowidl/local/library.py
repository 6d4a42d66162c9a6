"""The functions of a run: which implementation runs a task, or stands in for a launch plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowidl.local.errors import ImplementationMissingError
from flowidl.local.implementations import as_implementation
from flowidl.names import RESOURCE_WORDS, EntityId

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flowidl.core.v1.tasks_pb2 import TaskTemplate
    from flowidl.core.v1.workflow_pb2 import Node
    from flowidl.local.implementations import Implementation
    from flowidl.local.program import Program, Workflow

    #: What functions are known by: the identifier of a task or launch plan, or its name.
    Functions = Mapping[str, Callable[..., Any]] | Mapping[EntityId, Callable[..., Any]]


class Library:
    """Functions by identifier or name, and the annotations of gates by signal.

    What is not here, a parent may have.
    """

    def __init__(
        self,
        functions: Mapping[Any, Callable[..., Any]] | None = None,
        signals: Mapping[str, Any] | None = None,
        parent: Library | None = None,
        fallback: Callable[[TaskTemplate], Implementation | None] | None = None,
    ) -> None:
        self._functions = dict(functions or {})
        self._signals = dict(signals or {})
        self._parent = parent
        self._fallback = fallback
        self._made: dict[EntityId, Implementation | None] = {}

    def find(self, id: EntityId) -> Implementation | None:
        """Return the implementation of a task or launch plan, or `None`."""
        if id not in self._made:
            given = self._functions.get(id) or self._functions.get(id.name)
            if given is not None:
                self._made[id] = as_implementation(given)
            else:
                self._made[id] = self._parent.find(id) if self._parent else None
        return self._made[id]

    def find_for(self, task: TaskTemplate) -> Implementation | None:
        """Return the implementation of a task: a function that was given, else what its template leads to."""
        id = EntityId.of(task.id)
        found = self.find(id)
        if found is None:
            found = self._found_elsewhere(task)
            self._made[id] = found
        return found

    def _found_elsewhere(self, task: TaskTemplate) -> Implementation | None:
        if self._fallback is not None:
            return self._fallback(task)
        return self._parent.find_for(task) if self._parent else None

    def signal(self, name: str) -> Any:
        """Return the annotation of what a gate asks for, or `None` if it is not known."""
        if name in self._signals:
            return self._signals[name]
        return self._parent.signal(name) if self._parent else None

    def _is_missing(self, id: EntityId, program: Program) -> bool:
        task = program.task(id)
        return (self.find(id) if task is None else self.find_for(task)) is None

    def check(self, program: Program, primary: Workflow) -> None:
        """Refuse a run that is bound to come to something that nobody can run, and name all of it.

        What stands inside of a conditional is not looked at: it may never be reached.
        """
        missing = {
            f"{RESOURCE_WORDS[id.resource_type]} `{id.name}`"
            for node in program.certain(primary)
            for id in _needed(node, program)
            if self._is_missing(id, program)
        }
        if missing:
            raise ImplementationMissingError(f"there is no function for {', '.join(sorted(missing))}")


def _needed(node: Node, program: Program) -> list[EntityId]:
    """Return what a node needs a function for."""
    if node.HasField("task_node"):
        return [EntityId.of(node.task_node.reference_id)]
    target = node.workflow_node
    if target.HasField("launchplan_ref"):
        id = EntityId.of(target.launchplan_ref)
        plan = program.plan(id)
        return [] if plan is not None and program.workflow(plan.workflow) is not None else [id]
    if target.HasField("sub_workflow_ref"):
        id = EntityId.of(target.sub_workflow_ref)
        return [] if program.workflow(id) is not None else [id]
    return []

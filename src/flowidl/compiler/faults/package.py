"""Facts about the input as a whole (reference phases P0 to P2: any of them, and the reference looks no
further).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.faults.fact import Fact

if TYPE_CHECKING:
    from flowidl.compiler.entities import NodeRecord, WorkflowAnalysis
    from flowidl.names import EntityId


class TemplateMissing(Fact, code="ValueRequired"):
    """A definition holds no workflow template (its message field is not set)."""


class TaskListMissing(Fact, code="ValueRequired"):
    """`compile_workflow` was called with `tasks=None`."""


class ProvidedTaskWithoutId(Fact, code="ValueRequired"):
    """A task that came along with a workflow has no template or no id.

    `position` counts in the list given.
    """

    position: int


class SubWorkflowRepeated(Fact, code="DuplicateId"):
    """Two sub-workflows have one id. The fault's workflow is the later one."""

    id: EntityId
    first: WorkflowAnalysis


class SubWorkflowWithoutId(Fact):
    """A sub-workflow has no id.

    The reference fails without any error here (QK-31). `position` counts in the list.
    """

    position: int


class SubWorkflowRing(Fact):
    """Sub-workflows contain each other: the reference process dies (QK-18).

    `members` is the ring, starting with its smallest identifier; `nodes[i]` is the node of `members[i]` that
    refers to the next member.
    """

    members: tuple[WorkflowAnalysis, ...]
    nodes: tuple[NodeRecord, ...]


class TaskNotFound(Fact, code="TaskReferenceNotFound"):
    """No such task in the input. The fault's node is the first that refers to it; `users` are all of them."""

    id: EntityId
    users: tuple[NodeRecord, ...]


class LaunchPlanNotFound(Fact, code="WorkflowReferenceNotFound"):
    """No such launch plan in the input.

    The fault's node is the first that refers to it; `users` are all of them.
    """

    id: EntityId
    users: tuple[NodeRecord, ...]


class SubWorkflowNotFound(Fact, code="WorkflowReferenceNotFound"):
    """No such sub-workflow came along with the workflow."""

    id: EntityId


class NestedTooDeep(Fact):
    """A message made in memory cannot be carried by protobuf: nested too deep, or broken text."""

    reason: str

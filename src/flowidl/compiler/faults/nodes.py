"""Facts about workflows, their interfaces and their nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple

    from flowidl.compiler.entities import LaunchPlanRecord, NodeRecord, TaskRecord, WorkflowAnalysis
    from flowidl.compiler.interfaces import Side
else:
    from flowidl.quick import NamedTuple


class NoNodes(NamedTuple):
    """The workflow has no nodes."""


class VariableWithoutName(NamedTuple):
    """A variable of an interface has an empty name.

    `owner` has the interface: the workflow itself, or what a node runs. A node is refused for each bad
    variable of what it runs, so these faults come once for each such node.
    """

    owner: WorkflowAnalysis | TaskRecord | LaunchPlanRecord | NodeRecord
    side: Side


class VariableWithoutType(NamedTuple):
    """A variable of an interface has no type. See `VariableWithoutName` for `owner`."""

    owner: WorkflowAnalysis | TaskRecord | LaunchPlanRecord | NodeRecord
    side: Side
    variable: str


class NodeWithoutId(NamedTuple):
    """A node has no id."""


class NodeWithoutTarget(NamedTuple):
    """A node runs nothing: none of task, workflow, branch, gate and array node is set."""


class TaskNodeWithoutReference(NamedTuple):
    """A task node does not say which task."""


class WorkflowNodeWithoutReference(NamedTuple):
    """A workflow node refers neither to a launch plan nor to a sub-workflow."""


class LaunchPlanSideMissing(NamedTuple):
    """The launch plan's closure has no expected inputs, or no expected outputs, message at all."""

    launch_plan: LaunchPlanRecord
    side: Side


class SubWorkflowWithoutInterface(NamedTuple):
    """The sub-workflow's template has no interface message."""

    sub_workflow: WorkflowAnalysis


class ArrayWithoutNode(NamedTuple):
    """An array node has no inner node."""


class AliasRepeated(NamedTuple):
    """One output has two aliases. `position` is that of the later one in `output_aliases`."""

    output: str
    alias: str
    position: int


class AliasOfUnknownOutput(NamedTuple):
    """An alias names an output that the node does not have."""

    output: str
    alias: str
    position: int


class AliasesCollide(NamedTuple):
    """Two outputs of a node have one name after aliases, so that the name means neither (QK-28).

    The reference takes either one, from run to run; it has no error for it.
    """

    name: str
    outputs: tuple[str, ...]


class GateWithoutCondition(NamedTuple):
    """A gate node waits for nothing: none of approve, signal and sleep is set."""


class SignalWithoutType(NamedTuple):
    """A signal gate does not say the type of its value."""


class SignalWithoutOutput(NamedTuple):
    """A signal gate does not name its output."""

"""Facts about workflows, their interfaces and their nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.faults.fact import Fact

if TYPE_CHECKING:
    from flowidl.compiler.entities import LaunchPlanRecord, NodeRecord, TaskRecord, WorkflowAnalysis
    from flowidl.compiler.interfaces import Side


class NoNodes(Fact, code="NoNodesFound"):
    """The workflow has no nodes."""


class VariableWithoutName(Fact, code="ValueRequired"):
    """A variable of an interface has an empty name.

    `owner` has the interface: the workflow itself, or what a node runs. A node is refused for each bad
    variable of what it runs, so these faults come once for each such node.
    """

    owner: WorkflowAnalysis | TaskRecord | LaunchPlanRecord | NodeRecord
    side: Side


class VariableWithoutType(Fact, code="ValueRequired"):
    """A variable of an interface has no type. See `VariableWithoutName` for `owner`."""

    owner: WorkflowAnalysis | TaskRecord | LaunchPlanRecord | NodeRecord
    side: Side
    variable: str


class NodeWithoutId(Fact, code="ValueRequired"):
    """A node has no id."""


class NodeWithoutTarget(Fact, code="ValueRequired"):
    """A node runs nothing: none of task, workflow, branch, gate and array node is set."""


class TaskNodeWithoutReference(Fact, code="ValueRequired"):
    """A task node does not say which task."""


class WorkflowNodeWithoutReference(Fact, code="WorkflowReferenceNotFound"):
    """A workflow node refers neither to a launch plan nor to a sub-workflow."""


class LaunchPlanSideMissing(Fact, code="ValueRequired"):
    """The launch plan's closure has no expected inputs, or no expected outputs, message at all."""

    launch_plan: LaunchPlanRecord
    side: Side


class SubWorkflowWithoutInterface(Fact, code="ValueRequired"):
    """The sub-workflow's template has no interface message."""

    sub_workflow: WorkflowAnalysis


class ArrayWithoutNode(Fact, code="ValueRequired"):
    """An array node has no inner node."""


class AliasRepeated(Fact, code="DuplicateAlias"):
    """One output has two aliases. `position` is that of the later one in `output_aliases`."""

    output: str
    alias: str
    position: int


class AliasOfUnknownOutput(Fact, code="ParameterNotBound"):
    """An alias names an output that the node does not have."""

    output: str
    alias: str
    position: int


class AliasesCollide(Fact):
    """Two outputs of a node have one name after aliases, so that the name means neither (QK-28).

    The reference takes either one, from run to run; it has no error for it.
    """

    name: str
    outputs: tuple[str, ...]


class GateWithoutCondition(Fact, code="NoConditionFound"):
    """A gate node waits for nothing: none of approve, signal and sleep is set."""


class SignalWithoutType(Fact, code="ValueRequired"):
    """A signal gate does not say the type of its value."""


class SignalWithoutOutput(Fact, code="ValueRequired"):
    """A signal gate does not name its output."""

"""The nodes of a workflow template, as far as they can be told apart by what the code says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.names import END_NODE, START_NODE

#: What a promise calls the workflow's own inputs; the compiler gives them a node.
INPUTS = ("", START_NODE)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.core.v1.literals_pb2 import BindingData
    from flowidl.core.v1.workflow_pb2 import Node, WorkflowTemplate


class Spot:
    """A node with its path (ids joined by `/`), what it runs, and the nodes inside it.

    `kind` is `task`, `workflow`, `launch_plan`, `array`, `branch`, `approve`, `signal`, `sleep`, or empty;
    `target` the name of what it runs, for an array of what each item runs. `field` is the path of its message
    from the template, as `Node` messages are nested.
    """

    __slots__ = ("bindings", "fails", "field", "id", "inner", "kind", "name", "path", "target")

    def __init__(self, node: Node, path: str, field: str) -> None:
        self.id = node.id
        self.path = f"{path}/{node.id}" if path else node.id
        self.field = field
        self.name = node.metadata.name
        self.bindings: dict[str, BindingData] = {b.var: b.binding for b in node.inputs}
        self.fails = False
        self.inner: list[Spot] = []
        self.kind, self.target = self._aim(node)

    def _aim(self, node: Node) -> tuple[str, str]:
        which = node.WhichOneof("target")
        if which == "task_node":
            return "task", node.task_node.reference_id.name
        if which == "workflow_node":
            reference = node.workflow_node.WhichOneof("reference")
            if reference == "launchplan_ref":
                return "launch_plan", node.workflow_node.launchplan_ref.name
            return "workflow", node.workflow_node.sub_workflow_ref.name
        if which == "array_node":
            self.inner = [Spot(node.array_node.node, self.path, f"{self.field}.array_node.node")]
            return "array", self.inner[0].target
        if which == "branch_node":
            self._branches(node)
            return "branch", ""
        if which == "gate_node":
            return node.gate_node.WhichOneof("condition") or "", ""
        return "", ""

    def _branches(self, node: Node) -> None:
        block = node.branch_node.if_else
        below = f"{self.field}.branch_node.if_else"
        self.inner.append(Spot(block.case.then_node, self.path, f"{below}.case.then_node"))
        for index, other in enumerate(block.other):
            self.inner.append(Spot(other.then_node, self.path, f"{below}.other[{index}].then_node"))
        if block.HasField("else_node"):
            self.inner.append(Spot(block.else_node, self.path, f"{below}.else_node"))
        self.fails = block.HasField("error")

    def walk(self) -> Iterator[Spot]:
        """Yield this node and all inside it."""
        yield self
        for spot in self.inner:
            yield from spot.walk()


def spots(template: WorkflowTemplate) -> list[Spot]:
    """Return the nodes of a template that somebody wrote, without its failure node."""
    return [
        Spot(node, "", f"nodes[{index}]") for index, node in enumerate(template.nodes) if not is_frame(node)
    ]


def is_frame(node: Node) -> bool:
    """Tell whether the compiler added a node: where a workflow starts and ends."""
    return node.id in (START_NODE, END_NODE) and node.WhichOneof("target") is None


def references(template: WorkflowTemplate) -> Iterator[tuple[str, str]]:
    """Yield kind and name of everything that a template's nodes run."""
    tops = spots(template)
    if template.HasField("failure_node"):
        tops.append(Spot(template.failure_node, "", "failure_node"))
    for top in tops:
        for spot in top.walk():
            if spot.target and spot.kind in ("task", "workflow", "launch_plan"):
                yield spot.kind, spot.target

"""A graph of a workflow as plain values that every renderer can read."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowidl.findings import Finding
    from flowidl.sourcecode.position import Position

#: Ids of what stands for a workflow's own inputs and outputs.
START, END = "inputs", "outputs"


class Node(NamedTuple):
    """One node, with the nodes inside it.

    `path` is its id, behind those of the nodes around it (`n1/n0`). `kind` is `task`, `workflow`,
    `launch_plan`, `branch`, `array`, `approve`, `signal`, `sleep`, or empty; `target` the name of what it
    runs. `case` is what a branch asks before this node runs (`if x > 3`, `else`), `detail` what there is to
    know at a glance. `inputs` says where the value of each stands in the sources, or `None`.
    """

    path: str
    name: str
    kind: str
    target: str = ""
    detail: str = ""
    case: str = ""
    is_failure: bool = False
    source: Position | None = None
    inputs: Mapping[str, Position | None] = {}
    children: tuple[Node, ...] = ()
    findings: tuple[Finding, ...] = ()
    types: tuple[tuple[str, str], ...] = ()

    def walk(self) -> Iterator[Node]:
        """Yield this node and all inside it."""
        yield self
        for child in self.children:
            yield from child.walk()


class Edge(NamedTuple):
    """One node before another: because it gives it a value, or because the author said so (`label` empty).

    `label` is `output -> input`, `type` the type of what goes along it, where it is known.
    """

    source: str
    target: str
    label: str = ""
    type: str = ""


class Variable(NamedTuple):
    """A named input or output with its type in the user's words."""

    name: str
    type: str


class Workflow(NamedTuple):
    """One workflow as a graph."""

    name: str
    inputs: tuple[Variable, ...] = ()
    outputs: tuple[Variable, ...] = ()
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    source: Position | None = None
    findings: tuple[Finding, ...] = ()

    def walk(self) -> Iterator[Node]:
        """Yield every node, also those inside others."""
        for node in self.nodes:
            yield from node.walk()


class Entity(NamedTuple):
    """A task or launch plan: its name, its interface, where it is defined."""

    name: str
    kind: str
    inputs: tuple[Variable, ...] = ()
    outputs: tuple[Variable, ...] = ()
    source: Position | None = None
    findings: tuple[Finding, ...] = ()
    #: Of a launch plan: its workflow.
    workflow: str = ""


class Call(NamedTuple):
    """One entity uses another: so many times."""

    source: tuple[str, str]
    target: tuple[str, str]
    times: int = 1


class Drawing(NamedTuple):
    """What a set of definitions looks like."""

    tasks: tuple[Entity, ...] = ()
    launch_plans: tuple[Entity, ...] = ()
    workflows: tuple[Workflow, ...] = ()
    calls: tuple[Call, ...] = ()

    def _repr_html_(self) -> str:
        """Return the pictures, as a notebook shows a value."""
        # by name, as renderers are found: they read this module
        text: str = import_module("flowidl.graph.svg").pictures(self)
        return text

"""What people look at, measured: source positions, and the page.

    python benchmarks/look.py [--nodes 5000]

Positions are compared with what `ast` needs to parse the same source, the page with what `json` needs to
write its data, in the same run. With `--page FILE` the page is written there, to be opened in a browser.
"""

from __future__ import annotations

import argparse
import ast
import json
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from flowidl.core.v1.workflow_pb2 import WorkflowTemplate
from flowidl.graph.json_format import data_of
from flowidl.graph.model import Drawing, Edge, Entity, Node, Workflow
from flowidl.report.html import page
from flowidl.sourcecode.modules import Library
from flowidl.sourcecode.placing import Placer
from flowidl.sourcecode.values import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

_NAMES = {Kind.TASK: {"m.step"}, Kind.WORKFLOW: {"m.wf"}}
_HEAD = """\
from flytekit import task, workflow

@task
def step(x: int, y: int) -> int: return x

@workflow
def wf(n: int) -> int:
"""


def best(call: Callable[[], object], runs: int = 3) -> float:
    """Return the seconds of the fastest of some runs."""
    times: list[float] = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def source(nodes: int, shape: str) -> str:
    """Return a program whose workflow has so many nodes: a call each, or as many rounds of a loop."""
    if shape == "loop":
        return f"{_HEAD}    v = n\n    for i in UNKNOWN:\n        v = step(x=v, y=3)\n    return v\n"
    calls = "".join(f"    v = step(x=v, y={index})\n" for index in range(nodes))
    return f"{_HEAD}    v = n\n{calls}    return v\n"


def template(nodes: int, shape: str) -> WorkflowTemplate:
    """Return the template that the program serializes to."""
    found = WorkflowTemplate()
    found.id.name = "m.wf"
    for index in range(nodes):
        node = found.nodes.add(id=f"n{index}")
        node.task_node.reference_id.name = "m.step"
        first = node.inputs.add(var="x").binding.promise
        first.node_id, first.var = (f"n{index - 1}", "o0") if index else ("", "n")
        second = node.inputs.add(var="y").binding.scalar.primitive
        second.integer = 3 if shape == "loop" else index
    return found


def positions(nodes: int) -> None:
    """Print how long it takes to place every node of a workflow."""
    for shape in ("calls", "loop"):
        text = source(nodes, shape)
        made = template(nodes, shape)

        def place(text: str = text, made: WorkflowTemplate = made) -> int:
            placer = Placer(Library.of_files({"m.py": text.encode()}), _NAMES)
            return len(placer.workflow(made))

        if place() != nodes:
            raise SystemExit(f"{shape}: {place()} of {nodes} nodes placed")
        floor = best(partial(ast.parse, source(nodes, "calls")))
        print(f"positions, {nodes} nodes, {shape}: {best(place) / floor:.1f} x parsing {nodes} calls")


def drawing(nodes: int, entities: int) -> Drawing:
    """Return a drawing with one workflow of so many nodes, each after three others."""
    listed = tuple(Node(f"n{i}", f"step {i}", "task", f"big.step_{i % entities}") for i in range(nodes))
    edges = tuple(
        Edge(f"n{before}", f"n{i}", "o0 -> x", "int")
        for i in range(nodes)
        for before in sorted({max(0, i - 1), max(0, i - 7), max(0, i - 43)} - {i})
    )
    tasks = tuple(Entity(f"big.step_{i}", "task") for i in range(entities))
    return Drawing(tasks, (), (Workflow("big.wf", nodes=listed, edges=edges),))


def pages(nodes: int, entities: int, file: str | None) -> None:
    """Print how large a page is, and how long it takes to write."""
    drawn = drawing(nodes, entities)
    text = page(None, drawn)
    floor = best(lambda: json.dumps(data_of(drawn)))
    took = best(partial(page, None, drawn))
    size = len(text.encode()) / 1e6
    print(f"page, {nodes} nodes, {entities} entities: {size:.2f} MB, {took / floor:.1f} x its data as JSON")
    if file is not None:
        Path(file).write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=5000)
    parser.add_argument("--entities", type=int, default=500)
    parser.add_argument("--page", metavar="FILE")
    given = parser.parse_args()
    positions(given.nodes)
    pages(given.nodes, given.entities, given.page)


if __name__ == "__main__":
    main()

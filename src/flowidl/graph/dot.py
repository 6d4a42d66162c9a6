"""Graphs in DOT, for Graphviz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.escape import escape
from flowidl.graph.mermaid import joined
from flowidl.graph.model import END, START
from flowidl.graph.options import KIND_WORDS, Look, codes, inner_of, lines_of, worst

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.graph.model import Drawing, Node, Workflow

_SHAPES = {
    "task": "box", "workflow": "box3d", "launch_plan": "parallelogram", "branch": "diamond",
    "array": "folder", "approve": "hexagon", "signal": "hexagon", "sleep": "hexagon",
}  # fmt: skip
_COLORS = {"error": "#cc0000", "warning": "#bb6600", "info": "#0066cc"}


def render(drawing: Drawing, look: Look = Look()) -> str:  # noqa: B008 - an immutable value
    """Return a digraph with every workflow of a drawing as a cluster, or with their calls."""
    writer = _Writer(drawing, look)
    body = writer.calls() if look.calls else writer.workflows()
    head = [
        "digraph flowidl {",
        '    graph [compound=true fontname="sans-serif"];',
        '    node [fontname="sans-serif" shape=box];',
        '    edge [fontname="sans-serif" fontsize=10];',
    ]
    return "\n".join([*head, *(f"    {line}" for line in body), "}"]) + "\n"


class _Writer:
    def __init__(self, drawing: Drawing, look: Look) -> None:
        self._drawing = drawing
        self._look = look
        self._by_name = {workflow.name: workflow for workflow in drawing.workflows}

    def workflows(self) -> Iterator[str]:
        for number, workflow in enumerate(self._drawing.workflows):
            yield from self._workflow(workflow, f"w{number}", (), f"workflow {workflow.name}", {})

    def _workflow(
        self, workflow: Workflow, prefix: str, around: tuple[str, ...], title: str, outer: dict[str, str]
    ) -> Iterator[str]:
        mark = f"\n{worst(workflow.findings)}: {codes(workflow.findings)}" if workflow.findings else ""
        color = _COLORS.get(worst(workflow.findings), "#888888")
        yield f"subgraph cluster_{prefix} {{"
        yield f"    label={_quoted(title + mark)}; color={_quoted(color)};"
        ids = {START: f"{prefix}_in", END: f"{prefix}_out"}
        for end in (START, END):
            yield f"    {ids[end]} [label={_quoted(end)} shape=ellipse style=dashed];"
        for number, node in enumerate(workflow.nodes):
            for line in self._node(node, f"{prefix}_{number}", ids, (*around, workflow.name)):
                yield f"    {line}"
        for edge in joined(workflow.edges, self._look, "\n"):
            if edge.source in ids and edge.target in ids:
                label = f" [label={_quoted(edge.label)}]" if edge.label else ""
                style = " [style=dashed]" if edge.type else label
                source, target = _end(ids[edge.source], "out"), _end(ids[edge.target], "in")
                yield f"    {source} -> {target}{style};"
        yield "}"

    def _node(self, node: Node, own: str, ids: dict[str, str], around: tuple[str, ...]) -> Iterator[str]:
        ids[node.path] = own
        inner = inner_of(node, self._by_name, self._look, around)
        if inner is not None:
            ids[node.path] = f"{own}*"
            yield from self._workflow(inner, own, around, f"{node.name}: workflow {inner.name}", ids)
            return
        color = _COLORS.get(worst(node.findings), "")
        paint = f" color={_quoted(color)} penwidth=2" if color else ""
        shape = _SHAPES.get(node.kind, "box")
        lines = (["on failure"] if node.is_failure else []) + lines_of(node)
        label = _quoted("\n".join(lines))
        if node.kind != "branch":
            yield f"{own} [label={label} shape={shape}{paint}];"
            return
        yield f"subgraph cluster_{own} {{"
        yield '    label=""; style=dashed;'
        yield f"    {own} [label={label} shape={shape}{paint}];"
        for number, child in enumerate(node.children):
            for line in self._node(child, f"{own}_{number}", ids, around):
                yield f"    {line}"
            yield f"    {own} -> {_end(ids[child.path], 'in')} [label={_quoted(child.case)}];"
        yield "}"

    def calls(self) -> Iterator[str]:
        ids: dict[tuple[str, str], str] = {}
        for call in self._drawing.calls:
            for end in (call.source, call.target):
                ids.setdefault(end, f"e{len(ids)}")
        for (kind, name), own in ids.items():
            label = _quoted(f"{name}\n{KIND_WORDS[kind]}")
            yield f"{own} [label={label} shape={_SHAPES.get(kind, 'box')}];"
        for call in self._drawing.calls:
            label = f" [label={_quoted(f'{call.times} times')}]" if call.times > 1 else ""
            yield f"{ids[call.source]} -> {ids[call.target]}{label};"


def _end(own: str, side: str) -> str:
    """Return where an edge ends: at a node, or at the inputs or outputs of a workflow drawn as a box."""
    return f"{own[:-1]}_{side}" if own.endswith("*") else own


def _quoted(text: str) -> str:
    lines = (escape(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))
    return '"' + "\\n".join(lines) + '"'

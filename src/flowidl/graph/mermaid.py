"""Graphs as Mermaid flowcharts, for Markdown pages, pull requests and wikis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.escape import escape
from flowidl.graph.model import END, START
from flowidl.graph.options import KIND_WORDS, Look, codes, inner_of, lines_of, worst

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flowidl.graph.model import Drawing, Edge, Node, Workflow

_SHAPES = {
    "task": ("[", "]"), "workflow": ("[[", "]]"), "launch_plan": ("[/", "/]"), "branch": ("{", "}"),
    "array": ("[\\", "/]"), "approve": ("{{", "}}"), "signal": ("{{", "}}"), "sleep": ("{{", "}}"),
}  # fmt: skip
_STYLES = (
    "classDef error fill:#fdd,stroke:#c00,color:#000",
    "classDef warning fill:#fec,stroke:#b60,color:#000",
    "classDef info fill:#def,stroke:#06c,color:#000",
    "classDef frame fill:none,stroke-dasharray:3",
)


def render(drawing: Drawing, look: Look = Look()) -> str:  # noqa: B008 - an immutable value
    """Return a flowchart with every workflow of a drawing, or with their calls."""
    writer = _Writer(drawing, look)
    body = writer.calls() if look.calls else writer.workflows()
    return "\n".join(["flowchart TD", *(f"    {line}" for line in (*body, *_STYLES))]) + "\n"


class _Writer:
    def __init__(self, drawing: Drawing, look: Look) -> None:
        self._drawing = drawing
        self._look = look
        self._by_name = {workflow.name: workflow for workflow in drawing.workflows}

    def workflows(self) -> Iterator[str]:
        for number, workflow in enumerate(self._drawing.workflows):
            yield from self._workflow(workflow, f"w{number}", (), f"workflow {workflow.name}")

    def _workflow(
        self, workflow: Workflow, prefix: str, around: tuple[str, ...], title: str
    ) -> Iterator[str]:
        mark = f" - {worst(workflow.findings)}: {codes(workflow.findings)}" if workflow.findings else ""
        yield f'subgraph {prefix}["{_text(title + mark)}"]'
        ids = {START: f"{prefix}_in", END: f"{prefix}_out"}
        used = {end for edge in workflow.edges for end in (edge.source, edge.target)}
        for end in (START, END):
            if end in used:
                yield f'    {ids[end]}(["{end}"]):::frame'
        for number, node in enumerate(workflow.nodes):
            lines = self._node(node, f"{prefix}_{number}", ids, (*around, workflow.name))
            yield from (f"    {line}" for line in lines)
        for edge in _joined(workflow.edges, self._look):
            if edge.source in ids and edge.target in ids:
                arrow = "-->" if edge.label or not edge.type else "-.->"
                label = f'|"{_text(edge.label)}"|' if edge.label else ""
                yield f"    {ids[edge.source]} {arrow}{label} {ids[edge.target]}"
        yield "end"

    def _node(self, node: Node, own: str, ids: dict[str, str], around: tuple[str, ...]) -> Iterator[str]:
        ids[node.path] = own
        inner = inner_of(node, self._by_name, self._look, around)
        if inner is not None:
            yield from self._workflow(inner, own, around, f"{node.name}: workflow {inner.name}")
            return
        if node.kind == "branch":
            yield f'subgraph {own}_g["{_text(" - ".join(lines_of(node)))}"]'
            yield f'    {own}{{"{_text(node.name)}"}}{_class(node)}'
            for number, child in enumerate(node.children):
                for line in self._node(child, f"{own}_{number}", ids, around):
                    yield f"    {line}"
                yield f'    {own} -->|"{_text(child.case)}"| {own}_{number}'
            yield "end"
            return
        left, right = _SHAPES.get(node.kind, ("[", "]"))
        text = "<br>".join(_text(line) for line in lines_of(node))
        text = f"on failure<br>{text}" if node.is_failure else text
        yield f'{own}{left}"{text}"{right}{_class(node)}'

    def calls(self) -> Iterator[str]:
        ids: dict[tuple[str, str], str] = {}
        for call in self._drawing.calls:
            for end in (call.source, call.target):
                ids.setdefault(end, f"e{len(ids)}")
        for (kind, name), own in ids.items():
            left, right = _SHAPES.get(kind, ("[", "]"))
            yield f'{own}{left}"{_text(name)}<br>{KIND_WORDS[kind]}"{right}'
        for call in self._drawing.calls:
            label = f'|"{call.times} times"|' if call.times > 1 else ""
            yield f"{ids[call.source]} -->{label} {ids[call.target]}"


def _joined(edges: Sequence[Edge], look: Look) -> list[Edge]:
    return joined(edges, look, "<br>")


def joined(edges: Sequence[Edge], look: Look, between: str) -> list[Edge]:
    """Return edges with one for each pair of nodes: values put together, labels only if types are shown.

    An edge that only says what comes first has an empty label and the type `order`.
    """
    labels: dict[tuple[str, str], list[str]] = {}
    data: set[tuple[str, str]] = set()
    for edge in edges:
        pair = (edge.source, edge.target)
        known = labels.setdefault(pair, [])
        if edge.label:
            data.add(pair)
            text = f"{edge.label}: {edge.type}" if edge.type else edge.label
            if look.types and text not in known:
                known.append(text)
    return [
        type(edges[0])(source, target, between.join(texts), "" if (source, target) in data else "order")
        for (source, target), texts in labels.items()
    ]


def _class(node: Node) -> str:
    level = worst(node.findings)
    return f":::{level}" if level else ""


def _text(text: str) -> str:
    """Return text that Mermaid shows as it is: entities in place of what it, or HTML, would read."""
    written = escape(text)
    for character in '&#"<>`[]{}|\\':
        written = written.replace(character, f"\0{ord(character)};") if character != "#" else written
    written = written.replace("#", "#35;").replace("\0", "#")
    return written.replace("#60;br#62;", "<br>")

"""Graphs as pictures that need nothing to draw them: SVG elements, for notebooks.

Nodes stand in layers, each below everything that it depends on; branches are drawn behind their conditional.
Colours follow the page around the picture: lines and text have its text colour.
"""

from __future__ import annotations

from collections import defaultdict
from html import escape as html
from typing import TYPE_CHECKING

from flowidl.escape import escape
from flowidl.graph.model import END, START
from flowidl.graph.options import KIND_WORDS, codes, worst
from flowidl.graph.words import shortened
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowidl.graph.model import Drawing, Node, Workflow

_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _MARGIN = 170, 44, 24, 44, 12
_COLORS = {"error": "#c62828", "warning": "#a15c00", "info": "#0b5cad"}
#: Workflows and nodes beyond these numbers are counted, not drawn.
MAX_WORKFLOWS, MAX_NODES = 20, 300


class _Box(NamedTuple):
    x: float
    y: float
    title: str
    words: str
    level: str
    is_round: bool


def pictures(drawing: Drawing) -> str:
    """Return an HTML fragment with a picture of each workflow."""
    parts = [_figure(workflow) for workflow in drawing.workflows[:MAX_WORKFLOWS]]
    left = len(drawing.workflows) - MAX_WORKFLOWS
    if left > 0:
        parts.append(f"<p>... and {left} more workflows</p>")
    return "\n".join(parts) or "<p>no workflow</p>"


def _figure(workflow: Workflow) -> str:
    caption = f"<figcaption>workflow <b>{_text(workflow.name)}</b></figcaption>"
    nodes = [node for top in workflow.nodes for node in _shown(top)]
    if len(nodes) > MAX_NODES:
        return f"<figure>{caption}<p>{len(nodes)} nodes, too many to draw here</p></figure>"
    return f"<figure>{caption}{svg(workflow)}</figure>"


def _shown(node: Node) -> Iterator[Node]:
    yield node
    if node.kind == "branch":
        for child in node.children:
            yield from _shown(child)


def svg(workflow: Workflow) -> str:
    """Return one workflow as an `svg` element."""
    nodes = {node.path: node for top in workflow.nodes for node in _shown(top)}
    edges = [(edge.source, edge.target, "" if edge.label else "4 3") for edge in workflow.edges]
    for node in nodes.values():
        if node.kind == "branch":
            edges += [(node.path, child.path, "") for child in node.children]
    ends = {end for source, target, _ in edges for end in (source, target)} & {START, END}
    known = [*(end for end in (START,) if end in ends), *nodes, *(end for end in (END,) if end in ends)]
    edges = [edge for edge in dict.fromkeys(edges) if edge[0] in known and edge[1] in known]
    boxes = _placed(known, edges, nodes)
    width = max((box.x for box in boxes.values()), default=0) + _WIDTH + _MARGIN
    height = max((box.y for box in boxes.values()), default=0) + _HEIGHT + _MARGIN
    lines = [_line(boxes[source], boxes[target], dash) for source, target, dash in edges]
    drawn = [_drawn(box) for box in boxes.values()]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" style="max-width:100%;height:auto" '
        f'font-family="sans-serif" font-size="13"><title>{_text(workflow.name)}</title>'
        + "".join((*lines, *drawn))
        + "</svg>"
    )


def _placed(
    known: list[str], edges: list[tuple[str, str, str]], nodes: Mapping[str, Node]
) -> dict[str, _Box]:
    layers: defaultdict[int, list[str]] = defaultdict(list)
    for path, rank in _ranks(known, edges).items():
        layers[rank].append(path)
    widest = max((len(layer) for layer in layers.values()), default=1)
    boxes: dict[str, _Box] = {}
    for rank, layer in sorted(layers.items()):
        inset = (widest - len(layer)) * (_WIDTH + _GAP_X) / 2
        for column, path in enumerate(layer):
            x = _MARGIN + inset + column * (_WIDTH + _GAP_X)
            boxes[path] = _box(x, _MARGIN + rank * (_HEIGHT + _GAP_Y), path, nodes.get(path))
    return boxes


def _ranks(known: list[str], edges: list[tuple[str, str, str]]) -> dict[str, int]:
    """Return the layer of each node: one below the lowest that it depends on. A ring stands on top."""
    below: defaultdict[str, list[str]] = defaultdict(list)
    waits = dict.fromkeys(known, 0)
    for source, target, _ in edges:
        below[source].append(target)
        waits[target] += 1
    ranks = {path: 0 for path, count in waits.items() if not count}
    ready = list(ranks)
    for path in ready:
        for target in below[path]:
            ranks[target] = max(ranks.get(target, 0), ranks[path] + 1)
            waits[target] -= 1
            if not waits[target]:
                ready.append(target)
    return {path: ranks.get(path, 0) for path in known}


def _box(x: float, y: float, path: str, node: Node | None) -> _Box:
    if node is None:
        return _Box(x, y, path, "", "", True)
    words = KIND_WORDS.get(node.kind, node.kind)
    words = f"on failure: {words}" if node.is_failure else words
    words = f"{node.case}: {words}" if node.case else words
    if node.findings:
        words = f"{worst(node.findings)}: {codes(node.findings)}"
    return _Box(x, y, node.name, words, worst(node.findings), False)


def _drawn(box: _Box) -> str:
    color = _COLORS.get(box.level, "currentColor")
    radius, width = (_HEIGHT / 2 if box.is_round else 6), (2.5 if box.level else 1)
    middle = box.x + _WIDTH / 2
    base = box.y + (_HEIGHT / 2 - 3 if box.words else _HEIGHT / 2 + 4)
    small = (
        f'<text x="{middle:g}" y="{box.y + _HEIGHT / 2 + 13:g}" text-anchor="middle" font-size="11" '
        f'fill="{color}" opacity="0.8">{_text(shortened(box.words, 28))}</text>'
        if box.words
        else ""
    )
    return (
        f'<g><title>{_text(box.title)} {_text(box.words)}</title><rect x="{box.x:g}" y="{box.y:g}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" rx="{radius:g}" fill="none" stroke="{color}" '
        f'stroke-width="{width:g}"/><text x="{middle:g}" y="{base:g}" text-anchor="middle" '
        f'fill="currentColor">{_text(shortened(box.title, 24))}</text>{small}</g>'
    )


def _line(source: _Box, target: _Box, dash: str) -> str:
    x1, y1 = source.x + _WIDTH / 2, source.y + _HEIGHT
    x2, y2 = target.x + _WIDTH / 2, target.y
    half = (y1 + y2) / 2
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="M{x1:g},{y1:g}C{x1:g},{half:g} {x2:g},{half:g} {x2:g},{y2:g}" fill="none" '
        f'stroke="currentColor" opacity="0.5"{dashed}/>'
    )


def _text(text: str) -> str:
    return html(escape(text))

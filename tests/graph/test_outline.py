"""Definitions as an outline, and pictures for notebooks."""

from __future__ import annotations

from xml.etree import ElementTree

from flowidl.graph.draw import draw
from flowidl.graph.model import Drawing, Edge, Node, Workflow
from flowidl.graph.outline import outline
from flowidl.graph.svg import MAX_NODES, pictures, svg
from tests.graph.test_graph import definitions
from tests.report.test_source_lines import REPORT
from tests.support.golden import Golden


def test_golden(golden: Golden) -> None:
    golden.check("graph/outline.text", "\n".join(outline(definitions())) + "\n")


def test_the_order_of_definitions_changes_nothing() -> None:
    assert list(outline(reversed(definitions()))) == list(outline(definitions()))


def test_golden_svg(golden: Golden) -> None:
    golden.check("graph/plain.svg", svg(draw(definitions()).workflows[0]) + "\n")


def _shown(value: object) -> str:
    """Return what a notebook shows of a value."""
    text: str = getattr(value, "_repr_html_")()  # noqa: B009 - the name is the notebooks'
    return text


def test_a_notebook_shows_pictures_and_reports() -> None:
    drawing = draw(definitions())
    assert _shown(drawing) == pictures(drawing)
    assert pictures(drawing).count("<svg") == 2
    text = _shown(REPORT)
    assert "<script" not in text
    assert "shop/wf.py:14:12" in text
    assert text.count("<tr>") == 3


def test_names_stay_text_in_svg() -> None:
    hostile = "</svg><script>alert(1)</script>"
    root = ElementTree.fromstring(svg(Workflow(hostile, nodes=(Node("n0", hostile, "task", hostile),))))
    assert not root.findall(".//{http://www.w3.org/2000/svg}script")


def test_a_ring_and_too_many_nodes_do_no_harm() -> None:
    nodes = (Node("a", "a", "task"), Node("b", "b", "task"))
    ring = Workflow("w", nodes=nodes, edges=(Edge("a", "b", "x"), Edge("b", "a", "x")))
    assert svg(ring).count("<rect") == 2
    many = Workflow("w", nodes=tuple(Node(f"n{i}", "n", "task") for i in range(MAX_NODES + 1)))
    assert "too many to draw" in pictures(Drawing((), (), (many,)))

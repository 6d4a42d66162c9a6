"""Pictures of workflows: what they show, and that they are the same every time."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest
from google.protobuf import text_format

from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.graph import dot, json_format, mermaid
from flowidl.graph.draw import draw, only
from flowidl.graph.marks import FindingMarks
from flowidl.graph.model import Drawing
from flowidl.graph.options import Look
from flowidl.graph.words import duration_text
from flowidl.source import load
from flowidl.source.definitions import Definition
from flowidl.validator.pipeline import examine_loaded
from tests.support.golden import Golden

LOOKS = {
    "plain": Look(),
    "types": Look(types=True),
    "expand": Look(expand=True),
    "calls": Look(calls=True),
}


def _text(name: str) -> str:
    return (Path(__file__).parent / "data" / f"{name}.txtpb").read_text(encoding="utf-8")


def definitions() -> tuple[Definition, ...]:
    return load(
        text_format.Parse(_text("load"), TaskSpec()),
        text_format.Parse(_text("train"), WorkflowSpec()),
        text_format.Parse(_text("part"), WorkflowSpec()),
        text_format.Parse(_text("daily"), LaunchPlan()),
    ).definitions


def _marked() -> Drawing:
    loaded = load(*definitions())
    return draw(loaded.definitions, marks=FindingMarks(examine_loaded(loaded).findings, loaded.definitions))


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("module", [mermaid, dot], ids=["mermaid", "dot"])
def test_golden(golden: Golden, module: object, look: str) -> None:
    name = module.__name__.rpartition(".")[2]  # type: ignore[attr-defined]
    golden.check(f"graph/{look}.{name}", module.render(draw(definitions()), LOOKS[look]))  # type: ignore[attr-defined]


def test_golden_json(golden: Golden) -> None:
    golden.check("graph/plain.json", json_format.render(draw(definitions())))


def test_golden_with_findings(golden: Golden) -> None:
    golden.check("graph/findings.mermaid", mermaid.render(_marked()))
    golden.check("graph/findings.dot", dot.render(_marked()))


def test_the_order_of_map_entries_changes_nothing() -> None:
    first = json_format.render(draw(definitions()))
    shuffled = list(definitions())
    text = shuffled[1].message.SerializeToString(deterministic=False)
    shuffled[1] = shuffled[1]._replace(message=WorkflowSpec.FromString(text))
    assert json_format.render(draw(shuffled)) == first


def test_order_of_definitions_only_orders_the_pictures() -> None:
    shuffled = list(definitions())
    Random(1).shuffle(shuffled)
    drawn = draw(shuffled)
    by_name = {workflow.name: workflow for workflow in drawn.workflows}
    assert by_name == {workflow.name: workflow for workflow in draw(definitions()).workflows}


def test_nodes_inside_others_have_paths() -> None:
    train = draw(definitions()).workflows[0]
    assert [node.path for node in train.walk()] == [
        "n0", "n1", "n2", "n3", "n3/m", "n4", "n4/n0", "n4/n1", "fn0",
    ]  # fmt: skip


def test_edges_carry_types_and_order() -> None:
    train = draw(definitions()).workflows[0]
    edges = {(edge.source, edge.target): edge for edge in train.edges}
    assert edges["inputs", "n0"].type == "int"
    assert (edges["n0", "n2"].label, edges["n0", "n2"].type) == ("o0", "int")
    assert edges["n0", "n1"].label == edges["n1", "n2"].label == ""
    assert edges["n0", "n4/n0"].label == "o0 -> a"


def test_an_edge_from_nowhere_is_left_out() -> None:
    assert draw(definitions()).workflows[1].edges == ()


def test_findings_are_at_their_nodes() -> None:
    marked = {node.path: {f.code for f in node.findings} for node in _marked().workflows[0].walk()}
    assert any(marked.values())
    assert json.loads(json_format.render(_marked()))["workflows"][0]["nodes"][0]["id"] == "n0"


def test_only() -> None:
    kept = only(draw(definitions()), lambda name: name == "shop.part")
    assert [workflow.name for workflow in kept.workflows] == ["shop.part"]
    assert all("shop.part" in (call.source[1], call.target[1]) for call in kept.calls)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (59, "59s"), (5400, "1h 30m"), (90061, "1d 1h"), (60, "1m")]
)
def test_duration(seconds: int, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize("look", LOOKS)
def test_graphviz_reads_it(look: str) -> None:
    program = shutil.which("dot")
    if program is None:
        pytest.skip("Graphviz is not installed")
    drawn = dot.render(_marked(), LOOKS[look])
    done = subprocess.run([program, "-Tsvg"], input=drawn.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""


def test_what_the_compiler_adds_is_not_drawn() -> None:
    """A compiled workflow has nodes for its start and end, and promises from its start."""
    written = text_format.Parse(_text("train"), WorkflowSpec())
    compiled = WorkflowSpec()
    compiled.CopyFrom(written)
    del compiled.template.nodes[:]
    compiled.template.nodes.add(id="start-node")
    compiled.template.nodes.add(id="end-node")
    compiled.template.nodes.extend(written.template.nodes)
    compiled.template.nodes[2].inputs[0].binding.promise.node_id = "start-node"
    before, after = (draw(load(message).definitions).workflows[0] for message in (written, compiled))
    assert after == before

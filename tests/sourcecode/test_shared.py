"""The shared test data: positions recorded from running flytekit.

Nothing may be wrong. Of what the text tells, at least 98 % of entities and 95 % of nodes that one call
makes straight in a body must be placed.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from flowidl.graph.draw import draw
from flowidl.graph.json_format import data_of
from flowidl.source import load
from flowidl.sourcecode.locate import find
from tests.support.shared import shared

Place = tuple[str, int]


def _spans(truth: dict[str, Any]) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    for place in (truth, *truth.get("also", ()), *truth.get("via", ())):
        if place.get("file") is None:
            continue
        if place.get("end_line") is None:
            lines = filter(None, (place["line"], place.get("decorator_line")))
            found += [(place["file"], line, line) for line in lines]
        else:
            found.append((place["file"], place.get("line_from", place["line"]), place["end_line"]))
    return found


def _is_in(source: dict[str, Any], spans: list[tuple[str, int, int]]) -> bool:
    return any(source["file"] == file and first <= source["line"] <= last for file, first, last in spans)


def _rows() -> tuple[Path, list[dict[str, Any]]]:
    folder = shared("sources")
    with (folder / "rows.jsonl").open(encoding="utf-8") as lines:
        return folder, [json.loads(line) for line in lines]


def _drawn(folder: Path, row: dict[str, Any]) -> dict[str, Any]:
    loaded = load(folder / "packages" / row["package"])
    return data_of(draw(loaded.definitions, find(loaded.definitions, str(folder / row["source"]))))


def _judge(row: dict[str, Any], drawn: dict[str, Any], count: Counter[str], wrong: list[str]) -> None:
    def tell(
        group: str, where: str, source: dict[str, Any] | None, spans: list[tuple[str, int, int]]
    ) -> None:
        count[f"{group} of"] += 1
        if source is not None and _is_in(source, spans):
            count[group] += 1
        elif source is not None:
            wrong.append(f"{row['id']} {where}: {source}")

    entities = {
        f"{kind}:{entity['name']}": entity
        for key, kind in (("tasks", "task"), ("workflows", "workflow"), ("launch_plans", "launch_plan"))
        for entity in drawn[key]
    }
    for name, truth in row["entities"].items():
        spans = _spans(truth) + _spans(truth.get("mapped", {}))
        tell("hard" if "hard" in truth else "entities", name, entities[name]["source"], spans)
    for workflow, nodes in row["nodes"].items():
        known = {node["id"]: node for node in entities[f"workflow:{workflow}"]["nodes"]}
        is_hard = "hard" in row["entities"][f"workflow:{workflow}"]
        for path, truth in nodes.items():
            group = truth["made_in"] if not is_hard else "hard"
            tell(group, f"{workflow} {path}", known[path]["source"], _spans(truth))
            for var, place in truth["inputs"].items():
                source = known[path]["inputs"].get(var)
                spans = _spans({"file": truth["file"], **place}) if place else []
                if place and "key_line" in place:
                    spans.append((spans[0][0], place["key_line"], place["end_line"]))
                tell("inputs" if place else "defaults", f"{workflow} {path} {var}", source, spans)


def test_positions() -> None:
    folder, rows = _rows()
    count: Counter[str] = Counter()
    wrong: list[str] = []
    for row in rows:
        _judge(row, _drawn(folder, row), count, wrong)
    assert wrong == []
    assert count["entities"] >= 0.98 * count["entities of"] > 0
    assert count["body"] >= 0.95 * count["body of"] > 0
    assert count["inputs"] >= 0.95 * count["inputs of"] > 0
    assert count["helper"] + count["loop"] + count["if"] + count["comprehension"] > 0


@pytest.mark.parametrize("other", ["own-nested-bakery", "own-conditional-loan", "own-helpers-clinic"])
def test_the_sources_of_another_package_place_nothing(other: str) -> None:
    folder, rows = _rows()
    row = next(row for row in rows if row["id"] == "own-outputs-mill")
    drawn = _drawn(folder, {**row, "source": f"src/{other}"})
    nodes = [node for workflow in drawn["workflows"] for node in workflow["nodes"]]
    assert [node["source"] for node in nodes] == [None] * len(nodes)

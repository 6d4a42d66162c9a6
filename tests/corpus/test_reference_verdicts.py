"""Agreement with the reference compiler for every label: verdict, codes with node ids, compiled closures."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from tests.support.verdicts import (
    canonical,
    compile_labelled,
    compile_mutant,
    lines,
    read,
    reported,
    verdict,
    without_repeated_prefixes,
)

#: Quirks of the reference that we do not copy, with what may differ because of them.
NOT_COPIED = {
    "QK-31": "a sub-workflow without id: the reference fails without an error, we have one",
    "QK-50": "errors of nested nodes that come again with one more prefix",
}


FILES = ("mutants.jsonl", "mutants2.jsonl")


def _mutants(*files: str) -> list[dict[str, Any]]:
    return [line for file in files or FILES for line in lines("conformance", file)]


def _labels() -> list[dict[str, Any]]:
    return [line for line in lines("corpus", "oracle", "labels.jsonl") if line["result"] != "skipped"]


@pytest.mark.parametrize("file", FILES)
def test_mutants_agree(file: str) -> None:
    differing: list[tuple[object, ...]] = []
    for line in _mutants(file):
        if line["uncertain"]:
            continue
        assert set(line.get("quirks", ())) <= NOT_COPIED.keys()
        compilation = compile_mutant(line)
        wanted, found = {(code, id) for code, id in line["codes"]}, reported(compilation)
        if "QK-50" in line.get("quirks", ()):
            wanted, found = without_repeated_prefixes(wanted), without_repeated_prefixes(found)
        if verdict(compilation) != line["expected"] or found != wanted:
            differing.append((line["id"], line["mutation"], sorted(found ^ wanted)))
        elif compilation.closure is not None:
            assert canonical(compilation.closure) == base64.b64decode(line["compiled"]), line["id"]
    assert differing == []


def test_corpus_agrees() -> None:
    differing: list[tuple[object, ...]] = []
    for line in _labels():
        if line["uncertain"]:
            continue
        compilation = compile_labelled(line)
        wanted = {(error["code"], error["node_id"]) for error in line["errors"]}
        found = reported(compilation)
        if verdict(compilation) != line["result"] or found != wanted:
            differing.append((line["path"], sorted(found ^ wanted)))
        elif compilation.closure is not None:
            assert canonical(compilation.closure) == read(line["compiled"]), line["path"]
    assert differing == []


def test_every_refusal_has_a_fault() -> None:
    for line in (line for line in _mutants() if line["expected"] == "error" and not line["uncertain"]):
        assert any(fault.refuses for fault in compile_mutant(line).faults), line["id"]


def test_places_lead_into_the_definition() -> None:
    """Every fault's path can be followed, as far as it goes, through the message that it is about."""
    for line in _labels():
        for fault in compile_labelled(line).faults if line["result"] == "error" else ():
            place = fault.place
            if line["kind"].startswith("WorkflowSpec"):
                numbers = place.path.numbers(WorkflowSpec.DESCRIPTOR)
                assert len(numbers) == len(place.path), (line["path"], str(place.path))

"""Budgets, sizes and depth."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any, cast

import pytest
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct

from flowidl.compiler.analyse import analyse
from flowidl.core.v1.condition_pb2 import BooleanExpression
from flowidl.core.v1.literals_pb2 import BindingData, Literal
from flowidl.core.v1.types_pb2 import LiteralType
from flowidl.core.v1.workflow_pb2 import Node
from flowidl.rules.options import Options
from flowidl.rules.sizes.budgets import ETCD, GRPC, NODES, PRESETS, Budget, parse_budget
from flowidl.rules.sizes.depth import is_deeper
from flowidl.rules.sizes.measures import measure
from flowidl.rules.snippets import call, task, workflow
from flowidl.source import load
from flowidl.validator.pipeline import examine
from tests.support.shared import shared


def test_budgets() -> None:
    assert parse_budget("grpc-4mib") == Budget("grpc-4mib", GRPC, 4 << 20)
    assert parse_budget(" ETCD=1.5MiB ")[1:] == (ETCD, 3 << 19)
    assert parse_budget("etcd-1000")[1:] == (ETCD, 1000)
    assert parse_budget("max-nodes=500")[1:] == (NODES, 500)
    assert all(parse_budget(preset) for preset in PRESETS)


@pytest.mark.parametrize(
    "text", ["", "grpc", "etcd-", "grpc-4mb", "max-nodes=", "max-nodes=-1", "nodes=5", "grpc-1e9"]
)
def test_what_is_no_budget(text: str) -> None:
    with pytest.raises(ValueError, match="not a budget"):
        parse_budget(text)


def _nested(kind: type[Message], levels: int) -> Message:
    """A message of a type that holds itself, `levels` messages deep, itself included."""
    message: Any = kind()
    here = message
    if kind is LiteralType:
        for _ in range(levels - 1):
            here = here.collection_type
        here.simple = 1
    elif kind is Struct:
        for _ in range((levels - 1) // 3):
            here = here.fields["k" * 10].struct_value
        here.fields["k" * 10].string_value = "x"
    elif kind is Node:
        for _ in range((levels - 1) // 3):
            here.id = "some-node-id"
            here = here.branch_node.if_else.else_node
        here.id = "n"
    else:
        for _ in range((levels - 1) // 2):
            if kind is BooleanExpression:
                here = here.conjunction.left_expression
            else:
                here = (here.collection.bindings if kind is BindingData else here.collection.literals).add()
        here.SetInParent()
    return cast("Message", message)


@pytest.mark.parametrize("kind", [LiteralType, Struct, BindingData, Literal, BooleanExpression, Node])
def test_depth(kind: type[Message]) -> None:
    """What is clearly deeper is found, and what is clearly not is not."""
    assert is_deeper(_nested(kind, 88), 80)
    assert not is_deeper(_nested(kind, 74), 80)


@pytest.mark.parametrize("levels", [97, 99])
def test_depth_near_the_limit(levels: int) -> None:
    assert is_deeper(_nested(LiteralType, levels), 80)


def test_exact_depth_of_types() -> None:
    assert is_deeper(_nested(LiteralType, 82), 80)
    assert not is_deeper(_nested(LiteralType, 81), 80)


def test_largest_parts_are_named() -> None:
    """Long node ids, repeated in every binding, are what takes the room, and the report says so."""
    nodes = [f"a-rather-long-node-id-that-is-repeated-{number:04}" for number in range(50)]
    calls = [call(nodes[0], "load", a=1)]
    calls += [call(here, "load", a=f"{before}.o0") for before, here in pairwise(nodes)]
    parts = (task("load", "a: int -> o0: int"), workflow("wf", "->", *calls))
    options = Options(budgets=("etcd-4kib",))
    found = examine([part.input() for part in parts], options).findings
    notes = next(finding.notes for finding in found if finding.code == "FI802")
    assert any("node ids repeated in bindings" in note and "shorter ids" in note for note in notes)
    assert any("50 nodes" in note for note in notes)


def test_closure_is_measured() -> None:
    """The size of a closure is near that of the closure that the reference compiler writes."""
    ratios = [closure / size for closure, _, size, _ in _measured()]
    assert ratios
    assert all(0.8 < ratio < 1.35 for ratio in ratios), ratios


def test_stored_object_is_estimated() -> None:
    """The estimate is near the size of the objects that the reference writes."""
    ratios = [stored / size for _, stored, _, size in _measured()]
    assert ratios
    assert all(0.6 < ratio < 1.6 for ratio in ratios), ratios


def _measured() -> list[tuple[int, int, int, int]]:
    """For definitions with stored objects: closure and stored as measured here, and as they are."""
    from google.protobuf import json_format

    from flowidl.core.v1.compiler_pb2 import CompiledWorkflowClosure

    index = json.loads(shared("corpus", "index.json").read_text("utf-8"))
    found: list[tuple[int, int, int, int]] = []
    for entry in index:
        golden, compiled = entry.get("golden_crd"), entry.get("golden_compiled", entry["path"])
        if not golden or not compiled.endswith(".json"):
            continue
        path = shared("corpus", compiled)
        closure = CompiledWorkflowClosure()
        json_format.Parse(path.read_text("utf-8"), closure)
        units = analyse(load(str(path)).definitions).units
        measured = measure(units[0])
        stored = json.dumps(json.loads(shared("corpus", golden).read_text("utf-8")), separators=(",", ":"))
        found.append((measured.closure, measured.stored, closure.ByteSize(), len(stored)))
    return found

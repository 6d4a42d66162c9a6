"""The JSON Schema accepts what Protobuf parses, and refuses what people get wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, cast

import pytest
from google.protobuf.json_format import MessageToDict, Parse, ParseError
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from flowidl import schema
from flowidl.core.v1 import Node, TaskTemplate, WorkflowTemplate
from flowidl.report.v1 import Report
from flowidl.source.definitions import KINDS
from flowidl.source.messages import message_class
from tests.languages.corpus import Sample, samples
from tests.languages.vectors import SPELLINGS, VECTORS, Spelling, Vector
from tests.support.messages import messages

DOCUMENT = json.loads(schema.json_schema())
ROOTS: list[type[Message]] = [*(message_class(kind) for kind in KINDS), Report]

few = settings(max_examples=15, deadline=None)


@cache
def checker(name: str) -> Any:
    """The checker of one definition. (The stubs of its class are not strict.)"""
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": DOCUMENT["$defs"]})


def accepts(kind: type[Message], value: object) -> bool:
    return bool(checker(kind.DESCRIPTOR.full_name).is_valid(value))


def parses(kind: type[Message], value: object) -> bool:
    try:
        Parse(json.dumps(value), kind())
    except ParseError:
        return False
    return True


def test_it_is_a_json_schema_of_every_kind_and_of_the_report() -> None:
    Draft202012Validator.check_schema(DOCUMENT)
    names = [f"#/$defs/{kind.DESCRIPTOR.full_name}" for kind in ROOTS]
    assert [root["$ref"] for root in DOCUMENT["anyOf"]] == names
    targets = set(references(DOCUMENT))
    assert targets == {f"#/$defs/{name}" for name in DOCUMENT["$defs"]}


def references(value: Any) -> Iterator[str]:
    waiting: list[Any] = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            members = cast("dict[str, Any]", part)
            if isinstance(members.get("$ref"), str):
                yield members["$ref"]
            waiting += members.values()
        elif isinstance(part, list):
            waiting.extend(part)  # pyright: ignore[reportUnknownArgumentType] - JSON


def test_everything_in_it_is_explained() -> None:
    for name, of in DOCUMENT["$defs"].items():
        assert of["description"], name
        for field, value in of.get("properties", {}).items():
            assert "_" in field or "description" in value, f"{name}.{field}"


@pytest.mark.parametrize("kind", ROOTS, ids=lambda kind: kind.DESCRIPTOR.name)
def test_accepts_what_protobuf_writes(kind: type[Message]) -> None:
    def law(case: tuple[Message, bool, bool]) -> None:
        message, names, numbers = case
        value = MessageToDict(message, preserving_proto_field_name=names, use_integers_for_enums=numbers)
        assert accepts(kind, value)

    few(given(st.tuples(messages(kind), st.booleans(), st.booleans()))(law))()


@pytest.mark.parametrize("vector", [v for v in VECTORS if v.type in ROOTS], ids=lambda v: v.name)
def test_accepts_what_is_hard_to_write(vector: Vector) -> None:
    assert accepts(vector.type, MessageToDict(vector.type.FromString(vector.data)))


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda s: s.name)
def test_accepts_other_spellings(spelling: Spelling) -> None:
    assert accepts(spelling.type, json.loads(spelling.json))


WRONG: dict[str, tuple[type[Message], object]] = {
    "a misspelt field": (Node, {"idd": "n0"}),
    "a misspelt field inside": (WorkflowTemplate, {"nodes": [{"taskNode": {"referenceID": {}}}]}),
    "a mixture of spellings": (Node, {"upstream_nodeIds": []}),
    "two members of a oneof": (Node, {"taskNode": {}, "branchNode": {}}),
    "two members of a oneof, spelt differently": (Node, {"taskNode": {}, "branch_node": {}}),
    "an unknown enum value": (TaskTemplate, {"container": {"resources": {"requests": [{"name": "CPUS"}]}}}),
    "an enum value in lower case": (
        TaskTemplate,
        {"container": {"resources": {"requests": [{"name": "cpu"}]}}},
    ),
    "text for a message": (Node, {"metadata": "fit"}),
    "one for many": (Node, {"upstreamNodeIds": "n0"}),
    "a number for text": (Node, {"id": 7}),
    "text for a flag": (TaskTemplate, {"metadata": {"discoverable": "yes"}}),
    "a fraction for an integer": (Node, {"arrayNode": {"parallelism": 1.5}}),
    "an integer that is too great": (Node, {"arrayNode": {"parallelism": 2**32}}),
    "a negative number of retries": (TaskTemplate, {"metadata": {"retries": {"retries": -1}}}),
    "a duration in words": (TaskTemplate, {"metadata": {"timeout": "5 minutes"}}),
    "nothing in a list": (Node, {"inputs": [None]}),
    "nothing in a map": (TaskTemplate, {"config": {"a": None}}),
    "a list for a map": (TaskTemplate, {"config": ["a"]}),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_refuses_what_does_not_parse(wrong: tuple[type[Message], object]) -> None:
    kind, value = wrong
    assert not parses(kind, value)
    assert not accepts(kind, value)


def test_a_member_of_a_oneof_that_is_null_is_not_set() -> None:
    assert accepts(Node, {"taskNode": {}, "branchNode": None})


def test_knows_real_definitions_and_finds_a_misspelt_field_in_each() -> None:
    some = samples()[::8]
    assert len(some) > 40
    for sample in some:
        value = MessageToDict(sample.type.FromString(sample.data))
        assert accepts(sample.type, value), sample.path
        misspell(sample, value)
        assert not accepts(sample.type, value), sample.path


def misspell(sample: Sample, value: dict[str, Any]) -> None:
    """Change the name of the deepest field that is reached by first fields only."""
    part, descriptor = value, sample.type.DESCRIPTOR
    while True:
        field = next(iter(part))
        below = descriptor.fields_by_camelcase_name[field].message_type
        inner = part[field]
        if below is None or not isinstance(inner, dict) or not inner or not has_fields_in_json(below):
            break
        part, descriptor = cast("dict[str, Any]", inner), below
    part[field + "s_"] = part.pop(field)


def has_fields_in_json(message: Any) -> bool:
    return not (message.GetOptions().map_entry or message.full_name.startswith("google."))

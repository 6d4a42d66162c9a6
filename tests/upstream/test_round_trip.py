"""Bytes and JSON pass between our messages and their twins without loss, in one process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.json_format import MessageToJson, Parse
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from flowidl.admin.v1.launch_plan_pb2 import LaunchPlanMetadata
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.core.v1.types_pb2 import LiteralType
from flowidl.core.v1.workflow_pb2 import Node
from scripts.check_upstream import OURS, elements, installed
from tests.support.messages import messages
from tests.upstream.twins import Twins, all_twins, twin

TWINS = all_twins()
ANY = "google.protobuf.Any"
UNKNOWN = 536_870_911
"""The greatest field number there is; nobody declares it."""

few = settings(max_examples=12, deadline=None)
every_type = pytest.mark.parametrize("twins", TWINS, ids=lambda t: t.ours.DESCRIPTOR.full_name)


def encoded(message: Message) -> bytes:
    return message.SerializeToString(deterministic=True)


def for_each(strategy: st.SearchStrategy[Any], law: Callable[[Any], None]) -> None:
    """Hold a law against some values; a function, because the strategy depends on the test's parameter."""
    few(given(strategy)(law))()


@every_type
def test_bytes_go_there_and_back(twins: Twins) -> None:
    def law(ours: Message) -> None:
        data = encoded(ours)
        theirs = twins.theirs.FromString(data)
        assert encoded(theirs) == data
        assert encoded(twins.ours.FromString(theirs.SerializeToString())) == data

    for_each(messages(twins.ours, json=False), law)


@every_type
def test_bytes_come_here_and_back(twins: Twins) -> None:
    def law(theirs: Message) -> None:
        data = encoded(theirs)
        ours = twins.ours.FromString(data)
        assert encoded(ours) == data
        assert encoded(twins.theirs.FromString(ours.SerializeToString())) == data

    for_each(messages(twins.theirs, json=False), law)


@every_type
def test_json_goes_there_and_back(twins: Twins) -> None:
    def law(case: tuple[Message, bool, bool]) -> None:
        ours, proto_names, numbers = case
        theirs = twins.theirs.FromString(encoded(ours))
        text, their_text = (
            MessageToJson(
                m, preserving_proto_field_name=proto_names, use_integers_for_enums=numbers, sort_keys=True
            )
            for m in (ours, theirs)
        )
        assert text == their_text
        assert Parse(text, twins.theirs()) == theirs
        assert Parse(text, twins.ours()) == ours

    for_each(st.tuples(messages(twins.ours), st.booleans(), st.booleans()), law)


@every_type
def test_what_neither_knows_is_kept(twins: Twins) -> None:
    def law(case: tuple[Message, bytes]) -> None:
        ours, payload = case
        data = encoded(ours) + unknown_field(payload)
        assert encoded(twins.ours.FromString(data)) == data
        assert encoded(twins.theirs.FromString(data)) == data
        assert encoded(twins.ours.FromString(twins.theirs.FromString(data).SerializeToString())) == data

    for_each(st.tuples(messages(twins.ours, json=False), st.binary(max_size=8)), law)


def unknown_field(payload: bytes) -> bytes:
    """Return a field of number UNKNOWN and wire type 2, with at most 127 bytes."""
    tag = UNKNOWN << 3 | 2
    digits = [tag >> shift & 0x7F | 0x80 for shift in range(0, 28, 7)] + [tag >> 28]
    return bytes([*digits, len(payload)]) + payload


def test_an_unknown_field_deep_inside_is_kept() -> None:
    inner = b"\x12\x01t" + unknown_field(b"later")  # template.type
    data = bytes([0x0A, len(inner)]) + inner
    ours = TaskSpec.FromString(data)
    assert ours.template.type == "t"
    assert encoded(ours) == data
    assert encoded(twin(TaskSpec).FromString(data)) == data


def test_an_unknown_enum_number_is_kept() -> None:
    ours = LiteralType.FromString(b"\x08\x63")
    assert ours.simple == 99
    assert encoded(ours) == b"\x08\x63"
    assert MessageToJson(ours, indent=None) == '{"simple": 99}'


def test_every_message_type_has_a_twin() -> None:
    names = {t.ours.DESCRIPTOR.full_name for t in TWINS}
    schema = elements(installed(OURS))
    declared = {name for name, e in schema.items() if e["kind"] == "message" and "option map_entry" not in e}
    assert names == declared
    assert len(TWINS) == len(names) > 150


def test_json_names_show_in_both_spellings() -> None:
    ours = Node(id="n0", upstream_node_ids=["n1"])
    assert MessageToJson(ours, indent=None) == '{"id": "n0", "upstreamNodeIds": ["n1"]}'
    assert Parse('{"upstream_node_ids": ["n1"], "id": "n0"}', Node()) == ours


def test_a_type_url_is_the_one_place_where_a_package_name_shows() -> None:
    condition = Node(id="n0")
    ours = LaunchPlanMetadata()
    ours.launch_conditions.Pack(condition)
    assert ours.launch_conditions.type_url == "type.googleapis.com/flowidl.core.v1.Node"
    theirs = twin(LaunchPlanMetadata).FromString(encoded(ours))
    assert encoded(theirs) == encoded(ours)
    fields = [field for t in TWINS for field in t.ours.DESCRIPTOR.fields]
    assert [
        f.full_name for f in fields if f.message_type is not None and f.message_type.full_name == ANY
    ] == ["flowidl.admin.v1.LaunchPlanMetadata.launch_conditions"]

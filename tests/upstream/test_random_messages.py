"""The random messages that other tests rely on reach everything that they promise to."""

from __future__ import annotations

import pytest
from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import find, given, settings
from hypothesis import strategies as st

from flowidl.core.v1.literals_pb2 import Literal
from flowidl.core.v1.workflow_pb2 import Node
from scripts.check_upstream import OURS
from tests.support.messages import message_types, messages
from tests.upstream.twins import modules

patient = settings(max_examples=2000, deadline=None, database=None)


def set_fields(message: Message) -> list[str]:
    return [field.name for field, _ in message.ListFields()]


@pytest.mark.parametrize("name", [f.name for f in Node.DESCRIPTOR.fields])
def test_every_field_is_set_at_times(name: str) -> None:
    found = find(messages(Node), lambda m: name in set_fields(m), settings=patient)
    assert name in set_fields(found)


def test_depth_bounds_how_far_messages_nest() -> None:
    def levels(message: Message) -> int:
        deepest, waiting = 0, [(message, 0)]
        while waiting:
            outer, level = waiting.pop()
            deepest = max(deepest, level)
            inner = [v for _, v in outer.ListFields() if isinstance(v, Message)]
            waiting.extend((message, level + 1) for message in inner)
        return deepest

    @settings(max_examples=100, deadline=None)
    @given(messages(Literal, depth=2))
    def law(message: Literal) -> None:
        assert levels(message) <= 2

    law()
    assert levels(find(messages(Literal, depth=2), lambda m: levels(m) == 2, settings=patient)) == 2


def test_what_json_cannot_express_appears_only_on_demand() -> None:
    def expressible(moment: Timestamp) -> bool:
        try:
            return bool(MessageToJson(moment))
        except ValueError:
            return False

    assert not expressible(
        find(messages(Timestamp, json=False), lambda m: not expressible(m), settings=patient)
    )

    @settings(max_examples=100, deadline=None)
    @given(messages(Timestamp))
    def law(moment: Timestamp) -> None:
        assert expressible(moment)

    law()


def test_strings_can_be_chosen() -> None:
    @settings(max_examples=50, deadline=None)
    @given(messages(Node, text=st.sampled_from(["a", "b"])))
    def law(node: Node) -> None:
        assert node.id in {"", "a", "b"}
        assert set(node.upstream_node_ids) <= {"a", "b"}

    law()


def test_nested_types_are_listed_and_map_entries_are_not() -> None:
    names = [kind.DESCRIPTOR.full_name for kind in message_types(*modules(OURS))]
    assert "flowidl.core.v1.ConnectionSet.IdList" in names
    assert [name for name in names if name.endswith("Entry")] == ["flowidl.core.v1.Resources.ResourceEntry"]

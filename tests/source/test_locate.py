"""Where a field is in the bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from flowidl.core.v1.literals_pb2 import LiteralMap
from flowidl.paths import ROOT, FieldPath
from flowidl.source import load
from flowidl.source.definitions import KINDS
from flowidl.source.messages import message_class
from flowidl.source.wire.locate import Locator, locate, locate_all
from flowidl.source.wire.tables import Table
from tests.source.support import workflow
from tests.support.messages import is_repeated, map_entry, messages


def _places(message: Message, path: FieldPath = ROOT) -> Iterator[tuple[FieldPath, FieldDescriptor, Any]]:
    """Every value in a message, with its path."""
    for field, value in message.ListFields():
        entry = map_entry(field)
        if entry is not None:
            of = entry.fields_by_name["value"]
            found = [(path.child(field.name, key), of, value[key]) for key in value]
        elif is_repeated(field):
            found = [(path.child(field.name, index), field, item) for index, item in enumerate(value)]
        else:
            found = [(path.child(field.name), field, value)]
        for below, of, item in found:
            yield below, of, item
            if of.message_type is not None:
                yield from _places(item, below)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_every_value_of_a_random_message_is_found(data: st.DataObject) -> None:
    kind = message_class(data.draw(st.sampled_from(KINDS)))
    message = data.draw(messages(kind))
    encoded = message.SerializeToString()
    locator = Locator(encoded, Table(cast("Descriptor", kind.DESCRIPTOR)))
    for path, field, value in _places(message):
        start, end, steps = locator.reach(path)
        assert steps == len(path)
        found = encoded[start:end]
        if field.message_type is not None:
            assert cast("type[Message]", type(value)).FromString(found) == value
        elif isinstance(value, str):
            assert found == value.encode()
        elif isinstance(value, bytes):
            assert found == value
        else:
            assert 1 <= len(found) <= 10


def test_what_is_not_there_is_placed_at_what_is_around_it() -> None:
    spec = workflow(nodes=2)
    data = spec.SerializeToString()
    node = FieldPath.parse("template.nodes[1]")
    whole = locate(data, spec.DESCRIPTOR, node)
    for missing in ("metadata.retries", "inputs[7]", "nonsense"):
        assert locate(data, spec.DESCRIPTOR, node / missing) == whole
    assert locate(data, spec.DESCRIPTOR, ROOT) == (0, len(data))
    assert data[slice(*locate(data, spec.DESCRIPTOR, node / "id"))] == b"n1"


def test_of_values_given_twice_the_last_is_found() -> None:
    first, second = (LiteralMap.LiteralsEntry(key="k").SerializeToString() for _ in range(2))
    data = b"\x0a" + bytes([len(first)]) + first + b"\x0a" + bytes([len(second) + 2]) + second + b"\x12\x00"
    start, end = locate(data, LiteralMap.DESCRIPTOR, FieldPath.parse('literals["k"]'))
    assert (start, end) == (len(data), len(data))


@settings(max_examples=100, deadline=None)
@given(
    data=st.binary(max_size=80),
    path=st.sampled_from(["template.nodes[0].id", "template.id.name", "template"]),
)
def test_any_bytes_give_some_range(data: bytes, path: str) -> None:
    start, end = locate(data, workflow().DESCRIPTOR, FieldPath.parse(path))
    assert 0 <= start <= end <= len(data)


def test_definitions_have_ranges_if_they_came_as_bytes() -> None:
    spec = workflow()
    path = FieldPath.parse("template.id")
    (from_bytes,) = load(spec.SerializeToString()).definitions
    (from_memory,) = load(spec).definitions
    assert list(locate_all(from_bytes, [path])) == [path]
    assert locate_all(from_memory, [path]) == {}


def test_many_places_of_one_definition_cost_one_walk() -> None:
    spec = workflow(nodes=3000)
    (definition,) = load(spec.SerializeToString()).definitions
    paths = [FieldPath.parse(f"template.nodes[{number}].id") for number in range(3000)]
    data = definition.origin.data or b""
    found = {data[slice(*span)] for span in locate_all(definition, paths).values()}
    assert found == {f"n{number}".encode() for number in range(3000)}

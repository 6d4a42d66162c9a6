"""The scanner: it accepts what the runtime accepts, and says where and why it does not."""

from __future__ import annotations

from typing import cast

import pytest
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import DecodeError, Message
from hypothesis import given, settings
from hypothesis import strategies as st

from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.core.v1.literals_pb2 import LiteralMap
from flowidl.core.v1.types_pb2 import LiteralType, SimpleType
from flowidl.core.v1.workflow_pb2 import Node
from flowidl.source import Fact, LoadOptions, load
from flowidl.source.definitions import KINDS
from flowidl.source.messages import descriptor, message_class
from flowidl.source.wire.count import EMPTY, count_elements, most_elements
from flowidl.source.wire.scan import Note, scan
from flowidl.source.wire.tables import Table
from tests.source.support import corpus, task, workflow
from tests.support.messages import messages


def field(number: int, value: bytes | int) -> bytes:
    """One field: bytes with their length, or a number as a varint."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)


def table_of(kind: type[Message]) -> Table:
    return Table(cast("Descriptor", kind.DESCRIPTOR))


def notes(data: bytes, kind: type[Message]) -> list[tuple[Fact, str, tuple[int, int]]]:
    found = scan(data, table_of(kind))
    assert found.error is None
    return [(note.fact, str(note.path), note.span) for note in found.notes]


def error(data: bytes, kind: type[Message]) -> Note:
    found = scan(data, table_of(kind)).error
    assert found is not None
    return found


def _decodes(data: bytes, kind: type[Message]) -> bool:
    try:
        kind.FromString(data)
    except DecodeError:
        return False
    return True


# --- agreement with the runtime -----------------------------------------------------------------------------

_KINDS = st.sampled_from([message_class(kind) for kind in KINDS])


@settings(max_examples=300, deadline=None)
@given(kind=_KINDS, data=st.binary(max_size=60))
def test_any_bytes_are_judged_as_the_runtime_judges_them(kind: type[Message], data: bytes) -> None:
    assert (scan(data, table_of(kind)).error is None) == _decodes(data, kind)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_damaged_messages_are_judged_as_the_runtime_judges_them(data: st.DataObject) -> None:
    kind = data.draw(_KINDS)
    whole = bytearray(data.draw(messages(kind, json=False)).SerializeToString())
    for _ in range(data.draw(st.integers(0, 3))):
        if whole:
            whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    damaged = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    found = scan(damaged, table_of(kind)).error
    assert (found is None) == _decodes(damaged, kind)
    if found is not None:
        assert 0 <= found.span[0] <= found.span[1] <= len(damaged)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_what_a_runtime_writes_has_nothing_odd_about_it(data: st.DataObject) -> None:
    kind = data.draw(_KINDS)
    written = data.draw(messages(kind)).SerializeToString()
    odd = {note.fact for note in scan(written, table_of(kind)).notes}
    assert odd <= {Fact.UNKNOWN_ENUM_NUMBER}, "random messages have enum numbers without a name"


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_elements_are_counted_alike(data: st.DataObject) -> None:
    kind = data.draw(_KINDS)
    written = data.draw(messages(kind)).SerializeToString()
    table = table_of(kind)
    exact = scan(written, table).elements
    counted = count_elements(written, table, -1) if not written else _count(written, table)
    assert exact <= counted <= EMPTY * exact
    assert counted <= most_elements(written)


def _count(data: bytes, table: Table) -> int:
    """Count to the end: a limit just below the bound cannot stop early."""
    return count_elements(data, table, max(0, most_elements(data) - 1))


def test_every_real_definition_has_nothing_odd_about_it() -> None:
    for entry in corpus():
        if entry["encoding"] == "pb":
            kind = next(kind for kind in KINDS if kind.label == entry["message_type"].rpartition(".")[2])
            found = scan(entry["data"], Table(descriptor(kind)))
            assert (entry["path"], found.error, found.notes) == (entry["path"], None, ())


# --- facts and places ---------------------------------------------------------------------------------------


def test_a_truncated_file_names_the_field_in_which_it_ends() -> None:
    whole = workflow(nodes=3).SerializeToString()
    position = whole.index(b"n2") + 1
    found = error(whole[:position], WorkflowSpec)
    assert (found.fact, str(found.path), found.span) == (
        Fact.TRUNCATED_MESSAGE,
        "template.nodes[2].id",
        (position, position),
    )
    assert found.seen == len(whole) - position


def test_a_length_that_leads_out_of_its_message() -> None:
    id = field(1, 1) + b"\x22\x7f" + b"abc"
    data = field(1, field(1, id) + field(2, b"container"))
    found = error(data, TaskSpec)
    assert (found.fact, str(found.path)) == (Fact.CORRUPT_MESSAGE, "template.id.name")
    assert "behind the end of its message" in found.detail


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x0f\x00", "wire type 7"),
        (b"\x00\x00", "field number 0"),
        (b"\x0c", "a group ends that did not start"),
        (b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "more than 5 bytes"),
        (b"\x10" + b"\xff" * 11, "more than 10 bytes"),
        (b"\x9b\x06\x9b\x06\x94\x06", "a group ends"),
    ],
)
def test_impossible_bytes(data: bytes, reason: str) -> None:
    found = error(data, TaskSpec)
    assert found.fact is Fact.CORRUPT_MESSAGE
    assert reason in found.detail


def test_text_that_is_not_utf8() -> None:
    data = field(1, field(1, field(4, b"caf\xe9")))
    found = error(data, TaskSpec)
    assert (found.fact, str(found.path), found.seen) == (Fact.INVALID_UTF8, "template.id.name", 0xE9)
    assert data[found.span[0]] == 0xE9


def test_unknown_fields_are_named_by_the_message_they_are_in() -> None:
    node = field(1, b"n0") + field(77, b"new")
    data = field(1, field(4, b"") + field(4, node)) + field(99, 5)
    assert notes(data, WorkflowSpec) == [
        (Fact.UNKNOWN_FIELD, "template.nodes[1]", (10, 16)),
        (Fact.UNKNOWN_FIELD, "", (16, 19)),
    ]


def test_a_known_field_with_another_wire_type_is_unknown() -> None:
    assert notes(field(1, 5), TaskSpec) == [(Fact.UNKNOWN_FIELD, "template", (0, 2))]


def test_unknown_groups_are_passed_over() -> None:
    group = b"\x9b\x06" + field(1, 5) + b"\xa3\x06\xa4\x06" + b"\x9c\x06"
    assert notes(group + field(2, b""), TaskSpec) == [(Fact.UNKNOWN_FIELD, "", (0, len(group)))]


def test_values_given_twice() -> None:
    one, two = field(1, field(2, b"a")), field(1, field(2, b"b"))
    assert notes(one + two, TaskSpec) == [(Fact.REPEATED_SINGULAR_FIELD, "template", (5, 6))]
    merged = field(1, 1) + field(7, b"") + field(7, b"")
    assert [fact for fact, _, _ in notes(merged, LiteralType)] == [
        Fact.SEVERAL_ONEOF_MEMBERS,
        Fact.REPEATED_SINGULAR_FIELD,
    ]
    assert notes(field(1, 1) + field(2, b""), LiteralType) == [(Fact.SEVERAL_ONEOF_MEMBERS, "schema", (2, 3))]


def test_enum_numbers_without_a_name() -> None:
    assert notes(field(1, 44), LiteralType) == [(Fact.UNKNOWN_ENUM_NUMBER, "simple", (0, 2))]
    minus = field(1, 2**64 - 3)
    assert notes(minus, LiteralType) == [(Fact.UNKNOWN_ENUM_NUMBER, "simple", (0, len(minus)))]


def test_map_entries_are_named_by_their_key() -> None:
    entry = field(1, b'say "x"') + field(2, field(9, 1))
    found = notes(field(1, b"") + field(1, entry), LiteralMap)
    assert found == [(Fact.UNKNOWN_FIELD, r'literals["say \"x\""]', (15, 17))]


def test_depth_is_counted_as_the_runtime_counts_it() -> None:
    nested = LiteralType(simple=SimpleType.INTEGER)
    encoded = nested.SerializeToString()
    for _ in range(100):
        encoded = field(3, encoded)
    assert _decodes(encoded, LiteralType)
    assert scan(encoded, table_of(LiteralType)).error is None
    assert not _decodes(field(3, encoded), LiteralType)
    assert error(field(3, encoded), LiteralType).fact is Fact.TOO_DEEP


def test_only_so_many_facts_are_kept() -> None:
    data = field(99, 1) * 1000
    found = scan(data, table_of(Node), most=10)
    assert (len(found.notes), found.more) == (10, 990)


# --- what `load` makes of it --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extra", "fact"),
    [
        (field(99, 1), Fact.UNKNOWN_FIELD),
        (field(2, b"") * 2, Fact.REPEATED_SINGULAR_FIELD),
        (field(1, field(6, b"") + field(18, b"")), Fact.SEVERAL_ONEOF_MEMBERS),
    ],
)
def test_what_decoding_is_silent_about_is_a_problem(extra: bytes, fact: Fact) -> None:
    loaded = load(task().SerializeToString() + extra)
    assert len(loaded.definitions) == 1
    assert fact in [problem.fact for problem in loaded.problems]
    assert all(problem.definition is loaded.definitions[0] for problem in loaded.problems)


def test_enum_numbers_are_looked_at_on_demand() -> None:
    spec = task()
    spec.template.metadata.runtime.type = 77  # type: ignore[assignment]
    relaxed, strict = load(spec), load(spec, options=LoadOptions(strict=True))
    assert [problem.fact for problem in relaxed.problems] == []
    assert [(p.fact, str(p.path)) for p in strict.problems] == [
        (Fact.UNKNOWN_ENUM_NUMBER, "template.metadata.runtime.type")
    ]

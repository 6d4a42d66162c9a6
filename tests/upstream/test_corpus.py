"""Definitions that other people wrote come out of our messages as they come out of the twins."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest
from google.protobuf.json_format import MessageToDict, Parse
from google.protobuf.message import DecodeError, Message

from tests.support.shared import shared
from tests.upstream.twins import Twins, all_twins

TWINS = {twins.theirs.DESCRIPTOR.full_name: twins for twins in all_twins()}
KINDS = {
    "_1.pb": TWINS["flyteidl.admin.TaskSpec"],
    "_2.pb": TWINS["flyteidl.admin.WorkflowSpec"],
    "_3.pb": TWINS["flyteidl.admin.LaunchPlan"],
}


class Entry(NamedTuple):
    path: str
    message_type: str
    encoding: str


@cache
def index() -> tuple[Entry, ...]:
    rows = json.loads(shared("corpus", "index.json").read_bytes())
    return tuple(Entry(row["path"], row["message_type"], row["encoding"]) for row in rows)


def encoded(message: Message) -> bytes:
    return message.SerializeToString(deterministic=True)


def agree(twins: Twins, data: bytes) -> bool:
    """Tell whether both read the bytes and write the same, or both refuse them."""
    written: list[bytes | None] = []
    for kind in twins:
        try:
            written.append(encoded(kind.FromString(data)))
        except DecodeError:
            written.append(None)
    return written[0] == written[1]


@pytest.mark.parametrize(
    ("message_type", "least"),
    [
        ("flyteidl.admin.TaskSpec", 1000),
        ("flyteidl.admin.WorkflowSpec", 500),
        ("flyteidl.admin.LaunchPlan", 400),
        ("flyteidl.admin.Task", 1),
        ("flyteidl.core.DynamicJobSpec", 10),
        ("flyteidl.core.WorkflowClosure", 1),
        ("flyteidl.core.WorkflowTemplate", 1),
        ("flyteidl.core.CompiledWorkflowClosure", 1),
    ],
)
def test_binary_files_come_out_the_same(message_type: str, least: int) -> None:
    paths = [e.path for e in index() if e.encoding == "pb" and e.message_type == message_type]
    assert len(paths) >= least
    assert [p for p in paths if not agree(TWINS[message_type], shared("corpus", p).read_bytes())] == []


def test_no_binary_file_has_a_type_of_its_own() -> None:
    assert {e.message_type for e in index() if e.encoding == "pb"} <= TWINS.keys()


def test_compiled_closures_come_out_the_same() -> None:
    paths = sorted(shared("corpus", "oracle", "compiled").rglob("*.pb"))
    closure = TWINS["flyteidl.core.CompiledWorkflowClosure"]
    assert len(paths) >= 400
    assert [p.name for p in paths if not agree(closure, p.read_bytes())] == []


def test_members_of_packages_come_out_the_same() -> None:
    archives = [e.path for e in index() if e.message_type.startswith("archive of ")]
    found = [(path, *member) for path in archives for member in members(path)]
    assert len(found) >= 50
    assert [(path, name) for path, name, data in found if not agree(KINDS[name[-5:]], data)] == []


def members(path: str) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(shared("corpus", path)) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.name[-5:] in KINDS else None
            if content is not None:
                yield member.name, content.read()


def test_json_files_are_read_the_same() -> None:
    entries = [e for e in index() if e.encoding == "json" and e.message_type in TWINS]
    assert len(entries) >= 70
    for entry in entries:
        text = shared("corpus", entry.path).read_text("utf-8")
        ours, theirs = (Parse(text, kind()) for kind in TWINS[entry.message_type])
        assert encoded(ours) == encoded(theirs), entry.path
        assert MessageToDict(ours) == MessageToDict(theirs), entry.path

"""Identifiers that several different definitions have: which they are, and in what the definitions differ.

Everything here is in the order in which people list their files, whatever the order in which they were given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.index import folder_of, position
from flowidl.core.v1.identifier_pb2 import Identifier
from flowidl.core.v1.tasks_pb2 import Container, RuntimeMetadata, TaskMetadata
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from google.protobuf.message import Message

    from flowidl.compiler.entities import LaunchPlanRecord, TaskRecord, WorkflowAnalysis
    from flowidl.names import EntityId

    Record = TaskRecord | WorkflowAnalysis | LaunchPlanRecord

#: Fields that tell builds of one thing apart, by the message that they are in.
_BUILD_FIELDS = {
    Identifier.DESCRIPTOR.name: "version",
    Container.DESCRIPTOR.name: "image",
    RuntimeMetadata.DESCRIPTOR.name: "version",
    TaskMetadata.DESCRIPTOR.name: "discovery_version",
}


class Repetition(NamedTuple):
    """An identifier with its different definitions, one of each.

    `is_build` tells that they differ in nothing but image or version, `together` that two of them are in one
    archive.
    """

    id: EntityId
    records: tuple[Record, ...]
    is_build: bool
    together: bool

    @property
    def folder(self) -> tuple[str, str]:
        """The folder of the second definition."""
        return folder_of(self.records[1].definition) or ("", "")


def repetitions(registered: Iterable[tuple[Record, EntityId]]) -> list[Repetition]:
    """Return the identifiers of which there are different definitions."""
    by_id: dict[EntityId, list[Record]] = {}
    for record, id in registered:
        by_id.setdefault(id, []).append(record)
    found = [
        repetition
        for id, records in by_id.items()
        if len(records) > 1 and (repetition := _repetition(id, records)) is not None
    ]
    return sorted(found, key=lambda each: (position(each.records[1].definition), each.id))


def _repetition(id: EntityId, records: list[Record]) -> Repetition | None:
    contents = [(position(record.definition), _content(record), record) for record in records]
    contents.sort(key=lambda each: each[:2])
    different: dict[bytes, Record] = {}
    for _, content, record in contents:
        different.setdefault(content, record)
    if len(different) < 2:
        return None
    archives = [record.definition.origin.file for record in records if record.definition.origin.member]
    builds = {_without_build(record.definition.message) for record in different.values()}
    return Repetition(id, tuple(different.values()), len(builds) == 1, len(set(archives)) < len(archives))


def _content(record: Record) -> bytes:
    return record.definition.message.SerializeToString(deterministic=True)


def _without_build(message: Message) -> bytes:
    """Return a definition, encoded, without the images and versions in it."""
    copy = type(message)()
    copy.CopyFrom(message)
    waiting: list[Message] = [copy]
    while waiting:
        part = waiting.pop()
        field = _BUILD_FIELDS.get(part.DESCRIPTOR.name)
        if field is not None:
            part.ClearField(field)
        if part.DESCRIPTOR.full_name == "google.protobuf.Struct":
            # containers of a pod, which are plain values
            part.fields.pop("image", None)  # type: ignore[attr-defined]  # a Struct has fields
        waiting.extend(_messages_in(part))
    return copy.SerializeToString(deterministic=True)


def _messages_in(message: Message) -> Iterator[Message]:
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            if field.message_type.fields_by_name["value"].message_type is not None:
                yield from value.values()
        elif hasattr(value, "DESCRIPTOR"):
            yield value
        else:
            yield from value

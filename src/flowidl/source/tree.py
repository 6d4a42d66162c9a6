"""A message as lines for reading: every field that is set, by its path, nothing hidden.

    template
      id
        resource_type: TASK
        name: "my.pkg.fit"
      interface.inputs.variables["x"]
        type.simple: INTEGER

Steps are written as `FieldPath` writes them, so a line can be copied into `--hex`. Fields that the schema
does not know show by number. Text is escaped, and nothing here calls itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flowidl.escape import escape
from flowidl.paths import Step
from flowidl.source.wire.tables import is_repeated
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
    from google.protobuf.message import Message

_INDENT = "  "
_SHOWN_BYTES = 32


class _Entry(NamedTuple):
    """One line to come: its name, and the message or the text of the value behind it."""

    name: str
    message: Message | None
    text: str = ""


def tree(message: Message) -> Iterator[str]:
    """Yield the lines of `message`."""
    waiting: list[tuple[int, Iterator[_Entry]]] = [(0, iter(_entries(message)))]
    while waiting:
        depth, entries = waiting[-1]
        entry = next(entries, None)
        if entry is None:
            waiting.pop()
            continue
        name, inside = _unfolded(entry)
        if not inside:
            yield f"{_INDENT * depth}{name}: {entry.text or '{}'}"
        elif len(inside) == 1 and inside[0].message is None:
            yield f"{_INDENT * depth}{name}.{inside[0].name}: {inside[0].text}"
        else:
            yield f"{_INDENT * depth}{name}"
            waiting.append((depth + 1, iter(inside)))


def _unfolded(entry: _Entry) -> tuple[str, list[_Entry]]:
    """Follow messages that hold just one message, and return the path to the first that holds more."""
    name, message = entry.name, entry.message
    inside = [] if message is None else _entries(message)
    while len(inside) == 1 and inside[0].message is not None:
        name = f"{name}.{inside[0].name}"
        inside = _entries(inside[0].message)
    return name, inside


def _entries(message: Message) -> list[_Entry]:
    """Return what a message holds, known fields by number and then the others."""
    found: list[_Entry] = []
    for field, value in message.ListFields():
        kind = field.message_type
        if kind is not None and kind.GetOptions().map_entry:
            found.extend(_map_entries(field, value, kind.fields_by_name["value"]))
        elif is_repeated(field):
            items = enumerate(value)
            found.extend(_entry(str(Step(field.name, index)), field, item) for index, item in items)
        else:
            found.append(_entry(field.name, field, value))
    found.extend(_unknown(message))
    return found


def _map_entries(
    field: FieldDescriptor, value: Mapping[str | int, object], of: FieldDescriptor
) -> list[_Entry]:
    return [_entry(escape(str(Step(field.name, key))), of, value[key]) for key in sorted(value, key=str)]


def _entry(name: str, field: FieldDescriptor, value: object) -> _Entry:
    if field.message_type is not None:
        return _Entry(name, cast("Message", value))
    return _Entry(name, None, _scalar(field, value))


def _scalar(field: FieldDescriptor, value: object) -> str:
    if field.enum_type is not None:
        return _enum_name(field.enum_type, cast("int", value))
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bytes):
        return _bytes(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _enum_name(enum: EnumDescriptor, number: int) -> str:
    named = enum.values_by_number.get(number)
    return f"{number} (not in {enum.name})" if named is None else named.name


def quoted(text: str) -> str:
    """Return `text` in double quotes, on one line and safe to print."""
    return '"' + escape(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def _bytes(value: bytes) -> str:
    shown = value[:_SHOWN_BYTES].hex(" ")
    return f"{len(value)} bytes" + (
        f" ({shown}{' ...' if len(value) > _SHOWN_BYTES else ''})" if value else ""
    )


_WIRE_WORDS = {0: "varint", 1: "64 bits", 5: "32 bits"}


def _unknown(message: Message) -> Iterator[_Entry]:
    """Yield the fields that the schema does not know, by number."""
    from google.protobuf.unknown_fields import UnknownFieldSet  # start-up: for unknown fields only

    found = UnknownFieldSet(message)
    for index in range(len(found)):
        field = found[index]
        name = f"(unknown {field.field_number})"
        if isinstance(field.data, bytes):
            yield _Entry(name, None, _bytes(field.data))
        elif isinstance(field.data, int):
            yield _Entry(name, None, f"{_WIRE_WORDS.get(field.wire_type, 'value')} {field.data}")
        else:
            yield _Entry(name, None, "a group")


def count_unknown(message: Message) -> int:
    """Return how many fields in `message`, at any depth, the schema does not know."""
    count = 0
    waiting = [message]
    while waiting:
        for entry in _entries(waiting.pop()):
            if entry.message is not None:
                waiting.append(entry.message)
            elif entry.name.startswith("("):
                count += 1
    return count

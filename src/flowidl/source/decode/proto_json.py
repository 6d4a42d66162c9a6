"""Plain values as messages: proto JSON, whatever text it came from.

The values are first held against the descriptor, in one walk, so that every fault is found with its field
path: `json_format` stops at the first and names it in a way that differs between releases. Keys that the
schema does not know are reported and left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flowidl.paths import ROOT, FieldPath
from flowidl.source.messages import descriptor
from flowidl.source.wire.tables import is_repeated
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
    from google.protobuf.message import Message

    from flowidl.source.decode.values import Value
    from flowidl.source.definitions import Kind

_RESOURCE_TYPES = {"UNSPECIFIED": 0, "TASK": 1, "WORKFLOW": 2, "LAUNCH_PLAN": 3, "DATASET": 4}


class Fault(NamedTuple):
    """One value that is not as the schema says: a key that it does not know, or a value of another type."""

    path: FieldPath
    unknown: bool
    detail: str


def field_of(message: Descriptor, key: str) -> FieldDescriptor | None:
    """Return the field that a JSON object's key stands for: its JSON name or its own."""
    if not key.isascii():
        return None  # Protobuf's own lookup fails for what cannot be encoded
    found = message.fields_by_name.get(key) or message.fields_by_camelcase_name.get(key)
    return found or next((field for field in message.fields if field.json_name == key), None)


class _Object(NamedTuple):
    """A value where a message is expected, and where it stands."""

    value: Value
    message: Descriptor
    path: FieldPath


def faults(value: Value, message: Descriptor, most: int = 100) -> Iterator[Fault]:
    """Yield what in `value` is not as `message` says, in the order of the text, `most` faults at the most."""
    waiting = [_inside(_Object(value, message, ROOT))]
    count = 0
    while waiting and count < most:
        found = next(waiting[-1], None)
        if found is None:
            waiting.pop()
        elif isinstance(found, Fault):
            count += 1
            yield found
        else:
            waiting.append(_inside(found))


def _inside(here: _Object) -> Iterator[Fault | _Object]:
    """Yield what is wrong with the fields of one object, and the objects in it."""
    value, message, path = here
    if not isinstance(value, dict):
        yield Fault(path, False, f"an object is expected, and there is {word(value)}")
        return
    for key, entry in value.items():
        field = field_of(message, key)
        if field is None:
            yield Fault(path, True, key)
            continue
        element = _element(field)
        items = _items(field, entry)
        if isinstance(items, str):
            yield Fault(path.child(field.name), False, items)
            continue
        for subscript, item in items:
            if element.message_type is None:
                if reason := _scalar_fault(element, item):
                    yield Fault(path.child(field.name, subscript), False, reason)
            elif not element.message_type.full_name.startswith("google.protobuf."):
                yield _Object(item, element.message_type, path.child(field.name, subscript))


def _items(field: FieldDescriptor, entry: Value) -> Iterable[tuple[int | str | None, Value]] | str:
    """Return the values of a field with their subscripts, or what is wrong with the field as a whole."""
    if entry is None:
        return ()
    if _is_map(field):
        return (
            entry.items() if isinstance(entry, dict) else f"an object is expected, and there is {word(entry)}"
        )
    if is_repeated(field):
        return (
            enumerate(entry) if isinstance(entry, list) else f"a list is expected, and there is {word(entry)}"
        )
    return ((None, entry),)


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _element(field: FieldDescriptor) -> FieldDescriptor:
    """Return the field that says of what type one value is: for a map, that of an entry's value."""
    message = field.message_type
    return field if message is None or not _is_map(field) else message.fields_by_name["value"]


def _scalar_fault(field: FieldDescriptor, value: Value) -> str:
    """Say why `value` cannot be the value of a scalar field, or nothing."""
    if field.enum_type is not None:
        return _enum_fault(field.enum_type, value)
    if field.type in (field.TYPE_STRING, field.TYPE_BYTES):
        fine, expected = isinstance(value, str), "a string"
    elif field.type == field.TYPE_BOOL:
        fine, expected = isinstance(value, bool), "true or false"
    else:
        fine, expected = isinstance(value, int | float | str) and not isinstance(value, bool), "a number"
    return "" if fine else f"{expected} is expected, and there is {word(value)}"


def _enum_fault(enum: EnumDescriptor, value: Value) -> str:
    if isinstance(value, str):
        return "" if value.isascii() and value in enum.values_by_name else f"`{value}` is no {enum.name}"
    fine = isinstance(value, int | float) and not isinstance(value, bool)
    return "" if fine else f"a name of {enum.name} is expected, and there is {word(value)}"


def word(value: Value) -> str:
    """Return what a value is, in a word or two."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case dict():
            return "an object"


def kubernetes_kind(value: Value) -> str:
    """Return the kind of the Kubernetes object that `value` is, or nothing if it is none."""
    if not isinstance(value, dict) or not isinstance(value.get("metadata"), dict):
        return ""
    kind = value.get("kind")
    if not isinstance(kind, str):
        return ""
    return kind if "apiVersion" in value or kind.lower() == "flyteworkflow" else ""


class ValueOutline:
    """The outline of plain values: see `flowidl.source.decode.detect.Outline`."""

    __slots__ = ("_value",)

    has_names = True

    def __init__(self, value: Value) -> None:
        self._value = value

    def resource_types(self, kind: Kind, path: tuple[str, ...]) -> set[int] | None:
        """Return the resource types of identifiers at `path`, read as `kind`; `None` if there is none."""
        spots: list[Value] = [self._value]
        message: Descriptor | None = descriptor(kind)
        for name in path:
            field = None if message is None else message.fields_by_name[name]
            if field is None:
                return None
            spots = [inner for spot in spots for inner in _field_values(spot, field)][:_ENTRIES]
            message = field.message_type
        types = {_resource_type(spot) for spot in spots if isinstance(spot, dict)}
        return types or None

    def has(self, kind: Kind, names: tuple[str, ...]) -> bool:
        """Tell whether one of these fields is there."""
        found = descriptor(kind).fields_by_name
        return any(_field_values(self._value, found[name]) for name in names)

    def share_known(self, kind: Kind) -> float:
        """Return which share of the keys that were looked at is known to `kind`, 0 to 1."""
        known = unknown = 0
        waiting: list[tuple[Value, Descriptor]] = [(self._value, descriptor(kind))]
        while waiting and known + unknown < _KEYS:
            here, message = waiting.pop()
            if not isinstance(here, dict):
                unknown += 1
                continue
            for key, entry in here.items():
                field = field_of(message, key)
                items = "" if field is None else _items(field, entry)
                if field is None or isinstance(items, str):
                    unknown += 1
                    continue
                known += 1
                kind_inside = _element(field).message_type
                if kind_inside is not None and not kind_inside.full_name.startswith("google.protobuf."):
                    waiting.extend((item, kind_inside) for _, item in list(items)[:_ENTRIES])
        return known / (known + unknown) if known else 0.0


#: Keys looked at for a share, and entries looked at of one list.
_KEYS = 400
_ENTRIES = 3


def _field_values(value: Value, field: FieldDescriptor) -> list[Value]:
    if not isinstance(value, dict):
        return []
    entry = value.get(field.json_name, value.get(field.name))
    if entry is None:
        return []
    return entry[:_ENTRIES] if isinstance(entry, list) else [entry]


def _resource_type(value: dict[str, Value]) -> int:
    found = value.get("resourceType", value.get("resource_type", 0))
    if isinstance(found, str):
        return _RESOURCE_TYPES.get(found, -1)
    return found if isinstance(found, int) else -1


def parse(value: Value, message: Message, depth: int) -> str:
    """Fill `message` from plain values, leaving out unknown keys; return what is wrong, or nothing."""
    from google.protobuf import json_format  # start-up: takes as long as the rest of reading

    try:
        json_format.ParseDict(
            cast("dict[str, object]", value), message, ignore_unknown_fields=True, max_recursion_depth=depth
        )
    except Exception as error:  # it raises whatever it trips over, and content must never raise
        return _reason(str(error)) or type(error).__name__
    return ""


def _reason(text: str) -> str:
    """Return what a message of `json_format` says, in one line and without the path that it repeats."""
    text = text.partition("\n")[0]
    while text.startswith("Failed to parse ") and ": " in text:
        text = text.partition(": ")[2]
    return text.rstrip(".")

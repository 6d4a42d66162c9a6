"""Definitions without the names and values of those who wrote them.

Every text is replaced by a neutral one, the same everywhere it stands, and numbers and bytes by nothing, as
long as the rule still has a finding at the same field. What the finding depends on stays, and is told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flowidl.reduce.shrink import findings_of
from flowidl.source.definitions import Definition, Origin
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from google.protobuf.descriptor import FieldDescriptor
    from google.protobuf.message import Message

    from flowidl.findings import Finding
    from flowidl.rules.options import Options

#: Texts that everybody's definitions have, and that say nothing about whose they are.
_PUBLIC = re.compile(
    r"\{\{\s*[.$\w]+\s*\}\}|--?[a-z-]*|pyflyte-[a-z-]+|task-(module|name)|(python|container|raw)[a-z_-]*"
    r"|flytekit[\w.]*|o\d+|\d+(\.\d+)*|"
)
_TASK_TYPE, _RUNTIME = ("TaskTemplate", "type"), "RuntimeMetadata"


class Anonymous(NamedTuple):
    """Definitions with neutral names, their finding, and the texts that had to stay."""

    definitions: tuple[Definition, ...]
    finding: Finding
    kept: tuple[str, ...]


def anonymise(definitions: Sequence[Definition], finding: Finding, options: Options) -> Anonymous:
    """Return definitions in which names and values are replaced, and which still have the finding."""
    place = (finding.code, finding.location.field_path, finding.location.message_type)
    names = _neutral(definition.message for definition in definitions)

    def found(mapping: Mapping[str, str], values: bool) -> Finding | None:
        changed = [_changed(definition, mapping, values) for definition in definitions]
        for candidate in findings_of(changed, options):
            location = candidate.location
            # keys of maps are names as well, so paths are compared without them
            if (candidate.code, location.message_type) == (place[0], place[2]) and _shape(
                location.field_path
            ) == _shape(place[1]):
                return candidate
        return None

    chosen = _replaceable(sorted(names), lambda texts: found({t: names[t] for t in texts}, False) is not None)
    mapping = {text: names[text] for text in chosen}
    with_values = found(mapping, True)
    last = with_values or found(mapping, False) or finding
    result = tuple(_changed(definition, mapping, with_values is not None) for definition in definitions)
    return Anonymous(result, last, tuple(sorted(set(names) - set(chosen))))


def _shape(path: Iterable[Any]) -> list[tuple[str, object]]:
    return [(step.name, step.subscript if isinstance(step.subscript, int) else None) for step in path]


def _replaceable(texts: list[str], holds: Callable[[list[str]], bool]) -> list[str]:
    """Return the texts that can be replaced together, found by halving."""
    chosen: list[str] = []
    todo = [texts]
    while todo:
        group = todo.pop()
        if not group or holds(chosen + group):
            chosen += group
        elif len(group) > 1:
            half = len(group) // 2
            todo += [group[half:], group[:half]]
    return chosen


def _neutral(messages: Iterable[Message]) -> dict[str, str]:
    """Return a neutral text for each text, by what it is the name of."""
    told = [(word, text) for message in messages for word, text in _texts(message)]
    taken = {text for _, text in told}
    found: dict[str, str] = {}
    counts: dict[str, int] = {}
    for word, text in told:
        if text in found or _PUBLIC.fullmatch(text):
            continue
        # a name that stands somewhere already may have to stay there
        while not counts.get(word) or f"{word}{counts[word]}" in taken:
            counts[word] = counts.get(word, 0) + 1
        found[text] = f"{word}{counts[word]}"
        taken.add(found[text])
    return found


def _texts(message: Message) -> Iterator[tuple[str, str]]:
    for field, value in message.ListFields():
        if (message.DESCRIPTOR.name, field.name) == _TASK_TYPE or message.DESCRIPTOR.name == _RUNTIME:
            continue
        word = _word(message, field)
        if _is_map(field):
            for key in sorted(value, key=str):
                if isinstance(key, str):
                    yield "v", key
                if hasattr(value[key], "ListFields"):
                    yield from _texts(value[key])
                elif isinstance(value[key], str):
                    yield "text", value[key]
        elif field.message_type is not None:
            for entry in value if field.is_repeated else (value,):
                yield from _texts(entry)
        elif field.type == field.TYPE_STRING:
            for entry in value if field.is_repeated else (value,):
                yield word, entry


def _word(message: Message, field: FieldDescriptor) -> str:
    name = message.DESCRIPTOR.name
    if name == "Identifier":
        return "entity"
    if field.name in ("node_id", "upstream_node_ids") or (name, field.name) == ("Node", "id"):
        return "n"
    return "v" if field.name == "var" else "text"


def _changed(definition: Definition, mapping: Mapping[str, str], values: bool) -> Definition:
    message = type(definition.message)()
    message.CopyFrom(definition.message)
    _replace(message, mapping, values)
    return Definition(definition.kind, message, Origin("", ""))


def _replace(message: Message, mapping: Mapping[str, str], values: bool) -> None:
    is_value = message.DESCRIPTOR.name in ("Primitive", "Binary", "Blob")
    for field, value in message.ListFields():
        if _is_map(field):
            _replace_map(value, mapping, values)
        elif field.message_type is not None:
            for entry in value if field.is_repeated else (value,):
                _replace(entry, mapping, values)
        elif field.type == field.TYPE_STRING:
            if (message.DESCRIPTOR.name, field.name) == _TASK_TYPE or message.DESCRIPTOR.name == _RUNTIME:
                continue
            if field.is_repeated:
                value[:] = [mapping.get(entry, entry) for entry in value]
            else:
                setattr(message, field.name, mapping.get(value, value))
        elif values and is_value and not field.is_repeated:
            setattr(message, field.name, type(value)())


def _replace_map(entries: Any, mapping: Mapping[str, str], values: bool) -> None:
    for key in sorted(entries, key=str):
        value = entries[key]
        if hasattr(value, "ListFields"):
            _replace(value, mapping, values)
        elif isinstance(value, str):
            entries[key] = mapping.get(value, value)
    for key in sorted(entries, key=str):
        new = mapping.get(key, key) if isinstance(key, str) else key
        if new != key and new not in entries:
            if hasattr(entries[key], "CopyFrom"):
                entries[new].CopyFrom(entries[key])
            else:
                entries[new] = entries[key]
            del entries[key]


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry

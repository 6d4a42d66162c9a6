"""Write `src/flowidl/flowidl.schema.json`: JSON Schema of the proto JSON of definitions and reports.

Editors complete and check JSON and YAML by it. It is made of the schema's descriptors and comments and knows
nothing else, so it says what parses, not what is valid:

- a field by either of its names, `upstreamNodeIds` or `upstream_node_ids`, and by no other;
- at most one member of a oneof; `null` for a field that is not set;
- an enum by name or by number, 64-bit integers as text or number, and the forms of Protobuf's own types.

`$defs` has every message and enum by its full name. The document accepts any kind of definition, and a
report; point an editor at one kind, `flowidl.schema.json#/$defs/flowidl.admin.v1.TaskSpec`, and it says more.

With `--check` nothing is written, and the exit status is 1 if the file is stale.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

from flowidl import schema
from flowidl.source.definitions import KINDS

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src" / "flowidl" / "flowidl.schema.json"

Schema = dict[str, object]
Field = FieldDescriptorProto

#: What the document accepts.
ROOTS = (*(kind.value for kind in KINDS), "flowidl.report.v1.Report")

NULL: Schema = {"type": "null"}
NUMBER_TEXT = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
DATE, CLOCK, ZONE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}", r"[0-9]{2}:[0-9]{2}:[0-9]{2}", r"(Z|[+-][0-9]{2}:[0-9]{2})"
TIME = rf"^{DATE}T{CLOCK}(\.[0-9]{{1,9}})?{ZONE}$"


def integer(bits: int, *, signed: bool) -> Schema:
    """Return the schema of an integer of a width: a number, or text with a number."""
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    digits = r"^-?[0-9]+$" if signed else r"^[0-9]+$"
    return {"type": ["integer", "string"], "minimum": low, "maximum": high, "pattern": digits}


FLOAT: Schema = {
    "anyOf": [
        {"type": "number"},
        {"enum": ["NaN", "Infinity", "-Infinity"]},
        {"type": "string", "pattern": NUMBER_TEXT},
    ]
}
INT32, INT64 = integer(32, signed=True), integer(64, signed=True)
UINT32, UINT64 = integer(32, signed=False), integer(64, signed=False)
BOOL: Schema = {"type": "boolean"}
STRING: Schema = {"type": "string"}
BYTES: Schema = {"type": "string", "contentEncoding": "base64", "pattern": "^[A-Za-z0-9+/_-]*={0,2}$"}

SCALARS: Mapping[int, Schema] = {
    Field.TYPE_BOOL: BOOL,
    Field.TYPE_STRING: STRING,
    Field.TYPE_BYTES: BYTES,
    Field.TYPE_DOUBLE: FLOAT,
    Field.TYPE_FLOAT: FLOAT,
    **dict.fromkeys((Field.TYPE_INT32, Field.TYPE_SINT32, Field.TYPE_SFIXED32), INT32),
    **dict.fromkeys((Field.TYPE_INT64, Field.TYPE_SINT64, Field.TYPE_SFIXED64), INT64),
    **dict.fromkeys((Field.TYPE_UINT32, Field.TYPE_FIXED32), UINT32),
    **dict.fromkeys((Field.TYPE_UINT64, Field.TYPE_FIXED64), UINT64),
}

#: The types that have a JSON of their own.
WELL_KNOWN: Mapping[str, Schema] = {
    "google.protobuf.Any": {"type": "object", "properties": {"@type": STRING}},
    "google.protobuf.BoolValue": BOOL,
    "google.protobuf.BytesValue": BYTES,
    "google.protobuf.DoubleValue": FLOAT,
    "google.protobuf.Duration": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,9})?s$"},
    "google.protobuf.FloatValue": FLOAT,
    "google.protobuf.Int32Value": INT32,
    "google.protobuf.Int64Value": INT64,
    "google.protobuf.ListValue": {"type": "array"},
    "google.protobuf.StringValue": STRING,
    "google.protobuf.Struct": {"type": "object"},
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time", "pattern": TIME},
    "google.protobuf.UInt32Value": UINT32,
    "google.protobuf.UInt64Value": UINT64,
    "google.protobuf.Value": {},
}


def main() -> int:
    """Write or check. Return the exit status."""
    parser = argparse.ArgumentParser(description="Write the JSON Schema of definitions and reports.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the file is stale")
    check: bool = parser.parse_args().check
    text = rendered(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "flowidl: definitions of tasks and workflows, and reports on them, as proto JSON",
            "anyOf": [reference(name) for name in ROOTS],
        },
        definitions(FileDescriptorSet.FromString(schema.descriptor_set())),
    )
    name = TARGET.relative_to(ROOT)
    if TARGET.exists() and TARGET.read_text(encoding="utf-8") == text:
        print(f"{name} is what the schema says")
        return 0
    if check:
        print(f"{name} is stale: run `make docs`", file=sys.stderr)
        return 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


def definitions(files: FileDescriptorSet) -> dict[str, Schema]:
    """Return the schema of every message and enum that a root can hold, by full name."""
    declared = {element.name: element.of for file in files.file for element in elements(file)}
    comments = {name: text for file in files.file for name, text in commented(file)}
    found: dict[str, Schema] = {}
    waiting = [*ROOTS]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        element = declared[name]
        if isinstance(element, EnumDescriptorProto):
            found[name] = of_enum(name, element, comments)
        else:
            found[name] = of_message(name, element, comments)
            waiting += named_types(element)
    return found


# --- Walking descriptors ----------------------------------------------------------------------------------


class Element(NamedTuple):
    """A message or an enum of a file: its full name, and its path, the way `SourceCodeInfo` names places."""

    name: str
    path: tuple[int, ...]
    of: DescriptorProto | EnumDescriptorProto


def elements(file: FileDescriptorProto) -> Iterator[Element]:
    """Yield the messages and enums of a file, nested ones included."""
    waiting = inside(file.package, (), (4, file.message_type), (5, file.enum_type))
    while waiting:
        element = waiting.pop()
        yield element
        if isinstance(element.of, DescriptorProto):
            of = element.of
            waiting += inside(element.name, element.path, (3, of.nested_type), (4, of.enum_type))


def inside(
    scope: str,
    path: tuple[int, ...],
    messages: tuple[int, Iterable[DescriptorProto]],
    enums: tuple[int, Iterable[EnumDescriptorProto]],
) -> list[Element]:
    """Return the messages and enums declared in a scope, given with their field numbers in its descriptor."""
    return [
        *(Element(f"{scope}.{m.name}", (*path, messages[0], i), m) for i, m in enumerate(messages[1])),
        *(Element(f"{scope}.{e.name}", (*path, enums[0], i), e) for i, e in enumerate(enums[1])),
    ]


def commented(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    """Yield the comments on a file's messages, fields, enums and values, each after the full name."""
    comments = {
        tuple(at.path): " ".join(at.leading_comments.split()) for at in file.source_code_info.location
    }
    for name, path, of in elements(file):
        yield name, comments.get(path, "")
        parts = [p.name for p in (of.field if isinstance(of, DescriptorProto) else of.value)]
        for index, part in enumerate(parts):
            yield f"{name}.{part}", comments.get((*path, 2, index), "")


def is_map(message: DescriptorProto, field: Field) -> DescriptorProto | None:
    """Return the entry type of a map field, `None` for any other field."""
    for inner in message.nested_type:
        if inner.options.map_entry and field.type_name.endswith(f".{message.name}.{inner.name}"):
            return inner
    return None


def named_types(message: DescriptorProto) -> list[str]:
    """Return the messages and enums that a message's fields refer to, but for those with their own JSON."""
    entries = ((field, is_map(message, field)) for field in message.field)
    names = ((field if entry is None else entry.field[1]).type_name[1:] for field, entry in entries)
    return [name for name in names if name and name not in WELL_KNOWN]


# --- Schemas ----------------------------------------------------------------------------------------------


def reference(name: str) -> Schema:
    """Return a reference to a definition."""
    return {"$ref": f"#/$defs/{name}"}


def described(of: Schema, comment: str | None) -> Schema:
    """Return a schema with a description before it."""
    return {"description": comment, **of} if comment else of


def of_enum(name: str, enum: EnumDescriptorProto, comments: Mapping[str, str]) -> Schema:
    """Return the schema of an enum: one of its names, or any number, because a later schema may add some."""
    values = [described({"const": v.name}, comments.get(f"{name}.{v.name}")) for v in enum.value]
    return described({"anyOf": [*values, {**INT32, "type": "integer"}]}, comments.get(name))


def of_message(name: str, message: DescriptorProto, comments: Mapping[str, str]) -> Schema:
    """Return the schema of a message: its fields by both names, and no others."""
    properties: dict[str, Schema] = {}
    for field in message.field:
        value = of_field(message, field)
        properties[field.json_name] = described(value, comments.get(f"{name}.{field.name}"))
        if field.name != field.json_name:
            properties[field.name] = value
    result: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    exclusive = [one_of(members) for members in oneofs(message) if len(members) > 1]
    if exclusive:
        result["allOf"] = exclusive
    return described(result, comments.get(name))


def of_field(message: DescriptorProto, field: Field) -> Schema:
    """Return the schema of a field's value, or of `null`, which stands for no value."""
    entry = is_map(message, field)
    if entry is not None:
        return {"type": ["object", "null"], "additionalProperties": of_value(entry.field[1])}
    value = of_value(field)
    if field.label == Field.LABEL_REPEATED:
        return {"type": ["array", "null"], "items": value}
    if value == {}:
        return value
    if set(value) == {"type"}:
        return {"type": [value["type"], "null"]}
    return {"anyOf": [value, NULL]}


def of_value(field: Field) -> Schema:
    """Return the schema of one value of a field."""
    if not field.type_name:
        return SCALARS[field.type]
    name = field.type_name.removeprefix(".")
    return WELL_KNOWN[name] if name in WELL_KNOWN else reference(name)


def oneofs(message: DescriptorProto) -> Iterator[list[Field]]:
    """Yield the members of each oneof of a message."""
    for index in range(len(message.oneof_decl)):
        yield [f for f in message.field if f.HasField("oneof_index") and f.oneof_index == index]


def one_of(members: Iterable[Field]) -> Schema:
    """Return the schema of an object that has at most one of some fields, by whichever name."""
    present = [is_set(name) for m in members for name in dict.fromkeys((m.json_name, m.name))]
    return {"oneOf": [*present, {"not": {"anyOf": present}}]}


def is_set(name: str) -> Schema:
    """Return the schema of an object that has a value for a property."""
    return {"required": [name], "properties": {name: {"not": NULL}}}


def rendered(document: Schema, definitions: Mapping[str, Schema]) -> str:
    """Return a document as text: one line for each definition, so that differences can be read."""
    head = json.dumps({**document, "$defs": {}}, ensure_ascii=False, indent=1)
    lines = (f"{json.dumps(name)}: {compact(of)}" for name, of in sorted(definitions.items()))
    return head.replace('"$defs": {}', '"$defs": {\n' + ",\n".join(lines) + "\n }") + "\n"


def compact(of: object) -> str:
    """Return JSON without spaces that nobody reads."""
    return json.dumps(of, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    sys.exit(main())

"""Compare our schema with the one it is the twin of, element by element.

Both schemas are read from their generated modules, so what is compared is what users run. Each element (file,
message, field, oneof, enum, enum value, service) becomes an entry `name -> {attribute: value}`; names of the
other side are put into our packages; then two dictionaries are compared, in both directions. All of
`flyteidl.core` and `flyteidl.plugins` counts; of `flyteidl.admin` just what the messages in ROOTS lead to.

    scripts/check_upstream.py

prints one line for each difference, `element: attribute: ours X / theirs Y`, and exits with 0 if there is
none, with 1 if there are some, and with 2 if the other package is missing or has another version. It writes
nothing.

Not compared: comments, the order of declarations, imports, file options and custom options. None of them
shows in bytes or JSON, and the custom options of the other side are why it imports more than we want to.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    ServiceDescriptorProto,
)
from google.protobuf.message import Message

from flowidl.version import UPSTREAM

# The inner package stands before the outer one, whose name begins its own.
OURS = ("flowidl.core.v1", "flowidl.admin.v1", "flowidl.plugins.kubeflow.v1", "flowidl.plugins.v1")
THEIRS = ("flyteidl.core", "flyteidl.admin", "flyteidl.plugins.kubeflow", "flyteidl.plugins")
WHOLE = frozenset(THEIRS) - {"flyteidl.admin"}
ROOTS = (
    "flyteidl.admin.TaskSpec",
    "flyteidl.admin.Task",
    "flyteidl.admin.WorkflowSpec",
    "flyteidl.admin.Workflow",
    "flyteidl.admin.LaunchPlan",
    "flyteidl.admin.ExecutionSpec",
    "flyteidl.admin.ExecutionCreateRequest",
)

Schema = list[FileDescriptorProto]
Attributes = dict[str, str]
Elements = dict[str, Attributes]

# Options that mean something different from what they say, and are compared as what they mean.
_DERIVED = frozenset({"packed", "uninterpreted_option"})
_UNPACKABLE = frozenset(
    {
        FieldDescriptorProto.TYPE_STRING,
        FieldDescriptorProto.TYPE_BYTES,
        FieldDescriptorProto.TYPE_MESSAGE,
        FieldDescriptorProto.TYPE_GROUP,
    }
)


# Reading the schemas


def installed(packages: Iterable[str]) -> Schema:
    """Return the files of Python packages of generated modules, as their descriptors."""
    files: Schema = []
    for package in packages:
        for module in pkgutil.iter_modules(importlib.import_module(package).__path__, package + "."):
            if module.name.endswith("_pb2"):
                files.append(
                    FileDescriptorProto.FromString(
                        importlib.import_module(module.name).DESCRIPTOR.serialized_pb
                    )
                )
    return files


def counted(theirs: Schema) -> Schema:
    """Return copies of the files that hold only what counts: all of WHOLE, and what ROOTS lead to."""
    whole = [
        f"{file.package}.{name}" for file in theirs if file.package in WHOLE for name in _top_level(file)
    ]
    keep = reachable(theirs, [*ROOTS, *whole])
    return [part for file in theirs if _top_level(part := _pruned(file, keep))]


def reachable(files: Schema, roots: Iterable[str]) -> set[str]:
    """Return the full names of the top-level messages and enums in `roots`, or that their fields lead to."""
    messages = {f"{file.package}.{message.name}": message for file in files for message in file.message_type}
    packages = {file.package for file in files}
    seen: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = _outermost(waiting.pop(), packages)
        if name not in seen:
            seen.add(name)
            if name in messages:
                waiting.extend(_references(messages[name]))
    return seen


def _outermost(name: str, packages: set[str]) -> str:
    """Return the top-level declaration that holds the one of this full name; a package may lie in another."""
    parts = name.lstrip(".").split(".")
    for end in reversed(range(1, len(parts))):
        if ".".join(parts[:end]) in packages:
            return ".".join(parts[: end + 1])
    return ".".join(parts)


def _references(message: DescriptorProto) -> Iterator[str]:
    waiting = [message]
    while waiting:
        inner = waiting.pop()
        waiting.extend(inner.nested_type)
        yield from (field.type_name for field in inner.field if field.type_name)


def _top_level(file: FileDescriptorProto) -> list[str]:
    names = [message.name for message in file.message_type]
    names.extend(enum.name for enum in file.enum_type)
    names.extend(service.name for service in file.service)
    names.extend(extension.name for extension in file.extension)
    return names


def _pruned(file: FileDescriptorProto, keep: set[str]) -> FileDescriptorProto:
    part = FileDescriptorProto()
    part.CopyFrom(file)
    for items in (part.message_type, part.enum_type, part.service, part.extension):
        for position in reversed(range(len(items))):
            if f"{file.package}.{items[position].name}" not in keep:
                del items[position]
    return part


# From descriptors to elements


def elements(files: Schema) -> Elements:
    """Return every element of the files by its full name (a file by its path)."""
    found: Elements = {}
    for file in files:
        found[file.name] = {"kind": "file", "package": file.package, "syntax": file.syntax or "proto2"}
        for name, attributes in _declarations(file):
            found[name] = attributes
    return found


def _declarations(file: FileDescriptorProto) -> Iterator[tuple[str, Attributes]]:
    waiting = [(file.package, message) for message in file.message_type]
    for enum in file.enum_type:
        yield from _enum(file, file.package, enum)
    for service in file.service:
        yield _service(file, service)
    for extension in file.extension:
        yield f"{file.package}.{extension.name}", _field(file, extension, ())
    while waiting:
        scope, message = waiting.pop()
        yield from _message(file, scope, message)
        waiting.extend((f"{scope}.{message.name}", nested) for nested in message.nested_type)


def _message(
    file: FileDescriptorProto, scope: str, message: DescriptorProto
) -> Iterator[tuple[str, Attributes]]:
    name = f"{scope}.{message.name}"
    yield (
        name,
        {
            "kind": "message",
            "file": file.name,
            "reserved numbers": _ranges((r.start, r.end - 1) for r in message.reserved_range),
            "reserved names": _words(message.reserved_name),
            "extension numbers": _ranges((r.start, r.end - 1) for r in message.extension_range),
            **_options(message.options),
        },
    )
    oneofs = [oneof.name for oneof in message.oneof_decl]
    for oneof in message.oneof_decl:
        yield f"{name}.{oneof.name}", {"kind": "oneof", **_options(oneof.options)}
    for field in (*message.field, *message.extension):
        yield f"{name}.{field.name}", _field(file, field, oneofs)
    for enum in message.enum_type:
        yield from _enum(file, name, enum)


def _field(
    file: FileDescriptorProto, field: FieldDescriptorProto, oneofs: list[str] | tuple[()]
) -> Attributes:
    return {
        "kind": "extension" if field.extendee else "field",
        "number": str(field.number),
        "label": FieldDescriptorProto.Label.Name(field.label).removeprefix("LABEL_").lower(),
        "type": FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower(),
        "type name": field.type_name.lstrip("."),
        "JSON name": field.json_name or _json_name(field.name),
        "oneof": oneofs[field.oneof_index] if field.HasField("oneof_index") else "none",
        "declared optional": _yes(field.proto3_optional),
        "packed": _yes(_packed(file, field)),
        "default": field.default_value or "none",
        "extends": field.extendee.lstrip(".") or "nothing",
        **_options(field.options),
    }


def _enum(
    file: FileDescriptorProto, scope: str, enum: EnumDescriptorProto
) -> Iterator[tuple[str, Attributes]]:
    name = f"{scope}.{enum.name}"
    yield (
        name,
        {
            "kind": "enum",
            "file": file.name,
            "reserved numbers": _ranges((r.start, r.end) for r in enum.reserved_range),
            "reserved names": _words(enum.reserved_name),
            **_options(enum.options),
        },
    )
    for value in enum.value:
        yield (
            f"{name}.{value.name}",
            {"kind": "enum value", "number": str(value.number), **_options(value.options)},
        )


def _service(file: FileDescriptorProto, service: ServiceDescriptorProto) -> tuple[str, Attributes]:
    methods = _words(f"{m.name}({m.input_type}) returns ({m.output_type})" for m in service.method)
    return f"{file.package}.{service.name}", {"kind": "service", "file": file.name, "methods": methods}


def _options(options: Message) -> Attributes:
    """Return the options that are not at their default, custom ones left out."""
    return {
        f"option {field.name}": str(value)
        for field, value in options.ListFields()
        if not field.is_extension and field.name not in _DERIVED and value != field.default_value
    }


def _packed(file: FileDescriptorProto, field: FieldDescriptorProto) -> bool:
    if field.label != FieldDescriptorProto.LABEL_REPEATED or field.type in _UNPACKABLE:
        return False
    return field.options.packed if field.options.HasField("packed") else file.syntax == "proto3"


def _json_name(name: str) -> str:
    """Return the JSON name of a field that declares none: underscores go, and raise what follows."""
    first, *others = name.split("_")
    return first + "".join(other[:1].upper() + other[1:] for other in others)


def _ranges(inclusive: Iterable[tuple[int, int]]) -> str:
    texts = (str(start) if start == end else f"{start} to {end}" for start, end in sorted(inclusive))
    return ", ".join(texts) or "none"


def _words(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or "none"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


# Comparing


def differences(ours: Schema, theirs: Schema) -> list[str]:
    """Return one line for each difference between our files and what counts of theirs, ordered by element."""
    mine = elements(ours)
    other = {_in_our_packages(name): attributes for name, attributes in elements(counted(theirs)).items()}
    lines: list[str] = []
    for name in sorted(mine.keys() | other.keys()):
        if name in mine and name in other:
            lines.extend(f"{name}: {line}" for line in _attribute_lines(mine[name], other[name]))
        elif _scope_on_both_sides(name, mine, other):
            kind = (mine.get(name) or other[name])["kind"]
            lines.append(f"{name}: {kind}: ours {_there(name in mine)} / theirs {_there(name in other)}")
    return lines


def _attribute_lines(mine: Attributes, other: Attributes) -> Iterator[str]:
    for attribute in sorted(mine.keys() | other.keys()):
        ours, theirs = mine.get(attribute, "unset"), _in_our_packages(other.get(attribute, "unset"))
        if ours != theirs:
            yield f"{attribute}: ours {ours} / theirs {theirs}"


def _scope_on_both_sides(name: str, mine: Elements, other: Elements) -> bool:
    """Tell whether a missing element deserves a line: not if the message or enum around it is missing too."""
    scope = name.rpartition(".")[0]
    return (scope in mine) == (scope in other)


def _in_our_packages(name: str) -> str:
    for theirs, ours in zip(THEIRS, OURS, strict=True):
        name = name.replace(f"{theirs}.", f"{ours}.").replace(
            theirs.replace(".", "/"), ours.replace(".", "/")
        )
        name = ours if name == theirs else name
    return name


def _there(present: bool) -> str:
    return "has it" if present else "lacks it"


def main() -> int:
    try:
        version = metadata.version("flyteidl")
    except metadata.PackageNotFoundError:
        version = "none"
    if version != UPSTREAM:
        print(f"flyteidl {UPSTREAM} is needed to compare with; installed: {version}", file=sys.stderr)
        return 2
    ours, theirs = installed(OURS), installed(THEIRS)
    found = differences(ours, theirs)
    for line in found:
        print(line)
    print(f"{len(elements(ours))} elements compared with flyteidl {version}: {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

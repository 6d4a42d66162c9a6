"""Pages of the schema for the documentation site, message by message, from the comments in `proto/`.

`pages()` makes one page a file of the schema. Every message and enum has a heading of its own, named by its
full name, so that types link to each other and other pages can link to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

from flowidl import schema
from scripts.json_schema import commented, elements, is_map

#: Field types by number, as `.proto` files spell them.
SPELLINGS = {
    value.number: value.name.removeprefix("TYPE_").lower()
    for value in FieldDescriptorProto.DESCRIPTOR.enum_types_by_name["Type"].values
}


def own_files() -> list[FileDescriptorProto]:
    """Return the files of our schema, in the order of their names."""
    every = FileDescriptorSet.FromString(schema.descriptor_set()).file
    return sorted((file for file in every if file.package.startswith("flowidl.")), key=lambda file: file.name)


def pages() -> dict[str, str]:
    """Return the text of every page by name, `index.md` among them."""
    files = own_files()
    homes = {element.name: page_name(file) for file in files for element in elements(file)}
    written = {page_name(file): "\n".join(page(file, homes)) + "\n" for file in files}
    return {"index.md": "\n".join(index(files)) + "\n", **written}


def page_name(file: FileDescriptorProto) -> str:
    """Return the name of a file's page: `core.v1.workflow.md`."""
    path = PurePosixPath(file.name).relative_to("flowidl").with_suffix("")
    return ".".join(path.parts) + ".md"


def index(files: Iterable[FileDescriptorProto]) -> Iterator[str]:
    """Yield the lines of the index: every file with its messages and enums."""
    yield "# Schema"
    yield ""
    yield "`core` and `admin` have the same bytes and the same JSON as flyteidl 1.16.8; `report` is our own."
    yield "Every name below is importable from its package, `from flowidl.core.v1 import WorkflowTemplate`."
    package = ""
    for file in files:
        if file.package != package:
            package = file.package
            yield from ("", f"## {package}", "", "| file | messages and enums |", "| --- | --- |")
        top = [*(m.name for m in file.message_type), *(e.name for e in file.enum_type)]
        home = page_name(file)
        listed = ", ".join(f"[{name}]({home}#{file.package}.{name})" for name in top)
        yield f"| [{PurePosixPath(file.name).name}]({home}) | {listed} |"


def page(file: FileDescriptorProto, homes: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of one file's page."""
    comments = dict(commented(file))
    yield f"# {file.package.removeprefix('flowidl.')}: {PurePosixPath(file.name).stem}"
    yield ""
    yield f"From `{file.name}`."
    for element in sorted(elements(file), key=lambda element: element.path):
        if isinstance(element.of, DescriptorProto) and element.of.options.map_entry:
            continue
        yield ""
        yield f"## {element.name.removeprefix(file.package + '.')} {{ #{element.name} }}"
        yield ""
        yield prose(comments.get(element.name, ""))
        yield ""
        if isinstance(element.of, EnumDescriptorProto):
            yield from enum_rows(element.name, element.of, comments)
        else:
            yield from field_rows(element.name, element.of, comments, homes)


def enum_rows(name: str, enum: EnumDescriptorProto, comments: Mapping[str, str]) -> Iterator[str]:
    """Yield a table of an enum's values."""
    yield "| value | number | meaning |"
    yield "| --- | --- | --- |"
    for value in enum.value:
        yield f"| `{value.name}` | {value.number} | {cell(comments.get(f'{name}.{value.name}', ''))} |"


def field_rows(
    name: str, message: DescriptorProto, comments: Mapping[str, str], homes: Mapping[str, str]
) -> Iterator[str]:
    """Yield a table of a message's fields, or say that it has none."""
    if not message.field:
        yield "It has no fields."
        return
    yield "| field | number | type | meaning |"
    yield "| --- | --- | --- | --- |"
    for field in message.field:
        kind = type_text(message, field, homes)
        if field.HasField("oneof_index") and not field.proto3_optional:
            kind += f", one of `{message.oneof_decl[field.oneof_index].name}`"
        meaning = cell(comments.get(f"{name}.{field.name}", ""))
        yield f"| `{field.name}` | {field.number} | {kind} | {meaning} |"


def type_text(message: DescriptorProto, field: FieldDescriptorProto, homes: Mapping[str, str]) -> str:
    """Return a field's type as text, with a link where the type has a heading of its own."""
    entry = is_map(message, field)
    if entry is not None:
        key, value = entry.field
        return f"map of {type_text(message, key, homes)} to {type_text(message, value, homes)}"
    name = field.type_name.removeprefix(".")
    if not name:
        text = f"`{SPELLINGS[field.type]}`"
    elif name in homes:
        text = f"[{name.rpartition('.')[2]}]({homes[name]}#{name})"
    else:
        text = f"`{name}`"
    return f"list of {text}" if field.label == FieldDescriptorProto.LABEL_REPEATED else text


def prose(text: str) -> str:
    """Return a comment as Markdown outside of tables: no angle bracket but in code is an element of HTML."""
    parts = text.split("`")
    return "`".join(part if index % 2 else part.replace("<", "&lt;") for index, part in enumerate(parts))


def cell(text: str) -> str:
    """Return a comment as the content of a table's cell."""
    return prose(text).replace("|", "\\|")

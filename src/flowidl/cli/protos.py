"""`flowidl protos`: the schema for other languages and tools: `.proto` files, descriptor set, JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flowidl.cli.console import CLEAN
from flowidl.cli.framework import Failure, subcommand

if TYPE_CHECKING:
    from flowidl.cli.console import Console


@click.group("protos")
def command() -> None:
    """Hand out the .proto files that this package carries, for any language's compiler, offline.

    \b
    Examples
      protoc -I "$(flowidl protos path)" --go_out=gen flowidl/core/v1/workflow.proto
      flowidl protos export third_party/
      flowidl protos export --templates . && buf generate third_party --template buf.gen.go.yaml
      flowidl protos image flowidl.binpb
    """


@subcommand("path")
@click.pass_obj
def path(console: Console) -> int:
    """Print the folder to give a compiler as its import root."""
    from flowidl import schema

    console.write(f"{schema.path()}\n")
    return CLEAN


@subcommand("export")
@click.argument("folder", type=click.Path(file_okay=False))
@click.option("--templates", is_flag=True, help="Write templates for `buf generate` instead, one a language.")
@click.pass_obj
def export(console: Console, folder: str, templates: bool) -> int:
    """Copy the .proto files below FOLDER, and print their names.

    Files of the same name are overwritten, and nothing else is touched.
    """
    from pathlib import Path

    from flowidl import schema

    try:
        written = schema.export_templates(Path(folder)) if templates else schema.export(Path(folder))
    except OSError as error:
        raise Failure(f"cannot write to {folder}: {error.strerror}") from error
    console.write("".join(f"{file}\n" for file in written))
    return CLEAN


@subcommand("list")
@click.pass_obj
def list_(console: Console) -> int:
    """Print the files' names as `import` statements have them."""
    from flowidl import schema

    console.write("".join(f"{name}\n" for name in schema.files()))
    return CLEAN


@subcommand("image")
@click.argument("file", type=click.Path(dir_okay=False))
@click.pass_obj
def image(console: Console, file: str) -> int:
    """Write the whole schema to FILE as a descriptor set, and print its name.

    A `google.protobuf.FileDescriptorSet` with comments and with the files of Protobuf itself, for tools that
    take schemas without parsing them: `buf generate FILE --path flowidl`.
    """
    from flowidl import schema

    return _written(console, file, schema.descriptor_set())


@subcommand("json-schema")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--configuration", is_flag=True, help="Of flowidl.toml instead, for editors of TOML.")
@click.pass_obj
def json_schema(console: Console, file: str, configuration: bool) -> int:
    """Write JSON Schema of definitions and reports to FILE, and print its name."""
    from flowidl import schema

    return _written(console, file, schema.configuration_schema() if configuration else schema.json_schema())


def _written(console: Console, file: str, data: bytes) -> int:
    from pathlib import Path

    try:
        Path(file).write_bytes(data)
    except OSError as error:
        raise Failure(f"cannot write to {file}: {error.strerror}") from error
    console.write(f"{file}\n")
    return CLEAN


for _command in (path, export, list_, image, json_schema):
    command.add_command(_command)

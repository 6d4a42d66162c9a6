"""`flowidl show`: definitions for reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from flowidl.cli.console import CLEAN, FINDINGS
from flowidl.cli.framework import Failure, subcommand
from flowidl.cli.settings import setting_options
from flowidl.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.cli.console import Console
    from flowidl.paths import FieldPath
    from flowidl.source.definitions import Definition


@subcommand("show")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--name", metavar="PATTERN", help="Only definitions, or files, whose name matches, e.g. '*train*'."
)
@click.option("--full", is_flag=True, help="Every field that is set, unknown ones too.")
@click.option(
    "--as", "language", type=click.Choice(["outline", "tree", "json", "yaml", "text"]), default="outline",
    help="Format. outline: what there is, a line each. tree: as --full.",
)  # fmt: skip
@click.option(
    "--hex", "hex_path", metavar="FIELD_PATH", help="Show the bytes behind a field, e.g. template.id."
)
@click.option(
    "--kind", metavar="KIND", default="", help="Kind of all inputs, e.g. WorkflowSpec. Else found out."
)
@click.option("--text-format", is_flag=True, help="Allow Protobuf text format, for files of your own.")
@setting_options("source", "limits")
@click.pass_obj
def command(
    console: Console,
    /,
    paths: tuple[str, ...],
    name: str | None,
    full: bool,
    language: str,
    hex_path: str | None,
    **given: Any,
) -> int:
    """Print definitions for reading: from files, folders, packages, or - for standard input.

    First an outline: tasks, workflows and launch plans with what they take and give, and the nodes of each
    workflow; everything with --full.

    \b
    Examples
      flowidl show package.tgz
      flowidl show package.tgz --name my.pkg.train --full
      flowidl show package.tgz --as yaml
      flowidl show 2_my.pkg.train_2.pb --hex 'template.nodes[3].inputs[0]'

    Status 1 says that something could not be read; the rest is shown.
    """
    from flowidl.cli.reading import read

    language = "tree" if full and language == "outline" else language
    path = None if hex_path is None else _path(hex_path)
    loaded = read(console, paths, given)
    chosen = [definition for definition in loaded.definitions if name is None or _matches(definition, name)]
    if name is not None and loaded.definitions and not chosen:
        raise Failure(f"no definition matches `{escape(name)}`; without --name all are shown")
    if language == "outline" and path is None:
        for line in _outline(chosen, given, console):
            console.write(line + "\n")
        chosen = []
    for number, definition in enumerate(chosen):
        if number and language != "json":
            console.write("\n" if path or language in ("tree", "text") else "---\n")
        for line in _lines(definition, language, path, console):
            console.write(line + "\n")
    return FINDINGS if any(problem.definition is None for problem in loaded.problems) else CLEAN


def _path(text: str) -> FieldPath:
    from flowidl.paths import FieldPath

    try:
        return FieldPath.parse(text)
    except ValueError as error:
        raise Failure(f"--hex: {error}") from None


def _matches(definition: Definition, pattern: str) -> bool:
    from fnmatch import fnmatchcase

    origin = definition.origin
    names = (
        "" if definition.id is None else definition.id.name,
        origin.member,
        origin.file.rpartition("/")[2],
    )
    return any(fnmatchcase(name, pattern) for name in names if name)


def _outline(definitions: list[Definition], given: dict[str, Any], console: Console) -> Iterator[str]:
    """Yield the outline, and below it in full what an outline has no words for."""
    from flowidl.cli.sources import sources_of
    from flowidl.graph.outline import outline
    from flowidl.source.tree import tree
    from flowidl.sourcecode.definitions import templates

    told = [definition for definition in definitions if next(templates((definition,)), None) is not None]
    yield from outline(told, sources_of(told, given, console) if told else None)
    for definition in definitions:
        if definition not in told:
            yield from _heading(definition)
            yield from tree(definition.message)


def _lines(definition: Definition, language: str, path: FieldPath | None, console: Console) -> Iterator[str]:
    if path is not None:
        yield from _hex(definition, path)
    elif language == "tree":
        from flowidl.source.tree import tree

        yield from _heading(definition)
        yield from tree(definition.message)
    else:
        yield written(definition, language, console).decode().removesuffix("\n")


def written(definition: Definition, language: str, console: Console) -> bytes:
    """Return a definition in a format, saying what it leaves out. Raises `Failure` if it cannot be."""
    from flowidl.cli.reading import where
    from flowidl.source.tree import count_unknown
    from flowidl.source.writing import write

    place = where(definition.origin.file, definition.origin.member)
    if language in ("json", "yaml") and (unknown := count_unknown(definition.message)):
        console.say(f"flowidl: {place}: unknown fields left out of {language}: {unknown}")
    try:
        return write(definition, language)
    except ValueError as error:
        raise Failure(f"{place} cannot be written as {language}: {escape(str(error))}") from None


def _heading(definition: Definition) -> Iterator[str]:
    from flowidl.cli.reading import where
    from flowidl.source.canonical import canonical, digest

    origin = definition.origin
    size = len(canonical(definition.message) if origin.data is None else origin.data)
    subject = "" if definition.id is None else f" {escape(str(definition.id))}"
    yield f"# {definition.kind.label}{subject}"
    yield f"# {where(origin.file, origin.member)}, {size} bytes"
    yield f"# {digest(definition)}"


def _hex(definition: Definition, path: FieldPath) -> Iterator[str]:
    """Yield the bytes behind a field; those of the canonical form if there were no others."""
    from flowidl.cli.reading import where
    from flowidl.paths import FieldPath
    from flowidl.source.canonical import canonical
    from flowidl.source.messages import descriptor
    from flowidl.source.wire.locate import Locator
    from flowidl.source.wire.tables import Table
    from flowidl.source.writing import hexdump

    origin = definition.origin
    data = canonical(definition.message) if origin.data is None else origin.data
    start, end, steps = Locator(data, Table(descriptor(definition.kind))).reach(path)
    if steps < len(path):
        reached = (
            f"`{escape(str(FieldPath(path[:steps])))}` is the nearest that it has"
            if steps
            else "nor the first step of it"
        )
        raise Failure(f"{where(origin.file, origin.member)} has no `{escape(str(path))}`; {reached}")
    encoded = "" if origin.data is not None else " of the binary form"
    yield f"# {where(origin.file, origin.member)}: {escape(str(path)) or 'all'}, bytes {start}-{end}{encoded}"
    yield from hexdump(data, start, end)

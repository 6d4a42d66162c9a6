"""`flowidl convert`: a definition in another format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from flowidl.cli.console import CLEAN
from flowidl.cli.framework import Failure, subcommand
from flowidl.cli.settings import setting_options
from flowidl.escape import escape

if TYPE_CHECKING:
    from flowidl.cli.console import Console
    from flowidl.source.definitions import Definition

FORMATS = ("binary", "json", "yaml", "text")


@subcommand("convert")
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT")
@click.option(
    "--to",
    "language",
    type=click.Choice(FORMATS),
    help="Format of OUT. Else its suffix says: .pb, .json, .yaml, .txtpb.",
)
@click.option(
    "--canonical", is_flag=True, help="Write binary in its canonical form instead of as it was read."
)
@click.option("--kind", metavar="KIND", default="", help="Kind of IN, e.g. WorkflowSpec. Else found out.")
@click.option("--text-format", is_flag=True, help="Allow Protobuf text format, for files of your own.")
@setting_options("limits")
@click.pass_obj
def command(
    console: Console, /, source: str, target: str, language: str | None, canonical: bool, **given: Any
) -> int:
    """Write the definition in IN to OUT in another format. - stands for standard input or output.

    Binary to binary gives the very bytes of IN. JSON and YAML leave out fields that the schema does not know,
    and say so.

    \b
    Examples
      flowidl convert 2_my.pkg.train_2.pb train.json
      flowidl convert train.yaml train.WorkflowSpec.pb
      flowidl convert - - --to json < 2_my.pkg.train_2.pb
    """
    from flowidl.cli.show import written

    language = language or _by_name(target)
    definition = _only(console, source, given)
    if canonical:
        definition = definition._replace(origin=definition.origin._replace(data=None))
    data = written(definition, language, console)
    if target == "-":
        console.write(data if language == "binary" else data.decode())
        return CLEAN
    try:
        with open(target, "wb") as file:
            file.write(data)
    except OSError as error:
        raise Failure(f"cannot write {escape(target)}: {error.strerror}") from None
    return CLEAN


def _by_name(target: str) -> str:
    from flowidl.source.inputs.files import split_name

    _, language = split_name(target)
    if language is None or target.lower().endswith(".gz"):
        raise Failure(f"the name `{escape(target)}` does not tell the format; say it with --to")
    return language


def _only(console: Console, source: str, given: dict[str, Any]) -> Definition:
    from flowidl.cli.reading import read

    found = read(console, (source,), given).definitions
    if len(found) != 1:
        count = "no definition" if not found else f"{len(found)} definitions"
        raise Failure(f"{escape(source)} holds {count}; convert takes one")
    return found[0]

"""How commands are made and found.

`COMMANDS` is the table. A row's module has a click command named `command`; it is imported when the command
is called, so that no command pays for another one. `--help` of the program is written from the table alone.

A command is a function under `@subcommand(...)` that takes a `Console` first and returns an exit status:

    @subcommand("version")
    @click.option("--json", "as_json", is_flag=True, help="As a JSON object.")
    @click.pass_obj
    def command(console: Console, as_json: bool) -> int: ...
"""

from __future__ import annotations

from importlib import import_module
from typing import IO, TYPE_CHECKING, Any, cast

import click

from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowidl.cli.console import Console


class Failure(click.ClickException):
    """Ends a command with a message on standard error and status 2: the call cannot be carried out."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the message as all messages of the program are written."""
        click.echo(f"flowidl: {self.message}", file=file, err=file is None)


class Row(NamedTuple):
    """One command: its name, and what it does in a few words."""

    name: str
    summary: str

    @property
    def module(self) -> str:
        """The module that holds it."""
        return f"flowidl.cli.{self.name}"


COMMANDS = (
    Row("validate", "Check definitions, and say what is wrong with them and where"),
    Row("explain", "Explain a rule, with examples"),
    Row("rules", "List the rules"),
    Row("show", "Print definitions for reading"),
    Row("graph", "Draw workflows, as Mermaid, DOT or JSON"),
    Row("reduce", "Make a package smaller as long as it has a finding"),
    Row("convert", "Write a definition in another format"),
    Row("diff", "Compare two versions by meaning"),
    Row("breaking", "Say whom a new version breaks"),
    Row("digest", "Print digests of what definitions say"),
    Row("compile", "Compile workflows into closures, as the back end does"),
    Row("run", "Run a workflow here and now"),
    Row("package", "Write the workflows of Python modules into a package"),
    Row("protos", "Hand out the .proto files"),
    Row("examples", "Write the examples as files"),
    Row("version", "Print versions"),
    Row("completion", "Print a script that completes commands in a shell"),
)


#: What other tools call what is called otherwise here.
_ELSEWHERE = {
    "check": "validate",
    "lint": "validate",
    "verify": "validate",
    "register": "validate",
    "compare": "diff",
    "serialize": "package",
    "print": "show",
    "cat": "show",
}


def _set_debug(context: click.Context, _: click.Parameter, value: bool) -> None:
    console: Console | None = context.obj
    if value and console is not None:
        console.debug = True


def _set_color(context: click.Context, _: click.Parameter, value: str | None) -> None:
    console: Console | None = context.obj
    if value and console is not None:
        console.color_choice = value


def _common() -> list[click.Parameter]:
    """Options that every command has."""
    return [
        click.Option(
            ["--color"],
            type=click.Choice(["auto", "always", "never"]),
            expose_value=False,
            callback=_set_color,
            help="Use colours. auto: on a terminal, unless NO_COLOR is set.",
        ),
        click.Option(
            ["--debug"],
            is_flag=True,
            expose_value=False,
            callback=_set_debug,
            help="Show the traceback of an internal error.",
        ),
    ]


class Command(click.Command):
    """A command with the options that every command has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(_common())


def subcommand(name: str, *, add_help_option: bool = True) -> Callable[[Callable[..., int]], Command]:
    """Make a command of the function below; its docstring is the help text."""
    return click.command(
        name, cls=Command, add_help_option=add_help_option, context_settings={"max_content_width": 100}
    )


class Program(click.Group):
    """The program: finds commands in the table, and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of the table."""
        del ctx
        return [row.name for row in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        del ctx
        for row in COMMANDS:
            if row.name == cmd_name:
                return cast("click.Command", import_module(row.module).command)
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table, without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(row.name, row.summary) for row in COMMANDS])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments name; for a wrong name, say which one looks like it."""
        name = args[0]
        known = self.list_commands(ctx)
        if name not in known and not name.startswith("-"):
            from difflib import get_close_matches

            close = [_ELSEWHERE[name]] if name in _ELSEWHERE else get_close_matches(name, known, n=1)
            hint = f" Did you mean `{close[0]}`?" if close else ""
            raise click.UsageError(f"There is no command `{name}`.{hint}", ctx)
        return super().resolve_command(ctx, args)

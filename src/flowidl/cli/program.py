"""The program as click sees it: its help, and how a command is called."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

import click

from flowidl.cli.console import CLEAN, USAGE
from flowidl.cli.framework import Program
from flowidl.config.errors import ConfigError

if TYPE_CHECKING:
    from flowidl.cli.console import Console

HELP = """\
Check serialized Flyte tasks, workflows and launch plans before anything is registered, without a cluster.

\b
  flowidl validate package.tgz        check everything in a package
  flowidl explain FI425               what a code means, and what to do
  flowidl show 2_my.pkg.train_2.pb    read a definition

\b
Exit status
  0    nothing wrong, or nothing at or above --fail-on
  1    findings (a file that cannot be decoded is one)
  2    a wrong call, wrong configuration, or no such file
  3    a fault of flowidl itself
"""

#: The variable by which a completion script asks for words.
COMPLETION = "_FLOWIDL_COMPLETE"


def _print_version(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        from flowidl.version import __version__

        click.echo(f"flowidl {__version__}")
        context.exit()


program = Program(
    "flowidl",
    params=[
        click.Option(
            ["-V", "--version"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_print_version,
            help="Print the version. (`flowidl version` tells more.)",
        )
    ],
    help=HELP,
    invoke_without_command=True,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def call(argv: list[str], console: Console) -> int:
    """Call the command that the arguments name, and return its status. A wrong call is said, not raised."""
    with redirect_stdout(console.out), redirect_stderr(console.err):
        try:
            status = _invoke(argv or ["--help"], console)
        except click.ClickException as error:
            shown = io.StringIO()
            error.show(shown)
            console.say(shown.getvalue().rstrip("\n"))
            return USAGE
        except ConfigError as error:
            console.say(f"flowidl: {error}")
            return USAGE
    return status


def _invoke(argv: list[str], console: Console) -> int:
    """Call the command. (`Program.main` would also end the process when a pipe is closed.)"""
    if COMPLETION in console.env:
        program.main(argv, "flowidl", complete_var=COMPLETION)
    try:
        with program.make_context("flowidl", argv, obj=console) as context:
            status: object = program.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    return status if isinstance(status, int) else CLEAN

"""The program `flowidl`: from arguments to an exit status.

`main` takes its streams and returns its status, so that tests call it without a process; `run` is the entry
point. Whatever goes wrong ends here: a wrong call in one line and status 2, a fault of the program itself in
three lines and status 3, a reader that has gone away in silence.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

import click

from flowidl.cli.console import CLEAN, INTERNAL, INTERRUPTED, PIPE_CLOSED, USAGE, Console
from flowidl.cli.framework import Program

if TYPE_CHECKING:
    from collections.abc import Sequence

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

program = Program(
    "flowidl",
    help=HELP,
    invoke_without_command=True,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def run() -> None:
    """Run the program as a process, and end it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main(sys.argv[1:], Console()))


def main(argv: Sequence[str], console: Console) -> int:
    """Run the program with some arguments and return its exit status. Raises nothing but `SystemExit`."""
    try:
        status = _run(list(argv), console)
        console.out.flush()
    except BrokenPipeError:
        return _without_reader()
    except KeyboardInterrupt:
        console.say("flowidl: interrupted")
        return INTERRUPTED
    except Exception as error:
        return _internal(error, console)
    return status


def _run(argv: list[str], console: Console) -> int:
    from contextlib import redirect_stderr, redirect_stdout

    from flowidl.config.values import ConfigError

    with redirect_stdout(console.out), redirect_stderr(console.err):
        try:
            status = _invoke(argv or ["--help"], console)
        except click.ClickException as error:
            error.show(console.err)
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


def _without_reader() -> int:
    """End quietly when whoever reads our output has gone; later writes must not complain either."""
    import os

    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 1)
    return PIPE_CLOSED


def _internal(error: Exception, console: Console) -> int:
    """Say that the program itself is at fault, and how to report it."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = "" if frame is None else f" in {frame.tb_frame.f_code.co_qualname}, line {frame.tb_lineno}"
    console.say(f"flowidl: internal error: {type(error).__name__}: {error}{where}")
    console.say("This is a fault of flowidl, not of your definitions. Please report it with the output of")
    console.say("`flowidl version` and, if you can share it, the input. --debug shows the traceback.")
    if console.debug:
        import traceback

        traceback.print_exception(error, file=console.err)
    return INTERNAL

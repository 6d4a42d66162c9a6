"""The program `flowidl`: from arguments to an exit status.

`main` takes its streams and returns its status, so that tests call it without a process; `run` is the entry
point. Whatever goes wrong ends here: a wrong call in one line and status 2, a fault of the program itself in
three lines and status 3, a reader that has gone away in silence.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import TYPE_CHECKING

from flowidl.cli.console import CLEAN, FINDINGS, INTERNAL, INTERRUPTED, PIPE_CLOSED, Console

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What to do after a fault of the program itself.
REPORT = (
    "This is a fault of flowidl, not of your definitions. Please report it, with",
    "  - what `flowidl version` prints, and what this command prints with --debug",
    "  - an input that shows it: `flowidl reduce INPUT --code FI900 --anonymise -o small.tgz` makes a small",
    "    one without your names, if definitions could be read; look at it before you send it",
)

#: New objects before the collector looks for garbage. A run makes little of it, and much that stays.
_COLLECT_AFTER = 100_000


def run() -> None:
    """Run the program as a process, and end it."""
    import gc

    gc.set_threshold(_COLLECT_AFTER)
    lost = _open_missing_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    console = Console()
    status = main(sys.argv[1:], console)
    if lost and status in (CLEAN, FINDINGS):
        console.say("flowidl: standard output is closed")
        status = INTERNAL
    _end(status)


def _open_missing_streams() -> bool:
    """Stand in for the streams that whoever started the program has closed; tell whether output is lost."""
    lost = sys.stdout is None
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - until the end
    return lost


def _end(status: int) -> None:
    """End the process without taking everything apart first, which takes longer than a small run itself."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            status = INTERNAL  # what could not be written has been said, if anything can be
    os._exit(status)


def main(argv: Sequence[str], console: Console) -> int:
    """Run the program with some arguments and return its exit status. Raises nothing but `SystemExit`."""
    try:
        from flowidl.cli.program import call

        status = call(list(argv), console)
        console.out.flush()
    except BrokenPipeError:
        return _without_reader()
    except KeyboardInterrupt:
        console.say("flowidl: interrupted")
        return INTERRUPTED
    except OSError as error:
        return _unwritten(error, console)
    except Exception as error:
        return _internal(error, console)
    return status


def _unwritten(error: OSError, console: Console) -> int:
    """Say in one line what the system refused: a full disk, a closed stream, a folder that is gone."""
    if console.debug:
        return _internal(error, console)
    about = f": {error.filename}" if error.filename else ""
    with suppress(OSError):
        console.say(f"flowidl: the system refused: {error.strerror or error}{about}")
    return INTERNAL


def _without_reader() -> int:
    """End quietly when whoever reads our output has gone; later writes must not complain either."""
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
    for line in REPORT:
        console.say(line)
    if console.debug:
        import traceback

        console.say("".join(traceback.format_exception(error)).rstrip("\n"))
    return INTERNAL

"""What a command may touch of the world: its streams, whether people look at them, and today's date.

Commands write data to `out` and talk to `err`. Tests hand in streams of their own, and nothing else changes.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, BinaryIO, TextIO

from flowidl.escape import escape, without_commands

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

#: Exit statuses.
CLEAN, FINDINGS, USAGE, INTERNAL, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 3, 130, 141

_MIN_WIDTH, _MAX_WIDTH, _DEFAULT_WIDTH = 40, 120, 100


class Console:
    """Streams and surroundings of one run."""

    def __init__(
        self,
        stdin: BinaryIO | None = None,
        out: TextIO | None = None,
        err: TextIO | None = None,
        env: Mapping[str, str] | None = None,
        folder: str | None = None,
        today: date | None = None,
    ) -> None:
        self._stdin = stdin
        self.out = sys.stdout if out is None else out
        self.err = sys.stderr if err is None else err
        self.env = os.environ if env is None else env
        self._folder = folder
        self._today = today
        self.color_choice = "auto"
        self.debug = False

    @property
    def stdin(self) -> BinaryIO:
        """Standard input, as bytes."""
        return sys.stdin.buffer if self._stdin is None else self._stdin

    @property
    def folder(self) -> str:
        """The folder that the program was started in; configuration is looked for from here upward."""
        return os.getcwd() if self._folder is None else self._folder

    @property
    def today(self) -> date:
        """The day on which suppressions expire or not. The one place where the clock is read."""
        if self._today is None:
            from datetime import date

            return date.today()
        return self._today

    def write(self, data: str | bytes, *, commands: bool = False) -> None:
        """Write a command's result to standard output.

        Only text that consists of `commands` to a build service may have lines that it obeys.
        """
        if isinstance(data, str):
            self.out.write(data if commands else without_commands(data))
        else:
            self.out.flush()
            self.out.buffer.write(data)
            self.out.buffer.flush()

    def say(self, text: str) -> None:
        """Write lines for people to standard error, safe to print whatever was put into them."""
        self.tell("\n".join(map(escape, text.split("\n"))) + "\n")

    def tell(self, rendered: str) -> None:
        """Write text that is escaped already, and may be coloured, to standard error."""
        self.err.write(without_commands(rendered))

    def colorful(self, stream: TextIO) -> bool:
        """Tell whether to use colours: as asked for, else on a terminal.

        `NO_COLOR` forbids them and `FORCE_COLOR` asks for them, in that order, unless `--color` says what to
        do.
        """
        if self.color_choice != "auto":
            return self.color_choice == "always"
        if self.env.get("NO_COLOR"):
            return False
        if self.env.get("FORCE_COLOR", "0") not in ("", "0"):
            return True
        return stream.isatty() and self.env.get("TERM") != "dumb"

    @property
    def width(self) -> int:
        """The number of columns to wrap text at: `COLUMNS`, else the terminal's, at most 120; 0 elsewhere.

        A log is not wrapped: it is searched by line, and some build servers carry out commands that stand at
        the beginning of a line.
        """
        given = self.env.get("COLUMNS", "")
        if given.isascii() and given.isdecimal() and len(given) < 6 and int(given):
            columns = int(given)
        elif self.out.isatty():
            try:
                columns = os.get_terminal_size(self.out.fileno()).columns
            except OSError:
                columns = _DEFAULT_WIDTH
        else:
            return 0
        return max(_MIN_WIDTH, min(columns, _MAX_WIDTH))

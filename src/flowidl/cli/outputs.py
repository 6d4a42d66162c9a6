"""Where a report goes: formats with files or standard output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.cli.framework import Failure
from flowidl.report.formats import FORMATS, Format, Style, renderer
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flowidl.cli.console import Console
    from flowidl.graph.model import Drawing
    from flowidl.report.model import Report

STDOUT = "-"


class Output(NamedTuple):
    """One rendering of the report: its format, and the file it goes to (`-`: standard output)."""

    format: str
    file: str = STDOUT


def parse(texts: Iterable[str], default: str) -> list[Output]:
    """Read `FORMAT[=FILE]`; without any, the default goes to standard output. Raises `Failure`."""
    outputs = [_parsed(text) for text in texts] or [Output(default)]
    if sum(output.file == STDOUT for output in outputs) > 1:
        raise Failure("--output: only one format can go to standard output; give the others a file")
    return outputs


def _parsed(text: str) -> Output:
    name, _, file = text.partition("=")
    known = [row.name for row in FORMATS]
    if name not in known:
        from flowidl.config.values import suggestion

        raise Failure(f"--output: there is no format `{name}`{suggestion(name, known)}")
    return Output(name, file or STDOUT)


def draws_any(outputs: Iterable[Output]) -> bool:
    """Tell whether any of the formats shows pictures of workflows."""
    return any(row.draws for row in FORMATS if row.name in {output.format for output in outputs})


def write(
    report: Report,
    outputs: Iterable[Output],
    console: Console,
    *,
    verbose: bool,
    quiet: bool,
    uncapped: Callable[[], Report],
    drawing: Drawing | None = None,
) -> None:
    """Render the report in each format; one that counts findings gets the report with all of them.

    Raises `Failure` for a file that cannot be written.
    """
    for output in outputs:
        here = output.file == STDOUT
        row = _row(output.format)
        style = Style(
            color=here and console.colorful(console.out),
            width=console.width if here else 0,
            verbose=verbose,
            quiet=quiet,
            drawing=drawing,
        )
        rendered = renderer(output.format)(uncapped() if row.counts else report, style)
        if here:
            write_here(rendered, console, commands=row.commands)
        else:
            write_file(output.file, rendered)


def _row(name: str) -> Format:
    return next(row for row in FORMATS if row.name == name)


def write_here(data: str | bytes, console: Console, *, commands: bool = False) -> None:
    """Write to standard output. Raises `Failure` for bytes on a terminal, which nobody can read there."""
    if isinstance(data, bytes) and console.out.isatty():
        raise Failure("standard output is a terminal, and the output is binary; name a file, or use a pipe")
    console.write(data, commands=commands)


def write_file(name: str, data: str | bytes) -> None:
    """Write a file as a whole. Raises `Failure`."""
    content = data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data
    try:
        with open(name, "wb") as file:  # pathlib costs its import
            file.write(content)
    except OSError as error:
        raise Failure(f"cannot write {name}: {error.strerror}") from error

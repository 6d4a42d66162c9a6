"""`flowidl examples`: the examples as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flowidl.cli.console import CLEAN
from flowidl.cli.framework import Failure, subcommand
from flowidl.escape import escape

if TYPE_CHECKING:
    from flowidl.cli.console import Console


@subcommand("examples")
@click.argument("folder", type=click.Path(file_okay=False))
@click.pass_obj
def command(console: Console, folder: str) -> int:
    """Write the examples into FOLDER, and print their names.

    Each is a program to run and to change. A file that you have changed is never overwritten.

    \b
    Examples
      flowidl examples flowidl-examples
      python flowidl-examples/quickstart.py
    """
    from pathlib import Path

    from flowidl import examples

    try:
        written = examples.export(Path(folder))
    except FileExistsError as error:
        raise Failure(f"{escape(str(error.filename))}: {error.strerror}; name another folder") from error
    except OSError as error:
        raise Failure(f"cannot write to {escape(folder)}: {error.strerror}") from error
    console.write("".join(f"{escape(str(file))}\n" for file in written))
    return CLEAN

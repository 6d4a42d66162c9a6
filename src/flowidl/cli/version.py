"""`flowidl version`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flowidl.cli.console import CLEAN
from flowidl.cli.framework import subcommand

if TYPE_CHECKING:
    from flowidl.cli.console import Console


@subcommand("version")
@click.option("--json", "as_json", is_flag=True, help="As a JSON object.")
@click.pass_obj
def command(console: Console, as_json: bool) -> int:
    """Print the version of flowidl, and of everything that decides how definitions are read.

    A bug report should hold this.
    """
    from flowidl.version import versions

    found = versions()._asdict()
    if as_json:
        import json

        console.write(json.dumps(found, indent=2) + "\n")
    else:
        width = max(map(len, found))
        console.write("".join(f"{name:<{width}}  {value}\n" for name, value in found.items()))
    return CLEAN

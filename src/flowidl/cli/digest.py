"""`flowidl digest`: what each definition says, as one line that is equal for equal meanings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from flowidl.cli.console import CLEAN
from flowidl.cli.framework import subcommand
from flowidl.cli.settings import setting_options
from flowidl.escape import escape

if TYPE_CHECKING:
    from flowidl.changes.entities import Entity, EntityKey
    from flowidl.cli.console import Console


@subcommand("digest")
@click.argument("path", metavar="PATH")
@click.option(
    "--changed-since", "old", metavar="OLD", help="Only what is new or says something else than in OLD."
)
@click.option("--json", "as_json", is_flag=True, help="As a JSON object, from `kind name` to digest.")
@click.option(
    "--kind", metavar="KIND", default="", help="Kind of all inputs, e.g. WorkflowSpec. Else found out."
)
@setting_options("project", "domain", "limits")
@click.pass_obj
def command(console: Console, /, path: str, old: str | None, as_json: bool, **given: Any) -> int:
    """Print a digest of each task, workflow and launch plan, so that a pipeline registers only what changed.

    Two versions of an entity have one digest if they say the same: versions, orders and units do not count,
    image tags do. A digest is stable for one version of flowidl.

    \b
    Examples
      flowidl digest package.tgz
      flowidl digest package.tgz --changed-since released.tgz
    """
    from flowidl.changes.digest import changed_since, digests

    new = _entities(path, console, given)
    found = digests(new) if old is None else changed_since(_entities(old, console, given), new)
    if as_json:
        from json import dumps

        console.write(dumps({str(key): value for key, value in found.items()}, indent=2) + "\n")
    else:
        console.write("".join(f"{value}  {escape(str(key))}\n" for key, value in found.items()))
    return CLEAN


def _entities(text: str, console: Console, given: dict[str, Any]) -> dict[EntityKey, Entity]:
    from flowidl.changes.entities import entities
    from flowidl.cli.versions import read_version
    from flowidl.compiler.analyse import analyse
    from flowidl.compiler.targets import DEFAULT_TARGET

    return entities(analyse(read_version(text, console, given).definitions, DEFAULT_TARGET))

"""`flowidl diff`: what changed between two versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from flowidl.cli.console import CLEAN, FINDINGS
from flowidl.cli.framework import subcommand
from flowidl.cli.settings import setting_options

if TYPE_CHECKING:
    from flowidl.changes import Comparison
    from flowidl.cli.console import Console


@subcommand("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--format", "language", type=click.Choice(["text", "json", "markdown", "html"]), default="text",
    help="How to print the changes. html: one page, side by side.",
)  # fmt: skip
@click.option("--versions", is_flag=True, help="Versions of entities and SDKs count.")
@click.option("--tags", is_flag=True, help="Tags and digests of images count.")
@click.option("--order", is_flag=True, help="The order of nodes, variables and the like counts.")
@click.option("--units", is_flag=True, help="The way in which a quantity is written counts: 1Gi or 1024Mi.")
@click.option(
    "--kind", metavar="KIND", default="", help="Kind of all inputs, e.g. WorkflowSpec. Else found out."
)
@setting_options("project", "domain", "limits")
@click.pass_obj
def command(console: Console, /, old: str, new: str, language: str, **given: Any) -> int:
    """Compare two versions by meaning, and print what changed.

    OLD and NEW are packages, folders or files, as for `validate`, or git#ref=main,path=package.tgz.
    Versions, image tags, the order of files, nodes, fields and map entries, and other units of equal
    quantities are noise and left out unless asked for.

    \b
    Examples
      flowidl diff released.tgz package.tgz
      flowidl diff git#ref=main,path=build package.tgz --format markdown

    \b
    Exit status
      0    the same
      1    there are changes
      2    a wrong call, or something that cannot be read
      3    a fault of flowidl itself
    """
    from flowidl.changes import Attention, compare
    from flowidl.cli.versions import read_version

    attention = Attention(*(given[name] for name in ("versions", "tags", "order", "units")))
    sides = [read_version(text, console, given) for text in (old, new)]
    comparison = compare(sides[0].definitions, sides[1].definitions, attention)
    console.write(_rendered(comparison, language, console, old, new))
    return CLEAN if comparison.same else FINDINGS


def _rendered(comparison: Comparison, language: str, console: Console, old: str, new: str) -> str:
    from flowidl.changes import render

    if language == "html":
        from flowidl.changes.html import html

        return html(comparison, old=old, new=new)
    if language == "json":
        return render.json(comparison)
    if language == "markdown":
        return render.markdown(comparison)
    return render.text(comparison, color=console.colorful(console.out))

"""`flowidl graph`: pictures of workflows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from flowidl.cli.console import CLEAN, FINDINGS
from flowidl.cli.framework import Failure, subcommand
from flowidl.cli.settings import setting_options

if TYPE_CHECKING:
    from flowidl.cli.console import Console
    from flowidl.graph.marks import FindingMarks
    from flowidl.graph.model import Drawing
    from flowidl.source.problems import Loaded

_FORMATS = ("mermaid", "dot", "json")


@subcommand("graph")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--name", metavar="PATTERN", help="Only workflows whose name matches, e.g. '*train*'.")
@click.option(
    "--format", "language", type=click.Choice(_FORMATS), default="mermaid",
    help="mermaid: a flowchart for Markdown. dot: for Graphviz. json: for programs.",
)  # fmt: skip
@click.option("--calls", is_flag=True, help="Draw which entity uses which, in place of the workflows.")
@click.option("--types", is_flag=True, help="Write on each edge what goes along it, and its type.")
@click.option("--expand", is_flag=True, help="Draw sub-workflows as boxes inside those that use them.")
@click.option("--findings", is_flag=True, help="Check the definitions, and mark what is wrong with them.")
@click.option(
    "--kind", metavar="KIND", default="", help="Kind of all inputs, e.g. WorkflowSpec. Else found out."
)
@click.option("--text-format", is_flag=True, help="Allow Protobuf text format, for files of your own.")
@setting_options("source", "limits")
@click.pass_obj
def command(
    console: Console,
    /,
    paths: tuple[str, ...],
    name: str | None,
    language: str,
    calls: bool,
    types: bool,
    expand: bool,
    findings: bool,
    **given: Any,
) -> int:
    """Draw workflows: what runs after what, with branches, gates, maps and sub-workflows.

    \b
    Examples
      flowidl graph package.tgz --name my.pkg.train
      flowidl graph package.tgz --calls --format dot | dot -Tsvg > calls.svg
      flowidl graph package.tgz --findings --types >> $GITHUB_STEP_SUMMARY
      flowidl graph package.tgz --format json --source services/shop

    Nodes know the line of the code that made them, if the sources are at hand (--source). Status 1 says that
    something could not be read; the rest is drawn.
    """
    from importlib import import_module

    from flowidl.cli.reading import read
    from flowidl.cli.sources import sources_of
    from flowidl.graph.draw import draw, only
    from flowidl.graph.options import Look

    loaded = read(console, paths, given)
    sources = sources_of(loaded.definitions, given, console)
    marks = _marks(loaded) if findings else None
    drawing = draw(loaded.definitions, sources, marks)
    if name is not None:
        drawing = _matching(only, drawing, name)
    module = "json_format" if language == "json" else language
    render = import_module(f"flowidl.graph.{module}").render
    console.write(render(drawing, Look(types=types, expand=expand, calls=calls)))
    return FINDINGS if any(problem.definition is None for problem in loaded.problems) else CLEAN


def _matching(only: Any, drawing: Drawing, pattern: str) -> Drawing:
    from fnmatch import fnmatchcase

    from flowidl.escape import escape

    def wanted(name: str) -> bool:
        return fnmatchcase(name, pattern)

    found: Drawing = only(drawing, wanted)
    if not found.workflows:
        raise Failure(f"no workflow matches `{escape(pattern)}`; `flowidl show` lists what there is")
    return found


def _marks(loaded: Loaded) -> FindingMarks:
    from flowidl.graph.marks import FindingMarks
    from flowidl.validator.pipeline import examine_loaded

    return FindingMarks(examine_loaded(loaded).findings, loaded.definitions)

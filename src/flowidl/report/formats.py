"""The table of output formats, and how a report is rendered in one of them.

A renderer is a module of this room with one pure function, `render(report, style)`, that returns the whole
output: text, or bytes for a binary format. It is imported when its format is asked for. To add a format, add
its module and one row here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowidl.graph.model import Drawing
    from flowidl.report.model import Report

    Renderer = Callable[[Report, "Style"], str | bytes]


class Style(NamedTuple):
    """How text for people looks. Formats for programs take no notice of it.

    `width` is the number of columns to wrap at, 0 for none. `verbose` shows what is else only counted (what
    follows from a finding, what was not checked); `quiet` leaves the summary out. `drawing` are the
    pictures for formats that have any.
    """

    color: bool = False
    width: int = 100
    verbose: bool = False
    quiet: bool = False
    drawing: Drawing | None = None


DEFAULT_STYLE = Style()


class Format(NamedTuple):
    """One output format: its name on the command line, its module, and what it is for."""

    name: str
    module: str
    summary: str
    #: Whether it shows pictures of workflows (`Style.drawing`).
    draws: bool = False
    #: Whether its lines are commands to a build service.
    commands: bool = False
    #: Whether it counts findings rather than list them, so that no cap applies.
    counts: bool = False


FORMATS = (
    Format("text", "text", "findings in full, for people (the default)"),
    Format("concise", "concise", "one line a finding"),
    Format("statistics", "statistics", "how many findings of which rule", counts=True),
    Format("json", "json_format", "the whole report, as proto JSON of flowidl.report.v1.Report"),
    Format("jsonl", "json_lines", "one JSON object a line: each finding, then the rest of the report"),
    Format("sarif", "sarif", "SARIF 2.1.0, for code scanning"),
    Format("github", "github", "annotations of GitHub Actions", commands=True),
    Format("gitlab", "gitlab", "code quality report of GitLab"),
    Format("azure", "azure", "issues of a run of Azure Pipelines", commands=True),
    Format("rdjson", "rdjson", "diagnostics for reviewdog"),
    Format("junit", "junit", "JUnit XML, for test reports"),
    Format("markdown", "markdown", "a summary with pictures, for a job or merge request", draws=True),
    Format("html", "html", "a page to look at: findings, and a picture of each workflow", draws=True),
    Format("binary", "binary", "the message flowidl.report.v1.Report itself"),
)


def renderer(name: str) -> Renderer:
    """Return the renderer of a format. Raises `KeyError` for a name that is not in the table."""
    for row in FORMATS:
        if row.name == name:
            render: Renderer = import_module(f"flowidl.report.{row.module}").render
            return render
    raise KeyError(name)


def render(report: Report, name: str = "text", style: Style = DEFAULT_STYLE) -> str | bytes:
    """Return a report in one of the formats."""
    return renderer(name)(report, style)

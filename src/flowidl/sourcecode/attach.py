"""Findings that point into the sources.

A finding on an input points at the value that the code gives it, one on a node at the call that made the
node, any other at the definition of its entity. If the call cannot be told for certain, the finding points at
the definition of the workflow, and says so.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flowidl.core.v1.workflow_pb2 import WorkflowTemplate
from flowidl.findings import SourcePosition
from flowidl.sourcecode.definitions import Aim, Directory
from flowidl.sourcecode.locate import Sources, find

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flowidl.findings import Finding, Location
    from flowidl.source.definitions import Definition
    from flowidl.sourcecode.position import Position

#: Longest line that is kept as an excerpt.
MAX_EXCERPT = 2000


def with_positions(
    findings: Sequence[Finding], definitions: Iterable[Definition], folder: str, current: str = "."
) -> tuple[Finding, ...]:
    """Return findings with the line of the user's code, where there are sources and they tell.

    `folder` is where the sources are, or empty to look in the current folder and in the package itself.
    """
    known = list(definitions)
    sources = find(known, folder, current)
    if sources is None or not sources.knows_any:
        return tuple(findings)
    directory = Directory(known)
    return tuple(_pointed(finding, directory, sources) for finding in findings)


def _pointed(finding: Finding, directory: Directory, sources: Sources) -> Finding:
    related = tuple(
        entry._replace(location=_located(entry.location, directory, sources)) for entry in finding.related
    )
    return finding._replace(location=_located(finding.location, directory, sources), related=related)


def _located(location: Location, directory: Directory, sources: Sources) -> Location:
    aim = directory.aim(location)
    if aim is None:
        return location
    position, nearest = _position(aim, sources)
    return location if position is None else location._replace(source=_source(position, nearest, sources))


def _position(aim: Aim, sources: Sources) -> tuple[Position | None, bool]:
    if not isinstance(aim.template, WorkflowTemplate):
        known = sources.task if aim.kind == "task" else sources.launch_plan
        return known(aim.name), False
    if aim.node:
        place = sources.nodes(aim.template).get(aim.node)
        if place is not None and place.position is not None:
            return place.inputs.get(aim.var) or place.position, False
    return sources.workflow(aim.name), bool(aim.node)


def _source(position: Position, nearest: bool, sources: Sources) -> SourcePosition:
    return SourcePosition(
        _as_seen(sources.path(position)),
        position.line,
        position.column,
        position.end_line,
        position.end_column,
        sources.line(position)[:MAX_EXCERPT],
        nearest,
    )


def _as_seen(path: str) -> str:
    """Return an absolute path relative to the current folder, if it is below it."""
    if not os.path.isabs(path):  # noqa: PTH117 - pathlib costs its import
        return path
    relative = os.path.relpath(path).replace(os.sep, "/")
    return path if relative.startswith("../") else relative

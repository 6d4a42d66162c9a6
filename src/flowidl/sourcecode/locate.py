"""Source positions for definitions: from where they were read, or where the caller says, to lines.

    sources = find(definitions, folder="services/shop")   # Sources, or None if there are none
    sources.task("shop.wf.train"), sources.nodes(template)["n3"].position

Without a folder the sources are looked for in the current one, and then in the source archive inside the
package. A folder counts only if it has one of the modules that the definitions speak of.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from flowidl.core.v1.tasks_pb2 import TaskTemplate
from flowidl.core.v1.workflow_pb2 import WorkflowTemplate
from flowidl.sourcecode.archive import library_in
from flowidl.sourcecode.definitions import launch_plan_name, templates
from flowidl.sourcecode.modules import Library
from flowidl.sourcecode.placing import Placer, placer
from flowidl.sourcecode.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowidl.source.definitions import Definition
    from flowidl.sourcecode.placing import NodePlace
    from flowidl.sourcecode.position import Position

#: Asks for sources wherever they usually are.
ANYWHERE = ""


class Sources:
    """The sources of some definitions. `folder` is what files are relative to; empty for an archive."""

    def __init__(self, library: Library, definitions: Iterable[Definition], folder: str = "") -> None:
        found = list(templates(definitions))
        self._library = library
        self._placer: Placer = placer(
            library,
            [template for template in found if isinstance(template, WorkflowTemplate)],
            [template for template in found if isinstance(template, TaskTemplate)],
            filter(None, map(launch_plan_name, found)),
        )
        self._nodes: dict[int, tuple[WorkflowTemplate, Mapping[str, NodePlace]]] = {}
        self.folder = folder

    @property
    def knows_any(self) -> bool:
        """Tell whether any module that the definitions speak of is among the sources."""
        return self._placer.knows_any

    def task(self, name: str) -> Position | None:
        """Return where a task is defined."""
        return self._placer.entity(Kind.TASK, name)

    def workflow(self, name: str) -> Position | None:
        """Return where a workflow is defined."""
        return self._placer.entity(Kind.WORKFLOW, name)

    def launch_plan(self, name: str) -> Position | None:
        """Return where a launch plan is defined."""
        return self._placer.entity(Kind.LAUNCH_PLAN, name)

    def nodes(self, template: WorkflowTemplate) -> Mapping[str, NodePlace]:
        """Return where the nodes of a workflow are made, by path."""
        known = self._nodes.get(id(template))
        if known is None:
            # the template is kept, so that its id stays its own
            known = self._nodes[id(template)] = (template, self._placer.workflow(template))
        return known[1]

    def path(self, position: Position) -> str:
        """Return a position's file as seen from the current folder."""
        return posixpath.normpath(posixpath.join(self.folder.replace("\\", "/"), position.file))

    def line(self, position: Position) -> str:
        """Return the text of the first line of a position."""
        text = self._library.text_of(position.file)
        lines = text.lines if text is not None else ()
        return lines[position.line - 1] if position.line <= len(lines) else ""


def find(definitions: Iterable[Definition], folder: str = ANYWHERE, current: str = ".") -> Sources | None:
    """Return the sources of definitions: in a folder, or if none is named wherever they usually are.

    `current` is the folder to look in first. `None` if there are none; a folder that is named and has no
    fitting module gives sources that know no position.
    """
    known = list(definitions)
    if folder != ANYWHERE:
        return Sources(Library.of_folder(folder), known, folder)
    nearby = Library.of_folder(current)
    if nearby.files:
        sources = Sources(nearby, known)
        if sources.knows_any:
            return sources
    for package in dict.fromkeys(d.origin.file for d in known if d.origin.member):
        library = library_in(package)
        if library is not None:
            return Sources(library, known)
    return None

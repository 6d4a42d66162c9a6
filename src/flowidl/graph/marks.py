"""Which findings belong to which entity and node."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from flowidl.sourcecode.definitions import Directory

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowidl.findings import Finding
    from flowidl.source.definitions import Definition


class FindingMarks:
    """Findings by entity and node. One that is about an entity as a whole belongs to no node of it."""

    def __init__(self, findings: Iterable[Finding], definitions: Iterable[Definition]) -> None:
        self._found: defaultdict[tuple[str, str, str], list[Finding]] = defaultdict(list)
        directory = Directory(definitions)
        for finding in findings:
            aim = directory.aim(finding.location)
            if aim is not None:
                self._found[aim.kind, aim.name, aim.node].append(finding)

    def of(self, kind: str, name: str, node: str = "") -> tuple[Finding, ...]:
        """Return the findings on an entity itself, or on one of a workflow's nodes."""
        return tuple(self._found.get((kind, name, node), ()))

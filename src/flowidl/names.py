"""Names of things: identifiers as keys, as registration completes them, and as people read and sort them."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from flowidl.core.v1.identifier_pb2 import Identifier

#: Members of `core.ResourceType`.
TASK, WORKFLOW, LAUNCH_PLAN, DATASET = 1, 2, 3, 4

#: Words for `core.ResourceType`, by number.
RESOURCE_WORDS = {
    0: "entity",
    TASK: "task",
    WORKFLOW: "workflow",
    LAUNCH_PLAN: "launch plan",
    DATASET: "dataset",
}

START_NODE = "start-node"
END_NODE = "end-node"


#: What stands for a project, domain or version that registration fills in.
_UNSET = frozenset(
    {"", "{{ registration.project }}", "{{ registration.domain }}", "{{ registration.version }}"}
)


_DIGITS = re.compile("([0-9]+)")


def natural_key(text: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts names as people do: `2_fit.pb` before `10_fit.pb`.

    Numbers are never made of the digits, of which there may be thousands.
    """
    parts = _DIGITS.split(text)
    return tuple(
        (len(part.lstrip("0")) + 1, part.lstrip("0")) if number else (0, part)
        for part, number in zip(parts, itertools.cycle((False, True)), strict=False)
    )


class EntityId(NamedTuple):
    """`core.Identifier` as a hashable key. Two identifiers are the same only if all six fields are equal."""

    resource_type: int
    project: str
    domain: str
    name: str
    version: str
    org: str = ""

    @classmethod
    def of(cls, identifier: Identifier) -> EntityId:
        """Return the key of an `Identifier` message."""
        return cls(
            identifier.resource_type,
            identifier.project,
            identifier.domain,
            identifier.name,
            identifier.version,
            identifier.org,
        )

    def hydrated(self, project: str, domain: str, version: str) -> EntityId:
        """Return this key with empty parts filled in, as registration does for packaged entities."""
        if self.project not in _UNSET and self.domain not in _UNSET and self.version not in _UNSET:
            return self
        return self._replace(
            project=project if self.project in _UNSET else self.project,
            domain=domain if self.domain in _UNSET else self.domain,
            version=version if self.version in _UNSET else self.version,
        )

    def __str__(self) -> str:
        """Return the name in the user's words, e.g. `workflow my.pkg.train`."""
        return f"{RESOURCE_WORDS.get(self.resource_type, 'entity')} {self.name or '(no name)'}"

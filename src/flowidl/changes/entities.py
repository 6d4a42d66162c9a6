"""What can be registered, whatever kind of file it came in: one entity per kind, project, domain and name.

A version is not part of the key: two packages hold the same entity in two versions. Of several definitions
with one key the last counts, as for the compiler.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import LaunchPlanRecord, TaskRecord, WorkflowAnalysis
from flowidl.names import RESOURCE_WORDS
from flowidl.source.definitions import Kind
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.protobuf.message import Message

    from flowidl.compiler.model import Model
    from flowidl.names import EntityId

    Record = TaskRecord | WorkflowAnalysis | LaunchPlanRecord


_SPECS = (Kind.TASK_SPEC, Kind.WORKFLOW_SPEC, Kind.LAUNCH_PLAN)


class EntityKey(NamedTuple):
    """What an entity is matched by."""

    resource_type: int
    org: str
    project: str
    domain: str
    name: str

    @classmethod
    def of(cls, id: EntityId) -> EntityKey:
        """Return the key of an identifier."""
        return cls(id.resource_type, id.org, id.project, id.domain, id.name)

    @property
    def kind(self) -> str:
        """`task`, `workflow` or `launch plan`."""
        return RESOURCE_WORDS.get(self.resource_type, "entity")

    def __str__(self) -> str:
        return f"{self.kind} {self.name or '(no name)'}"


class Entity(NamedTuple):
    """One entity of one version: its key, the compiler's record of it, and its message."""

    key: EntityKey
    record: Record

    @property
    def message(self) -> Message:
        """The template or spec that says what it is."""
        message = self.record.spec if isinstance(self.record, LaunchPlanRecord) else self.record.template
        assert message is not None
        return message

    @property
    def around(self) -> Message | None:
        """The message that the entity came in, for what it says beside the entity: its documentation."""
        definition = self.record.definition
        own = definition.id is not None and EntityKey.of(definition.id) == self.key
        return definition.message if own and definition.kind in _SPECS else None


def entities(model: Model) -> dict[EntityKey, Entity]:
    """Return the entities of one version, in the order of the input."""
    found: dict[EntityKey, Entity] = {}
    for record in _records(model):
        if record.id is not None:
            key = EntityKey.of(record.id)
            found[key] = Entity(key, record)
    return found


def _records(model: Model) -> Iterator[Record]:
    """Yield all records. Copies of sub-workflows inside other workflows come first: their own definition
    counts.
    """
    for unit in model.units:
        yield from (workflow for workflow in unit.sub_workflows if workflow.template is not None)
        yield from unit.tasks
    yield from model.tasks
    yield from (unit.primary for unit in model.units if unit.primary.template is not None)
    yield from model.launch_plans

"""What changed between two versions of a set of definitions, entity by entity, in the user's words."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING

from flowidl.changes.entities import Entity, EntityKey, entities
from flowidl.changes.leaves import Leaf, providers
from flowidl.changes.matching import Scope, inside, match, names_of_nested, nested, real_nodes
from flowidl.changes.meaning import NO_NOISE, Attention, Reader
from flowidl.compiler.analyse import analyse
from flowidl.compiler.entities import WorkflowAnalysis
from flowidl.compiler.model import Model
from flowidl.compiler.targets import DEFAULT_TARGET
from flowidl.escape import escape
from flowidl.names import natural_key
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flowidl.changes.meaning import Path, Reading
    from flowidl.core.v1.types_pb2 import LiteralType
    from flowidl.core.v1.workflow_pb2 import Node
    from flowidl.source.definitions import Definition

_DIGITS = re.compile(r"(\d+)", re.ASCII)


class ChangeKind(enum.Enum):
    """What happened to an entity, or to something in it."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    CHANGED = "changed"


class Change(NamedTuple):
    """One change. `path` is empty where the entity as a whole was added, removed or renamed.

    `old` and `new` are the values before and after, escaped; empty where there was none. `note` says in
    which component two types differ. `renamed` is the new key of a renamed entity.
    """

    kind: ChangeKind
    entity: EntityKey
    path: Path = ()
    old: str = ""
    new: str = ""
    note: str = ""


class Comparison:
    """Two versions, and which entity of one is which of the other."""

    def __init__(self, old: Model, new: Model, attention: Attention = NO_NOISE) -> None:
        self.attention = attention
        self.old_model, self.new_model = old, new
        self.old, self.new = entities(old), entities(new)
        self._changes: tuple[Change, ...] | None = None
        self._renames: dict[EntityKey, EntityKey] | None = None
        self._readings: dict[EntityKey, tuple[Reading, Reading]] = {}
        self._details: dict[EntityKey, tuple[Change, ...]] = {}

    @property
    def both(self) -> Iterator[tuple[Entity, Entity]]:
        """Yield what both versions have."""
        for key, entity in self.old.items():
            if key in self.new:
                yield entity, self.new[key]

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every change, by entity: tasks, workflows and launch plans, each by name."""
        if self._changes is None:
            self._changes = tuple(self._all_changes())
        return self._changes

    @property
    def same(self) -> bool:
        """Whether nothing differs by meaning."""
        return not self.changes

    @property
    def renamed(self) -> dict[EntityKey, EntityKey]:
        """What is gone, by what has exactly its content under a name that is new."""
        if self._renames is None:
            self._renames = self._find_renamed()
        return self._renames

    def readings(self, key: EntityKey) -> tuple[Reading, Reading]:
        """Return the readings of an entity that both versions have, old and new."""
        if key not in self._readings:
            self._readings[key] = read(self.old[key], self.new[key], self.attention)
        return self._readings[key]

    def details(self, key: EntityKey) -> tuple[Change, ...]:
        """Return what changed in an entity that both versions have."""
        if key not in self._details:
            self._details[key] = tuple(differences(key, *self.readings(key)))
        return self._details[key]

    def _all_changes(self) -> Iterator[Change]:
        renamed = self.renamed
        for key in sorted({*self.old, *self.new}):
            if key in self.old and key in self.new:
                yield from self.details(key)
            elif key in renamed:
                yield Change(ChangeKind.RENAMED, key, old=str(key), new=str(renamed[key]))
            elif key in self.old:
                yield Change(ChangeKind.REMOVED, key)
            elif key not in renamed.values():
                yield Change(ChangeKind.ADDED, key)

    def _find_renamed(self) -> dict[EntityKey, EntityKey]:
        """Map entities that are gone to new ones that have the same content, where only one has."""
        gone = [entity for key, entity in self.old.items() if key not in self.new]
        come = [entity for key, entity in self.new.items() if key not in self.old]
        if not gone or not come:
            return {}
        waiting: dict[object, list[EntityKey]] = {}
        for entity in come:
            waiting.setdefault(_content(entity), []).append(entity.key)
        found: dict[EntityKey, EntityKey] = {}
        for entity in gone:
            same = waiting.get(_content(entity), [])
            if same:
                found[entity.key] = same.pop(0)
        return found


def compare(
    old: Iterable[Definition], new: Iterable[Definition], attention: Attention = NO_NOISE
) -> Comparison:
    """Compare two sets of definitions. Never raises for anything in them."""
    return Comparison(analyse(tuple(old), DEFAULT_TARGET), analyse(tuple(new), DEFAULT_TARGET), attention)


def _content(entity: Entity) -> object:
    reading, _ = read(entity, entity, NO_NOISE)
    return entity.key.resource_type, frozenset((path, leaf.key) for path, leaf in reading.items())


# Readings of whole entities


def read(old: Entity, new: Entity, attention: Attention) -> tuple[Reading, Reading]:
    """Return the readings of one entity in two versions, with the same name for what is the same node."""
    if isinstance(old.record, WorkflowAnalysis) and isinstance(new.record, WorkflowAnalysis):
        readings = _read_workflows(old, old.record, new, new.record, attention)
    else:
        readings = Reader(attention).read(old.message), Reader(attention).read(new.message)
    for entity, reading in zip((old, new), readings, strict=True):
        if entity.around is not None:
            reading.update(Reader(attention).read(entity.around))
    return readings


def _read_workflows(
    old: Entity, old_record: WorkflowAnalysis, new: Entity, new_record: WorkflowAnalysis, attention: Attention
) -> tuple[Reading, Reading]:
    old_nodes, new_nodes = (real_nodes(record.node_messages) for record in (old_record, new_record))
    matched = match(Scope(old_nodes, old_record.outputs), Scope(new_nodes, new_record.outputs))
    old_names = {id: id for id in old_nodes}
    new_names = {id: matched.get(id) or _free(id, old_names) for id in new_nodes}
    return (
        _workflow(old, old_nodes, old_names, attention),
        _workflow(new, new_nodes, new_names, attention),
    )


def _free(id: str, taken: Mapping[str, str]) -> str:
    """Return a name for a node that was added: its id, unless a node of the old version has that."""
    return f"{id} (new)" if id in taken else id


def _workflow(
    entity: Entity, nodes: Mapping[str, Node], names: Mapping[str, str], attention: Attention
) -> Reading:
    """Read a workflow: what stands beside its nodes, and each node under the name that it goes by."""
    assert isinstance(entity.record, WorkflowAnalysis)
    all_names = dict(names)
    for id, node in nodes.items():
        all_names.update(names_of_nested(node, names[id]))
    reader = Reader(attention, all_names, _early(list(nodes.values())))
    found = reader.read(entity.message)
    for id, node in nodes.items():
        found.update(_under(f"node {names[id]}", reader.read(node)))
    if entity.record.failure_message is not None:
        found.update(_under("failure node", reader.read(entity.record.failure_message)))
    if attention.order and len(nodes) > 1:
        order = ", ".join(names[id] for id in nodes)
        found["order of nodes",] = Leaf(order, order)
    return found


def _under(step: str, reading: Reading) -> Reading:
    return {(step, *path): leaf for path, leaf in (reading or {(): Leaf("yes", "yes")}).items()}


def _early(nodes: Sequence[Node]) -> frozenset[str]:
    """Return the branches that are listed before a node that something in them reads."""
    position = {node.id: number for number, node in enumerate(nodes)}
    return frozenset(
        node.id
        for number, node in enumerate(nodes)
        if nested(node)
        for each in inside(node)[1:]
        if any(position.get(id, -1) > number for id in providers(each))
    )


# Differences


def differences(key: EntityKey, old: Reading, new: Reading) -> Iterator[Change]:
    """Yield the differences of two readings; what came or went as a whole is one difference."""
    old_prefixes, new_prefixes = _prefixes(old), _prefixes(new)
    told: set[Path] = set()
    for path in sorted({*old, *new}, key=_natural):
        before, after = old.get(path), new.get(path)
        if before is not None and after is not None:
            if before.key != after.key:
                yield _changed(key, path, before, after)
            continue
        kind = ChangeKind.ADDED if before is None else ChangeKind.REMOVED
        other = old_prefixes if before is None else new_prefixes
        top = next(path[:size] for size in range(1, len(path) + 1) if path[:size] not in other)
        if top in told:
            continue
        told.add(top)
        leaf = (after or before) if top == path else None
        text = "" if leaf is None else leaf.text
        summary = text or _summary(top, new if before is None else old)
        yield Change(kind, key, top, *(("", summary) if before is None else (summary, "")))


def _prefixes(reading: Reading) -> set[Path]:
    return {path[:size] for path in reading for size in range(1, len(path) + 1)}


def _summary(top: Path, reading: Reading) -> str:
    """Return in a few words what came or went with all that is in it: what a node runs, the type of an
    input.
    """
    for step in ("runs", "var"):
        leaf = reading.get((*top, step))
        if leaf is not None:
            return leaf.text
    return ""


def _changed(key: EntityKey, path: Path, before: Leaf, after: Leaf) -> Change:
    note = "" if before.type is None or after.type is None else _type_note(before.type, after.type)
    if not note and before.text == after.text:
        note = "they differ in a part that is not shown"
    return Change(ChangeKind.CHANGED, key, path, before.text, after.text, note)


def _type_note(old: LiteralType, new: LiteralType) -> str:
    """Say in which component two types differ; nothing if they differ as a whole."""
    from flowidl.types import TypeTable
    from flowidl.types.difference import first_difference

    table = TypeTable()
    difference = first_difference(table, table.intern(old), table.intern(new))
    return escape(str(difference)) if difference.component or "field" in difference.reason else ""


def _natural(path: Path) -> list[tuple[tuple[int, str], ...]]:
    return [natural_key(step) for step in path]

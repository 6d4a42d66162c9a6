"""Packages: the archive of definitions that registration tools take.

A gzipped tar with one member per entity, `<index>_<name>_<kind>.pb`. The index is padded to one width and
gives the order of registration, in which whatever an entity needs comes before it. Same entities, same bytes:
messages are encoded deterministically, and the archive knows no time and no user.
"""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.builders.launch_plans import HasDefaults, launch_plan
from flowidl.core.v1.identifier_pb2 import Identifier, ResourceType
from flowidl.core.v1.workflow_pb2 import Node
from flowidl.errors import BuildError
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Sequence

    from google.protobuf.message import Message

    from flowidl.builders.nodes import Entity

_KINDS: dict[type, ResourceType.ValueType] = {
    TaskSpec: ResourceType.TASK,
    WorkflowSpec: ResourceType.WORKFLOW,
    LaunchPlan: ResourceType.LAUNCH_PLAN,
}
_LEVEL = 9


class Whole(HasDefaults, Protocol):
    """A workflow of this package that knows what it needs."""

    @property
    def entities(self) -> Sequence[Entity]:
        """The workflow, and before it what it needs."""
        ...


#: What a package is made of. A `Whole` stands for all that it needs, and its default launch plan.
Content: TypeAlias = "Entity | Whole"


def write_package(path: str | os.PathLike[str], entities: Iterable[Content]) -> None:
    """Write entities into a package, conventionally `flyte-package.tgz`.

    Raise `BuildError` for two different entities of one identifier, and for entities that need each other.
    """
    content = package(entities)
    Path(path).write_bytes(content)


def package(entities: Iterable[Content]) -> bytes:
    """Return the bytes of a package, as `write_package` writes them."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, content in members(entities):
            header = tarfile.TarInfo(name)  # mode 0644, and no time, user or group
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return gzip.compress(raw.getvalue(), compresslevel=_LEVEL, mtime=0)


def members(entities: Iterable[Content]) -> list[tuple[str, bytes]]:
    """Return the names and contents of a package's members, in order."""
    ordered = in_order(entities)
    width = len(str(max(len(ordered) - 1, 0)))
    return [
        (
            f"{index:0{width}}_{_member_name(_id(each))}_{_KINDS[each.__class__]}.pb",
            each.SerializeToString(deterministic=True),
        )
        for index, each in enumerate(ordered)
    ]


def _member_name(id: Identifier) -> str:
    if not id.name:
        raise BuildError("an entity has no name", rule="entity-without-name")
    if "/" in id.name or "\0" in id.name:
        raise BuildError(f"`{id.name}` cannot be the name of a file in a package", help="leave out the slash")
    return id.name


class _Key(NamedTuple):
    """An identifier as a dictionary key. The kind is that of the entity, whatever its identifier says."""

    kind: int
    project: str
    domain: str
    name: str
    version: str
    org: str


def _key(kind: int, id: Identifier) -> _Key:
    return _Key(kind, id.project, id.domain, id.name, id.version, id.org)


def _id(entity: Entity) -> Identifier:
    return entity.id if isinstance(entity, LaunchPlan) else entity.template.id


def in_order(entities: Iterable[Content]) -> list[Entity]:
    """Return entities, each once, in the order given, except that what others need comes before them."""
    known = _distinct(_spread(entities))
    done: dict[_Key, Entity] = {}
    for start in known:
        way = {start: iter(_needs(known[start]))} if start not in done else {}
        while way:
            here = next(reversed(way))
            need = next((key for key in way[here] if key in known and key not in done), None)
            if need is None:
                done[here] = known[here]
                del way[here]
            elif need in way:
                raise _circle(list(way), need)
            else:
                way[need] = iter(_needs(known[need]))
    return list(done.values())


def _circle(way: list[_Key], first: _Key) -> BuildError:
    ring = [key.name for key in way[way.index(first) :]]
    return BuildError(
        f"{' needs '.join(f'`{name}`' for name in [*ring, ring[0]])}: no order registers them",
        help="put them into two packages",
    )


def _spread(contents: Iterable[Content]) -> Iterator[Entity]:
    """Yield entities. The default launch plan that was given is preferred to one that would be made."""
    listed = list(contents)
    given = {each.id.SerializeToString(deterministic=True) for each in listed if isinstance(each, LaunchPlan)}
    for each in listed:
        if isinstance(each, TaskSpec | WorkflowSpec | LaunchPlan):
            yield each
        elif hasattr(each, "entities"):
            yield from each.entities
            plan = launch_plan(each)
            if plan.id.SerializeToString(deterministic=True) not in given:
                yield plan
        else:
            raise BuildError(
                f"a `{each.__class__.__qualname__}` is not part of a package",
                help="packages hold TaskSpec, WorkflowSpec and LaunchPlan messages",
            )


def _distinct(entities: Iterable[Entity]) -> dict[_Key, Entity]:
    known: dict[_Key, Entity] = {}
    for each in entities:
        id = _id(each)
        first = known.setdefault(_key(_KINDS[each.__class__], id), each)
        if first != each:
            raise BuildError(
                f"there are two different definitions of `{id.name}`", rule="entity-defined-twice"
            )
    return known


def _needs(entity: Entity) -> Iterator[_Key]:
    """Yield the keys of what an entity refers to, in order of appearance."""
    if isinstance(entity, LaunchPlan):
        yield _key(ResourceType.WORKFLOW, entity.spec.workflow_id)
    elif isinstance(entity, WorkflowSpec):
        own = _key(ResourceType.WORKFLOW, entity.template.id)
        for template in (entity.template, *entity.sub_workflows):
            yield from (key for key in _referred(template) if key != own)


def _referred(message: Message) -> Iterator[_Key]:
    waiting: list[Message] = [message]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Node):
            yield from _target(each)
        below: list[Message] = []
        for field, value in each.ListFields():
            if field.message_type is not None and field.message_type.name in _ON_THE_WAY:
                below.extend([value] if hasattr(value, "ListFields") else value)
        waiting.extend(reversed(below))


#: The messages that nodes are in, and that lead to nodes nested in nodes.
_ON_THE_WAY = frozenset(("Node", "BranchNode", "IfElseBlock", "IfBlock", "ArrayNode"))


def _target(node: Node) -> Iterator[_Key]:
    if node.HasField("task_node"):
        yield _key(ResourceType.TASK, node.task_node.reference_id)
    elif node.workflow_node.HasField("sub_workflow_ref"):
        yield _key(ResourceType.WORKFLOW, node.workflow_node.sub_workflow_ref)
    elif node.workflow_node.HasField("launchplan_ref"):
        yield _key(ResourceType.LAUNCH_PLAN, node.workflow_node.launchplan_ref)

"""Identifiers, and filling them in the way registration does.

Builders take a plain name wherever they make an entity. Its identifier then has an empty project, domain
and version, as packages have: registration fills them in, and so does `registered`. Who needs full
identifiers from the start passes an `Identifier` in place of the name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from flowidl.core.v1.identifier_pb2 import Identifier, ResourceType
from flowidl.errors import BuildError

if TYPE_CHECKING:
    from google.protobuf.message import Message

M = TypeVar("M", bound="Message")

_WORDS = {
    ResourceType.TASK: "task",
    ResourceType.WORKFLOW: "workflow",
    ResourceType.LAUNCH_PLAN: "launch plan",
}


def task_id(
    name: str, *, project: str = "", domain: str = "", version: str = "", org: str = ""
) -> Identifier:
    """Return the identifier of a task."""
    return _identifier(ResourceType.TASK, name, project, domain, version, org)


def workflow_id(
    name: str, *, project: str = "", domain: str = "", version: str = "", org: str = ""
) -> Identifier:
    """Return the identifier of a workflow."""
    return _identifier(ResourceType.WORKFLOW, name, project, domain, version, org)


def launch_plan_id(
    name: str, *, project: str = "", domain: str = "", version: str = "", org: str = ""
) -> Identifier:
    """Return the identifier of a launch plan."""
    return _identifier(ResourceType.LAUNCH_PLAN, name, project, domain, version, org)


def _identifier(
    kind: ResourceType.ValueType, name: str, project: str, domain: str, version: str, org: str
) -> Identifier:
    if not name:
        raise BuildError(f"a {_WORDS[kind]} has no name", rule="entity-without-name")
    return Identifier(resource_type=kind, project=project, domain=domain, name=name, version=version, org=org)


def own_id(kind: ResourceType.ValueType, name: str | Identifier) -> Identifier:
    """Return the identifier of an entity that is being built, from its name or its identifier."""
    if isinstance(name, str):
        return _identifier(kind, name, "", "", "", "")
    if name.resource_type != kind:
        raise BuildError(
            f"`{name.name}` is not the identifier of a {_WORDS[kind]}", rule="wrong-resource-type"
        )
    copy = Identifier()
    copy.CopyFrom(name)
    return copy


def short_name(id: Identifier) -> str:
    """Return the last part of a dotted name."""
    return id.name.rpartition(".")[2]


def registered(message: M, *, project: str, domain: str, version: str) -> M:
    """Return a copy of a definition whose identifiers are complete: empty parts get the given values."""
    copy = message.__class__()
    copy.CopyFrom(message)
    waiting: list[Message] = [copy]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Identifier):
            each.project = each.project or project
            each.domain = each.domain or domain
            each.version = each.version or version
            continue
        for field, value in each.ListFields():
            if field.message_type is None:
                continue
            if field.message_type.GetOptions().map_entry:
                if field.message_type.fields_by_name["value"].message_type is not None:
                    waiting.extend(value.values())
            elif hasattr(value, "ListFields"):
                waiting.append(value)
            else:
                waiting.extend(value)
    return copy

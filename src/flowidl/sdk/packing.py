"""Writing what ran into packages: the same messages, for an image and a place."""

from __future__ import annotations

import base64
import gzip
import json
import os
from typing import TYPE_CHECKING, Any, TypeVar

from google.protobuf.message import Message

from flowidl import builders
from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.builders.entry_points import FLOWIDL, EntryPoint
from flowidl.builders.identifiers import registered
from flowidl.builders.packages import in_order
from flowidl.sdk.reach import Reachable, everything
from flowidl.sdk.settings import Image, ImageConfig, SerializationSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowidl.builders.nodes import Entity

M = TypeVar("M", bound=Message)

#: The variable in which a task that makes nodes finds the settings that it was written with.
SETTINGS_VARIABLE = "_F_SS_C"


class Bound:
    """An entity with all that it needs, as messages for a place. `write_package` takes it."""

    def __init__(self, entity: Reachable, settings: SerializationSettings) -> None:
        self.entity = entity
        self.settings = settings

    def __repr__(self) -> str:
        return f"<{self.entity.kind} {self.entity.name!r} for {self.settings.image(None)}>"

    @property
    def contents(self) -> list[Entity]:
        """All messages: tasks, workflows with their default launch plans, and launch plans."""
        known = everything([self.entity])
        plans = {each.name for each in known.values() if each.kind == "launch plan"}
        found = [
            placed(message, self.settings)
            for each in known.values()
            for message in each.written(self.settings)
            if not (each.kind == "workflow" and isinstance(message, LaunchPlan) and message.id.name in plans)
        ]
        return in_order(found)


def placed(message: M, settings: SerializationSettings) -> M:
    """Return a message whose identifiers have the project, domain and version of settings."""
    where = settings.project or "", settings.domain or "", settings.version or ""
    if not any(where):
        return message
    return registered(message, project=where[0], domain=where[1], version=where[2])


def bound(
    entity: Reachable,
    *,
    image: str | None = None,
    images: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    project: str = "",
    domain: str = "",
    version: str = "",
    entry_point: EntryPoint = FLOWIDL,
) -> Bound:
    """Return an entity with all that it needs, for a place.

    `image` is that of tasks that name none, `images` are those that tasks name as `{{.image.NAME}}`.
    Identifiers are left open unless `project`, `domain` or `version` fill them.
    """
    return Bound(entity, settings_for(image, images, env, project, domain, version, entry_point))


def settings_for(
    image: str | None,
    images: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    project: str = "",
    domain: str = "",
    version: str = "",
    entry_point: EntryPoint = FLOWIDL,
) -> SerializationSettings:
    """Return settings of an image and a place."""
    default = Image.of("default", image) if image else None
    named = [Image.of(name, reference) for name, reference in (images or {}).items()]
    return SerializationSettings(
        ImageConfig(default, named),
        project or None,
        domain or None,
        version or None,
        env,
        entry_point=entry_point,
    )


def write_package(
    path: str | os.PathLike[str], entities: Iterable[Bound | Reachable | Entity], *, image: str | None = None
) -> None:
    """Write entities with all that they need into a package.

    They are bound (`wf.bind(image=...)`), or `image` binds them. Raise `BuildError` for what no container
    could run.
    """
    builders.write_package(path, contents_of(entities, settings_for(image)))


def contents_of(
    entities: Iterable[Bound | Reachable | Entity], settings: SerializationSettings
) -> list[Entity]:
    """Return the messages of entities and of all that they need."""
    found: dict[bytes, Entity] = {}
    for each in entities:
        bound = each if isinstance(each, Bound | Message) else Bound(each, settings)
        for message in bound.contents if isinstance(bound, Bound) else [bound]:
            found.setdefault(
                message.__class__.__name__.encode() + message.SerializeToString(deterministic=True), message
            )
    return list(found.values())


def settings_variable(settings: SerializationSettings) -> dict[str, str]:
    """Return the variable with settings as entry points read it: gzipped JSON in base64."""
    default = settings.image_config.default_image
    images = settings.image_config.images or ()
    said = {
        "image_config": {
            "default_image": _image(default),
            "images": [_image(each) for each in images],
        },
        "project": settings.project,
        "domain": settings.domain,
        "version": settings.version,
        "env": dict(settings.env or {}) or None,
        "python_interpreter": settings.python_interpreter,
    }
    text = json.dumps(
        {name: value for name, value in said.items() if value is not None}, separators=(",", ":")
    )
    return {SETTINGS_VARIABLE: base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()}


def read_settings(text: str) -> SerializationSettings:
    """Return the settings that the variable holds."""
    said: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(text)))
    images: dict[str, Any] = said.get("image_config") or {}
    default = images.get("default_image")
    return SerializationSettings(
        ImageConfig(
            Image(**default) if default else None, [Image(**each) for each in images.get("images") or ()]
        ),
        said.get("project") or os.environ.get("FLYTE_INTERNAL_TASK_PROJECT"),
        said.get("domain") or os.environ.get("FLYTE_INTERNAL_TASK_DOMAIN"),
        said.get("version") or os.environ.get("FLYTE_INTERNAL_TASK_VERSION"),
        said.get("env"),
        entry_point=FLOWIDL,
    )


def _image(image: Image | None) -> dict[str, Any] | None:
    if image is None:
        return None
    return {"name": image.name, "fqn": image.fqn, "tag": image.tag, "digest": image.digest}

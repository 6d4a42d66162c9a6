"""What all tasks have in common: a template that is made for given settings, and nodes that call it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flowidl import builders
from flowidl.builders.bindings import none_of
from flowidl.builders.interfaces import interface
from flowidl.errors import BuildError
from flowidl.sdk.entities import SdkEntity
from flowidl.sdk.metadata import Documentation, description_of
from flowidl.sdk.pods import pod_message
from flowidl.sdk.reach import LocalParts
from flowidl.sdk.running import literal_of
from flowidl.sdk.settings import LOCAL, SerializationSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowidl.admin.v1.task_pb2 import TaskSpec
    from flowidl.builders.nodes import Entity, Step
    from flowidl.core.v1.interface_pb2 import TypedInterface
    from flowidl.core.v1.tasks_pb2 import ExtendedResources, Resources, TaskMetadata


@dataclass(frozen=True)
class TaskParts:
    """What the template of a function's task is made of, for given settings."""

    type: str
    args: list[str]
    image: str
    metadata: TaskMetadata
    env: Mapping[str, str]
    resources: Resources | None = None
    secrets: list[Any] = field(default_factory=list[Any])
    extended_resources: ExtendedResources | None = None
    pod_template: Any = None
    custom: Mapping[str, Any] | None = None
    documentation: Documentation | None = None
    descriptions: Mapping[str, str] = field(default_factory=dict[str, str])


class Task(SdkEntity):
    """A task: its template says how it is run, and what runs it locally is its `implementation`."""

    kind = "task"

    def spec_for(self, settings: SerializationSettings) -> TaskSpec:
        """Return the task's message for a place."""
        parts = self.parts(settings)
        spec = builders.python_task(
            self.name,
            type=parts.type,
            args=parts.args,
            image=parts.image,
            inputs=self.typed_interface.inputs.variables,
            outputs=self.typed_interface.outputs.variables,
            metadata=parts.metadata,
            env=parts.env,
            resources=parts.resources,
            secrets=parts.secrets,
            extended_resources=parts.extended_resources,
            pod_template=None if parts.pod_template is None else pod_message(parts.pod_template),
            custom=parts.custom,
        )
        for side in (spec.template.interface.inputs, spec.template.interface.outputs):
            for name, text in parts.descriptions.items():
                if text and name in side.variables:
                    side.variables[name].description = text
        if parts.documentation is not None:
            spec.description.CopyFrom(description_of(parts.documentation))
        return spec

    def parts(self, settings: SerializationSettings) -> TaskParts:
        """Return what the template is made of."""
        raise NotImplementedError

    _spec: TaskSpec | None = None
    _typed: TypedInterface | None = None

    @property
    def spec(self) -> TaskSpec:
        """The task's message for a run on this machine, made once."""
        if self._spec is None:
            self._check_defaults()
            self._spec = self.spec_for(LOCAL)
        return self._spec

    @property
    def typed_interface(self) -> TypedInterface:
        """The interface's message, made once."""
        if self._typed is None:
            owner = f"task {self.name}"
            self._typed = interface(self.signature.inputs, self.signature.outputs, owner=owner)
        return self._typed

    @property
    def id(self) -> Any:
        """The identifier."""
        return self.spec.template.id

    @property
    def task_type_version(self) -> int:
        """The version of the template's shape for its type."""
        return self.spec.template.task_type_version

    @property
    def entities(self) -> list[Entity]:
        """The task's own message."""
        return [self.spec]

    def local_parts(self) -> LocalParts:
        """Return the task's template."""
        return LocalParts((self.spec.template,))

    def written(self, settings: SerializationSettings) -> list[Entity]:
        """Return the task's message for a place."""
        return [self.spec_for(settings)]

    def step(self, values: Mapping[str, object]) -> Step:
        """Return the node that calls the task; inputs left out get the function's defaults."""
        return builders.call(self.spec, **self.bound(values))

    def bound(self, values: Mapping[str, object]) -> dict[str, object]:
        """Return the inputs of a call with the function's defaults for those that it leaves out."""
        complete = dict(values)
        for name, default in self.signature.defaults.items():
            if name in complete or name not in self.signature.inputs:
                continue
            if isinstance(default, list | dict | set):
                raise BuildError(
                    f"the default of `{name}` of task `{self.name}` is a list or dict that all calls share",
                    help=f"pass `{name}=...`, or take `None` as default",
                )
            type = self.typed_interface.inputs.variables[name].type
            if default is None and none_of(type) is None:
                raise self.missing(name)
            complete[name] = default
        return complete

    def _check_defaults(self) -> None:
        """Refuse a default that is no value of its input, other than `None`."""
        for name, default in self.signature.defaults.items():
            if name in self.signature.inputs and default is not None:
                literal_of(default, self.signature.inputs[name], f"default of {name} of task {self.name}")

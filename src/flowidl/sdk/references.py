"""References: tasks, launch plans and workflows that are registered elsewhere, and run here as mocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowidl import builders
from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan as LaunchPlanMessage
from flowidl.builders.interfaces import interface
from flowidl.core.v1.tasks_pb2 import TaskTemplate
from flowidl.sdk.entities import SdkEntity
from flowidl.sdk.reach import LocalParts
from flowidl.sdk.running import Implementation, refused
from flowidl.values.signatures import Signature, signature

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flowidl.builders.nodes import Step
    from flowidl.core.v1.identifier_pb2 import Identifier


class Id:
    """An identifier that shows as `TASK:project:domain:name:version`."""

    def __init__(self, kind: str, message: Identifier) -> None:
        self.kind = kind
        self.message = message

    def __getattr__(self, name: str) -> Any:
        return getattr(self.message, name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Id) and (self.kind, self.message) == (other.kind, other.message)

    def __hash__(self) -> int:
        return hash(str(self))

    def __str__(self) -> str:
        id = self.message
        return f"{self.kind}:{id.project}:{id.domain}:{id.name}:{id.version}"


class ReferenceEntity(SdkEntity):
    """Something registered elsewhere, with the interface that it has there."""

    def __init__(self, id: Identifier, shape: Signature) -> None:
        super().__init__(id.name, shape)
        self._id = id

    @property
    def key(self) -> str:
        """What tells it apart among all that a run needs: its whole identifier."""
        return f"{self.kind} {self._id.project}:{self._id.domain}:{self._id.name}:{self._id.version}"

    @property
    def id(self) -> Id:
        """The identifier."""
        return Id(self.kind.replace("reference ", "").replace(" ", "_").upper(), self._id)

    @property
    def reference(self) -> Id:
        """The identifier."""
        return self.id

    def same_as(self, other: SdkEntity) -> bool:
        """Tell whether another reference means the same."""
        return isinstance(other, ReferenceEntity) and (self._id, self.typed_interface) == (
            other._id,
            other.typed_interface,
        )

    def step(self, values: Mapping[str, object]) -> Step:
        """Return the node that runs what is referred to."""
        complete = {**self.signature.defaults, **values}
        return builders.reference(
            self.target_id,
            inputs=self.typed_interface.inputs.variables,
            outputs=self.typed_interface.outputs.variables,
        ).step(complete)

    @property
    def target_id(self) -> Identifier:
        """The identifier that nodes have."""
        return self._id

    @property
    def typed_interface(self) -> Any:
        """The interface's message."""
        return interface(self.signature.inputs, self.signature.outputs, owner=self.name)

    @property
    def implementation(self) -> Any:
        """A mock, or what says that there is none."""
        return Implementation(self, refused(self))


class ReferenceTask(ReferenceEntity):
    """A task that is registered elsewhere."""

    kind = "reference task"

    def local_parts(self) -> LocalParts:
        """Return a task without a target, for runs on this machine: packages hold none."""
        return LocalParts((TaskTemplate(id=self._id, type="reference", interface=self.typed_interface),))


class ReferenceLaunchPlan(ReferenceEntity):
    """A launch plan that is registered elsewhere."""

    kind = "reference launch plan"

    def local_parts(self) -> LocalParts:
        """Return a launch plan without a workflow, for runs on this machine: packages hold none."""
        typed = self.typed_interface
        plan = LaunchPlanMessage(id=self.target_id)
        for name, variable in typed.inputs.variables.items():
            plan.spec.default_inputs.parameters[name].var.CopyFrom(variable)
            plan.spec.default_inputs.parameters[name].required = True
        plan.closure.expected_inputs.CopyFrom(plan.spec.default_inputs)
        plan.closure.expected_outputs.CopyFrom(typed.outputs)
        return LocalParts(plans=(plan,))


class ReferenceWorkflow(ReferenceLaunchPlan):
    """A workflow that is registered elsewhere. Nodes run its default launch plan."""

    kind = "reference workflow"

    @property
    def target_id(self) -> Identifier:
        """The identifier of the default launch plan."""
        id = self._id
        return builders.launch_plan_id(id.name, project=id.project, domain=id.domain, version=id.version)


def reference_task(
    project: str, domain: str, name: str, version: str
) -> Callable[[Callable[..., Any]], ReferenceTask]:
    """Return a decorator that makes a reference to a task from the signature of a function."""
    return lambda function: ReferenceTask(
        builders.task_id(name, project=project, domain=domain, version=version),
        signature(function, owner=f"reference task {name}"),
    )


def reference_launch_plan(
    project: str, domain: str, name: str, version: str
) -> Callable[[Callable[..., Any]], ReferenceLaunchPlan]:
    """Return a decorator that makes a reference to a launch plan from the signature of a function."""
    return lambda function: ReferenceLaunchPlan(
        builders.launch_plan_id(name, project=project, domain=domain, version=version),
        signature(function, owner=f"reference launch plan {name}"),
    )


def reference_workflow(
    project: str, domain: str, name: str, version: str
) -> Callable[[Callable[..., Any]], ReferenceWorkflow]:
    """Return a decorator that makes a reference to a workflow from the signature of a function."""
    return lambda function: ReferenceWorkflow(
        builders.workflow_id(name, project=project, domain=domain, version=version),
        signature(function, owner=f"reference workflow {name}"),
    )


def get_reference_entity(
    kind: Any,
    project: str,
    domain: str,
    name: str,
    version: str,
    inputs: dict[str, Any],
    outputs: dict[str, Any],
) -> ReferenceEntity:
    """Return a reference by its kind (1 task, 2 workflow, 3 launch plan) and its annotations."""
    shape = Signature(inputs, {}, outputs, several=list(outputs) not in ([], ["o0"]))
    make, cls = {
        1: (builders.task_id, ReferenceTask),
        2: (builders.workflow_id, ReferenceWorkflow),
        3: (builders.launch_plan_id, ReferenceLaunchPlan),
    }[int(kind)]
    return cls(make(name, project=project, domain=domain, version=version), shape)

"""Workflows: a function's body, read once into the messages that are written into packages and that run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowidl.builders.interfaces import interface
from flowidl.builders.nodes import workflow_step
from flowidl.errors import BuildError
from flowidl.sdk import names
from flowidl.sdk.bodies import read_workflow
from flowidl.sdk.documents import document
from flowidl.sdk.entities import SdkEntity
from flowidl.sdk.launch_plans import LaunchPlan
from flowidl.sdk.metadata import Description, Documentation, WorkflowFailurePolicy
from flowidl.sdk.reach import LocalParts
from flowidl.sdk.running import mocked
from flowidl.sdk.views import NodeView
from flowidl.values.signatures import signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
    from flowidl.builders.nodes import Entity, Step
    from flowidl.core.v1.interface_pb2 import TypedInterface
    from flowidl.core.v1.literals_pb2 import Literal
    from flowidl.sdk.options import Options
    from flowidl.sdk.settings import SerializationSettings
    from flowidl.sdk.trace import Trace


class WorkflowBase(SdkEntity):
    """What workflows have in common, however they are written."""

    kind = "workflow"
    default_options: Options | None = None

    @property
    def trace(self) -> Trace:
        """The body, as it was read."""
        raise NotImplementedError

    _spec: WorkflowSpec | None = None
    _entities: list[Entity] | None = None

    @property
    def spec(self) -> WorkflowSpec:
        """The workflow's message, with the templates of its sub-workflows."""
        if self._spec is None:
            self._spec = self.trace.spec()
        return self._spec

    @property
    def defaults(self) -> Mapping[str, Literal]:
        """The values of inputs that need not be given."""
        return self.trace.builder.defaults

    @property
    def entities(self) -> list[Entity]:
        """What must be registered for the workflow to run, callees first and itself last."""
        if self._entities is None:
            self._entities = [*self.trace.builder.entities[:-1], self.spec]
        return self._entities

    @property
    def typed_interface(self) -> TypedInterface:
        """The interface's message."""
        return self.spec.template.interface

    @property
    def nodes(self) -> list[NodeView]:
        """The nodes, in the order in which they were placed."""
        placed = [call.entity for call in self.trace.calls if call.claimed is None]
        return [NodeView(node, entity) for node, entity in zip(self.spec.template.nodes, placed, strict=True)]

    @property
    def output_bindings(self) -> list[Any]:
        """What the outputs get."""
        return list(self.spec.template.outputs)

    @property
    def failure_node(self) -> NodeView | None:
        """The node of the failure handler, or `None`."""
        template = self.spec.template
        return NodeView(template.failure_node, None) if template.HasField("failure_node") else None

    @property
    def short_name(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]

    def compile(self, **kwargs: Any) -> None:
        """Read the body, if that has not been done."""
        self.spec  # noqa: B018  # reads it

    def step(self, values: Mapping[str, object]) -> Step:
        """Return the node that runs this as a sub-workflow."""
        return workflow_step(self.spec, values, defaults=self.defaults, entities=tuple(self.entities))

    def needs(self) -> Iterator[Any]:
        """Yield what the body calls."""
        return iter(self.trace.entities.values())

    @property
    def implementation(self) -> Any:
        """A mock, if there is one: else the workflow's own nodes run."""
        return mocked(self)

    def with_options(self, options: Options) -> Any:
        """Return the workflow's default launch plan with options for its executions."""
        return LaunchPlan.of(self, self.name, options=options)

    def local_parts(self) -> LocalParts:
        """Return the annotations of input gates: the workflow itself is in the closure."""
        return LocalParts(signals=self.trace.signals)

    def whole(self) -> WorkflowSpec:
        """Return the workflow's message."""
        return self.spec

    def written(self, settings: SerializationSettings) -> list[Entity]:
        """Return the message and the default launch plan's. Back ends take no workflow without nodes."""
        if not self.spec.template.nodes:
            raise BuildError(f"workflow `{self.name}` has no nodes", rule="workflow-without-nodes")
        return [self.spec, LaunchPlan.of(self, self.name, options=self.default_options).message]


class PythonFunctionWorkflow(WorkflowBase):
    """A workflow of a Python function, whose body is read when the workflow is first called or written."""

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        interruptible: bool = False,
        failure_policy: Any = None,
        on_failure: SdkEntity | None = None,
        docs: Documentation | None = None,
        pickle_untyped: bool = False,
        default_options: Options | None = None,
    ) -> None:
        name = names.name_of(function)
        if failure_policy is not None and not isinstance(failure_policy, WorkflowFailurePolicy):
            raise BuildError(
                f"the failure policy of workflow `{name}` is `{failure_policy}`",
                help="give a member of `WorkflowFailurePolicy`",
            )
        read = signature(function, owner=f"workflow {name}", untyped=Any if pickle_untyped else None)
        super().__init__(name, read)
        self.function = function
        self.interruptible = interruptible
        self.failure_policy: WorkflowFailurePolicy = failure_policy or WorkflowFailurePolicy.FAIL_IMMEDIATELY
        self.on_failure = on_failure
        self.default_options = default_options
        self._docs = docs
        self._reading = False
        self._trace: Trace | None = None
        self._check_types()

    def _check_types(self) -> None:
        """Refuse annotations without literal types where they are written."""
        interface(self.signature.inputs, self.signature.outputs, owner=f"workflow {self.name}")

    @property
    def docs(self) -> Documentation:
        """What the docstring says, or what was given for it."""
        if self._docs is not None:
            return self._docs
        said = document(self.function)
        return Documentation(said.short or None, Description(said.long or None))

    @property
    def trace(self) -> Trace:
        """The body, read at the first call."""
        if self._trace is None:
            if self._reading:
                raise BuildError(
                    f"workflow `{self.name}` calls itself",
                    rule="recursive-sub-workflow",
                    help="only a dynamic task can recurse",
                )
            self._reading = True
            try:
                self._trace = read_workflow(self)
            finally:
                self._reading = False
        return self._trace

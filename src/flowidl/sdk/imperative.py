"""Imperative workflows: inputs, nodes and outputs are added one by one instead of by a function's body."""

from __future__ import annotations

from typing import Any

from flowidl.builders.promises import source_of
from flowidl.builders.workflows import WorkflowBuilder
from flowidl.errors import BuildError
from flowidl.sdk.entities import SdkEntity
from flowidl.sdk.launch_plans import LaunchPlan
from flowidl.sdk.metadata import WorkflowFailurePolicy
from flowidl.sdk.promises import Called, Outputs, Promise, VoidPromise, call_of, nothing_from
from flowidl.sdk.trace import Trace
from flowidl.sdk.workflows import WorkflowBase
from flowidl.values.signatures import Signature


class Node:
    """A node that was added. `outputs` are its promises by name."""

    def __init__(self, handle: Any) -> None:
        self.handle = handle

    @property
    def call(self) -> Called:
        """The call that it comes from."""
        return call_of(self.handle)

    @property
    def id(self) -> str:
        """The node's id."""
        return self.call.step.message.id or self.call.id

    @property
    def outputs(self) -> dict[str, Any]:
        """The promises of the node's outputs by name."""
        if isinstance(self.handle, Outputs):
            return {source_of(each).var: each for each in self.handle}  # type: ignore[attr-defined]  # a named tuple
        if isinstance(self.handle, VoidPromise):
            return {}
        return {source_of(self.handle).var: self.handle}

    def with_overrides(self, **options: Any) -> Node:
        """Change the node and return it."""
        self.handle.with_overrides(**options)
        return self

    def runs_before(self, other: Node) -> None:
        """Let another node run after this one."""
        self.handle.runs_before(other.handle)

    def __rshift__(self, other: Node) -> Node:
        self.runs_before(other)
        return other


class ImperativeWorkflow(WorkflowBase):
    """A workflow of a name of its own, put together by calls of its methods."""

    def __init__(
        self,
        name: str,
        failure_policy: WorkflowFailurePolicy | None = None,
        interruptible: bool = False,
        **options: Any,
    ) -> None:
        if options:
            raise BuildError(f"a workflow has no option `{next(iter(options))}`")
        super().__init__(name, Signature(several=True))
        builder = WorkflowBuilder(
            name,
            interruptible=interruptible,
            continue_on_failure=failure_policy is WorkflowFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE,
            allow_empty=True,
        )
        self._inputs: dict[str, Promise] = {}
        self._unread: set[str] = set()
        self._trace = Trace(builder, f"workflow `{name}`")
        self._outputs: list[tuple[str, Any, Any]] = []
        self.on_failure: SdkEntity | None = None

    @property
    def inputs(self) -> dict[str, Promise]:
        """The promises of the workflow's inputs by name."""
        return self._inputs

    def add_workflow_input(self, input_name: str, python_type: Any) -> Promise:
        """Declare an input and return its promise."""
        promise = Promise(source_of(self._trace.builder.input(input_name, python_type)))
        self._inputs[input_name] = promise
        self._unread.add(input_name)
        self._declare(inputs={input_name: python_type})
        return promise

    def add_entity(self, entity: Any, **kwargs: Any) -> Node:
        """Add a node that runs a task, a workflow, a launch plan or an array, and return it."""
        self._check_open()
        if not isinstance(entity, SdkEntity):
            raise BuildError(f"a `{entity.__class__.__qualname__}` cannot be a node")
        values = entity.keywords((), {name: self._known(value) for name, value in kwargs.items()})
        for value in values.values():
            self._note_read(value)
        return Node(self._trace.call(entity, values))

    add_task = add_subwf = add_launch_plan = add_entity

    def add_workflow_output(self, output_name: str, p: Any, python_type: Any = None) -> None:
        """Declare an output: a promise, or a list or dict of promises with its type."""
        self._check_open()
        value = self._known(p)
        if any(output_name == name for name, _, _ in self._outputs):
            raise BuildError(f"workflow `{self.name}` has two outputs `{output_name}`")
        if isinstance(value, VoidPromise):
            raise nothing_from(value)
        annotation = python_type if python_type is not None else self._annotation(value, output_name)
        self._note_read(value)
        self._outputs.append((output_name, value, annotation))
        self._declare(outputs={output_name: annotation})

    def add_on_failure_handler(self, entity: SdkEntity) -> None:
        """Let a task or workflow run if this one fails, with its inputs of the same names."""
        self.on_failure = entity

    def ready(self) -> bool:
        """Tell whether there is at least one node, and nothing reads an input that was declared."""
        return bool(self._trace.calls) and not self._unread

    def create_conditional(self, name: str) -> Any:
        """Refuse: a conditional is written in a function with `@workflow`."""
        raise BuildError(
            f"conditional `{name}` cannot be part of an imperative workflow",
            help="write it in a workflow of a function, and add that",
        )

    @property
    def trace(self) -> Trace:
        """The nodes, placed with their outputs when they are first asked for."""
        if not self._trace.closed:
            self._trace.place()
            for name, value, annotation in self._outputs:
                self._trace.builder.output(name, value, type=annotation)
            if self.on_failure is not None:
                self._trace.know(self.on_failure)
                self._trace.builder.on_failure(self.on_failure)
        return self._trace

    def run(self, values: dict[str, Any]) -> Any:
        """Run by itself and return Python values."""
        if not self.ready():
            what = (
                "has no nodes"
                if not self._trace.calls
                else f"declares inputs that nothing reads: {sorted(self._unread)}"
            )
            raise BuildError(f"workflow `{self.name}` {what}")
        return super().run(values)

    def get_or_create_default_launch_plan(self) -> LaunchPlan:
        """Return the default launch plan."""
        return LaunchPlan.get_default_launch_plan(None, self)

    def _check_open(self) -> None:
        if self._trace.closed:
            raise BuildError(f"workflow `{self.name}` has been built, so nothing can be added to it")

    def _known(self, value: Any) -> Any:
        return value.handle if isinstance(value, Node) else value

    def _note_read(self, value: Any) -> None:
        from flowidl.builders.bindings import sources

        for source in sources(value):
            if not source.node_id:
                self._unread.discard(source.var)

    def _annotation(self, value: Any, name: str) -> Any:
        """Return the annotation of a promise, as its own task or input declares it."""
        if not isinstance(value, Promise):
            raise BuildError(f"the type of output `{name}` is not clear", help="give its `python_type`")
        source = source_of(value)
        if source.path:
            return source.type
        if not source.node_id:
            return self.signature.inputs[source.var]
        entity = call_of(value).entity
        return source.type if entity is None else entity.signature.outputs[source.var]

    def _declare(self, inputs: dict[str, Any] | None = None, outputs: dict[str, Any] | None = None) -> None:
        shape = self.signature
        merged = {**shape.outputs, **(outputs or {})}
        self.signature = Signature(
            {**shape.inputs, **(inputs or {})}, {}, merged, several=len(merged) > 1, result=None
        )

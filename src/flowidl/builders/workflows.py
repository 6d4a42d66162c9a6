"""Workflows: `WorkflowBuilder` collects inputs, steps and outputs, and gives the messages of them.

    flow = WorkflowBuilder("shop.train")
    path = flow.input("path", str)
    rows = flow.add(call(load, path=path))
    flow.output("o0", rows.o0)
    flow.spec       # a WorkflowSpec, with the templates of its sub-workflows
    flow.entities   # what to register: tasks, sub-workflows, launch plans, and the workflow itself

A builder is called like a task (`call(flow, path=...)`), which makes it a sub-workflow.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.builders.bindings import binding_data, sources
from flowidl.builders.conditions import Otherwise, Then, When
from flowidl.builders.durations import duration
from flowidl.builders.identifiers import own_id
from flowidl.builders.interfaces import checked_name, variable
from flowidl.builders.nodes import FAILURE_NODE, NOTHING, Entity, Step, call, workflow_step
from flowidl.builders.promises import NodeHandle, Placed, Promise, placed, source_of
from flowidl.builders.sources import Source
from flowidl.builders.tasks import described
from flowidl.core.v1.identifier_pb2 import Identifier, ResourceType
from flowidl.core.v1.interface_pb2 import TypedInterface, Variable, VariableMap
from flowidl.core.v1.literals_pb2 import Binding, Literal
from flowidl.core.v1.types_pb2 import LiteralType
from flowidl.core.v1.workflow_pb2 import (
    Node,
    WorkflowMetadata,
    WorkflowMetadataDefaults,
    WorkflowTemplate,
)
from flowidl.errors import BuildError
from flowidl.values.literals import literal, type_of
from flowidl.values.types import literal_type

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Mapping

    from flowidl.admin.v1.description_entity_pb2 import DescriptionEntity
    from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
    from flowidl.builders.nodes import Target

M = TypeVar("M", bound="TaskSpec | WorkflowSpec | LaunchPlan | WorkflowTemplate")


class WorkflowBuilder:
    """A workflow that is being built. `name` is its name or its full identifier.

    `interruptible` is the default of its nodes. With `continue_on_failure` what does not depend on a failed
    node still runs. `queueing_budget` is how long an execution may wait for resources, as a timedelta or in
    seconds (`core.QualityOfServiceSpec.queueing_budget`). `description` is its documentation. With
    `allow_empty` it may have no
    nodes: it can be run on this machine, and no back end takes it. `failure_id` is the id of the failure
    node.
    """

    def __init__(
        self,
        name: str | Identifier,
        *,
        interruptible: bool = False,
        continue_on_failure: bool = False,
        queueing_budget: datetime.timedelta | float | None = None,
        tags: Mapping[str, str] | None = None,
        description: str | DescriptionEntity | None = None,
        allow_empty: bool = False,
        failure_id: str = FAILURE_NODE,
    ) -> None:
        self.id = own_id(ResourceType.WORKFLOW, name)
        self.defaults: dict[str, Literal] = {}
        policy = WorkflowMetadata.FAIL_IMMEDIATELY
        if continue_on_failure:
            policy = WorkflowMetadata.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE
        self._metadata = WorkflowMetadata(on_failure=policy, tags=tags or {})
        if queueing_budget is not None:
            budget = duration(queueing_budget, name="queueing_budget")
            self._metadata.quality_of_service.spec.queueing_budget.CopyFrom(budget)
        self._node_defaults = WorkflowMetadataDefaults(interruptible=interruptible)
        self._description = description
        self._allow_empty = allow_empty
        self._failure_id = failure_id
        self._inputs: dict[str, Variable] = {}
        self._outputs: dict[str, Variable] = {}
        self._bindings: list[Binding] = []
        self._nodes: dict[str, Node] = {}
        self._needs = NOTHING
        self._handler: tuple[Target, dict[str, object]] | None = None

    def __repr__(self) -> str:
        return f"<workflow {self.id.name!r}: {len(self._nodes)} nodes>"

    # What goes in

    def input(self, name: str, type: object, *, default: object = ..., description: str = "") -> Promise:
        """Declare an input and return its promise. `type` is an annotation or a `LiteralType`.

        A default makes the input optional, for launch plans and for callers.
        """
        checked_name(name, "input", f" of workflow {self.id.name}")
        if name in self._inputs:
            raise BuildError(f"workflow `{self.id.name}` has two inputs `{name}`")
        words = f"input `{name}` of workflow {self.id.name}"
        declared = variable(type, description=description or name, name=words)
        self._inputs[name] = declared
        if default is not ...:
            self.defaults[name] = literal(default, declared.type, name=name)
        return Promise(Source(self, "", name, declared.type, declared.type))

    def add(self, step: Step, *, id: str | None = None) -> NodeHandle:
        """Place a step as the next node and return its handle; `id` replaces `n0`, `n1`, ..."""
        self._check_step(step)
        changed = step if id is None else step.with_overrides(id=id)
        self._check_sources(changed.sources)
        node = Node()
        node.CopyFrom(changed.message)
        node.id = node.id or f"n{len(self._nodes)}"
        if node.id in self._nodes:
            raise BuildError(
                f"workflow `{self.id.name}` has two nodes `{node.id}`",
                rule="repeated-node-id",
                help="give `add` another `id`",
            )
        _number_branches(node)
        self._nodes[node.id] = node
        self._needs = self._needs.joined(changed.needs)
        return NodeHandle(Placed(self, node.id, node.metadata.name, changed.outputs))

    def order(self, *nodes: NodeHandle) -> None:
        """Let each of these nodes run after the one before it, whether or not it reads from that."""
        self._check_sources(self._of_nodes(nodes))
        ids = [placed(node).id for node in nodes]
        for before, after in pairwise(ids):
            if before in self._downstream(after):
                raise BuildError(
                    f"node `{after}` would run after `{before}`, which runs after it", rule="cycle"
                )
            upstream = self._nodes[after].upstream_node_ids
            if before not in upstream:
                upstream.append(before)

    def output(self, name: str, value: object, *, type: object = None, description: str = "") -> None:
        """Declare an output. Lists and dicts that hold promises need their `type`."""
        checked_name(name, "output", f" of workflow {self.id.name}")
        if name in self._outputs:
            raise BuildError(f"workflow `{self.id.name}` has two outputs `{name}`")
        words = f"output `{name}` of workflow {self.id.name}"
        declared = self._output_type(value, words) if type is None else literal_type(type, name=words)
        self._check_sources(sources(value))
        self._bindings.append(Binding(var=name, binding=binding_data(value, declared, name=words)))
        self._outputs[name] = Variable(type=declared, description=description or name)

    def _output_type(self, value: object, words: str) -> LiteralType:
        if isinstance(value, Promise | NodeHandle):
            return source_of(value).type
        if any(True for _ in sources(value)):
            raise BuildError(f"{words} holds promises, so its type is not clear", help="give its `type`")
        return type_of(value, name=words)

    def on_failure(self, handler: Target, /, **inputs: object) -> None:
        """Call a task or workflow if the workflow fails, with the workflow's inputs of the same names.

        The handler must take all of them. What else it takes is given in `inputs`, or optional; an input
        `err` of type `Optional[Error]` gets the error.
        """
        self._handler = (handler, inputs)

    # What comes out

    @property
    def template(self) -> WorkflowTemplate:
        """The workflow's template."""
        if not self._nodes and not self._allow_empty:
            raise BuildError(
                f"workflow `{self.id.name}` has no nodes", rule="workflow-without-nodes", help="`add` a step"
            )
        failure = self._failure_step()
        return WorkflowTemplate(
            id=self.id,
            metadata=self._metadata,
            interface=TypedInterface(
                inputs=VariableMap(variables=self._inputs), outputs=VariableMap(variables=self._outputs)
            ),
            nodes=self._nodes.values(),
            outputs=self._bindings,
            failure_node=None if failure is None else failure.message,
            metadata_defaults=self._node_defaults,
        )

    @property
    def spec(self) -> WorkflowSpec:
        """The workflow's template with those of all its sub-workflows, each once."""
        failure = self._failure_step()
        needs = self._needs if failure is None else self._needs.joined(failure.needs)
        spec = WorkflowSpec(template=self.template, sub_workflows=_once(needs.sub_workflows))
        if self._description is not None:
            given = self._description
            spec.description.CopyFrom(described(given) if isinstance(given, str) else given)
        return spec

    @property
    def entities(self) -> list[Entity]:
        """What must be registered for the workflow to run, callees first and itself last, each once."""
        failure = self._failure_step()
        needs = self._needs if failure is None else self._needs.joined(failure.needs)
        return [*_once(needs.entities), self.spec]

    def step(self, values: Mapping[str, object]) -> Step:
        """Return the step that runs this workflow as a sub-workflow."""
        return workflow_step(self.spec, values, defaults=self.defaults, entities=tuple(self.entities))

    # Checks

    def _failure_step(self) -> Step | None:
        if self._handler is None:
            return None
        handler, extra = self._handler
        own = {
            name: Promise(Source(self, "", name, declared.type, declared.type))
            for name, declared in self._inputs.items()
        }
        for source in sources(extra):
            if source.node_id:
                raise BuildError(
                    f"the failure handler of workflow `{self.id.name}` reads node `{source.node_id}`",
                    rule="failure-node-reads-node",
                    help="it can read the workflow's inputs only",
                )
        step = call(handler, **{**own, **extra})
        step.message.id = self._failure_id
        return step

    def _check_step(self, step: object) -> None:
        if isinstance(step, Then | When | Otherwise):
            raise BuildError(
                f"a conditional of workflow `{self.id.name}` has no end",
                rule="branch-without-default",
                help="end it with `.else_().then(...)` or `.else_().fail(...)`",
            )
        if not isinstance(step, Step):
            raise BuildError(
                f"a `{step.__class__.__qualname__}` is not a step", help="give what `call(...)` returns"
            )

    def _check_sources(self, read: Iterable[Source]) -> None:
        for source in read:
            if source.owner is not self:
                raise BuildError(
                    f"`{source}` belongs to another workflow than `{self.id.name}`",
                    rule="unknown-node",
                    help="pass it in as an input",
                )

    @staticmethod
    def _of_nodes(nodes: Iterable[NodeHandle]) -> list[Source]:
        places = map(placed, nodes)
        return [Source(place.owner, place.id, "", LiteralType(), LiteralType()) for place in places]

    def _downstream(self, id: str) -> set[str]:
        """Return a node and all nodes that run after it."""
        after: dict[str, list[str]] = {}
        for node in self._nodes.values():
            for upstream in upstream_of(node):
                after.setdefault(upstream, []).append(node.id)
        found: set[str] = set()
        waiting = [id]
        while waiting:
            each = waiting.pop()
            if each not in found:
                found.add(each)
                waiting.extend(after.get(each, ()))
        return found


def upstream_of(node: Node) -> list[str]:
    """Return the nodes that a node waits for, and those that nodes in its branches wait for."""
    return [id for each in (node, *_inner_nodes(node)) for id in each.upstream_node_ids]


def _inner_nodes(node: Node) -> Iterator[Node]:
    """Yield the nodes in the branches of a node, at any depth."""
    waiting = _branches(node)
    while waiting:
        inner = waiting.pop()
        yield inner
        waiting.extend(_branches(inner))


def _number_branches(node: Node) -> None:
    """Give ids to the nodes in branches: each conditional counts its own from zero, as SDKs do."""
    for each in (node, *_inner_nodes(node)):
        for place, inner in enumerate(_branches(each)):
            inner.id = inner.id or f"n{place}"


def _branches(node: Node) -> list[Node]:
    if not node.HasField("branch_node"):
        return []
    if_else = node.branch_node.if_else
    found = [if_else.case.then_node, *(block.then_node for block in if_else.other)]
    return [*found, if_else.else_node] if if_else.HasField("else_node") else found


def _id_of(message: TaskSpec | WorkflowSpec | LaunchPlan | WorkflowTemplate) -> Identifier:
    if isinstance(message, TaskSpec | WorkflowSpec):
        return message.template.id
    return message.id


def _once(messages: Iterable[M]) -> list[M]:
    """Return messages without repetitions; two that differ under one identifier are refused."""
    known: dict[bytes, M] = {}
    for message in messages:
        id = _id_of(message)
        key = id.SerializeToString(deterministic=True)
        if key in known and known[key] != message:
            raise BuildError(f"two different definitions are called `{id.name}`", rule="entity-defined-twice")
        known[key] = message
    return list(known.values())

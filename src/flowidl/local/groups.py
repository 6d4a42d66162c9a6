"""Groups: workflows and arrays while they run. They hand out work that is ready and hear how it ended.

A group does nothing by itself and calls no other group: it tells the engine what it came to, by `Ended`.
"""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING, Any

from flowidl.core.v1.literals_pb2 import Literal, LiteralMap
from flowidl.core.v1.types_pb2 import LiteralType, SimpleType
from flowidl.core.v1.workflow_pb2 import WorkflowMetadata
from flowidl.local.data import resolve
from flowidl.local.errors import RunError, explain
from flowidl.local.program import INPUT_NODES
from flowidl.values.simple import nothing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from concurrent.futures import Future

    from flowidl.core.v1.literals_pb2 import Binding
    from flowidl.core.v1.workflow_pb2 import ArrayNode, Node
    from flowidl.local.library import Library
    from flowidl.local.program import Program, Workflow
    from flowidl.local.record import NodeRecord
    from flowidl.local.tasks import Target

#: Outputs by name, or literals by the name of an input.
Literals = dict[str, Literal]


class AbortedError(Exception):
    """Stopped because something else failed; never shown."""


class Work:
    """A node that is to run in a group, or runs: its place, and what it is given."""

    __slots__ = (
        *("attempt", "body", "cache_key", "chain", "future", "given", "group", "index", "inputs", "node"),
        *("path", "record", "target"),
    )

    def __init__(
        self, group: Group, index: int, node: Node, path: str, given: Literals | None = None
    ) -> None:
        self.group = group
        self.index = index
        self.node = node
        self.path = path
        #: What an array gives to an element; `None` for a node that reads its bindings.
        self.given = given
        self.inputs: LiteralMap | None = None
        self.record: NodeRecord | None = None
        #: The conditionals that chose this node, from the outside in, with their records.
        self.chain: list[tuple[Node, NodeRecord]] = []
        #: What its task is, once it is known.
        self.target: Target | None = None
        self.attempt = 0
        self.cache_key = ""
        #: The group that runs in this node.
        self.body: Group | None = None
        self.future: Future[Any] | None = None


class Group:
    """What workflows and arrays share: what is under way, and the first failure."""

    def __init__(self, program: Program, library: Library, parent: Work | None, path: str) -> None:
        self.program = program
        self.library = library
        #: The node whose body this is, if any.
        self.parent = parent
        self.path = path
        self.active: set[Work] = set()
        self.failure: BaseException | None = None
        self.stopped = False
        self.waits_on_stack = False

    def take(self) -> Work | None:
        """Return the next work that is ready, or `None`."""
        raise NotImplementedError

    def has_ready(self) -> bool:
        """Tell whether `take` would return something."""
        raise NotImplementedError

    def succeeded(self, work: Work, outputs: Literals) -> None:
        """Hear that work has come to its outputs."""
        raise NotImplementedError

    def failed(self, work: Work, error: BaseException) -> None:
        """Hear that work has failed."""
        raise NotImplementedError

    def is_over(self) -> bool:
        """Tell whether nothing runs and nothing will."""
        return not self.active and not self.has_ready()

    def result(self) -> Literals:
        """Return the outputs of a group that is over and did not fail."""
        raise NotImplementedError

    def last_work(self) -> Work | None:
        """Return work that remains once all else is over, such as a failure handler."""
        return None

    def stop(self) -> None:
        """Start nothing more."""
        self.stopped = True

    def lookup(self, node_id: str, var: str) -> Literal:
        """Return an output of a node, or an input."""
        raise NotImplementedError


class Scope(Group):
    """A workflow while it runs."""

    def __init__(
        self,
        workflow: Workflow,
        inputs: Mapping[str, Literal],
        program: Program,
        library: Library,
        parent: Work | None,
        path: str,
    ) -> None:
        super().__init__(program, library, parent, path)
        self.workflow = workflow
        self.inputs = inputs
        self.outputs: dict[str, Literals] = {}
        self._left = list(workflow.layout.waits)
        self._ready = [index for index, count in enumerate(self._left) if not count]
        self._started: set[int] = set()
        self._failed_node = ""
        self._handler: Work | None = None

    def has_ready(self) -> bool:
        """Tell whether a node is ready."""
        return bool(self._ready)

    def take(self) -> Work | None:
        """Return the ready node that comes first in the workflow."""
        if not self._ready:
            return None
        index = heapq.heappop(self._ready)
        self._started.add(index)
        node = self.workflow.layout.nodes[index]
        return Work(self, index, node, joined(self.path, node.id))

    def succeeded(self, work: Work, outputs: Literals) -> None:
        """Keep a node's outputs, and make those ready that waited for it last."""
        if work is self._handler:
            return
        for node, _ in [*work.chain, (work.node, None)]:
            self.outputs[node.id] = aliased(node, outputs)
        if self.stopped:
            return
        for follower in self.workflow.layout.followers[work.index]:
            self._left[follower] -= 1
            if not self._left[follower]:
                heapq.heappush(self._ready, follower)

    def failed(self, work: Work, error: BaseException) -> None:
        """Keep the first failure, and stop unless the workflow lets other nodes finish."""
        if work is self._handler:
            if self.failure is not None:
                explain(self.failure, f"the failure handler failed too: {error!r}")
            return
        if isinstance(error, AbortedError):
            return
        if self.failure is None:
            self.failure = error
            self._failed_node = work.chain[0][0].id if work.chain else work.node.id
        policy = self.workflow.template.metadata.on_failure
        if policy != WorkflowMetadata.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE:
            self.stop()

    def stop(self) -> None:
        """Start nothing more."""
        super().stop()
        self._ready.clear()

    def last_work(self) -> Work | None:
        """Return the failure handler, once, if the workflow failed by itself and has one."""
        template = self.workflow.template
        if self.failure is None or self._handler is not None or not template.HasField("failure_node"):
            return None
        node = template.failure_node
        self._handler = Work(self, -1, node, joined(self.path, node.id))
        return self._handler

    def error_literal(self) -> Literal:
        """Return what a failure handler is told: the node that failed, and what was said."""
        literal = Literal()
        literal.scalar.error.failed_node_id = self._failed_node
        literal.scalar.error.message = str(self.failure)
        return literal

    def is_handler(self, work: Work) -> bool:
        """Tell whether work is the failure handler."""
        return work is self._handler

    def result(self) -> Literals:
        """Resolve the workflow's outputs."""
        types = self.workflow.template.interface.outputs.variables
        return self.resolved(
            self.workflow.template.outputs, {name: types[name].type for name in types}, "output"
        )

    def resolved(
        self, bindings: Iterator[Binding] | Any, types: Mapping[str, LiteralType], side: str
    ) -> Literals:
        """Return what bindings come to, by name."""
        found: Literals = {}
        for each in bindings:
            try:
                found[each.var] = resolve(each.binding, self.lookup, types.get(each.var))
            except RunError as error:
                raise RunError(f"{side} `{each.var}`: {error}", path=self.path) from None
        return found

    def lookup(self, node_id: str, var: str) -> Literal:
        """Return an output of a node, or an input of the workflow."""
        found = self.inputs if node_id in INPUT_NODES else self.outputs.get(node_id, {})
        if var not in found:
            words = (
                f"node `{node_id}` has not given"
                if node_id not in INPUT_NODES
                else "the workflow was not given"
            )
            raise RunError(f"{words} `{var}`")
        return found[var]

    def not_started(self) -> Iterator[Node]:
        """Yield the nodes that never ran."""
        for index, node in enumerate(self.workflow.layout.nodes):
            if index not in self._started:
                yield node


class ArrayGroup(Group):
    """An array while it runs: one work for each element."""

    def __init__(
        self,
        work: Work,
        array: ArrayNode,
        inputs: Literals,
        outputs: Mapping[str, LiteralType],
    ) -> None:
        super().__init__(work.group.program, work.group.library, work, work.path)
        self._node = array.node
        self._lists, self._shared = _split(inputs, set(array.bound_inputs), work.path)
        self.count = len(next(iter(self._lists.values())).collection.literals)
        self._needed = needed_successes(array, self.count)
        self._run_all = array.run_all_sub_nodes
        self._limit = array.parallelism or math.inf
        self._outputs = outputs
        self._next = 0
        self._failures = 0
        self._results: list[Literals | None] = [None] * self.count

    def has_ready(self) -> bool:
        """Tell whether there are elements left, and room for one."""
        return not self.stopped and self._next < self.count and len(self.active) < self._limit

    def take(self) -> Work | None:
        """Return the next element."""
        if not self.has_ready():
            return None
        index = self._next
        self._next += 1
        given = {name: literal.collection.literals[index] for name, literal in self._lists.items()}
        return Work(self, index, self._node, f"{self.path}[{index}]", {**self._shared, **given})

    def is_over(self) -> bool:
        """Tell whether all elements have ended, or none will be started any more."""
        return not self.active and (self.stopped or self._next >= self.count)

    def succeeded(self, work: Work, outputs: Literals) -> None:
        """Keep an element's outputs."""
        self._results[work.index] = outputs

    def failed(self, work: Work, error: BaseException) -> None:
        """Count a failure, and stop once too few can succeed."""
        if isinstance(error, AbortedError):
            return
        self._failures += 1
        if self.count - self._failures < self._needed:
            self.failure = self.failure or error
            if not self._run_all:
                self.stop()

    def result(self) -> Literals:
        """Return the outputs as lists, in which failed elements are none."""
        found: Literals = {}
        for name in self._outputs:
            literal = Literal()
            literal.collection.SetInParent()
            literal.collection.literals.extend(
                nothing() if each is None else each[name] for each in self._results
            )
            found[name] = literal
        return found

    def lookup(self, node_id: str, var: str) -> Literal:
        """Return nothing: an element is given its inputs."""
        raise RunError(f"an element of an array cannot read `{node_id}.{var}`")


def _split(inputs: Literals, bound: set[str], path: str) -> tuple[Literals, Literals]:
    """Return the lists to go through, all of one length, and what is the same for every element."""
    lists = {
        name: literal
        for name, literal in inputs.items()
        if name not in bound and literal.WhichOneof("value") == "collection"
    }
    lengths = {name: len(literal.collection.literals) for name, literal in lists.items()}
    if not lengths:
        raise RunError("there is nothing to map over: no input is a list", path=path)
    if len(set(lengths.values())) > 1:
        words = ", ".join(f"`{name}` has {length}" for name, length in lengths.items())
        raise RunError(f"the lists to map over are not of one length: {words}", path=path)
    return lists, {name: literal for name, literal in inputs.items() if name not in lists}


def needed_successes(array: ArrayNode, count: int) -> int:
    """Return how many elements must succeed: a number, a part of them rounded up, or all."""
    if array.WhichOneof("success_criteria") == "min_successes" and array.min_successes:
        return array.min_successes
    if array.WhichOneof("success_criteria") == "min_success_ratio" and array.min_success_ratio:
        return math.ceil(round(count * array.min_success_ratio, 4))
    return count


def aliased(node: Node, outputs: Literals) -> Literals:
    """Return outputs with those that have an alias under that name as well."""
    if not node.output_aliases:
        return outputs
    return {
        **outputs,
        **{each.alias: outputs[each.var] for each in node.output_aliases if each.var in outputs},
    }


def joined(path: str, id: str) -> str:
    """Return the path of a node inside of another."""
    return f"{path} > {id}" if path else id


def takes_error(type: LiteralType) -> bool:
    """Tell whether a value of a type may be an error."""
    if type.HasField("union_type"):
        return any(takes_error(each) for each in type.union_type.variants)
    return type.HasField("simple") and type.simple == SimpleType.ERROR

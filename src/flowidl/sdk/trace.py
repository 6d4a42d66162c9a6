"""Reading a body: the calls that it makes, in order, and what becomes of them when it ends.

A call gives a handle at once and a place later. Its id until then is tentative: when the body ends, calls
that a conditional claimed as branches have gone into it, the others are placed in the order in which they
were made, and ids are numbered once. So no call is evaluated twice and nothing needs to be taken back.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from flowidl.builders.promises import NodeHandle, Placed
from flowidl.builders.renaming import rename_nodes
from flowidl.errors import BuildError
from flowidl.sdk.overriding import overridden
from flowidl.sdk.promises import VoidPromise, call_of, handle_of, nothing_from
from flowidl.sdk.reach import check_same
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
    from flowidl.builders.nodes import Step
    from flowidl.builders.workflows import WorkflowBuilder
    from flowidl.sdk.reach import Reachable
    from flowidl.values.signatures import Signature


class Running(NamedTuple):
    """A task's function is running. Calls of an eager one, which `orchestrates`, are runs."""

    name: str
    orchestrates: bool = False


class Call:
    """One call in a body: its step, which overrides replace, and who claimed it as a branch."""

    __slots__ = ("claimed", "entity", "id", "name", "number", "read", "step", "trace")

    def __init__(self, trace: Trace, number: int, step: Step, entity: Reachable | None) -> None:
        self.trace = trace
        self.number = number
        self.id = f"n{number}"
        self.step = step
        self.entity = entity
        self.name = step.message.metadata.name
        self.claimed: Section | None = None
        self.read = False

    @property
    def owner(self) -> object:
        """The builder that the call belongs to."""
        return self.trace.builder

    def override(self, options: Mapping[str, Any]) -> None:
        """Change the node."""
        if self.trace.closed or self.claimed is not None:
            raise BuildError(
                f"`{self.name}` is placed already, so its node cannot be changed",
                help="override right after the call",
            )
        self.step = overridden(self.step, options, self.entity)
        self.name = self.step.message.metadata.name

    def run_before(self, other: Call) -> None:
        """Let another call's node run after this one."""
        self.trace.order(self, other)


class Section:
    """A conditional that is being written: its name, the first call that may be a branch, its own call."""

    __slots__ = ("call", "name", "since")

    def __init__(self, name: str, since: int) -> None:
        self.name = name
        self.since = since
        self.call: Call | None = None


class Trace:
    """A body that is being read into a builder. `words` name the workflow for errors."""

    def __init__(self, builder: WorkflowBuilder, words: str) -> None:
        self.builder = builder
        self.words = words
        self.calls: list[Call] = []
        self.entities: dict[str, Reachable] = {}
        self.signals: dict[str, Any] = {}
        self.sections: list[Section] = []
        self._edges: list[tuple[Call, Call]] = []
        self._by_id: dict[str, Call] = {}
        self.closed = False

    def call(self, entity: Reachable, values: Mapping[str, object]) -> Any:
        """Make a call of an entity and return its handle."""
        for name, value in values.items():
            _check_value(value, name)
        self.know(entity)
        return self.make(entity.step(values), entity.signature, entity)

    def know(self, entity: Reachable) -> None:
        """Remember an entity that this body needs to run."""
        check_same(self.entities.setdefault(entity.key, entity), entity)

    def make(self, step: Step, shape: Signature | None = None, entity: Reachable | None = None) -> Any:
        """Take note of a step and return its handle."""
        if self.closed:
            raise BuildError(f"{self.words} has been built, so `{step.message.metadata.name}` comes too late")
        call = Call(self, len(self.calls), step, entity)
        for source in step.sources:
            self._note_read(source.owner, source.node_id, call)
        self.calls.append(call)
        self._by_id[call.id] = call
        return handle_of(call, step.outputs, shape)

    def _note_read(self, owner: object, node_id: str, reader: Call) -> None:
        if owner is not self.builder:
            raise BuildError(
                f"`{reader.name}` reads a promise of another workflow than {self.words}",
                rule="unknown-node",
                help="pass it in as an input",
            )
        read = self._by_id.get(node_id)
        if read is None:
            return
        if read.claimed is not None:
            raise BuildError(
                f"`{reader.name}` reads `{read.name}`, which runs in one branch of a conditional only",
                rule="unknown-node",
                help="read what the conditional gives",
            )
        read.read = True

    def claim(self, handle: object, section: Section) -> Step:
        """Take the call of a handle out of the body into a branch of a conditional."""
        call = call_of(handle)
        assert isinstance(call, Call)  # there is no other kind
        words = f"conditional `{section.name}`"
        if call.trace is not self:
            raise BuildError(f"a branch of {words} is a call in another workflow's body")
        if call.claimed is not None:
            raise BuildError(
                f"`{call.name}` is a branch already, so {words} cannot have it too",
                help="call it anew in each `then(...)`",
            )
        if call.number < section.since or call.read:
            reason = "is read by other calls" if call.read else "is called before"
            raise BuildError(
                f"a branch of {words} {reason}, so it runs whatever the condition says: `{call.name}`",
                help="write the call into `then(...)`; to pass a value on, call a task that returns it",
            )
        call.claimed = section
        return call.step

    def order(self, before: Call, after: Call) -> None:
        """Let a call run after another."""
        for each in (before, after):
            if each.trace is not self:
                raise BuildError(f"`{each.name}` is a call in another workflow's body")
        self._edges.append((before, after))

    # When the body ends

    def place(self) -> None:
        """Place all calls that no conditional claimed, in order, under their tentative ids."""
        for section in self.sections:
            if section.call is None:
                raise BuildError(
                    f"conditional `{section.name}` of {self.words} has no end",
                    rule="branch-without-default",
                    help="end it with `.else_().then(...)` or `.else_().fail(...)`",
                )
        self.closed = True
        places: dict[Call, NodeHandle] = {}
        for call in self.calls:
            if call.claimed is None:
                self.builder.add(call.step, id=call.id)
                places[call] = NodeHandle(Placed(self.builder, call.id, call.name, call.step.outputs))
        for before, after in self._edges:
            self.builder.order(places[self._outermost(before)], places[self._outermost(after)])

    @staticmethod
    def _outermost(call: Call) -> Call:
        while call.claimed is not None and call.claimed.call is not None:
            call = call.claimed.call
        return call

    def names(self) -> dict[str, str]:
        """Return the ids that placed calls get in the end, by their tentative ones; fewer if none differ."""
        placed = [call for call in self.calls if call.claimed is None]
        final = {call.id: call.step.message.id or f"n{index}" for index, call in enumerate(placed)}
        if len(set(final.values())) != len(final):
            seen: set[str] = set()
            twice = next(id for id in final.values() if id in seen or seen.add(id))  # type: ignore[func-returns-value]
            raise BuildError(
                f"{self.words} has two nodes `{twice}`",
                rule="repeated-node-id",
                help="give another `node_name`",
            )
        return final if any(old != new for old, new in final.items()) else {}

    def spec(self) -> WorkflowSpec:
        """Return the message of what was placed, with its final ids."""
        spec = self.builder.spec
        names = self.names()
        if names:
            rename_nodes(spec.template.nodes, spec.template.outputs, names)
        return spec


def _check_value(value: object, name: str) -> None:
    if isinstance(value, VoidPromise):
        raise nothing_from(value)
    if isinstance(value, list | tuple):
        for each in value:  # pyright: ignore[reportUnknownVariableType]
            _check_value(each, name)  # pyright: ignore[reportUnknownArgumentType]


_NOW: ContextVar[Trace | Running | None] = ContextVar("flowidl.sdk.now", default=None)


def now() -> Trace | Running | None:
    """Return what the calling code is part of: a body being read, a running task, or neither."""
    return _NOW.get()


def tracing() -> Trace | None:
    """Return the body that is being read, if any."""
    state = _NOW.get()
    return state if isinstance(state, Trace) else None


@contextmanager
def being(state: Trace | Running | None) -> Generator[None]:
    """Let the code of a block be part of a body, of a running task, or of neither."""
    token = _NOW.set(state)
    try:
        yield
    finally:
        _NOW.reset(token)

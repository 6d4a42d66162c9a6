"""The state of reading a piece of code: which names stand for what, and where in the trace it is.

`Machine` holds what expressions, calls and statements share. Where the text does not say which way the code
goes, `fork` reads every way from the same state and joins what comes of them.
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Protocol

from flowidl.sourcecode.trace import Trace
from flowidl.sourcecode.values import (
    NONE,
    UNKNOWN,
    Argument,
    Arguments,
    Event,
    EventKind,
    External,
    Frame,
    Generator,
    Items,
    Module,
    Site,
    Table,
    Value,
    either,
)
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Sequence

    from flowidl.sourcecode.values import Class, Entity, Function, Kind

#: Calls of the user's functions inside each other beyond this depth are not followed.
MAX_DEPTH = 24


class Exhausted(Exception):  # noqa: N818 - no error: reading has taken long enough
    """Reading has taken more steps than it may."""


class Loop(NamedTuple):
    """Where `break` and `continue` of a loop lead, with the names at each of them."""

    broken: list[tuple[int, dict[str, Value]]]
    continued: list[tuple[int, dict[str, Value]]]


class World(Protocol):
    """The sources as a whole, as a machine sees them; `flowidl.sourcecode.world` has them."""

    rehearsing: bool

    def spend(self) -> None:
        """Count a step. Raises `Exhausted` if there are none left."""
        ...

    def new_region(self) -> int:
        """Return a number for a region of code that no other has."""
        ...

    def made(self, entity: Entity, region: int) -> None:
        """Record an entity that the code makes."""
        ...

    def has(self, kind: Kind, name: str) -> bool:
        """Tell whether the package holds or refers to an entity."""
        ...

    def all_names(self, kind: Kind) -> frozenset[str]:
        """Return the names of the package's entities of a kind."""
        ...

    def names(self, kind: Kind, module: Module, short: str) -> list[str]:
        """Return the names that the package may have for a function of a module."""
        ...

    def foreign_entity(self, name: str) -> Entity | None:
        """Return the entity of a dotted name that is not among the sources, if the package knows it."""
        ...

    def imported(self, name: str, importer: Module) -> Value:
        """Return what `import name` stands for in a module."""
        ...

    def source_of(self, name: str, level: int, importer: Module) -> Value:
        """Return the module that `from name import ...` reads from."""
        ...

    def member(self, source: Value, name: str) -> Value:
        """Return a name of a module, or the module of that name below it."""
        ...


class Machine:
    """Reads code of one frame after another, and writes down a trace."""

    def __init__(self, world: World, frame: Frame, trace: Trace | None = None) -> None:
        self.world = world
        self.frame = frame
        self.trace = trace or Trace()
        #: The current state of the trace; `None` where the code cannot get to.
        self.state: int | None = 0
        #: Conditionals that are being written. Calls made meanwhile are theirs and not the workflow's.
        self.open_chains = 0
        #: The region of code: a new one wherever code may run or not, or more than once.
        self.region = 0
        self.returns: list[tuple[int, Value]] = []
        self.loops: list[Loop] = []
        self.depth: int = 0
        self.active: list[ast.AST] = []

    # What the parts of a machine know of each other.

    def evaluate(self, node: ast.expr) -> Value:
        """Return what an expression stands for, having made the calls in it."""
        raise NotImplementedError

    def call(self, callee: Value, given: Arguments, site: Site | None) -> Value:
        """Return what a call gives."""
        raise NotImplementedError

    def execute(self, body: Sequence[ast.stmt]) -> None:
        """Read statements."""
        raise NotImplementedError

    def assign(self, target: ast.expr, value: Value) -> None:
        """Let a target stand for a value."""
        raise NotImplementedError

    def attribute(self, value: Value, name: str) -> Value:
        """Return an attribute of a value."""
        raise NotImplementedError

    def iterate(self, value: Value) -> list[Value] | None:
        """Return the items of a value, `None` if they are not known."""
        raise NotImplementedError

    def comprehend(self, generator: Generator) -> list[Value] | None:
        """Return what a generator yields, `None` if that is not known."""
        raise NotImplementedError

    def run(self, function: Function, given: Arguments, first: tuple[Class, Value] | None = None) -> Value:
        """Return what a call of a function of the sources gives."""
        raise NotImplementedError

    def named_task(self, callee: External, given: Arguments, site: Site | None) -> Entity | None:
        """Return the task that a call of a foreign class makes, if it names it as the package names one."""
        raise NotImplementedError

    def pass_functions(self, given: Arguments) -> None:
        """Read the functions that foreign code is given."""
        raise NotImplementedError

    # Names.

    def lookup(self, name: str) -> Value:
        """Return what a name stands for."""
        frame: Frame | None = self.frame
        if name in self.frame.elsewhere:
            return self.frame.elsewhere[name].get(name, UNKNOWN)
        while frame is not None:
            if name in frame.names:
                return frame.names[name]
            frame = frame.enclosing
        if name in self.frame.module.names:
            return self.frame.module.names[name]
        return External(f"builtins.{name}") if hasattr(builtins, name) else UNKNOWN

    def bind(self, name: str, value: Value) -> None:
        """Let a name stand for a value."""
        self.frame.elsewhere.get(name, self.frame.names)[name] = value

    @property
    def is_alive(self) -> bool:
        """Whether the code gets to where reading is."""
        return self.state is not None

    # The trace.

    def emit(self, event: Event) -> None:
        """Write down a call that makes a node."""
        event.region = self.region
        if self.state is None or self.open_chains:
            return
        after = self.trace.state()
        self.trace.link(self.state, after, event)
        self.state = after

    def anything(self, *, foreign: bool = False) -> None:
        """Write down that any nodes may be made here."""
        if self.state is None or self.open_chains:
            return
        event = Event(EventKind.ANYTHING, None)
        event.foreign = foreign
        around = self.trace.state()
        self.trace.link(self.state, around)
        self.trace.link(around, around, event)
        self.state = around

    def join(self, states: Sequence[int | None]) -> None:
        """Go on behind any of several states."""
        live = sorted({state for state in states if state is not None})
        if len(live) <= 1:
            self.state = live[0] if live else None
            return
        self.state = self.trace.state()
        for state in live:
            self.trace.link(state, self.state)

    def join_to(self, state: int) -> None:
        """Lead from here to a state, if the code gets here."""
        if self.state is not None:
            self.trace.link(self.state, state)

    def fork(self, *ways: Callable[[], Value]) -> Value:
        """Read code of which one way is taken, and return what is one of their values."""
        if self.state is None:
            return UNKNOWN
        start, region, names = self.state, self.region, self.frame.names.copy()
        ends: list[int | None] = []
        result: Value | None = None
        merged: dict[str, Value] | None = None
        for way in ways:
            self.state = start
            self.frame.names.clear()
            self.frame.names.update(names)
            self.region = self.world.new_region()
            value = way()
            if not self.is_alive:
                continue
            result = value if result is None else either(result, value)
            merged = merge(merged, self.frame.names)
            ends.append(self.state)
        self.region = region
        self.frame.names.clear()
        self.frame.names.update(merged or names)
        self.join(ends)
        return NONE if result is None else result

    def repeat(self, body: Callable[[], None], assigned: Sequence[str]) -> None:
        """Read code that runs any number of times. `assigned` are the names that it changes."""
        if self.state is None:
            return
        before, region = self.frame.names.copy(), self.region
        for name in assigned:
            self.bind(name, UNKNOWN)
        self.region = self.world.new_region()
        self._rehearse(body)
        head = self.trace.state()
        self.trace.link(self.state, head)
        self.state = head
        body()
        self.join_to(head)
        self.state, self.region = head, region
        after = merge(self.frame.names.copy(), before)
        self.frame.names.clear()
        self.frame.names.update(after)

    def _rehearse(self, body: Callable[[], None]) -> None:
        """Read code once without writing it down: what it changes is known afterwards to be unknown."""
        kept = self.trace, self.state, self.world.rehearsing, len(self.returns), self.frame.names.copy()
        self.trace, self.state, self.world.rehearsing = Trace(), 0, True
        try:
            body()
        finally:
            self.trace, self.state, self.world.rehearsing = kept[:3]
            del self.returns[kept[3] :]
            self.frame.names.clear()
            self.frame.names.update(kept[4])

    # Containers that may change while nobody knows whether they do.

    def may_change(self, container: Items | Table) -> bool:
        """Tell whether a change is certain here; otherwise what the container holds is not known any more."""
        if container.region == self.region:
            return True
        if isinstance(container, Items):
            container.items = None
        else:
            container.entries = None
        return False


def merge(a: dict[str, Value] | None, b: dict[str, Value]) -> dict[str, Value]:
    """Return what names stand for behind one of two ways."""
    if a is None:
        return b.copy()
    merged = a.copy()
    for name, value in b.items():
        known = merged.get(name)
        merged[name] = value if known is None or known is value else either(known, value)
    return merged


def arguments_of(values: Sequence[Value]) -> Arguments:
    """Return arguments by position that have no place of their own."""
    return Arguments([Argument(value, None) for value in values])


def is_module(value: Value) -> bool:
    """Tell whether a value is a module of the sources."""
    return isinstance(value, Module)

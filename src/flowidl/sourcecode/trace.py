"""The calls that a piece of code makes, in order, with every choice that the text leaves open.

A trace is a graph of states. A step from one state to the next is a call that makes a node (an *event*), or
nothing at all; where the text does not say which way the code goes (an `if` on a value that is known only
when it runs, a loop over unknown items, an exception), steps lead both ways. The nodes of a workflow, in
their order, spell a walk through this graph. `align` finds for each node the events that it can be on some
complete walk: if that is one, the node is placed, and otherwise nobody can tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flowidl.sourcecode.values import Event

    T = TypeVar("T")

#: More work than this (states visited for one workflow) is given up.
MAX_WORK = 3_000_000


class Step(NamedTuple):
    """A way from one state to another. Without an event it makes no node."""

    event: Event | None
    target: int


class Trace:
    """A graph of states, numbered from 0, the start."""

    __slots__ = ("steps",)

    def __init__(self) -> None:
        self.steps: list[list[Step]] = [[]]

    def state(self) -> int:
        """Return a new state."""
        self.steps.append([])
        return len(self.steps) - 1

    def link(self, source: int, target: int, event: Event | None = None) -> None:
        """Lead from one state to another."""
        self.steps[source].append(Step(event, target))


def align(
    trace: Trace,
    start: int,
    end: int,
    nodes: Sequence[T],
    fits: Callable[[Event, T], bool],
    counts: Callable[[Event], bool] = lambda event: True,
) -> list[list[Event]] | None:
    """Return for each node the events that it can be, or `None` if no walk spells these nodes.

    `fits` says whether an event can have made a node, `counts` whether it makes nodes of this workflow at
    all.
    """
    walker = _Walker(trace, counts)
    reached = [walker.closed({start})]
    taken: list[list[tuple[int, Event, int]]] = []
    for node in nodes:
        steps = [step for step in walker.over(reached[-1]) if fits(step[1], node)]
        if not steps or walker.work > MAX_WORK:
            return None
        taken.append(steps)
        reached.append(walker.closed({target for _, _, target in steps}))
    if end not in reached[-1]:
        return None
    alive = walker.leading_to({end}, reached[-1])
    found: list[list[Event]] = []
    for steps, before in zip(reversed(taken), reversed(reached[:-1]), strict=True):
        kept = [(source, event) for source, event, target in steps if target in alive]
        found.append([event for _, event in kept])
        alive = walker.leading_to({source for source, _ in kept}, before)
    found.reverse()
    return found


class _Walker:
    """Walks a trace, and counts how much it has walked."""

    def __init__(self, trace: Trace, counts: Callable[[Event], bool]) -> None:
        self._silent: list[list[int]] = []
        self._events: list[list[tuple[Event, int]]] = []
        self._before: list[list[int]] = [[] for _ in trace.steps]
        self.work = 0
        for state, steps in enumerate(trace.steps):
            loud = [(event, target) for event, target in steps if event is not None and counts(event)]
            silent = [target for event, target in steps if event is None or not counts(event)]
            self._events.append(loud)
            self._silent.append(silent)
            for target in silent:
                self._before[target].append(state)

    def closed(self, states: set[int]) -> set[int]:
        """Return the states that can be reached without making a node."""
        return self._spread(states, self._silent, None)

    def over(self, states: set[int]) -> list[tuple[int, Event, int]]:
        """Return the steps from these states that make a node."""
        found = [(state, event, target) for state in states for event, target in self._events[state]]
        self.work += len(found)
        return found

    def leading_to(self, goals: set[int], among: set[int]) -> set[int]:
        """Return the states `among` some from which a goal can be reached without making a node."""
        return self._spread(goals, self._before, among)

    def _spread(self, states: set[int], steps: list[list[int]], among: set[int] | None) -> set[int]:
        found = set(states)
        todo = list(states)
        while todo:
            for state in steps[todo.pop()]:
                self.work += 1
                if state not in found and (among is None or state in among):
                    found.add(state)
                    todo.append(state)
        return found

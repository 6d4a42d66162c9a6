"""Where in the sources the entities, nodes and inputs of a set of definitions come from.

    found = placer(Library.of_folder("services/shop"), workflows, tasks, launch_plans)
    found.entity(Kind.TASK, "shop.wf.train"), found.workflow(template)["n3"].position

What the text does not say for certain has no position: none is ever a guess.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from flowidl.sourcecode.fitting import Fitting, made_by
from flowidl.sourcecode.machine import Exhausted
from flowidl.sourcecode.nodes import Spot, references, spots
from flowidl.sourcecode.statements import Statements
from flowidl.sourcecode.trace import Trace, align
from flowidl.sourcecode.values import (
    Argument,
    Arguments,
    Entity,
    Event,
    EventKind,
    Frame,
    Kind,
    Promise,
    Site,
)
from flowidl.sourcecode.world import World
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flowidl.core.v1.tasks_pb2 import TaskTemplate
    from flowidl.core.v1.workflow_pb2 import WorkflowTemplate
    from flowidl.sourcecode.modules import Library
    from flowidl.sourcecode.position import Position


class NodePlace(NamedTuple):
    """Where a node is made, and where the values of its inputs stand; `None` where that is not known."""

    position: Position | None = None
    inputs: Mapping[str, Position | None] = {}


NOWHERE = NodePlace()


class Trail(NamedTuple):
    """What reading a workflow's code gave: a trace between two states, and whose events count."""

    trace: Trace
    end: int
    owner: Entity | None


class Placer:
    """Finds positions for entities and nodes.

    `names` are those of all entities that the definitions hold or refer to, by kind; `hints` names of modules
    that hold some of them.
    """

    def __init__(
        self, library: Library, names: Mapping[Kind, Iterable[str]], hints: Iterable[str] = ()
    ) -> None:
        self._world = World(library, names, hints)
        self._world.read_all()
        known = {
            (made.entity.kind, name) for made in self._world.entities for name in made.entity.names or ()
        }
        wanted = {(kind, name) for kind in Kind for name in names.get(kind, ())}
        if any(key not in known and (Kind.WORKFLOW, key[1]) not in known for key in wanted):
            self._world.read_neighbours()
        self._trails: dict[str, Trail | None] = {}
        for name in sorted(names.get(Kind.WORKFLOW, ())):
            self._trails[name] = self._read(name)
        self._made: dict[tuple[Kind, str], list[tuple[Entity, bool]]] = {}
        for entity, certain in self._world.entities:
            for name in entity.names or ():
                self._made.setdefault((entity.kind, name), []).append((entity, certain))

    @property
    def knows_any(self) -> bool:
        """Tell whether any of the modules that names speak of was found."""
        return self._world.knows_any

    def entity(self, kind: Kind, name: str) -> Position | None:
        """Return where an entity is defined: its `def`, or the call that makes it."""
        site = self._site(kind, name)
        if site is None and kind is Kind.LAUNCH_PLAN and (kind, name) not in self._made:
            site = self._site(Kind.WORKFLOW, name)
        if site is None and kind is Kind.TASK:
            site = self._mapped(name) or self._shell(name)
        return _position(site)

    def _site(self, kind: Kind, name: str) -> Site | None:
        makers = [
            (entity, certain)
            for entity, certain in self._made.get((kind, name), ())
            if entity.site is not None and len(entity.names or ()) == 1
        ]
        sites = {(entity.site.text.path, id(entity.site.node)): entity for entity, _ in makers if entity.site}
        if len(sites) > 1 and not all(certain and entity.function is None for entity, certain in makers):
            return None
        return makers[0][0].site if makers else None

    def _mapped(self, name: str) -> Site | None:
        """Return the function that a map task maps, where it is not known which call made the map task."""
        match = re.fullmatch(r"(.*)\.map_(.*)_[0-9a-f]{32}(-arraynode)?", name)
        return None if match is None else self._site(Kind.TASK, f"{match[1]}.{match[2]}")

    def _shell(self, name: str) -> Site | None:
        """Return the shell task that packaging made another task for (`module._bash.NAME`)."""
        _, found, of = name.partition("._bash.")
        return self._site(Kind.TASK, of) if found else None

    def workflow(self, template: WorkflowTemplate) -> dict[str, NodePlace]:
        """Return where the nodes of a workflow are made, by path. What is not there is not known."""
        trail = self._trails.get(template.id.name)
        found: dict[str, NodePlace] = {}
        if trail is None:
            return found
        tops = spots(template)
        for top, events in zip(tops, self._aligned(trail, tops), strict=True):
            self._place(events, top, found)
        self._failure(template, found)
        return found

    def _failure(self, template: WorkflowTemplate, found: dict[str, NodePlace]) -> None:
        workflow = self._entity_of(template.id.name)
        if template.HasField("failure_node") and workflow is not None and workflow.handler is not None:
            found[template.failure_node.id] = NodePlace(_position(workflow.handler))

    def _entity_of(self, name: str) -> Entity | None:
        """Return the one entity that a workflow's name stands for."""
        found = {
            id(made.entity): made.entity
            for made in self._world.entities
            if made.entity.kind is Kind.WORKFLOW and made.entity.names == frozenset({name})
        }
        return next(iter(found.values())) if len(found) == 1 else None

    # From code to traces.

    def _read(self, name: str) -> Trail | None:
        entity = self._entity_of(name)
        if entity is None:
            return None
        if entity.imperative:
            return self._imperative(entity)
        if entity.function is None:
            return None
        function = entity.function
        frame = Frame(function.frame.module, {}, None, compiling=True)
        machine = Statements(self._world, frame)
        parameters = function.original.node.args
        names = [p.arg for p in (*parameters.posonlyargs, *parameters.args, *parameters.kwonlyargs)]
        given = Arguments((), {name: Argument(Promise(None, name), None) for name in names})
        self._world.refill()
        try:
            machine.run(function, given)
        except (Exhausted, RecursionError):
            return None
        return None if machine.state is None else Trail(machine.trace, machine.state, None)

    def _imperative(self, entity: Entity) -> Trail | None:
        """Return the trace in which an imperative workflow is built, if it is one."""
        trails = [
            Trail(trace, end, entity)
            for trace, end in self._world.traces
            if end is not None and any(e is not None and e.owner is entity for s in trace.steps for e, _ in s)
        ]
        return trails[0] if len(trails) == 1 else None

    # From traces to nodes.

    def _aligned(self, trail: Trail, tops: Sequence[Spot]) -> list[list[Event]]:
        for lenient in (False, True):
            fitting = Fitting(self._is_defined, lenient=lenient)
            found = align(
                trail.trace, 0, trail.end, tops, fitting.fits, lambda event: event.owner is trail.owner
            )
            if found is not None:
                return found
        return self._only(trail, tops)

    def _only(self, trail: Trail, tops: Sequence[Spot]) -> list[list[Event]]:
        """Return what is certain where code and nodes differ: one call, one node, and they fit no other."""
        events = [e for s in trail.trace.steps for e, _ in s if e is not None and e.owner is trail.owner]
        nothing: list[list[Event]] = [[] for _ in tops]
        if any(event.kind is EventKind.ANYTHING for event in events):
            return nothing
        fitting = Fitting(self._is_defined, lenient=True)
        strict = Fitting(self._is_defined)
        fits = [[event for event in events if fitting.fits(event, top)] for top in tops]
        taken = [event for found in fits for event in found]
        return [
            found if len(found) == 1 and taken.count(found[0]) == 1 and strict.fits(found[0], top) else []
            for found, top in zip(fits, tops, strict=True)
        ]

    def _place(self, events: Sequence[Event], spot: Spot, found: dict[str, NodePlace]) -> None:
        event = _one(events)
        if event is None or event.site is None:
            return
        inputs = {var: _input(event, var) for var in spot.bindings} if spot.kind != "branch" else {}
        found[spot.path] = NodePlace(_position(event.site), inputs)
        if event.kind is EventKind.BRANCH and len(event.cases) == len(spot.inner):
            fitting = Fitting(self._is_defined)
            for case, inner in zip(event.cases, spot.inner, strict=True):
                makers = made_by(case) or []
                self._place([maker for maker in makers if fitting.fits(maker, inner)], inner, found)
        elif spot.kind == "array":
            for inner in spot.inner:
                found[inner.path] = found[spot.path]

    def _is_defined(self, kind: str, name: str) -> bool:
        return (Kind(kind), name) in self._made if kind in _KINDS else False


_KINDS = frozenset(kind.value for kind in Kind)


def _one(events: Sequence[Event]) -> Event | None:
    """Return the one event, or one of those that one call in the text stands for."""
    places = {id(event.site.node) if event.site is not None else None for event in events}
    return events[0] if len(places) == 1 and None not in places else None


def _input(event: Event, var: str) -> Position | None:
    argument = event.arguments.get(var) or event.arguments.get("")
    return None if argument is None else _position(argument.site)


def _position(site: Site | None) -> Position | None:
    return None if site is None else site.text.position(site.node)


def placer(
    library: Library, workflows: Iterable[WorkflowTemplate], tasks: Iterable[TaskTemplate],
    launch_plans: Iterable[str],
) -> Placer:  # fmt: skip
    """Return the placer for definitions. `launch_plans` are names."""
    names: dict[Kind, set[str]] = {kind: set() for kind in Kind}
    hints: set[str] = set()
    for task in tasks:
        names[Kind.TASK].add(task.id.name)
        hints.update(_modules(task))
    names[Kind.LAUNCH_PLAN].update(launch_plans)
    for template in workflows:
        names[Kind.WORKFLOW].add(template.id.name)
        for kind, name in references(template):
            names[Kind(kind)].add(name)
    return Placer(library, names, hints)


def _modules(task: TaskTemplate) -> Iterable[str]:
    """Return the module that a task's container is told to load (`task-module` among its arguments)."""
    arguments = list(task.container.args)
    return [value for key, value in pairwise(arguments) if key == "task-module"]

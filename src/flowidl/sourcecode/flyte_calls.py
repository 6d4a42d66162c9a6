"""Calls of Flyte's own functions: what makes entities, and what makes nodes.

The names are those of flytekit and of `flowidl.sdk`; the last part of a dotted name counts, because both
offer the same things in several modules.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from flowidl.sourcecode.values import (
    NONE,
    UNKNOWN,
    Argument,
    Arguments,
    Chain,
    Constant,
    Decorator,
    Entity,
    Event,
    EventKind,
    External,
    Function,
    Kind,
    MapTask,
    Method,
    Partial,
    Promise,
    Site,
    Table,
    Value,
    text_of,
)

if TYPE_CHECKING:
    from flowidl.sourcecode.machine import Machine

_PACKAGES = ("flytekit", "flytekitplugins", "flowidl")

#: Decorators, with the kind of entity that they make.
_DECORATORS = {
    "task": Kind.TASK, "dynamic": Kind.TASK, "eager": Kind.TASK, "reference_task": Kind.TASK,
    "workflow": Kind.WORKFLOW, "reference_workflow": Kind.WORKFLOW,
    "reference_launch_plan": Kind.LAUNCH_PLAN,
}  # fmt: skip
_MAPS = ("map_task", "array_node", "map", "ArrayNodeMapTask", "array_node_map_task", "MapPythonTask")
_LAUNCH_PLAN_MAKERS = ("get_or_create", "create", "get_default_launch_plan")


def is_flyte(value: External) -> bool:
    """Tell whether something belongs to Flyte."""
    return value.top in _PACKAGES


def call_flyte(machine: Machine, callee: External, given: Arguments, site: Site | None) -> Value:
    """Return what a call of one of Flyte's functions or classes gives."""
    name = callee.last
    if name in _DECORATORS:
        return _decorate(machine, name, given, site)
    if name in _LAUNCH_PLAN_MAKERS and "LaunchPlan" in callee.name:
        return _launch_plan(machine, name, given, site)
    if name in ("ReferenceTask", "ReferenceLaunchPlan", "ReferenceWorkflow"):
        return _reference(machine, name, given, site)
    if name in ("Workflow", "ImperativeWorkflow"):
        return _imperative(machine, given, site)
    if name in _MAPS:
        return _map_task(machine, name, given, site)
    if name == "create_node" and given.positional:
        rest = Arguments(given.positional[1:], given.keywords, given.open)
        return machine.call(given.positional[0].value, rest, site)
    if name in ("approve", "wait_for_input", "sleep"):
        return _gate(machine, name, given, site)
    if name == "conditional":
        machine.open_chains += 1
        return Chain(text_of(given.value(0, "name")))
    named = machine.named_task(callee, given, site)
    if named is not None:
        return named
    machine.pass_functions(given)
    return External(f"{callee.name}()")


# Entities.


def _decorate(machine: Machine, name: str, given: Arguments, site: Site | None) -> Value:
    first = given.value(0, "_task_function") or given.value(None, "_workflow_function")
    if first is not None and not isinstance(first, Constant):
        return make_entity(machine, name, first, given, site)
    return Decorator(name, given, site)


def make_entity(machine: Machine, name: str, value: Value, given: Arguments, site: Site | None) -> Value:
    """Return the entity that a decorator makes of a function."""
    kind = _DECORATORS[name]
    if not isinstance(value, Function):
        return Entity(kind, None, None)
    text = value.original.frame.module.text
    place = None if text is None else Site(text, value.original.node)
    if name.startswith("reference_"):
        given_name = text_of(given.value(None, "name"))
        return Entity(kind, None if given_name is None else {given_name}, None, value)
    names = None if value.name is None else machine.world.names(kind, value.named_in, value.name)
    entity = Entity(kind, names, place, value)
    if kind is Kind.WORKFLOW and "on_failure" in given.keywords:
        entity.handler = given.keywords["on_failure"].site or site
    machine.world.made(entity, machine.region)
    if name == "eager" and value.name is not None:
        _eager(machine, entity, value)
    return entity


def _eager(machine: Machine, entity: Entity, function: Function) -> None:
    """Note what packaging adds for an eager task: a workflow that runs it, and a task that cleans up."""
    own = function.name or ""
    wrapper = Entity(Kind.WORKFLOW, machine.world.names(Kind.WORKFLOW, function.named_in, own), entity.site)
    cleanup = machine.world.names(Kind.TASK, function.named_in, f"{own}-cleanup")
    machine.world.made(wrapper, machine.region)
    machine.world.made(Entity(Kind.TASK, cleanup, entity.site), machine.region)


def _launch_plan(machine: Machine, name: str, given: Arguments, site: Site | None) -> Value:
    by_position = {"get_or_create": (0, 1), "create": (1, 0), "get_default_launch_plan": (1, None)}[name]
    of = given.value(by_position[0], "workflow")
    named = given.value(by_position[1], "name") if by_position[1] is not None else None
    if named is None or (isinstance(named, Constant) and named.value is None):
        names = of.names if isinstance(of, Entity) else None
        plan = Entity(Kind.LAUNCH_PLAN, names, None, of.function if isinstance(of, Entity) else None)
        plan.fixed = True
        return plan
    text = text_of(named)
    plan = Entity(Kind.LAUNCH_PLAN, None if text is None else {text}, site)
    plan.function = of.function if isinstance(of, Entity) else None
    plan.fixed = True
    machine.world.made(plan, machine.region)
    return plan


def _reference(machine: Machine, name: str, given: Arguments, site: Site | None) -> Value:
    kinds = {"ReferenceTask": Kind.TASK, "ReferenceWorkflow": Kind.WORKFLOW}
    text = text_of(given.value(2, "name"))
    return Entity(kinds.get(name, Kind.LAUNCH_PLAN), None if text is None else {text}, None)


def _imperative(machine: Machine, given: Arguments, site: Site | None) -> Value:
    text = text_of(given.value(0, "name"))
    workflow = Entity(Kind.WORKFLOW, None if text is None else {text}, site)
    workflow.imperative = True
    machine.world.made(workflow, machine.region)
    return workflow


# Map tasks.


def _map_task(machine: Machine, name: str, given: Arguments, site: Site | None) -> Value:
    target = given.value(0, "target") or given.value(None, "task_function") or UNKNOWN
    bound: dict[str, Argument] = {}
    if isinstance(target, Partial):
        bound = dict(target.given.keywords)
        target = target.callee
    explicit = given.value(None, "bound_inputs_values")
    if isinstance(explicit, Table) and explicit.entries is not None:
        bound |= {
            key: Argument(value, explicit.sites.get(key))
            for key, value in explicit.entries.items()
            if isinstance(key, str)
        }
    made = MapTask(target, bound, site)
    if isinstance(target, Entity) and target.kind is Kind.TASK:
        made.names = _map_names(machine, name, target, bound, given)
        entity = Entity(Kind.TASK, made.names, site if len(made.names) == 1 else None)
        entity.certain = False
        machine.world.made(entity, machine.region)
    return made


def _map_names(
    machine: Machine, name: str, target: Entity, bound: dict[str, Argument], given: Arguments
) -> frozenset[str]:
    """Return the names that the package may have for a map task."""
    found: set[str] = set()
    for of in target.names or ():
        module, _, short = of.rpartition(".")
        pattern = re.compile(re.escape(f"{module}.map_{short}_") + r"[0-9a-f]{32}(-arraynode)?")
        found |= {known for known in machine.world.all_names(Kind.TASK) if pattern.fullmatch(known)}
    digest = _map_digest(name, bound, given)
    exact = {known for known in found if digest is not None and f"_{digest}-arraynode" in known}
    return frozenset(exact or found)


def _map_digest(name: str, bound: dict[str, Argument], given: Arguments) -> str | None:
    """Return what a map task's name ends with: a digest of its bound inputs and how it may run and fail."""
    defaults: dict[str, object] = {"concurrency": None, "min_successes": None, "min_success_ratio": 1.0}
    if name == "ArrayNodeMapTask":
        defaults["min_success_ratio"] = None
    names = given.value(None, "bound_inputs")
    if given.open or names is not None:
        return None
    words: list[str] = []
    for key, default in defaults.items():
        value = given.value(None, key)
        if value is not None and not isinstance(value, Constant):
            return None
        words.append(str(default if value is None else value.value))
    text = ",".join(sorted(bound)) + "".join(words)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


# Nodes.


def entity_event(machine: Machine, entity: Entity | MapTask, given: Arguments, site: Site | None) -> Value:
    """Return what a call of an entity gives: in a workflow, the promise of a node."""
    if not machine.frame.compiling:
        return UNKNOWN
    event = Event(EventKind.CALL, site, entity)
    event.arguments, event.open = _by_name(entity, given)
    machine.emit(event)
    return Promise(event)


def _by_name(entity: Entity | MapTask, given: Arguments) -> tuple[dict[str, Argument], bool]:
    """Return the arguments of a call by the names of the inputs, and whether there may be more."""
    bound = dict(entity.bound) if isinstance(entity, MapTask) else {}
    target = entity.target if isinstance(entity, MapTask) else entity
    parameters = _parameters(target)
    unplaced = len(given.positional) > len(parameters)
    for name, argument in zip(parameters, given.positional, strict=False):
        bound[name] = argument
    return bound | given.keywords, given.open or unplaced


def _parameters(value: Value) -> list[str]:
    if not isinstance(value, Entity) or value.function is None or value.kind is Kind.LAUNCH_PLAN:
        return []
    parameters = value.function.original.node.args
    return [parameter.arg for parameter in (*parameters.posonlyargs, *parameters.args)]


def _gate(machine: Machine, name: str, given: Arguments, site: Site | None) -> Value:
    kinds = {"approve": EventKind.APPROVE, "wait_for_input": EventKind.SIGNAL, "sleep": EventKind.SLEEP}
    if not machine.frame.compiling:
        return UNKNOWN
    event = Event(kinds[name], site)
    if name == "approve":
        event.name = text_of(given.value(1, "name"))
        item = given.keywords.get("upstream_item") or (given.positional[0] if given.positional else None)
        if item is not None:
            event.arguments[""] = item
    elif name == "wait_for_input":
        event.name = text_of(given.value(0, "name"))
    machine.emit(event)
    return Promise(event)


# Methods.


def call_flyte_method(machine: Machine, method: Method, given: Arguments, site: Site | None) -> Value | None:
    """Return what a method of a conditional, a promise or a workflow gives; `None` if it is none of these."""
    of = method.of
    if isinstance(of, Chain):
        return _chain_method(machine, of, method.name, given, site)
    if isinstance(of, Promise):
        if method.name == "with_overrides":
            _override(machine, of, given)
        return of
    if isinstance(of, Entity) and of.imperative:
        return _imperative_method(machine, of, method.name, given, site)
    if isinstance(of, Entity | MapTask):
        return of if method.name == "with_overrides" else UNKNOWN
    return None


def _override(machine: Machine, promise: Promise, given: Arguments) -> None:
    name = given.value(None, "node_name")
    if promise.event is None or name is None:
        return
    text = text_of(name)
    certain = text is not None and promise.event.region == machine.region
    promise.event.node_id = node_id(text) if certain and text is not None else None


def node_id(name: str) -> str:
    """Return the node id that a name gives: lower case, with dashes, as it may stand in a cluster."""
    if len(name) >= 63:
        digest = hashlib.sha224(name.encode()).hexdigest()[:10]
        name = f"{digest}-{name[-52:]}"
    written = ""
    for index, character in enumerate(name):
        if character in "_-.":
            written += "-" if index else ""
        elif character.isalnum():
            if character.isupper() and index and not written.endswith("-"):
                written += "-"
            written += character.lower() if character.isupper() else character
    return written.removesuffix("-")


def _chain_method(machine: Machine, chain: Chain, name: str, given: Arguments, site: Site | None) -> Value:
    if name in ("else_", "if_", "elif_"):
        chain.closing = name == "else_"
    elif name in ("then", "fail"):
        if name == "then":
            chain.cases.append(given.value(0, "p") or UNKNOWN)
        else:
            chain.fails = True
        if chain.closing:
            return _closed(machine, chain, site)
    return chain


def _closed(machine: Machine, chain: Chain, site: Site | None) -> Value:
    """Return the promise of a conditional whose last case is written."""
    machine.open_chains = max(0, machine.open_chains - 1)
    event = Event(EventKind.BRANCH, site)
    event.name, event.cases, event.fails = chain.name, chain.cases, chain.fails
    machine.emit(event)
    return Promise(event)


def _imperative_method(
    machine: Machine, workflow: Entity, name: str, given: Arguments, site: Site | None
) -> Value:
    if name in ("add_entity", "add_task", "add_subwf", "add_launch_plan", "add") and given.positional:
        target = given.positional[0].value
        event = Event(EventKind.CALL, site, target)
        event.arguments, event.open, event.owner = dict(given.keywords), given.open, workflow
        machine.emit(event)
        return Promise(event)
    if name == "add_workflow_input":
        return Promise(None, text_of(given.value(0, "input_name")))
    if name in ("add_on_failure_handler", "on_failure") and site is not None:
        workflow.handler = site
    return NONE

"""Whether a call of the code can have made a node: by what it runs, and by what it passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.sourcecode.nodes import INPUTS
from flowidl.sourcecode.values import (
    Choice,
    Constant,
    Entity,
    Event,
    EventKind,
    Instance,
    Kind,
    MapTask,
    Promise,
    Value,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowidl.core.v1.literals_pb2 import BindingData, Scalar
    from flowidl.sourcecode.nodes import Spot

_GATES = {EventKind.APPROVE: "approve", EventKind.SIGNAL: "signal", EventKind.SLEEP: "sleep"}


class Fitting:
    """Judges whether events fit nodes. `defined` tells whether the sources make an entity of a name.

    A `lenient` one looks only at what a node runs: for code whose arguments are not what they seem.
    """

    def __init__(self, defined: Callable[[str, str], bool], *, lenient: bool = False) -> None:
        self._defined = defined
        self._lenient = lenient

    def fits(self, event: Event, spot: Spot) -> bool:
        """Tell whether an event can have made a node."""
        if event.kind is EventKind.ANYTHING:
            return not (event.foreign and spot.target and self._defined(spot.kind, spot.target))
        if event.node_id is not None and event.node_id != spot.id:
            return False
        if event.kind is EventKind.BRANCH:
            return self._branch(event, spot)
        if event.kind in _GATES:
            return spot.kind == _GATES[event.kind] and (event.name is None or event.name == spot.name)
        return any(runs(option, spot) for option in options(event.target)) and (
            self._lenient or _passes(event, spot)
        )

    def _branch(self, event: Event, spot: Spot) -> bool:
        if spot.kind != "branch" or (event.name is not None and event.name != spot.name):
            return False
        if len(event.cases) != len(spot.inner) or event.fails != spot.fails:
            return False
        return all(self._case(case, inner) for case, inner in zip(event.cases, spot.inner, strict=True))

    def _case(self, case: Value, inner: Spot) -> bool:
        makers = made_by(case)
        return makers is None or any(self.fits(event, inner) for event in makers)


def made_by(value: Value) -> list[Event] | None:
    """Return the events that a value can come from, `None` if that is not known."""
    found = [option.event for option in options(value) if isinstance(option, Promise) and option.event]
    return found if found and len(found) == len(options(value)) else None


def runs(target: Value, spot: Spot) -> bool:
    """Tell whether a node can run something."""
    if isinstance(target, Instance) and target.entity is not None:
        target = target.entity
    if isinstance(target, Entity):
        return spot.kind == target.kind.value and (target.names is None or spot.target in target.names)
    if isinstance(target, MapTask):
        if spot.kind == "array" and isinstance(target.target, Entity) and target.target.kind is not Kind.TASK:
            return target.target.names is None or spot.target in target.target.names
        known = isinstance(target.target, Entity) and target.target.names is not None
        return spot.kind in ("array", "task") and (
            not known or spot.target in target.names or (spot.kind == "array" and _plain(target, spot))
        )
    return spot.kind in ("task", "workflow", "launch_plan", "array")


def _plain(target: MapTask, spot: Spot) -> bool:
    """Tell whether an array runs a task as it is, as it does for a reference task."""
    of = target.target
    return isinstance(of, Entity) and of.names is not None and spot.target in of.names


def _passes(event: Event, spot: Spot) -> bool:
    relaxed = any(isinstance(option, Entity) and option.fixed for option in options(event.target))
    for name, argument in event.arguments.items():
        binding = spot.bindings.get(name)
        if binding is not None:
            if not _agrees(argument.value, binding):
                return False
        elif not relaxed and not (isinstance(argument.value, Constant) and argument.value.value is None):
            return False
    return True


def _agrees(value: Value, binding: BindingData) -> bool:
    """Tell whether a value can have been bound so. Where the text does not tell, it can."""
    if isinstance(value, Choice):
        return any(_agrees(option, binding) for option in value.options)
    which = binding.WhichOneof("value")
    if isinstance(value, Promise):
        if which != "promise":
            return False
        is_input = binding.promise.node_id in INPUTS
        if value.event is not None:
            return not is_input and value.event.node_id in (None, binding.promise.node_id)
        return value.source is None or (is_input and binding.promise.var == value.source)
    if isinstance(value, Constant):
        if which == "promise":
            return value.value is None
        return which != "scalar" or _equals(value.value, binding.scalar)
    return True


def _equals(value: object, scalar: Scalar) -> bool:
    for _ in range(8):
        if scalar.WhichOneof("value") != "union":
            break
        scalar = scalar.union.value.scalar
    if scalar.WhichOneof("value") != "primitive":
        return True
    primitive = scalar.primitive
    which = primitive.WhichOneof("value")
    if isinstance(value, str) and which == "string_value":
        return value == primitive.string_value
    if isinstance(value, bool):
        return which != "boolean" or value == primitive.boolean
    if isinstance(value, int) and which == "integer":
        return value == primitive.integer
    if isinstance(value, float) and which == "float_value":
        return value == primitive.float_value
    return True

"""From plain JSON to parts of a pod: what the back end makes of a pod spec when it reads it.

Keys count in any letter case, and what no field has is left out. `null` is the same as nothing; in a list it
is an empty entry, in a map an empty value. Numbers must be whole and in range where an integer is read, and
quantities may be numbers. No step recurses: how deep a pod can be is bounded by the table.
"""

from __future__ import annotations

import re
from math import isfinite
from typing import TypeAlias

from flowidl.kubernetes.problems import Fault, Problem, Steps
from flowidl.kubernetes.structures import Field, Structure, structures
from flowidl.quantities import Quantity, parse_quantity
from flowidl.tuples import NamedTuple

#: A value as JSON has it.
Json: TypeAlias = "bool | float | str | list[Json] | dict[str, Json] | None"
Scalar: TypeAlias = "bool | int | str | Quantity"
#: A value of a field, read: an entry, a list of them, or a map of them by key.
Value: TypeAlias = "Scalar | Part | list[Scalar] | list[Part] | dict[str, Scalar]"

_INTEGERS = {"int32": 2**31, "port": 2**31, "int64": 2**63}
_EMPTY: dict[str, Scalar] = {"text": "", "bool": False, "quantity": Quantity("0", 0), "time": "", "any": ""}
_WORDS = {
    "text": "a string",
    "bool": "true or false",
    "int32": "a whole number",
    "int64": "a whole number",
    "quantity": "a quantity",
    "port": "a whole number or a string",
    "time": "a time",
}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Part:
    """An object of a pod: its structure, where it is, and the fields that it has, by their proper names."""

    __slots__ = ("keys", "steps", "structure", "values")

    def __init__(self, structure: Structure, steps: Steps) -> None:
        self.structure = structure
        self.steps = steps
        self.values: dict[str, Value] = {}
        self.keys: dict[str, str] = {}

    def at(self, field: str, *more: str | int) -> Steps:
        """Return the steps to a field, or to where it would be, as it is written."""
        return (*self.steps, self.keys.get(field, field), *more)

    def has(self, field: str) -> bool:
        """Tell whether a field is there."""
        return field in self.values

    def text(self, field: str) -> str:
        """Return a text, empty if there is none."""
        value = self.values.get(field)
        return value if isinstance(value, str) else ""

    def number(self, field: str) -> int:
        """Return a number, 0 if there is none."""
        value = self.values.get(field)
        return value if isinstance(value, int) else 0

    def flag(self, field: str) -> bool:
        """Tell whether a truth value is there and true."""
        return self.values.get(field) is True

    def part(self, field: str) -> Part | None:
        """Return an object."""
        value = self.values.get(field)
        return value if isinstance(value, Part) else None

    def parts(self, field: str) -> list[Part]:
        """Return the objects of a list."""
        value = self.values.get(field)
        return [item for item in value if isinstance(item, Part)] if isinstance(value, list) else []

    def texts(self, field: str) -> list[str]:
        """Return the texts of a list."""
        value = self.values.get(field)
        return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []

    def quantities(self, field: str) -> dict[str, Quantity]:
        """Return the quantities of a map."""
        value = self.values.get(field)
        if not isinstance(value, dict):
            return {}
        return {key: item for key, item in value.items() if isinstance(item, Quantity)}

    def quantity(self, field: str) -> Quantity | None:
        """Return a quantity."""
        value = self.values.get(field)
        return value if isinstance(value, Quantity) else None

    def map(self, field: str) -> dict[str, str]:
        """Return the texts of a map."""
        value = self.values.get(field)
        if not isinstance(value, dict):
            return {}
        return {key: item for key, item in value.items() if isinstance(item, str)}


class Reading(NamedTuple):
    """What was read: the outermost part, all parts from the outside in, and what did not fit."""

    root: Part
    parts: list[Part]
    problems: list[Problem]


def read(value: Json, structure: str) -> Reading:
    """Read a value as a structure of the table; keys that mean no field, and misfits, become problems."""
    root = Part(structures()[structure], ())
    parts, problems = [root], list[Problem]()
    waiting: list[tuple[Part, Json]] = [(root, value)]
    while waiting:
        part, given = waiting.pop()
        if given is None:
            continue
        if not isinstance(given, dict):
            problems.append(_misfit(part.steps, "an object"))
            continue
        for key in sorted(given):
            field = part.structure.field(key)
            if field is None:
                known = tuple(part.structure.fields)
                problems.append(Problem(Fault.UNKNOWN_KEY, (*part.steps, key), "", known=known))
            elif given[key] is not None:
                inner = _read_field(part, field, key, given[key], problems)
                parts += [child for child, _ in inner]
                waiting += reversed(inner)
    return Reading(root, parts, problems)


def _read_field(
    part: Part, field: Field, key: str, value: Json, problems: list[Problem]
) -> list[tuple[Part, Json]]:
    """Read a field into its part; return the objects in it, still to be read, with what they are given as."""
    steps = (*part.steps, key)
    if field.many == "[":
        if not isinstance(value, list):
            problems.append(_misfit(steps, "a list"))
            return []
        items: list[tuple[str | int, Json]] = list(enumerate(value))
    elif field.many == "{":
        if not isinstance(value, dict):
            problems.append(_misfit(steps, "an object"))
            return []
        items = [(name, value[name]) for name in sorted(value)]
    else:
        items = [("", value)]
    part.keys[field.name] = key
    if field.type in structures():
        return _objects(part, field, steps, items)
    scalars = [_scalar(item, field.type) for _, item in items]
    for (step, _), scalar in zip(items, scalars, strict=True):
        if scalar is None:
            problems.append(_misfit((*steps, step) if field.many else steps, _WORDS[field.type]))
    fitting = [scalar for scalar in scalars if scalar is not None]
    if field.many == "[":
        part.values[field.name] = fitting
    elif field.many == "{":
        pairs = zip(items, scalars, strict=True)
        part.values[field.name] = {str(name): scalar for (name, _), scalar in pairs if scalar is not None}
    elif fitting:
        part.values[field.name] = fitting[0]
    return []


def _objects(
    part: Part, field: Field, steps: Steps, items: list[tuple[str | int, Json]]
) -> list[tuple[Part, Json]]:
    structure = structures()[field.type]
    if not field.many:
        child = Part(structure, steps)
        part.values[field.name] = child
        return [(child, items[0][1])]
    children = [Part(structure, (*steps, step)) for step, _ in items]
    part.values[field.name] = children
    return [(child, item) for child, (_, item) in zip(children, items, strict=True)]


def _scalar(value: Json, type: str) -> Scalar | None:
    """Return a value as its type has it, or `None` if it does not fit."""
    if value is None:
        return _EMPTY.get(type, 0)
    if type == "any":
        return ""
    if isinstance(value, bool):
        return value if type == "bool" else None
    if isinstance(value, str):
        return _text(value, type)
    if isinstance(value, (int, float)) and isfinite(value):
        if type == "quantity":
            return parse_quantity(number_text(value))
        limit = _INTEGERS.get(type)
        if limit is not None and -limit <= value < limit and value == int(value):
            return int(value)
    return None


def _text(value: str, type: str) -> Scalar | None:
    if type in ("text", "port"):
        return value
    if type == "time":
        return value if _TIME.fullmatch(value) else None
    return parse_quantity(value.strip(" ")) if type == "quantity" else None


def number_text(value: float) -> str:
    """Write a number as the back end does before Kubernetes reads a quantity."""
    return str(int(value)) if value == int(value) and abs(value) < 1e21 else repr(value)


def _misfit(steps: Steps, expected: str) -> Problem:
    return Problem(Fault.UNREADABLE, steps, expected)

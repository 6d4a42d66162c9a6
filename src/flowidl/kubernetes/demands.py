"""What the table demands of single fields, held against the parts of a pod."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.kubernetes.forms import FORMS
from flowidl.kubernetes.labels import annotation_problems, label_problems
from flowidl.kubernetes.problems import Fault, Problem, Steps
from flowidl.kubernetes.reading import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.kubernetes.reading import Value
    from flowidl.kubernetes.structures import Demand, Field, Group

#: Forms of whole maps.
MAPS = {"labels": label_problems, "annotations": annotation_problems}
_LOWEST_PORT, _HIGHEST_PORT = 1, 65535
#: Texts longer than this are not repeated in a message.
_SHOWN = 80


def demanded(part: Part) -> Iterator[Problem]:
    """Yield what the table demands of a part's fields, and what is not so."""
    for field in part.structure.fields.values():
        value = part.values.get(field.name)
        if value is None or value in ("", []):
            if field.required:
                yield Problem(Fault.MISSING, part.at(field.name), "must be there", f"set `{field.name}`")
                continue
            if value is None or not field.optional:
                continue
        elif field.required and value == 0 and not isinstance(value, bool) and field.type != "port":
            yield Problem(
                Fault.MISSING, part.at(field.name), "must be there, and not be 0", f"set `{field.name}`"
            )
            continue
        for demand in field.demands:
            yield from _checked(part, field, value, demand)
    for group in part.structure.groups:
        yield from _grouped(part, group)


def _grouped(part: Part, group: Group) -> Iterator[Problem]:
    there = [name for name in group.fields if _is_set(part.values.get(name))]
    if len(there) > 1:
        names = " and ".join(f"`{name}`" for name in there[:3])
        yield Problem(
            Fault.CONFLICT,
            part.at(there[1]),
            f"is one too many: only one of {names} may be set",
            "keep one of them",
            related=part.at(there[0]),
        )
    if group.needed and not there:
        names = ", ".join(f"`{name}`" for name in group.fields)
        yield Problem(Fault.MISSING, part.steps, f"must have one of {names}", "set one of them")


def _is_set(value: Value | None) -> bool:
    return value is not None and value not in ("", [])


def _checked(part: Part, field: Field, value: Value, demand: Demand) -> Iterator[Problem]:
    if demand.kind == "never":
        if value not in (0, {}):
            yield Problem(Fault.CONFLICT, part.at(field.name), "cannot be set here", "remove it")
    elif demand.kind == "unique":
        yield from _unique(part, field.name, demand)
    elif isinstance(value, dict):
        yield from MAPS[demand.words[0]](part, field.name)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _entry(item, part.at(field.name, position), demand)
    elif value != 0 or field.optional:
        yield from _entry(value, part.at(field.name), demand)
    elif field.type == "port":
        yield from _entry(0, part.at(field.name), demand)


def _entry(value: Value, steps: Steps, demand: Demand) -> Iterator[Problem]:
    """Hold one value against one demand."""
    if demand.kind == "choice" and isinstance(value, str):
        if value not in demand.words:
            allowed = ", ".join(f"`{word}`" for word in demand.words)
            yield Problem(
                Fault.CHOICE,
                steps,
                f"is {shown(value)}, and must be {'one of ' * (len(demand.words) > 1)}{allowed}",
                certain=demand.certain,
                known=demand.words,
            )
    elif isinstance(value, int) and not isinstance(value, bool):
        low, high = demand.low, demand.high
        if demand.kind == "form":
            low, high = _LOWEST_PORT, _HIGHEST_PORT
        if value < low or (high is not None and value > high):
            wanted = f"at least {low}" if high is None else f"from {low} to {high}"
            reason = f"is {value}, and must be {wanted}"
            yield Problem(Fault.RANGE, steps, reason, certain=demand.certain)
    elif isinstance(value, str):
        reason = FORMS[demand.words[0]](value)
        if reason:
            yield Problem(Fault.FORM, steps, f"is {shown(value)}: {reason}", certain=demand.certain)


def _unique(part: Part, field: str, demand: Demand) -> Iterator[Problem]:
    first: dict[str, Steps] = {}
    name = demand.words[0]
    for entry in part.parts(field):
        value = entry.text(name)
        if value and value in first:
            yield Problem(
                Fault.REPEATED,
                entry.at(name),
                f"is {shown(value)} once more",
                "keep one of the two, or change one",
                demand.certain,
                first[value],
            )
        elif value:
            first[value] = entry.at(name)


def shown(text: str) -> str:
    """Write a text of the user's in a sentence."""
    return f"`{text if len(text) <= _SHOWN else text[: _SHOWN - 3] + '...'}`"

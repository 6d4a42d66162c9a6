"""Reading values of JSON of which nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowidl.types.structs import Json


def as_object(value: Json) -> dict[str, Json]:
    """Return a value that is an object, an empty one for any other."""
    return value if isinstance(value, dict) else {}


def as_list(value: Json) -> list[Json]:
    """Return a value that is a list, an empty one for any other."""
    return value if isinstance(value, list) else []


def is_number(value: Json) -> bool:
    """Tell whether a value is a number; truth values are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def canonical(value: Json) -> str:
    """Return a text that two values have in common exactly if they are one JSON value (1 is not true)."""
    written: list[str] = []
    waiting: list[Json | tuple[str]] = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, tuple):
            written.append(each[0])
        elif isinstance(each, dict):
            waiting.append(("}",))
            for key in sorted(each, reverse=True):
                waiting += (each[key], (repr(key),))
            written.append("{")
        elif isinstance(each, list):
            waiting.append(("]",))
            waiting.extend(reversed(each))
            written.append("[")
        else:
            # a float that is whole is written like the integer that it equals
            written.append(repr(int(each) if isinstance(each, float) and each.is_integer() else each))
    return " ".join(written)


def size(document: Json) -> int:
    """Return how many values there are in a document, itself included."""
    count, waiting = 0, [document]
    while waiting:
        value = waiting.pop()
        count += 1
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return count

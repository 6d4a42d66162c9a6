"""The table of the pod API, read once: structures, their fields, and what holds for each field."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from flowidl.kubernetes.table import TEXT
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

SCALARS = frozenset(("text", "bool", "int32", "int64", "quantity", "port", "time", "any"))


class Demand(NamedTuple):
    """One thing that must hold for a field: its kind, and what goes with that.

    Kinds: `choice` (`words` are the allowed values), `range` (`low`, `high`), `unique` and `form` (`words`
    has the name of a field or form), `never`. `certain` is false if not every version of Kubernetes asks
    for it.
    """

    kind: str
    words: tuple[str, ...] = ()
    low: int = 0
    high: int | None = None
    certain: bool = True


class Field(NamedTuple):
    """A field: its name, the type of its entries, `many` for a list (`[`) or map (`{`), and its demands."""

    name: str
    type: str
    many: str
    required: bool
    optional: bool
    demands: tuple[Demand, ...]


class Group(NamedTuple):
    """Fields of which at most one may be there; exactly one if `needed`."""

    fields: tuple[str, ...]
    needed: bool


class Structure(NamedTuple):
    """A structure of the API. `folded` finds a field by its name in small letters, as the back end does."""

    name: str
    fields: dict[str, Field]
    folded: dict[str, Field]
    groups: tuple[Group, ...]

    def field(self, key: str) -> Field | None:
        """Return the field that a key means, whatever its letter case."""
        return self.fields.get(key) or self.folded.get(fold(key))


def fold(key: str) -> str:
    """Return a key as the back end compares keys: small letters, and the long s as an s."""
    return key.lower().replace("ſ", "s")


@cache
def structures() -> dict[str, Structure]:
    """Return the structures of the table by name."""
    found: dict[str, Structure] = {}
    for block in TEXT.replace("\\\n", " ").strip().split("\n\n"):
        name, *lines = block.split("\n")
        fields: dict[str, Field] = {}
        groups: list[Group] = []
        for line in lines:
            kind, colon, names = line.strip().partition(": ")
            if colon:
                groups.append(Group(tuple(names.split()), kind == "one"))
            else:
                field = _field(line.split())
                fields[field.name] = field
        folded = {fold(field): fields[field] for field in fields}
        found[name] = Structure(name, fields, folded, tuple(groups))
    return found


def _field(words: Iterable[str]) -> Field:
    name, type, *demands = words
    required, optional = type.endswith("!"), type.endswith("*")
    type = type.rstrip("!*")
    many = type[0] if type[0] in "[{" else ""
    return Field(name, type.strip("[]{}"), many, required, optional, tuple(map(_demand, demands)))


def _demand(word: str) -> Demand:
    certain = not word.startswith("?")
    word = word.removeprefix("?")
    if word == "never":
        return Demand("never", certain=certain)
    if word[0] == "=":
        return Demand("choice", tuple(word[1:].split("|")), certain=certain)
    if word.startswith("unique="):
        return Demand("unique", (word.partition("=")[2],), certain=certain)
    low, dots, high = word.partition("..")
    if dots:
        return Demand("range", (), int(low), int(high) if high else None, certain)
    return Demand("form", (word,), certain=certain)

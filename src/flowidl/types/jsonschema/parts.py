"""A part of a schema that compiles, as the comparison reads it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from flowidl.types.jsonschema.documents import as_list, as_object

if TYPE_CHECKING:
    from flowidl.types.jsonschema.compiled import Schema
    from flowidl.types.structs import Json

_CONDITIONS = ("if", "then", "else")


class Part:
    """A part and the schema that it is of; references are followed."""

    def __init__(self, schema: Schema, value: Json) -> None:
        self.schema = schema
        self.value = schema.opened(value)
        #: The keywords; none in a truth value.
        self.keywords = as_object(self.value)

    @property
    def leads_nowhere(self) -> bool:
        """Whether the part is a reference in a ring of nothing but references."""
        return self.value is None

    def at(self, value: Json) -> Part:
        """Return a part within this one."""
        return Part(self.schema, value)

    def member(self, keyword: str) -> Part | None:
        """Return the schema under a keyword, if there is one."""
        return self.at(self.keywords[keyword]) if keyword in self.keywords else None

    def members(self, keyword: str) -> list[Part]:
        """Return the schemas in the list under a keyword."""
        return [self.at(value) for value in as_list(self.keywords.get(keyword))]

    @cached_property
    def types(self) -> frozenset[str]:
        """The types that it states, none if it leaves them open."""
        stated = self.keywords.get("type")
        names = stated if isinstance(stated, list) else [stated]
        return frozenset(name for name in names if isinstance(name, str))

    def length(self, keyword: str) -> float | None:
        """Return a limit on length. Truth values count as limits of 0."""
        if isinstance(self.value, bool):
            return 0
        value = self.keywords.get(keyword)
        return value if isinstance(value, int | float) else None

    def bound(self, keyword: str) -> float | None:
        """Return `minimum` or `maximum`; in draft 4 one that is said to be exclusive is none."""
        value = self.keywords.get(keyword)
        exclusive = self.schema.draft.number == 4 and self._exclusive(keyword)
        return value if isinstance(value, int | float) and not exclusive else None

    def _exclusive(self, keyword: str) -> bool:
        return self.keywords.get(f"exclusive{keyword.capitalize()}", False) is not False

    @property
    def has_exclusive_bound(self) -> bool:
        """Whether a bound on numbers is exclusive."""
        return self._exclusive("minimum") or self._exclusive("maximum")

    @property
    def conditions(self) -> dict[str, Json]:
        """`if`, `then` and `else`, which count only where `if` stands with one of the others."""
        found = {
            keyword: self.keywords[keyword]
            for keyword in _CONDITIONS
            if keyword in self.keywords and self.schema.draft.knows(keyword)
        }
        return found if "if" in found and len(found) > 1 else {}

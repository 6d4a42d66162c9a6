"""Paths through messages: which field of a definition a finding is about.

A path is written the way people write it, `template.nodes[3].inputs[0].binding`, and map keys in quotes,
`template.interface.inputs.variables["x"]`. `str` and `FieldPath.parse` are inverses. Steps carry names; field
numbers are looked up from a message's descriptor when the path leaves the process (`FieldPath.numbers`), so
nobody writes a number by hand.

In code a path is made of steps: `path.field("interface", "inputs", "variables").key(name)`. What a name holds
needs no thought there; only the text form has an escape for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from google.protobuf.descriptor import Descriptor


class Step(NamedTuple):
    """One step: a field name, and for a repeated or map field the index or key of one entry."""

    name: str
    subscript: int | str | None = None

    def __str__(self) -> str:
        if self.subscript is None:
            return self.name
        if isinstance(self.subscript, int):
            return f"{self.name}[{self.subscript}]"
        escaped = self.subscript.replace("\\", "\\\\").replace('"', '\\"')
        return f'{self.name}["{escaped}"]'


_STEP = re.compile(r'\.?([A-Za-z_][A-Za-z0-9_]*)(?:\[(?:(\d+)|"((?:[^"\\]|\\.)*)")\])?', re.DOTALL)


class FieldPath(tuple[Step, ...]):
    """Steps from a definition's message down to a field. The empty path is the message itself."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> FieldPath:
        """Read a path from its text form. Raises `ValueError` if `text` is not one."""
        steps: list[Step] = []
        position = 0
        while position < len(text):
            match = _STEP.match(text, position)
            if match is None or (position == 0) == text.startswith(".", position):
                raise ValueError(f"not a field path: {text!r} at character {position}")
            name, index, key = match.groups()
            if index is not None:
                steps.append(Step(name, int(index)))
            elif key is not None:
                steps.append(Step(name, re.sub(r"\\(.)", r"\1", key, flags=re.DOTALL)))
            else:
                steps.append(Step(name))
            position = match.end()
        return cls(steps)

    def field(self, *names: str) -> FieldPath:
        """Return this path extended by one field after the other."""
        return FieldPath((*self, *map(Step, names)))

    def item(self, index: int) -> FieldPath:
        """Return the path to one entry of the repeated field that this path leads to."""
        return FieldPath((*self[:-1], Step(self[-1].name, index)))

    def key(self, key: str) -> FieldPath:
        """Return the path to one entry of the map field that this path leads to."""
        return FieldPath((*self[:-1], Step(self[-1].name, key)))

    def child(self, name: str, subscript: int | str | None = None) -> FieldPath:
        """Return this path extended by one step."""
        return FieldPath((*self, Step(name, subscript)))

    def __truediv__(self, tail: str | Iterable[Step]) -> FieldPath:
        """Return this path extended by `tail`, a path or its text form."""
        return FieldPath((*self, *(FieldPath.parse(tail) if isinstance(tail, str) else tail)))

    def __str__(self) -> str:
        return ".".join(map(str, self))

    def numbers(self, descriptor: Descriptor) -> tuple[int, ...]:
        """Return the field number of each step, starting at a message of type `descriptor`.

        A step that the descriptor does not know ends the walk: the result then covers the steps before it.
        """
        found: list[int] = []
        message: Descriptor | None = descriptor
        for step in self:
            known = message is not None and step.name.isascii()
            field = message.fields_by_name.get(step.name) if message is not None and known else None
            if field is None:
                break
            found.append(field.number)
            message = field.message_type
            if message is not None and message.GetOptions().map_entry:
                message = message.fields_by_name["value"].message_type
        return tuple(found)


ROOT = FieldPath()

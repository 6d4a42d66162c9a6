"""Promises: what a promise's text names, and the type that it resolves to.

The reference looks for a name in the text rather than reading all of it, so `$x` means `x`, and it passes
over attributes of things that have none. Both are mirrored here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from flowidl.core.v1.types_pb2 import OutputReference
    from flowidl.types.table import Type, TypeTable

_NAME = re.compile(r"(?:\[([0-9]+)\]\.)?([a-zA-Z0-9_]+)")
_PLAIN = re.compile(r"[a-zA-Z0-9_]+")
_MAX_INDEX = 2**63 - 1


def parse_promise(text: str) -> tuple[int | None, str] | None:
    """Return the element index, if any, and the output name in a promise's text; `None` if BI-12 fails."""
    if _PLAIN.fullmatch(text):
        return None, text
    found = None
    for match in _NAME.finditer(text):
        if found is not None:
            return None
        found = match
    if found is None:
        return None
    digits, name = found.groups()
    if digits is None:
        return None, name
    digits = digits.lstrip("0") or "0"
    if len(digits) > 19 or int(digits) > _MAX_INDEX:
        return None
    return int(digits), name


class Resolved(NamedTuple):
    """Where an attribute path leads: the type, the attributes passed over, and one without a field."""

    type: Type
    skipped: tuple[int, ...]
    missing: tuple[int, str, Type] | None


def follow_attributes(table: TypeTable, type: Type, promise: OutputReference) -> Resolved:
    """Follow a promise's attribute path from a type (3.8): into elements, values and dataclass fields."""
    skipped: list[int] = []
    for position, attribute in enumerate(promise.attr_path):
        if type.element is not None:
            type = type.element
            continue
        structure = type.message.structure
        fields = structure.dataclass_type
        if not fields:
            skipped.append(position)
            continue
        name = attribute.string_value
        if name not in fields:
            return Resolved(type, tuple(skipped), (position, name, type))
        type = table.intern(fields[name])
    return Resolved(type, tuple(skipped), None)

"""Values as `Literal` messages, and back.

The declared type decides how a value is written and read, and nothing is converted on the way: 5 is not a
float, True is not an int, and a value that fits two variants of a union is refused. Without a declared
type, the value's own Python type serves.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from flowidl.core.v1.literals_pb2 import Literal, LiteralMap
from flowidl.core.v1.types_pb2 import LiteralType, SimpleType
from flowidl.errors import BuildError
from flowidl.values.annotations import Whose, converter_of
from flowidl.values.converter import mismatch as mismatch
from flowidl.values.shapes import is_dict, is_list
from flowidl.values.types import collection_type, enum_type, literal_type, map_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def literal(value: object, type: object = None, *, name: str = "value") -> Literal:
    """Return `value` as a literal of `type`, a Python annotation or a `LiteralType`.

    A `Literal` message is returned as a copy. Without `type` the value's own type is used, so an empty
    list, or one of mixed values, needs one. `name` says whose value it is in the error for a value
    that is not of its type.
    """
    if isinstance(value, Literal):
        copy = Literal()
        copy.CopyFrom(value)
        return copy
    declared = type_of(value, name=name) if type is None else type
    return converter_of(declared, Whose(name)).write(value, name)


def to_literal(value: object, type: object, *, name: str = "value") -> Literal:
    """Return `value` as a literal of `type`, a Python annotation or a `LiteralType`.

    Raise `BuildError` if it is not of that type.
    """
    return literal(value, type, name=name)


def from_literal(literal: Literal, type: object, *, name: str = "value") -> object:
    """Return the Python value of a literal: an object of the annotation's class.

    For a `LiteralType` it is plain Python (dicts for structures, strings for members of enums). Raise
    `BuildError` if the literal is not of that type. The law: `from_literal(to_literal(v, T), T) == v`.
    """
    return converter_of(type, Whose(name)).read(literal, name)


def literal_map(values: Mapping[str, object], types: Mapping[str, object] | None = None) -> LiteralMap:
    """Return a map of literals, each of the type that `types` gives for its name, if any."""
    known = types or {}
    return LiteralMap(literals={key: literal(each, known.get(key), name=key) for key, each in values.items()})


def type_of(value: object, *, name: str = "value") -> LiteralType:
    """Return the type of a value by itself.

    Lists and maps must not be empty and their values must have one type; an enum member has the type
    of its class. Raise `BuildError` if the value does not say.
    """
    if isinstance(value, enum.Enum):
        return enum_type(*(str(member.value) for member in value.__class__))
    if is_list(value) and not hasattr(value, "_fields"):
        return collection_type(_common(value, name))
    if is_dict(value):
        return map_type(_common(value.values(), name))
    if isinstance(value, bytes):
        return LiteralType(simple=SimpleType.BINARY)
    return literal_type(value.__class__, name=name)


def _common(values: Iterable[object], name: str) -> LiteralType:
    types: list[LiteralType] = []
    for each in values:
        type = type_of(each, name=name)
        if type not in types:
            types.append(type)
    if len(types) != 1:
        found = "values of several types" if types else "no values"
        raise BuildError(f"`{name}` holds {found}, so its type is not clear", help="give its type")
    return types[0]

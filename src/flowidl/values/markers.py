"""What may stand inside of `Annotated` to say more about a type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flowidl.core.v1.types_pb2 import LiteralType


class Exactly:
    """The literal type to use, whatever the annotation itself would give."""

    __slots__ = ("type",)

    def __init__(self, type: LiteralType) -> None:
        self.type = type


class Note:
    """JSON-like data to carry in the type's `annotation`."""

    __slots__ = ("data",)

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data


class HashMethod:
    """A function that gives a value a hash, by which the cache knows it instead of by the value itself."""

    __slots__ = ("_function",)

    def __init__(self, function: Callable[[Any], str]) -> None:
        self._function = function

    def calculate(self, value: Any) -> str:
        """Return the hash of a value."""
        return self._function(value)

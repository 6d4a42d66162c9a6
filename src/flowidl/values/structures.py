"""Structures (dataclasses, models, typed and untyped dicts) as the msgpack that SDKs put into a literal.

Older SDKs wrote a protobuf `Struct` instead; both are read.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, cast

from google.protobuf.json_format import MessageToDict

from flowidl.core.v1.literals_pb2 import Binary, Literal, Scalar
from flowidl.errors import BuildError
from flowidl.values.converter import Converter
from flowidl.values.fields import ANYTHING, Field, Fields
from flowidl.values.files import Located
from flowidl.values.shapes import is_dict

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowidl.core.v1.types_pb2 import LiteralType

MSGPACK_TAG = "msgpack"


class Structures(Converter):
    """A dataclass, model or typed dict: its fields in order, as msgpack."""

    def __init__(self, type: LiteralType, tag: str, cls: Any, field: Field | None = None) -> None:
        super().__init__(type, tag)
        self._cls = cls
        self._field = field

    def write(self, value: object, name: str) -> Literal:
        """Write an instance, or a dict with all of the fields."""
        field = self._its_field()
        if is_dict(value) and dataclasses.is_dataclass(self._cls):
            self._check_complete(value, name)
            value = field.unpack(value, name)
        return structure_literal(field.pack(value, name), name)

    def read(self, literal: Literal, name: str) -> object:
        """Read an instance."""
        data = structure_data(literal)
        if data is None:
            raise self.misread(literal, name)
        return self._its_field().unpack(data[0], name)

    def _its_field(self) -> Field:
        if self._field is None:
            self._field = Fields().of(self._cls)
        return self._field

    def _check_complete(self, value: dict[Any, Any], name: str) -> None:
        for each in dataclasses.fields(self._cls):
            if each.name not in value:
                raise BuildError(f"`{name}` lacks the field `{each.name}` of `{self._cls.__qualname__}`")


class Untyped(Converter):
    """Any dict; where the type comes as a message also dataclasses and models."""

    def __init__(
        self, type: LiteralType, tag: str, *, instances: bool = False, field: Field = ANYTHING
    ) -> None:
        super().__init__(type, tag)
        self._instances = instances
        self._field = field

    def write(self, value: object, name: str) -> Literal:
        """Write a dict, its values by what they are."""
        if not (is_dict(value) or (self._instances and self._is_it(value))):
            raise self.refusal(value, name)
        return structure_literal(self._field.pack(value, name), name)

    def read(self, literal: Literal, name: str) -> object:
        """Read plain data."""
        data = structure_data(literal)
        if data is None:
            raise self.misread(literal, name)
        return self._field.unpack(data[0], name)

    def _is_it(self, value: Any) -> bool:
        """Tell an instance of the class that the type's schema was made of, by the schema's title."""
        if isinstance(value, type) or not (dataclasses.is_dataclass(value) or hasattr(value, "model_dump")):
            return False
        known = self.type.metadata.fields
        title = known["title"].string_value if "title" in known else ""
        return not title or title == type(value).__name__


def structure_literal(data: object, name: str) -> Literal:
    """Return plain data as a literal."""
    return Literal(scalar=Scalar(binary=Binary(value=packed(data, name), tag=MSGPACK_TAG)))


def structure_data(literal: Literal) -> tuple[Any] | None:
    """Return the plain data of a structure, in a tuple of one, or `None` if the literal holds none."""
    scalar = literal.scalar
    kind = scalar.WhichOneof("value")
    if kind == "binary" and scalar.binary.tag == MSGPACK_TAG:
        return (unpacked(scalar.binary.value),)
    if kind == "generic":
        return (MessageToDict(scalar.generic),)
    return None


def packed(data: object, name: str) -> bytes:
    """Return plain data as msgpack.

    Raise `BuildError` if it holds something that msgpack has no form for, such as a promise, and
    `ImportError` if the `msgpack` extra is not installed.
    """
    pack = cast("Callable[[object], bytes]", _msgpack().packb)
    try:
        return pack(data)
    except (TypeError, ValueError, OverflowError) as error:
        raise BuildError(f"`{name}` holds a value that a structure cannot carry: {error}") from None


def unpacked(data: bytes) -> Any:
    """Return the plain data in msgpack; raise `BuildError` if it is none."""
    try:
        return _msgpack().unpackb(data, strict_map_key=False)
    except Exception as error:  # msgpack has no common class for what is wrong with bytes
        raise BuildError(f"the structure is no msgpack: {error}") from None


def _msgpack() -> Any:
    try:
        import msgpack  # type: ignore[import-untyped]  # it carries no types
    except ImportError:
        raise ImportError("structures are written as msgpack: install `flowidl[msgpack]`") from None
    return msgpack


def located_plain(value: Located) -> dict[str, str]:
    """Return a file or folder as it stands inside of a structure."""
    plain: dict[str, str] = ANYTHING.pack(value, "a field")
    return plain

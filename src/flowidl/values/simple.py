"""Simple types: numbers, text, truth values, moments, durations, nothing, bytes, errors.

Nothing is converted on the way in: 5 is not a float, True is not an int. On the way out an integer literal
serves where a float is expected, as it does in every SDK.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from flowidl.core.v1.literals_pb2 import Binary, Literal, Primitive, Scalar, Void
from flowidl.core.v1.types_pb2 import Error as ErrorMessage
from flowidl.core.v1.types_pb2 import LiteralType, SimpleType
from flowidl.errors import BuildError
from flowidl.values.converter import Converter

if TYPE_CHECKING:
    from collections.abc import Callable

UTC = datetime.UTC
_INT64 = range(-(2**63), 2**63)
_FARTHEST = datetime.timedelta(seconds=315_576_000_000)


class Primitives(Converter):
    """Values of one member of `Primitive`, by their exact classes."""

    def __init__(
        self, kind: SimpleType.ValueType, tag: str, member: str, *classes: type, also: str = ""
    ) -> None:
        super().__init__(LiteralType(simple=kind), tag)
        self.member = member
        self.classes = classes
        self._also = also

    def write(self, value: object, name: str) -> Literal:
        """Write a value of exactly this class."""
        if value.__class__ not in self.classes:
            raise self.refusal(value, name, self._remedy(value))
        return primitive(self.member, value)

    def read(self, literal: Literal, name: str) -> object:
        """Read the member."""
        found = literal.scalar.primitive
        kind = found.WhichOneof("value")
        if kind == self.member:
            return getattr(found, self.member)
        if self._also and kind == self._also:
            return self.classes[0](getattr(found, self._also))
        raise self.misread(literal, name)

    def _remedy(self, value: object) -> str:
        return f"write {value}.0" if self.member == "float_value" and value.__class__ is int else ""


class Integers(Primitives):
    """Whole numbers of 64 bits."""

    def write(self, value: object, name: str) -> Literal:
        """Write a number that fits into 64 bits."""
        if value.__class__ is int and value not in _INT64:
            raise BuildError(f"`{name}` is {value}, which does not fit into 64 bits")
        return super().write(value, name)


class Moments(Primitives):
    """Moments in UTC; one without a time zone is taken to be in UTC. Read, they carry UTC."""

    def write(self, value: object, name: str) -> Literal:
        """Write a moment; a date, where one is allowed, is its midnight."""
        if value.__class__ not in self.classes:
            raise self.refusal(value, name)
        result = Literal(scalar=Scalar(primitive=Primitive()))
        result.scalar.primitive.datetime.FromDatetime(_moment(value))
        return result

    def read(self, literal: Literal, name: str) -> object:
        """Read a moment with its time zone, UTC."""
        if literal.scalar.primitive.WhichOneof("value") != "datetime":
            raise self.misread(literal, name)
        return literal.scalar.primitive.datetime.ToDatetime(tzinfo=UTC)


class Dates(Moments):
    """Days, as their midnight in UTC."""

    def read(self, literal: Literal, name: str) -> object:
        """Read the day of a moment."""
        moment = super().read(literal, name)
        return moment.date() if isinstance(moment, datetime.datetime) else moment


def _moment(value: Any) -> datetime.datetime:
    if isinstance(value, datetime.datetime):
        return value
    return datetime.datetime(value.year, value.month, value.day, tzinfo=UTC)


class Durations(Primitives):
    """Time spans, negative ones too, to the microsecond."""

    def write(self, value: object, name: str) -> Literal:
        """Write a duration of at most ten thousand years, which a message can carry."""
        if not isinstance(value, datetime.timedelta):
            raise self.refusal(value, name)
        if abs(value) > _FARTHEST:
            raise BuildError(f"`{name}` is {value}, and a duration is at most 10,000 years")
        result = Literal(scalar=Scalar(primitive=Primitive()))
        result.scalar.primitive.duration.FromTimedelta(value)
        return result

    def read(self, literal: Literal, name: str) -> object:
        """Read a duration."""
        if literal.scalar.primitive.WhichOneof("value") != "duration":
            raise self.misread(literal, name)
        return literal.scalar.primitive.duration.ToTimedelta()


class Nothing(Converter):
    """`None`."""

    def __init__(self) -> None:
        super().__init__(LiteralType(simple=SimpleType.NONE), "none")

    def write(self, value: object, name: str) -> Literal:
        """Write `None`."""
        if value is not None:
            raise self.refusal(value, name)
        return nothing()

    def read(self, literal: Literal, name: str) -> object:
        """Read `None`."""
        if literal.scalar.WhichOneof("value") != "none_type":
            raise self.misread(literal, name)
        return None


class Bytes(Converter):
    """Bytes as they are, of the type BINARY. The annotation `bytes` means another one: see `pickles`."""

    def __init__(self) -> None:
        super().__init__(LiteralType(simple=SimpleType.BINARY), "binary")

    def write(self, value: Any, name: str) -> Literal:
        """Write bytes."""
        if value.__class__ is not bytes:
            raise self.refusal(value, name)
        return Literal(scalar=Scalar(binary=Binary(value=value)))

    def read(self, literal: Literal, name: str) -> object:
        """Read bytes."""
        if literal.scalar.WhichOneof("value") != "binary":
            raise self.misread(literal, name)
        return literal.scalar.binary.value


class Errors(Converter):
    """What went wrong, as a failure node is told: the message `Error`, or a class with its two fields."""

    def __init__(self, make: Callable[..., Any] | None = None) -> None:
        super().__init__(LiteralType(simple=SimpleType.ERROR), "FlyteError")
        self._make = make

    def write(self, value: Any, name: str) -> Literal:
        """Write anything that has `failed_node_id` and `message`."""
        if not (hasattr(value, "failed_node_id") and hasattr(value, "message")):
            raise self.refusal(value, name)
        message = ErrorMessage(failed_node_id=str(value.failed_node_id), message=str(value.message))
        return Literal(scalar=Scalar(error=message))

    def read(self, literal: Literal, name: str) -> object:
        """Read an error: a copy of the message, or an object of the annotation's class."""
        if literal.scalar.WhichOneof("value") != "error":
            raise self.misread(literal, name)
        found = literal.scalar.error
        if self._make is None:
            copy = ErrorMessage()
            copy.CopyFrom(found)
            return copy
        return self._make(message=found.message, failed_node_id=found.failed_node_id)


def primitive(member: str, value: Any) -> Literal:
    """Return the literal of one member of `Primitive`."""
    return Literal(scalar=Scalar(primitive=Primitive(**{member: value})))


def nothing() -> Literal:
    """Return the literal of `None`."""
    return Literal(scalar=Scalar(none_type=Void()))


INTEGER = Integers(SimpleType.INTEGER, "int", "integer", int)
FLOAT = Primitives(SimpleType.FLOAT, "float", "float_value", float, also="integer")
STRING = Primitives(SimpleType.STRING, "str", "string_value", str)
BOOLEAN = Primitives(SimpleType.BOOLEAN, "bool", "boolean", bool)
DATETIME = Moments(SimpleType.DATETIME, "datetime", "datetime", datetime.datetime)
DATE = Dates(SimpleType.DATETIME, "date", "datetime", datetime.date)
#: For a type that comes as a message, which does not say whether a day or a moment is meant.
ANY_MOMENT = Moments(SimpleType.DATETIME, "datetime", "datetime", datetime.datetime, datetime.date)
TIMEDELTA = Durations(SimpleType.DURATION, "timedelta", "duration", datetime.timedelta)
NONE = Nothing()
BINARY = Bytes()
ERROR = Errors()

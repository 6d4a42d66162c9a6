"""Types made of others: lists, maps, unions, and choices among values."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

from flowidl.core.v1.literals_pb2 import Literal, LiteralCollection, LiteralMap, Scalar, Union
from flowidl.core.v1.types_pb2 import LiteralType, TypeStructure, UnionType
from flowidl.errors import BuildError
from flowidl.values.converter import Converter
from flowidl.values.shapes import is_list, is_map
from flowidl.values.simple import primitive

if TYPE_CHECKING:
    from collections.abc import Sequence


class Lists(Converter):
    """Lists of one type."""

    def __init__(self, element: Converter) -> None:
        super().__init__(LiteralType(collection_type=element.type), "Typed List")
        self.element = element

    def write(self, value: object, name: str) -> Literal:
        """Write a list; elements that are literals already are taken as they are."""
        if not is_list(value) or hasattr(value, "_fields"):
            raise self.refusal(value, name)
        write = self.element.write
        written = [
            each if isinstance(each, Literal) else write(each, f"{name}[{index}]")
            for index, each in enumerate(value)
        ]
        return Literal(collection=LiteralCollection(literals=written))

    def read(self, literal: Literal, name: str) -> list[Any]:
        """Read a list."""
        if literal.WhichOneof("value") != "collection":
            raise self.misread(literal, name)
        read = self.element.read
        return [read(each, f"{name}[{index}]") for index, each in enumerate(literal.collection.literals)]


class ExactLists(Lists):
    """Lists where an annotation says `list`: a tuple is refused."""

    def write(self, value: object, name: str) -> Literal:
        """Write a list."""
        if not is_list(value) or isinstance(value, tuple):
            raise self.refusal(value, name, "give a list")
        return super().write(value, name)


class Iterators(Lists):
    """What can be gone through once: written from any iterable, read as an iterator."""

    def write(self, value: Any, name: str) -> Literal:
        """Write everything that the iterable gives."""
        if isinstance(value, str) or not hasattr(value, "__iter__"):
            raise self.refusal(value, name)
        return super().write(list(value), name)

    def read(self, literal: Literal, name: str) -> Any:
        """Read an iterator over the elements."""
        return iter(super().read(literal, name))


class Maps(Converter):
    """Maps from strings to one type."""

    def __init__(self, element: Converter) -> None:
        super().__init__(LiteralType(map_value_type=element.type), "Typed Dict")
        self.element = element

    def write(self, value: object, name: str) -> Literal:
        """Write a dict whose keys are strings."""
        if not is_map(value):
            raise self.refusal(value, name)
        write = self.element.write
        written = {
            key: each if isinstance(each, Literal) else write(each, f'{name}["{key}"]')
            for key, each in value.items()
        }
        return Literal(map=LiteralMap(literals=written))

    def read(self, literal: Literal, name: str) -> object:
        """Read a dict, its keys sorted: a map on the wire has no order."""
        if literal.WhichOneof("value") != "map":
            raise self.misread(literal, name)
        found, read = literal.map.literals, self.element.read
        return {key: read(found[key], f'{name}["{key}"]') for key in sorted(found)}


class Enums(Converter):
    """The members of an enum of strings, by their values."""

    def __init__(self, values: Sequence[str], cls: type[enum.Enum] | None = None) -> None:
        from flowidl.core.v1.types_pb2 import EnumType

        super().__init__(LiteralType(enum_type=EnumType(values=values)), "DefaultEnumTransformer")
        self._cls = cls

    def write(self, value: object, name: str) -> Literal:
        """Write a member, or the value of one."""
        if self._cls is not None and isinstance(value, enum.Enum) and not isinstance(value, self._cls):
            raise self.refusal(value, name)
        text = value.value if isinstance(value, enum.Enum) else value
        if not isinstance(text, str):
            raise self.refusal(value, name)
        return primitive("string_value", self._checked(text, name))

    def read(self, literal: Literal, name: str) -> object:
        """Read a member, or its value where no class is known."""
        if literal.scalar.primitive.WhichOneof("value") != "string_value":
            raise self.misread(literal, name)
        text = self._checked(literal.scalar.primitive.string_value, name)
        return text if self._cls is None else self._cls(text)

    def _checked(self, text: str, name: str) -> str:
        if text in self.type.enum_type.values:
            return text
        allowed = ", ".join(f"`{each}`" for each in self.type.enum_type.values[:8])
        raise BuildError(
            f"`{name}` is `{text}`, which is not one of its values",
            rule="illegal-enum-value",
            help=f"use {allowed}",
        )


class Choices(Converter):
    """The values of a `typing.Literal`, all of one type."""

    def __init__(self, values: Sequence[object], base: Converter) -> None:
        super().__init__(base.type, "LiteralTypeTransformer")
        self._values = values
        self._base = base

    def write(self, value: object, name: str) -> Literal:
        """Write one of the values."""
        written = self._base.write(value, name)
        self._check(value, name)
        return written

    def read(self, literal: Literal, name: str) -> object:
        """Read one of the values."""
        value = self._base.read(literal, name)
        self._check(value, name)
        return value

    def _check(self, value: object, name: str) -> None:
        if value not in self._values:
            allowed = ", ".join(f"`{each}`" for each in self._values[:8])
            raise BuildError(f"`{name}` is `{value}`, which is not one of its values", help=f"use {allowed}")


class Unions(Converter):
    """A value of exactly one of several types."""

    def __init__(self, variants: Sequence[Converter]) -> None:
        flat: list[tuple[LiteralType, Converter]] = []
        for each in variants:
            parts = each.variants if isinstance(each, Unions) else [(tagged(each), each)]
            flat += [part for part in parts if all(part[0] != known for known, _ in flat)]
        super().__init__(LiteralType(union_type=UnionType(variants=[type for type, _ in flat])), "Union")
        #: Each variant's type, which carries its tag, and its converter.
        self.variants: list[tuple[LiteralType, Converter]] = flat

    def write(self, value: object, name: str) -> Literal:
        """Write a value as the one variant that it fits; none and several are refused."""
        fitting: list[tuple[LiteralType, Literal]] = []
        for type, converter in self.variants:
            try:
                fitting.append((type, converter.write(value, name)))
            except BuildError:
                continue
        if not fitting:
            raise self.refusal(value, name)
        if len(fitting) > 1:
            raise self.refusal(value, name, "it fits several variants: give a `Literal`")
        type, written = fitting[0]
        return Literal(scalar=Scalar(union=Union(value=written, type=type)))

    def read(self, literal: Literal, name: str) -> object:
        """Read a union by the type that it states, and a plain literal as the first variant that it is."""
        if literal.scalar.WhichOneof("value") != "union":
            return self._read_first(literal, self._by_likeness(literal), name)
        stated = literal.scalar.union.type
        inner = literal.scalar.union.value
        return self._read_first(inner, self._by_statement(stated), name)

    def _read_first(self, literal: Literal, order: list[Converter], name: str) -> object:
        for converter in order:
            try:
                return converter.read(literal, name)
            except BuildError:
                continue
        raise self.misread(literal, name)

    def _by_statement(self, stated: LiteralType) -> list[Converter]:
        """Return the variants in the order of their likeness to a stated type; those of other kinds never."""
        kind = stated.WhichOneof("type")
        alike = [pair for pair in self.variants if pair[0].WhichOneof("type") == kind]
        if kind == "simple":
            alike = [pair for pair in alike if pair[0].simple == stated.simple]
        return [
            converter
            for _, converter in sorted(
                alike, key=lambda pair: (pair[0] != stated, pair[0].structure.tag != stated.structure.tag)
            )
        ]

    def _by_likeness(self, literal: Literal) -> list[Converter]:
        from flowidl.types import TypeTable, literal_type_of

        given = literal_type_of(TypeTable(), literal)
        if given is None:
            return [converter for _, converter in self.variants]
        wanted = given.message
        return [
            converter
            for _, converter in sorted(
                self.variants,
                key=lambda pair: (
                    pair[0].WhichOneof("type") != wanted.WhichOneof("type"),
                    pair[0].simple != wanted.simple,
                ),
            )
        ]


def tagged(converter: Converter) -> LiteralType:
    """Return the type of a union's variant.

    That of the converter, with nothing but its tag in `structure`.
    """
    variant = LiteralType()
    variant.CopyFrom(converter.type)
    variant.structure.CopyFrom(TypeStructure(tag=converter.tag))
    return variant


class Hashed(Converter):
    """Values that carry a hash of their own, by which the cache knows them."""

    def __init__(self, inner: Converter, method: Any) -> None:
        super().__init__(inner.type, inner.tag)
        self._inner = inner
        self._method = method

    def write(self, value: object, name: str) -> Literal:
        """Write a value with its hash."""
        written = self._inner.write(value, name)
        written.hash = str(self._method.calculate(value))
        return written

    def read(self, literal: Literal, name: str) -> object:
        """Read a value; its hash has served."""
        return self._inner.read(literal, name)

"""Interned types: each distinct `LiteralType` once per run, so that comparing types is comparing objects.

The key of a type is its deterministic encoding, so two types are one object exactly if their messages are
equal in full (structure, metadata and annotation included). A `TypeTable` belongs to one run; there is no
global state. Parts of a type (elements, variants, columns) are interned with it, inner ones first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.core.v1.types_pb2 import LiteralType, SimpleType
from flowidl.tuples import NamedTuple
from flowidl.types.kinds import TypeKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowidl.types.answers import Cast
    from flowidl.types.jsonschema import Schemas


_KINDS = {
    None: TypeKind.UNSET,
    "simple": TypeKind.SIMPLE,
    "schema": TypeKind.SCHEMA,
    "collection_type": TypeKind.COLLECTION,
    "map_value_type": TypeKind.MAP,
    "blob": TypeKind.BLOB,
    "enum_type": TypeKind.ENUM,
    "structured_dataset_type": TypeKind.DATASET,
    "union_type": TypeKind.UNION,
}


_STRUCT = SimpleType.STRUCT

#: First byte of the key of a type that `NOTHING` is part of; no encoded message starts with it.
_NOTHING = b"\xff"


class Column(NamedTuple):
    """A column of a dataset type; `type` is `None` where the message has none."""

    name: str
    type: Type | None


class Type:
    """One interned type. Equal types are identical objects of one table; hash and equality are by identity.

    `key` is the deterministic encoding, `message` a message of that content (owned by whoever interned it
    first: read only). `simple` is the simple type, -1 for other sorts. `element` is the type of a
    collection's elements or a map's values, `variants` are those of a union, `columns` those of a dataset.
    """

    __slots__ = ("columns", "element", "fits_itself", "key", "kind", "message", "simple", "variants")

    def __init__(self, key: bytes, message: LiteralType, kind: TypeKind, parts: Sequence[Type]) -> None:
        self.key = key
        self.message = message
        self.kind = kind
        self.simple: int = message.simple if kind is TypeKind.SIMPLE else -1
        #: Simple types and enums: known to be castable to themselves without asking. Not so dataclasses,
        #: whose schema may be one that cannot be written.
        plain = kind is TypeKind.SIMPLE and not (message.simple == _STRUCT and message.HasField("metadata"))
        self.fits_itself = plain or kind is TypeKind.ENUM or kind is TypeKind.ANYTHING
        self.element: Type | None = None
        self.variants: tuple[Type, ...] = ()
        self.columns: tuple[Column, ...] = ()
        if kind is TypeKind.COLLECTION or kind is TypeKind.MAP:
            self.element = parts[0]
        elif kind is TypeKind.ANYTHING:
            self.element = self
        elif kind is TypeKind.UNION:
            self.variants = tuple(parts)
        elif kind is TypeKind.DATASET:
            rest = iter(parts)
            self.columns = tuple(
                Column(column.name, next(rest) if column.HasField("literal_type") else None)
                for column in message.structured_dataset_type.columns
            )

    def __repr__(self) -> str:
        return f"<{self.kind.name.lower()} type {self.key!r}>"

    @property
    def is_none(self) -> bool:
        """Whether this is the simple type NONE, set explicitly."""
        return self.kind is TypeKind.SIMPLE and self.simple == 0

    @property
    def accepts_none(self) -> bool:
        """Whether this is NONE or a union with a NONE variant: what an author means by optional."""
        return self.is_none or any(variant.is_none for variant in self.variants)

    @property
    def counts_as_optional(self) -> bool:
        """Whether the reference lets an input of this type stay unbound (4.3, QK-8).

        It does for any union that has a NONE variant, or a variant that is not a simple type.
        """
        return any(variant.kind is not TypeKind.SIMPLE or variant.is_none for variant in self.variants)


def _parts(message: LiteralType, kind: TypeKind) -> list[LiteralType]:
    if kind is TypeKind.COLLECTION:
        return [message.collection_type]
    if kind is TypeKind.MAP:
        return [message.map_value_type]
    if kind is TypeKind.UNION:
        return list(message.union_type.variants)
    if kind is TypeKind.DATASET:
        columns = message.structured_dataset_type.columns
        return [column.literal_type for column in columns if column.HasField("literal_type")]
    return []


class TypeTable:
    """The types of one run, and what is known about pairs of them."""

    __slots__ = (
        "_by_key",
        "_collections",
        "_schemas",
        "_simples",
        "anything",
        "casts",
        "checks",
        "trials",
    )

    def __init__(self) -> None:
        self._by_key: dict[bytes, Type] = {}
        self._collections: dict[Type, Type] = {}
        self._simples: dict[int, Type] = {}
        #: The type of what is not part of the input (`TypeKind.ANYTHING`).
        self.anything = Type(b"", LiteralType(), TypeKind.ANYTHING, ())
        #: Results of `flowidl.types.cast`, by (up, down).
        self.casts: dict[tuple[Type, Type], Cast] = {}
        #: Its intermediate results; the first member tells whether unions of one variant are opened.
        self.checks: dict[tuple[bool, Type, Type], Cast] = {}
        #: How many types have been tried on variants of unions.
        self.trials = 0
        #: Dataclass schemas read so far; absent until two have to be compared.
        self._schemas: Schemas | None = None

    def __len__(self) -> int:
        return len(self._by_key)

    @property
    def schemas(self) -> Schemas:
        """The dataclass schemas of the run."""
        if self._schemas is None:
            # few runs compare two dataclasses that differ, and URLs are expensive to import
            from flowidl.types.jsonschema import Schemas

            self._schemas = Schemas()
        return self._schemas

    def intern(self, message: LiteralType) -> Type:
        """Return the type equal to `message`, which must not change from now on.

        Any object with the fields and methods of a `LiteralType` will do.
        """
        key = message.SerializeToString(deterministic=True)
        found = self._by_key.get(key)
        return found if found is not None else self._add(key, message)

    def _add(self, key: bytes, message: LiteralType) -> Type:
        """Add a type and its parts: parts first, on a stack of their own rather than the interpreter's."""
        by_key = self._by_key
        waiting: list[tuple[bytes, LiteralType, TypeKind, list[bytes] | None]] = [
            (key, message, _KINDS[message.WhichOneof("type")], None)
        ]
        while waiting:
            key_, message_, kind, keys = waiting.pop()
            if key_ in by_key:
                continue
            if keys is not None:
                by_key[key_] = Type(key_, message_, kind, [by_key[part] for part in keys])
                continue
            parts = [(part.SerializeToString(deterministic=True), part) for part in _parts(message_, kind)]
            waiting.append((key_, message_, kind, [part_key for part_key, _ in parts]))
            for part_key, part in parts:
                if part_key not in by_key:
                    waiting.append((part_key, part, _KINDS[part.WhichOneof("type")], None))
        return by_key[key]

    def simple(self, simple: SimpleType.ValueType) -> Type:
        """Return a plain simple type."""
        found = self._simples.get(simple)
        if found is None:
            found = self._simples[simple] = self.intern(LiteralType(simple=simple))
        return found

    def nothing(self) -> Type:
        """Return the type that fits nowhere (`TypeKind.NOTHING`)."""
        return self._composed(_NOTHING, LiteralType(), TypeKind.NOTHING, ())

    def collection(self, element: Type) -> Type:
        """Return the type of collections of `element`."""
        found = self._collections.get(element)
        if found is None:
            message = LiteralType(collection_type=element.message)
            found = self._collections[element] = self._built(message, TypeKind.COLLECTION, (element,))
        return found

    def map(self, value: Type) -> Type:
        """Return the type of maps to `value`."""
        return self._built(LiteralType(map_value_type=value.message), TypeKind.MAP, (value,))

    def union(self, variants: Sequence[Type]) -> Type:
        """Return the union of `variants`, as they are and in this order."""
        message = LiteralType()
        message.union_type.variants.extend(variant.message for variant in variants)
        return self._built(message, TypeKind.UNION, variants)

    def _built(self, message: LiteralType, kind: TypeKind, parts: Sequence[Type]) -> Type:
        if all(part.key[:1] != _NOTHING for part in parts):
            return self.intern(message)
        key = b"%b%c" % (_NOTHING, kind) + b"".join(b"%d:%b" % (len(part.key), part.key) for part in parts)
        return self._composed(key, message, kind, parts)

    def _composed(self, key: bytes, message: LiteralType, kind: TypeKind, parts: Sequence[Type]) -> Type:
        found = self._by_key.get(key)
        if found is None:
            found = self._by_key[key] = Type(key, message, kind, parts)
        return found

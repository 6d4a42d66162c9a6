"""The type of a literal, as the reference compiler infers it from the value alone.

`None` stands for *unknown*. A literal that should state its type and does not (a dataset without metadata,
say) has a type that fits nowhere instead, `TypeKind.NOTHING`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.core.v1.types_pb2 import LiteralType, SimpleType
from flowidl.types.kinds import TypeKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flowidl.core.v1.literals_pb2 import Literal, Scalar
    from flowidl.types.table import Type, TypeTable

_PRIMITIVES = {
    None: SimpleType.NONE,
    "integer": SimpleType.INTEGER,
    "float_value": SimpleType.FLOAT,
    "string_value": SimpleType.STRING,
    "boolean": SimpleType.BOOLEAN,
    "datetime": SimpleType.DATETIME,
    "duration": SimpleType.DURATION,
}

_PLAIN = {"none_type": SimpleType.NONE, "error": SimpleType.ERROR, "generic": SimpleType.STRUCT}


def infer_scalar(table: TypeTable, scalar: Scalar) -> Type | None:
    """Return the type of a scalar, or `None` if it cannot be told."""
    kind = scalar.WhichOneof("value")
    if kind == "primitive":
        return table.simple(_PRIMITIVES[scalar.primitive.WhichOneof("value")])
    if kind in _PLAIN:
        return table.simple(_PLAIN[kind])
    if kind == "binary":
        return table.simple(SimpleType.STRUCT if scalar.binary.tag == "msgpack" else SimpleType.BINARY)
    if kind == "union":
        return _union(table, scalar)
    if kind == "blob":
        if not scalar.blob.HasField("metadata"):
            return None
        blob = scalar.blob.metadata
        return table.intern(LiteralType(blob=blob.type)) if blob.HasField("type") else table.nothing()
    if kind == "schema":
        schema = scalar.schema
        return table.intern(LiteralType(schema=schema.type)) if schema.HasField("type") else table.nothing()
    if kind == "structured_dataset":
        dataset = scalar.structured_dataset.metadata
        if not dataset.HasField("structured_dataset_type"):
            return table.nothing()
        return table.intern(LiteralType(structured_dataset_type=dataset.structured_dataset_type))
    return None


def _union(table: TypeTable, scalar: Scalar) -> Type:
    """The stored type, or one that is not set, as the only variant; the wrapped value is not looked at."""
    return table.union((table.intern(scalar.union.type),))


def infer(table: TypeTable, literal: Literal) -> Type | None:
    """Return the type of a literal, or `None` if it cannot be told or is not a complete type.

    Elements of collections and values of maps count with their own types; several different ones make a
    union.
    """
    type = _infer_nested(table, literal)
    return type if type is not None and _is_complete(type) else None


def _infer_nested(table: TypeTable, literal: Literal) -> Type | None:
    """Infer inner literals first, on a stack of our own.

    A frame holds what its literal's elements came to.
    """
    done: list[Type | None] = []
    frames: list[tuple[Literal, str | None, list[Literal], list[Type | None]]] = [_frame(literal)]
    while frames:
        current, kind, waiting, types = frames[-1]
        if waiting:
            frames.append(_frame(waiting.pop()))
            continue
        frames.pop()
        parent = frames[-1][3] if frames else done
        parent.append(_combined(table, current, kind, types))
    return done[0]


def _frame(literal: Literal) -> tuple[Literal, str | None, list[Literal], list[Type | None]]:
    kind = literal.WhichOneof("value")
    elements: Iterable[Literal] = ()
    if kind == "collection":
        elements = literal.collection.literals
    elif kind == "map":
        elements = [literal.map.literals[key] for key in sorted(literal.map.literals)]
    return literal, kind, _without_empty_collections(list(elements)), []


def _without_empty_collections(elements: list[Literal]) -> list[Literal]:
    """Leave out elements that are empty collections, unless there are no others."""
    full = [
        element
        for element in elements
        if element.WhichOneof("value") != "collection" or element.collection.literals
    ]
    return full or elements[:1]


def _combined(
    table: TypeTable, literal: Literal, kind: str | None, elements: Sequence[Type | None]
) -> Type | None:
    if kind == "scalar":
        return infer_scalar(table, literal.scalar)
    if kind == "collection":
        return table.collection(_mixed(table, elements))
    if kind == "map":
        return table.map(_mixed(table, elements))
    if kind == "offloaded_metadata" and literal.offloaded_metadata.HasField("inferred_type"):
        return table.intern(literal.offloaded_metadata.inferred_type)
    return None


def _mixed(table: TypeTable, elements: Sequence[Type | None]) -> Type:
    """Return the one type of elements: NONE for no elements, a union if they differ.

    A collection of a union among different types gives up its variants, and makes the result a collection.
    """
    types = list(dict.fromkeys(table.nothing() if type is None else type for type in elements))
    if not types:
        return table.simple(SimpleType.NONE)
    if len(types) == 1:
        return types[0]
    variants: list[Type] = []
    lifted = False
    for type in sorted(types, key=lambda type: str(type.message)):
        if (
            type.kind is TypeKind.COLLECTION
            and type.element is not None
            and type.element.kind is TypeKind.UNION
        ):
            variants.extend(type.element.variants)
            lifted = True
        else:
            variants.append(type)
    union = table.union(variants)
    return table.collection(union) if lifted else union


def _is_complete(type: Type) -> bool:
    """Tell whether a type is set all the way through collections and maps."""
    inner: Type | None = type
    while inner is not None:
        if inner.kind is TypeKind.UNSET:
            return False
        inner = inner.element
    return True

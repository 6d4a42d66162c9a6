"""Types in the user's words: `list[int]`, `dict[str, Train]`, `int | None`, `file[csv]`, `dataset[a: int]`.

Texts are bounded in depth and length, whatever the type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.core.v1.types_pb2 import LiteralType
from flowidl.types.kinds import TypeKind
from flowidl.types.table import TypeTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from google.protobuf.struct_pb2 import Struct

    from flowidl.types.table import Type

#: Limits of a printed type: nesting, characters, and members of an enum, union or column list.
MAX_DEPTH = 8
MAX_LENGTH = 200
MAX_MEMBERS = 8

SIMPLE_WORDS = {
    0: "None",
    1: "int",
    2: "float",
    3: "str",
    4: "bool",
    5: "datetime",
    6: "timedelta",
    7: "binary",
    8: "error",
    9: "struct",
}

_COLUMN_WORDS = ("int", "float", "str", "bool", "datetime", "timedelta")
_ELLIPSIS = "..."

if TYPE_CHECKING:
    #: A piece of text, or a type still to be printed.
    Piece = str | Type


def type_text(type: Type | LiteralType) -> str:
    """Return a type in the user's words."""
    if isinstance(type, LiteralType):
        type = TypeTable().intern(type)
    texts: list[str] = []
    length = 0
    stack: list[tuple[Piece, int]] = [(type, 0)]
    while stack:
        piece, depth = stack.pop()
        if not isinstance(piece, str):
            if depth <= MAX_DEPTH:
                stack.extend((inner, depth + 1) for inner in reversed(list(_pieces(piece))))
                continue
            piece = _ELLIPSIS
        texts.append(piece)
        length += len(piece)
        if length > MAX_LENGTH:
            return "".join(texts)[:MAX_LENGTH] + _ELLIPSIS
    return "".join(texts)


def _pieces(type: Type) -> Iterator[Piece]:
    kind = type.kind
    if kind is TypeKind.SIMPLE:
        yield _simple_text(type)
    elif kind is TypeKind.COLLECTION and type.element is not None:
        yield from ("list[", type.element, "]")
    elif kind is TypeKind.MAP and type.element is not None:
        yield from ("dict[str, ", type.element, "]")
    elif kind is TypeKind.UNION:
        yield from (
            _listed(((variant,) for variant in type.variants), " | ") if type.variants else ("union[]",)
        )
    elif kind is TypeKind.ENUM:
        yield "enum["
        yield from _listed((value,) for value in type.message.enum_type.values)
        yield "]"
    elif kind is TypeKind.BLOB:
        blob = type.message.blob
        yield ("directory" if blob.dimensionality else "file") + (f"[{blob.format}]" if blob.format else "")
    elif kind is TypeKind.DATASET:
        yield from _dataset_pieces(type)
    elif kind is TypeKind.SCHEMA:
        columns = type.message.schema.columns
        yield "schema"
        yield from _bracketed((f"{column.name}: {_column_word(column.type)}",) for column in columns)
    else:
        yield "(unknown)" if kind is TypeKind.ANYTHING else "(no type)"


def _simple_text(type: Type) -> str:
    title = dataclass_title(type.message.metadata) if type.simple == 9 else ""
    return title or SIMPLE_WORDS.get(type.simple, f"simple type {type.simple}")


def _column_word(kind: int) -> str:
    return _COLUMN_WORDS[kind] if 0 <= kind < len(_COLUMN_WORDS) else f"column type {kind}"


def _dataset_pieces(type: Type) -> Iterator[Piece]:
    parts: list[tuple[Piece, ...]] = [
        (f"{column.name}: ", "(no type)" if column.type is None else column.type) for column in type.columns
    ]
    format = type.message.structured_dataset_type.format
    if format:
        parts.append((f"format {format}" if parts else format,))
    yield "dataset"
    yield from _bracketed(parts)


def _bracketed(parts: Iterable[tuple[Piece, ...]]) -> Iterator[Piece]:
    listed = list(_listed(parts))
    if listed:
        yield from ("[", *listed, "]")


def _listed(parts: Iterable[tuple[Piece, ...]], separator: str = ", ") -> Iterator[Piece]:
    for count, part in enumerate(parts):
        if count:
            yield separator
        if count == MAX_MEMBERS:
            yield _ELLIPSIS
            return
        yield from part


def dataclass_title(schema: Struct) -> str:
    """Return the name of the class that a JSON schema describes, or nothing.

    That is its title, or the name that its top-level reference leads to.
    """
    fields = schema.fields
    if "title" in fields and fields["title"].string_value:
        return fields["title"].string_value
    if "$ref" in fields:
        name = fields["$ref"].string_value.rpartition("/")[2]
        return name.removesuffix("Schema") or name
    return ""

"""Is a schema well formed: does the value of each keyword have the kind that its draft asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.types.jsonschema.documents import canonical, is_number
from flowidl.types.jsonschema.drafts import Kind
from flowidl.types.jsonschema.formats import FORMATS, is_uri, is_uri_reference
from flowidl.types.jsonschema.go_patterns import pattern_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flowidl.types.jsonschema.drafts import Draft
    from flowidl.types.structs import Json

_TYPES = frozenset(("array", "boolean", "integer", "null", "number", "object", "string"))
_MAX_LENGTH = 1e21

_TEXTS: dict[Kind, Callable[[str], bool]] = {
    Kind.TEXT: lambda text: True,
    Kind.URI: is_uri,
    Kind.URI_REFERENCE: is_uri_reference,
    Kind.FORMAT: lambda text: text in FORMATS,
    Kind.PATTERN: lambda text: not pattern_fault(text),
}


def malformed(part: Json, draft: Draft, *, boolean: bool = False) -> str:
    """Return what is wrong with a schema itself, not with those within it; nothing if it is well formed.

    `boolean` tells that a truth value may stand there whatever the draft says of schemas.
    """
    if isinstance(part, bool):
        return "" if boolean or draft.number > 4 else "a truth value is no schema in draft 4"
    if not isinstance(part, dict):
        return "a schema is not an object"
    for keyword, value in part.items():
        kind = draft.keywords.get(keyword)
        if kind is not None and not _is(kind, value, draft):
            return f"`{keyword}` is not what it must be"
    for bound in ("minimum", "maximum"):
        exclusive = f"exclusive{bound.capitalize()}"
        if draft.number == 4 and exclusive in part and bound not in part:
            return f"`{exclusive}` stands without `{bound}`"
    return ""


def schemas_within(part: Json, draft: Draft) -> Iterator[tuple[Json, bool]]:
    """Yield the schemas directly within a well-formed one, and whether a truth value may stand for each."""
    if not isinstance(part, dict):
        return
    for keyword, value in part.items():
        kind = draft.keywords.get(keyword)
        if kind in (Kind.SCHEMA, Kind.SCHEMA_OR_BOOLEAN):
            yield value, kind is Kind.SCHEMA_OR_BOOLEAN
        elif kind in (Kind.SCHEMAS, Kind.ITEMS):
            yield from ((each, False) for each in (value if isinstance(value, list) else [value]))
        elif kind in (Kind.SCHEMA_MAP, Kind.PATTERN_MAP) and isinstance(value, dict):
            yield from ((each, False) for each in value.values())
        elif kind is Kind.DEPENDENCIES and isinstance(value, dict):
            yield from ((each, False) for each in value.values() if not isinstance(each, list))


def _is(kind: Kind, value: Json, draft: Draft) -> bool:
    """Tell whether a value is of a kind; the schemas within it are another question."""
    if kind in _TEXTS:
        return isinstance(value, str) and _TEXTS[kind](value)
    if kind is Kind.BOOLEAN:
        return isinstance(value, bool)
    if kind in (Kind.NUMBER, Kind.POSITIVE, Kind.LENGTH):
        return _is_number(kind, value)
    if kind in (Kind.LIST, Kind.ENUM, Kind.NAMES, Kind.TYPES, Kind.SCHEMAS):
        return _is_list(kind, value, draft)
    if kind is Kind.ITEMS:
        return value != []
    if kind is Kind.PATTERN_MAP:
        return isinstance(value, dict) and not any(map(pattern_fault, value))
    if kind is Kind.DEPENDENCIES:
        return isinstance(value, dict) and all(
            _is_list(Kind.NAMES, each, draft) for each in value.values() if isinstance(each, list)
        )
    return kind is not Kind.SCHEMA_MAP or isinstance(value, dict)


def _is_number(kind: Kind, value: Json) -> bool:
    if not isinstance(value, int | float) or not is_number(value):
        return False
    if kind is Kind.LENGTH:
        return 0 <= value < _MAX_LENGTH and value == int(value)
    return kind is Kind.NUMBER or value > 0


def _is_list(kind: Kind, value: Json, draft: Draft) -> bool:
    if kind is Kind.TYPES and isinstance(value, str):
        return value in _TYPES
    if not isinstance(value, list):
        return False
    if kind is Kind.LIST:
        return True
    if kind is Kind.SCHEMAS:
        return bool(value)
    if kind is Kind.ENUM:
        return draft.number == 7 or (bool(value) and _distinct(value))
    texts = [each for each in value if isinstance(each, str)]
    if len(texts) < len(value) or len(set(texts)) < len(texts):
        return False
    if kind is Kind.TYPES:
        return bool(texts) and _TYPES.issuperset(texts)
    return bool(texts) or draft.number > 4


def _distinct(values: list[Json]) -> bool:
    """Tell whether no two values of a list are the same."""
    return len(set(map(canonical, values))) == len(values)

"""Dataclass schemas: may one dataclass be passed where another one is expected.

Both types carry a JSON schema as metadata. The reference asks whether the *expected* schema is a subset of
the *given* one: a wider class, or a subclass, may stand for a narrower one. It uses a third-party comparison
of which only part is established:

- both schemas must be there, valid, of draft 4, 6 or 7, with references that resolve within them;
- a property that is expected and not given is refused; more properties, and more required ones, are fine;
- titles do not count; the expected side need not state its type.

The rest is our reading of it, and an answer that rests on that says so (`Note.SCHEMA_COMPARISON`): nested
properties and elements are compared in the same way, differing types are refused, `enum`, `const`, `anyOf`,
`oneOf` and `allOf` must be equal but for their prose, and other keywords are ignored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.types.answers import NO, YES, Cast, Note
from flowidl.types.structs import to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.types.structs import Json
    from flowidl.types.table import Type, TypeTable

_UNSURE_YES = Cast(True, (Note.SCHEMA_COMPARISON,))
_UNSURE_NO = Cast(False, (Note.SCHEMA_COMPARISON,))

_DRAFTS = frozenset(
    f"http://json-schema.org/{draft}schema" for draft in ("draft-04/", "draft-06/", "draft-07/", "")
)
_DRAFT_4 = "http://json-schema.org/draft-04/schema"
_TYPES = frozenset(("array", "boolean", "integer", "null", "number", "object", "string"))
_PROSE = frozenset(("title", "description", "default", "examples", "$comment", "$id", "id", "$schema"))
_EQUAL = ("enum", "const", "anyOf", "oneOf", "allOf", "not")
_COMPARED = frozenset(("type", "properties", "required", "items", "definitions", "$defs", *_EQUAL)) | _PROSE
_SCHEMA_MAPS = ("properties", "patternProperties", "definitions", "$defs")
_SCHEMA_LISTS = ("anyOf", "oneOf", "allOf")
_SCHEMAS = (
    "additionalProperties",
    "additionalItems",
    "not",
    "contains",
    "propertyNames",
    "if",
    "then",
    "else",
)


def schemas_fit(table: TypeTable, up: Type, down: Type) -> Cast:
    """Tell whether the dataclass `up` may stand for `down`; both have a schema, and the schemas differ."""
    given, expected = _schema_of(table, up), _schema_of(table, down)
    if given is None or expected is None:
        return NO
    return _compare(given, expected)


def _schema_of(table: TypeTable, type: Type) -> dict[str, Json] | None:
    """Return the schema of a type, or `None` if it does not compile."""
    known = table.json_schemas
    if type.key not in known:
        schema = to_json(type.message.metadata)
        known[type.key] = schema if schema and _compiles(schema) else None
    return known[type.key]


def _compiles(schema: dict[str, Json]) -> bool:
    """Tell whether a schema is one: known draft, well-formed keywords, references that resolve."""
    draft = schema.get("$schema", "")
    if not isinstance(draft, str) or (draft and draft.rstrip("#") not in _DRAFTS):
        return False
    booleans = draft.rstrip("#") != _DRAFT_4
    waiting: list[Json] = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, bool):
            if not booleans:
                return False
        elif not isinstance(part, dict) or not _well_formed(part, schema):
            return False
        else:
            waiting.extend(_inner_schemas(part))
    return True


def _well_formed(part: dict[str, Json], root: dict[str, Json]) -> bool:
    if "$ref" in part:
        return _resolve(part["$ref"], root) is not None
    types = part.get("type", [])
    names = types if isinstance(types, list) else [types]
    required = part.get("required", [])
    return (
        all(isinstance(name, str) and name in _TYPES for name in names)
        and isinstance(required, list)
        and all(isinstance(name, str) for name in required)
        and all(isinstance(part.get(key, {}), dict) for key in _SCHEMA_MAPS)
        and all(isinstance(part[key], list) and part[key] for key in (*_SCHEMA_LISTS, "enum") if key in part)
    )


def _inner_schemas(part: dict[str, Json]) -> Iterator[Json]:
    if "$ref" in part:
        return
    for key in _SCHEMA_MAPS:
        inner = part.get(key)
        if isinstance(inner, dict):
            yield from inner.values()
    for key in (*_SCHEMA_LISTS, "items"):
        inner = part.get(key)
        if isinstance(inner, list):
            yield from inner
        elif key == "items" and inner is not None:
            yield inner
    for key in _SCHEMAS:
        if key in part:
            yield part[key]


def _resolve(reference: Json, root: dict[str, Json]) -> dict[str, Json] | bool | None:
    """Return what a reference within the document means: following further references, `None` if nothing."""
    for _ in range(100):
        if not isinstance(reference, str) or not reference.startswith("#"):
            return None
        found: Json = root
        for step in reference[1:].split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(found, dict) and name in found:
                found = found[name]
            elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
                found = found[int(name)]
            else:
                return None
        if not isinstance(found, dict):
            return found if isinstance(found, bool) else None
        if "$ref" not in found:
            return found
        reference = found["$ref"]
    return None


def _opened(part: Json, root: dict[str, Json]) -> Json:
    return _resolve(part["$ref"], root) if isinstance(part, dict) and "$ref" in part else part


def _compare(given_root: dict[str, Json], expected_root: dict[str, Json]) -> Cast:
    """Compare two schemas that compile, part by part; recursive ones by visiting each pair of parts once."""
    answer = YES
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[Json, Json, bool]] = [(given_root, expected_root, True)]
    while waiting:
        given, expected, outermost = waiting.pop()
        given, expected = _opened(given, given_root), _opened(expected, expected_root)
        if not isinstance(given, dict) or not isinstance(expected, dict):
            if given != expected:
                return _UNSURE_NO
            continue
        if (id(given), id(expected)) in seen:
            continue
        seen.add((id(given), id(expected)))
        have, want = _object(given.get("properties")), _object(expected.get("properties"))
        if want.keys() - have.keys():
            return NO if outermost else _UNSURE_NO
        verdict = _compare_keywords(given, expected)
        if not verdict.fits:
            return verdict
        waiting.extend((have[name], wanted, False) for name, wanted in want.items())
        waiting.extend((a, b, False) for a, b in _elements(given.get("items"), expected.get("items")))
        if verdict.notes or not outermost:
            answer = _UNSURE_YES
    return answer


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _elements(given: Json, expected: Json) -> Iterator[tuple[Json, Json]]:
    if expected is None:
        return
    if isinstance(given, list) and isinstance(expected, list):
        yield from zip(given, expected, strict=False)
        if len(given) < len(expected):
            yield False, True
    else:
        yield (False if given is None else given), expected


def _compare_keywords(given: dict[str, Json], expected: dict[str, Json]) -> Cast:
    """Compare what two parts say of themselves, leaving the parts within them."""
    if "type" in expected and not _names(given.get("type")) <= _names(expected["type"]):
        return _UNSURE_NO
    if "type" in expected and "type" not in given:
        return _UNSURE_NO
    if not _names(expected.get("required")) <= _names(given.get("required")):
        return _UNSURE_NO
    for key in _EQUAL:
        if key in expected and _bare(given.get(key)) != _bare(expected[key]):
            return _UNSURE_NO
    equal = _names(given.get("type")) == _names(expected.get("type", given.get("type")))
    ignored = any(
        given.get(key) != expected.get(key) for key in given.keys() | expected.keys() if key not in _COMPARED
    )
    return YES if equal and not ignored else _UNSURE_YES


def _names(value: Json) -> set[str]:
    if isinstance(value, str):
        return {value}
    return {name for name in value if isinstance(name, str)} if isinstance(value, list) else set()


def _bare(value: Json) -> Json:
    """Return a copy of a part without titles, descriptions and the like."""
    holder: list[Json] = []
    waiting: list[tuple[Json, list[Json] | dict[str, Json], str]] = [(value, holder, "")]
    while waiting:
        source, target, key = waiting.pop()
        copy: Json = source
        if isinstance(source, dict):
            members: dict[str, Json] = {}
            waiting.extend((member, members, name) for name, member in source.items() if name not in _PROSE)
            copy = members
        elif isinstance(source, list):
            elements: list[Json] = []
            waiting.extend((element, elements, "") for element in reversed(source))
            copy = elements
        if isinstance(target, dict):
            target[key] = copy
        else:
            target.append(copy)
    return holder[0]


def schema_difference(table: TypeTable, given: Type, expected: Type) -> str:
    """Return what keeps two dataclass types apart in words, or nothing if that is not easily said."""
    have, want = _schema_of(table, given), _schema_of(table, expected)
    for name, schema in (("given", have), ("expected", want)):
        if schema is None:
            return f"the JSON schema of the {name} dataclass is not one of draft 4, 6 or 7"
    assert have is not None
    assert want is not None
    opened_have, opened_want = _object(_opened(have, have)), _object(_opened(want, want))
    properties = _object(opened_have.get("properties"))
    for name, wanted in _object(opened_want.get("properties")).items():
        if name not in properties:
            return f"field `{name}` is expected and is not given"
        types = (_opened(properties[name], have), _opened(wanted, want))
        if not _compare_keywords(_object(types[0]), _object(types[1])).fits:
            return f"field `{name}` differs"
    return ""

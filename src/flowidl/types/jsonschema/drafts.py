"""The drafts of JSON Schema that the reference knows, and what each says of its keywords.

A meta-schema is a table here: the kind of value that each keyword must have. Other keywords may have any.
`Kind` members that hold schemas name how, so that one table tells both whether a schema is well formed and
which schemas are within it.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from flowidl.types.structs import Json


class Kind(enum.Enum):
    """What the value of a keyword must be."""

    ANYTHING = enum.auto()
    TEXT = enum.auto()
    URI = enum.auto()
    URI_REFERENCE = enum.auto()
    PATTERN = enum.auto()
    FORMAT = enum.auto()
    BOOLEAN = enum.auto()
    NUMBER = enum.auto()
    POSITIVE = enum.auto()
    #: A whole number, not negative, that can be written without an exponent.
    LENGTH = enum.auto()
    LIST = enum.auto()
    #: A list without repeated members, in some drafts not empty.
    ENUM = enum.auto()
    #: A list of texts without repeated ones, in draft 4 not empty.
    NAMES = enum.auto()
    #: The name of a type, or a list of some without repeated ones.
    TYPES = enum.auto()
    SCHEMA = enum.auto()
    #: A schema or a truth value, also where draft 4 has no truth values as schemas.
    SCHEMA_OR_BOOLEAN = enum.auto()
    #: A list of schemas that is not empty.
    SCHEMAS = enum.auto()
    #: A schema or a list of some.
    ITEMS = enum.auto()
    SCHEMA_MAP = enum.auto()
    #: Schemas by regular expression.
    PATTERN_MAP = enum.auto()
    #: By name, a schema or a list of names.
    DEPENDENCIES = enum.auto()


class Draft(NamedTuple):
    """One draft: its number and the kinds of its keywords."""

    number: int
    keywords: dict[str, Kind]

    @property
    def id_keyword(self) -> str:
        """The keyword that names a schema."""
        return "id" if self.number == 4 else "$id"

    def knows(self, keyword: str) -> bool:
        """Tell whether the draft gives a keyword a meaning."""
        return keyword in self.keywords


_COMMON = {
    # draft 4 does not mention references in its meta-schema; one that is no text leads nowhere in any draft
    "$ref": Kind.URI_REFERENCE,
    "$schema": Kind.URI,
    "title": Kind.TEXT,
    "description": Kind.TEXT,
    "format": Kind.FORMAT,
    "pattern": Kind.PATTERN,
    "multipleOf": Kind.POSITIVE,
    "minimum": Kind.NUMBER,
    "maximum": Kind.NUMBER,
    "minLength": Kind.LENGTH,
    "maxLength": Kind.LENGTH,
    "minItems": Kind.LENGTH,
    "maxItems": Kind.LENGTH,
    "minProperties": Kind.LENGTH,
    "maxProperties": Kind.LENGTH,
    "uniqueItems": Kind.BOOLEAN,
    "required": Kind.NAMES,
    "enum": Kind.ENUM,
    "type": Kind.TYPES,
    "items": Kind.ITEMS,
    "additionalItems": Kind.SCHEMA_OR_BOOLEAN,
    "additionalProperties": Kind.SCHEMA_OR_BOOLEAN,
    "properties": Kind.SCHEMA_MAP,
    "patternProperties": Kind.PATTERN_MAP,
    "definitions": Kind.SCHEMA_MAP,
    "dependencies": Kind.DEPENDENCIES,
    "allOf": Kind.SCHEMAS,
    "anyOf": Kind.SCHEMAS,
    "oneOf": Kind.SCHEMAS,
    "not": Kind.SCHEMA,
}
_SINCE_6 = {
    "const": Kind.ANYTHING,
    "$id": Kind.URI_REFERENCE,
    "examples": Kind.LIST,
    "exclusiveMinimum": Kind.NUMBER,
    "exclusiveMaximum": Kind.NUMBER,
    "contains": Kind.SCHEMA,
    "propertyNames": Kind.SCHEMA,
}
_SINCE_7 = {
    "$comment": Kind.TEXT,
    "readOnly": Kind.BOOLEAN,
    "contentEncoding": Kind.TEXT,
    "contentMediaType": Kind.TEXT,
    "if": Kind.SCHEMA,
    "then": Kind.SCHEMA,
    "else": Kind.SCHEMA,
}
DRAFT_4 = Draft(
    4,
    {
        **_COMMON,
        "id": Kind.URI_REFERENCE,
        "exclusiveMinimum": Kind.BOOLEAN,
        "exclusiveMaximum": Kind.BOOLEAN,
    },
)
DRAFT_6 = Draft(6, {**_COMMON, **_SINCE_6})
DRAFT_7 = Draft(7, {**_COMMON, **_SINCE_6, **_SINCE_7})

_SITE = "http://json-schema.org/"
_BY_NAME = {
    _SITE + "draft-04/schema": DRAFT_4,
    _SITE + "draft-06/schema": DRAFT_6,
    _SITE + "draft-07/schema": DRAFT_7,
    _SITE + "schema": DRAFT_7,
}


def draft_of(document: dict[str, Json]) -> Draft | None:
    """Return the draft that the `$schema` of a document names, 7 without one, `None` for any other text."""
    if "$schema" not in document:
        return DRAFT_7
    name = document["$schema"]
    return _BY_NAME.get(name.removesuffix("#")) if isinstance(name, str) else None

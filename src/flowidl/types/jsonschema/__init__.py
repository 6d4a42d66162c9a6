"""Dataclass schemas: may one dataclass be passed where another one is expected.

The metadata of a dataclass type is its JSON schema. Equal ones fit. Otherwise both are compiled (`compiled`:
draft, meta-schema, references), and those that compile are compared (`compare`). A dataclass with more
fields, or a subclass, may stand for one with fewer. The rules are those observed on the reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from flowidl.types.jsonschema.compare import Steps, compare
from flowidl.types.jsonschema.compiled import InvalidSchemaError, Schema, compile_schema
from flowidl.types.structs import is_json, to_json

if TYPE_CHECKING:
    from flowidl.core.v1.types_pb2 import LiteralType
    from flowidl.types.jsonschema.complaints import Outcome


class Dataclass(Protocol):
    """A type with a schema: an interned type whose message has metadata."""

    key: bytes
    message: LiteralType


class Schemas:
    """The dataclass schemas of one run, each read once, and what may still be spent on comparing them."""

    def __init__(self) -> None:
        self._read: dict[bytes, Schema | InvalidSchemaError] = {}
        self._steps = Steps()

    @property
    def steps_left(self) -> int:
        """How many pairs of parts may still be compared; below zero by at most one part's width."""
        return self._steps.left

    def read(self, type: Dataclass) -> Schema | InvalidSchemaError:
        """Return the schema of a type that has metadata, or why it does not compile."""
        known = self._read.get(type.key)
        if known is None:
            known = self._read[type.key] = self._compile(type)
        return known

    def _compile(self, type: Dataclass) -> Schema | InvalidSchemaError:
        if not is_json(type.message.metadata):
            return InvalidSchemaError("it cannot be written as JSON")
        try:
            schema = compile_schema(to_json(type.message.metadata))
        except InvalidSchemaError as problem:
            return problem
        self._steps.allow(schema)
        return schema

    def compare(self, given: Dataclass, expected: Dataclass) -> Outcome | None:
        """Compare the schemas of two types; `None` if one does not compile."""
        have, want = self.read(given), self.read(expected)
        if isinstance(have, InvalidSchemaError) or isinstance(want, InvalidSchemaError):
            return None
        return compare(have, want, self._steps)

    def difference(self, given: Dataclass, expected: Dataclass) -> str:
        """Return what keeps two dataclass types apart, in words, or nothing if nothing does."""
        for side, type in (("given", given), ("expected", expected)):
            problem = self.read(type)
            if isinstance(problem, InvalidSchemaError):
                return f"the JSON schema of the {side} dataclass is not accepted: {problem}"
        outcome = self.compare(given, expected)
        return outcome.complaint.sentence() if outcome and outcome.complaint else ""

"""The row of the table: how one kind of annotation is typed, written and read.

A converter has the `LiteralType` of its annotation, the tag that marks it as the variant of a union, and
both directions. They stand together in one object, so that neither can be changed without the other in
view; the law is `read(write(value)) == value`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.errors import BuildError

if TYPE_CHECKING:
    from flowidl.core.v1.literals_pb2 import Literal
    from flowidl.core.v1.types_pb2 import LiteralType


class Converter:
    """Writes and reads the values of one annotation.

    `name` in its methods says whose value it is, for errors.
    """

    def __init__(self, type: LiteralType, tag: str) -> None:
        self.type = type
        self.tag = tag

    def write(self, value: object, name: str) -> Literal:
        """Return a value as a literal; raise `BuildError` if it is not of this type."""
        raise NotImplementedError

    def read(self, literal: Literal, name: str) -> object:
        """Return the value of a literal; raise `BuildError` if the literal is none of this type."""
        raise NotImplementedError

    def refusal(self, value: object, name: str, help: str = "") -> BuildError:
        """Return the refusal of a value that is not of this type."""
        return mismatch(value, self.type, name, help)

    def misread(self, literal: Literal, name: str) -> BuildError:
        """Return the refusal of a literal that is not of this type."""
        return misread(literal, self.type, name)


def mismatch(value: object, type: LiteralType, name: str, help: str = "") -> BuildError:
    """Return the refusal of a value that is not of its type."""
    from flowidl.types import type_text

    return BuildError(
        f"`{name}` expects `{type_text(type)}`, and the value is of type `{value.__class__.__qualname__}`",
        rule="mismatched-literal",
        help=help,
    )


def misread(literal: Literal, type: LiteralType, name: str) -> BuildError:
    """Return the refusal of a literal that is not of its type."""
    from flowidl.types import TypeTable, literal_type_of, type_text

    given = literal_type_of(TypeTable(), literal)
    text = "of no clear type" if given is None else f"a `{type_text(given.message)}`"
    return BuildError(
        f"`{name}` expects `{type_text(type)}`, and the literal is {text}", rule="mismatched-literal"
    )

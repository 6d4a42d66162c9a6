"""Why one type does not fit another: the first component in which they differ, and what stands on each side.

Used for messages only, after `castable` has said no; so it looks for something to show and decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.tuples import NamedTuple
from flowidl.types.cast import castable, fitting_variants
from flowidl.types.kinds import TypeKind
from flowidl.types.printer import type_text

if TYPE_CHECKING:
    from flowidl.types.table import Type, TypeTable


class Difference(NamedTuple):
    """The first difference: `component` in words (empty for the types as a whole), and a reason in words.

    The reason is a clause that stands alone, such as "`float` expected, `int` given".
    """

    component: str
    reason: str

    def __str__(self) -> str:
        return f"they differ in {self.component}: {self.reason}" if self.component else self.reason


def first_difference(table: TypeTable, given: Type, expected: Type) -> Difference:
    """Return the first difference that keeps `given` from being used as `expected`."""
    words: list[str] = []
    while True:
        step = _step(table, given, expected)
        if isinstance(step, str):
            return Difference(" of ".join(reversed(words)), step)
        word, given, expected = step
        words.append(word)


def _step(table: TypeTable, given: Type, expected: Type) -> str | tuple[str, Type, Type]:
    """Return the next component to look into with its two types, or a reason."""
    if given.kind is TypeKind.UNION and len(given.variants) == 1 and expected.kind is not TypeKind.UNION:
        given = given.variants[0]
    if given.element is not None and expected.element is not None and given.kind is expected.kind:
        word = "the element type" if given.kind is TypeKind.COLLECTION else "the value type"
        return word, given.element, expected.element
    if expected.kind is TypeKind.UNION:
        return _union_reason(table, given, expected)
    if expected.kind in (TypeKind.DATASET, TypeKind.SCHEMA) and given.kind in (
        TypeKind.DATASET,
        TypeKind.SCHEMA,
    ):
        return _columns_step(table, given, expected)
    if given.simple == expected.simple and given.kind is expected.kind is TypeKind.SIMPLE:
        return _simple_reason(table, given, expected)
    if given.kind is expected.kind is TypeKind.ENUM:
        return f"an enum fits only one with the same values in the same order: {_both(given, expected)}"
    return _both(given, expected)


def _both(given: Type, expected: Type) -> str:
    return f"`{type_text(expected)}` expected, `{type_text(given)}` given"


def _union_reason(table: TypeTable, given: Type, expected: Type) -> str:
    if given.kind is TypeKind.UNION:
        for variant in given.variants:
            if not fitting_variants(table, variant, expected):
                return f"`{type_text(variant)}` is none of `{type_text(expected)}`"
        return _both(given, expected)
    fits = fitting_variants(table, given, expected)
    if len(fits) > 1:
        names = " and ".join(f"`{type_text(variant)}`" for variant in fits[:2])
        return f"`{type_text(given)}` is ambiguous: it fits {names} of the union"
    return f"`{type_text(given)}` is none of `{type_text(expected)}`"


def _format(type: Type) -> str:
    return "parquet" if type.kind is TypeKind.SCHEMA else type.message.structured_dataset_type.format


def _columns_step(table: TypeTable, given: Type, expected: Type) -> str | tuple[str, Type, Type]:
    formats = _format(given), _format(expected)
    if all(formats) and formats[0].lower() != formats[1].lower():
        return f"format `{formats[1]}` expected, `{formats[0]}` given"
    if given.kind is expected.kind is TypeKind.DATASET:
        types = dict(given.columns)
        for name, type in expected.columns:
            column = types.get(name)
            if column is None or type is None:
                return f"column `{name}` is expected and is not given"
            if not castable(table, column, type).fits:
                return f"the type of column `{name}`", column, type
    return _both(given, expected)


def _simple_reason(table: TypeTable, given: Type, expected: Type) -> str:
    tags = given.message.structure.tag, expected.message.structure.tag
    if tags[0] and tags[0] != tags[1]:
        wanted = f"tag `{tags[1]}`" if tags[1] else "no tag"
        return f"both are `{type_text(expected)}`, and {wanted} is expected, tag `{tags[0]}` given"
    if given.simple == 9:
        return table.schemas.difference(given, expected) or _both(given, expected)
    return _both(given, expected)

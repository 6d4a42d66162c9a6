"""Castability: may a value of one type be bound where another type is expected.

These are the rules of the reference compiler, with those of its oddities that change a verdict (an enum and a
string fit each other whatever their tags, a directory fits a file, a bare none fits any dataset, ...). `up`
is the type that produces a value, `down` the one that consumes it. Answers are kept per pair in the
`TypeTable`.

A question about two types asks questions about their parts. Each is a generator that yields the pairs it
needs and is sent the answers; `castable` runs them on a stack of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.trampoline import answer
from flowidl.types.answers import NO, YES, Cast, Note
from flowidl.types.kinds import TypeKind
from flowidl.types.structs import is_json

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from flowidl.types.table import Type, TypeTable


_UNKNOWN = Cast(True, (Note.NOT_COMPARED,))

#: How many types one run tries on variants of unions before it gives up on further ones. Real packages need
#: hundreds; the limit only keeps unions of thousands of variants from being compared with each other.
MAX_TRIALS = 200_000

_SIMPLE, _ENUM, _UNION, _BLOB = TypeKind.SIMPLE, TypeKind.ENUM, TypeKind.UNION, TypeKind.BLOB
_STRING, _STRUCT = 3, 9
_PARQUET = "parquet"

if TYPE_CHECKING:
    #: A question: whether this is the entry point that opens unions of one variant, up, and down.
    Question = tuple[bool, Type, Type]
    Answering = Generator[Question, Cast, Cast]


def castable(table: TypeTable, up: Type, down: Type) -> Cast:
    """Tell whether a value of type `up` may be bound where `down` is expected."""
    if up is down and up.fits_itself:
        return YES
    answers = table.casts
    found = answers.get((up, down))
    if found is None:
        either = up is table.anything or down is table.anything
        found = YES if either else _run(table, (True, up, down))
        answers[up, down] = found
    return found


def _run(table: TypeTable, question: Question) -> Cast:
    """Answer a question, and all that it depends on. Parts nest strictly, so no question waits for itself."""

    def guess(needed: Question) -> Cast | None:
        table.trials += needed[0]
        return _UNKNOWN if table.trials > MAX_TRIALS else None

    return answer(question, lambda asked: _answer(table, asked), known=table.checks, guess=guess)


def _answer(table: TypeTable, question: Question) -> Answering:
    entry, up, down = question
    if entry:
        if up.kind is _UNION and len(up.variants) == 1:
            opened = yield False, up.variants[0], down
            if opened.fits:
                return opened
        return (yield False, up, down)
    kind = down.kind
    if kind is TypeKind.COLLECTION or kind is TypeKind.MAP:
        return (yield from _container(up, down))
    if kind is _UNION:
        return (yield from _union(up, down))
    if kind is TypeKind.DATASET:
        return (yield from _dataset(up, down))
    if kind is _BLOB:
        return _blob(up, down)
    if kind is TypeKind.SCHEMA:
        return _schema(up, down)
    if down.is_none:
        return YES if up.is_none else NO
    return _default(table, up, down)


def _container(up: Type, down: Type) -> Answering:
    """TY-1, TY-2: the same container, with elements that fit; a container of nothing fits any."""
    if up.kind is not down.kind:
        return NO
    assert up.element is not None
    assert down.element is not None
    if up.element.is_none:
        return YES
    return (yield False, up.element, down.element)


def _union(up: Type, down: Type) -> Answering:
    """TY-6: some variant for every variant of a union; exactly one variant for anything else."""
    notes: tuple[str, ...] = ()
    if up.kind is _UNION:
        for part in up.variants:
            for variant in down.variants:
                answer = yield True, part, variant
                notes += answer.notes
                if answer.fits:
                    break
            else:
                return Cast(False, _once(notes))
        return Cast(True, _once(notes))
    fits = 0
    for variant in down.variants:
        answer = yield True, up, variant
        notes += answer.notes
        fits += answer.fits
    return Cast(fits == 1, _once(notes))


def fitting_variants(table: TypeTable, up: Type, down: Type) -> list[Type]:
    """Return the variants of the union `down` that `up` fits; more than one make it ambiguous."""
    return [variant for variant in down.variants if castable(table, up, variant).fits]


def _once(notes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(notes))


def _blob(up: Type, down: Type) -> Cast:
    """TY-3: an open format fits any; dimensionality is not compared."""
    if up.kind is not _BLOB:
        return NO
    given, expected = up.message.blob, down.message.blob
    if given.format and expected.format and given.format != expected.format:
        return NO
    return YES if given.dimensionality == expected.dimensionality else Cast(True, (Note.DIMENSIONALITY,))


def _same_format(given: str, expected: str) -> bool:
    return not given or not expected or given.lower() == expected.lower()


def _schema(up: Type, down: Type) -> Cast:
    """TY-4: schema, or parquet dataset, with at least the expected columns."""
    # a name may come twice, and each must match
    wanted = [(column.name, column.type) for column in down.message.schema.columns]
    if up.kind is TypeKind.SCHEMA:
        kinds = {column.name: column.type for column in up.message.schema.columns}
        fits = not kinds or not wanted or all(kinds.get(name) == kind for name, kind in wanted)
        return YES if fits else NO
    if up.kind is not TypeKind.DATASET or not _same_format(
        up.message.structured_dataset_type.format, _PARQUET
    ):
        return NO
    types = {column.name: column.type for column in up.columns}
    fits = not types or not wanted or all(_is_kind(types.get(n), kind) for n, kind in wanted)
    return YES if fits else NO


def _is_kind(type: Type | None, kind: int) -> bool:
    """Tell whether a dataset column has the simple type that stands for a schema column's kind."""
    return type is not None and type.kind is _SIMPLE and 0 <= kind <= 5 and type.simple == kind + 1


def _dataset(up: Type, down: Type) -> Answering:
    """TY-5: none, a schema if parquet will do, or a dataset of the format; with the expected columns."""
    if up.is_none:
        return YES
    expected_format = down.message.structured_dataset_type.format
    wanted = [(column.name, column.type) for column in down.columns]
    if up.kind is TypeKind.SCHEMA:
        if not _same_format(_PARQUET, expected_format):
            return NO
        kinds = {column.name: column.type for column in up.message.schema.columns}
        if not kinds or not wanted:
            return YES
        fits = all(name in kinds and _is_kind(type, kinds[name]) for name, type in wanted)
        return YES if fits else NO
    if up.kind is not TypeKind.DATASET:
        return NO
    if not _same_format(up.message.structured_dataset_type.format, expected_format):
        return NO
    types = {column.name: column.type for column in up.columns}
    if not types or not wanted:
        return YES
    notes: tuple[str, ...] = ()
    for name, type in wanted:
        given = types.get(name)
        if type is None or given is None:
            return NO
        answer = yield False, given, type
        if not answer.fits:
            return answer
        notes += answer.notes
    return Cast(True, _once(notes))


def _default(table: TypeTable, up: Type, down: Type) -> Cast:
    """TY-8: enums and strings fit each other, then tags, then dataclass schemas, then equality."""
    if up.kind is _ENUM and down.simple == _STRING:
        return YES
    if down.kind is _ENUM and up.simple == _STRING:
        return YES
    tag = up.message.structure.tag
    if tag and tag != down.message.structure.tag:
        return NO
    if up.kind is not down.kind:
        return NO
    if up.kind is _SIMPLE:
        if up.simple != down.simple:
            return NO
        return _struct(table, up, down) if up.simple == _STRUCT else YES
    if up.kind is _ENUM:
        return YES if _values(up) == _values(down) else NO
    return YES


def _values(type: Type) -> Sequence[str]:
    return list(type.message.enum_type.values)


def _struct(table: TypeTable, up: Type, down: Type) -> Cast:
    """Dataclasses: no schema on a side fits any, equal ones fit, otherwise their comparison decides."""
    given, expected = up.message, down.message
    if not given.HasField("metadata") or not expected.HasField("metadata"):
        return YES
    if given.metadata == expected.metadata:
        return YES if is_json(given.metadata) else NO
    outcome = table.schemas.compare(up, down)
    if outcome is None or outcome.complaint is not None:
        return NO
    return _UNKNOWN if outcome.open else YES

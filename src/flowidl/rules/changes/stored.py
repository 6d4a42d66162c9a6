"""Rules 950-959: values that were stored as the old type, and are read as the new one.

Results stay when a version goes: in the cache, in the outputs of past executions that are launched again, in
tables that others read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import LaunchPlanRecord
from flowidl.compiler.interfaces import Side
from flowidl.findings import Phase
from flowidl.rules.changes.texts import differ, quoted_type, subject
from flowidl.rules.declaration import ERROR, Found, rule
from flowidl.types import TypeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.changes.entities import Entity
    from flowidl.rules.changes.context import PairContext
    from flowidl.types import Type

_STRUCT = 9


@rule("FI950", "stored-dataclass-unreadable", ERROR, Phase.RUN)
def stored_dataclass_unreadable(context: PairContext) -> Iterator[Found]:
    """Stored objects of a dataclass cannot be read as the new one

    What: the schema of a dataclass has changed, and objects of the old one lack something that the new one
    requires, or hold it with another type. A new property with a default is no fault: it is filled in.

    Why it fails: an object that an older version stored, in the cache or as the output of an execution, is
    read by the new version and refused.

    Fix: give new properties a default, keep the types of those that there are, or raise the cache version
    and do not launch from old outputs.
    """
    for old, new, side, name, before, after in _variables(context):
        for was, now in _inside(before, after):
            if was.simple == now.simple == _STRUCT and not _reads(context, was, now):
                yield _found(context, old, new, side, name, was, now)


@rule("FI951", "stored-dataset-unreadable", ERROR, Phase.RUN)
def stored_dataset_unreadable(context: PairContext) -> Iterator[Found]:
    """Stored data sets lack a column that is read now

    What: a data set declares a column that it did not, or one of another type. Columns that are no longer
    read are no fault.

    Why it fails: tables that an older version stored do not have the column, or have it with another type.

    Fix: keep the columns, or declare the new ones where they are read and not where they are stored.
    """
    for old, new, side, name, before, after in _variables(context):
        for was, now in _inside(before, after):
            if (
                was.kind is now.kind is TypeKind.DATASET
                and was.columns
                and not _has_columns(context, was, now)
            ):
                yield _found(context, old, new, side, name, was, now)


def _variables(context: PairContext) -> Iterator[tuple[Entity, Entity, Side, str, Type, Type]]:
    """Yield every variable of tasks and workflows that has another type than it had."""
    for old, new in context.comparison.both:
        interfaces = context.interfaces(old, new)
        if interfaces is None or isinstance(new.record, LaunchPlanRecord):
            continue
        before, after = interfaces
        for side, olds, news in (
            (Side.INPUTS, before.inputs, after.inputs),
            (Side.OUTPUTS, before.outputs, after.outputs),
        ):
            for name, type in olds.items():
                if name in news and news[name].key != type.key:
                    yield old, new, side, name, type, news[name]


def _inside(old: Type, new: Type) -> Iterator[tuple[Type, Type]]:
    """Yield the pairs of types that stand at the same place in two types, those themselves included."""
    waiting = [(old, new)]
    while waiting:
        was, now = waiting.pop()
        if was.key == now.key:
            continue
        yield was, now
        if was.kind is now.kind and was.element is not None and now.element is not None:
            waiting.append((was.element, now.element))
        if was.kind is now.kind is TypeKind.UNION:
            waiting.extend(_paired_variants(was, now))


def _paired_variants(old: Type, new: Type) -> Iterator[tuple[Type, Type]]:
    """Pair the variants of two unions that are of one kind, where only one of each is."""
    for was in old.variants:
        same = [
            variant for variant in new.variants if (variant.kind, variant.simple) == (was.kind, was.simple)
        ]
        others = [each for each in old.variants if (each.kind, each.simple) == (was.kind, was.simple)]
        if len(same) == len(others) == 1:
            yield was, same[0]


def _reads(context: PairContext, was: Type, now: Type) -> bool:
    """Whether objects of the old schema are objects of the new one, apart from properties that have a
    default.
    """
    if not was.message.HasField("metadata") or not now.message.HasField("metadata"):
        return True
    from flowidl.changes.schemas import without_new_defaults

    wanted = without_new_defaults(was.message, now.message)
    return (
        context.fits(was, now)
        or context.fits(was, context.types.intern(wanted))
        or not context.fits(was, was)
    )


def _has_columns(context: PairContext, was: Type, now: Type) -> bool:
    stored = dict(was.columns)
    for name, type in now.columns:
        found = stored.get(name)
        if name not in stored or (found and type and not context.fits(found, type)):
            return False
    return True


def _found(
    context: PairContext, old: Entity, new: Entity, side: Side, name: str, was: Type, now: Type
) -> Found:
    place = old.record.declaration(side, name)
    return Found(
        new.record.declaration(side, name) or new.record.place(),
        f"{side.word} `{name}` of {subject(new.key)}: what was stored as {quoted_type(was)} cannot be read "
        f"as the new {quoted_type(now)}",
        "give new properties a default" if was.simple == _STRUCT else "keep the columns",
        differ(context, was, now),
        () if place is None else (("as it was", place),),
        cause=(side.word, new.key, name) if _called(context, old, new, side, name) else None,
    )


def _called(context: PairContext, old: Entity, new: Entity, side: Side, name: str) -> bool:
    """Whether callers break on this variable too, which is reported as the cause."""
    interfaces = context.interfaces(old, new)
    if interfaces is None or not context.is_api(old):
        return False
    before, after = (getattr(interface, side.value)[name] for interface in interfaces)
    given, expected = (before, after) if side is Side.INPUTS else (after, before)
    return context.stopped_fitting(given, expected, before)

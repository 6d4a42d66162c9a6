"""Laws over random types and their values."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from flowidl.core.v1.literals_pb2 import Literal
from flowidl.local.plain import plain_of
from flowidl.values import File, from_literal, literal_type, to_literal

UTC = datetime.UTC


class Color(enum.Enum):
    RED = "red"
    GREEN = "green"


class Typed(NamedTuple):
    """A type with values of it."""

    annotation: Any
    values: st.SearchStrategy[Any]


#: Moments and durations to the microsecond, within what a message carries.
MOMENTS = st.datetimes(datetime.datetime(1, 1, 2), datetime.datetime(9999, 12, 30), timezones=st.just(UTC))
#: Inside of structures SDKs write durations as seconds with a fraction, exact to the microsecond up to here.
SPAN = datetime.timedelta(days=10_000)
SIMPLE = [
    Typed(int, st.integers(-(2**63), 2**63 - 1)),
    Typed(float, st.floats(allow_nan=False)),
    Typed(str, st.text(st.characters(exclude_categories=["Cs"]))),
    Typed(bool, st.booleans()),
    Typed(datetime.datetime, MOMENTS),
    Typed(datetime.date, st.dates()),
    Typed(datetime.timedelta, st.timedeltas(-SPAN, SPAN)),
    Typed(Color, st.sampled_from(Color)),
    Typed(File, st.builds(File, st.just("s3://bucket/file"))),
]
PLAIN_KEYS = st.text("abc", min_size=1, max_size=3)


def lists(inner: Typed) -> Typed:
    return Typed(list[inner.annotation], st.lists(inner.values, max_size=4))  # type: ignore[name-defined]


def maps(inner: Typed) -> Typed:
    return Typed(dict[str, inner.annotation], st.dictionaries(PLAIN_KEYS, inner.values, max_size=4))  # type: ignore[name-defined]


def optional(inner: Typed) -> Typed:
    return Typed(inner.annotation | None, st.none() | inner.values)


def structures(parts: list[Typed]) -> Typed:
    names = [f"f{index}" for index in range(len(parts))]
    cls: Any = dataclasses.make_dataclass(
        "Made", [(name, part.annotation) for name, part in zip(names, parts, strict=True)]
    )
    made = st.tuples(*(part.values for part in parts)).map(lambda values: cls(*values))
    return Typed(cls, made)


TYPES = st.recursive(
    st.sampled_from(SIMPLE),
    lambda inner: st.one_of(
        inner.map(lists),
        inner.map(maps),
        inner.filter(lambda each: not _is_optional(each)).map(optional),
        st.lists(inner, min_size=1, max_size=3).map(structures),
    ),
    max_leaves=6,
)


def _is_optional(typed: Typed) -> bool:
    return literal_type(typed.annotation).HasField("union_type")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_is_written_is_read_over_the_wire(data: st.DataObject) -> None:
    annotation, values = data.draw(TYPES)
    value = data.draw(values)
    literal = to_literal(value, annotation)
    wire = Literal.FromString(literal.SerializeToString())
    read = from_literal(wire, annotation)
    assert read == value
    assert type(read) is type(value)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_type_by_itself_writes_what_its_annotation_writes(data: st.DataObject) -> None:
    annotation, values = data.draw(TYPES)
    value = data.draw(values)
    by_type = to_literal(value, literal_type(annotation))
    assert plain_of(by_type) == plain_of(to_literal(value, annotation))

"""What is written is read: `from_literal(to_literal(v, T), T) == v`, row by row."""

from __future__ import annotations

import datetime
import enum
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Optional, TypedDict, Union

import pytest

from flowidl.builders import BuildError
from flowidl.core.v1.literals_pb2 import Literal as LiteralMessage
from flowidl.values import Directory, File, HashMethod, StructuredDataset, from_literal, pickling, to_literal

UTC = datetime.UTC


class Color(enum.Enum):
    RED = "red"
    GREEN = "green"


@dataclass
class Point:
    x: int
    label: str | None = None


class Pair(NamedTuple):
    a: int
    b: str


class Row(TypedDict):
    name: str
    size: int


@dataclass
class Everything:
    whole: int
    real: float
    points: list[Point]
    by_name: dict[str, Point]
    color: Color
    when: datetime.datetime
    day: datetime.date
    span: datetime.timedelta
    pair: tuple[int, str]
    named: Pair
    tags: set[str]
    row: Row
    choice: Literal["a", "b"]
    keyed: dict[int, float]
    either: int | str
    file: File
    data: bytes = b"\x00\xff"
    child: Optional[Everything] = None  # noqa: UP045  # a name that is not there yet has no `|`
    late: list[int] = field(default_factory=list[int])


def everything(child: Everything | None = None) -> Everything:
    return Everything(
        whole=1,
        real=2.0,
        points=[Point(1), Point(2, "p")],
        by_name={"q": Point(3)},
        color=Color.GREEN,
        when=datetime.datetime(2024, 1, 2, 3, 4, 5),
        day=datetime.date(2024, 1, 2),
        span=datetime.timedelta(seconds=-3, microseconds=7),
        pair=(1, "x"),
        named=Pair(2, "y"),
        tags={"t", "s"},
        row={"name": "n", "size": 3},
        choice="b",
        keyed={1: 0.5},
        either="text",
        file=File("s3://bucket/a.csv"),
        child=child,
    )


CSV: Any = File.__class_getitem__("csv")

VALUES: list[tuple[Any, Any]] = [
    (5, int),
    (-(2**63), int),
    (2**63 - 1, int),
    (0.1, float),
    (math.inf, float),
    ("", str),
    ("\u2603 \U0001f600 \n", str),
    (True, bool),
    (datetime.datetime(2024, 2, 29, 1, 2, 3, 456789, UTC), datetime.datetime),
    (datetime.date(1, 1, 1), datetime.date),
    (datetime.timedelta(days=-1, microseconds=1), datetime.timedelta),
    (None, None),
    (b"\x00abc", bytes),
    ([], list[int]),
    ([[1], []], list[list[int]]),
    ({"a": {"b": 1.5}}, dict[str, dict[str, float]]),
    ({"a": [1, {"b": None}]}, dict),
    ({1: "a", 2: "b"}, dict[int, str]),
    (None, Optional[int]),  # noqa: UP045  # the older spelling too
    (7, Optional[int]),  # noqa: UP045  # the older spelling too
    ("s", Union[int, str, list[float], Point]),  # noqa: UP007  # the older spelling too
    ([1.5], int | str | list[float] | Point),
    (Point(1), int | str | list[float] | Point),
    (Color.RED, Color),
    (Color.RED, Color | None),
    ("a", Literal["a", "b"]),
    (2, Literal[1, 2]),
    (Point(1), Point),
    (Point(2, "x"), Point),
    (everything(everything()), Everything),
    ([Point(1)], list[Point]),
    ({"name": "n", "size": 1}, Row),
    (File("s3://bucket/x.csv"), File),
    (CSV("/data/x.csv"), CSV),
    (Directory("s3://bucket/folder"), Directory),
    (StructuredDataset("s3://bucket/table", format="parquet"), StructuredDataset),
    (Path("/data/x.csv"), Path),
    (5, Annotated[int, "anything"]),
]


@pytest.mark.parametrize(("value", "annotation"), VALUES, ids=str)
def test_what_is_written_is_read(value: Any, annotation: Any) -> None:
    literal = to_literal(value, annotation)
    over_the_wire = LiteralMessage.FromString(literal.SerializeToString())
    read = from_literal(over_the_wire, annotation)
    assert read == value
    assert type(read) is type(value) or isinstance(value, File)


def test_not_a_number_is_read_as_such() -> None:
    assert math.isnan(from_literal(to_literal(math.nan, float), float))  # type: ignore[arg-type]  # a float


def test_moments_come_back_in_utc() -> None:
    local = datetime.timezone(datetime.timedelta(hours=2))
    given = datetime.datetime(2020, 1, 2, tzinfo=local)
    read = from_literal(to_literal(given, datetime.datetime), datetime.datetime)
    assert read == given
    assert str(read) == "2020-01-01 22:00:00+00:00"
    naive = from_literal(to_literal(datetime.datetime(2020, 1, 2), datetime.datetime), datetime.datetime)
    assert str(naive) == "2020-01-02 00:00:00+00:00"


def test_a_whole_number_feeds_a_float() -> None:
    assert repr(from_literal(to_literal(2, int), float)) == "2.0"


def test_a_plain_literal_feeds_an_optional() -> None:
    assert from_literal(to_literal(2, int), int | None) == 2
    assert from_literal(to_literal("x", str), float | str) == "x"
    assert repr(from_literal(to_literal(2, int), float | int)) == "2"


def test_iterators_are_read_once() -> None:
    literal = to_literal(iter([1, 2]), Iterator[int])
    read: Any = from_literal(literal, Iterator[int])
    assert (next(read), list(read)) == (1, [2])


def test_a_hash_is_given_with_the_value() -> None:
    annotation = Annotated[int, HashMethod(lambda value: f"h{value % 2}")]
    assert to_literal(3, annotation).hash == "h1"
    assert from_literal(to_literal(3, annotation), annotation) == 3


REFUSED: list[tuple[Any, Any]] = [
    (True, int),
    (1.0, int),
    ("1", int),
    (None, int),
    (2**63, int),
    (1, float),
    (True, float),
    (1, str),
    (b"x", str),
    (Color.RED, str),
    (1, bool),
    (datetime.date(2020, 1, 1), datetime.datetime),
    (datetime.datetime(2020, 1, 1), datetime.date),
    (5, datetime.timedelta),
    ("text", bytes),
    ((1, 2), list[int]),
    ({1}, list[int]),
    ([1, "x"], list[int]),
    ({1: 2}, dict[str, int]),
    ([], dict[str, int]),
    (1.5, int | str),
    ([], list[int] | list[float]),
    ("RED", Color),
    ("c", Literal["a", "b"]),
    (5, Point),
    ({"x": 1}, Point),
    (Point("bad"), Point),  # type: ignore[arg-type]  # that is the point
    ({"name": "n"}, Row),
    ("/nope", File),
    (5, File),
    ("/nope", Directory),
    (5, StructuredDataset),
]


@pytest.mark.parametrize(("value", "annotation"), REFUSED, ids=str)
def test_what_is_not_of_the_type_is_refused_by_name(value: Any, annotation: Any) -> None:
    with pytest.raises(BuildError, match="`x of t"):
        to_literal(value, annotation, name="x of t")


class Thing:
    def __init__(self, n: int) -> None:
        self.n = n

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thing) and self.n == other.n

    def __hash__(self) -> int:
        return self.n


def test_pickles_only_on_request() -> None:
    with pytest.raises(BuildError, match="FLOWIDL_LOCAL_PICKLE"):
        to_literal(Thing(1), Thing)
    with pickling(True):
        literal = to_literal(Thing(1), Thing)
        assert from_literal(literal, Thing) == Thing(1)
        with pytest.raises(BuildError, match="`int`"):
            to_literal(5, Thing)
    with pytest.raises(BuildError, match="ask for pickles"):
        from_literal(literal, Any)

"""Text and JSON as values of a type: what is typed at a gate, given on the command line, or kept in a file.

Numbers, truth values and choices are read by click's parameter types, so that the same text means the same
at a prompt and in an option.
"""

from __future__ import annotations

import datetime
import json
import os
import re
from typing import TYPE_CHECKING, Any, NoReturn

import click

from flowidl.core.v1.types_pb2 import LiteralType, SimpleType
from flowidl.errors import BuildError
from flowidl.local.data import literal_of
from flowidl.local.errors import RunError
from flowidl.values.fields import Fields
from flowidl.values.simple import nothing

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowidl.core.v1.literals_pb2 import Literal

MOMENT_FORMATS = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")
UTC = datetime.UTC


class Text(click.ParamType[Any]):
    """A parameter type that gives a literal of a `LiteralType`, or of an annotation with it."""

    name = "value"

    def __init__(self, type: LiteralType, annotation: Any = None) -> None:
        self.type = type
        self.annotation = annotation
        self._reader = reader_of(type)

    @property
    def choices(self) -> list[str] | None:
        """The texts that are allowed, if they are few and known."""
        return list(self.type.enum_type.values) if self.type.HasField("enum_type") else None

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the literal that a text stands for; what is no text is a value already."""
        if not isinstance(value, str):
            return value
        data = self._reader(value, param, ctx)
        try:
            return literal_of_json(data, self.type, self.annotation)
        except (BuildError, RunError) as error:
            self.fail(str(error), param, ctx)


def reader_of(type: LiteralType) -> Callable[[str, click.Parameter | None, click.Context | None], Any]:
    """Return what reads a text as plain data for a type."""
    kind = type.WhichOneof("type")
    if kind == "simple":
        return _SIMPLE.get(type.simple, JsonText()).convert
    if kind == "enum_type":
        return click.Choice(list(type.enum_type.values)).convert
    if kind == "union_type":
        return _Optional(type).convert
    if kind in ("blob", "schema", "structured_dataset_type"):
        return click.STRING.convert
    return JsonText().convert


class Moment(click.DateTime):
    """A moment.

    A date, a date with a time, `now` or `today`; and any of them with a duration added or taken.
    """

    name = "datetime"

    def __init__(self) -> None:
        super().__init__(MOMENT_FORMATS)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the moment."""
        if isinstance(value, datetime.datetime):
            return value
        text, sign, span = _split_span(value)
        moment = self._base(text)
        shift = parse_duration(span) if sign else datetime.timedelta()
        if moment is None or shift is None:
            self._refuse(value, param, ctx)
        return moment - shift if sign == "-" else moment + shift

    def _base(self, text: str) -> datetime.datetime | None:
        now = datetime.datetime.now(UTC)
        if text == "now":
            return now
        if text == "today":
            return now.replace(hour=0, minute=0, second=0, microsecond=0)
        for form in MOMENT_FORMATS:
            try:
                return datetime.datetime.strptime(text, form)  # a bare moment is in UTC
            except ValueError:
                continue
        try:
            return datetime.datetime.fromisoformat(text)
        except ValueError:
            return None

    def _refuse(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> NoReturn:
        known = [*MOMENT_FORMATS, "now", "today", "<FORMAT> - <ISO8601 duration>"]
        self.fail(f"{value!r} does not match the formats {', '.join(map(repr, known))}.", param, ctx)


def _split_span(text: str) -> tuple[str, str, str]:
    for sign in (" + ", " - "):
        head, found, tail = text.partition(sign)
        if found:
            return head.strip(), sign.strip(), tail.strip()
    return text.strip(), "", ""


class Span(click.ParamType[Any]):
    """A duration.

    `1 minute`, `90s`, `1 hour 5 minutes`, `1:24`, ISO 8601 (`PT5M`), or seconds with a point.
    """

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the duration."""
        if isinstance(value, datetime.timedelta):
            return value
        found = parse_duration(str(value))
        if found is None:
            self.fail(
                f"{value!r} is not a duration: write it like 90s, 1 hour 5 minutes, 1:24 or PT5M.", param, ctx
            )
        return found


_UNITS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1, "ms": 0.001, "us": 0.000001}
_WORDS = {
    "week": "w",
    "day": "d",
    "hour": "h",
    "hr": "h",
    "minute": "m",
    "min": "m",
    "second": "s",
    "sec": "s",
    "millisecond": "ms",
    "microsecond": "us",
}
_PART = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*,?", re.IGNORECASE)
_CLOCK = re.compile(r"(?:(\d+) days?, )?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)")
_ISO = re.compile(
    r"P(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)


def parse_duration(text: str) -> datetime.timedelta | None:
    """Return the duration that a text stands for, or `None`. A bare number is none: it has no unit."""
    text = text.strip()
    negative = text.startswith("-")
    seconds = _seconds(text.removeprefix("-").strip())
    if seconds is None:
        return None
    try:
        return datetime.timedelta(seconds=-seconds if negative else seconds)
    except OverflowError:
        return None


def _seconds(text: str) -> float | None:
    clock = _CLOCK.fullmatch(text)
    if clock:
        days, hours, minutes, seconds = (float(part or 0) for part in clock.groups())
        return days * 86400 + hours * 3600 + minutes * 60 + seconds
    iso = _ISO.fullmatch(text)
    if iso and any(iso.groups()):
        sizes = ("w", "d", "h", "m", "s")
        return sum(float(part or 0) * _UNITS[size] for part, size in zip(iso.groups(), sizes, strict=True))
    total, position = 0.0, 0
    while position < len(text):
        part = _PART.match(text, position)
        unit = part and _unit(part.group(2).lower())
        if not part or not unit:
            return None
        total += float(part.group(1)) * _UNITS[unit]
        position = part.end()
    return total if text else None


def _unit(word: str) -> str | None:
    if word in _UNITS:
        return word
    return _WORDS.get(word) or _WORDS.get(word.removesuffix("s"))


class JsonText(click.ParamType[Any]):
    """JSON, or the path of a file with JSON or YAML."""

    name = "json"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the data."""
        if value.endswith((".json", ".yaml", ".yml")) and os.path.isfile(value):
            return read_data_file(value)
        try:
            return json.loads(value)
        except json.JSONDecodeError as error:
            self.fail(f"parameter None should be a valid json object, {value}, error: {error}", param, ctx)


def read_data_file(path: str) -> Any:
    """Return what a file of JSON or YAML says."""
    with open(path, encoding="utf-8") as stream:
        text = stream.read()
    if path.endswith((".yaml", ".yml")):
        try:
            import yaml
        except ImportError:
            raise ImportError(f"`{path}` is YAML: install `flowidl[yaml]`") from None
        return yaml.safe_load(text)
    return json.loads(text)


class _Optional(click.ParamType[Any]):
    """A union: the text of any of its variants; `none` for nothing, if it may be nothing."""

    name = "value"

    def __init__(self, type: LiteralType) -> None:
        self._readers = [reader_of(each) for each in type.union_type.variants if not _is_none(each)]
        self._may_be_none = any(map(_is_none, type.union_type.variants))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the data of the first variant that takes the text."""
        if self._may_be_none and value.strip().lower() in ("none", "null"):
            return None
        failed: click.UsageError | None = None
        for reader in self._readers:
            try:
                return reader(value, param, ctx)
            except click.UsageError as error:
                failed = failed or error
        raise failed or click.UsageError(f"{value!r} is not a value")


def _is_none(type: LiteralType) -> bool:
    return type.HasField("simple") and type.simple == SimpleType.NONE


_SIMPLE: dict[int, click.ParamType[Any]] = {
    SimpleType.INTEGER: click.INT,
    SimpleType.FLOAT: click.FLOAT,
    SimpleType.STRING: click.STRING,
    SimpleType.BOOLEAN: click.BOOL,
    SimpleType.DATETIME: Moment(),
    SimpleType.DURATION: Span(),
}


def literal_of_json(data: Any, type: LiteralType, annotation: Any = None) -> Literal:
    """Return plain data as a literal of a type; of an annotation, where there is one, with its own defaults.

    Moments and durations may come as such, or as texts.
    """
    from flowidl.values.literals import to_literal

    if annotation is not None:
        if not isinstance(data, datetime.datetime | datetime.timedelta):
            data = Fields().of(annotation).unpack(data, "value")
        return to_literal(data, annotation)
    if data is None and _is_none(type):
        return nothing()
    if isinstance(data, datetime.datetime | datetime.timedelta):
        return to_literal(data, type)
    if type.simple in (SimpleType.DATETIME, SimpleType.DURATION) and isinstance(data, str):
        reader = _SIMPLE[type.simple]
        return to_literal(reader.convert(data, None, None), type)
    return literal_of(data, type, "value")

"""Schedules as text: the grammar that the back end's scheduler reads, and whether a schedule can ever fire.

Five fields, `minute hour day month weekday`, or a word such as `@daily`, or `@every 1h30m`; in front of
either may stand a time zone, `TZ=Europe/Paris ` or `CRON_TZ=Europe/Paris `. Cron dialects differ, and this
one has its own ways: Sunday is 0 and not 7, `?` is `*`, `N/step` runs to the end of the range, names and
their ranges are good anywhere a number is, and there are neither seconds nor years, nor the letters `L`,
`W` and `#`.

So the text is read here, and questions about time go to a library (`cronsim`, extra `flowidl[schedules]`),
which is given the fields spelled out in the part of the grammar that all dialects share: `*`, or numbers
with commas.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

WORDS = frozenset(("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"))
EVERY = "@every "

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_DAYS = {name: number for number, name in enumerate(_DAY_NAMES)}

#: No schedule is longer, and patterns are not tried on what is.
MAX_LENGTH = 1_000

_NUMBER = re.compile(r"\+?[0-9]{1,9}")
_DURATION = re.compile(r"[+-]?(?:0|(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)")


class Field(NamedTuple):
    """A field of the grammar: its name and range, and the names that stand for numbers."""

    name: str
    first: int
    last: int
    names: dict[str, int]


FIELDS = (
    Field("minute", 0, 59, {}),
    Field("hour", 0, 23, {}),
    Field("day of the month", 1, 31, {}),
    Field("month", 1, 12, _MONTHS),
    Field("day of the week", 0, 6, _DAYS),
)


class Schedule(NamedTuple):
    """A schedule that was read: the values of each field (`None` for any); no fields for words.

    A field of nothing but commas is read, and has no values.
    """

    fields: tuple[tuple[int, ...] | None, ...] = ()

    @property
    def plain(self) -> str:
        """The fields as `*` and numbers with commas; empty if there are none, or if no time can fit them.

        A day of the month and a day of the week that are both given are alternatives: one without values
        leaves the other.
        """
        fields = list(self.fields)
        days = [position for position in (2, 4) if fields and fields[position] == ()]
        if len(days) == 1 and fields[6 - days[0]] is not None:
            fields[days[0]] = None
        if () in fields:
            return ""
        return " ".join("*" if values is None else ",".join(map(str, values)) for values in fields)


class CronError(ValueError):
    """Says in a few words why a string is no schedule."""


def parse(text: str) -> Schedule:
    """Read a schedule. Raises `CronError` if it is none. Whether its time zone exists is another question."""
    if len(text) > MAX_LENGTH:
        raise CronError(f"it has {len(text):,} characters")
    _, text = split_zone(text)
    if not text.strip():
        raise CronError("it is empty")
    if text.startswith("@"):
        if text.startswith(EVERY):
            if not _DURATION.fullmatch(text[len(EVERY) :]):
                raise CronError("what follows `@every` is no duration such as `1h30m`")
        elif text not in WORDS:
            raise CronError("there is no such word")
        return Schedule()
    fields = text.split()
    if len(fields) != len(FIELDS):
        raise CronError(f"it has {len(fields)} field{'s' * (len(fields) != 1)}, not five: {_order()}")
    return Schedule(tuple(_field(text, field) for text, field in zip(fields, FIELDS, strict=True)))


def split_zone(text: str) -> tuple[str, str]:
    """Split a time zone off a schedule: its name, empty if there is none, and the rest."""
    if not text.startswith(("TZ=", "CRON_TZ=")):
        return "", text
    head, space, rest = text.partition(" ")
    if not space:
        raise CronError("nothing follows the time zone")
    return head.partition("=")[2], rest.strip()


def is_aws(text: str) -> bool:
    """Tell whether a string looks like a schedule in the six fields of AWS, which the field once held."""
    return len(text) <= MAX_LENGTH and len(text.split()) == 6 and "?" in text


def _order() -> str:
    return ", ".join(field.name for field in FIELDS)


def _field(text: str, field: Field) -> tuple[int, ...] | None:
    """Return the values of one field; `None` if it is open."""
    values: set[int] = set()
    is_open = False
    for part in text.split(","):
        if part:
            numbers, any_value = _range(part, field)
            values.update(numbers)
            is_open = is_open or any_value
    return None if is_open else tuple(sorted(values))


def _range(text: str, field: Field) -> tuple[Iterable[int], bool]:
    """Return the values of one range, and whether it stands for any value."""
    span, slash, step_text = text.partition("/")
    low, dash, high = span.partition("-")
    step = _number(step_text, field) if slash else 1
    if step < 1:
        raise CronError(f"the step in its {field.name} is not positive")
    if low in ("*", "?"):
        return range(field.first, field.last + 1, step), step == 1
    first = _value(low, field)
    last = _value(high, field) if dash else field.last if slash else first
    if first > last:
        raise CronError(f"the range `{span}` in its {field.name} runs backwards")
    return range(first, last + 1, step), False


def _value(text: str, field: Field) -> int:
    value = field.names.get(text.lower())
    number = _number(text, field) if value is None else value
    if not field.first <= number <= field.last:
        hint = "; Sunday is 0" if number == 7 and field.last == 6 else ""
        raise CronError(f"`{text}` is no {field.name} from {field.first} to {field.last}{hint}")
    return number


def _number(text: str, field: Field) -> int:
    if not _NUMBER.fullmatch(text):
        raise CronError(f"`{text}` in its {field.name} is no number")
    return int(text)


def fires(schedule: Schedule) -> bool | None:
    """Tell whether a schedule ever fires; `None` if the library that knows is not there."""
    if not schedule.fields:
        return True
    if not schedule.plain:
        return False
    try:
        from cronsim import CronSim, CronSimError
    except ImportError:
        return None
    from datetime import datetime

    try:
        return next(CronSim(schedule.plain, datetime(2000, 1, 1)), None) is not None
    except CronSimError:
        return False


def zone_exists(name: str) -> bool | None:
    """Tell whether a time zone is known; `None` if this machine has no data about time zones."""
    if name in ("", "UTC", "Local"):
        return True
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False if available_timezones() else None
    return True

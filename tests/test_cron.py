"""The grammar of schedules, and its differences from other dialects."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from itertools import islice

import pytest
from cronsim import CronSim
from hypothesis import given, settings
from hypothesis import strategies as st

from flowidl.cron import FIELDS, CronError, fires, parse, split_zone, zone_exists

VALID = {
    "* * * * *": (None,) * 5,
    "0 10 * * *": ((0,), (10,), None, None, None),
    "? ? ? ? ?": (None,) * 5,
    "5/15 * * * *": ((5, 20, 35, 50), None, None, None, None),
    "*/20 * * * *": ((0, 20, 40), None, None, None, None),
    "1-3,7 * * * *": ((1, 2, 3, 7), None, None, None, None),
    "10-20/5 0 1 jan sun": ((10, 15, 20), (0,), (1,), (1,), (0,)),
    "0 0 1 JAN-Mar Mon-fri": ((0,), (0,), (1,), (1, 2, 3), (1, 2, 3, 4, 5)),
    "+5 0 * * *": ((5,), (0,), None, None, None),
    "  0\t0  * * *  ": ((0,), (0,), None, None, None),
    "1,* 0 * * *": (None, (0,), None, None, None),
    "TZ=Europe/Paris 0 0 * * *": ((0,), (0,), None, None, None),
    "CRON_TZ=UTC   @daily": (),
    ", 0 * * *": ((), (0,), None, None, None),
    "@yearly": (),
    "@every 1h30m": (),
    "@every 1.5h": (),
    "@every 90s10ms": (),
}

INVALID = (
    "",
    "   ",
    "* * * *",
    "* * * * * *",
    "0 10 * * ? *",
    "61 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * 32 * *",
    "* * * 13 *",
    "* * * * 7",
    "* * * * sunday",
    "5-1 * * * *",
    "*/0 * * * *",
    "1- * * * *",
    "-1 * * * *",
    "a * * * *",
    "1.5 * * * *",
    "0 0 L * *",
    "0 0 * * 1#2",
    "0 0 15W * *",
    "@Daily",
    "@reboot",
    "@every",
    "@every 5",
    "@every five minutes",
    "daily",
    "TZ=Europe/Paris",
    "0 0 * * * TZ=UTC",
    f"{'9' * 5000} * * * *",
)


@pytest.mark.parametrize("text", VALID)
def test_valid(text: str) -> None:
    assert parse(text).fields == VALID[text]


@pytest.mark.parametrize("text", INVALID, ids=lambda text: text[:20])
def test_invalid(text: str) -> None:
    with pytest.raises(CronError) as error:
        parse(text)
    assert str(error.value)


def test_zone_is_split_off() -> None:
    assert split_zone("TZ=Asia/Tokyo 0 0 * * *") == ("Asia/Tokyo", "0 0 * * *")
    assert split_zone("0 0 * * *") == ("", "0 0 * * *")


def test_zones() -> None:
    assert zone_exists("")
    assert zone_exists("UTC")
    assert zone_exists("../etc/passwd") is not True
    assert zone_exists("Mars/Olympus") is not True


@pytest.mark.parametrize(
    "text", ["0 0 31 2 *", "0 0 30 2 *", "0 0 31 4,6,9,11 *", ", * * * *", "0 0 , * *", "0 0 , * ,"]
)
def test_never(text: str) -> None:
    assert fires(parse(text)) is False


@pytest.mark.parametrize(
    "text", ["0 0 , * 1", "0 0 29 2 *", "0 0 31 2 1", "0 0 31 2 */2", "0 0 31 1-2 *", "@daily", "@every 1h"]
)
def test_sometimes(text: str) -> None:
    assert fires(parse(text)) is True


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cronsim", None)
    assert fires(parse("0 0 31 2 *")) is None
    assert fires(parse("@daily")) is True


def values(first: int, last: int) -> st.SearchStrategy[str]:
    number = st.integers(first, last)
    pair = st.tuples(number, number).map(sorted)
    step = st.integers(1, last)
    return st.one_of(
        st.just("*"),
        st.just("?"),
        number.map(str),
        pair.map(lambda p: f"{p[0]}-{p[1]}"),
        st.tuples(pair, step).map(lambda t: f"{t[0][0]}-{t[0][1]}/{t[1]}"),
        st.tuples(number, step).map(lambda t: f"{t[0]}/{t[1]}"),
        step.map(lambda s: f"*/{s}"),
    )


TEXTS = st.tuples(
    *(st.lists(values(f.first, f.last), min_size=1, max_size=3).map(",".join) for f in FIELDS)
).map(" ".join)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_what_is_spelled_out_means_the_same(text: str) -> None:
    schedule = parse(text)
    assert parse(schedule.plain) == schedule


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_the_library_fires_when_the_fields_say(text: str) -> None:
    """The library and we agree about what the spelled-out fields mean."""
    schedule = parse(text)
    minutes, hours, days, months, weekdays = schedule.fields
    start = datetime(2024, 1, 1)
    for moment in islice(CronSim(schedule.plain, start), 5) if fires(schedule) else ():
        assert moment > start - timedelta(minutes=1)
        assert minutes is None or moment.minute in minutes
        assert hours is None or moment.hour in hours
        assert months is None or moment.month in months
        fits = [days is None or moment.day in days, weekdays is None or moment.isoweekday() % 7 in weekdays]
        assert (any if days and weekdays else all)(fits)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        schedule = parse(text)
    except CronError as error:
        assert str(error)
    else:
        assert schedule.fields == () or len(schedule.fields) == len(FIELDS)

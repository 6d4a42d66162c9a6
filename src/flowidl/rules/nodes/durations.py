"""Durations in messages: whether they are valid, what they come to, and how people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from google.protobuf.duration_pb2 import Duration

#: Seconds of a valid `google.protobuf.Duration`, on either side of zero.
MOST_SECONDS = 315_576_000_000
NANOS = 10**9

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def duration_problem(duration: Duration) -> str:
    """Say why a duration is not valid, or nothing. The back end keeps durations as 64-bit nanoseconds."""
    seconds, nanos = duration.seconds, duration.nanos
    if abs(nanos) >= NANOS:
        return "its nanoseconds make more than a second"
    if seconds and nanos and (seconds < 0) != (nanos < 0):
        return "its seconds and nanoseconds have different signs"
    if abs(seconds) > MOST_SECONDS or not -(2**63) <= in_nanos(duration) < 2**63:
        return "it is longer than 292 years"
    return ""


def in_nanos(duration: Duration) -> int:
    """Return a duration in nanoseconds."""
    return duration.seconds * NANOS + duration.nanos


def duration_text(duration: Duration) -> str:
    """Write a duration for people: `1 h`, `90 s`, `0.5 s`."""
    nanos = in_nanos(duration)
    for seconds, unit in _UNITS:
        if nanos and nanos % (seconds * NANOS) == 0:
            return f"{nanos // (seconds * NANOS)} {unit}"
    return f"{nanos / NANOS:g} s"

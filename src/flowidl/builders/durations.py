"""`google.protobuf.Duration` from what Python programs have: timedeltas and seconds."""

from __future__ import annotations

import datetime

from google.protobuf.duration_pb2 import Duration

from flowidl.errors import BuildError


def duration(value: object, *, name: str = "duration") -> Duration:
    """Return a duration of a timedelta or of a number of seconds, which must be positive."""
    if isinstance(value, bool) or not isinstance(value, datetime.timedelta | int | float):
        raise BuildError(
            f"`{name}` is of type `{value.__class__.__qualname__}`", help="give a timedelta or seconds"
        )
    span = value if isinstance(value, datetime.timedelta) else datetime.timedelta(seconds=value)
    if span <= datetime.timedelta(0):
        rule = "negative-timeout" if span and name == "timeout" else None
        raise BuildError(f"`{name}` is {span}, which is not positive", rule=rule)
    message = Duration()
    message.FromTimedelta(span)
    return message

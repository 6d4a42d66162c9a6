"""A client for `flow echo`: it has messages decoded and encoded by a program in another language.

A frame is a length (four bytes, little endian) and that many bytes. A request is three frames: how to
convert, the full name of a message type, and the message. An answer is two: `ok` and the result, or `error`
and the reason. One process answers any number of requests.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tests.languages.toolchains import Program


class Conversion(enum.Enum):
    """What a program is asked to do with a message."""

    REENCODE = "binary-binary"
    TO_JSON = "binary-json"
    FROM_JSON = "json-binary"


class Request(NamedTuple):
    """One message to convert: the full name of its type, and its bytes or its JSON."""

    conversion: Conversion
    kind: str
    data: bytes


class Answer(NamedTuple):
    """What came of it: the converted message, or the reason why not."""

    data: bytes | None
    error: str = ""


def convert(program: Program, requests: Iterable[Request]) -> list[Answer]:
    """Have a program convert messages, and return its answers in order."""
    asked = [frame for r in requests for frame in (r.conversion.value.encode(), r.kind.encode(), r.data)]
    stream = b"".join(len(frame).to_bytes(4, "little") + frame for frame in asked)
    frames = split(program.run("echo", given=stream))
    answers = [
        Answer(data) if status == b"ok" else Answer(None, data.decode(errors="replace") or "error")
        for status, data in zip(frames, frames, strict=True)
    ]
    assert len(answers) == len(asked) // 3
    return answers


def split(stream: bytes) -> Iterator[bytes]:
    """Yield the frames of a stream."""
    at = 0
    while at < len(stream):
        end = at + 4 + int.from_bytes(stream[at : at + 4], "little")
        assert end <= len(stream), "the answer ends early"
        yield stream[at + 4 : end]
        at = end

"""Protobuf text format, for files of one's own.

The runtime's parser calls itself for every level and has no limit, so depth is bounded here, before it sees
the text. A comment `# proto-message: flyteidl.admin.TaskSpec` among the first lines names the kind, as other
tools write it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowidl.source.decode.detect import kind_by_label
from flowidl.source.decode.values import decode_text
from flowidl.source.definitions import KINDS, Kind
from flowidl.source.limits import Limits
from flowidl.source.messages import descriptor
from flowidl.source.problems import Fact, RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.protobuf.descriptor import Descriptor
    from google.protobuf.message import Message

_TOKEN = re.compile(
    r"""\#[^\n]*+ | "(?:[^"\\\n]|\\.)*+"? | '(?:[^'\\\n]|\\.)*+'? | [A-Za-z_][\w.]*+ | [{}<>\[\],:]""",
    re.VERBOSE,
)
_SAID = re.compile(r"^#\s*proto-message:\s*([\w.]+)", re.MULTILINE)
_HEAD = 2000


def read(data: bytes, limits: Limits) -> str:
    """Return the text in `data`, within the limits on depth and number of values."""
    text = decode_text(data, Fact.INVALID_TEXT)
    depth = count = 0
    for token in _TOKEN.findall(text):
        if token in ("{", "<"):
            depth += 1
            if depth >= limits.depth:
                raise RefusalError(
                    Fact.TOO_DEEP, "messages inside each other", limit=limits.depth, seen=depth + 1
                )
        elif token in ("}", ">"):
            depth -= 1
        count += token in ("{", "<", ",", ":")
        if count > limits.elements:
            raise RefusalError(Fact.TOO_MANY_ELEMENTS, limit=limits.elements, seen=count)
    return text


def kind_said(text: str) -> Kind | None:
    """Return the kind that a comment at the top names."""
    found = _SAID.search(text[:_HEAD])
    return None if found is None else kind_by_label(found[1])


def kind_guessed(text: str) -> Kind | None:
    """Return the one kind that knows all fields at the top and one level below, if there is just one."""
    names = set(_names(text))
    fitting = [kind for kind in KINDS if names and all(_knows(kind, path) for path in names)]
    return fitting[0] if len(fitting) == 1 else None


def _names(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the names of the fields at the top, and of those in them."""
    path: list[str] = []
    name = ""
    for token in _TOKEN.findall(text):
        if token in ("{", "<"):
            path.append(name)
        elif token in ("}", ">"):
            path = path[:-1]
        elif token == ":" or token[0].isalpha() or token[0] == "_":
            if token != ":":
                name = token
            elif len(path) < 2:
                yield (*path, name)
        if token in ("{", "<") and len(path) < 3:
            yield tuple(path)


def _knows(kind: Kind, path: tuple[str, ...]) -> bool:
    message: Descriptor | None = descriptor(kind)
    for name in path:
        if message is None or name not in message.fields_by_name:
            return False
        message = message.fields_by_name[name].message_type
    return True


def parse(text: str, message: Message) -> None:
    """Fill `message` from text. Raises `RefusalError` if that fails."""
    from google.protobuf import text_format  # start-up: for text format only

    try:
        text_format.Parse(text, message)
    except text_format.ParseError as error:
        reason = re.sub(r"^\d+:\d+ : ", "", str(error)).partition("\n")[0].rstrip(".")
        line, column = error.GetLine() or 0, error.GetColumn() or 0
        raise RefusalError(Fact.INVALID_TEXT, reason, line=line, column=column) from None
    except (ValueError, TypeError, RecursionError, KeyError) as error:
        raise RefusalError(Fact.INVALID_TEXT, str(error).partition("\n")[0]) from None


def write(message: Message, kind: Kind) -> str:
    """Return `message` as text format, with a comment that names the kind."""
    from google.protobuf import text_format  # start-up: for text format only

    return f"# proto-message: {kind.value}\n{text_format.MessageToString(message)}"

"""Real definitions, written by other people: part of the shared test data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from google.protobuf.json_format import Parse
from google.protobuf.message import Message

import flowidl.admin.v1
import flowidl.core.v1
from tests.support.shared import shared

NUMBER = 400
"""About how many definitions are compared in each language."""


class Sample(NamedTuple):
    """A definition: where it is, its type, and its bytes in binary."""

    path: str
    type: type[Message]
    data: bytes


def samples() -> list[Sample]:
    """Return definitions from all over the corpus, and every one of a rare type."""
    index: list[dict[str, Any]] = json.loads(shared("corpus", "index.json").read_text())
    known = [e for e in index if e["encoding"] in ("pb", "json") and message_type(e["message_type"])]
    assert known, "the index of the corpus is not as expected"
    step = max(1, len(known) // NUMBER)
    chosen = [e for i, e in enumerate(known) if i % step == 0 or is_rare(e)]
    return list(read(chosen))


def is_rare(entry: dict[str, Any]) -> bool:
    """Tell whether a definition is neither a task nor a workflow nor a launch plan."""
    return not str(entry["message_type"]).startswith("flyteidl.admin.")


def read(entries: list[dict[str, Any]]) -> Iterator[Sample]:
    """Read the definitions that some rows of the index are about."""
    for entry in entries:
        kind = message_type(entry["message_type"])
        assert kind is not None
        data = shared("corpus", entry["path"]).read_bytes()
        if entry["encoding"] == "json":
            data = Parse(data, kind(), ignore_unknown_fields=True).SerializeToString()
        yield Sample(entry["path"], kind, data)


def message_type(name: str) -> type[Message] | None:
    """Return our message type for one of flyteidl's: `flyteidl.core.Node` -> `flowidl.core.v1.Node`."""
    packages = {"flyteidl.admin.": flowidl.admin.v1, "flyteidl.core.": flowidl.core.v1}
    for prefix, package in packages.items():
        if name.startswith(prefix):
            found: type[Message] = getattr(package, name.removeprefix(prefix))
            return found
    return None

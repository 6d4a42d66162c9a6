"""The whole report as one JSON object: the proto JSON of `flowidl.report.v1.Report`.

So the schema documents the shape, and `json_format.Parse` (or any language's equivalent) reads it back.
Lists, strings and numbers are present when they are empty; only parts that are absent as a whole are left out
(`byteRange` of an input that is not binary, `reference` of a check that the reference compiler does not
have).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.protobuf.json_format import MessageToDict

from flowidl.report.wire import to_message

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from flowidl.report.formats import Style
    from flowidl.report.model import Report


def render(report: Report, style: Style) -> str:
    """Return the report as JSON, indented, with sorted keys: the same report gives the same text."""
    import json

    del style
    return json.dumps(to_dict(to_message(report)), indent=2, sort_keys=True) + "\n"


def to_dict(message: Message) -> dict[str, Any]:
    """Return a message as the dictionary that proto JSON prescribes, empty fields included."""
    converted: dict[str, Any] = MessageToDict(message, always_print_fields_with_no_presence=True)
    return converted

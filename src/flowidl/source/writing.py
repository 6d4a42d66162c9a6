"""Definitions in the formats that `load` reads, and bytes for reading by eye."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowidl.source.canonical import canonical
from flowidl.source.inputs.files import BINARY, TEXT, YAML

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.source.decode.values import Value
    from flowidl.source.definitions import Definition

_HEX_WIDTH = 16


def write(definition: Definition, language: str) -> bytes:
    """Return `definition` in a format: `binary`, `json`, `yaml` or `text`.

    Binary is as it was read, if it was read as binary. JSON and YAML cannot express fields that the schema
    does not know. Raises `ValueError` for a message that JSON cannot express (a time out of range, say).
    """
    if language == BINARY:
        data = definition.origin.data
        return canonical(definition.message) if data is None else data
    if language == TEXT:
        from flowidl.source.decode.text_format import write as write_text  # start-up: as in reading

        return write_text(definition.message, definition.kind).encode()
    return _structured(definition, language).encode()


def _structured(definition: Definition, language: str) -> str:
    from google.protobuf import json_format  # start-up: takes as long as the rest of reading

    try:
        value: Value = json_format.MessageToDict(definition.message)
    except (json_format.Error, RecursionError, KeyError, TypeError) as error:
        raise ValueError(str(error)) from error
    if language == YAML:
        return "".join(f"{line}\n" for line in _yaml(value))
    import json  # start-up: for JSON and YAML only

    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


# --- YAML ---------------------------------------------------------------------------------------------------

#: Strings that mean themselves without quotes, in YAML 1.1 as well as 1.2.
_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*")
_NOT_PLAIN = re.compile(r"(?:y|yes|n|no|true|false|on|off|null|nan|\.nan|[-+.]?inf|[-.]+)", re.IGNORECASE)


def _yaml(value: Value) -> Iterator[str]:
    """Yield the lines of a value in YAML's block style."""
    waiting: list[tuple[str, str, Value]] = [("", "", value)]
    while waiting:
        lead, indent, here = waiting.pop()
        if isinstance(here, dict) and here:
            starts = [(f"{_yaml_scalar(key)}:", item) for key, item in here.items()]
        elif isinstance(here, list) and here:
            starts = [("-", item) for item in here]
        else:
            yield f"{lead} {_yaml_scalar(here)}" if lead else _yaml_scalar(here)
            continue
        if lead.endswith(":"):
            yield lead
        inner = indent + "  " if lead else indent
        lines = [(f"{inner}{start}", inner, item) for start, item in starts]
        if lead.endswith("-"):
            lines[0] = (f"{lead} {starts[0][0]}", inner, starts[0][1])
        waiting.extend(reversed(lines))


def _yaml_scalar(value: Value) -> str:
    """Return a scalar, or an empty list or object, as YAML."""
    import json  # start-up: for JSON and YAML only

    if not isinstance(value, str):
        return json.dumps(value)
    if _PLAIN.fullmatch(value) and not _NOT_PLAIN.fullmatch(value):
        return value
    return '"' + "".join(map(_yaml_character, value)) + '"'


def _yaml_character(character: str) -> str:
    """Return a character as it stands between double quotes. (JSON's pairs of surrogates are not YAML.)"""
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


# --- bytes --------------------------------------------------------------------------------------------------


def hexdump(data: bytes, start: int, end: int) -> Iterator[str]:
    """Yield the bytes `data[start:end]`, sixteen a line, with offsets into `data` and printable ASCII."""
    for offset in range(start, end, _HEX_WIDTH):
        chunk = data[offset : min(offset + _HEX_WIDTH, end)]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in chunk)
        yield f"{offset:08x}  {chunk.hex(' '):<{_HEX_WIDTH * 3}} {text}"

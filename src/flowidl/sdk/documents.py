"""What a docstring says: the first line, the rest, and a line for each input and output.

Sections of the styles of Google, NumPy and Sphinx are read; what they say is not part of the long
description.
"""

from __future__ import annotations

import inspect
import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_HEADS = {
    **dict.fromkeys(
        ("args", "arguments", "parameters", "params", "other parameters", "keyword args"), "inputs"
    ),
    **dict.fromkeys(("returns", "return", "yields"), "outputs"),
    **dict.fromkeys(("raises", "raise", "warns", "attributes"), "other"),
}
_FIELD = re.compile(
    r":(?P<kind>param|parameter|arg|argument|returns?|raises?|type|rtype|yields?)(?:\s+(?P<what>[^:]*))?:\s*(?P<text>.*)"
)
_GOOGLE = re.compile(r"(?P<name>\*{0,2}\w+)\s*(?:\([^)]*\))?\s*:\s*(?P<text>.*)")
_NUMPY = re.compile(r"(?P<name>\w+)\s*(?::.*)?$")


class Document(NamedTuple):
    """The parts of a docstring. `result` is the one text about what is returned."""

    short: str = ""
    long: str = ""
    inputs: Mapping[str, str] = MappingProxyType({})
    result: str = ""


def document(function: Callable[..., object] | None) -> Document:
    """Return what the docstring of a function says."""
    text = inspect.getdoc(function) if function is not None else None
    return parsed(text or "")


def parsed(text: str) -> Document:
    """Return what a docstring says."""
    lines = text.strip().splitlines()
    if not lines:
        return Document()
    kept: list[str] = []
    inputs: dict[str, str] = {}
    results: list[str] = []
    index = 0
    while index < len(lines):
        head, numpy, size = _head(lines, index)
        field = _FIELD.match(lines[index].strip())
        if head is None and field is None:
            kept.append(lines[index])
            index += 1
            continue
        end = _end(lines, index + size, head, numpy)
        if field is not None:
            body = " ".join([field["text"], *(line.strip() for line in lines[index + 1 : end])]).strip()
            _take_field(field, body, inputs, results)
        elif head == "inputs":
            inputs.update(_entries(lines[index + size : end], numpy))
        elif head == "outputs":
            results.append(_result(lines[index + size : end], numpy))
        index = end
    short, _, rest = "\n".join(kept).strip().partition("\n")
    return Document(short.strip(), rest.strip(), inputs, " ".join(filter(None, results)))


def _head(lines: list[str], index: int) -> tuple[str | None, bool, int]:
    """Return the kind of a section that begins at a line, whether it is NumPy's, and its head's length."""
    line = lines[index]
    if index + 1 < len(lines) and re.fullmatch(r"\s*-{3,}\s*", lines[index + 1]):
        kind = _HEADS.get(line.strip().lower())
        return kind, True, 2
    if line.rstrip().endswith(":") and line == line.lstrip():
        return _HEADS.get(line.strip()[:-1].lower()), False, 1
    return None, False, 1


def _end(lines: list[str], start: int, head: str | None, numpy: bool) -> int:
    """Return the line after a section: at the next head, or where the text is not indented any more."""
    index = start
    while index < len(lines):
        kind, _, _ = _head(lines, index)
        line = lines[index]
        if kind is not None or _FIELD.match(line.strip()):
            break
        if head is None and not line.startswith((" ", "\t")):
            break
        if head is not None and not numpy and line.strip() and not line.startswith((" ", "\t")):
            break
        index += 1
    return index


def _take_field(field: re.Match[str], body: str, inputs: dict[str, str], results: list[str]) -> None:
    if field["kind"].startswith(("param", "arg")):
        inputs[(field["what"] or "").split(" ")[-1]] = body
    elif field["kind"].startswith("return"):
        results.append(body)


def _entries(lines: list[str], numpy: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    filled = [line for line in lines if line.strip()]
    margin = min((len(line) - len(line.lstrip()) for line in filled), default=0)
    for line in filled:
        at_margin = len(line) - len(line.lstrip()) == margin
        match = (_NUMPY if numpy else _GOOGLE).match(line.strip()) if at_margin else None
        if match is not None:
            name = match["name"].lstrip("*")
            found[name] = "" if numpy else match["text"].strip()
        elif name:
            found[name] = f"{found[name]} {line.strip()}".strip()
    return found


def _result(lines: list[str], numpy: bool) -> str:
    filled = [line.strip() for line in lines if line.strip()]
    if numpy and len(filled) > 1:
        return " ".join(filled[1:])
    text = " ".join(filled)
    match = re.match(r"[\w\[\], .|]+:\s+(?P<text>.*)", text)
    return match["text"] if match is not None else text

"""What to say about quantities that do not parse, wherever they stand."""

from __future__ import annotations

import re

_CAPTURED = re.compile(r"promise|[{}<>$()]", re.IGNORECASE)
_LETTERS = re.compile(r"([+-]?[0-9.]+)\s*([A-Za-z]+)")
_MEANT = dict.fromkeys(("b",), "") | {
    name: suffix
    for suffix in ("k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
    for name in (f"{suffix.lower()}b", suffix.lower())
    if name != "m"
}


def is_captured(text: str) -> bool:
    """Tell whether a quantity's text looks like a value that was not known yet, turned into text."""
    return _CAPTURED.search(text) is not None


def quantity_help(text: str) -> str:
    """Say what to write in place of a string that is no quantity."""
    if is_captured(text):
        return "write a fixed quantity: this looks like a value that is only known at run time"
    match = _LETTERS.fullmatch(text.strip())
    if match is not None and (suffix := _MEANT.get(match[2].lower())) is not None:
        return f"did you mean `{match[1]}{suffix}`?"
    squeezed = "".join(text.split())
    if squeezed and squeezed != text:
        return f"write it without spaces: `{squeezed}`"
    return "write a quantity such as `500m`, `2` or `1Gi`"

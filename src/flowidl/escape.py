"""Making names from an input safe to print.

A name inside an archive or a message may hold anything: terminal control sequences, text that runs backwards,
line breaks that forge a second finding, bytes that are not text at all. Everything that reaches a person goes
through `escape` once, at the place where it is printed.
"""

from __future__ import annotations


def escape(text: str, limit: int = 0) -> str:
    """Return `text` with every character that does not print as an escape, e.g. `\\x1b` or `\\u202e`.

    A `limit` above zero shortens the result: at most `limit` characters of `text` are shown, with `...`
    behind them. Bytes that were not UTF-8 and travel as lone surrogates show as the byte they stand for.
    """
    if limit and len(text) > limit:
        return escape(text[:limit]) + "..."
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _escaped(ord(character)) for character in text)


def _escaped(code: int) -> str:
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code in _SHORT:
        return _SHORT[code]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_SHORT = {9: "\\t", 10: "\\n", 13: "\\r"}

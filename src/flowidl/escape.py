"""Making names from an input safe to print.

A name inside an archive or a message may hold anything: terminal control sequences, text that runs backwards,
line breaks that forge a second finding, bytes that are not text at all. Everything that reaches a person goes
through `escape` once, at the place where it is printed.

A build service reads along: a line that begins with `::error::` or holds `##vso[` is a command to it, which
may set variables, hide text or forge results. `escape` breaks the second kind wherever it stands, and
`without_commands` both at the beginning of lines, where the console calls it for all that is printed.
"""

from __future__ import annotations

import re

#: `##vso[`, `##[`, `##teamcity[`: Azure Pipelines and others look for it anywhere in a line.
_COMMAND = re.compile(r"#(?=#\w*\[)")

#: A command at the beginning of a line, behind blanks and colours, which services take away before they look.
_COMMAND_LINE = re.compile(r"^((?:[^\S\n]|\x1b\[[0-9;]*m)*)(?:(:)(?=:)|#(?=#\w*\[))", re.MULTILINE)


def escape(text: str, limit: int = 0) -> str:
    """Return `text` with every character that does not print as an escape, e.g. `\\x1b` or `\\u202e`.

    The first character of `##vso[` and its like shows as an escape as well, so that no service obeys it.

    A `limit` above zero shortens the result: at most `limit` characters of `text` are shown, with `...`
    behind them. Bytes that were not UTF-8 and travel as lone surrogates show as the byte they stand for.
    """
    if limit and len(text) > limit:
        return escape(text[:limit]) + "..."
    if not text.isprintable():
        text = "".join(
            character if character.isprintable() else _escaped(ord(character)) for character in text
        )
    return _COMMAND.sub(r"\\x23", text) if "##" in text else text


def without_commands(text: str) -> str:
    """Return lines of text, none of which a build service takes for a command.

    The first character of a command shows as an escape: `\\x3a:error::`, `\\x23#vso[`.
    """
    if "::" not in text and "##" not in text:
        return text
    return _COMMAND_LINE.sub(_broken, text)


def _broken(match: re.Match[str]) -> str:
    before, colon = match.groups()
    return f"{before}\\x{'3a' if colon else '23'}"


def _escaped(code: int) -> str:
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code in _SHORT:
        return _SHORT[code]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_SHORT = {9: "\\t", 10: "\\n", 13: "\\r"}

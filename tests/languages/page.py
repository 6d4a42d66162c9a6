"""The commands in `docs/other-languages.md`, so that the tests run what the page says and nothing else.

A fenced block whose info string has `run=NAME` belongs to a script. `run=all` is for every script; its blocks
come in the order of the page among the others.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "other-languages.md"

_FENCE = re.compile(r"^```(\w+)(.*)\n((?:(?!^```).*\n)*)^```$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block: the language it is written in, the script it belongs to (or nothing), and its text."""

    language: str
    run: str
    text: str


def blocks() -> list[Block]:
    """Return the page's fenced blocks."""
    found: list[Block] = []
    for language, info, text in _FENCE.findall(PAGE.read_text()):
        run = re.search(r"\brun=(\S+)", info)
        found.append(Block(language, run.group(1) if run else "", text))
    return found


def script(name: str) -> str:
    """Return the commands for one reader of the page: those for everybody, and those marked with the name."""
    return "\n".join(b.text for b in blocks() if b.language == "bash" and b.run in ("all", name))


def output() -> str:
    """Return what the page says that each program prints."""
    (block,) = (b for b in blocks() if b.run == "output")
    return block.text

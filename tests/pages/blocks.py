"""Fenced blocks of a page, and a folder in which they are carried out from the first to the last.

- a block with a title, `python title="shop.py"`, is a file: it is written;
- `console` holds commands after `$ `, each followed by exactly what it prints, on both streams, and, where it
  is not 0, by `(exit status N)`. A line of the page that is `...` stands for any number of lines;
- `python` without a title is a program; what it prints is said in comments, `print(x)  # 3`;
- `mermaid` and `text` are to be looked at. Anything else is refused, so that no block is left out unnoticed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block: its language, its title or nothing, its text, and the line that it begins at."""

    language: str
    title: str
    text: str
    line: int


class Command(NamedTuple):
    """A command line of a console block and what the page says that it prints."""

    line: str
    printed: str


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page in order. Raise ValueError if a fence is not understood."""
    text = page.read_text(encoding="utf-8")
    found = [Block(m[1], m[2] or "", m[3], text.count("\n", 0, m.start()) + 1) for m in FENCE.finditer(text)]
    fences = len(re.findall(r"^```", text, re.MULTILINE))
    if fences != 2 * len(found):
        raise ValueError(f"{page.name} has {fences} fences and {len(found)} blocks")
    return found


def commands(text: str) -> Iterator[Command]:
    """Yield the commands of a console block; one may go on after a backslash."""
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)
    assert parts[0] == "", f"a console block begins with a command: {parts[0]!r}"
    for part in parts[1:]:
        lines = part.splitlines()
        count = 1 + next((n for n, line in enumerate(lines) if not line.endswith("\\")), 0)
        yield Command("\n".join(lines[:count]), "\n".join(lines[count:]).strip("\n"))


def carry_out(block: Block, folder: Path) -> None:
    """Do what a block says, in a folder, and hold what happens to what it says."""
    if block.title:
        target = folder / block.title
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(block.text, encoding="utf-8")
    elif block.language == "console":
        for command in commands(block.text):
            assert matches(ran(command.line, folder), command.printed), (
                f"line {block.line}, $ {command.line}\n{ran(command.line, folder)}"
            )
    elif block.language == "python":
        (folder / "block.py").write_text(block.text, encoding="utf-8")
        printed = [line.rpartition("  # ")[2] for line in block.text.splitlines() if "print(" in line]
        assert ran("python block.py", folder) == "\n".join(printed)
    else:
        assert block.language in {"mermaid", "text"}, (
            f"line {block.line}: nothing carries out {block.language}"
        )


def ran(line: str, folder: Path) -> str:
    """Return what a command prints, in plain text at a set width, and its exit status if that is not 0."""
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    plain = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100", "PATH": tools, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env=plain,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    status = f"\n(exit status {done.returncode})" if done.returncode else ""
    return (done.stdout.strip("\n") + status).strip("\n")


def matches(got: str, page: str) -> bool:
    """Tell whether a text is what a page shows, where a line `...` stands for any lines."""
    pattern = "".join("(?:.*\n)*?" if line == "..." else re.escape(line) + "\n" for line in page.splitlines())
    return re.fullmatch(pattern, got + "\n" if got else "") is not None

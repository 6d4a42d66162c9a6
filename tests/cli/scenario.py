"""Whole-program tests as text: files, commands, and what they print.

    One line that says what the scenario shows.

    --- message 2_w_2.pb flowidl.admin.v1.WorkflowSpec
    template { id { name: "w" } }
    --- archive package.tgz 2_w_2.pb
    --- file flowidl.toml
    fail-on = "warning"
    --- run validate package.tgz
    (what it prints on standard output)
    --- stderr
    (what it prints on standard error; left out if that is nothing)
    --- status 1

Messages are written in Protobuf's text format and become binary files. Commands run one after the other, in a
folder of their own and without a process. A section `--- input FILE` before a command hands it that file as
standard input. The day is always 2027-01-31. `pytest tests/cli --write-golden` writes the outputs anew.
"""

from __future__ import annotations

import io
import os
import shlex
import tarfile
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from google.protobuf import text_format
from google.protobuf.message import Message

from flowidl.cli.console import Console
from flowidl.cli.main import main

TODAY = date(2027, 1, 31)
MARK = "--- "


class Section(NamedTuple):
    """One part of a scenario: a word, its arguments, and the text below."""

    word: str
    arguments: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        head = " ".join(["---", self.word, *self.arguments]).rstrip()
        return f"{head}\n{self.text}"


class Ran(NamedTuple):
    """What a command did."""

    status: int
    out: bytes
    err: str


def read(text: str) -> tuple[str, list[Section]]:
    """Split a scenario into its title and its sections."""
    title, *parts = ("\n" + text).split("\n" + MARK)
    sections: list[Section] = []
    for part in parts:
        head, _, body = part.partition("\n")
        word, _, arguments = head.partition(" ")
        words = (arguments,) if word == "run" else tuple(arguments.split())
        sections.append(Section(word, words, body + "\n" if body else ""))
    return title.strip("\n"), sections


def run(argv: list[str], folder: Path, stdin: bytes = b"", env: dict[str, str] | None = None) -> Ran:
    """Run the program in a folder, without a process."""
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", newline="\n")
    err = io.StringIO()
    console = Console(io.BytesIO(stdin), out, err, {} if env is None else env, str(folder), TODAY)
    before = Path.cwd()
    os.chdir(folder)
    try:
        status = main(argv, console)
    finally:
        os.chdir(before)
    out.flush()
    return Ran(status, raw.getvalue(), err.getvalue())


def play(text: str, folder: Path) -> str:
    """Carry out a scenario and return it with what its commands really print."""
    title, sections = read(text)
    stdin = b""
    played: list[str] = [f"{title}\n\n"]
    for section in sections:
        if section.word in ("stderr", "status"):
            continue
        if section.word != "run":
            played.append(str(section))
            if section.word == "input":
                stdin = folder.joinpath(section.arguments[0]).read_bytes()
            else:
                _make(section, folder)
            continue
        ran = run(shlex.split(section.arguments[0]), folder, stdin)
        stdin = b""
        played.append(str(section._replace(text=_ended(ran.out.decode("utf-8", "backslashreplace")))))
        if ran.err:
            played.append(str(Section("stderr", (), _ended(ran.err))))
        played.append(f"--- status {ran.status}\n")
    return "".join(played)


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else text + "\n"


def _make(section: Section, folder: Path) -> None:
    """Make the file that a section describes."""
    file = folder / section.arguments[0]
    file.parent.mkdir(parents=True, exist_ok=True)
    if section.word == "file":
        file.write_text(section.text, encoding="utf-8")
    elif section.word == "message":
        file.write_bytes(message(section.arguments[1], section.text))
    elif section.word == "archive":
        archive(file, [folder / name for name in section.arguments[1:]])
    else:
        raise ValueError(f"a scenario has no section {section.word!r}")


def message(full_name: str, text: str) -> bytes:
    """Return the bytes of a message of ours that is written in text format."""
    package, _, name = full_name.rpartition(".")
    empty: Message = getattr(import_module(package), name)()
    return text_format.Parse(text, empty).SerializeToString(deterministic=True)


def archive(file: Path, members: list[Path]) -> None:
    """Pack files into a `.tgz`, as `pyflyte package` does."""
    with tarfile.open(file, "w:gz") as tar:
        for member in members:
            tar.add(member, member.name)

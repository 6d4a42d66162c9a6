"""Names of files that want to command a build service, a terminal or a reader of XML."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from flowidl.report.formats import FORMATS, Format
from tests.cli.scenario import message, run

COMMAND = re.compile(r"^\s*(?:\x1b\[[0-9;]*m)*\s*(?:::|##\w*\[)", re.MULTILINE)
NAMES = ("::error::x_1.pb", "##vso[task.x]y_1.pb", "##[error]z_1.pb", "r\x1b[31m\x07\x01\x7f_1.pb")
BROKEN = message("flowidl.admin.v1.TaskSpec", 'template { id { name: "::error::t" } type: "raw" }')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        (tmp_path / name).write_bytes(BROKEN)
    (tmp_path / "::error::u.pb").write_bytes(b"\xff\xff")
    return tmp_path


@pytest.mark.parametrize("row", [row for row in FORMATS if row.name != "binary"], ids=lambda row: row.name)
def test_formats(row: Format, folder: Path) -> None:
    argv = ["validate", *NAMES, "::error::u.pb", "--kind", "TaskSpec", "--output", row.name, "--verbose"]
    ran = run(argv, folder)
    out = ran.out.decode()
    assert ran.status == 1
    assert "x_1.pb" in out or row.counts
    assert not any(character in out + ran.err for character in "\x1b\x07\x01\x7f")
    if not row.commands:
        assert not COMMAND.search(out)
    if row.name == "junit":
        names = [suite.get("name") for suite in ElementTree.fromstring(out)]
        assert r"r\x1b[31m\x07\x01\x7f_1.pb" in names


@pytest.mark.parametrize("command", ["validate", "show", "digest"])
def test_messages(command: str, folder: Path) -> None:
    ran = run([command, "::error::not-there.pb"], folder)
    assert not COMMAND.search(ran.out.decode() + ran.err)


def test_only_the_formats_of_build_services_hold_commands(folder: Path) -> None:
    for name in ("github", "azure"):
        assert COMMAND.search(run(["validate", *NAMES, "--output", name], folder).out.decode())

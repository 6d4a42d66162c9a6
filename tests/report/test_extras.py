"""What was not checked for want of an extra is said in every format; inputs may be empty if that is fine."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from flowidl.findings import Skipped
from flowidl.report.formats import FORMATS, render
from flowidl.report.model import Report, Verdict
from tests.cli.scenario import run

REPORT = Report(
    verdict=Verdict.PASSED, skipped=(Skipped("whether schedules ever fire", "needs flowidl[schedules]"),)
)


@pytest.mark.parametrize("name", [row.name for row in FORMATS])
def test_every_format_says_so(name: str) -> None:
    text = render(REPORT, name)
    content = text if isinstance(text, bytes) else text.encode()
    assert b"schedules" in content


def empty_archive(folder: Path) -> None:
    (folder / "notes.txt").write_text("x")
    with tarfile.open(folder / "data.tgz", "w:gz") as tar:
        tar.add(folder / "notes.txt", "notes.txt")


def test_an_archive_without_definitions(tmp_path: Path) -> None:
    """It fails a run, since nothing was checked, unless the caller says that this is fine."""
    empty_archive(tmp_path)
    assert run(["validate", "data.tgz"], tmp_path).status == 1
    allowed = run(["validate", "data.tgz", "--allow-empty"], tmp_path)
    assert allowed.status == 0
    assert b"info[FI002]" in allowed.out


def test_empty_or_not_a_fault_is_a_fault(tmp_path: Path) -> None:
    empty_archive(tmp_path)
    (tmp_path / "broken.pb").write_bytes(b"\xff\xff")
    assert run(["validate", "data.tgz", "broken.pb", "--allow-empty"], tmp_path).status == 1

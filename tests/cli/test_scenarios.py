"""Every file in `scenarios` is a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import scenario

FILES = sorted(Path(__file__).parent.joinpath("scenarios").glob("*.txt"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_scenario(file: Path, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    written = file.read_text(encoding="utf-8")
    played = scenario.play(written, tmp_path)
    if pytestconfig.getoption("--write-golden"):
        file.write_text(played, encoding="utf-8")
    else:
        assert played == written


def test_there_are_scenarios() -> None:
    assert len(FILES) >= 10


def test_reading_and_writing_are_inverses() -> None:
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        title, sections = scenario.read(text)
        assert f"{title}\n\n{''.join(map(str, sections))}" == text, file.name

"""The documentation's commands work, and its three ways to get the schema are one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from flowidl.version import __version__
from tests.languages.differences import DIFFERENCES
from tests.languages.page import PAGE, ROOT, blocks
from tests.languages.toolchains import LANGUAGES, follow, program, require

pytestmark = pytest.mark.languages


def test_every_command_on_the_page_is_run_by_some_test() -> None:
    readers = {"all", "inputs", *(language.folder for language in LANGUAGES)}
    assert {block.run for block in blocks() if block.language == "bash"} == readers


def test_three_ways_to_the_same_code(tmp_path: Path) -> None:
    require("the page", ("git",))
    program(LANGUAGES[0])  # installs protoc-gen-go, with which the page compares the three
    repository = tagged(tmp_path / "flowidl.git", f"v{__version__}")
    follow("inputs", tmp_path / "examples", {"REPOSITORY": f"file://{repository}", "VERSION": __version__})
    assert list((tmp_path / "examples" / "from-tag").rglob("*.pb.go"))


def tagged(folder: Path, tag: str) -> Path:
    """Make a repository that has the present schema under a tag, as a release would."""
    shutil.copytree(ROOT / "proto", folder / "proto")
    shutil.copy(ROOT / "buf.yaml", folder)
    git = ("git", "-C", str(folder), "-c", "user.name=test", "-c", "user.email=test@example.com")
    for arguments in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "-m", "schema"), ("tag", tag)):
        subprocess.run([*git, *arguments], check=True)
    return folder


def test_the_page_lists_the_known_differences() -> None:
    text = PAGE.read_text()
    names = {language.folder: language.name for language in LANGUAGES}
    for difference in DIFFERENCES:
        assert f"| {names[difference.folder]} | {difference.cause} |" in text

"""`diff`, `breaking` and `digest`: two versions, from files and from git."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.scenario import message, run


def task(words: str, image: str = "r.io/fit:1") -> bytes:
    """A task `fit` with inputs in text format."""
    return message(
        "flowidl.admin.v1.TaskSpec",
        f'template {{ id {{ resource_type: TASK name: "fit" version: "1" }} type: "raw" metadata {{}}'
        f"  interface {{ {words} }}"
        f'  container {{ image: "{image}" args: "a" }} }}',
    )


PLAIN = task("")
TAKES = task('inputs { variables { key: "x" value { type { simple: INTEGER } } } }')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, data in (("old", PLAIN), ("tag", task("", "r.io/fit:2")), ("new", TAKES)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "fit_1.pb").write_bytes(data)
    return tmp_path


def test_diff_tells_by_status_and_text(folder: Path) -> None:
    same = run(["diff", "old", "tag"], folder)
    assert (same.status, same.out) == (0, b"the same by meaning\n")
    asked = run(["diff", "old", "tag", "--tags"], folder)
    assert (asked.status, asked.out.splitlines()[1]) == (
        1,
        b"    ~ container > image: r.io/fit:1 -> r.io/fit:2",
    )
    changed = json.loads(run(["diff", "old", "new", "--format", "json"], folder).out)
    assert [change["path"] for change in changed["changes"]] == [["input x"]]


@pytest.mark.parametrize("language", ["text", "json", "markdown", "html"])
def test_diff_is_deterministic_in_every_format(folder: Path, language: str) -> None:
    first, second = (run(["diff", "old", "new", "--format", language], folder) for _ in range(2))
    assert first == second
    assert b"input x" in first.out


def test_breaking_has_the_statuses_of_validate(folder: Path) -> None:
    assert run(["breaking", "old", "tag"], folder).status == 0
    broken = run(["breaking", "old", "new"], folder)
    assert broken.status == 1
    assert b"error[FI922] input `x` of task `fit` is new and must be given" in broken.out
    assert run(["breaking", "old", "new", "--ignore", "FI922"], folder).status == 0
    assert run(["breaking", "old", "new", "--api", "launch-plans"], folder).status == 0
    assert run(["breaking", "old"], folder).status == 2
    assert run(["breaking", "old", "nowhere"], folder).status == 2


def test_breaking_takes_baseline_and_formats(folder: Path) -> None:
    written = run(["breaking", "old", "new", "--baseline", "known.json", "--write-baseline"], folder)
    assert written.status == 0
    assert run(["breaking", "old", "new", "--baseline", "known.json"], folder).status == 0
    sarif = json.loads(run(["breaking", "old", "new", "--output", "sarif"], folder).out)
    assert [result["ruleId"] for result in sarif["runs"][0]["results"]] == ["FI922"]


def test_the_older_version_may_be_in_git(folder: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)

    git("init", "-q")
    git("add", "old")
    git("commit", "-q", "-m", "old")
    file, tree, none = (f"git#ref=HEAD,path={path}" for path in ("old/fit_1.pb", "old", "none"))
    assert status(["breaking", "new", "--against", file], folder) == 1
    assert status(["breaking", "new", "--against", tree], folder) == 1
    assert status(["diff", tree, "old"], folder) == 0
    assert status(["diff", none, "old"], folder) == 2
    assert status(["diff", "git#path=none", "old"], folder) == 2


def status(arguments: list[str], folder: Path) -> int:
    """Run the program in a process of its own, since git looks at the working directory."""
    program = [sys.executable, "-c", "from flowidl.cli.main import run; run()"]
    return subprocess.run([*program, *arguments], cwd=folder, check=False, capture_output=True).returncode


def test_a_part_that_cannot_be_read_is_not_left_out_unsaid(folder: Path) -> None:
    (folder / "new" / "wrong_1.pb").write_bytes(b"\xff\xff")
    assert run(["diff", "old", "new"], folder).status == 2
    assert b"FI030" in run(["breaking", "old", "new"], folder).out


def test_digest_lists_what_changed(folder: Path) -> None:
    line = run(["digest", "old"], folder).out.decode()
    assert line.startswith("sha256:") and line.endswith("  task fit\n")
    assert run(["digest", "old"], folder).out == run(["digest", "old"], folder).out
    assert run(["digest", "old", "--changed-since", "old"], folder).out == b""
    assert len(run(["digest", "tag", "--changed-since", "old"], folder).out.splitlines()) == 1
    assert list(json.loads(run(["digest", "new", "--json"], folder).out)) == ["task fit"]

"""Examples and templates come out of the package as they are in the project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from flowidl import examples, schema
from tests.cli.scenario import run

ROOT = Path(__file__).resolve().parents[2]


def test_examples_are_written_and_run(tmp_path: Path) -> None:
    ran = run(["examples", "here"], tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.decode().splitlines() == [f"here/{name}" for name in examples.files()]
    for name in ("quickstart.py", "languages/go/main.go", "own_rules/README.md"):
        assert (tmp_path / "here" / name).read_bytes() == (ROOT / "examples" / name).read_bytes()
    done = subprocess.run([sys.executable, "here/map_task.py", "a.tgz"], cwd=tmp_path, check=False)
    assert done.returncode == 0


def test_what_somebody_changed_is_left_alone(tmp_path: Path) -> None:
    assert run(["examples", "here"], tmp_path).status == 0
    assert run(["examples", "here"], tmp_path).status == 0
    (tmp_path / "here" / "gates.py").write_text("mine")
    (tmp_path / "here" / "map_task.py").unlink()
    ran = run(["examples", "here"], tmp_path)
    assert ran.status == 2
    assert "here/gates.py" in ran.err and "name another folder" in ran.err
    assert (tmp_path / "here" / "gates.py").read_text() == "mine"
    assert not (tmp_path / "here" / "map_task.py").exists()


def test_templates(tmp_path: Path) -> None:
    ran = run(["protos", "export", "--templates", "t"], tmp_path)
    assert (ran.status, ran.out.decode().splitlines()) == (0, [f"t/{name}" for name in schema.templates()])
    languages = {file.name for file in (ROOT / "examples" / "languages").iterdir() if file.is_dir()}
    languages.discard("__pycache__")
    assert set(schema.templates()) == {f"buf.gen.{language}.yaml" for language in languages}


def test_the_page_lists_every_example() -> None:
    page = (ROOT / "docs" / "examples.md").read_text()
    top = {name.partition("/")[0] for name in examples.files()}
    assert [name for name in sorted(top) if f"(../examples/{name})" not in page] == []

"""What the pages tell people to do works."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from flowidl.config.files import read
from flowidl.rules.packs import find
from tests.cli.scenario import archive, message, run

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
CI = (DOCS / "ci.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n# (\S+)\n(.*?)```", CI, re.DOTALL)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "w_2.pb").write_bytes(
        message(
            "flowidl.admin.v1.WorkflowSpec",
            'template { id { resource_type: WORKFLOW name: "w" } interface {} }',
        )
    )
    archive(tmp_path / "package.tgz", [tmp_path / "w_2.pb"])
    return tmp_path


@pytest.mark.parametrize(
    ("file", "schema"),
    [
        (".github/workflows/definitions.yml", "vendor.github-workflows"),
        (".github/workflows/action.yml", "vendor.github-workflows"),
        (".gitlab-ci.yml", "vendor.gitlab-ci"),
    ],
)
def test_snippets_are_what_the_service_takes(file: str, schema: str, tmp_path: Path) -> None:
    (text,) = (text for name, text in BLOCKS if name == file)
    (tmp_path / "ci.yml").write_text(text)
    tool = Path(sys.executable).parent / "check-jsonschema"
    done = subprocess.run(
        [tool, "--builtin-schema", schema, tmp_path / "ci.yml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def _commands(value: Any) -> list[str]:
    """Return the commands of one job of either service."""
    lines: list[str] = [*value.get("script", []), *(step.get("run", "") for step in value.get("steps", []))]
    return [line for line in lines if line.startswith("flowidl ")]


def _jobs(text: str) -> list[Any]:
    document: Any = yaml.safe_load(text)
    jobs: Any = document.get("jobs", document)
    return [job for job in jobs.values() if isinstance(job, dict)]


COMMANDS = [command for _, text in BLOCKS for job in _jobs(text) for command in _commands(job)]


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_the_snippets_run_and_write_what_they_say(command: str, package: Path) -> None:
    argv = command.split()[1:]
    ran = run(argv, package)
    assert (ran.status, ran.err) == (1, "")
    for file in re.findall(r"--output \w+=(\S+)", command):
        assert (package / file).stat().st_size > 0


def test_there_are_commands_in_the_snippets() -> None:
    assert len(COMMANDS) == 2


def test_the_hook_is_what_pre_commit_takes_and_names_this_program() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert {"id", "name", "entry", "language", "files"} <= hook.keys()
    assert hook["entry"] == "flowidl validate --allow-empty"
    assert hook["additional_dependencies"] == [".[schedules,kubernetes]"]
    matching = re.compile(hook["files"])
    assert all(matching.search(name) for name in ("a.tgz", "dist/a.tar.gz", "b.zip", "c.tar"))
    assert not matching.search("notes.md")
    used = [h["id"] for _, text in BLOCKS for r in yaml.safe_load(text).get("repos", []) for h in r["hooks"]]
    assert set(used) == {hook["id"]}


def test_the_baseline_commands(package: Path) -> None:
    (block,) = re.findall(r"```sh\n(.*?)```", CI, re.DOTALL)
    first, second = (line.split()[1:] for line in block.splitlines())
    assert run(first, package).status == 0
    assert run(second, package).status == 0


def test_the_configuration_of_the_page_is_accepted(package: Path) -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (package / "flowidl.toml").write_text(block)
    assert len(read(str(package / "flowidl.toml")).settings.suppress) == 1
    (package / "vendor").mkdir()
    (package / "vendor" / "core.tgz").write_bytes((package / "package.tgz").read_bytes())
    (package / "flowidl-baseline.json").write_text('{"version": 1, "findings": []}')
    ran = run(["validate", "package.tgz"], package)
    assert (ran.status, ran.err) == (1, "")


def test_codes_in_help_and_pages_exist() -> None:
    help_text = (DOCS / "cli.md").read_text(encoding="utf-8") + (DOCS / "configuration.md").read_text(
        encoding="utf-8"
    )
    mentioned = set(re.findall(r"\bFI\d{3}\b", help_text))
    assert mentioned
    assert [code for code in sorted(mentioned) if find(code) is None] == []


def test_pages_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/docs_cli.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("file", [name for name, _ in BLOCKS if "pre-commit" not in name])
def test_what_a_snippet_reads_from_its_environment_is_defined_there(file: str) -> None:
    for name, text in BLOCKS:
        if name == file:
            used = set(re.findall(r"\$([A-Z_]+)", text)) - {"GITHUB_STEP_SUMMARY", "CI_COMMIT_SHA"}
            assert used == {key for key in used if re.search(rf"^\s+{key}: ", text, re.MULTILINE)}


def test_the_action_is_given_what_it_takes() -> None:
    inputs: Any = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    (text,) = (text for name, text in BLOCKS if name.endswith("/action.yml"))
    (step,) = (s for job in _jobs(text) for s in job["steps"] if "flowidl@" in s.get("uses", ""))
    given = set(step["with"])
    assert {name for name, of in inputs.items() if of.get("required")} <= given <= inputs.keys()

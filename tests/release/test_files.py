"""What a code host reads is what it takes, and says what is so."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"


def _documents() -> list[tuple[str, Path]]:
    forms = sorted((GITHUB / "ISSUE_TEMPLATE").glob("*.yml"))
    return [
        *(("github-workflows", file) for file in WORKFLOWS),
        *(("github-issue-forms", file) for file in forms if file.stem != "config"),
        ("github-issue-config", GITHUB / "ISSUE_TEMPLATE" / "config.yml"),
        ("github-actions", ROOT / "action.yml"),
        ("citation-file-format", ROOT / "CITATION.cff"),
    ]


@pytest.mark.parametrize(
    ("schema", "file"), _documents(), ids=lambda value: getattr(value, "name", str(value))
)
def test_a_file_is_of_its_schema(schema: str, file: Path) -> None:
    tool = Path(sys.executable).parent / "check-jsonschema"
    done = subprocess.run(
        [tool, "--builtin-schema", f"vendor.{schema}", file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.languages
def test_actionlint_finds_nothing(tmp_path: Path) -> None:
    if not shutil.which("go"):
        if os.environ.get("FLOWIDL_REQUIRE_LANGUAGES"):
            pytest.fail("Go is missing, which installs actionlint")
        pytest.skip("Go is missing, which installs actionlint")
    subprocess.run(
        ["go", "install", ACTIONLINT], env={**os.environ, "GOBIN": str(tmp_path)}, check=True, cwd=tmp_path
    )
    done = subprocess.run(
        [tmp_path / "actionlint", *WORKFLOWS], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("", 0)


def _steps(file: Path) -> list[dict[str, Any]]:
    jobs: dict[str, Any] = yaml.safe_load(file.read_text())["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


def test_workflows_run_targets_that_there_are_and_scripts_that_there_are() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    runs = [step["run"] for file in WORKFLOWS for step in _steps(file) if "run" in step]
    made = {
        word
        for run in runs
        for line in re.findall(r"^make (.+)$", run, re.MULTILINE)
        for word in line.split()
    }
    assert made >= {"test", "unit", "build", "site"}
    assert made <= targets
    assert all((ROOT / name).exists() for run in runs for name in re.findall(r"scripts/\w+\.py", run))


def test_only_publishing_may_write_and_nobody_has_a_password() -> None:
    for file in WORKFLOWS:
        text = file.read_text()
        assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
        assert "secrets." not in text


def test_forms_ask_for_a_reduced_package() -> None:
    for name in ("verdict", "fault", "wish"):
        assert "flowidl reduce" in (GITHUB / "ISSUE_TEMPLATE" / f"{name}.yml").read_text()


def _action() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
    return document


@pytest.mark.parametrize(("package", "status"), [("good.tgz", 0), ("bad.tgz", 1), ("nowhere.tgz", 2)])
def test_the_action_does_what_it_says(package: str, status: int, tmp_path: Path) -> None:
    """Its shell steps, with the environment that a runner gives them. Uploading is the code host's own."""
    made = subprocess.run(
        [sys.executable, "-c", MAKE], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    (tmp_path / "flowidl" / "bin").mkdir(parents=True)
    (tmp_path / "flowidl" / "bin" / "flowidl").symlink_to(Path(sys.executable).parent / "flowidl")
    _, validate, upload, end = _action()["runs"]["steps"]
    given = {"PATHS": package, "ARGUMENTS": "--no-source", "SARIF_FILE": "f.sarif"}
    assert given.keys() == validate["env"].keys()
    runner = {"RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary"}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", validate["run"]],
        cwd=tmp_path,
        env={**os.environ, **given, **runner},
        capture_output=True,
        text=True,
        check=False,
    )
    said = (tmp_path / "output").read_text().splitlines()
    assert said[0] == f"status={status}"
    assert done.returncode == (status if status > 1 else 0), done.stderr
    assert ("sarif=true" in said) == (tmp_path / "f.sarif").exists() == (status < 2)
    assert ("::error" in done.stdout) == (status == 1)
    assert (tmp_path / "summary").exists() == (status < 2)
    assert "steps.validate.outputs.sarif" in upload["if"]
    assert "steps.validate.outputs.status" in end["if"]


MAKE = """
from flowidl.builders import WorkflowBuilder, call, python_task, write_package

flow = WorkflowBuilder("a.flow")
flow.add(call(python_task("a.step", image="a:1")))
write_package("good.tgz", [flow])
broken = flow.spec
broken.template.nodes[0].upstream_node_ids.append("n7")
write_package("bad.tgz", [python_task("a.step", image="a:1"), broken])
"""

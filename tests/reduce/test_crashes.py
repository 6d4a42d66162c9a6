"""What flowidl itself cannot bear is made smaller like a finding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import flowidl.validator.pipeline
from flowidl.builders import WorkflowBuilder, call, python_task, write_package
from flowidl.source import load
from tests.cli.scenario import run


@pytest.fixture
def package(tmp_path: Path) -> Path:
    flow = WorkflowBuilder("shop.flow")
    for name in ("load", "secret", "mean"):
        flow.add(call(python_task(f"shop.{name}", image="shop:1")))
    write_package(tmp_path / "package.tgz", [flow])
    return tmp_path


@pytest.fixture
def crashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let examining any definition with an image fail, outside of the rules."""
    real = flowidl.validator.pipeline.examine_loaded

    def examine(loaded: Any, *arguments: Any, **options: Any) -> Any:
        if any(str(getattr(d.message, "template", "")).count("image") for d in loaded.definitions):
            raise ZeroDivisionError("oops")
        return real(loaded, *arguments, **options)

    monkeypatch.setattr("flowidl.validator.pipeline.examine_loaded", examine)
    monkeypatch.setattr("flowidl.validator.batch.examine_loaded", examine, raising=False)


@pytest.mark.usefixtures("crashing")
def test_an_internal_error_says_what_to_send_and_the_command_works(package: Path) -> None:
    ran = run(["validate", "package.tgz"], package)
    assert ran.status == 3
    assert "`flowidl version`" in ran.err and "--debug" in ran.err
    assert "flowidl reduce INPUT --code FI900 --anonymise" in ran.err
    reduced = run(["reduce", "package.tgz", "--code", "FI900", "--anonymise", "-o", "small.tgz"], package)
    assert reduced.status == 0, reduced.err
    assert b"ends in ZeroDivisionError in crashing.<locals>.examine" in reduced.out
    small = load(package / "small.tgz").definitions
    assert len(small) == 1
    assert "secret" not in str(small[0].message)
    assert run(["validate", "small.tgz"], package).status == 3


def test_what_does_not_crash_has_no_crash_to_keep(package: Path) -> None:
    ran = run(["reduce", "package.tgz", "--code", "FI900"], package)
    assert ran.status == 2
    assert "`flowidl validate` says what is found" in ran.err

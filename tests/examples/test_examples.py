"""Every example of the builders runs, makes the same package every time, and validates clean.

An example's `definitions()` are what goes into a package. `TARGET` names the target that they are for, if it
is not the default; validating for the default must then say why.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from flowidl.builders.packages import package
from flowidl.findings import Severity
from flowidl.validator import Options, validate

FOLDER = Path(__file__).resolve().parents[2] / "examples"
BUILDERS = sorted(path for path in FOLDER.glob("*.py") if "\ndef definitions(" in path.read_text())


def imported(path: Path) -> ModuleType:
    """Import an example by its file."""
    spec = importlib.util.spec_from_file_location(f"examples_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_are_examples() -> None:
    assert FOLDER / "launch_plan_options.py" in BUILDERS


@pytest.mark.parametrize("path", BUILDERS, ids=lambda path: str(path.stem))
def test_it_validates_clean(path: Path) -> None:
    module = imported(path)
    content = package(module.definitions())
    assert content == package(module.definitions())
    target = getattr(module, "TARGET", "")
    report = validate(content, options=Options(target=target) if target else Options())
    assert [finding.message for finding in report.findings] == []
    if target:
        assert any(each.severity == Severity.ERROR for each in validate(content).findings)


def test_the_quiet_execution() -> None:
    module = imported(FOLDER / "launch_plan_options.py")
    flow = module.my_workflow()
    plan = module.plans(flow)[1]
    request = module.quiet_execution(plan)
    assert request.spec.disable_all
    assert request.spec.max_parallelism == 5
    assert request.inputs.literals["input_val"].scalar.primitive.integer == 4

"""The code samples of the documents in the shared test data run with only their import lines changed."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from flowidl.errors import BuildError
from flowidl.local import ScriptedAnswers, settings
from flowidl.sdk import LaunchPlan
from flowidl.source import load
from flowidl.validator import validate
from tests.support.shared import shared

_IMPORT = re.compile(r"^from flytekit[\w.]* import", re.MULTILINE)
#: Sample -> the document that it is in, and a line by which it is known there.
SAMPLES = {
    "array": ("000", "mapped_results = ArrayNode("),
    "map": ("000", "mapped_task = map_task("),
    "conditional": ("000", 'conditional("my_condition")'),
    "gate": ("000", 'Gate(name="manual_approval_gate")(prepared)'),
    "requests": ("000", "def my_resource_intensive_task"),
    "options": ("000", 'LaunchPlan.create("my_custom_lp"'),
    "pod": ("000", "def my_custom_pod_task() -> str:"),
    "resources": ("002", "def my_cpu_intensive_task"),
    "with options": ("002", "my_workflow_with_metadata"),
    "whole pod": ("002", "def my_custom_pod_task(message: str)"),
    "workflow": ("004", "def my_wf("),
}


def text_of(name: str) -> str:
    """Return a sample as it is printed, but for its import lines."""
    document, line = SAMPLES[name]
    (path,) = shared("seeds").glob(f"{document}_*.txt")
    text = path.read_text("utf-8")
    if document == "004":
        start = text.index("import typing\n")
        return _IMPORT.sub("from flowidl.sdk import", text[start : text.index("my_wf is the Flyte workflow")])
    (sample,) = [each for each in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if line in each]
    return _IMPORT.sub("from flowidl.sdk import", sample)


def sample(name: str, monkeypatch: pytest.MonkeyPatch, *changes: tuple[str, str]) -> Any:
    """Return the module of a sample, with pieces of its text changed."""
    text = text_of(name)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    module = ModuleType(f"sample_{name.replace(' ', '_')}")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(LaunchPlan, "CACHE", {})  # a process of its own would know no plans
    exec(compile(text, module.__name__, "exec"), module.__dict__)
    return module


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_it_can_be_imported(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sample(name, monkeypatch)


def test_the_workflow(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tuple(sample("workflow", monkeypatch).my_wf(a=50, b="hello")) == (52, "helloworld")


@pytest.mark.parametrize(("value", "letter"), [(11, "A"), (4, "B"), (7, "C")])
def test_the_conditional(value: int, letter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    result = sample("conditional", monkeypatch).my_conditional_workflow(input_val=value)
    assert result.startswith(f"Task {letter} executed")


def test_the_map(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = sample("map", monkeypatch).my_map_workflow
    assert flow(data_list=["a", "b"], common_prefix="p") == ["p-a", "p-b"]


def test_the_array_names_the_wrong_input_and_runs_with_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BuildError, match=r"no input `input_list` \(.*`x`"):
        sample("array", monkeypatch).map_over_workflow(input_list=[1, 2])
    right = sample("array", monkeypatch, ("(input_list=input_list)", "(x=input_list)"))
    assert right.map_over_workflow(input_list=[1, 2]) == [2, 4]


def test_the_gates(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = sample("gate", monkeypatch).approval_workflow
    with settings(answers=ScriptedAnswers({"manual_approval_gate": True})):
        assert flow(initial_data="d") == "Final processing of: Prepared data for approval: d"
    everything = sample(
        "gate",
        monkeypatch,
        ('# Gate(name="wait_for_five_minutes"', 'Gate(name="wait_for_five_minutes"'),
        ('# user_input = Gate(name="get_user_feedback"', 'user_input = Gate(name="get_user_feedback"'),
        ("approved_data=approved_output", "approved_data=user_input"),
    )
    with settings(answers=ScriptedAnswers({"manual_approval_gate": True, "get_user_feedback": "fine"})):
        assert everything.approval_workflow(initial_data="d") == "Final processing of: fine"


def test_the_resources(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sample("resources", monkeypatch)
    assert module.my_cpu_intensive_task(a=1, b=2) == 3
    container = module.my_gpu_task.spec.template.container
    assert [(each.name, each.value) for each in container.resources.limits] == [
        (1, "1"),
        (2, "1"),
        (3, "2Gi"),
    ]
    assert sample("requests", monkeypatch).my_resource_intensive_task(data=2) == 200


def test_the_options(monkeypatch: pytest.MonkeyPatch) -> None:
    from flowidl.sdk import LaunchPlan

    LaunchPlan.CACHE.pop("my_custom_lp", None)
    module = sample("options", monkeypatch)
    plan = module.my_launch_plan
    assert plan() == "Hello Flyte!"
    assert plan.message.spec.max_parallelism == 10
    assert dict(plan.message.spec.labels.values) == {"team": "data-science"}
    assert plan.message.spec.security_context.run_as.k8s_service_account == "my-service-account"
    other = sample("with options", monkeypatch)
    place = other.my_workflow_secure_output.message.spec.raw_output_data_config
    assert place.output_location_prefix == "s3://my-custom-bucket/flyte-outputs"
    assert other.my_workflow_controlled(input_val=2) == 4


@pytest.mark.parametrize("name", ["pod", "whole pod"])
def test_the_pods(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = sample(name, monkeypatch).my_custom_pod_task.spec
    assert spec.template.config["primary_container_name"] == "primary"
    assert len(spec.template.k8s_pod.pod_spec["containers"]) == 2


@pytest.mark.parametrize("name", ["workflow", "conditional", "map", "gate"])
def test_what_is_written_of_it_is_clean(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from flowidl.sdk import write_package

    module = sample(name, monkeypatch)
    flows: list[Any] = [
        value for value in module.__dict__.values() if type(value).__name__ == "PythonFunctionWorkflow"
    ]
    write_package(tmp_path / "sample.tgz", [flow.bind(image="r.io/app:1") for flow in flows])
    assert load(tmp_path / "sample.tgz").definitions
    report = validate(tmp_path / "sample.tgz")
    assert [finding.message for finding in report.findings if finding.severity.name == "ERROR"] == []

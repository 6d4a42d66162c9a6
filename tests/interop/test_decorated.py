"""The seeds' code on `flowidl.sdk` gives the messages that it gives on flytekit.

The modules of `seed_code` are imported twice: there by flytekit, here with every name of flytekit served by
`flowidl.sdk`.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import flowidl.sdk
from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.builders.entry_points import FLYTEKIT
from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
from flowidl.sdk.discovery import entities_in
from flowidl.sdk.jobs import job_to_write
from flowidl.sdk.packing import SETTINGS_VARIABLE, contents_of, settings_for
from flowidl.sdk.settings import SerializationSettings
from tests.interop.reference import IDENTITY, IMAGE, Emitted, assert_same

CODE = Path(__file__).resolve().parent / "seed_code"
MODULES = sorted(path.stem for path in CODE.glob("*.py"))
#: What differs on purpose: a single amount of `resources` is request and limit, as the documents say.
AMOUNTS = ("template.container.resources.limits",)


class Names(ModuleType):
    """A module of flytekit, whose names are those of `flowidl.sdk`."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(flowidl.sdk, name)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds all modules of flytekit."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name.partition(".")[0] == "flytekit":
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: Any) -> ModuleType:
        return Names(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


@pytest.fixture(scope="module")
def served() -> Iterator[None]:
    finder = Finder()
    sys.meta_path.insert(0, finder)
    sys.path.insert(0, str(CODE))
    yield
    sys.path.remove(str(CODE))
    sys.meta_path.remove(finder)
    for name in [name for name in sys.modules if name.partition(".")[0] == "flytekit" or name in MODULES]:
        del sys.modules[name]


def _settings() -> SerializationSettings:
    return settings_for(
        IMAGE,
        project=IDENTITY["project"],
        domain=IDENTITY["domain"],
        version=IDENTITY["version"],
        entry_point=FLYTEKIT,
    )


def written(module: str) -> list[TaskSpec | WorkflowSpec | LaunchPlan]:
    """Return what `flowidl.sdk` makes of a module."""
    settings = _settings()
    found = [each for each in entities_in([importlib.import_module(module)]) if not is_empty(each)]
    return contents_of(found, settings)


def is_empty(entity: Any) -> bool:
    """Tell a workflow without nodes, and a launch plan that starts one: nobody takes them."""
    flow = getattr(entity, "workflow", entity)
    whole = flow.whole()
    return whole is not None and not whole.template.nodes


def _set_settings(ours: TaskSpec, theirs: Any) -> None:
    """Take over the settings of a dynamic task, which are JSON of either side's own."""
    values = {each.key: each.value for each in theirs.template.container.env}
    for each in ours.template.container.env:
        if each.key == SETTINGS_VARIABLE:
            each.value = values[each.key]


@pytest.mark.parametrize("module", MODULES)
def test_messages_are_equal(module: str, served: None, emitted: Emitted) -> None:
    messages = written(module)
    assert messages
    compared = 0
    for ours in messages:
        name = ours.id.name if isinstance(ours, LaunchPlan) else ours.template.id.name
        theirs = emitted.messages.get((type(ours).DESCRIPTOR.name, name))
        if theirs is None:
            continue
        compared += 1
        if isinstance(ours, TaskSpec):
            _set_settings(ours, theirs)
        # Registration works out a launch plan's closure, and flytekit leaves it empty.
        ignored = ("closure",) if isinstance(ours, LaunchPlan) else ()
        assert_same(ours, theirs, ignoring=AMOUNTS if module == "task_resources" else ignored)
    assert compared


def test_the_job_of_a_dynamic_task_is_equal(served: None, emitted: Emitted) -> None:
    module = importlib.import_module("dynamic_body")
    settings = _settings()
    ((body, inputs),) = module.DYNAMIC.items()
    ours = job_to_write(body, inputs, settings)
    assert isinstance(ours, DynamicJobSpec)
    assert_same(ours, emitted.one("dynamic_body.body", DynamicJobSpec))

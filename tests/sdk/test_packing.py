"""What is written is what ran: packages from modules, run again from the package."""

from __future__ import annotations

import importlib
import io
import sys
from pathlib import Path
from types import ModuleType

import pytest

from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.builders.entry_points import FLYTEKIT
from flowidl.cli.console import Console
from flowidl.cli.main import main
from flowidl.errors import BuildError
from flowidl.sdk import workflow, write_package
from flowidl.sdk.packing import read_settings, settings_for, settings_variable
from flowidl.source import load
from flowidl.validator import validate

SHOP = """
from flowidl.sdk import LaunchPlan, PythonFunctionTask, conditional, dynamic, map_task, task, workflow

@task
def price(x: int, factor: int = 10) -> int:
    return factor * x

@task
def total(prices: list[int]) -> int:
    return sum(prices)

@task
def label(amount: int, word: str) -> str:
    return f"{word} {amount}"

@dynamic
def countdown(n: int) -> int:
    return price(x=n) if n <= 0 else countdown(n=n - 1)

class Loud(PythonFunctionTask):
    def post_execute(self, user_params, rval):
        return rval + "!"

def shout(text: str) -> str:
    return text.upper()

loud = Loud(task_function=shout)

@workflow
def order(xs: list[int]) -> tuple[str, int]:
    amount = total(prices=map_task(price)(x=xs))
    words = (
        conditional("size")
        .if_(amount > 50)
        .then(label(amount=amount, word="dear"))
        .else_()
        .then(label(amount=amount, word="cheap"))
    )
    return loud(text=words), countdown(n=2)

nightly = LaunchPlan.create("nightly", order, default_inputs={"xs": [1]})
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    (tmp_path / "packed_shop.py").write_text(SHOP)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)  # pyright: ignore[reportUnknownMemberType]  # its parameter is untyped
    sys.modules.pop("packed_shop", None)
    return importlib.import_module("packed_shop")


def call(arguments: list[str]) -> tuple[int, str]:
    """Return the status of the program and what it writes."""
    out, err = io.StringIO(), io.StringIO()
    status = main(arguments, Console(out=out, err=err))
    return status, out.getvalue() + err.getvalue()


def names(path: Path) -> list[str]:
    return sorted(each.id.name for each in load(path).definitions if each.id is not None)


def test_the_command_writes_all_that_modules_hold(shop: ModuleType, tmp_path: Path) -> None:
    out = tmp_path / "shop.tgz"
    assert call(["package", "packed_shop", "--image", "r.io/shop:1", "-o", str(out)])[0] == 0
    written = names(out)
    assert "packed_shop.order" in written
    assert "nightly" in written
    assert any(name.startswith("packed_shop.map_price_") for name in written)
    assert [finding.message for finding in validate(out).findings] == []


def test_the_package_runs_as_the_module_does(shop: ModuleType, tmp_path: Path) -> None:
    out = tmp_path / "shop.tgz"
    write_package(out, [shop.order.bind(image="r.io/shop:1")])
    assert tuple(shop.order(xs=[3, 4])) == ("DEAR 70!", 0)
    for arguments in (["packed_shop.py:order"], [str(out), "packed_shop.order"]):
        status, output = call(["run", *arguments, "--input", "xs=[3, 4]"])
        assert (status, '"DEAR 70!"' in output) == (0, True), output


def test_containers_run_what_finds_the_variable(shop: ModuleType) -> None:
    contents = shop.order.bind(image="r.io/shop:1", env={"A": "1"}).contents
    tasks = {each.template.id.name: each.template for each in contents if isinstance(each, TaskSpec)}
    args = list(tasks["packed_shop.shout"].container.args)
    assert args[:3] == ["python", "-m", "flowidl.execute"]
    assert args[-4:] == ["task-module", "packed_shop", "task-name", "loud"]
    assert tasks["packed_shop.shout"].container.image == "r.io/shop:1"
    theirs = shop.order.bind(image="r.io/shop:1", entry_point=FLYTEKIT).contents
    (shout,) = [
        each for each in theirs if isinstance(each, TaskSpec) and each.template.id.name == "packed_shop.shout"
    ]
    assert shout.template.container.args[0] == "pyflyte-execute"


def test_settings_survive_their_variable() -> None:
    settings = settings_for("r.io/a:1", {"other": "r.io/b@sha256:00"}, {"A": "1"}, "p", "d", "v")
    assert read_settings(settings_variable(settings)["_F_SS_C"]) == settings


def test_identifiers_are_filled_in(shop: ModuleType) -> None:
    contents = shop.order.bind(image="i:1", project="p", domain="d", version="v").contents
    for each in contents:
        id = each.template.id if hasattr(each, "template") else each.id
        assert (id.project, id.domain, id.version) == ("p", "d", "v")


def test_refusals(shop: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="no image is called `default`"):
        write_package(tmp_path / "x.tgz", [shop.order])

    from flowidl.sdk import task

    @task
    def inner(x: int) -> int:
        return x

    @workflow
    def outer(x: int) -> int:
        return inner(x=x)

    assert outer(x=2) == 2
    with pytest.raises(BuildError, match="inside of a function"):
        write_package(tmp_path / "x.tgz", [outer.bind(image="i:1")])

    @workflow
    def empty(x: int) -> int:
        return x

    assert empty(x=2) == 2
    with pytest.raises(BuildError, match="has no nodes"):
        write_package(tmp_path / "x.tgz", [empty.bind(image="i:1")])

"""Packages: their layout, their order, and that what is read back is what was written."""

from __future__ import annotations

import datetime
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.builders.errors import BuildError
from flowidl.builders.launch_plans import launch_plan
from flowidl.builders.nodes import Entity, call
from flowidl.builders.packages import in_order, members, package, write_package
from flowidl.builders.workflows import WorkflowBuilder
from flowidl.source import load
from flowidl.validator import validate
from tests.builders.small import flow, step

INPUTS: dict[str, object] = {"x": int}


def built(name: str = "outer", target: Entity | None = None) -> WorkflowBuilder:
    builder = WorkflowBuilder(name)
    x = builder.input("x", int)
    builder.output("o0", builder.add(call(target or step("my_step", INPUTS), x=x)))
    return builder


def test_layout(tmp_path: Path) -> None:
    path = tmp_path / "out.tgz"
    write_package(path, [built()])
    with tarfile.open(path) as archive:
        listed = archive.getmembers()
    assert [each.name for each in listed] == ["0_my_step_1.pb", "1_outer_2.pb", "2_outer_3.pb"]
    assert {(each.mode, each.uid, each.gid, each.mtime, each.uname) for each in listed} == {
        (0o644, 0, 0, 0, "")
    }


@pytest.mark.parametrize(
    ("count", "first", "last"),
    [
        (1, "0_t0_1.pb", "0_t0_1.pb"),
        (10, "0_t0_1.pb", "9_t9_1.pb"),
        (11, "00_t0_1.pb", "10_t10_1.pb"),
        (100, "00_t0_1.pb", "99_t99_1.pb"),
        (101, "000_t0_1.pb", "100_t100_1.pb"),
    ],
)
def test_indexes_have_one_width(count: int, first: str, last: str) -> None:
    names = [name for name, _ in members(step(f"t{number}") for number in range(count))]
    assert (names[0], names[-1]) == (first, last)
    assert names == sorted(names)


def test_callees_come_first_whatever_the_order_given() -> None:
    inner = flow("inner", INPUTS)
    plan = launch_plan(inner, name="plan")
    outer = built("outer", plan)
    wanted = ["step", "inner", "plan", "outer"]
    task = step("step", INPUTS)
    orders: list[list[Entity]] = [[outer.spec, plan, inner, task], [plan, outer.spec, task, inner]]
    for entities in orders:
        assert [_name(each) for each in in_order(entities)] == wanted


def _name(entity: Entity) -> str:
    return entity.id.name if isinstance(entity, LaunchPlan) else entity.template.id.name


def test_written_once_same_bytes_and_read_back(tmp_path: Path) -> None:
    builder = built()
    content = package([builder, *builder.entities])
    assert content == package([built()])
    assert content[4:8] == bytes(4)  # the time in gzip's header
    path = tmp_path / "flyte-package.tgz"
    path.write_bytes(content)
    loaded = load(path)
    assert not loaded.problems
    assert [each.message for each in loaded.definitions] == in_order([builder])
    report = validate(path)
    assert report.passed
    assert not report.findings


def test_a_given_default_launch_plan_is_kept() -> None:
    builder = built()
    mine = launch_plan(builder, labels={"team": "ds"})
    assert in_order([builder, mine])[-1] == mine
    assert len(in_order([builder, mine])) == 3


def test_long_names_survive() -> None:
    name = "a" * 250
    with tarfile.open(fileobj=io.BytesIO(package([step(name)]))) as archive:
        assert archive.getnames() == [f"0_{name}_1.pb"]


def test_an_empty_package_is_an_archive() -> None:
    with tarfile.open(fileobj=io.BytesIO(package([]))) as archive:
        assert archive.getnames() == []


def _circle() -> list[Entity]:
    inner = flow("w", INPUTS)
    plan = launch_plan(inner, name="p")
    return [built("w", plan).spec, plan]


REFUSED: list[tuple[str | None, str, Callable[[], object]]] = [
    (
        "entity-defined-twice",
        "two different definitions of `step`",
        lambda: package([step(), step(inputs=INPUTS)]),
    ),
    ("entity-without-name", "no name", lambda: package([TaskSpec()])),
    (None, "slash", lambda: package([step("a/b")])),
    (None, "`w` needs `p` needs `w`", lambda: package(_circle())),
    (None, "`timedelta` is not part", lambda: package([datetime.timedelta()])),  # type: ignore[list-item]  # wrong on purpose
]


@pytest.mark.parametrize(("rule", "words", "build"), REFUSED)
def test_refusals(rule: str | None, words: str, build: Callable[[], object]) -> None:
    with pytest.raises(BuildError) as refused:
        build()
    assert refused.value.rule == rule
    assert words in str(refused.value)


def test_a_refusal_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "out.tgz"
    with pytest.raises(BuildError):
        write_package(path, [TaskSpec()])
    assert not path.exists()

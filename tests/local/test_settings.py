"""Cache, retries, timeouts, environment: off unless asked for, and how they are asked for."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated, Any

import pytest

from flowidl.builders import WorkflowBuilder, call, map_task, task_metadata
from flowidl.local import TimedOutError, current_context, running_task, settings
from flowidl.values import File, HashMethod, to_literal
from tests.local.programs import Calls, closure, executed, task

CACHED = task_metadata(cache_version="1")


def inc(x: int) -> int:
    return x + 1


def one(function: Any, **options: Any) -> Any:
    flow = WorkflowBuilder("pk.flow")
    flow.output("o0", flow.add(call(task(function, **options), x=flow.input("x", int))))
    return closure(flow, task(function, **options))


def test_the_cache_is_off_unless_asked_for(tmp_path: Path) -> None:
    calls = Calls()
    built = one(inc, metadata=CACHED)
    for _ in range(2):
        assert executed(built, {"x": 1}, calls.noting(inc)).values() == {"o0": 2}
    assert calls.names == ["inc", "inc"]
    done = [executed(built, {"x": 1}, calls.noting(inc), cache=tmp_path) for _ in range(2)]
    assert [each.values() for each in done] == [{"o0": 2}] * 2
    assert calls.names == ["inc"] * 3
    assert done[-1].node("n0").state.value == "cached"
    executed(built, {"x": 2}, calls.noting(inc), cache=tmp_path)
    assert calls.names == ["inc"] * 4


def test_a_task_that_does_not_ask_is_not_cached(tmp_path: Path) -> None:
    calls = Calls()
    for _ in range(2):
        executed(one(inc), {"x": 1}, calls.noting(inc), cache=tmp_path)
    assert calls.names == ["inc", "inc"]


@pytest.mark.parametrize("how", ["block", "variable", "mapping"])
def test_ways_to_ask_for_the_cache(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Calls()
    built = one(inc, metadata=CACHED)
    kept: dict[str, bytes] = {}
    if how == "variable":
        monkeypatch.setenv("FLOWIDL_LOCAL_CACHE", str(tmp_path))
    for _ in range(2):
        with settings(cache=tmp_path if how == "block" else None):
            executed(built, {"x": 1}, calls.noting(inc), **({"cache": kept} if how == "mapping" else {}))
    assert calls.names == ["inc"]


def test_failures_are_not_kept(tmp_path: Path) -> None:
    calls = Calls()

    def failing(x: int) -> int:
        raise ValueError(x)

    for _ in range(2):
        executed(
            one(
                failing,
                metadata=CACHED,
            ),
            {"x": 1},
            calls.noting(failing),
            cache=tmp_path,
        )
    assert calls.names == ["failing", "failing"]


def test_elements_of_a_map_are_cached_one_by_one() -> None:
    calls = Calls()
    mapped = map_task(task(inc, metadata=CACHED))
    flow = WorkflowBuilder("pk.flow")
    flow.output("o0", flow.add(call(mapped, x=flow.input("xs", list[int]))))
    built, kept = closure(flow, mapped.spec), {}  # type: ignore[var-annotated]  # a cache
    more = {mapped.spec.template.id.name: calls.noting(inc)}
    executed(built, {"xs": [1, 2]}, more=more, cache=kept)
    assert executed(built, {"xs": [2, 3, 1]}, more=more, cache=kept).values() == {"o0": [3, 4, 2]}
    assert [inputs["x"] for _, inputs in calls.seen] == [1, 2, 3]


def test_a_hash_stands_for_its_value() -> None:
    calls = Calls()
    built = one(inc, metadata=CACHED)
    odd = Annotated[int, HashMethod(lambda value: str(value % 2))]
    kept: dict[str, bytes] = {}
    results = [
        executed(built, {"x": to_literal(x, odd)}, calls.noting(inc), cache=kept).values()["o0"]
        for x in (1, 3, 2)
    ]
    assert results == [2, 2, 3]
    assert calls.names == ["inc", "inc"]


def test_ignored_inputs_do_not_count() -> None:
    calls = Calls()
    built = one(inc, metadata=task_metadata(cache_version="1", cache_ignore_input_vars=["x"]))
    kept: dict[str, bytes] = {}
    for x in (1, 2):
        assert executed(built, {"x": x}, calls.noting(inc), cache=kept).values() == {"o0": 2}
    assert calls.names == ["inc"]


def writes(x: int) -> File:
    Path("out.txt").write_text(f"{x}")
    return File("out.txt")


def test_files_of_cached_outputs_outlive_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    built = one(writes, metadata=CACHED)
    first = executed(built, {"x": 1}, writes, cache=tmp_path / "cache").values()["o0"]
    executed(built, {"x": 2}, writes, cache=tmp_path / "cache")
    again = executed(built, {"x": 1}, writes, cache=tmp_path / "cache").values()["o0"]
    assert (first, Path(first).read_text()) == (again, "1")
    assert str(first).startswith(str(tmp_path / "cache"))
    assert Path(first).name == "out.txt"


def flaky(times: int) -> tuple[Calls, Any]:
    calls = Calls()

    def unsure(x: int) -> int:
        if len(calls.seen) <= times:
            raise RuntimeError(f"try {len(calls.seen)}")
        return x

    return calls, calls.noting(unsure)


@pytest.mark.parametrize(("asked", "tries"), [(None, 1), (True, 3)])
def test_retries_are_off_unless_asked_for(asked: bool | None, tries: int) -> None:
    calls, function = flaky(2)
    built = one(function, metadata=task_metadata(retries=3))
    done = executed(built, {"x": 5}, function, retries=asked)
    assert len(calls.seen) == tries
    assert done.node("n0").attempts == tries
    assert (done.error is None) is (asked is True)


def test_retries_end() -> None:
    calls, function = flaky(9)
    with settings(retries=True):
        done = executed(one(function, metadata=task_metadata(retries=2)), {"x": 5}, function, workers=2)
    assert (str(done.error), len(calls.seen)) == ("try 3", 3)


def slow(x: int) -> int:
    time.sleep(0.3)
    return x


@pytest.mark.parametrize("asked", [False, True])
def test_timeouts_are_off_unless_asked_for(asked: bool) -> None:
    done = executed(one(slow, metadata=task_metadata(timeout=0.05)), {"x": 5}, slow, timeouts=asked)
    assert isinstance(done.error, TimedOutError) if asked else done.values() == {"o0": 5}


def looks_around(x: int) -> str:
    context = current_context()
    inside = running_task() is not None
    return f"{os.environ.get('TEST_VARIABLE')} {context.task} {context.path} {context.attempt} {inside}"


def test_a_task_knows_where_it_runs_and_has_its_variables() -> None:
    built = one(looks_around, env={"TEST_VARIABLE": "set"})
    done = executed(built, {"x": 1}, looks_around)
    assert done.values() == {"o0": "set pk.looks_around n0 0 True"}
    assert "TEST_VARIABLE" not in os.environ
    assert running_task() is None


async def slowly(x: int) -> int:
    import asyncio

    await asyncio.sleep(0)
    return x + 1


def test_async_tasks_are_waited_for_also_inside_of_a_loop() -> None:
    import asyncio

    built = one(slowly)
    assert executed(built, {"x": 1}, slowly).values() == {"o0": 2}

    async def inside() -> dict[str, Any]:
        return executed(built, {"x": 2}, slowly).values()

    assert asyncio.run(inside()) == {"o0": 3}

"""Many packages: any executor gives the same reports in the same order."""

from __future__ import annotations

import io
import itertools
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from flowidl.report.formats import render
from flowidl.report.model import Report, Verdict
from flowidl.validator.batch import AHEAD, is_remote, validate_many
from tests.cli.scenario import archive, message, run

GOOD = message(
    "flowidl.admin.v1.TaskSpec",
    'template { id { resource_type: TASK name: "t" } type: "raw" metadata {} interface {}'
    '  container { image: "i:1" args: "a" } }',
)
BAD = message(
    "flowidl.admin.v1.WorkflowSpec", 'template { id { resource_type: WORKFLOW name: "w" } interface {} }'
)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Twelve packages: every third is bad, one is no archive, one is not there."""
    folder = tmp_path_factory.mktemp("fleet")
    (folder / "t_1.pb").write_bytes(GOOD)
    (folder / "w_2.pb").write_bytes(BAD)
    for number in range(12):
        members = ["t_1.pb", "w_2.pb"] if number % 3 == 0 else ["t_1.pb"]
        archive(folder / f"{number:02}.tgz", [folder / name for name in members])
    (folder / "05.tgz").write_bytes(b"no archive")
    (folder / "07.tgz").unlink()
    return [str(folder / f"{number:02}.tgz") for number in range(12)]


@pytest.fixture(scope="module")
def expected(fleet: list[str]) -> list[Report]:
    return list(validate_many(fleet))


def test_verdicts(expected: list[Report]) -> None:
    failed = {number for number, report in enumerate(expected) if report.verdict is Verdict.FAILED}
    assert failed == {0, 3, 5, 6, 7, 9}


def threads() -> Executor:
    return ThreadPoolExecutor(3)


def processes() -> Executor:
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


@pytest.mark.parametrize("make", [threads, processes])
def test_executors(make: Callable[[], Executor], fleet: list[str], expected: list[Report]) -> None:
    with make() as executor:
        assert list(validate_many(fleet, executor=executor)) == expected


class Backwards(Executor):
    """Runs nothing before a result is asked for, and then everything, last first."""

    def __init__(self) -> None:
        self.waiting: list[Any] = []
        self.most = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = LazyFuture(self)
        self.waiting.append((future, fn, args, kwargs))
        self.most = max(self.most, len(self.waiting))
        return future

    def run(self) -> None:
        while self.waiting:
            future, fn, args, kwargs = self.waiting.pop()
            future.set_result(fn(*args, **kwargs))


class LazyFuture(Future[Any]):
    def __init__(self, executor: Backwards) -> None:
        super().__init__()
        self.executor = executor

    def result(self, timeout: float | None = None) -> Any:
        self.executor.run()
        return super().result(timeout)


def test_the_order_of_work_does_not_matter(fleet: list[str], expected: list[Report]) -> None:
    assert list(validate_many(fleet, executor=Backwards())) == expected


def test_endless_fleets_are_taken_bit_by_bit(fleet: list[str], expected: list[Report]) -> None:
    executor = Backwards()
    reports = validate_many(itertools.cycle(fleet[:2]), executor=executor)
    assert [next(reports) for _ in range(4)] == expected[:2] * 2
    assert executor.most <= AHEAD + 1


@pytest.mark.parametrize("style", ["text", "json", "sarif", "concise"])
def test_the_command_prints_the_same_for_any_number_of_jobs(
    style: str, fleet: list[str], tmp_path: Path
) -> None:
    there = [path for path in fleet if Path(path).exists()]
    outputs = [
        run(["validate", *there, "--format", style, "--jobs", jobs], tmp_path) for jobs in ("1", "2", "5")
    ]
    assert outputs[0].status == 1
    assert outputs[0].err == ""
    assert outputs[0] == outputs[1] == outputs[2]


def test_remote_packages(fleet: list[str], expected: list[Report]) -> None:
    fsspec: Any = import_module("fsspec")
    with fsspec.open("memory://fleet/00.tgz", "wb") as file:
        file.write(Path(fleet[0]).read_bytes())
    report, absent, scheme = validate_many(["memory://fleet/00.tgz", "memory://fleet/99.tgz", "nosuch://x"])
    assert [f.code for f in report.findings] == [f.code for f in expected[0].findings]
    assert {f.location.file for f in report.findings} == {"memory://fleet/00.tgz"}
    assert [f.code for f in absent.findings] == ["FI001"]
    assert [f.code for f in scheme.findings] == ["FI001"]


def test_remote_packages_need_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    (report,) = validate_many(["memory://fleet/00.tgz"])
    assert "flowidl[remote]" in str(render(report))


@pytest.mark.parametrize(
    ("path", "remote"),
    [
        ("s3://bucket/x.tgz", True),
        ("git+ssh://x/y", True),
        ("a/b.tgz", False),
        ("C:\\x", False),
        ("://x", False),
    ],
)
def test_what_is_remote(path: str, remote: bool) -> None:
    assert is_remote(path) is remote


def test_a_real_dask_cluster(
    fleet: list[str], expected: list[Report], capsys: pytest.CaptureFixture[str]
) -> None:
    """Two worker processes of a local cluster, through the example that users read."""
    distributed: Any = import_module("distributed")
    example: Any = import_module("examples.fleet_dask")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as client,
        client.get_executor() as executor,
    ):
        assert list(validate_many(fleet, executor=executor)) == expected
        out = io.StringIO()
        assert example.validate_fleet(fleet, executor, out) == 6
    lines = out.getvalue().splitlines()
    assert lines[-1] == "12 packages, 6 of them bad"
    assert len(lines) == 7
    capsys.readouterr()

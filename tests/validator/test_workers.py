"""Processes that are killed, interrupted or orphaned: what they cost, and what they leave."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowidl.validator import workers
from flowidl.validator.batch import Task, examine_all, examine_task
from flowidl.validator.pipeline import Examined
from flowidl.validator.workers import examine_in_processes
from tests.cli.scenario import message

TASK = message(
    "flowidl.admin.v1.TaskSpec",
    'template { id { resource_type: TASK name: "t" } type: "raw" metadata {} interface {}'
    '  container { image: "i:1" args: "a" } }',
)

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")


def examine_or_die(task: Task) -> Examined:
    """Stand in for a package that costs its process the life."""
    name = Path(str(task.inputs[0])).name
    if "kill" in name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "raise" in name:
        raise ValueError("raised in a worker")
    return examine_task(task)


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if sys.platform != "linux":
        pytest.skip("workers see what is patched only where processes fork")
    monkeypatch.setattr(workers, "examine_task", examine_or_die)
    yield


def tasks(folder: Path, names: list[str]) -> list[Task]:
    for name in names:
        (folder / name).write_bytes(TASK)
    return [Task((str(folder / name),)) for name in names]


@pytest.mark.parametrize("jobs", [1, 2, 8])
def test_a_killed_worker_loses_its_package_alone(dying: None, tmp_path: Path, jobs: int) -> None:
    del dying
    given = tasks(tmp_path, ["0_a.pb", "0_kill.pb", "0_b.pb", "0_kill2.pb", "0_c.pb"])
    found = list(examine_in_processes(given, jobs))
    good = [0, 2, 4]
    assert [found[n] for n in good] == list(examine_all([given[n] for n in good]))
    for number in (1, 3):
        (finding,) = found[number].findings
        assert (finding.code, finding.location.file) == ("FI905", given[number].inputs[0])
        assert "signal 9" in finding.message


def test_what_a_worker_raises_is_raised(dying: None, tmp_path: Path) -> None:
    del dying
    with pytest.raises(ValueError, match="raised in a worker"):
        list(examine_in_processes(tasks(tmp_path, ["0_a.pb", "0_raise.pb"]), 2))


_PARENT = """
import sys, time
from flowidl.cli.main import run
from flowidl.validator import workers

def sleep(task):
    print(__import__("os").getpid(), file=sys.stderr, flush=True)
    time.sleep(600)

workers.examine_task = sleep
sys.argv = ["flowidl", "validate", "--jobs", "2", "a.tgz", "b.tgz"]
run()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="workers see what is patched only where processes fork")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_the_parent(number: int, tmp_path: Path) -> None:
    for name in ("a.tgz", "b.tgz"):
        (tmp_path / name).write_bytes(b"")
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as parent:
        assert parent.stderr is not None
        assert all(int(parent.stderr.readline()) for _ in range(2))
        if number == signal.SIGINT:
            os.killpg(parent.pid, number)  # as a terminal does
        else:
            parent.send_signal(number)
        rest = parent.stderr.read()  # ends when nobody holds the stream any more: neither parent nor workers
    assert rest == ("flowidl: interrupted\n" if number == signal.SIGINT else "")
    assert parent.returncode == (130 if number == signal.SIGINT else -number)

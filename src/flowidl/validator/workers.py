"""Packages examined side by side in processes of this machine, none of which can take the others along.

An executor loses all that it works on when one of its processes is killed. Here each worker has a pipe of its
own, so it is known which package it had: that package becomes one finding about the tool, a new worker takes
its place, and the rest goes on. Workers end at once when the parent does, in whatever way that happens.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, NamedTuple

from flowidl.findings import Finding, Location, Phase
from flowidl.report.conclude import Coverage, fingerprint
from flowidl.validator.batch import examine_task
from flowidl.validator.pipeline import Examined
from flowidl.validator.rulebook import OptionsRuleBook

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from flowidl.validator.batch import Task

NOT_EXAMINED = "FI905"


class _Worker(NamedTuple):
    process: BaseProcess
    pipe: Connection


def examine_in_processes(tasks: Sequence[Task], jobs: int) -> Iterator[Examined]:
    """Examine packages in up to `jobs` processes, and yield the findings and the coverage of each in order.

    Raises what examining a package raised. No process outlives the iterator.
    """
    workers: list[_Worker] = []
    try:
        yield from _in_order(tasks, min(jobs, len(tasks)), workers)
    finally:
        for worker in workers:
            worker.process.kill()
        for worker in workers:
            worker.process.join()


def _in_order(tasks: Sequence[Task], jobs: int, workers: list[_Worker]) -> Iterator[Examined]:
    """Hand out tasks one by one; keep what is done before its turn."""
    busy: dict[Connection, tuple[_Worker, int]] = {}
    done: dict[int, Examined] = {}
    idle: list[_Worker] = []
    given = 0
    for turn in range(len(tasks)):
        while turn not in done:
            while given < len(tasks) and len(busy) < jobs:
                worker = idle.pop() if idle else _started(workers)
                if _sent(worker, tasks[given]):
                    busy[worker.pipe] = worker, given
                    given += 1
                else:
                    workers.remove(worker)  # killed while it had nothing to do
            for pipe in wait(list(busy)):
                worker, number = busy.pop(next(known for known in busy if known is pipe))
                found = _received(worker, tasks[number])
                if found is None:
                    workers.remove(worker)
                    found = _killed(worker.process, tasks[number])
                else:
                    idle.append(worker)
                done[number] = found
        yield done.pop(turn)


def _started(workers: list[_Worker]) -> _Worker:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_work, args=(theirs,), daemon=True)
    with _uninterrupted():
        process.start()
    theirs.close()  # so that the pipe ends with the worker
    worker = _Worker(process, ours)
    workers.append(worker)
    return worker


@contextmanager
def _uninterrupted() -> Generator[None]:
    """Hold Ctrl-C back, so that a worker that is just starting, and inherits this, prints no traceback."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _sent(worker: _Worker, task: Task) -> bool:
    try:
        worker.pipe.send(task)
    except OSError:
        return False
    return True


def _received(worker: _Worker, task: Task) -> Examined | None:
    """Return what a worker found, `None` if it has ended. Raises what it raised."""
    try:
        found = worker.pipe.recv()
    except (EOFError, OSError):
        return None
    if isinstance(found, Exception):
        raise found
    return found if isinstance(found, Examined) else None


def _work(pipe: Connection) -> None:
    """Examine what comes through the pipe. Runs in a worker, until it is killed or the parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted as well, and tells
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(examine_task(task))
        except Exception as error:
            _send_error(pipe, error)


def _send_error(pipe: Connection, error: Exception) -> None:
    try:
        pipe.send(error)
    except Exception:  # it cannot be pickled
        pipe.send(RuntimeError(f"{type(error).__name__}: {error}"))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _killed(process: BaseProcess, task: Task) -> Examined:
    """Return the one finding on a package whose worker has ended before its time."""
    process.join()
    code = process.exitcode or 0
    how = f"was killed by signal {-code}" if code < 0 else f"ended with status {code}"
    file = str(task.inputs[0]) if task.inputs else ""
    rules = OptionsRuleBook(task.options)
    severity = rules.severity(NOT_EXAMINED)
    coverage = Coverage(target=task.options.target)
    if severity is None:
        return Examined((), coverage)
    finding = Finding(
        NOT_EXAMINED,
        rules.info(NOT_EXAMINED).name,
        severity,
        f"the process that examined this package {how}",
        Location(file=file),
        "validate it by itself; if memory ran out, with fewer `--jobs`",
        phase=Phase.READ,
        fingerprint=fingerprint(NOT_EXAMINED, file),
    )
    return Examined((finding,), coverage)

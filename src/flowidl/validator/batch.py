"""Many packages, each by itself, on as many processes or machines as an executor has.

    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor() as executor:
        for path, report in zip(paths, validate_many(paths, executor=executor)):
            ...

Any `concurrent.futures.Executor` will do. That of a Dask cluster (`client.get_executor()`) spreads a fleet of
packages over machines, and nothing here knows about it: a task is a function of this module and a few plain
values. The order and the content of the reports do not depend on the executor.

A path may be remote (`s3://bucket/package.tgz`): it is opened through fsspec (extra `flowidl[remote]`) by the
process that reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.report.policy import DEFAULT_POLICY
from flowidl.rules.options import DEFAULT
from flowidl.tuples import NamedTuple
from flowidl.validator.pipeline import examine, report_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Executor, Future

    from flowidl.report.model import Report
    from flowidl.report.policy import Policy
    from flowidl.rules.options import Options
    from flowidl.source.loading import Input
    from flowidl.source.options import LoadOptions
    from flowidl.validator.pipeline import Examined

#: Tasks handed to an executor ahead of the one whose result is waited for.
AHEAD = 256


class Task(NamedTuple):
    """One package to examine: inputs that belong together, and the choices."""

    inputs: tuple[Input, ...]
    options: Options = DEFAULT
    reading: LoadOptions | None = None


def validate_many(
    paths: Iterable[str],
    *,
    executor: Executor | None = None,
    options: Options = DEFAULT,
    policy: Policy = DEFAULT_POLICY,
) -> Iterator[Report]:
    """Yield one report for each path, in their order; each path is a package of its own.

    Without an executor the work is done here, one path after the other. `paths` may be an endless iterator:
    only a bounded number of tasks is handed out ahead of the report that is waited for.
    """
    tasks = (Task((path,), options) for path in paths)
    for examined in examine_all(tasks, executor):
        yield report_on(examined, options, policy)


def examine_all(tasks: Iterable[Task], executor: Executor | None = None) -> Iterator[Examined]:
    """Examine packages, and yield the findings and the coverage of each in their order."""
    if executor is None:
        yield from map(examine_task, tasks)
        return
    waiting: list[Future[Examined]] = []
    for task in tasks:
        waiting.append(executor.submit(examine_task, task))
        if len(waiting) > AHEAD:
            yield waiting.pop(0).result()
    for future in waiting:
        yield future.result()


def examine_task(task: Task) -> Examined:
    """Examine one package. Runs wherever the executor puts it."""
    closers: list[Callable[[], object]] = []
    try:
        return examine([_opened(source, closers) for source in task.inputs], task.options, task.reading)
    finally:
        for close in closers:
            close()


def is_remote(path: str) -> bool:
    """Tell whether a path is the address of something elsewhere, e.g. `s3://bucket/package.tgz`."""
    scheme, separator, _ = path.partition("://")
    return bool(separator) and scheme.replace("+", "").isalnum()


def _opened(source: Input, closers: list[Callable[[], object]]) -> Input:
    if not isinstance(source, str) or not is_remote(source):
        return source
    from flowidl.validator.remote import Remote

    remote = Remote(source)
    closers.append(remote.close)
    return remote

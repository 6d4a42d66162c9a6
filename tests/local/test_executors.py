"""The same result whatever runs the tasks: nothing, threads, processes, a Dask cluster."""

from __future__ import annotations

import threading
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowidl.builders import WorkflowBuilder, call, map_task
from flowidl.local import Execution, State
from tests.local.programs import closure, executed, task


def mix(x: int, y: int) -> int:
    return (31 * x + y) % 1009


def boom(x: int, y: int) -> int:
    raise ValueError(f"{x} {y}")


def graph(shape: list[tuple[int, int]]) -> Any:
    """A workflow whose nodes each read two earlier values."""
    flow = WorkflowBuilder("pk.flow")
    values: list[Any] = [flow.input("x", int)]
    for left, right in shape:
        at = len(values)
        values.append(flow.add(call(task(mix), x=values[left % at], y=values[right % at])))
    flow.output("o0", values[-1])
    return closure(flow, task(mix))


def told(execution: Execution) -> list[tuple[str, str]]:
    return sorted((each.path, each.state.value) for each in execution.nodes)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=12),
    st.integers(-100, 100),
    st.integers(2, 5),
)
def test_any_number_of_workers_gives_the_same(shape: list[tuple[int, int]], x: int, workers: int) -> None:
    built = graph(shape)
    alone = executed(built, {"x": x}, mix)
    together = executed(built, {"x": x}, mix, workers=workers)
    assert alone.outputs == together.outputs
    assert told(alone) == told(together)


def test_independent_nodes_run_beside_one_another() -> None:
    meeting = threading.Barrier(2, timeout=20)

    def meet(x: int) -> int:
        meeting.wait()
        return x

    flow = WorkflowBuilder("pk.flow")
    for position in range(2):
        flow.output(f"o{position}", flow.add(call(task(meet), x=position)))
    assert executed(closure(flow, task(meet)), {}, meet, workers=2).values() == {"o0": 0, "o1": 1}


def test_an_arrays_concurrency_holds() -> None:
    now: list[int] = []
    most: list[int] = []
    lock = threading.Lock()

    def busy(x: int) -> int:
        with lock:
            now.append(x)
            most.append(len(now))
        threading.Event().wait(0.01)
        with lock:
            now.remove(x)
        return x

    mapped = map_task(task(busy), concurrency=2)
    flow = WorkflowBuilder("pk.flow")
    flow.output("o0", flow.add(call(mapped, x=list(range(8)))))
    name = mapped.spec.template.id.name
    done = executed(closure(flow, mapped.spec), {}, more={name: busy}, workers=6)
    assert done.values() == {"o0": list(range(8))}
    assert max(most) <= 2


def _failing() -> Any:
    flow = WorkflowBuilder("pk.flow")
    first = flow.add(call(task(boom), x=1, y=2))
    flow.output("o0", flow.add(call(task(mix), x=first, y=1)))
    return closure(flow, task(boom), task(mix))


def _check(executor: Executor) -> None:
    built = graph([(0, 0), (0, 1), (1, 2), (3, 0)])
    alone, together = (executed(built, {"x": 5}, mix, executor=each) for each in (None, executor))
    assert alone.outputs == together.outputs
    failed = executed(_failing(), {}, mix, boom, executor=executor)
    assert isinstance(failed.error, ValueError)
    assert failed.error.args == ("1 2",)
    assert failed.node("n1").state is State.ABORTED


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_executors_of_the_standard_library(kind: type[ThreadPoolExecutor | ProcessPoolExecutor]) -> None:
    with kind(2) as executor:
        _check(executor)


def test_a_dask_cluster() -> None:
    distributed = pytest.importorskip("distributed", reason="it is a development tool, so it is there")
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        _check(client.get_executor())
        from examples.run_dask import run_on

        alone = run_on(None, [1, 12, 7])
        assert run_on(client.get_executor(), [1, 12, 7]).values() == alone.values() == {"o0": 6}

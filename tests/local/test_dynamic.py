"""Dynamic tasks: a job is made anew for each call, and run in the task's place, however deep."""

from __future__ import annotations

from typing import Any

import pytest

from flowidl.builders import BuildError, WorkflowBuilder, call, dynamic_job
from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
from flowidl.core.v1.literals_pb2 import LiteralMap
from flowidl.local import DynamicJob, State
from flowidl.values import to_literal
from tests.local.programs import closure, executed, task


def inc(x: int) -> int:
    return x + 1


def grow(n: int) -> int:
    """Stands for a dynamic task: what runs is `growing` or `counting`."""
    raise AssertionError(n)


class Growing:
    """Makes a chain of `n` increments."""

    is_implementation = True

    def __call__(self, template: Any, inputs: LiteralMap, context: Any, /) -> DynamicJob:
        n = inputs.literals["n"].scalar.primitive.integer
        body = WorkflowBuilder("pk.grow")
        value: Any = 0
        for _ in range(n):
            value = body.add(call(task(inc), x=value))
        body.output("o0", value)
        return DynamicJob(dynamic_job(body.spec, tasks=[task(inc)]), {"pk.inc": inc})


class Counting:
    """Calls itself with one less, until nothing is left."""

    is_implementation = True

    def __call__(self, template: Any, inputs: LiteralMap, context: Any, /) -> DynamicJobSpec | LiteralMap:
        n = inputs.literals["n"].scalar.primitive.integer
        if n == 0:
            return LiteralMap(literals={"o0": to_literal(0, int)})
        body = WorkflowBuilder("pk.grow")
        body.output("o0", body.add(call(task(grow), n=n - 1)))
        return dynamic_job(body.spec, tasks=[task(grow)])


def flow(calls: int = 1) -> Any:
    built = WorkflowBuilder("pk.flow")
    for position in range(calls):
        built.output(f"o{position}", built.add(call(task(grow), n=built.input(f"n{position}", int))))
    return closure(built, task(grow))


def test_a_job_runs_in_its_tasks_place_and_can_be_looked_at() -> None:
    done = executed(flow(), {"n0": 3}, more={"pk.grow": Growing()})
    assert done.values() == {"o0": 3}
    assert [each.path for each in done.nodes] == ["n0", "n0 > dn0", "n0 > dn1", "n0 > dn2"]
    job = done.node("n0").job
    assert job is not None and len(job.nodes) == 3


def test_each_call_makes_its_own_job() -> None:
    done = executed(flow(2), {"n0": 2, "n1": 3}, more={"pk.grow": Growing()})
    assert done.values() == {"o0": 2, "o1": 3}


def test_recursion_is_not_bounded_by_the_stack() -> None:
    done = executed(flow(), {"n0": 400}, more={"pk.grow": Counting()})
    assert done.values() == {"o0": 0}
    assert len(done.nodes) == 401


def test_a_failure_inside_comes_out_as_it_is() -> None:
    def failing(x: int) -> int:
        raise KeyError("inner")

    class Making(Growing):
        def __call__(self, template: Any, inputs: LiteralMap, context: Any, /) -> DynamicJob:
            return super().__call__(template, inputs, context)._replace(functions={"pk.inc": failing})

    done = executed(flow(), {"n0": 1}, more={"pk.grow": Making()})
    assert isinstance(done.error, KeyError)
    assert done.error.__notes__ == ["at node n0 > dn0, task `pk.inc`"]
    assert done.node("n0").state is State.FAILED


def test_a_faulty_job_is_refused_with_the_rules_code() -> None:
    class Faulty:
        is_implementation = True

        def __call__(self, template: Any, inputs: LiteralMap, context: Any, /) -> DynamicJobSpec:
            job = Growing()(template, inputs, context).spec
            job.nodes[0].inputs[0].var = "other"
            return job

    done = executed(flow(), {"n0": 1}, more={"pk.grow": Faulty()})
    assert isinstance(done.error, BuildError)
    assert done.error.code is not None and done.error.code.startswith("FI")
    with pytest.raises(BuildError, match=r"\[FI4"):
        done.raise_for_failure()

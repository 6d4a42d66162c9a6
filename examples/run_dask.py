"""Run a workflow's tasks on a Dask cluster.

    python examples/run_dask.py --scheduler tcp://scheduler:8786

flowidl has no code for Dask: `flowidl.local.run` takes any `concurrent.futures.Executor`, and a Dask client
hands one out. Without `--scheduler` a cluster of this machine is started, which is enough to try it. Workers
need flowidl and the modules of the tasks; functions of the program that is run itself are sent along.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from importlib import import_module
from typing import Any

from flowidl.builders import WorkflowBuilder, call, function_task, map_task
from flowidl.compiler import compile_workflow
from flowidl.local import Execution, run


def factors(n: int) -> int:
    """Return how many numbers divide `n`."""
    return sum(1 if i * i == n else 2 for i in range(1, math.isqrt(n) + 1) if n % i == 0)


def most(counts: list[int]) -> int:
    """Return the largest count."""
    return max(counts)


def run_on(executor: Executor | None, numbers: list[int]) -> Execution:
    """Count the divisors of each number beside one another, and return the run."""
    one = function_task(factors, image="reg.example/app:v1", name="divisors.factors")
    last = function_task(most, image="reg.example/app:v1", name="divisors.most")
    each = map_task(one)
    flow = WorkflowBuilder("divisors.flow")
    counts = flow.add(call(each, n=flow.input("numbers", list[int])))
    flow.output("o0", flow.add(call(last, counts=counts)))
    compiled = compile_workflow(flow.spec.template, tasks=[each.spec.template, last.template])
    functions: dict[str, Callable[..., Any]] = {each.spec.template.id.name: factors, "divisors.most": most}
    return run(compiled, {"numbers": numbers}, functions, executor=executor)


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments, get a cluster, and print the result."""
    parser = argparse.ArgumentParser(description="Run a workflow's tasks on a Dask cluster.")
    parser.add_argument("--scheduler", help="address of the cluster; else one is started here")
    given = parser.parse_args(argv)
    distributed: Any = import_module("distributed")  # it has no types
    with distributed.Client(given.scheduler) as client:
        execution = run_on(client.get_executor(), list(range(1, 41))).raise_for_failure()
    print(execution.values()["o0"])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

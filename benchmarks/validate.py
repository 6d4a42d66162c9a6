"""How long validation takes, as a ratio to protobuf's own parse of the same bytes, per shape and size.

    python benchmarks/validate.py [--shapes chain,wide] [--sizes 100,5000] [--memory] [--analysis]

Ratios are taken within one run, each from the best of several tries, so they hold on a busy machine too.
`growth` is the exponent between a size and the one before it: 1 is linear. `--memory` compares the peak of a
process that parses and validates with what parsing alone takes, for the largest size. `--analysis` stops
after the compiler.
"""

from __future__ import annotations

import argparse
import gc
import math
import resource
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.shapes import SHAPES, SIZES, Package
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.compiler.analyse import analyse
from flowidl.source.definitions import Definition, Kind, Origin
from flowidl.source.problems import Loaded
from flowidl.validator.examine import examine_loaded

if TYPE_CHECKING:
    from collections.abc import Callable

Encoded = list[tuple[Kind, bytes]]


def best(action: Callable[[], object], tries: int) -> float:
    """Return the shortest of several runs in seconds; the result is dropped outside the measured time."""
    shortest = math.inf
    for _ in range(tries):
        gc.collect()
        begin = time.perf_counter()
        result = action()
        shortest = min(shortest, time.perf_counter() - begin)
        del result
    return shortest


def encode(package: Package) -> Encoded:
    return [
        (Kind.WORKFLOW_SPEC, package.workflow.SerializeToString()),
        *((Kind.TASK_SPEC, task.SerializeToString()) for task in package.tasks),
    ]


def parse(encoded: Encoded) -> list[Definition]:
    return [
        Definition(
            kind,
            (WorkflowSpec if kind is Kind.WORKFLOW_SPEC else TaskSpec).FromString(data),
            Origin(data=data),
        )
        for kind, data in encoded
    ]


def whole_validation(definitions: list[Definition]) -> object:
    return examine_loaded(Loaded(definitions=tuple(definitions)))


def validator(analysis_only: bool) -> Callable[[list[Definition]], object]:
    """Return what to measure: the whole validation, or the compiler's analysis alone."""
    return analyse if analysis_only else whole_validation


def measure(shapes: list[str], sizes: list[int], analysis_only: bool) -> None:
    action = validator(analysis_only)
    print(f"{'shape':<22}{'nodes':>8}{'parse ms':>10}{'ms':>10}{'us/node':>9}{'ratio':>8}{'growth':>8}")
    for shape in shapes:
        previous: tuple[int, float] | None = None
        for size in sizes:
            encoded = encode(SHAPES[shape](size))
            tries = 9 if size <= 5_000 else 3
            parsed = best(partial(parse, encoded), tries)
            taken = best(partial(action, parse(encoded)), tries)
            growth = ""
            if previous is not None:
                growth = f"{math.log(taken / previous[1]) / math.log(size / previous[0]):.2f}"
            previous = (size, taken)
            print(
                f"{shape:<22}{size:>8}{parsed * 1e3:>10.2f}{taken * 1e3:>10.2f}"
                f"{taken / size * 1e6:>9.2f}{taken / parsed:>8.1f}{growth:>8}",
                flush=True,
            )


def measure_memory(shapes: list[str], size: int, analysis_only: bool) -> None:
    """Measure each shape in processes of its own: peak after parsing, and peak after validation."""
    print(f"{'shape':<22}{'nodes':>8}{'encoded MB':>11}{'parsed MB':>11}{'peak MB':>11}{'multiple':>10}")
    for shape in shapes:
        arguments = [sys.executable, __file__, "--peak", shape, "--sizes", str(size)]
        arguments += ["--analysis"] if analysis_only else []
        text = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
        encoded, parsed, peak = map(float, text.split())
        print(f"{shape:<22}{size:>8}{encoded:>11.2f}{parsed:>11.2f}{peak:>11.2f}{peak / parsed:>10.1f}")


def peak_of(shape: str, size: int, analysis_only: bool) -> None:
    """Print encoded size, growth of the process by parsing, and by parsing and validating, in MB."""
    action = validator(analysis_only)
    action(parse(encode(SHAPES[shape](10))))
    encoded = encode(SHAPES[shape](size))
    data = sum(len(item) for _, item in encoded)
    gc.collect()
    made = _resident()
    definitions = parse(encoded)
    parsed = _resident() - made
    result = action(definitions)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - made
    del result
    print(data / 1e6, parsed, peak)


def _resident() -> float:
    """Return the resident size of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> None:
    arguments = argparse.ArgumentParser(description="Time and memory of validation, per shape and size.")
    arguments.add_argument("--shapes", default=",".join(SHAPES))
    arguments.add_argument("--sizes", default=",".join(map(str, SIZES)))
    arguments.add_argument("--memory", action="store_true")
    arguments.add_argument("--analysis", action="store_true")
    arguments.add_argument("--peak", help=argparse.SUPPRESS)
    options = arguments.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    if options.peak:
        peak_of(options.peak, sizes[0], options.analysis)
    elif options.memory:
        measure_memory(options.shapes.split(","), max(sizes), options.analysis)
    else:
        measure(options.shapes.split(","), sizes, options.analysis)


if __name__ == "__main__":
    main()

"""How long validation takes, as a ratio to protobuf's own parse of the same bytes, per shape and size.

    python benchmarks/validate.py [--shapes chain,wide] [--sizes 100,5000] [--only time|memory] [--check]

Three things are timed against the parse: the compiler's analysis alone, `validate` on messages, and
`validate` on bytes in memory with the names that packages give them. Ratios are taken within one run, each
from the best of several tries, so they hold on a busy machine too. `growth` is how many times longer
`validate` on bytes takes than for the size before; linear is the quotient of the sizes.

Memory is what a process grows by at most while it parses and validates, as a multiple of what parsing alone
makes it grow by, for the largest size.

Budgets are printed beside what has one. With `--check` the exit status is 1 if something is over its budget.
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
from typing import TYPE_CHECKING, BinaryIO

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.shapes import SHAPES, SIZES, Package
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.compiler.analyse import analyse
from flowidl.source import Definition, File, Kind, Origin
from flowidl.validator import validate

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


#: Budgets: of `validate` on bytes for this size and of its growth to 20 times the size, for these shapes; and
#: of memory, for all.
SIZE, RATIO, GROWTH, MEMORY = 5_000, 60.0, 22.0, 8.0
BUDGETED = ("chain", "wide", "layered")


def named(encoded: Encoded) -> list[File]:
    """Return the definitions as files with the names that packaging tools give them."""
    return [
        File(f"{number}_x_{2 if kind is Kind.WORKFLOW_SPEC else 1}.pb", data)
        for number, (kind, data) in enumerate(encoded)
    ]


def measure(shapes: list[str], sizes: list[int]) -> list[str]:
    """Print a row for each shape and size, and return what is over its budget."""
    print(
        f"{'shape':<22}{'nodes':>8}{'parse ms':>10}{'analysis':>10}{'messages':>10}{'bytes':>8}{'budget':>8}"
        f"{'us/node':>9}{'growth':>8}{'budget':>8}"
    )
    over: list[str] = []
    for shape in shapes:
        before: tuple[int, float] | None = None
        for size in sizes:
            package = SHAPES[shape](size)
            encoded = encode(package)
            tries = 9 if size <= SIZE else 3
            parsed = best(partial(parse, encoded), tries)
            analysed = best(partial(analyse, parse(encoded)), tries)
            of_messages = best(partial(validate, package.workflow, *package.tasks), tries)
            of_bytes = best(partial(validate, *named(encoded)), tries)
            growth = of_bytes / before[1] if before is not None else 0.0
            grown = before is not None and before[0] == SIZE and size == 20 * SIZE
            before = (size, of_bytes)
            limits = (
                RATIO if shape in BUDGETED and size == SIZE else math.inf,
                GROWTH if shape in BUDGETED and grown else math.inf,
            )
            ratio = of_bytes / parsed
            over += [f"{shape}, {size} nodes"] if ratio > limits[0] or growth > limits[1] else []
            print(
                f"{shape:<22}{size:>8}{parsed * 1e3:>10.2f}{analysed / parsed:>10.1f}"
                f"{of_messages / parsed:>10.1f}{ratio:>8.1f}{_limit(limits[0]):>8}"
                f"{of_bytes / size * 1e6:>9.1f}{f'{growth:.1f}' if growth else '':>8}{_limit(limits[1]):>8}",
                flush=True,
            )
    return over


def _limit(limit: float) -> str:
    return "" if limit == math.inf else f"{limit:g}"


def measure_memory(shapes: list[str], size: int) -> list[str]:
    """Measure each shape in a process of its own, and return what is over its budget."""
    print(
        f"{'shape':<22}{'nodes':>7}{'encoded MB':>11}{'parsed MB':>10}{'peak MB':>9}{'ratio':>7}{'budget':>7}"
    )
    over: list[str] = []
    for shape in shapes:
        encoded = encode(SHAPES[shape](size))
        program = [sys.executable, __file__, "--peak"]
        done = subprocess.run(program, input=pack(encoded), capture_output=True, check=True)
        parsed, peak = map(float, done.stdout.split())
        over += [f"memory of {shape}"] if peak / parsed > MEMORY else []
        data = sum(len(item) for _, item in encoded) / 1e6
        print(
            f"{shape:<22}{size:>7}{data:>11.1f}{parsed:>10.1f}{peak:>9.1f}{peak / parsed:>7.1f}{MEMORY:>7g}",
            flush=True,
        )
    return over


def pack(encoded: Encoded) -> bytes:
    """Write definitions one behind the other, each with its kind and length in front."""
    return b"".join(f"{kind.value} {len(data)}\n".encode() + data for kind, data in encoded)


def peak_of(stream: BinaryIO) -> None:
    """Print by how many MB this process grows when it parses definitions, and when it validates them as well.

    Only a process that has made nothing else shows what parsing takes: freed memory is used again.
    """
    validate(*parse(encode(SHAPES["chain"](10))))
    encoded: Encoded = []
    while line := stream.readline():
        kind, length = line.decode().split()
        encoded.append((Kind(kind), stream.read(int(length))))
    gc.collect()
    made = _resident()
    definitions = parse(encoded)
    parsed = _resident() - made
    result = validate(*definitions)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - made
    del result
    print(parsed, peak)


def _resident() -> float:
    """Return the resident size of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> int:
    """Measure, print, and return the exit status."""
    arguments = argparse.ArgumentParser(description="Time and memory of validation, per shape and size.")
    arguments.add_argument("--shapes", default=",".join(SHAPES))
    arguments.add_argument("--sizes", default=",".join(map(str, SIZES)))
    arguments.add_argument("--only", choices=("time", "memory"))
    arguments.add_argument("--check", action="store_true", help="exit with 1 if something is over its budget")
    arguments.add_argument("--peak", action="store_true", help=argparse.SUPPRESS)
    options = arguments.parse_args()
    shapes = options.shapes.split(",")
    sizes = [int(size) for size in options.sizes.split(",")]
    if options.peak:
        peak_of(sys.stdin.buffer)
        return 0
    over: list[str] = []
    if options.only != "memory":
        over += measure(shapes, sizes)
    if options.only != "time":
        over += measure_memory(shapes, max(sizes))
    for what in over:
        print(f"over budget: {what}")
    return 1 if options.check and over else 0


if __name__ == "__main__":
    sys.exit(main())

"""Fuzz for a while: `python -m tests.fuzz.run [SECONDS [SEED]]`.

The inputs are real files, damaged. One that fails is written to the folder `fuzz-failures`.
"""

from __future__ import annotations

import random
import sys
import time
from hashlib import sha256
from pathlib import Path

from tests.fuzz.mutate import mutated
from tests.fuzz.target import NAMES, fuzz
from tests.source.support import corpus, tar, tgz, zipped

FAILURES = Path("fuzz-failures")


def seeds() -> list[bytes]:
    """Real files of every format, each behind a byte that gives it its name."""
    chosen = [entry for entry in corpus() if len(entry["data"]) < 20_000][::5]
    named = [(entry["data"], entry["path"]) for entry in chosen]
    named += [(tar(), "x.tar"), (tgz(), "x.tgz"), (zipped(), "x.zip")]
    found: list[bytes] = []
    for data, path in named:
        fitting = [number for number, name in enumerate(NAMES) if path.endswith(name.removeprefix("x"))]
        found.append(bytes([fitting[0] if fitting else 3]) + data)
    return found


def run(seconds: float, seed: int = 0) -> tuple[int, int]:
    """Fuzz with damaged real files; return how many inputs were tried and how many failed."""
    choose = random.Random(seed)
    inputs = seeds()
    end = time.monotonic() + seconds
    count = failed = 0
    while time.monotonic() < end:
        data = mutated(choose.choice(inputs), choose)
        count += 1
        try:
            fuzz(data)
        except Exception as error:
            failed += 1
            FAILURES.mkdir(exist_ok=True)
            file = FAILURES / sha256(data).hexdigest()[:16]
            file.write_bytes(data)
            print(f"{file}: {type(error).__name__}: {str(error)[:300]}")
    return count, failed


def main() -> int:
    """Fuzz, say how much, and fail if anything did."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    count, failed = run(seconds, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    print(f"{count} inputs, {failed} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

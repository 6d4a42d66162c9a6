"""Run every attack as a command, and tell its time, its memory over that of the start, and how it ended.

python -m tests.attacks.measure [NAME ...]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.attacks.inputs import ATTACKS, Builder

COMMAND = [sys.executable, "-c", "from flowidl.cli.main import run; run()"]


class Outcome(NamedTuple):
    """How one run ended: exit status (negative: a signal), seconds, peak memory in MB, and what it said."""

    status: int
    seconds: float
    megabytes: float
    output: bytes
    errors: bytes


def run(arguments: list[str], *, seconds: float = 120, folder: Path | None = None) -> Outcome:
    """Run the command line in a process of its own; one that takes too long is ended."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.monotonic()
        process = subprocess.Popen(
            [*COMMAND, *arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=folder
        )
        peak = 0.0
        while True:
            peak = max(peak, _peak(process.pid))
            done, status = os.waitpid(process.pid, os.WNOHANG)
            if done:
                break
            if time.monotonic() - began > seconds:
                process.kill()
            time.sleep(0.01)
        process.returncode = os.waitstatus_to_exitcode(status)
        taken = time.monotonic() - began
        out.seek(0)
        err.seek(0)
        return Outcome(process.returncode, taken, peak, out.read(200_000), err.read(200_000))


def _peak(pid: int) -> float:
    """Return the most memory that a process has held since it began its program, in MB."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    except OSError:
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0


def attacked(builder: Builder, folder: Path) -> Outcome:
    return run(builder(folder), folder=folder)


def main() -> None:
    """Print a table."""
    start = run(["version"]).megabytes
    for name in sys.argv[1:] or ATTACKS:
        with tempfile.TemporaryDirectory() as folder:
            found = attacked(ATTACKS[name], Path(folder))
            subprocess.run(["rm", "-rf", folder], check=False)
            Path(folder).mkdir(exist_ok=True)
        said = (found.errors or found.output).decode("utf-8", "replace").strip().splitlines() or [""]
        raised = b"Traceback" in found.errors or b"internal error" in found.errors or b"FI900" in found.output
        over = found.megabytes - start
        bad = raised or over > 256 or found.seconds > 15 or found.status not in (0, 1, 2)
        mark = "BAD" if bad else "ok "
        print(
            f"{mark} {name:45} exit {found.status} {found.seconds:6.1f} s {over:7.0f} MB  {said[0][:70]!r}",
            flush=True,
        )


if __name__ == "__main__":
    main()

"""Keep the output printed in the README true: run the example, and put what it prints between the marks.

With `--check` nothing is written, and the exit status is 1 if the README shows something else.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
EXAMPLE = "examples/quickstart.py"
BEGIN, END = f"<!-- begin: {EXAMPLE} -->\n", f"<!-- end: {EXAMPLE} -->\n"


def main() -> int:
    """Write or check. Return the exit status."""
    parser = argparse.ArgumentParser(description="Put the example's output into the README.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the README is stale")
    check: bool = parser.parse_args().check
    old = README.read_text()
    new = with_output(old, output())
    if new == old:
        print("README.md shows what the example prints")
        return 0
    if check:
        print("README.md is stale: run `make docs`", file=sys.stderr)
        return 1
    README.write_text(new)
    return 0


def output() -> str:
    """Run the example, in plain text at a set width, and return what it prints."""
    plain = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, EXAMPLE], cwd=ROOT, env=plain, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.strip()


def with_output(text: str, printed: str) -> str:
    """Return the page with new text between the marks. Raise ValueError if it has no marks."""
    before, mark, rest = text.partition(BEGIN)
    _, closing, after = rest.partition(END)
    if not (mark and closing):
        raise ValueError(f"{README.name} has no marks for {EXAMPLE}")
    return f"{before}{BEGIN}\n```console\n{printed}\n```\n\n{END}{after}"


if __name__ == "__main__":
    sys.exit(main())

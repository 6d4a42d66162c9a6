"""Write `proto/baseline.binpb`, the schema that `buf breaking` holds ours against.

The baseline is the schema of the last release as a `FileDescriptorSet`, without comments. It stays as it is
while the schema grows, and is written anew for a release, or, before the first one, to accept a change that
breaks. So a diff of this file in review means: what was promised has changed.

    scripts/baseline.py            write it
    scripts/baseline.py --check    exit 1 unless it is the present schema (a step of the release)

`buf` (version in the dependency group `generate`) must be on the path. It needs no network.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BASELINE = ROOT / "proto" / "baseline.binpb"
BUILD = ("buf", "build", "--as-file-descriptor-set", "--exclude-source-info", "--output", "-#format=binpb")


def present() -> bytes:
    """Return the schema as it is now, as a serialized `FileDescriptorSet`."""
    return subprocess.run(BUILD, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the schema that `buf breaking` compares with.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 unless it is up to date")
    check: bool = parser.parse_args().check
    image = present()
    name = BASELINE.relative_to(ROOT)
    if not check:
        BASELINE.write_bytes(image)
        print(f"wrote {name}, {len(image)} bytes")
        return 0
    if BASELINE.exists() and BASELINE.read_bytes() == image:
        print(f"{name} is the present schema")
        return 0
    print(f"{name} is not the present schema; run scripts/baseline.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

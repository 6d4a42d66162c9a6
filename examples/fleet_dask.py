"""Validate a fleet of packages on a Dask cluster.

    python examples/fleet_dask.py 's3://releases/*/flyte-package.tgz' --scheduler tcp://scheduler:8786

flowidl has no code for Dask: `validate_many` takes any `concurrent.futures.Executor`, and a Dask client hands
one out. Without `--scheduler` a cluster of this machine is started, which is enough to try it. Workers need
flowidl, and `flowidl[remote]` where the packages are remote.

One line for each package that is not clean, and a summary; the status is 1 if there is such a package.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from glob import glob
from importlib import import_module
from typing import Any, TextIO

from flowidl.report.model import Report
from flowidl.report.phrases import summary_line
from flowidl.validator.batch import is_remote, validate_many


def validate_fleet(paths: Sequence[str], executor: Executor, out: TextIO = sys.stdout) -> int:
    """Validate packages, print those that are not clean, and return how many those are."""
    bad = 0
    for path, report in zip(paths, validate_many(paths, executor=executor), strict=True):
        if not report.passed or report.findings:
            out.write(f"{path}: {summary_line(report)}{_worst(report)}\n")
        bad += not report.passed
    out.write(f"{len(paths)} packages, {bad} of them bad\n")
    return bad


def _worst(report: Report) -> str:
    """Return the first of the gravest findings, for a line in a list."""
    gravest = max(report.findings, key=lambda finding: finding.severity, default=None)
    return "" if gravest is None else f"; {gravest.code} {gravest.message}"


def matching(patterns: Iterable[str]) -> list[str]:
    """Return the paths that patterns stand for, here or elsewhere, sorted."""
    found: set[str] = set()
    for pattern in patterns:
        if is_remote(pattern):
            fsspec: Any = import_module("fsspec")  # it has no types, as distributed below
            found.update(str(file.full_name) for file in fsspec.open_files(pattern))
        else:
            found.update(glob(pattern, recursive=True))  # noqa: PTH207  # patterns may be absolute
    return sorted(found)


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments, get a cluster, and return the exit status."""
    parser = argparse.ArgumentParser(description="Validate a fleet of packages on a Dask cluster.")
    parser.add_argument("patterns", nargs="+", metavar="PATTERN", help="packages, here or remote")
    parser.add_argument("--scheduler", help="address of the cluster; else one is started here")
    given = parser.parse_args(argv)
    distributed: Any = import_module("distributed")
    options = {"address": given.scheduler} if given.scheduler else {"dashboard_address": None}
    with distributed.Client(**options) as client, client.get_executor() as executor:
        return 1 if validate_fleet(matching(given.patterns), executor) else 0


if __name__ == "__main__":
    sys.exit(main())

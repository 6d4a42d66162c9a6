"""A report is the same in every process, although maps come in another order in each."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from flowidl.rules.case import Role, cases_of
from flowidl.rules.packs import PACKS
from flowidl.validator.breaking import examine_case
from flowidl.validator.pipeline import report_on

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 3


def everything() -> str:
    """Return all findings on the bad examples of all rules."""
    cases = [case for pack in PACKS for case in cases_of(pack) if case.role is Role.BAD]
    reports = (report_on(examine_case(case, case.options), case.options) for case in cases)
    return "\n".join(map(repr, reports))


def test_processes_agree() -> None:
    program = "from tests.laws.test_processes import everything; print(everything())"
    command = [sys.executable, "-c", program]
    for _ in range(PROCESSES):
        done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        assert done.stdout.rstrip("\n") == everything()

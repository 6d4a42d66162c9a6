"""The rules 0xx: every fact has one. (Their examples are run by `tests/rules/test_cases.py`.)"""

from __future__ import annotations

from pathlib import Path

import pytest

from flowidl.findings import Severity
from flowidl.rules.case import Role
from flowidl.rules.packs import find
from flowidl.rules.reading.source_cases import CASES
from flowidl.source import Fact
from flowidl.validator.pipeline import examine
from tests.source.support import TASK

#: Rules whose cases need more than a file: something that is missing.
ELSEWHERE = {"FI001", "FI053"}


@pytest.mark.parametrize("fact", Fact, ids=lambda fact: fact.value)
def test_every_fact_has_a_rule_of_its_name(fact: Fact) -> None:
    rule = find(fact.value)
    assert rule is not None
    assert rule.code.startswith("FI0")
    assert all(rule.section(title) for title in ("What", "Why it fails", "Fix"))
    assert rule.code in ELSEWHERE or {case.role for case in CASES if case.code == rule.code} == set(Role)


def test_an_input_that_is_not_there(tmp_path: Path) -> None:
    (finding,) = examine([str(tmp_path / "package.tgz")]).findings
    assert (finding.code, finding.message) == (
        "FI001",
        "`package.tgz` cannot be read: No such file or directory",
    )


def test_kubernetes_objects_that_lie_beside_definitions_are_a_warning(tmp_path: Path) -> None:
    (tmp_path / "0_x_1.pb").write_bytes(TASK)
    (tmp_path / "crd.json").write_text('{"apiVersion": "v1", "kind": "Pod", "metadata": {}}')
    found = [f for f in examine([str(tmp_path)]).findings if f.code == "FI023"]
    assert [finding.severity for finding in found] == [Severity.WARNING]


def test_findings_say_where_in_the_bytes() -> None:
    case = next(case for case in CASES if case.code == "FI032")
    (finding,) = examine(case.inputs()).findings
    start = case.files[0].data.index(b"\xe9")
    assert finding.location.byte_range == (start, start + 1)
    assert finding.location.file == "0_flights.load_1.pb"

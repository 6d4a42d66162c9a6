"""What lives elsewhere is looked up and not held to account."""

from __future__ import annotations

from flowidl.rules.case import Role
from flowidl.rules.options import Options
from flowidl.rules.tasks.caching_cases import CASES
from flowidl.source.definitions import Definition
from flowidl.validator.pipeline import examine


def test_what_lives_elsewhere_is_not_checked() -> None:
    bad = next(case for case in CASES if case.code == "FI680" and case.role is Role.BAD)
    (external,) = bad.inputs()
    assert isinstance(external, Definition)
    assert examine([external]).findings
    assert not examine([], Options(externals=(external,))).findings

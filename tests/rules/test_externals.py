"""What lives elsewhere is looked up and not held to account."""

from __future__ import annotations

from flowidl.source.definitions import Definition
from flowidl.validator.cases import Role
from flowidl.validator.cases.caching import CASES
from flowidl.validator.examine import examine
from flowidl.validator.options import Options


def test_what_lives_elsewhere_is_not_checked() -> None:
    bad = next(case for case in CASES if case.code == "FI680" and case.role is Role.BAD)
    (external,) = bad.inputs()
    assert isinstance(external, Definition)
    assert examine([external]).findings
    assert not examine([], Options(externals=(external,))).findings

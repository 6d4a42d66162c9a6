"""The builders' words for faults are the validator's, and the package's names are where it says."""

from __future__ import annotations

import re
from pathlib import Path

import flowidl.builders as builders
from flowidl.builders.errors import RULES, BuildError, closest
from flowidl.rules.packs import all_rules

_FOLDER = Path(builders.__file__).parent


def test_every_rule_is_one_of_the_validator() -> None:
    known = {rule.name: rule.code for rule in all_rules()}
    assert {name: known.get(name) for name in RULES} == RULES


def test_every_rule_that_a_builder_names_is_in_the_table() -> None:
    named = {
        name
        for file in _FOLDER.glob("*.py")
        for name in re.findall(r'rule="([^"]+)"', file.read_text(encoding="utf-8"))
    }
    assert named - RULES.keys() == set()


def test_an_error_carries_rule_code_and_help() -> None:
    error = BuildError("it is odd", rule="unknown-output", help="make it even")
    assert (error.rule, error.code, error.help) == ("unknown-output", "FI423", "make it even")
    assert str(error) == "[FI423] it is odd (make it even)"
    assert BuildError("it is odd").code is None


def test_closest_names_the_nearest_or_a_few() -> None:
    assert closest("pth", ["path", "rows"]) == "did you mean `path`?"
    assert closest("zzz", ["path", "rows"]) == "there are `path`, `rows`"
    assert closest("zzz", []) == "there are none"


def test_public_names_exist() -> None:
    for name in builders.__all__:
        found = getattr(builders, name)
        assert callable(found), name
    assert set(dir(builders)) == set(builders.__all__)

"""What builders can build, the validator passes; and each named mutation of it brings its rule."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from flowidl.builders.nodes import Entity
from flowidl.rules.packs import all_rules
from flowidl.testing import MUTATIONS, broken, workflows
from flowidl.validator import validate

CODES = {rule.name: rule.code for rule in all_rules()}


@settings(max_examples=60, deadline=None)
@given(workflows())
def test_what_is_built_passes(entities: list[Entity]) -> None:
    assert [(each.code, each.message) for each in validate(*entities).findings] == []


@pytest.mark.parametrize("rule", MUTATIONS)
@settings(max_examples=8, deadline=None)
@given(entities=workflows())
def test_a_mutation_brings_its_rule(rule: str, entities: list[Entity]) -> None:
    found = [each.code for each in validate(*broken(entities, rule)).findings]
    assert CODES[rule] in found, found

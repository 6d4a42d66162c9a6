"""The registry as a whole: codes, names and pages hold to one form, and no fault goes without words."""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from functools import cache
from importlib import import_module
from types import ModuleType

import pytest

from flowidl.compiler import faults
from flowidl.compiler.faults import Fact
from flowidl.findings import Phase
from flowidl.rules.declaration import SECTIONS, Rule
from flowidl.rules.packs import PACKS, REDIRECTS, Pack, all_rules, find, similar

RULES = all_rules()
KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
#: Words that would name the cure: `allow require-interface` reads backwards.
CURES = {"must", "should", "require", "requires", "check", "valid", "ensure", "avoid", "disallow"}

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.code))
each_pack = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: str(pack.title))


def module_of(pack: Pack) -> ModuleType:
    return import_module(pack.module)


# --- packs


def test_ranges_of_packs_are_in_order_and_apart() -> None:
    bounds = [bound for pack in PACKS for bound in (pack.first, pack.last)]
    assert bounds == sorted(bounds)
    assert len(set(bounds)) == len(bounds)


@each_pack
def test_every_rule_of_a_module_is_in_its_range(pack: Pack) -> None:
    """A rule outside the range of its pack would never run."""
    defined = {value.code for value in vars(module_of(pack)).values() if isinstance(value, Rule)}
    assert defined == {rule.code for rule in pack.rules()}
    assert defined


# --- codes and names


def test_codes_and_names_are_unique() -> None:
    assert [code for code, count in Counter(rule.code for rule in RULES).items() if count > 1] == []
    assert [name for name, count in Counter(rule.name for rule in RULES).items() if count > 1] == []


@each_rule
def test_codes_and_names_are_well_formed(rule: Rule) -> None:
    assert re.fullmatch(r"FI\d{3}", rule.code)
    assert KEBAB.fullmatch(rule.name)
    assert rule.name.partition("-")[0] not in CURES
    assert isinstance(rule.phase, Phase)
    assert rule.check.__name__ == rule.name.replace("-", "_")


@each_rule
def test_a_rule_is_found_by_code_and_name(rule: Rule) -> None:
    assert find(rule.code) == find(rule.code.lower()) == find(rule.name) == rule


def test_former_names_lead_to_rules() -> None:
    for former, name in REDIRECTS.items():
        assert KEBAB.fullmatch(former)
        assert former not in {rule.name for rule in RULES}
        rule = find(former)
        assert rule is not None
        assert rule.name == name


def test_what_looks_like_a_rule_is_offered() -> None:
    assert find("FI999") is None
    assert find("cycles") is None
    assert "cycle" in similar("cycles")


# --- pages


@each_rule
def test_a_page_has_its_sections(rule: Rule) -> None:
    assert rule.summary
    assert rule.summary[0].isupper()
    assert not rule.documentation.partition("\n")[0].endswith(".")
    positions = [rule.documentation.find(f"\n\n{title}:") for title in SECTIONS]
    assert -1 not in positions
    assert positions == sorted(positions)
    for title in SECTIONS:
        assert rule.section(title)
        assert rule.section(title)[-1] in ".)`", title


# --- the reference


@each_rule
def test_reference_codes_are_codes_of_faults(rule: Rule) -> None:
    assert set(rule.reference) <= {kind.code for kind in Fact.kinds.values()}


def test_every_kind_of_fault_is_offered_and_documented() -> None:
    for name, kind in Fact.kinds.items():
        assert getattr(faults, name) is kind
        assert name in faults.__all__
        assert kind.__doc__


def test_every_kind_of_fault_is_put_into_words() -> None:
    """Some rule asks for it."""
    asked = {kind for pack in PACKS for kind in _kinds_named_in(module_of(pack))}
    assert Fact.kinds.keys() <= asked


@cache
def _kinds_named_in(module: ModuleType) -> set[str]:
    """Return the kinds of faults that a module names: `faults.Cycle`."""
    return {
        node.attr
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "faults"
    }


def test_every_reference_code_has_a_rule() -> None:
    spoken = {code for rule in RULES for code in rule.reference}
    assert spoken == {kind.code for kind in Fact.kinds.values() if kind.code is not None}

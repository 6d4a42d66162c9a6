"""Paths: made of steps or read from text, which are the same, and numbered by descriptors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowidl.core.v1.workflow_pb2 import WorkflowTemplate
from flowidl.paths import ROOT, FieldPath, Step

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]*", fullmatch=True)
STEPS = st.builds(Step, NAMES, st.none() | st.integers(0, 10**6) | st.text())


@given(st.lists(STEPS).map(FieldPath))
def test_text_is_read_as_it_is_written(path: FieldPath) -> None:
    assert FieldPath.parse(str(path)) == path


@given(NAMES, NAMES, st.integers(0, 10**6), st.text())
def test_steps_and_text_are_one(first: str, second: str, index: int, key: str) -> None:
    path = ROOT.field(first, second).item(index).field(first).key(key)
    assert path == FieldPath((Step(first), Step(second, index), Step(first, key)))
    assert FieldPath.parse(str(path)) == path
    assert ROOT.child(first, key) == ROOT.field(first).key(key)
    assert path / ROOT.field(second) == path.field(second)


def test_only_the_last_step_gets_a_subscript() -> None:
    assert str(ROOT.field("a", "b").item(0)) == "a.b[0]"
    assert str(ROOT.field("a").key('x"\\y')) == 'a["x\\"\\\\y"]'


@pytest.mark.parametrize("text", [".a", "a..b", "a[", "a[x]", 'a["x]', "a.", "1a", "a b", "[0]"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a field path"):
        FieldPath.parse(text)


def test_numbers() -> None:
    path = ROOT.field("interface", "inputs", "variables").key("x").field("type", "simple")
    assert path.numbers(WorkflowTemplate.DESCRIPTOR) == (3, 1, 1, 1, 1)
    assert ROOT.field("interface", "nowhere", "variables").numbers(WorkflowTemplate.DESCRIPTOR) == (3,)
    assert ROOT.numbers(WorkflowTemplate.DESCRIPTOR) == ()

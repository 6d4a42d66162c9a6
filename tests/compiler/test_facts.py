"""Facts: declared classes that behave like frozen dataclasses."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest

from flowidl.compiler.faults import BindingWithoutData, Fact, InputBoundTwice, NoNodes, ScalarMismatch
from flowidl.types import TypeTable


def test_fields_come_by_position_or_by_name() -> None:
    assert InputBoundTwice("x", 2, 1) == InputBoundTwice(first=1, variable="x", position=2)
    assert InputBoundTwice("x", 2, first=1).position == 2


def test_defaults() -> None:
    type = TypeTable().nothing()
    assert ScalarMismatch("x", type, type).notes == ()
    assert ScalarMismatch("x", type, type, notes=("a",)).notes == ("a",)


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), (("x",), {}), (("x", 1, 2, 3), {}), (("x", 1, 2), {"first": 2}), (("x", 1), {"last": 2})],
)
def test_other_fields_are_refused(values: tuple[object, ...], named: dict[str, object]) -> None:
    kind = cast("Callable[..., object]", InputBoundTwice)
    with pytest.raises(TypeError, match="InputBoundTwice takes variable, position, first"):
        kind(*values, **named)


def test_kinds_are_told_apart() -> None:
    assert BindingWithoutData("x", 1) != InputBoundTwice("x", 1, 0)
    assert BindingWithoutData("x", 1) != BindingWithoutData("x", 2)
    assert len({BindingWithoutData("x", 1), BindingWithoutData("x", 1), BindingWithoutData("x", 2)}) == 2
    assert NoNodes() == NoNodes()


def test_facts_do_not_change() -> None:
    facts = BindingWithoutData("x", 1)
    with pytest.raises(AttributeError, match="facts do not change"):
        facts.variable = "y"  # type: ignore[misc]  # what is tried here
    with pytest.raises(AttributeError, match="facts do not change"):
        del facts.variable  # pyright: ignore[reportAttributeAccessIssue]  # what is tried here
    assert facts.variable == "x"


def test_a_kind_has_the_code_that_it_declares() -> None:
    assert NoNodes.code == "NoNodesFound"
    assert Fact.kinds["AliasesCollide"].code is None


def test_repr() -> None:
    assert repr(BindingWithoutData("x", 1)) == "BindingWithoutData(variable='x', position=1)"
    assert repr(NoNodes()) == "NoNodes()"

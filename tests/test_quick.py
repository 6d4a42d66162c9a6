"""The quick `NamedTuple` does what the one of `typing` does."""

from __future__ import annotations

import copy
import pickle
import typing
from typing import Any

import pytest

from flowidl import quick


class Quick(quick.NamedTuple):
    """A pair with a default."""

    first: Any
    second: Any = ()


class Usual(typing.NamedTuple):
    """The same, as `typing` makes it."""

    first: Any
    second: Any = ()


class Empty(quick.NamedTuple):
    """No fields at all."""


CALLS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((1, 2), {}),
    ((1,), {}),
    ((1,), {"second": 2}),
    ((), {"second": 2, "first": 1}),
    (([],), {}),
]
WRONG: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((), {}),
    ((1, 2, 3), {}),
    ((1, 2), {"second": 2}),
    ((1,), {"third": 3}),
    ((), {"second": 2}),
]


@pytest.mark.parametrize(("values", "named"), CALLS)
def test_values_are_those_of_the_usual_one(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    made, usual = Quick(*values, **named), Usual(*values, **named)
    assert tuple(made) == tuple(usual)
    assert (made.first, made.second) == (usual.first, usual.second)
    assert repr(made) == repr(usual).replace("Usual", "Quick")


@pytest.mark.parametrize(("values", "named"), WRONG)
def test_wrong_calls_raise_as_with_the_usual_one(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        Usual(*values, **named)
    with pytest.raises(TypeError):
        Quick(*values, **named)


def test_fields_cannot_be_set() -> None:
    with pytest.raises(AttributeError):
        setattr(Quick(1), "first", 2)  # noqa: B010 - type checkers forbid the plain form


def test_copies_and_pickles_are_equal() -> None:
    made = Quick(1, (2, 3))
    for other in (copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        assert type(other) is Quick
        assert other == made
    assert Empty() == ()

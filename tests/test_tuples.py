"""Tests of `flowidl.tuples`: what it makes is what `typing` makes, only sooner."""

from __future__ import annotations

import copy
import inspect
import pickle
import sys
import types
import typing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Spot(NamedTuple):
    """A place with a default."""

    file: str
    line: int = 1

    @property
    def text(self) -> str:
        """The usual form."""
        return f"{self.file}:{self.line}"

    def below(self) -> Spot:
        """The next line."""
        return self._replace(line=self.line + 1)


class Named(Spot):
    """A class derived from one."""

    __slots__ = ()


def defined(base: Any, fields: list[str], defaults: list[int]) -> Any:
    """Define a class below `base`, with defaults for its last fields."""
    body = {"__annotations__": dict.fromkeys(fields, "int"), "__module__": __name__}
    given = dict(zip(fields[len(fields) - len(defaults) :], defaults, strict=True))
    return types.new_class("Made", (base,), exec_body=lambda namespace: namespace.update(body | given))


def outcome(make: Callable[..., Any], *positional: object, **named: object) -> object:
    """Return what a call gives: elements and text, or the kind of error."""
    try:
        made = make(*positional, **named)
    except (TypeError, ValueError) as error:
        return type(error)
    return tuple(made), repr(made), made._asdict()


names = st.lists(st.from_regex(r"[a-z][a-z0-9]{0,3}x", fullmatch=True), unique=True, max_size=6)


@given(st.data())
def test_a_class_is_as_typing_makes_it(data: st.DataObject) -> None:
    fields = data.draw(names)
    defaults = data.draw(st.lists(st.integers(), max_size=len(fields)))
    ours, theirs = (defined(base, fields, defaults) for base in (NamedTuple, typing.NamedTuple))
    assert (type(ours), ours.__bases__, ours.__slots__) == (type(theirs), theirs.__bases__, theirs.__slots__)
    for name in ("_fields", "_field_defaults", "__match_args__", "__module__", "__name__"):
        assert getattr(ours, name) == getattr(theirs, name)
    calls = st.tuples(
        st.lists(st.integers(), max_size=len(fields) + 1),
        st.dictionaries(st.sampled_from([*fields, "other"]), st.integers(), max_size=3),
    )
    for positional, named in (data.draw(calls), data.draw(calls)):  # the first one compiles the constructor
        assert outcome(ours, *positional, **named) == outcome(theirs, *positional, **named)
        assert outcome(ours._make, positional) == outcome(theirs._make, positional)
        full = range(len(fields))
        assert outcome(ours(*full)._replace, **named) == outcome(theirs(*full)._replace, **named)
    for position, name in enumerate(fields):
        assert getattr(ours(*range(len(fields))), name) == position


def test_the_constructor_is_compiled_for_the_first_value_only() -> None:
    made: Any = defined(NamedTuple, ["ax", "bx"], [7])
    before = made.__new__
    assert made(1) == (1, 7)
    compiled = made.__new__
    assert compiled is not before
    assert made(2, 3) == (2, 3)
    assert made.__new__ is compiled
    assert str(inspect.signature(made)) == "(ax, bx=7)"


def test_a_derived_class_may_make_the_first_value() -> None:
    assert type(Named("a.py")) is Named
    assert type(Spot("a.py")) is Spot
    assert Named("a.py", 3).text == "a.py:3"
    assert type(Named("a.py", 3).below()) is Named


def test_values_are_copied_and_pickled_and_have_no_other_attributes() -> None:
    spot = Spot("a.py", 2)
    assert pickle.loads(pickle.dumps(spot)) == copy.deepcopy(spot) == spot
    assert type(pickle.loads(pickle.dumps(spot))) is Spot
    assert sys.getsizeof(spot) == sys.getsizeof(tuple(spot))
    with pytest.raises(AttributeError):
        spot.line = 3  # type: ignore[misc] # that is the test
    with pytest.raises(AttributeError):
        spot.other = 3  # type: ignore[attr-defined] # that is the test
    match spot:
        case Spot(file, line):
            assert (file, line) == ("a.py", 2)


def test_a_default_before_a_field_without_is_refused() -> None:
    body = {"__annotations__": {"a": "int", "b": "int"}, "a": 1}
    base: Any = NamedTuple
    with pytest.raises(TypeError, match="come last"):
        types.new_class("Made", (base,), exec_body=lambda namespace: namespace.update(body))

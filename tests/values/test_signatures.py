"""What is read from a function's signature, and how results are taken apart and put together."""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import cast

import pytest

from flowidl.errors import BuildError
from flowidl.values.signatures import DEFAULT_TUPLE, Signature, signature

Pair = typing.NamedTuple("Pair", [("n", int), ("s", str)])  # noqa: UP014  # as SDK users write it
Single = typing.NamedTuple("Single", [("only", int)])  # noqa: UP014


def one(a: int, b: str = "x") -> int:
    return a


def none(a: int) -> None:
    return None


def pair(a: int) -> Pair:
    return Pair(a, "")


def single() -> Single:
    return Single(1)


def several() -> tuple[int, str]:
    return 1, ""


def test_inputs_come_in_order_with_their_defaults() -> None:
    read = signature(one)
    assert list(read.inputs.items()) == [("a", int), ("b", str)]
    assert read.defaults == {"b": "x"}
    assert str(read) == "(a: <class 'int'>, b: <class 'str'>=x) -> (o0: <class 'int'>)"


@pytest.mark.parametrize(
    ("function", "outputs", "value"),
    [
        (one, ["o0"], 3),
        (none, [], None),
        (pair, ["n", "s"], Pair(1, "q")),
        (single, ["only"], Single(4)),
        (several, ["o0", "o1"], (1, "q")),
    ],
)
def test_packing_is_the_mirror_of_unpacking(
    function: Callable[..., object], outputs: list[str], value: object
) -> None:
    read = signature(function)
    assert list(read.outputs) == outputs
    assert read.pack(read.unpack(value)) == value


def test_a_plain_tuple_comes_back_under_the_default_name() -> None:
    assert type(signature(several).pack({"o0": 1, "o1": ""})).__name__ == DEFAULT_TUPLE


def test_a_single_field_may_be_given_bare() -> None:
    assert signature(single).unpack(5) == {"only": 5}


@pytest.mark.parametrize("value", [1, None, (1,), (1, "", 2), [1, ""]])
def test_a_wrong_number_of_values_is_told_in_one_sentence(value: object) -> None:
    with pytest.raises(BuildError, match=r"and it has 2 outputs: `o0`, `o1`"):
        signature(several).unpack(value, owner="task t")


def test_values_without_outputs_are_dropped() -> None:
    assert Signature().unpack(5) == {}


def test_a_literal_tuple_of_types_is_several_outputs() -> None:
    def legacy():  # type: ignore[no-untyped-def]  # an annotation that is no type
        return 1, ""

    legacy.__annotations__["return"] = (int, str)
    assert list(signature(legacy).outputs) == ["o0", "o1"]


def raises() -> int:
    raise ValueError("no")


def says_none() -> int:
    return typing.cast("int", None)


def explicit_none() -> int:
    return None  # type: ignore[return-value]


def test_a_declared_output_needs_a_return() -> None:
    with pytest.raises(BuildError, match="no `return` with a value"):
        signature(raises, returns=True)
    for function in (one, says_none, explicit_none):
        signature(function, returns=True)


def nested() -> tuple[int, Pair]:
    return 1, Pair(1, "")


def test_refusals() -> None:
    def untyped(x):  # type: ignore[no-untyped-def]
        return 1

    bare = cast("Callable[..., object]", untyped)

    def stars(*args: int) -> int:
        return 1

    for function, words in ((bare, "no annotation"), (stars, r"`\*args`"), (nested, "a tuple in a tuple")):
        with pytest.raises(BuildError, match=words):
            signature(function)
    assert signature(bare, untyped=object).inputs == {"x": object}

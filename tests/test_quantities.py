"""Resource quantities."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowidl.quantities import parse_quantity

NANO = 10**9


@pytest.mark.parametrize(
    ("text", "nanos", "whole"),
    [
        ("0", 0, 0),
        ("1", NANO, 1),
        ("+1", NANO, 1),
        ("-1.5", -3 * NANO // 2, -2),
        ("100m", NANO // 10, 1),
        ("1500m", 3 * NANO // 2, 2),
        ("2000m", 2 * NANO, 2),
        (".5", NANO // 2, 1),
        ("5.", 5 * NANO, 5),
        ("1Ki", 1024 * NANO, 1024),
        ("1.5Gi", 3 * 2**29 * NANO, 3 * 2**29),
        ("1E", 10**18 * NANO, 10**18),
        ("1E3", 1000 * NANO, 1000),
        ("1e-3", NANO // 1000, 1),
        ("1n", 1, 1),
        ("0.1n", 1, 1),
        ("1.0000000001", NANO + 1, 2),
        ("8Ei", (2**63 - 1) * NANO, 2**63 - 1),
        ("1e999999999", 10**120, 2**63 - 1),
        ("1e-999999999", 1, 1),
        ("1e4294967297", 10 * NANO, 10),  # (an exponent has 32 bits, and the rest is lost)
        ("20E", 2 * 10**19 * NANO, 2**63 - 1),
        ("-", 0, 0),
        (".", 0, 0),
        ("m", 0, 0),
        (".Mi", 0, 0),
        ("Ti", 0, 0),
        ("0e999999999999", 0, 0),
    ],
)
def test_values(text: str, nanos: int, whole: int) -> None:
    quantity = parse_quantity(text)
    assert quantity is not None
    assert (quantity.nanos, quantity.whole) == (nanos, whole)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "two",
        "1 Gi",
        "1g",
        "1mi",
        "1K",
        "1Q",
        "1e",
        "1e+",
        "1.2.3",
        "0x1",
        "1Gi1",
        "1\n",
        "١",
        "1_0",
    ],
)
def test_invalid(text: str) -> None:
    assert parse_quantity(text) is None


def test_cost_depends_on_the_text_only() -> None:
    begin = time.perf_counter()
    for text in ("9" * 200_000, "0." + "1" * 200_000, "1" + "0" * 200_000 + "e-200000"):
        assert parse_quantity(text) is not None
    assert parse_quantity("1e" + "9" * 200_000) is None  # (the back end's integers end long before)
    assert time.perf_counter() - begin < 5


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**12), st.sampled_from(["", "m", "k", "M", "Ki", "Mi", "Gi"]))
def test_a_sign_turns_a_value_around(number: int, suffix: str) -> None:
    positive, negative = parse_quantity(f"{number}{suffix}"), parse_quantity(f"-{number}{suffix}")
    assert positive is not None
    assert negative is not None
    assert negative.nanos == -positive.nanos
    assert negative.whole == -positive.whole


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**15), st.integers(0, 6))
def test_exponents_are_powers_of_ten(number: int, exponent: int) -> None:
    quantity, plain = parse_quantity(f"{number}e{exponent}"), parse_quantity(str(number * 10**exponent))
    assert quantity is not None
    assert plain is not None
    assert quantity.nanos == plain.nanos

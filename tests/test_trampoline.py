"""Recursion on a stack of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.trampoline import answer

if TYPE_CHECKING:
    from collections.abc import Generator


def fibonacci(number: int) -> Generator[int, int, int]:
    if number < 2:
        return number
    return (yield number - 1) + (yield number - 2)


def depth(number: int) -> Generator[int, int, int]:
    return 1 if number == 0 else (yield number - 1) + 1


def test_depth_has_no_limit() -> None:
    assert answer(100_000, depth) == 100_001


def test_answers_are_known_once_given() -> None:
    known: dict[int, int] = {}
    assert answer(300, fibonacci, known=known) == known[300] == known[299] + known[298]
    assert len(known) == 301


def test_what_was_known_is_not_asked_again() -> None:
    assert answer(2, fibonacci, known={1: 40, 0: 2}) == 42


def test_a_guess_ends_the_work() -> None:
    asked: list[int] = []

    def guess(number: int) -> int | None:
        asked.append(number)
        return 7 if number < 90 else None

    assert answer(100, depth, guess=guess) == 7 + 11
    assert asked == [*range(99, 88, -1)]

"""The smallest package that still has a finding."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowidl.reduce.anonymise import anonymise
from flowidl.reduce.minimize import minimized
from flowidl.reduce.shrink import Fault, NotFoundError, findings_of, reduce
from flowidl.rules.options import Options
from flowidl.source import load
from tests.graph.test_graph import definitions

OPTIONS = Options()


@given(st.sets(st.integers(0, 40)), st.integers(0, 41))
def test_minimized_finds_what_is_needed(needed: set[int], size: int) -> None:
    items = list(range(size))
    wanted = {item for item in needed if item < size}
    assert minimized(items, lambda part: wanted <= set(part)) == sorted(wanted)


@given(st.integers(0, 2**32))
def test_minimized_is_minimal_whatever_holds(seed: int) -> None:
    chance = random.Random(seed)
    kept = {chance.randrange(20) for _ in range(5)}

    def holds(part: list[int]) -> bool:
        # not monotone: a pair must be there or gone together
        return kept <= set(part) and ((3 in part) == (4 in part) or 3 in kept or 4 in kept)

    found = minimized(list(range(20)), holds)
    assert holds(found)
    assert not any(holds([item for item in found if item != left]) for left in found)


CODES = sorted({finding.code for finding in findings_of(definitions(), OPTIONS)})


def test_there_are_codes() -> None:
    assert len(CODES) >= 5


@pytest.mark.parametrize("code", CODES)
def test_the_finding_stays_and_nothing_can_go(code: str) -> None:
    before = definitions()
    first = next(found for found in findings_of(before, OPTIONS) if found.code == code)
    sizes = [definition.message.ByteSize() for definition in before]
    found = reduce(before, code, OPTIONS, 60)
    assert [definition.message.ByteSize() for definition in before] == sizes  # the input is not touched
    assert not found.timed_out
    assert Fault.of(found.finding) == Fault.of(first)
    assert Fault.of(first) in map(Fault.of, findings_of(found.definitions, OPTIONS))
    assert sum(d.message.ByteSize() for d in found.definitions) < sum(sizes)
    for left in range(len(found.definitions)):
        rest = [d for index, d in enumerate(found.definitions) if index != left]
        assert Fault.of(first) not in map(Fault.of, findings_of(rest, OPTIONS))


@pytest.mark.parametrize("code", CODES)
def test_no_name_of_ours_is_left_unless_it_is_told(code: str) -> None:
    found = reduce(definitions(), code, OPTIONS, 60)
    hidden = anonymise(found.definitions, found.finding, OPTIONS)
    assert hidden.finding.code == code
    assert code in {finding.code for finding in findings_of(hidden.definitions, OPTIONS)}
    text = " ".join(str(definition.message) for definition in hidden.definitions)
    for word in ("shop", "train", "load", "daily", "too bad"):
        assert word not in text or any(word in kept for kept in hidden.kept)


def test_the_same_input_gives_the_same_result() -> None:
    once, again = (reduce(definitions(), CODES[0], OPTIONS, 60) for _ in range(2))
    assert [d.message for d in once.definitions] == [d.message for d in again.definitions]


def test_time_runs_out() -> None:
    found = reduce(definitions(), CODES[0], OPTIONS, 0.0)
    assert found.timed_out
    assert found.finding.code == CODES[0]


def test_no_such_finding() -> None:
    with pytest.raises(NotFoundError):
        reduce(load().definitions, "FI425", OPTIONS)

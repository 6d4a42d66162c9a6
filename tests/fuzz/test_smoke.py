"""A bounded run of the fuzz target: any bytes, any valid message, and real files damaged."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from flowidl.source.definitions import KINDS
from flowidl.source.messages import message_class
from tests.fuzz.mutate import mutated
from tests.fuzz.run import seeds
from tests.fuzz.target import fuzz
from tests.support.messages import messages


@settings(max_examples=400, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    fuzz(data)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_valid_message(data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(KINDS) - 1))
    message = data.draw(messages(message_class(KINDS[number]), json=False))
    choice = next(c for c in range(128, 256) if c % len(KINDS) == number)
    fuzz(bytes([choice]) + message.SerializeToString())


def test_damaged_real_files() -> None:
    choose = random.Random(20)
    inputs = seeds()
    for _ in range(1500):
        fuzz(mutated(choose.choice(inputs), choose))


def test_real_files_cut_anywhere() -> None:
    for data in seeds()[::40]:
        for cut in range(0, len(data), max(1, len(data) // 40)):
            fuzz(data[:cut])

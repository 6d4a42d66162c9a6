"""The reference's answer on every recorded pair of dataclass schemas."""

from __future__ import annotations

import json

from tests.support.shared import shared
from tests.types.jsonschema.pairs import answer


def test_every_recorded_pair_gets_the_recorded_answer() -> None:
    lines = shared("conformance", "schemas.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    assert rows
    wrong = [row["id"] for row in rows if answer(row["given"], row["expected"]).fits is not row["castable"]]
    assert not wrong, f"{len(rows) - len(wrong)} of {len(rows)} agree"

"""Secrets, against what the webhook made of them."""

from __future__ import annotations

from tests.oracles.judge import GOAL, rows, tally


def test_what_the_webhook_refuses_is_found() -> None:
    result = tally(rows("secrets.jsonl"))
    assert result.refused.total() > 50
    assert result.share >= GOAL, result.missed()
    assert not result.false


def test_what_kubernetes_would_refuse_is_found_too() -> None:
    """Names that the webhook hands on, and that the name checks of Kubernetes refuse."""
    handed_on = [row for row in rows("secrets.jsonl") if row["output"] and row["output"].get("bad_names")]
    result = tally({**row, "valid": False} for row in handed_on)
    assert result.refused.total() > 10
    assert result.share == 1, result.missed()

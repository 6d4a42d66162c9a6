"""The rules of Acme do what their examples say."""

from __future__ import annotations

from flowidl.validator.trial import failures


def test_every_example_does_what_it_says() -> None:
    """Bad ones are found where they say, good ones have no error, near misses are left alone."""
    assert failures("acme.rules") == []

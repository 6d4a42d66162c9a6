"""Placeholders, against what the template engine made of them."""

from __future__ import annotations

from tests.oracles.judge import GOAL, rows, tally

VALUE = "the fault is in the value that an input has when the task runs"
INVISIBLE = {
    "binary-msgpack-broken": VALUE,
    "binary-msgpack-trailing": VALUE,
    "binary-other-tag": VALUE,
    "generic-struct": VALUE,
    "literal-without-value": VALUE,
    "offloaded-value": VALUE,
    "one-good-one-unprintable": VALUE,
    "primitive-without-value": VALUE,
    "scalar-without-value": VALUE,
    "task-template-not-uploaded": "an upload fails",
    "template-inside-path": "the fault is in a path that the installation chooses",
}
#: Errors that are right, on definitions that the engine has no opinion on.
ELSEWHERE = {"FI601": "registration refuses a container without command and arguments"}


def test_what_cannot_be_rendered_is_found() -> None:
    result = tally(rows("templates.jsonl"), INVISIBLE, ELSEWHERE)
    assert result.refused.total() > 100
    assert result.share >= GOAL, result.missed()
    assert not result.false

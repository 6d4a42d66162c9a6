"""Plugins, against what they made of tasks."""

from __future__ import annotations

from tests.oracles.judge import GOAL, rows, tally

INVISIBLE = {
    "pod-template-name": "whether a pod template exists is known to the installation",
    "sql-target": "a connector may take it",
}
#: Errors that are right, on definitions that the plugin has no opinion on.
ELSEWHERE = {
    "FI158": "registration refuses a task without an interface",
    "FI600": "registration refuses a container without an image",
    **dict.fromkeys(("FI646", "FI650", "FI665", "FI880", "FI882"), "Kubernetes refuses the pod"),
}


def test_what_a_plugin_refuses_is_found() -> None:
    result = tally(rows("plugins.jsonl"), INVISIBLE, ELSEWHERE)
    assert result.refused.total() > 200
    assert result.share >= GOAL, result.missed()
    assert not result.false

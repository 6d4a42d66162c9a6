"""Registration and launching, against what the control plane said."""

from __future__ import annotations

from tests.oracles.judge import GOAL, registered, rows, tally

FILLED_IN = "registration fills in what is empty; the rows were sent as they stand"
INSTALLATION = "which projects and domains there are is known to the installation"
INVISIBLE = {
    "execution-unknown-domain": INSTALLATION,
    "plan-id-field-missing": FILLED_IN,
    "plan-unknown-domain": INSTALLATION,
    "plan-workflow-id-field-missing": FILLED_IN,
    "task-id-field-missing": FILLED_IN,
    "task-unknown-domain": INSTALLATION,
    "task-unknown-project": INSTALLATION,
    "workflow-id-field-missing": FILLED_IN,
    "workflow-unknown-domain": INSTALLATION,
}
#: Errors that are right, on definitions that register.
ELSEWHERE = {
    "FI649": "Kubernetes refuses a pod whose request for a device is not its limit",
    "FI709": "every execution of the launch plan is refused",
    "FI733": "the scheduler never launches it",
}


def test_what_registration_refuses_is_found() -> None:
    result = tally(rows("registration.jsonl"), INVISIBLE, ELSEWHERE, registered)
    assert result.refused.total() > 350
    assert result.share >= GOAL, result.missed()
    assert not result.false

"""Seed "Advanced Workflow Patterns", gates.

Changed: `Gate` is neither exported nor callable, so the functions `approve`, `sleep` and `wait_for_input`
stand in for it, and `approve` wants a timeout. The two alternatives in the seed's comments are a workflow
of their own.
"""

import datetime

from flytekit import approve, sleep, task, wait_for_input, workflow


@task
def prepare_for_approval(data: str) -> str:
    return f"Prepared data for approval: {data}"


@task
def final_processing(approved_data: str) -> str:
    return f"Final processing of: {approved_data}"


@workflow
def approval_workflow(initial_data: str) -> str:
    prepared = prepare_for_approval(data=initial_data)
    approved_output = approve(prepared, "manual_approval_gate", timeout=datetime.timedelta(hours=1))
    return final_processing(approved_data=approved_output)


@workflow
def other_gates_workflow() -> str:
    pause = sleep(datetime.timedelta(minutes=5))
    user_input = wait_for_input("get_user_feedback", timeout=datetime.timedelta(hours=1), expected_type=str)
    pause >> user_input
    return final_processing(approved_data=user_input)

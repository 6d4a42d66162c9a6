"""A workflow that waits: for an approval, for five minutes, and for somebody's input.

SDK documentation shows one `Gate` class for all three. Here each kind of gate is a function of its own.

    python examples/gates.py out.tgz
"""

from __future__ import annotations

import datetime
import sys

from flowidl.builders import (
    WorkflowBuilder,
    approve,
    call,
    function_task,
    sleep,
    wait_for_input,
    write_package,
)

IMAGE = "reg.example/app:v9"


def prepare_for_approval(data: str) -> str:
    """Prepare data for somebody to look at."""
    return f"Prepared data for approval: {data}"


def final_processing(approved_data: str) -> str:
    """Go on with what was approved."""
    return f"Final processing of: {approved_data}"


def approval_workflow() -> WorkflowBuilder:
    """Return the workflow."""
    prepare = function_task(prepare_for_approval, image=IMAGE, name="gates.prepare_for_approval")
    process = function_task(final_processing, image=IMAGE, name="gates.final_processing")
    flow = WorkflowBuilder("gates.approval_workflow")
    prepared = flow.add(call(prepare, data=flow.input("initial_data", str)))
    approved = flow.add(approve(prepared.o0, name="manual_approval_gate"))
    pause = flow.add(sleep(datetime.timedelta(minutes=5)).after(approved))
    feedback = flow.add(wait_for_input("get_user_feedback", str).after(pause))
    flow.output("o0", flow.add(call(process, approved_data=approved.o0)).o0)
    flow.output("feedback", feedback.o0)
    return flow


def definitions() -> list[WorkflowBuilder]:
    """Return what goes into the package."""
    return [approval_workflow()]


if __name__ == "__main__":
    write_package(sys.argv[1], definitions())

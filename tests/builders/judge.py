"""The validator as the judge of what is built: everything that a workflow needs, registered together."""

from __future__ import annotations

from collections.abc import Mapping

from google.protobuf import text_format
from google.protobuf.message import Message

from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.builders import WorkflowBuilder, python_task, registered
from flowidl.validator import Options, validate


def py(
    name: str, inputs: Mapping[str, object] | None = None, outputs: Mapping[str, object] | None = None
) -> TaskSpec:
    """Return a task of a Python function in `pk`."""
    return python_task(f"pk.{name}", image="reg.example/app:v9", inputs=inputs, outputs=outputs)


def codes(flow: WorkflowBuilder, options: Options | None = None) -> list[str]:
    """Return the codes of the findings about a workflow and all that it needs."""
    whole = [registered(each, project="proj", domain="dev", version="ver1") for each in flow.entities]
    report = validate(*whole) if options is None else validate(*whole, options=options)
    return [finding.code for finding in report.findings]


def same(message: Message, text: str) -> None:
    """Hold a message against its text format."""
    expected = text_format.Parse(text, message.__class__())
    assert message == expected, f"{message}\n--- expected\n{expected}"

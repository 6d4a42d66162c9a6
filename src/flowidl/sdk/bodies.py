"""Reading bodies: a workflow's, which gives its messages, and a dynamic task's, which gives a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from flowidl import builders
from flowidl.builders.bindings import none_of
from flowidl.builders.promises import source_of
from flowidl.builders.workflows import WorkflowBuilder
from flowidl.errors import BuildError
from flowidl.sdk.documents import document
from flowidl.sdk.metadata import WorkflowFailurePolicy, description_of
from flowidl.sdk.promises import Promise, VoidPromise, nothing_from
from flowidl.sdk.trace import Trace, being

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flowidl.sdk.metadata import Documentation
    from flowidl.values.signatures import Signature


class WorkflowBody(Protocol):
    """What is known of a workflow before its body is read."""

    name: str
    signature: Signature
    function: Callable[..., Any]
    interruptible: bool
    failure_policy: WorkflowFailurePolicy
    on_failure: Any

    @property
    def docs(self) -> Documentation:
        """What is said about it."""
        ...


class DynamicBody(Protocol):
    """What is known of a dynamic task before its body is read."""

    name: str
    signature: Signature
    task_function: Callable[..., Any]


def read_workflow(flow: WorkflowBody) -> Trace:
    """Return the body of a workflow, read and placed."""
    words = f"workflow `{flow.name}`"
    builder = WorkflowBuilder(
        flow.name,
        interruptible=flow.interruptible,
        continue_on_failure=flow.failure_policy is WorkflowFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE,
        description=description_of(flow.docs),
        allow_empty=True,
        failure_id="fn0",
    )
    trace = Trace(builder, words)
    said = document(flow.function)
    promises = {}
    for name, type in flow.signature.inputs.items():
        default = flow.signature.defaults.get(name, ...)
        given = builder.input(name, type, default=default, description=said.inputs.get(name, ""))
        promises[name] = Promise(source_of(given), annotation=type)
    with being(trace):
        result = flow.function(**promises)
    trace.place()
    _bind_outputs(trace, result, flow, dict.fromkeys(flow.signature.outputs, said.result))
    if flow.on_failure is not None:
        trace.know(flow.on_failure)
        builder.on_failure(flow.on_failure)
    return trace


def read_dynamic(task: DynamicBody, values: Mapping[str, Any]) -> Trace:
    """Return the body of a dynamic task, read for some inputs and placed."""
    builder = WorkflowBuilder(task.name, allow_empty=True)
    trace = Trace(builder, f"dynamic task `{task.name}`")
    with being(trace):
        result = task.task_function(**values)
    trace.place()
    _bind_outputs(trace, result, task, {})
    return trace


def _bind_outputs(
    trace: Trace,
    result: Any,
    owner: WorkflowBody | DynamicBody,
    descriptions: Mapping[str, str],
) -> None:
    """Bind what a body returned to the declared outputs."""
    shape = owner.signature
    if not shape.outputs:
        if result is not None and not isinstance(result, VoidPromise):
            raise BuildError(
                f"{trace.words} returns a value and declares no output",
                help="annotate it: `-> int`, for example",
            )
        return
    values = shape.unpack(result, owner=trace.words)
    for name, value in values.items():
        if isinstance(value, VoidPromise):
            raise nothing_from(value)
        if value is None and not _optional(shape.outputs[name]):
            raise BuildError(f"{trace.words} returns nothing for its output `{name}`", rule="unbound-output")
        trace.builder.output(name, value, type=shape.outputs[name], description=descriptions.get(name, ""))


def _optional(annotation: Any) -> bool:
    return none_of(builders.literal_type(annotation)) is not None

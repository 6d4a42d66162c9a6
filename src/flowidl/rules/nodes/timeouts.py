"""Rules 690-699: timeouts of nodes and tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import NodeKind
from flowidl.findings import Phase
from flowidl.rules.declaration import ERROR, WARNING, Found, rule
from flowidl.rules.nodes.durations import duration_problem, duration_text, in_nanos
from flowidl.rules.phrases import entity, node_phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.entities import NodeRecord
    from flowidl.rules.context import Context


@rule(
    "FI690",
    "invalid-timeout",
    ERROR,
    Phase.LAUNCH,
    covers=("EX-23", "QK-42"),
    reads=("core.NodeMetadata.timeout",),
)
def invalid_timeout(context: Context) -> Iterator[Found]:
    """A node's timeout is not a valid duration

    What: the seconds and nanoseconds of `metadata.timeout` have different signs, the nanoseconds make more
    than a second, or the whole is longer than 292 years.

    Why it fails: registration does not look at it. Every execution of the workflow is refused when it is
    launched.

    Fix: write a duration in which seconds and nanoseconds agree.
    """
    for node in context.model.timed:
        assert node.message is not None
        reason = duration_problem(node.message.metadata.timeout)
        if reason:
            yield Found(
                node.field("metadata", "timeout"),
                f"the timeout of {node_phrase(node)} is no valid duration: {reason}",
                "correct it or leave it out",
            )


@rule(
    "FI691",
    "negative-timeout",
    WARNING,
    Phase.RUN,
    covers=("RT-57",),
    reads=("core.NodeMetadata.timeout", "core.TaskMetadata.timeout"),
)
def negative_timeout(context: Context) -> Iterator[Found]:
    """A timeout is less than nothing

    What: the timeout of a node or a task is negative. (No timeout, or zero, stands for none.)

    Why it fails: registration takes it. Where it counts the node times out as soon as it starts.

    Fix: write a positive duration, or leave it out.
    """
    for node in context.model.timed:
        assert node.message is not None
        timeout = node.message.metadata.timeout
        if in_nanos(timeout) < 0 and not duration_problem(timeout):
            yield Found(
                node.field("metadata", "timeout"),
                f"the timeout of {node_phrase(node)} is {duration_text(timeout)}, so it is over at once",
                "write a positive duration, or leave it out",
            )
    for task in context.model.tasks:
        timeout = task.template.metadata.timeout
        if in_nanos(timeout) < 0:
            words = "the task" if task.id is None else entity(task.id)
            yield Found(
                task.field("metadata", "timeout"),
                f"the timeout of {words} is {duration_text(timeout)}, so it is over at once",
                "write a positive duration, or leave it out",
            )


@rule(
    "FI692",
    "timeout-dropped-by-node",
    WARNING,
    Phase.RUN,
    reads=("core.NodeMetadata.timeout", "core.TaskMetadata.timeout"),
)
def timeout_dropped_by_node(context: Context) -> Iterator[Found]:
    """A task's timeout does not count, because its node has none

    What: a task has a timeout, and a node that runs it has none, nor has a node around it.

    Why it fails: the back end looks at the timeouts of nodes alone. The task runs on after its time.

    Fix: write the task's timeout into the node's metadata.
    """
    timeouts = {id(task): task.template.metadata.timeout for task in context.model.tasks}
    timeouts = {key: timeout for key, timeout in timeouts.items() if in_nanos(timeout) > 0}
    for node in context.model.by_kind[NodeKind.TASK] if timeouts else ():
        timeout = timeouts.get(id(node.target))
        if timeout is not None and not any(_has_timeout(each) for each in _outwards(node)):
            yield Found(
                node.field("metadata"),
                f"{node_phrase(node)} has no timeout, so that of its task, {duration_text(timeout)}, does "
                "not count",
                "write the task's timeout into the node's metadata",
            )


@rule(
    "FI693",
    "retries-dropped-by-node",
    WARNING,
    Phase.RUN,
    reads=("core.NodeMetadata.retries", "core.TaskMetadata.retries"),
)
def retries_dropped_by_node(context: Context) -> Iterator[Found]:
    """A task's retries do not count, because the array that runs it has none

    What: a task has retries, and it is run by the inner node of an array; neither that node nor the
    array has some.

    Why it fails: for the elements of an array the back end looks at the retries of nodes alone. One that
    fails is not tried again.

    Fix: write the task's retries into the metadata of the inner node.
    """
    retried = {id(task) for task in context.model.tasks if task.template.metadata.retries.retries > 0}
    for array in context.model.by_kind[NodeKind.ARRAY] if retried else ():
        for node in array.children:
            if id(node.target) in retried and not any(_has_retries(each) for each in _outwards(node)):
                yield Found(
                    node.field("metadata"),
                    f"{node_phrase(node)} has no retries, so those of its task do not count",
                    "write the task's retries into the metadata of the array's inner node",
                )


def _outwards(node: NodeRecord) -> Iterator[NodeRecord]:
    """Yield a node and the nodes around it, innermost first."""
    around: NodeRecord | None = node
    while around is not None:
        yield around
        around = around.parent


def _has_timeout(node: NodeRecord) -> bool:
    return node.message is not None and in_nanos(node.message.metadata.timeout) != 0


def _has_retries(node: NodeRecord) -> bool:
    return node.message is not None and node.message.metadata.retries.retries > 0

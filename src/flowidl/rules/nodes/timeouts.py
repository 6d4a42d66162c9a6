"""Rules 690-699: timeouts of nodes and tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.findings import Phase
from flowidl.rules.declaration import ERROR, WARNING, Found, rule
from flowidl.rules.nodes.durations import duration_problem, duration_text, in_nanos
from flowidl.rules.phrases import entity, node_phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

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
                node.place("metadata.timeout"),
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
                node.place("metadata.timeout"),
                f"the timeout of {node_phrase(node)} is {duration_text(timeout)}, so it is over at once",
                "write a positive duration, or leave it out",
            )
    for task in context.model.tasks:
        timeout = task.template.metadata.timeout
        if in_nanos(timeout) < 0:
            words = "the task" if task.id is None else entity(task.id)
            yield Found(
                task.place("metadata.timeout"),
                f"the timeout of {words} is {duration_text(timeout)}, so it is over at once",
                "write a positive duration, or leave it out",
            )

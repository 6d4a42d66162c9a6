"""Rules 680-689: settings of the cache that keep a node from running, or do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import TaskRecord
from flowidl.findings import Phase
from flowidl.rules.declaration import ERROR, WARNING, Found, rule
from flowidl.rules.phrases import Hints, entity, node_phrase, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.entities import NodeRecord
    from flowidl.rules.context import Context


@rule(
    "FI680",
    "cache-without-version",
    ERROR,
    Phase.RUN,
    covers=("RT-54",),
    reads=("core.TaskMetadata.discoverable", "core.TaskMetadata.discovery_version"),
)
def cache_without_version(context: Context) -> Iterator[Found]:
    """A task is cached and has no cache version

    What: the task's metadata says `discoverable`, and `discovery_version` is empty or blank.

    Why it fails: registration takes it. At run time no cache key can be made, so the node never gets past
    looking into the cache: it is retried until it fails with a system error.

    Fix: set `discovery_version`, or do not cache the task.
    """
    for task in context.model.tasks:
        metadata = task.template.metadata
        if metadata.discoverable and not metadata.discovery_version.strip():
            yield Found(
                task.field("metadata", "discovery_version"),
                f"{_phrase(task)} is cached and has no cache version",
                "set `discovery_version`, or do not cache it",
            )


@rule(
    "FI681",
    "serialized-without-cache",
    WARNING,
    Phase.RUN,
    covers=("RT-58",),
    reads=("core.TaskMetadata.cache_serializable", "core.TaskMetadata.discoverable"),
)
def serialized_without_cache(context: Context) -> Iterator[Found]:
    """A task asks for one run at a time and is not cached

    What: the task's metadata says `cache_serializable` and not `discoverable`.

    Why it fails: it does nothing. Runs with equal inputs wait for each other only to take the result from
    the cache; without a cache they all run at once.

    Fix: cache the task too, or remove `cache_serializable`.
    """
    for task in context.model.tasks:
        metadata = task.template.metadata
        if metadata.cache_serializable and not metadata.discoverable:
            yield Found(
                task.field("metadata", "cache_serializable"),
                f"{_phrase(task)} asks for one run at a time with equal inputs, which does nothing "
                "without a cache",
                "cache the task too, or remove `cache_serializable`",
            )


@rule(
    "FI682",
    "unknown-ignored-input",
    WARNING,
    Phase.RUN,
    covers=("RT-58",),
    reads=("core.TaskMetadata.cache_ignore_input_vars",),
)
def unknown_ignored_input(context: Context) -> Iterator[Found]:
    """The cache is told to ignore an input that the task does not have

    What: `cache_ignore_input_vars` lists a name that is no input of the task.

    Why it fails: it does nothing. If it is a misspelt name, the input that was meant still counts, and the
    cache is missed whenever it changes.

    Fix: correct or remove the name.
    """
    hints = Hints()
    for task in context.model.tasks:
        inputs = task.template.interface.inputs.variables
        for position, name in enumerate(task.template.metadata.cache_ignore_input_vars):
            if name not in inputs:
                yield Found(
                    task.field("metadata", "cache_ignore_input_vars").item(position),
                    f"the cache of {_phrase(task)} ignores input {quoted(name)}, "
                    "which the task does not have",
                    hints.did_you_mean(name, sorted(inputs)) or "remove it",
                )


@rule(
    "FI683",
    "node-cache-without-version",
    WARNING,
    Phase.RUN,
    covers=("RT-54",),
    reads=("core.NodeMetadata.cacheable", "core.NodeMetadata.cache_version"),
)
def node_cache_without_version(context: Context) -> Iterator[Found]:
    """A node turns the cache on for a task that has no cache version

    What: the node's metadata says `cacheable`, and neither it nor the task gives a version.

    Why it fails: no cache key can be made at run time, and the node is retried until it fails.

    Fix: set `cache_version` at the node, or `discovery_version` at the task.
    """
    for node in context.model.cached:
        if not _version(node):
            yield Found(
                node.field("metadata", "cache_version"),
                f"{node_phrase(node)} is cached, and neither the node nor its task has a cache version",
                "set `cache_version`",
            )


def _version(node: NodeRecord) -> str:
    """The version that a node's cache key is made with; anything if its task is not known."""
    assert node.message is not None
    own = node.message.metadata.cache_version.strip()
    if own or not isinstance(node.target, TaskRecord):
        return own or "unknown"
    return node.target.template.metadata.discovery_version.strip()


def _phrase(task: TaskRecord) -> str:
    return "the task" if task.id is None else entity(task.id)

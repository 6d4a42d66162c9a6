"""Rules 930-939: what the cache would give although the task has changed, or no longer give although it has
not.

A cached task is found again by its interface's values, its name and its cache version. Nobody but its author
can tell that it computes something else now: the version says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.changes.compare import ChangeKind, read
from flowidl.changes.meaning import Attention
from flowidl.compiler.entities import TaskRecord
from flowidl.findings import Phase
from flowidl.rules.changes.texts import subject
from flowidl.rules.declaration import WARNING, Found, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.changes.compare import Change
    from flowidl.changes.entities import Entity
    from flowidl.rules.changes.context import PairContext

#: What carries code, by the first steps of its path: what it is called in a sentence.
_CODE: dict[tuple[str, ...], str] = {
    ("container", "image"): "its image",
    ("container", "command"): "its command",
    ("container", "args"): "its arguments",
    ("sql", "statement"): "its query",
}
_QUERIES = ("query", "statement")


def _cached(context: PairContext) -> Iterator[tuple[Entity, Entity, bool]]:
    """Yield tasks that are cached in both versions, and whether the cache version is the same."""
    for old, new in context.comparison.both:
        if isinstance(old.record, TaskRecord) and isinstance(new.record, TaskRecord):
            before, after = old.record.template.metadata, new.record.template.metadata
            if before.discoverable and after.discoverable:
                yield old, new, before.discovery_version == after.discovery_version


@rule("FI930", "cached-interface-changed", WARNING, Phase.RUN)
def cached_interface_changed(context: PairContext) -> Iterator[Found]:
    """A cached task has another interface and the same cache version

    What: inputs or outputs of a cached task were added, removed, or have another type; `discovery_version`
    is the same.

    Why it fails: what the old version stored is looked up by what does not say what has changed. Where it is
    found, it lacks new outputs or holds values of the old type.

    Fix: raise the cache version with every change of the task.
    """
    for old, new, same_version in _cached(context):
        changed = [_side(change) for change in _changes(context, new) if _is_interface(change)]
        if same_version and changed:
            yield Found(
                new.record.field("metadata", "discovery_version"),
                f"{subject(new.key)} is cached, its interface has changed "
                f"({', '.join(dict.fromkeys(changed))}), and its cache version has not",
                "raise the cache version",
                related=(("as it was", old.record.place()),),
            )


@rule("FI931", "cached-code-changed", WARNING, Phase.RUN)
def cached_code_changed(context: PairContext) -> Iterator[Found]:
    """A cached task runs something else and has the same cache version

    What: the image's repository, the command, the arguments, the query or the pod of a cached task has
    changed, and `discovery_version` has not. (Another tag of the same image is what every release has, and
    is not reported.)

    Why it fails: the cache gives what the old code computed.

    Fix: raise the cache version, if the result may differ.
    """
    for old, new, same_version in _cached(context):
        parts = dict.fromkeys(part for each in _changes(context, new) if (part := _code(each)))
        if same_version and parts:
            yield Found(
                new.record.field("metadata", "discovery_version"),
                f"{subject(new.key)} is cached, {' and '.join(parts)} changed, and its cache version did not",
                "raise the cache version, if the result may differ",
                related=(("as it was", old.record.place()),),
            )


@rule("FI932", "cache-version-alone", WARNING, Phase.RUN)
def cache_version_alone(context: PairContext) -> Iterator[Found]:
    """A cache version was raised and nothing else changed

    What: `discovery_version` of a cached task is another one, and everything else is as it was, the image's
    tag included.

    Why it fails: nothing fails; all that was computed is computed again.

    Fix: keep the version, if the code that the image holds did not change either.
    """
    for old, new, same_version in _cached(context):
        if same_version:
            continue
        before, after = read(old, new, Attention(tags=True))
        differing = {path for path in {*before, *after} if before.get(path) != after.get(path)}
        if differing == {("cache version",)}:
            yield Found(
                new.record.field("metadata", "discovery_version"),
                f"the cache version of {subject(new.key)} has changed, and nothing else has",
                "keep the version, if the code is the same",
                related=(("as it was", old.record.field("metadata", "discovery_version")),),
            )


def _changes(context: PairContext, entity: Entity) -> tuple[Change, ...]:
    return context.comparison.details(entity.key)


def _is_interface(change: Change) -> bool:
    """Whether variables or their types differ; descriptions do not count."""
    return len(change.path) == 1 and change.path[0].startswith(("input ", "output "))


def _side(change: Change) -> str:
    word = {ChangeKind.ADDED: " is new", ChangeKind.REMOVED: " is gone"}.get(change.kind, " has another type")
    return f"{change.path[0]}{word}"


def _code(change: Change) -> str:
    """Return what carries code and has changed, in words; empty if the change is none of code."""
    path = change.path
    if path[0] == "pod":
        return "its pod" if len(path) == 1 or (path[1] == "pod spec" and "resources" not in path) else ""
    if path[0] == "custom" and path[-1] in _QUERIES:
        return "its query"
    return _CODE.get(path[:2], "")

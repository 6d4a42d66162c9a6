"""Rules 940-949: what whoever operates a workflow would notice: when it runs, as whom, with what, and who is
told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flowidl.changes.compare import ChangeKind
from flowidl.compiler.entities import LaunchPlanRecord
from flowidl.findings import Phase
from flowidl.rules.changes.texts import subject, where
from flowidl.rules.declaration import WARNING, Found, rule
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flowidl.changes.entities import Entity
    from flowidl.changes.meaning import Path, Reading
    from flowidl.rules.changes.context import PairContext

#: What a node may override, by the second step of its path.
_OVERRIDES = ("resources", "image", "pod template", "extended resources")
_AMOUNTS = ("requests", "limits")
_IDENTITIES = ("run as", "role", "auth", "auth role", "serviceAccountName")


class _Loss(NamedTuple):
    """One value that is gone or is another one; `new` is empty if it is gone."""

    path: Path
    old: str
    new: str


def _lost(
    context: PairContext, wanted: Callable[[Path], bool]
) -> Iterator[tuple[Entity, Entity, list[_Loss]]]:
    """Yield entities of both versions with the values at wanted paths that were removed or changed."""
    for old, new in context.comparison.both:
        before, after = context.comparison.readings(new.key)
        losses: list[_Loss] = []
        for path in sorted(path for path in before if wanted(path)):
            now = after.get(path)
            if now is None or now.key != before[path].key:
                losses.append(_Loss(path, before[path].text, "" if now is None else now.text))
        if losses:
            yield old, new, losses


@rule("FI940", "schedule-changed", WARNING, Phase.LAUNCH)
def schedule_changed(context: PairContext) -> Iterator[Found]:
    """A launch plan runs at other times, or no longer by itself

    What: the schedule of a launch plan has changed or is gone.

    Why it fails: nothing fails, and that is why it is easily overlooked: runs that somebody waits for do not
    come, or come at other times.

    Fix: nothing, if it is meant.
    """
    for old, new, losses in _lost(context, lambda path: path[0] == "schedule"):
        loss = losses[0]
        now = f"was `{loss.old}` and is `{loss.new}` now" if loss.new else f"is gone: it was `{loss.old}`"
        yield Found(
            new.record.field("entity_metadata"),
            f"the schedule of {subject(new.key)} {now}",
            related=(("as it was", old.record.field("entity_metadata", "schedule")),),
        )


@rule("FI941", "notification-lost", WARNING, Phase.RUN)
def notification_lost(context: PairContext) -> Iterator[Found]:
    """Somebody is no longer told

    What: a notification of a launch plan is gone, or goes to others or at other phases.

    Why it fails: who relied on being told does not learn of a failure.

    Fix: nothing, if it is meant.
    """
    for old, new, losses in _lost(context, lambda path: path[0].startswith("notification ")):
        lost = ", ".join(f"`{loss.path[0].removeprefix('notification ')}`" for loss in losses)
        yield Found(
            new.record.field("entity_metadata"),
            f"{subject(new.key)} no longer sends {lost}",
            related=(("as it was", old.record.field("entity_metadata")),),
        )


@rule("FI942", "secret-lost", WARNING, Phase.RUN)
def secret_lost(context: PairContext) -> Iterator[Found]:
    """A secret is no longer asked for, or otherwise

    What: a secret of a task or launch plan is gone, or is mounted in another way, version or variable.

    Why it fails: code that reads it as before does not find it.

    Fix: nothing, if the code no longer reads it.
    """
    for old, new, losses in _lost(context, lambda path: any(step.startswith("secret ") for step in path)):
        names = dict.fromkeys(
            step.removeprefix("secret ")
            for loss in losses
            for step in loss.path
            if step.startswith("secret ")
        )
        lost = ", ".join(f"`{name}`" for name in names)
        yield Found(
            new.record.field("security_context"),
            f"{subject(new.key)} no longer asks for {lost} as it did",
            related=(("as it was", old.record.field("security_context")),),
        )


@rule("FI943", "identity-changed", WARNING, Phase.RUN)
def identity_changed(context: PairContext) -> Iterator[Found]:
    """Something runs as somebody else

    What: the service account or the role of a task or launch plan is gone, or is another one.

    Why it fails: what the old identity was allowed to do, the new one need not be: reading data, writing
    results.

    Fix: make sure that the new identity may do what the old one did.
    """
    for old, new, losses in _lost(context, lambda path: any(step in _IDENTITIES for step in path)):
        loss = losses[0]
        yield Found(
            new.record.place(),
            f"{subject(new.key)} ran as {loss.old} and runs as {loss.new or 'nobody in particular'} now",
            related=(("as it was", old.record.place()),),
        )


@rule("FI944", "resources-lowered", WARNING, Phase.RUN)
def resources_lowered(context: PairContext) -> Iterator[Found]:
    """Something gets less than it had

    What: a request or limit of CPU, memory, GPUs or storage is lower than it was or gone: of a task's
    container, of a container in its pod, or of a node that overrides it.

    Why it fails: what used to fit may run out of memory, or takes longer.

    Fix: nothing, if it is meant.
    """
    for old, new in context.comparison.both:
        before, after = context.comparison.readings(new.key)
        lowered = [path for path in before if _is_amount(path) and _is_lower(path, before, after)]
        for owner in dict.fromkeys(map(_owner, lowered)):
            names = dict.fromkeys(path[-1] for path in lowered if _owner(path) == owner)
            values = "; ".join(_values(path, before, after) for path in lowered if _owner(path) == owner)
            yield Found(
                new.record.place(),
                f"{where(owner, new.key)} gets less {', '.join(names)} ({values})",
                related=(("as it was", old.record.place()),),
            )


def _is_amount(path: Path) -> bool:
    return len(path) > 2 and path[-2] in _AMOUNTS


def _owner(path: Path) -> Path:
    """Return the way to what has resources, without the resources."""
    return path[:-3] if path[-3] == "resources" else path[:-2]


def _is_lower(path: Path, before: Reading, after: Reading) -> bool:
    old, new = before[path], after.get(path)
    if new is None:  # gone, while the rest of what had it is still there
        rest = _owner(path)
        return any(each[: len(rest)] == rest and each != path for each in after) and not _is_dropped(
            path, after
        )
    return isinstance(old.key, int) and isinstance(new.key, int) and new.key < old.key


def _is_dropped(path: Path, after: Reading) -> bool:
    """Whether a node's override is gone as a whole, which is a fault of its own (FI948)."""
    return path[0].startswith("node ") and not any(each[:2] == path[:2] for each in after)


def _values(path: Path, before: Reading, after: Reading) -> str:
    new = after.get(path)
    return f"{path[-2].removesuffix('s')} {before[path].text} -> {'none' if new is None else new.text}"


@rule("FI945", "retries-lowered", WARNING, Phase.RUN)
def retries_lowered(context: PairContext) -> Iterator[Found]:
    """Something is tried less often

    What: a task or a node has fewer retries than it had.

    Why it fails: a failure that used to be mended by another try ends the execution.

    Fix: nothing, if it is meant.
    """
    yield from _lowered(context, "retries", "is tried less often", lambda old, new: new < old)


@rule("FI946", "time-limit-lowered", WARNING, Phase.RUN)
def time_limit_lowered(context: PairContext) -> Iterator[Found]:
    """Something must end sooner

    What: a task or a node has a shorter time limit than it had, or has one now. (No limit, or zero, is none.)

    Why it fails: what took longer than that is stopped.

    Fix: nothing, if it is meant.
    """
    yield from _lowered(
        context, "timeout", "must end sooner", lambda old, new: new > 0 and (new < old or not old)
    )


@rule("FI947", "parallelism-lowered", WARNING, Phase.RUN)
def parallelism_lowered(context: PairContext) -> Iterator[Found]:
    """Less runs at a time

    What: a launch plan lets fewer nodes, or fewer executions, run at a time than it did; or an array fewer
    elements.

    Why it fails: nothing fails; it takes longer.

    Fix: nothing, if it is meant.
    """
    yield from _lowered(
        context, "max parallelism", "runs fewer nodes at a time", lambda old, new: 0 < new < old
    )
    yield from _lowered(
        context,
        "parallelism",
        "runs fewer elements at a time",
        lambda old, new: new > 0 and (new < old or not old),
    )
    yield from _lowered(context, "max", "may have fewer executions at a time", lambda old, new: 0 < new < old)


def _lowered(
    context: PairContext, step: str, what: str, is_lower: Callable[[float, float], bool]
) -> Iterator[Found]:
    """Yield numbers and times that are lower than they were, at paths ending in `step`; absent ones are 0."""
    for old, new in context.comparison.both:
        before, after = context.comparison.readings(new.key)
        for path in sorted({path for path in (*before, *after) if path[-1] == step}):
            if not _still_there(path, before, after) or _is_other_maximum(path):
                continue
            values = [reading.get(path) for reading in (before, after)]
            was, now = (0.0 if leaf is None else _number(leaf.key) for leaf in values)
            if is_lower(was, now):
                texts = ["none" if leaf is None else leaf.text for leaf in values]
                yield Found(
                    new.record.place(),
                    f"{where(path[:-1], new.key)} {what} ({' -> '.join(texts)})",
                    related=(("as it was", old.record.place()),),
                )


def _is_other_maximum(path: Path) -> bool:
    """Whether a number called `max` is none of a concurrency policy."""
    return path[-1] == "max" and "concurrency policy" not in path


def _still_there(path: Path, before: Reading, after: Reading) -> bool:
    """Whether what has the number is in both versions."""
    return all(
        len(path) == 1 or any(each[: len(path) - 1] == path[:-1] and each != path for each in reading)
        for reading in (before, after)
    )


def _number(key: object) -> float:
    """Return a number, or a length of time in seconds."""
    if isinstance(key, tuple):
        seconds, nanos = cast("tuple[int, int]", key)
        return float(seconds) + float(nanos) / 1e9
    return float(str(key))


@rule("FI948", "override-dropped", WARNING, Phase.RUN)
def override_dropped(context: PairContext) -> Iterator[Found]:
    """A node no longer overrides what its task says

    What: a node overrode the resources, the image or the pod of its task, and does no more.

    Why it fails: the task runs with its own settings, which somebody found wanting here.

    Fix: nothing, if it is meant.
    """
    for old, new in context.comparison.both:
        if isinstance(new.record, LaunchPlanRecord):
            continue
        for change in context.comparison.details(new.key):
            is_override = len(change.path) == 2 and change.path[1] in _OVERRIDES
            if change.kind is ChangeKind.REMOVED and is_override and change.path[0].startswith("node "):
                yield Found(
                    new.record.place(),
                    f"{where(change.path[:1], new.key)} no longer overrides the {change.path[1]} of its task",
                    related=(("as it was", old.record.place()),),
                )

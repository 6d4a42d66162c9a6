"""Definitions made smaller as long as a finding stays.

The finding is known by its code, its entity, the steps to it in the user's world and its sentence: what has
all four the same is the same fault, and not another one that the reduction has made.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from flowidl.findings import Finding, Location, Phase, Severity
from flowidl.reduce.minimize import minimized
from flowidl.source.definitions import Definition, Origin
from flowidl.tuples import NamedTuple
from flowidl.validator.pipeline import examine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from google.protobuf.descriptor import FieldDescriptor
    from google.protobuf.message import Message

    from flowidl.rules.options import Options


#: The code of the rule for what crashes.
CRASHED = "FI900"


class Fault(NamedTuple):
    """What makes a finding the same one."""

    code: str
    entity: str
    steps: tuple[str, ...]
    message: str

    @classmethod
    def of(cls, finding: Finding) -> Fault:
        """Return what identifies a finding."""
        return cls(finding.code, finding.location.entity, finding.location.domain_path, finding.message)


class Reduced(NamedTuple):
    """What is left, the finding that it still has, how many attempts it took, and whether time ran out."""

    definitions: tuple[Definition, ...]
    finding: Finding
    attempts: int
    timed_out: bool


class NotFoundError(ValueError):
    """There is no finding to keep."""


def findings_of(definitions: Iterable[Definition], options: Options) -> tuple[Finding, ...]:
    """Return the findings on definitions that belong together.

    If examining them ends in an exception, that is the one finding, of the rule for crashes (FI900): so what
    the tool itself cannot bear is made smaller like anything else.
    """
    try:
        return examine(definitions, options).findings
    except Exception as error:
        return (_crash(error),)


def _crash(error: Exception) -> Finding:
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = "" if frame is None else f" in {frame.tb_frame.f_code.co_qualname}"
    message = f"examining these definitions ends in {type(error).__name__}{where}"
    return Finding(CRASHED, "rule-crashed", Severity.ERROR, message, Location(), phase=Phase.READ)


def reduce(definitions: Iterable[Definition], code: str, options: Options, seconds: float = 60.0) -> Reduced:
    """Return the smallest definitions that still have the first finding of a rule.

    `seconds` bounds the time. Raises `NotFoundError` if there is no such finding.
    """
    copies = [_copied(definition) for definition in definitions]
    finding = next((found for found in findings_of(copies, options) if found.code == code), None)
    if finding is None:
        raise NotFoundError(code)
    shrinker = _Shrinker(Fault.of(finding), options, time.monotonic() + seconds)
    kept = shrinker.shrink(copies)
    last = next(found for found in findings_of(kept, options) if Fault.of(found) == shrinker.fault)
    return Reduced(tuple(kept), last, shrinker.attempts, shrinker.timed_out)


def _copied(definition: Definition) -> Definition:
    message = type(definition.message)()
    message.CopyFrom(definition.message)
    origin = Origin(definition.origin.file, definition.origin.member)
    return Definition(definition.kind, message, origin)


class _Shrinker:
    """Tries smaller definitions. Messages are changed in place, and put back if the finding is gone."""

    def __init__(self, fault: Fault, options: Options, deadline: float) -> None:
        self.fault = fault
        self.attempts = 0
        self.timed_out = False
        self._options = options
        self._deadline = deadline
        self._definitions: list[Definition] = []

    def shrink(self, definitions: list[Definition]) -> list[Definition]:
        """Return what is left of definitions when nothing more can go."""
        self._definitions = minimized(definitions, self._holds)
        changed = True
        while changed and not self.timed_out:
            size = sum(definition.message.ByteSize() for definition in self._definitions)
            for definition in self._definitions:
                self._message(definition.message)
            self._definitions = minimized(self._definitions, self._holds)
            changed = sum(definition.message.ByteSize() for definition in self._definitions) < size
        return self._definitions

    def _holds(self, definitions: Sequence[Definition]) -> bool:
        if time.monotonic() > self._deadline:
            self.timed_out = True
            return False
        self.attempts += 1
        return any(Fault.of(found) == self.fault for found in findings_of(definitions, self._options))

    def _still(self) -> bool:
        return self._holds(self._definitions)

    def _message(self, message: Message) -> None:
        """Leave out what can be left out of a message, the largest parts first."""
        fields = sorted(message.ListFields(), key=lambda pair: (-_size(pair[1]), pair[0].number))
        for field, _ in fields:
            if self.timed_out:
                return
            if _is_map(field):
                self._map(message, field)
            elif field.is_repeated:
                self._list(message, field)
            else:
                self._single(message, field)

    def _single(self, message: Message, field: FieldDescriptor) -> None:
        backup = type(message)()
        backup.CopyFrom(message)
        message.ClearField(field.name)
        if self._still():
            return
        message.CopyFrom(backup)
        if field.message_type is not None:
            self._message(getattr(message, field.name))

    def _list(self, message: Message, field: FieldDescriptor) -> None:
        entries = _copies(getattr(message, field.name))

        def put(kept: list[Any]) -> bool:
            message.ClearField(field.name)
            getattr(message, field.name).extend(kept)
            return self._still()

        kept = entries if not put([]) else []
        if kept:
            put(minimized(entries, put))
            if field.message_type is not None:
                for entry in getattr(message, field.name):
                    self._message(entry)

    def _map(self, message: Message, field: FieldDescriptor) -> None:
        values = _map_copies(getattr(message, field.name))

        def put(keys: list[Any]) -> bool:
            message.ClearField(field.name)
            target = getattr(message, field.name)
            for key in keys:
                if hasattr(values[key], "CopyFrom"):
                    target[key].CopyFrom(values[key])
                else:
                    target[key] = values[key]
            return self._still()

        keys = minimized(sorted(values, key=str), put)
        put(keys)
        for key in keys:
            entry = getattr(message, field.name)[key]
            if hasattr(entry, "ListFields"):
                self._message(entry)


def _copies(entries: Iterable[Any]) -> list[Any]:
    copies: list[Any] = []
    for entry in entries:
        if hasattr(entry, "CopyFrom"):
            copy = type(entry)()
            copy.CopyFrom(entry)
            copies.append(copy)
        else:
            copies.append(entry)
    return copies


def _map_copies(entries: Any) -> dict[Any, Any]:
    keys = list(entries)
    return dict(zip(keys, _copies(entries[key] for key in keys), strict=True))


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _size(value: Any) -> int:
    if hasattr(value, "ByteSize"):
        return int(value.ByteSize())
    return len(value) if hasattr(value, "__len__") else 1

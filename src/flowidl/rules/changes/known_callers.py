"""Rule 960: definitions of callers that are known, compiled against both versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.changes.entities import EntityKey
from flowidl.changes.leaves import references
from flowidl.compiler.analyse import analyse
from flowidl.compiler.targets import DEFAULT_TARGET
from flowidl.findings import Phase
from flowidl.names import EntityId
from flowidl.rules.changes.texts import subject
from flowidl.rules.declaration import ERROR, Found, rule
from flowidl.source.definitions import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flowidl.paths import FieldPath
    from flowidl.rules.changes.context import PairContext
    from flowidl.source.definitions import Definition


@rule("FI960", "known-caller-broken", ERROR, Phase.REGISTRATION)
def known_caller_broken(context: PairContext) -> Iterator[Found]:
    """A caller that is known no longer compiles

    What: a workflow among the definitions that `--external` names compiles with the old version and not with
    the new one, or calls something that is gone. Versions are not compared: the caller is taken to follow
    the newest.

    Why it fails: as soon as the caller is packaged against the new version, its registration is refused.

    Fix: keep what it uses, or change the caller at the same time.
    """
    if not context.callers:
        return
    old, new = context.comparison.old_model.definitions, context.comparison.new_model.definitions
    before, after = _faults(old, context.callers), _faults(new, context.callers)
    for position, caller in enumerate(context.callers):
        gone = [
            key
            for key in _uses(caller)
            if key in context.comparison.old and key not in context.comparison.new
        ]
        fault = after.get(position)
        if gone:
            yield Found(
                Place(caller),
                f"{_name(caller)} calls {subject(gone[0])}, which is gone",
                "keep it until nobody calls it",
            )
        elif fault is not None and position not in before:
            yield Found(
                Place(caller, fault[0]),
                f"{_name(caller)} compiled with the old version and does not with the new one: the back end "
                f"reports `{fault[1]}`",
                "`flowidl validate` of the caller together with the new version says more",
            )


def _name(caller: Definition) -> str:
    return "a caller" if caller.id is None else subject(EntityKey.of(caller.id))


def _faults(package: Sequence[Definition], callers: Sequence[Definition]) -> dict[int, tuple[FieldPath, str]]:
    """Compile callers with a package, and return the first refusal of each by its position."""
    plain = [_unversioned(caller) for caller in callers]
    model = analyse((*map(_unversioned, package), *plain), DEFAULT_TARGET)
    position = {id(caller): number for number, caller in enumerate(plain)}
    found: dict[int, tuple[FieldPath, str]] = {}
    for fault in model.faults:
        number = position.get(id(fault.place.definition))
        if number is not None and fault.reference is not None:
            found.setdefault(number, (fault.place.path, fault.reference.code))
    return found


def _unversioned(definition: Definition) -> Definition:
    """Return a copy without versions, in which references lead to whatever version is there."""
    message = definition.message.__class__()
    message.CopyFrom(definition.message)
    for identifier in references(message):
        identifier.version = ""
    id = None if definition.id is None else definition.id._replace(version="")
    return definition._replace(message=message, id=id)


def _uses(caller: Definition) -> Iterator[EntityKey]:
    for identifier in references(caller.message):
        yield EntityKey.of(EntityId.of(identifier))

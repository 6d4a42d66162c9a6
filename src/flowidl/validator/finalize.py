"""From what a rule found to a finding: place, severity, fingerprint, cause and order.

A fingerprint names a fault across runs. It is made of the code, the entity's kind and name, the steps in
the user's world (`node n3 "fit"`, `input x`) and the reference's code and node id, so that neither a new
version of an entity nor another order of entries changes it; what has the same of all that is told apart by
counting in the order of places.

Byte ranges are looked up once for all findings of a definition, and only if it came as binary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.findings import Finding, Location, Reference, Related
from flowidl.names import RESOURCE_WORDS, natural_key
from flowidl.tuples import NamedTuple
from flowidl.validator.select import chosen_severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flowidl.findings import Severity
    from flowidl.paths import FieldPath
    from flowidl.rules.declaration import Found, Rule
    from flowidl.source.definitions import Definition, Place

    Ranges = Mapping[tuple[int, FieldPath], tuple[int, int]]


class RuleResult(NamedTuple):
    """What a rule found, with the rule."""

    rule: Rule
    found: Found


def finalize(
    items: Iterable[RuleResult], definitions: Sequence[Definition], severity: Mapping[str, Severity]
) -> list[Finding]:
    """Return the findings for `items`, sorted by place and code, each distinct one once.

    `definitions` gives the order of files; `severity` overrides defaults by code or name. Causes are
    followed to their root, and what follows from something that no rule reports is left out.
    """
    position = {id(definition): number for number, definition in enumerate(definitions)}
    distinct = _fingerprinted(sorted(items, key=lambda item: _order(item, position)))
    roots = _roots(distinct)
    ranges = _byte_ranges(distinct.values())
    return [
        _finding(item, fingerprint, root, distinct[root], severity, ranges)
        for fingerprint, item in distinct.items()
        if (root := roots[fingerprint]) is not None
    ]


def location(place: Place, ranges: Ranges | None = None) -> Location:
    """Return a place in its three coordinates. `ranges` holds byte ranges by definition and path."""
    definition, path, steps, span = place
    origin = definition.origin
    found = ranges.get((id(definition), path)) if span is None and ranges is not None else span
    return Location(
        origin.file, origin.member, entity_phrase(definition), steps, path, found, definition.kind.value
    )


def entity_phrase(definition: Definition) -> str:
    """Name a definition in the user's words, e.g. `workflow my.pkg.train`."""
    return str(definition.id) if definition.id is not None else definition.kind.label


def _order(item: RuleResult, position: Mapping[int, int]) -> tuple[object, ...]:
    place = item.found.place
    where = location(place)
    return (
        where.file,
        natural_key(where.member),
        position.get(id(place.definition), len(position)),
        tuple((name, isinstance(at, str), -1 if at is None else at) for name, at in where.field_path),
        where.domain_path,
        item.rule.code,
        item.found.reference or Reference("", ""),
        item.found.message,
    )


def _fingerprinted(ordered: Iterable[RuleResult]) -> dict[str, RuleResult]:
    """Key items by fingerprint, in order. Those that are the same in every respect are one."""
    from hashlib import blake2b

    seen: dict[tuple[object, ...], set[tuple[object, ...]]] = {}
    distinct: dict[str, RuleResult] = {}
    for item in ordered:
        where = location(item.found.place)
        subject = (
            item.rule.code,
            _entity_key(item),
            where.domain_path,
            item.found.reference or Reference("", ""),
        )
        same = seen.setdefault(subject, set())
        whole = (where.file, where.member, where.field_path, item.found.message)
        if whole not in same:
            text = repr((*subject, len(same)))
            same.add(whole)
            distinct[blake2b(text.encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()] = item
    return distinct


def _roots(distinct: Mapping[str, RuleResult]) -> dict[str, str | None]:
    """Map each fingerprint to the end of its chain of causes, which is itself for a fault of its own.

    `None` stands for a cause that nobody reported (an entity that may live elsewhere, say).
    """
    keys: dict[object, str] = {}
    for fingerprint, item in distinct.items():
        if item.found.key is not None:
            keys.setdefault(item.found.key, fingerprint)
    roots: dict[str, str | None] = {}
    for start in distinct:
        chain: dict[str, None] = {}
        here: str | None = start
        while here is not None and here not in roots and here not in chain:
            chain[here] = None
            cause = distinct[here].found.cause
            here = here if cause is None else keys.get(cause)
        root = roots.get(here, here) if here is not None else None
        roots.update(dict.fromkeys(chain, root))
    return roots


def _entity_key(item: RuleResult) -> tuple[str, str]:
    definition = item.found.place.definition
    if definition.id is None:
        return definition.kind.label, definition.origin.member or definition.origin.file
    return RESOURCE_WORDS.get(definition.id.resource_type, "entity"), definition.id.name


def _byte_ranges(items: Iterable[RuleResult]) -> Ranges:
    """Look up the byte ranges of all places, one scan for each definition that came as binary."""
    wanted: dict[int, tuple[Definition, set[FieldPath]]] = {}
    for item in items:
        for place in (item.found.place, *(place for _, place in item.found.related)):
            if place.definition.origin.data is not None:
                wanted.setdefault(id(place.definition), (place.definition, set()))[1].add(place.path)
    if not wanted:
        return {}
    from flowidl.source.wire.locate import locate_all

    return {
        (key, path): span
        for key, (definition, paths) in wanted.items()
        for path, span in locate_all(definition, paths).items()
    }


def _finding(
    item: RuleResult,
    fingerprint: str,
    root: str,
    cause: RuleResult,
    severity: Mapping[str, Severity],
    ranges: Ranges,
) -> Finding:
    """Make the finding. What follows from a fault is never graver than the fault itself."""
    rule, found = item
    return Finding(
        rule.code,
        rule.name,
        min(_severity(item, severity), _severity(cause, severity)),
        found.message,
        location(found.place, ranges),
        found.help,
        found.notes,
        tuple(Related(label, location(place, ranges)) for label, place in found.related),
        found.reference,
        rule.phase,
        fingerprint,
        "" if root == fingerprint else root,
    )


def _severity(item: RuleResult, chosen: Mapping[str, Severity]) -> Severity:
    rule, found = item
    return chosen_severity(chosen, rule) or found.severity or rule.severity

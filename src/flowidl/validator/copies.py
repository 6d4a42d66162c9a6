"""Findings in copies of one workflow.

A sub-workflow travels inside every definition that uses it, and mostly comes as a definition of its own too.
What is wrong with it is one fault: findings in its copies follow from the one in the original. They stay
findings, because registration refuses those definitions as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.paths import FieldPath

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flowidl.compiler.entities import WorkflowAnalysis
    from flowidl.compiler.model import Model
    from flowidl.rules.declaration import Found, Rule

    Items = Sequence[tuple[Rule, Found]]
    #: What two findings have in common if they are the same but for the copy: code, place and sentence.
    Same = tuple[str, int, FieldPath, str]


def follow_originals(items: Items, model: Model) -> Items:
    """Return `items`, with those in copies following from those in originals, where both are there."""
    originals = {
        (id(sub.definition), sub.path): sub.repeats
        for unit in model.units
        for sub in unit.sub_workflows
        if sub.repeats is not None
    }
    if not originals:
        return items
    numbers = {_same(rule, found): number for number, (rule, found) in enumerate(items)}
    linked = list(items)
    for number, (rule, found) in enumerate(items):
        original = next(
            (numbers[same] for same in _in_originals(rule, found, originals) if same in numbers), None
        )
        if original is not None and found.cause is None:
            first_rule, first = linked[original]
            key = _same(first_rule, first) if first.key is None else first.key
            linked[original] = first_rule, first._replace(key=key)
            linked[number] = rule, linked[number][1]._replace(cause=key)
    return linked


def _same(rule: Rule, found: Found) -> Same:
    return rule.code, id(found.place.definition), found.place.path, found.message


def _in_originals(
    rule: Rule, found: Found, originals: Mapping[tuple[int, FieldPath], WorkflowAnalysis]
) -> Iterator[Same]:
    """Yield what the same finding would be in the original of the copy that it is in."""
    path, definition = found.place.path, id(found.place.definition)
    for length in (1, 2):
        original = originals.get((definition, FieldPath(path[:length])))
        if original is not None:
            there = FieldPath((*original.path, *path[length:]))
            yield rule.code, id(original.definition), there, found.message

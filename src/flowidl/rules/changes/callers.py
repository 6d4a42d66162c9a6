"""Rules 920-929: what somebody calls, and can no longer call as before.

Every launch plan and task, and every workflow that no launch plan of the old version runs, is somebody's
API. A caller gives inputs of exactly the old types and reads outputs as exactly the old types; whether that
still compiles is the compiler's own answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import LaunchPlanRecord
from flowidl.compiler.interfaces import Side
from flowidl.findings import Phase
from flowidl.rules.changes.texts import differ, quoted_type, subject
from flowidl.rules.declaration import ERROR, INFO, Found, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.changes.entities import Entity
    from flowidl.compiler.interfaces import Interface
    from flowidl.rules.changes.context import PairContext
    from flowidl.source.definitions import Place


def _pairs(context: PairContext) -> Iterator[tuple[Entity, Entity, Interface, Interface]]:
    for old, new in context.callable_in_both():
        interfaces = context.interfaces(old, new)
        if interfaces is not None:
            yield old, new, *interfaces


@rule("FI920", "removed-entity", ERROR, Phase.REGISTRATION)
def removed_entity(context: PairContext) -> Iterator[Found]:
    """Something that others call is gone

    What: a launch plan, a task, or a workflow that no launch plan runs is in the old version and not in the
    new one, and nothing of the same content has come under another name.

    Why it fails: callers name it. The versions that are registered stay, but whoever asks for the newest
    one, or is packaged against the new version, does not compile: the entity is not found.

    Fix: keep it, with its interface, until nobody calls it; what it does may change.
    """
    renamed = context.comparison.renamed
    for key, entity in context.comparison.old.items():
        if key not in context.comparison.new and key not in renamed and context.is_api(entity):
            yield Found(entity.record.place(), f"{subject(key)} is gone", "keep it until nobody calls it")


@rule("FI921", "renamed-entity", ERROR, Phase.REGISTRATION)
def renamed_entity(context: PairContext) -> Iterator[Found]:
    """Something that others call has another name

    What: a launch plan, a task, or a workflow that no launch plan runs is gone, and one of exactly the same
    content is there under another name.

    Why it fails: callers name it by its old name, which is not found in the new version.

    Fix: keep the old name, or register the entity under both until nobody uses the old one.
    """
    for key, now in context.comparison.renamed.items():
        entity = context.comparison.old[key]
        if context.is_api(entity):
            yield Found(
                context.comparison.new[now].record.place(),
                f"{subject(key)} is now called `{now.name}`",
                "register it under both names until nobody uses the old one",
                related=(("its old name", entity.record.place()),),
            )


@rule("FI922", "new-required-input", ERROR, Phase.REGISTRATION)
def new_required_input(context: PairContext) -> Iterator[Found]:
    """Callers must give an input that they need not have given

    What: an input is new, or has lost its default, and may not be left out.

    Why it fails: callers do not give it. The compiler refuses them: a parameter is not bound.

    Fix: give the input a default, in every launch plan; or a type that may be none.
    """
    for old, new, before, after in _pairs(context):
        for name in after.required:
            if name not in before.inputs:
                fixed = (
                    isinstance(old.record, LaunchPlanRecord) and name in old.record.spec.fixed_inputs.literals
                )
                what = "was fixed and must be given now" if fixed else "is new and must be given"
            elif name not in before.required:
                what = (
                    "had a default and must be given now" if _had_default(old, name) else "must be given now"
                )
            else:
                continue
            yield Found(
                new.record.declaration(Side.INPUTS, name) or new.record.place(),
                f"input `{name}` of {subject(new.key)} {what}",
                f"give `{name}` a default",
            )


def _had_default(old: Entity, name: str) -> bool:
    return isinstance(old.record, LaunchPlanRecord) and name in old.record.spec.default_inputs.parameters


@rule("FI923", "removed-input", ERROR, Phase.REGISTRATION)
def removed_input(context: PairContext) -> Iterator[Found]:
    """An input that callers give is gone

    What: an input of the old version is not in the new one; it was removed or renamed, or a launch plan
    fixes it now.

    Why it fails: callers that give it are refused: there is no variable of that name.

    Fix: keep the input, even if it is ignored, or keep the launch plan and add another one.
    """
    for old, new, before, after in _pairs(context):
        for name in before.inputs:
            if name in after.inputs:
                continue
            fixed = isinstance(new.record, LaunchPlanRecord) and name in new.record.spec.fixed_inputs.literals
            yield Found(
                new.record.field("fixed_inputs") if fixed else new.record.place(),
                f"input `{name}` of {subject(new.key)} is {'fixed now' if fixed else 'gone'}",
                f"keep `{name}`"
                if not fixed
                else f"give `{name}` a default instead, or add another launch plan",
                related=_was(old, Side.INPUTS, name),
            )


@rule("FI924", "changed-input-type", ERROR, Phase.REGISTRATION)
def changed_input_type(context: PairContext) -> Iterator[Found]:
    """An input no longer takes what callers give

    What: the type of an input has changed, and the old type does not cast to the new one.

    Why it fails: a caller that gives a value of the old type is refused: the types do not match. That is so
    for a dataclass with one more property too, even if the property has a default: the compiler compares
    schemas, and the old one lacks it.

    Fix: keep the type, widen it to a union of the old and the new type, or add another input with a default.
    """
    for old, new, before, after in _pairs(context):
        for name, type in before.inputs.items():
            now = after.inputs.get(name)
            if now is None or not context.stopped_fitting(type, now, type):
                continue
            yield Found(
                new.record.declaration(Side.INPUTS, name) or new.record.place(),
                f"input `{name}` of {subject(new.key)} was {quoted_type(type)}, and is {quoted_type(now)}, "
                "which does not take that",
                "keep the type, or make it a union of both",
                differ(context, type, now),
                _was(old, Side.INPUTS, name),
                key=("input", new.key, name),
            )


@rule("FI925", "removed-output", ERROR, Phase.REGISTRATION)
def removed_output(context: PairContext) -> Iterator[Found]:
    """An output that callers read is gone

    What: an output of the old version is not in the new one, or has another name.

    Why it fails: callers that read it are refused: there is no variable of that name.

    Fix: keep the output under its name. Further outputs break nobody.
    """
    for old, new, before, after in _pairs(context):
        for name in before.outputs:
            if name not in after.outputs:
                yield Found(
                    new.record.place(),
                    f"output `{name}` of {subject(new.key)} is gone",
                    f"keep `{name}`",
                    related=_was(old, Side.OUTPUTS, name),
                )


@rule("FI926", "changed-output-type", ERROR, Phase.REGISTRATION)
def changed_output_type(context: PairContext) -> Iterator[Found]:
    """An output is no longer what callers read

    What: the type of an output has changed, and the new type does not cast to the old one.

    Why it fails: a caller that reads it as the old type is refused: the types do not match.

    Fix: keep the type, or add another output.
    """
    for old, new, before, after in _pairs(context):
        for name, type in before.outputs.items():
            now = after.outputs.get(name)
            if now is None or not context.stopped_fitting(now, type, type):
                continue
            yield Found(
                new.record.declaration(Side.OUTPUTS, name) or new.record.place(),
                f"output `{name}` of {subject(new.key)} was {quoted_type(type)}, and is {quoted_type(now)}, "
                "which cannot be read as that",
                "keep the type, or add another output",
                differ(context, now, type),
                _was(old, Side.OUTPUTS, name),
                key=("output", new.key, name),
            )


@rule("FI927", "new-input-for-embedders", INFO, Phase.REGISTRATION)
def new_input_for_embedders(context: PairContext) -> Iterator[Found]:
    """Whoever embeds the workflow must give a new input

    What: a workflow that launch plans run has a new input, and every one of those plans gives a default.
    Callers of the plans need not care.

    Why it fails: it fails only for workflows that embed this one as a sub-workflow: defaults belong to
    launch plans, so for them the input is not bound.

    Fix: nothing, if nobody embeds the workflow; else call one of its launch plans.
    """
    for old, new in context.comparison.both:
        interfaces = context.interfaces(old, new)
        if interfaces is None or isinstance(old.record, LaunchPlanRecord) or context.is_api(old):
            continue
        before, after = interfaces
        for name in after.required:
            if name not in before.inputs and new.key.kind == "workflow":
                yield Found(
                    new.record.declaration(Side.INPUTS, name) or new.record.place(),
                    f"input `{name}` of {subject(new.key)} is new: whoever embeds the workflow must give it",
                )


def _was(old: Entity, side: Side, name: str) -> tuple[tuple[str, Place], ...]:
    place = old.record.declaration(side, name)
    return () if place is None else (("as it was", place),)

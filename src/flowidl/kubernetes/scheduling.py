"""Where a pod may run: tolerations, affinity, spreading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.kubernetes.demands import shown
from flowidl.kubernetes.labels import selected_keys
from flowidl.kubernetes.names import value_problem
from flowidl.kubernetes.problems import Fault, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.kubernetes.reading import Part

_OPERATORS = ("Equal", "Exists")
#: Operators on numbers, which Kubernetes has begun to add.
_NEW_OPERATORS = ("Gt", "Lt")


def toleration(part: Part) -> Iterator[Problem]:
    """Check one toleration."""
    key, operator, value = part.text("key"), part.text("operator"), part.text("value")
    if not key and operator != "Exists":
        reason = "must be `Exists` where `key` is empty, which means every taint"
        yield Problem(Fault.CONFLICT, part.at("operator"), reason, "set `key`, or the operator `Exists`")
    if part.has("tolerationSeconds") and part.text("effect") != "NoExecute":
        reason = "must be `NoExecute` where `tolerationSeconds` is set"
        yield Problem(
            Fault.CONFLICT,
            part.at("effect"),
            reason,
            "set the effect `NoExecute`, or remove `tolerationSeconds`",
            related=part.at("tolerationSeconds"),
        )
    if operator in ("", "Equal"):
        reason = value_problem(value)
        if reason:
            yield Problem(Fault.FORM, part.at("value"), f"is {shown(value)}: {reason}")
    elif operator == "Exists" and value:
        yield Problem(
            Fault.CONFLICT,
            part.at("value"),
            "must be empty for the operator `Exists`",
            "remove it, or use the operator `Equal`",
            related=part.at("operator"),
        )
    elif operator not in _OPERATORS:
        reason = f"is {shown(operator)}, and must be one of `Equal`, `Exists`"
        yield Problem(
            Fault.CHOICE,
            part.at("operator"),
            reason,
            certain=operator not in _NEW_OPERATORS,
            known=_OPERATORS,
        )


def spread(part: Part) -> Iterator[Problem]:
    """Check one topology spread constraint."""
    if part.has("minDomains") and part.text("whenUnsatisfiable") == "ScheduleAnyway":
        reason = "may be set only where `whenUnsatisfiable` is `DoNotSchedule`"
        yield Problem(Fault.CONFLICT, part.at("minDomains"), reason, "remove it")
    yield from _match_label_keys(part)


def pod_affinity_term(part: Part) -> Iterator[Problem]:
    """Check one term of the affinity to other pods."""
    yield from _match_label_keys(part)
    matched = set(part.texts("matchLabelKeys"))
    for position, key in enumerate(part.texts("mismatchLabelKeys")):
        if key in matched:
            reason = f"is {shown(key)}, which stands in `matchLabelKeys` too"
            yield Problem(Fault.CONFLICT, part.at("mismatchLabelKeys", position), reason, "keep one")


def _match_label_keys(part: Part) -> Iterator[Problem]:
    selected, is_there = selected_keys(part)
    for field in ("matchLabelKeys", "mismatchLabelKeys"):
        keys = part.texts(field)
        if keys and not is_there:
            reason = "may be set only together with `labelSelector`"
            yield Problem(Fault.CONFLICT, part.at(field), reason, "set `labelSelector`")
        for position, key in enumerate(keys):
            if key in selected:
                reason = f"is {shown(key)}, which `labelSelector` selects by already"
                place = part.at(field, position)
                yield Problem(Fault.CONFLICT, place, reason, "keep one", certain=False)


def field_requirement(part: Part) -> Iterator[Problem]:
    """Check a requirement on a field of a node."""
    if part.text("operator") in ("In", "NotIn") and len(part.texts("values")) != 1:
        yield Problem(Fault.MISSING, part.at("values"), "must be a single value")


def node_requirement(part: Part) -> Iterator[Problem]:
    """Hold the values of a requirement on the labels of a node against what labels can be."""
    if part.text("operator") in ("In", "NotIn"):
        for position, value in enumerate(part.texts("values")):
            reason = value_problem(value)
            if reason:
                place = part.at("values", position)
                yield Problem(Fault.FORM, place, f"is {shown(value)}: {reason}", certain=False)


def repeated_spreads(spec: Part) -> Iterator[Problem]:
    """Yield constraints of one topology and one consequence."""
    first: dict[tuple[str, str], Part] = {}
    for constraint in spec.parts("topologySpreadConstraints"):
        pair = (constraint.text("topologyKey"), constraint.text("whenUnsatisfiable"))
        known = first.setdefault(pair, constraint)
        if known is not constraint:
            yield Problem(
                Fault.REPEATED,
                constraint.steps,
                f"is for topology {shown(pair[0])} and `{pair[1]}` once more",
                "keep one of the two",
                related=known.steps,
            )

"""Refusals at build time, in the validator's vocabulary.

A builder refuses what the back end would refuse, or what cannot work once registered. `RULES` names the
validator's rule for each reason, so that `error.code` can be looked up with `flowidl explain`. Builders do
not import the validator; a test holds this table against its registry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Rule name -> rule code, for every rule whose fault a builder can notice.
RULES: dict[str, str] = {
    "workflow-without-nodes": "FI104",
    "variable-without-name": "FI107",
    "wrong-resource-type": "FI150",
    "entity-without-name": "FI151",
    "task-without-type": "FI155",
    "runtime-without-version": "FI157",
    "entity-defined-twice": "FI159",
    "task-not-found": "FI200",
    "sub-workflow-not-found": "FI202",
    "recursive-sub-workflow": "FI206",
    "cycle": "FI300",
    "repeated-node-id": "FI340",
    "reserved-node-id": "FI341",
    "unknown-upstream": "FI342",
    "unbound-input": "FI400",
    "unbound-output": "FI401",
    "unknown-input": "FI402",
    "mismatched-literal": "FI406",
    "illegal-enum-value": "FI407",
    "ambiguous-value": "FI409",
    "unknown-node": "FI420",
    "unknown-output": "FI423",
    "mismatched-types": "FI425",
    "unknown-attribute": "FI427",
    "repeated-alias": "FI430",
    "alias-of-unknown-output": "FI431",
    "colliding-aliases": "FI432",
    "attribute-of-wrong-kind": "FI450",
    "attribute-of-plain-value": "FI452",
    "branch-without-case": "FI500",
    "missing-condition": "FI502",
    "branch-without-default": "FI503",
    "disagreeing-alternatives": "FI504",
    "mismatched-operands": "FI509",
    "collection-into-branch": "FI511",
    "part-into-branch": "FI512",
    "unlifted-array": "FI525",
    "nothing-to-map-over": "FI551",
    "unknown-bound-input": "FI552",
    "success-ratio-out-of-range": "FI553",
    "missing-elements-not-allowed": "FI555",
    "unsupported-array-target": "FI558",
    "empty-signal-id": "FI570",
    "repeated-signal-id": "FI571",
    "sleep-without-duration": "FI572",
    "unsettable-signal": "FI574",
    "operand-not-primitive": "FI580",
    "order-of-truth-values": "FI581",
    "constant-condition": "FI586",
    "failure-node-reads-node": "FI595",
    "failure-node-is-branch": "FI597",
    "failure-node-id-taken": "FI598",
    "container-without-image": "FI600",
    "container-without-command": "FI601",
    "invalid-quantity": "FI602",
    "invalid-pod-spec": "FI603",
    "repeated-resource": "FI620",
    "fractional-gpu": "FI621",
    "request-above-limit": "FI622",
    "negative-resource": "FI624",
    "invalid-shared-memory": "FI629",
    "repeated-container-name": "FI643",
    "primary-container-missing": "FI647",
    "unsuitable-node-id": "FI660",
    "invalid-pod-label": "FI661",
    "invalid-pod-annotation": "FI662",
    "invalid-variable-name": "FI665",
    "cache-without-version": "FI680",
    "serialized-without-cache": "FI681",
    "unknown-ignored-input": "FI682",
    "node-cache-without-version": "FI683",
    "negative-timeout": "FI691",
    "launch-plan-without-workflow": "FI700",
    "default-mismatch": "FI704",
    "unknown-default-input": "FI705",
    "parameter-type-mismatch": "FI706",
    "unknown-fixed-input": "FI707",
    "fixed-mismatch": "FI708",
    "fixed-and-default": "FI709",
    "scheduled-without-value": "FI730",
    "invalid-kickoff-input": "FI731",
    "invalid-schedule": "FI732",
    "schedule-never-fires": "FI733",
    "unusable-rate": "FI734",
    "deprecated-cron-expression": "FI735",
    "ignored-offset": "FI736",
    "too-many-labels": "FI740",
    "invalid-label": "FI741",
    "invalid-annotation": "FI742",
    "notification-without-type": "FI743",
    "notification-without-recipient": "FI744",
    "notification-before-the-end": "FI745",
    "execution-without-project": "FI750",
    "invalid-execution-name": "FI751",
    "execution-of-nothing": "FI752",
    "unknown-execution-input": "FI753",
    "missing-execution-input": "FI754",
    "execution-input-mismatch": "FI755",
    "too-many-nodes": "FI803",
}


class BuildError(ValueError):
    """A definition that would be refused, or could not work, noticed while it is being built.

    `rule` is the name of the validator's rule for the same fault and `code` its code (`FI402`). Both are
    `None` where a value has no meaning at all, so that there is no message for the validator to look at.
    """

    def __init__(self, message: str, *, rule: str | None = None, help: str = "") -> None:
        self.rule = rule
        self.code = None if rule is None else RULES[rule]
        self.help = help
        prefix = "" if self.code is None else f"[{self.code}] "
        super().__init__(f"{prefix}{message}{f' ({help})' if help else ''}")


def closest(name: str, known: Iterable[str]) -> str:
    """Return a help line that names what is known: the nearest name, or all of a few."""
    from difflib import get_close_matches

    names = sorted(known)
    near = get_close_matches(name, names, n=1)
    if near:
        return f"did you mean `{near[0]}`?"
    if not names:
        return "there are none"
    shown = ", ".join(f"`{each}`" for each in names[:8])
    return f"there are {shown}{' and others' if len(names) > 8 else ''}"

"""How a picture is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.findings import Severity
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowidl.findings import Finding
    from flowidl.graph.model import Node, Workflow

#: Sub-workflows are drawn inside each other up to this depth.
MAX_DEPTH = 4

KIND_WORDS = {
    "task": "task", "workflow": "workflow", "launch_plan": "launch plan", "branch": "conditional",
    "array": "map", "approve": "approval", "signal": "input", "sleep": "sleep", "": "nothing",
}  # fmt: skip


class Look(NamedTuple):
    """What a picture shows. `types` writes types on edges, `expand` draws sub-workflows as boxes inside, and
    `calls` draws who uses whom in place of the workflows.
    """

    types: bool = False
    expand: bool = False
    calls: bool = False


def worst(findings: Iterable[Finding]) -> str:
    """Return `error`, `warning`, `info`, or nothing if there is no finding."""
    levels = [finding.severity for finding in findings]
    return Severity(max(levels)).name.lower() if levels else ""


def codes(findings: Iterable[Finding]) -> str:
    """Return the codes of findings, each once, e.g. `FI402, FI631`."""
    return ", ".join(sorted({finding.code for finding in findings}))


def lines_of(node: Node) -> list[str]:
    """Return the lines that describe a node: name, what it is, detail, findings."""
    what = KIND_WORDS.get(node.kind, node.kind)
    target = node.target if node.target.rpartition(".")[2] not in (node.name, "") else ""
    lines = [node.name, f"{what} {target}".strip() if node.kind != "array" else f"{what} of {node.target}"]
    if node.detail:
        lines.append(node.detail)
    if node.findings:
        lines.append(f"{worst(node.findings)}: {codes(node.findings)}")
    return lines


def inner_of(
    node: Node, workflows: dict[str, Workflow], look: Look, around: tuple[str, ...]
) -> Workflow | None:
    """Return the workflow to draw inside a node, if there is one and it shall be drawn."""
    if not look.expand or node.kind != "workflow" or len(around) >= MAX_DEPTH or node.target in around:
        return None
    return workflows.get(node.target)

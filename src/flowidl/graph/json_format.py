"""Graphs as JSON, for other programs.

    {"tasks": [{"name", "source", "inputs", "outputs", "findings"}], "launch_plans": [...],
     "workflows": [{"name", "source", "inputs", "outputs", "findings",
                    "edges": [{"from", "to", "label", "type"}],
                    "nodes": [{"id", "name", "kind", "target", "source", "inputs", ...}]}],
     "calls": [{"from": [KIND, NAME], "to": [KIND, NAME], "times"}]}

Nodes inside others follow theirs, with the ids of both joined by `/`. `source` is `{"file", "line", "column",
"end_line", "end_column"}` or null; lines and columns count from 1, columns in characters.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowidl.findings import Finding
    from flowidl.graph.model import Drawing, Entity, Node, Variable, Workflow
    from flowidl.graph.options import Look
    from flowidl.sourcecode.position import Position


def render(drawing: Drawing, look: Look | None = None) -> str:
    """Return a drawing as one JSON object, indented."""
    del look
    return json.dumps(data_of(drawing), indent=2, ensure_ascii=True) + "\n"


def data_of(drawing: Drawing) -> dict[str, Any]:
    """Return a drawing as plain dicts and lists."""
    return {
        "tasks": [_entity(task) for task in drawing.tasks],
        "launch_plans": [_entity(plan) for plan in drawing.launch_plans],
        "workflows": [_workflow(workflow) for workflow in drawing.workflows],
        "calls": [
            {"from": list(call.source), "to": list(call.target), "times": call.times}
            for call in drawing.calls
        ],
    }


def _entity(entity: Entity) -> dict[str, Any]:
    return {
        "name": entity.name,
        "source": _position(entity.source),
        "inputs": _variables(entity.inputs),
        "outputs": _variables(entity.outputs),
        "findings": _findings(entity.findings),
        **({"workflow": entity.workflow} if entity.workflow else {}),
    }


def _workflow(workflow: Workflow) -> dict[str, Any]:
    return {
        "name": workflow.name,
        "source": _position(workflow.source),
        "inputs": _variables(workflow.inputs),
        "outputs": _variables(workflow.outputs),
        "findings": _findings(workflow.findings),
        "nodes": [_node(node) for node in workflow.walk()],
        "edges": [
            {"from": edge.source, "to": edge.target, "label": edge.label, "type": edge.type}
            for edge in workflow.edges
        ],
    }


def _node(node: Node) -> dict[str, Any]:
    return {
        "id": node.path,
        "name": node.name,
        "kind": node.kind,
        "target": node.target,
        "detail": node.detail,
        "case": node.case,
        "failure": node.is_failure,
        "source": _position(node.source),
        "inputs": {var: _position(position) for var, position in node.inputs.items()},
        "findings": _findings(node.findings),
    }


def _variables(variables: Iterable[Variable]) -> dict[str, str]:
    return {variable.name: variable.type for variable in variables}


def _position(position: Position | None) -> dict[str, Any] | None:
    return None if position is None else position._asdict()


def _findings(findings: Iterable[Finding]) -> list[dict[str, str]]:
    return [
        {
            "code": f.code,
            "severity": f.severity.name.lower(),
            "message": f.message,
            "fingerprint": f.fingerprint,
        }
        for f in findings
    ]

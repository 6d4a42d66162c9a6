"""Source positions of random programs, beside the lines that running flytekit made the nodes at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flowidl.core.v1.workflow_pb2 import WorkflowTemplate
from flowidl.source import load
from flowidl.sourcecode.definitions import templates
from flowidl.sourcecode.locate import find
from tests.interop.random_programs import BASE, Programs
from tests.interop.reference import run_in_flytekit

pytestmark = pytest.mark.interop


@pytest.mark.parametrize("seed", range(6))
def test_no_position_is_wrong(tmp_path: Path, seed: int) -> None:
    code, out = tmp_path / "code", tmp_path / "out"
    code.mkdir()
    out.mkdir()
    (code / "base.py").write_text(BASE, encoding="utf-8")
    (code / "flows.py").write_text(Programs(seed).program(20), encoding="utf-8")
    lines = json.loads(run_in_flytekit("record_nodes.py", code, "flows", out))
    definitions = load(out).definitions
    sources = find(definitions, str(code))
    assert sources is not None
    placed = 0
    wrong: list[object] = []
    by_name = {
        template.id.name: template
        for template in templates(definitions)
        if isinstance(template, WorkflowTemplate)
    }
    for name, nodes in lines.items():
        found = sources.nodes(by_name[name])
        for path, stack in nodes.items():
            position = found[path].position if path in found else None
            if position is None:
                continue
            placed += 1
            # the innermost line is right, and so are those of the calls that led to it
            if [position.file, position.line] not in stack:
                wrong.append((name, path, position, stack))
    assert wrong == []
    total = sum(len(nodes) for nodes in lines.values())
    assert placed >= 0.95 * total > 100

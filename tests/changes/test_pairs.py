"""The shared pairs of versions: what breaks, and what is the same, as labelled."""

from __future__ import annotations

import base64
import json
from typing import Any

from flowidl.changes import compare
from flowidl.findings import Severity
from flowidl.source import load
from flowidl.source.inputs.files import File
from flowidl.source.problems import Loaded
from flowidl.validator.breaking import examine_loaded_versions
from tests.support.shared import shared


def _sides(row: dict[str, Any]) -> tuple[Loaded, Loaded]:
    old, new = (
        load(*(File(f["name"], base64.b64decode(f["data"])) for f in row[side])) for side in ("old", "new")
    )
    return old, new


def test_pairs_are_as_labelled() -> None:
    rows = [json.loads(line) for line in shared("changes", "changes.jsonl").read_text().splitlines()]
    wrong: list[str] = []
    for row in rows:
        if "doubt" in row:
            continue
        old, new = _sides(row)
        found = examine_loaded_versions(old, new).findings
        breaking = any(finding.severity > Severity.INFO for finding in found)
        if breaking != row["breaking"]:
            wrong.append(f"{row['id']} {row['change']}: breaking {breaking}")
        if row["same"] is not None and compare(old.definitions, new.definitions).same != row["same"]:
            wrong.append(f"{row['id']} {row['change']}: same {not row['same']}")
    assert wrong == []

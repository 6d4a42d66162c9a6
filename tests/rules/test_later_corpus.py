"""The rules about what registers and fails later, over real definitions: no false alarm on valid ones."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from flowidl.findings import Finding, Severity
from flowidl.validator.examine import examine
from flowidl.validator.options import Options
from flowidl.validator.packs import PACKS
from tests.support.shared import shared

NAMES = frozenset(
    (
        "registration",
        "closures",
        "run_time_values",
        "arrays",
        "gates",
        "alternatives",
        "failure_nodes",
        "resources",
        "pods",
        "kubernetes_names",
        "caching",
        "timeouts",
        "launch_plans",
        "input_values",
        "schedules",
        "notifications",
        "executions",
        "sizes",
    )
)
OWN = [pack for pack in PACKS if pack.module.rpartition(".")[2] in NAMES]

#: Errors on definitions that nobody has called valid, all of them right: tests that define nonsense.
RIGHT = {
    "FI556": "arrays over launch plans of which some may fail",
    "FI730": "a schedule with inputs left open",
    "FI731": "a kickoff time for an input that there is not",
    "FI732": "a schedule of six fields",
}


def is_own(finding: Finding) -> bool:
    return any(pack.first <= int(finding.code[2:]) <= pack.last for pack in OWN)


def packages() -> Iterator[tuple[Path, list[str]]]:
    """Yield each folder of definitions with its files, and each archive."""
    corpus = shared("corpus")
    for entry in sorted(corpus.rglob("*")):
        if entry.is_dir():
            files = [
                str(path) for path in sorted(entry.iterdir()) if path.suffix in (".pb", ".json", ".yaml")
            ]
            if files:
                yield entry, files
        elif entry.suffix in (".tgz", ".tar"):
            yield entry, [str(entry)]


def valid() -> Iterator[list[str]]:
    """Yield what its own project, or the compiler, calls valid, with what it was given along."""
    corpus = shared("corpus")
    for entry in json.loads((corpus / "index.json").read_text("utf-8")):
        if entry["expected_valid"] == "true":
            yield [entry["path"]]
    with (corpus / "oracle" / "labels.jsonl").open(encoding="utf-8") as labels:
        for line in labels:
            label = json.loads(line)
            if label["result"] == "ok" and "#" not in label["path"]:
                yield [label["path"], *label.get("tasks", []), *label.get("launch_plans", [])]


def test_no_error_on_valid_definitions() -> None:
    corpus = shared("corpus")
    groups = list(valid())
    assert len(groups) > 600
    wrong = [
        (paths[0], finding.code, finding.message)
        for paths in groups
        for finding in examine([str(corpus / path) for path in paths], Options(previews=True)).findings
        if is_own(finding) and finding.severity is Severity.ERROR
    ]
    assert wrong == []


def test_nothing_crashes_and_errors_are_right() -> None:
    codes: Counter[str] = Counter()
    for _, files in packages():
        for finding in examine(files, Options(previews=True)).findings:
            assert finding.code != "FI900", finding
            if is_own(finding) and finding.severity is Severity.ERROR:
                codes[finding.code] += 1
    assert set(codes) == set(RIGHT)


def test_warnings_are_rare() -> None:
    """A rule that speaks on more than a twentieth of real packages is not worth hearing."""
    packages_of: Counter[str] = Counter()
    count = 0
    for folder, files in packages():
        if "flytekit-tests" in folder.parts:
            continue
        count += 1
        found = {finding.code for finding in examine(files).findings if is_own(finding)}
        packages_of.update(found)
    noisy = {code: number for code, number in packages_of.items() if number * 20 > count}
    assert noisy == {}

"""Validation of real definitions: every error of the reference, and none on what it takes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from flowidl.findings import Finding, Severity
from flowidl.rules.options import Missing, Options
from flowidl.source import LoadOptions
from flowidl.source.definitions import Kind
from flowidl.validator.pipeline import examine
from tests.support.shared import shared
from tests.support.verdicts import Pairs, lines, package_of, package_of_mutant

EVERYTHING = Options(previews=True)
#: As the reference does, which knows of no "elsewhere".
COMPLETE = Options(missing=Missing(task="error", workflow="error", launch_plan="error"))

#: Errors on definitions that the workflow compiler takes, each right: other parts of the back end refuse.
REFUSED_LATER = {
    "FI604": "pods whose containers have a space in their name: the workflow compiler does not look at tasks",
}
#: The same on mutants, none of which was made to run.
NOT_MADE_TO_RUN = {
    "FI160": "a launch plan that a node runs, without its workflow, though all was said to be here",
    "FI158": "a task that lost its interface",
    "FI340": "nodes that vanish, for an id that is taken",
    "FI341": "nodes that vanish, for a reserved id",
    "FI342": "an upstream node that does not exist, beside others that do",
    "FI551": "an array node with nothing to map over",
    "FI554": "more successes than elements",
    "FI588": "ids that collide when branches are flattened",
    "FI595": "a failure node that reads another node",
    "FI598": "a failure node with the id of another node",
}
#: Errors that the reference has none of, on whole folders of definitions that nobody has called valid.
NONSENSE_IN_TESTS = {
    "FI556": "arrays over launch plans of which some may fail",
    "FI730": "a schedule with inputs left open",
    "FI731": "a kickoff time for an input that there is not",
    "FI732": "a schedule of six fields",
    "FI646": "a pod that mounts a volume and has none",
    "FI648": "a container without image beside the task's own",
    "FI840": "a Spark driver whose pod names a container that is lost when it is merged",
    "FI875": "a pod in the place of a later version",
}
#: Mutations of what surrounds a workflow, which a package of files has no place for.
NOT_IN_FILES = {
    "task_without_id": "a task is compiled by itself as well, and refused there, under another node id",
    "launch_plan_closure_part_absent": "launch plans are given the interface of their workflow or of nothing",
}


def errors(found: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in found if finding.severity is Severity.ERROR]


def references(found: tuple[Finding, ...]) -> Pairs:
    return {(f.reference.code, f.reference.node_id) for f in found if f.reference is not None}


def labels(result: str) -> list[dict[str, Any]]:
    return [line for line in lines("corpus", "oracle", "labels.jsonl") if line["result"] == result]


def examined(line: dict[str, Any], options: Options = EVERYTHING) -> tuple[Finding, ...]:
    """Return the findings on a labelled definition itself, not those on what was given along."""
    if not line["kind"].startswith("WorkflowSpec"):
        return examine([shared("corpus", line["path"])], options).findings
    found = examine(package_of(line), options).findings
    return tuple(finding for finding in found if finding.location.file == line["path"])


def test_no_error_on_what_the_reference_takes() -> None:
    wrong = [
        (line["path"], finding.code, finding.message)
        for line in labels("ok")
        for finding in errors(examined(line))
        if finding.code not in REFUSED_LATER
    ]
    assert wrong == []


def test_every_error_of_the_reference_is_found() -> None:
    for line in labels("error"):
        found = examined(line, COMPLETE)
        assert errors(found), line["path"]
        assert {(e["code"], e["node_id"]) for e in line["errors"]} <= references(found), line["path"]


def test_what_is_not_here_is_not_held_against_anybody() -> None:
    """A workflow that only lacks what was registered before it has no error, unless one asks for it."""
    for line in labels("error"):
        if line["missing"] and line["kind"].startswith("WorkflowSpec"):
            assert not errors(examined(line)), line["path"]


def test_mutants_have_the_errors_of_the_reference() -> None:
    differing: list[tuple[object, ...]] = []
    own: set[str] = set()
    for line in lines("conformance", "mutants.jsonl"):
        if line["uncertain"] or line["mutation"] in NOT_IN_FILES:
            continue
        found = examine(package_of_mutant(line), COMPLETE).findings
        wanted = {(code, id) for code, id in line["codes"]}
        if references(found) != wanted and "QK-50" not in line.get("quirks", ()):
            differing.append((line["id"], line["mutation"], sorted(references(found) ^ wanted)))
        if line["expected"] == "ok":
            own |= {finding.code for finding in errors(found)}
        else:
            assert errors(found), line["id"]
    assert differing == []
    assert own == NOT_MADE_TO_RUN.keys()


def test_no_error_on_what_its_project_calls_valid() -> None:
    """Each file by itself: a reference out of it leads elsewhere. Kubernetes objects are no definitions."""
    for entry in json.loads(shared("corpus", "index.json").read_text(encoding="utf-8")):
        if entry["expected_valid"] == "true" and not entry["message_type"].startswith("k8s:"):
            assert not errors(examine([shared("corpus", entry["path"])], EVERYTHING).findings), entry["path"]


def test_no_error_on_what_the_reference_made() -> None:
    """Compiled closures are definitions too."""
    reading = LoadOptions(kind=Kind.COMPILED_WORKFLOW_CLOSURE)
    for path in sorted({line["compiled"] for line in labels("ok")}):
        found = examine([shared("corpus", path)], EVERYTHING, reading).findings
        assert {finding.code for finding in errors(found)} <= REFUSED_LATER.keys(), path


# --- whole folders and archives


def packages() -> Iterator[tuple[Path, list[Path]]]:
    """Yield each folder of definitions with its files, and each archive."""
    for entry in sorted(shared("corpus").rglob("*")):
        if entry.is_dir():
            files = [path for path in sorted(entry.iterdir()) if path.suffix in (".pb", ".json", ".yaml")]
            if files:
                yield entry, files
        elif entry.suffix in (".tgz", ".tar"):
            yield entry, [entry]


@cache
def examined_packages() -> tuple[tuple[Path, tuple[Finding, ...]], ...]:
    return tuple((entry, examine(files, EVERYTHING).findings) for entry, files in packages())


def test_nothing_crashes_and_errors_of_our_own_are_right() -> None:
    own: set[str] = set()
    for entry, found in examined_packages():
        assert "FI900" not in {finding.code for finding in found}, entry
        own |= {f.code for f in errors(found) if f.reference is None and f.phase.name != "READ"}
    assert own == NONSENSE_IN_TESTS.keys()


def test_archives_are_clean() -> None:
    """Packages as SDKs write them, and as people register them."""
    for entry, found in examined_packages():
        if entry.is_file() and entry.parent.name == "packages":
            assert not errors(found), (entry, errors(found))


def test_warnings_are_rare() -> None:
    """A rule that speaks on more than a twentieth of real packages is not worth hearing."""
    count, heard = 0, Counter[str]()
    for entry, found in examined_packages():
        if not {"flytekit-tests", "oracle"} & set(entry.parts):
            count += 1
            heard.update({finding.code for finding in found if finding.severity is not Severity.INFO})
    assert {code: times for code, times in heard.items() if times * 20 > count} == {}

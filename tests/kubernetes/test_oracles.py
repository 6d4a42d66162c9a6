"""The shared verdicts on names, quantities and pods, all of them, against ours."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from flowidl.cron import CronError, parse, split_zone, zone_exists
from flowidl.kubernetes import Fault, Problem, Shape, check, written
from flowidl.kubernetes.images import image_problem
from flowidl.kubernetes.names import (
    config_key_problem,
    key_problem,
    label_problem,
    old_label_problem,
    old_variable_problem,
    port_name_problem,
    subdomain_problem,
    value_problem,
    variable_problem,
)
from flowidl.kubernetes.structures import structures
from flowidl.quantities import parse_quantity
from tests.support.shared import shared

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def cron_problem(text: str) -> str:
    """Say why a text is no schedule, its time zone included."""
    try:
        parse(text)
    except CronError as error:
        return str(error)
    return "" if zone_exists(split_zone(text)[0]) else "there is no such time zone"


NAMES: dict[str, Callable[[str], str]] = {
    "config_map_key": config_key_problem,
    "cron_schedule": cron_problem,
    "dns1035_label": old_label_problem,
    "dns1123_label": label_problem,
    "dns1123_subdomain": subdomain_problem,
    "env_var_name": old_variable_problem,
    "image_reference": image_problem,
    "label_value": value_problem,
    "port_name": port_name_problem,
    "qualified_name": key_problem,
    "relaxed_env_var_name": variable_problem,
}

#: What is said of a pod, and is no refusal by the API server.
NO_REFUSAL = (Fault.UNKNOWN_KEY, Fault.IMAGE)


def rows(name: str) -> list[dict[str, Any]]:
    """Return the rows of a file of verdicts."""
    with shared("oracles", name).open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.mark.parametrize("kind", sorted(NAMES))
def test_names(kind: str) -> None:
    """Every verdict on a name is that of Kubernetes, row by row."""
    of_kind = [row for row in rows("names.jsonl") if row["kind"] == kind]
    wrong = [row for row in of_kind if row["valid"] != (NAMES[kind](row["text"]) == "")]
    assert of_kind
    assert wrong == []


def test_every_kind_of_name_is_tried() -> None:
    assert {row["kind"] for row in rows("names.jsonl")} == set(NAMES)


def test_quantities() -> None:
    """Every verdict on a quantity is that of Kubernetes, and so is its value where that is said."""
    for row in rows("quantities.jsonl"):
        quantity = parse_quantity(row["text"])
        assert (quantity is not None) == row["valid"], row
        canonical = parse_quantity(row["canonical"]) if row["valid"] else None
        if quantity is not None and canonical is not None and not row["text"].endswith("E"):
            assert quantity.nanos == canonical.nanos, row  # (Kubernetes' own text loses the `E` of some)


def refusals(pod: dict[str, Any]) -> list[Problem]:
    """Return what the API server minds about a pod whose first container runs the task."""
    spec, metadata = pod.get("spec"), pod.get("metadata")
    root = check(spec, Shape.POD).root
    primary = next((container.text("name") for container in root.parts("containers")), "")
    of_spec = check(spec, Shape.POD, primary=primary).problems
    found = of_spec + check(metadata, Shape.METADATA).problems
    return [problem for problem in found if problem.fault not in NO_REFUSAL]


def test_pods() -> None:
    """At least 95 % of the pods that are refused are found, and there is no error on one that is taken."""
    found, missed, alarms = 0, Counter[str](), Counter[str]()
    for row in rows("pods.jsonl"):
        if not row["survives"]:
            continue
        problems = refusals(row["pod"])
        if row["valid"]:
            alarms[row["mutation"]] += any(problem.certain for problem in problems)
        elif problems:
            found += 1
        else:
            missed[row["mutation"]] += 1
    assert +alarms == Counter()
    assert found / (found + missed.total()) >= 0.95, missed


def test_pods_that_newer_versions_mind() -> None:
    """Where versions of Kubernetes disagree, nothing is called certain."""
    for row in rows("pods_versions.jsonl"):
        if row["valid"]["1.34"]:
            assert [p for p in refusals(row["pod"]) if p.certain] == [], row["mutation"]


def test_unknown_keys() -> None:
    """Keys that strict decoding does not know are said to be so, except those that differ in case only."""
    known = {key for structure in structures().values() for key in structure.folded}
    for row in rows("pods.jsonl"):
        problems = check(row["pod"]["spec"], Shape.POD).problems
        if any(problem.fault is Fault.UNREADABLE for problem in problems):
            continue
        ours = {f"spec.{written(p.steps)}" for p in problems if p.fault is Fault.UNKNOWN_KEY}
        theirs = {field.split('"')[1] for field in row.get("unknown_fields", ())}
        assert ours <= theirs, row["id"]
        assert all(field.rpartition(".")[2].lower() in known for field in theirs - ours), row["id"]

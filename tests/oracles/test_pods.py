"""Pods, as tasks run them, against what the API server says of them."""

from __future__ import annotations

from functools import cache
from typing import Any

from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.core.v1.identifier_pb2 import ResourceType
from flowidl.core.v1.tasks_pb2 import RuntimeMetadata
from flowidl.core.v1.types_pb2 import SimpleType
from flowidl.findings import Finding
from flowidl.kubernetes import Shape, check
from flowidl.rules.options import Options
from flowidl.source.definitions import Definition, Kind, Origin
from flowidl.validator.pipeline import examine
from tests.oracles.judge import GOAL, Row, rows, tally

#: What is right, and no matter of the API server's: keys that are dropped, images that the kubelet cannot
#: fetch, requests that registration compares, pods without the container that was meant to run the task.
ELSEWHERE = {
    "FI640": "an unknown key is dropped",
    "FI664": "the kubelet pulls images, not the API server",
    "FI649": "registration compares requests with limits",
    "FI820": "the engine fills in what arguments ask for",
}


def task(row: Row) -> TaskSpec:
    """Return a task that runs a pod, whose first container is its own."""
    spec = TaskSpec()
    template = spec.template
    template.id.resource_type, template.id.name, template.id.version = ResourceType.TASK, row["id"], "1"
    template.id.project, template.id.domain = "flytesnacks", "development"
    template.type, template.metadata.runtime.type = "python-task", RuntimeMetadata.FLYTE_SDK
    template.metadata.runtime.version = "1.16.8"
    template.interface.inputs.variables["a"].type.simple = SimpleType.INTEGER
    template.k8s_pod.pod_spec.update(row["pod"]["spec"])
    metadata: dict[str, Any] = row["pod"].get("metadata") or {}
    template.k8s_pod.metadata.labels.update(metadata.get("labels") or {})
    template.k8s_pod.metadata.annotations.update(metadata.get("annotations") or {})
    containers = check(row["pod"]["spec"], Shape.POD).root.parts("containers")
    names = (container.text("name") for container in containers)
    template.config["primary_container_name"] = next(names, "") or "primary"
    return spec


@cache
def findings() -> dict[str, list[Finding]]:
    """Examine all pods as one package; return what is found by the name of the task."""
    definitions = [Definition(Kind.TASK_SPEC, task(row), Origin(row["id"])) for row in rows("pods.jsonl")]
    found: dict[str, list[Finding]] = {row["id"]: [] for row in rows("pods.jsonl")}
    for finding in examine(definitions, Options()).findings:
        found[finding.location.file].append(finding)
    return found


def test_what_the_api_server_refuses_is_found() -> None:
    """What Flyte would repair or break on the way is left out, as the data say."""
    judged = [row for row in rows("pods.jsonl") if row["survives"]]
    result = tally(judged, {}, ELSEWHERE, lambda row: tuple(findings()[row["id"]]))
    assert result.refused.total() > 900
    assert result.share >= GOAL, result.missed()
    assert not result.false


def test_refusals_are_errors() -> None:
    """What is refused by every version of Kubernetes is called so, and not doubted."""
    judged = [row for row in rows("pods.jsonl") if row["survives"] and not row["valid"]]
    doubted = [
        row["id"] for row in judged if not any(f.severity.name == "ERROR" for f in findings()[row["id"]])
    ]
    assert len(doubted) <= len(judged) // 100, doubted


def test_what_the_back_end_breaks_is_found() -> None:
    """A request without limit beside the task's container is refused once the back end has set the limit."""
    broken = [row for row in rows("pods.jsonl") if row["valid"] and row.get("flyte_errors")]
    assert broken
    for row in broken:
        assert any(finding.severity.name == "ERROR" for finding in findings()[row["id"]]), row["id"]

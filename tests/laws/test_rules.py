"""Whatever definitions hold, the rules about later failures read it without a crash."""

from __future__ import annotations

import pytest
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowidl.admin.v1.execution_pb2 import ExecutionCreateRequest, ExecutionSpec
from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.core.v1.workflow_pb2 import Node
from flowidl.findings import Severity
from flowidl.rules.case import Case
from flowidl.rules.kubernetes.pods_cases import CASES as PODS
from flowidl.rules.options import Options, PlatformLimits
from flowidl.source.definitions import Definition, Kind
from flowidl.validator.pipeline import examine
from tests.support.messages import messages

NAMES = st.sampled_from(
    ["", "a", "b", "n0", "start-node", "o0", "1", "[0].a", "-", "TZ=UTC 0 0 * * *", "x" * 70]
)
EVERYTHING = Options(
    previews=True,
    budgets=("grpc-1kib", "etcd-1kib", "max-nodes=1"),
    platform=PlatformLimits("1", "1Gi", "0", "1Gi", 2, "1Ki", 1, 1),
)
KINDS: dict[Kind, type[Message]] = {
    Kind.TASK_SPEC: TaskSpec,
    Kind.WORKFLOW_SPEC: WorkflowSpec,
    Kind.LAUNCH_PLAN: LaunchPlan,
    Kind.EXECUTION_SPEC: ExecutionSpec,
    Kind.EXECUTION_CREATE_REQUEST: ExecutionCreateRequest,
}


def crashes(*definitions: Definition) -> list[object]:
    return [finding for finding in examine(definitions, EVERYTHING).findings if finding.code == "FI900"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.label))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
)
@given(data=st.data())
def test_any_definition_is_read(kind: Kind, data: st.DataObject) -> None:
    message = data.draw(messages(KINDS[kind], depth=7, json=False, text=NAMES))
    assert crashes(Definition(kind, message)) == []


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
)
@given(st.lists(messages(Node, depth=6, json=False, text=NAMES), min_size=1, max_size=4), st.data())
def test_any_nodes_are_read(nodes: list[Node], data: st.DataObject) -> None:
    spec = WorkflowSpec()
    spec.template.nodes.extend(nodes)
    if data.draw(st.booleans()):
        spec.template.failure_node.CopyFrom(nodes[0])
    task = data.draw(messages(TaskSpec, depth=5, json=False, text=NAMES))
    plan = data.draw(messages(LaunchPlan, depth=5, json=False, text=NAMES))
    definitions = (
        Definition(Kind.WORKFLOW_SPEC, spec),
        Definition(Kind.TASK_SPEC, task),
        Definition(Kind.LAUNCH_PLAN, plan),
    )
    assert crashes(*definitions) == []


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
)
@given(st.sampled_from(PODS), st.data())
def test_any_pod_is_read(case: Case, data: st.DataObject) -> None:
    """A pod spec in which something has been replaced by anything else."""
    for definition in case.inputs():
        if not isinstance(definition, Definition) or definition.kind is not Kind.TASK_SPEC:
            continue
        spec = TaskSpec.FromString(definition.message.SerializeToString())
        here = spec.template.k8s_pod.pod_spec
        for name in sorted(here.fields):
            if data.draw(st.booleans()):
                value = data.draw(messages(type(here.fields[name]), depth=4, json=False, text=NAMES))
                here.fields[name].CopyFrom(value)
        assert crashes(Definition(Kind.TASK_SPEC, spec)) == []


def test_findings_do_not_depend_on_order() -> None:
    """The same package in another order says the same."""
    parts = [part.input() for case in PODS[:6] for part in case.files]
    forth = {(f.code, f.message, f.severity) for f in examine(parts).findings}
    back = {(f.code, f.message, f.severity) for f in examine(parts[::-1]).findings}
    assert {entry for entry in forth if entry[2] is Severity.ERROR} == {
        entry for entry in back if entry[2] is Severity.ERROR
    }

"""Executions: their spec, their inputs, and what is refused before anybody is asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from google.protobuf import text_format

from flowidl.admin.v1.execution_pb2 import ExecutionCreateRequest, ExecutionSpec
from flowidl.builders.errors import BuildError
from flowidl.builders.executions import execution, execution_spec
from flowidl.builders.identifiers import launch_plan_id, task_id, workflow_id
from flowidl.builders.launch_plans import FAILED, email_notification, launch_plan
from flowidl.builders.nodes import reference
from flowidl.builders.options import Options
from flowidl.validator import validate
from tests.builders.small import FULL, flow, step

INPUTS: dict[str, object] = {"a": int, "b": str, "c": float}
FLOW = flow(inputs=INPUTS, id=FULL)
TASK = step(inputs=INPUTS, id=FULL)
PLAN = launch_plan(FLOW, default_inputs={"b": "x"}, fixed_inputs={"c": 1.5})

NOTES = (email_notification("a@x", phases=[FAILED]),)

_ID = 'launch_plan { resource_type: LAUNCH_PLAN project: "proj" domain: "dev" name: "flow" version: "ver1" }'
_PLAIN = f'{_ID} metadata {{ principal: "placeholder" }} labels {{}} annotations {{}} auth_role {{}}'


@pytest.mark.parametrize(
    ("spec", "more"),
    [
        (execution_spec(PLAN), ""),
        (execution_spec(PLAN, interruptible=False), "interruptible {}"),
        (execution_spec(PLAN, interruptible=True), "interruptible { value: true }"),
        (execution_spec(PLAN, envs={"B": "2", "A": "1"}),
         'envs { values { key: "B" value: "2" } values { key: "A" value: "1" } }'),
        (execution_spec(PLAN, tags=["t"]), 'tags: "t"'),
        (execution_spec(PLAN, cluster_pool="p"), 'cluster_assignment { cluster_pool_name: "p" }'),
        (execution_spec(PLAN, execution_cluster_label="l"), 'execution_cluster_label { value: "l" }'),
        (execution_spec(PLAN, overwrite_cache=True), "overwrite_cache: true"),
        (execution_spec(PLAN, options=Options(overwrite_cache=True)), "overwrite_cache: true"),
        (execution_spec(PLAN, options=Options(disable_notifications=True)), "disable_all: true"),
        (execution_spec(PLAN, options=Options(max_parallelism=3)), "max_parallelism: 3"),
        (
            execution_spec(PLAN, options=Options(notifications=NOTES)),
            'notifications { notifications { phases: FAILED email { recipients_email: "a@x" } } }',
        ),
    ],
)  # fmt: skip
def test_specs(spec: ExecutionSpec, more: str) -> None:
    assert spec == text_format.Parse(f"{_PLAIN} {more}", ExecutionSpec())


def test_request() -> None:
    made = execution(PLAN, {"a": 1}, name="e1")
    expected = text_format.Parse(
        f"""project: "proj" domain: "dev" name: "e1" spec {{ {_PLAIN} }}
        inputs {{ literals {{ key: "a" value {{ scalar {{ primitive {{ integer: 1 }} }} }} }} }}""",
        ExecutionCreateRequest(),
    )
    assert made == expected
    report = validate(TASK, FLOW, PLAN, made)
    assert report.passed
    assert not report.findings


def test_the_request_takes_a_spec_and_another_project() -> None:
    made = execution(PLAN, {"a": 1}, spec=execution_spec(PLAN, interruptible=True), project="other")
    assert made.spec.interruptible.value
    assert (made.project, made.domain) == ("other", "dev")


def test_other_targets() -> None:
    assert execution(TASK, {"a": 1, "b": "x", "c": 1.0}).spec.launch_plan == TASK.template.id
    elsewhere = reference(launch_plan_id("lp", **FULL), inputs=INPUTS)
    assert set(execution(elsewhere, {"a": 1}).inputs.literals) == {"a"}
    by_name = execution(launch_plan_id("lp", **FULL), {"a": [1]})
    assert by_name.inputs.literals["a"].collection.literals[0].scalar.primitive.integer == 1


REFUSED: list[tuple[str | None, str, Callable[[], object]]] = [
    ("missing-execution-input", "is not given `a`", lambda: execution(PLAN)),
    ("unknown-execution-input", "the launch plan fixes it", lambda: execution(PLAN, {"a": 1, "c": 1.0})),
    ("unknown-execution-input", "there are", lambda: execution(PLAN, {"a": 1, "zzz": 1})),
    ("execution-input-mismatch", "expects `int`", lambda: execution(PLAN, {"a": "1"})),
    ("missing-execution-input", "`b`, `c`", lambda: execution(TASK, {"a": 1})),
    ("execution-of-nothing", "without its project", lambda: execution_spec(launch_plan_id("lp"))),
    ("execution-of-nothing", "without its version", lambda: execution(task_id("t", project="p", domain="d"))),
    ("execution-of-nothing", "neither", lambda: execution_spec(workflow_id("w", **FULL))),
    ("invalid-execution-name", "`1st`", lambda: execution(PLAN, {"a": 1}, name="1st")),
    ("invalid-execution-name", "is not the name", lambda: execution(PLAN, {"a": 1}, name="a" * 64)),
    (None, "the target is `flow`", lambda: execution(PLAN, {"a": 1}, spec=execution_spec(TASK))),
]


@pytest.mark.parametrize(("rule", "words", "build"), REFUSED)
def test_refusals(rule: str | None, words: str, build: Callable[[], object]) -> None:
    with pytest.raises(BuildError) as refused:
        build()
    assert refused.value.rule == rule
    assert words in str(refused.value)

"""Dynamic jobs: their numbering, what comes along, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from google.protobuf import text_format

from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.builders.conditions import conditional
from flowidl.builders.dynamic import dynamic_job
from flowidl.builders.errors import BuildError
from flowidl.builders.identifiers import task_id
from flowidl.builders.launch_plans import launch_plan
from flowidl.builders.nodes import call, reference
from flowidl.builders.workflows import WorkflowBuilder
from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
from flowidl.core.v1.workflow_pb2 import WorkflowTemplate
from tests.builders.small import FULL, flow, step

INC = step("inc", {"x": str})
SUB = flow("sub", {"x": str})
SUB_TASK = step("step", {"x": str})


def chain() -> WorkflowBuilder:
    body = WorkflowBuilder("body")
    first = body.add(call(INC, x="a"))
    chosen = body.add(call(INC, x=first), id="chosen")
    last = body.add(call(launch_plan(SUB, name="plan"), x=chosen))
    body.order(first, last)
    body.output("o0", [last.o0, first.o0], type=list[str])
    return body


def test_numbered_ids_get_a_prefix_everywhere() -> None:
    job = dynamic_job(chain().spec, tasks=[INC])
    assert [node.id for node in job.nodes] == ["dn0", "chosen", "dn2"]
    assert [sorted(node.upstream_node_ids) for node in job.nodes] == [[], ["dn0"], ["chosen", "dn0"]]
    assert job.nodes[1].inputs[0].binding.promise.node_id == "dn0"
    assert [each.promise.node_id for each in job.outputs[0].binding.collection.bindings] == ["dn2", "dn0"]
    assert job.min_successes == 3
    assert [task.id.name for task in job.tasks] == ["inc"]


def test_the_whole_message() -> None:
    body = WorkflowBuilder("body")
    body.output("o0", body.add(call(INC, x="a")))
    expected = text_format.Parse(_JOB, DynamicJobSpec())
    expected.tasks.append(INC.template)
    made = dynamic_job(body.spec, tasks=[INC, INC.template])
    assert made == expected
    assert body.spec.template.nodes[0].id == "n0"  # the argument stays as it is


_JOB = """
nodes {
  id: "dn0"
  metadata { name: "inc" retries {} }
  inputs { var: "x" binding { scalar { primitive { string_value: "a" } } } }
  task_node { reference_id { resource_type: TASK name: "inc" } overrides {} }
}
min_successes: 1
outputs { var: "o0" binding { promise { node_id: "dn0" var: "o0" } } }
"""


def test_sub_workflows_and_branches_come_along() -> None:
    body = WorkflowBuilder("body")
    first = body.add(call(SUB, x="a"))
    either = conditional("c").if_(first.o0 == "b").then(call(INC, x=first)).else_().then(call(INC, x="c"))
    body.output("o0", body.add(either))
    job = dynamic_job(body.spec, tasks=[INC, SUB_TASK])
    assert [each.id.name for each in job.subworkflows] == ["sub"]
    assert job.subworkflows[0].nodes[0].id == "n0"
    block = job.nodes[1].branch_node.if_else
    assert block.case.then_node.inputs[0].binding.promise.node_id == "dn0"
    assert block.case.then_node.id.startswith("dn")
    assert job.nodes[1].inputs[0].var == block.case.condition.comparison.left_value.var == "dn0.o0"


def _with_input() -> WorkflowSpec:
    body = WorkflowBuilder("body")
    body.output("o0", body.add(call(INC, x=body.input("x", str))))
    return body.spec


def _elsewhere() -> WorkflowSpec:
    body = WorkflowBuilder("body")
    body.add(call(reference(task_id("far", **FULL))))
    return body.spec


def _without_template() -> WorkflowTemplate:
    body = WorkflowBuilder("body")
    body.add(call(SUB, x="a"))
    return body.spec.template


REFUSED: list[tuple[str | None, str, Callable[[], object]]] = [
    ("workflow-without-nodes", "LiteralMap", lambda: dynamic_job(WorkflowTemplate())),
    (None, "has inputs", lambda: dynamic_job(_with_input(), tasks=[INC])),
    ("task-not-found", "runs task `inc`", lambda: dynamic_job(chain().spec)),
    ("task-not-found", "runs task `far`", lambda: dynamic_job(_elsewhere())),
    ("task-not-found", "runs task `step`", lambda: dynamic_job(_without_template(), sub_workflows=[SUB])),
    ("sub-workflow-not-found", "`sub`", lambda: dynamic_job(_without_template(), tasks=[SUB_TASK])),
    (
        "entity-defined-twice",
        "two definitions of `inc`",
        lambda: dynamic_job(chain().spec, tasks=[INC, step("inc")]),
    ),
]


@pytest.mark.parametrize(("rule", "words", "build"), REFUSED)
def test_refusals(rule: str | None, words: str, build: Callable[[], object]) -> None:
    with pytest.raises(BuildError) as refused:
        build()
    assert refused.value.rule == rule
    assert words in str(refused.value)

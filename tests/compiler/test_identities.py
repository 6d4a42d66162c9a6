"""Which definition an identifier means to the reference compiler, in every place where one can stand."""

from __future__ import annotations

import pytest
from google.protobuf import text_format

from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.core.v1.workflow_pb2 import WorkflowTemplate
from tests.support.flows import (
    BOOL,
    INT,
    STR,
    array,
    branch,
    launch_plan,
    node,
    number,
    pairs,
    plan,
    run,
    sub,
    take,
    workflow,
)

OWN = 'resource_type: WORKFLOW name: "w"'
ITSELF = f"workflow_node {{ launchplan_ref {{ {OWN} }} }}"
NO_REFERENCE = "workflow_node { }"
EXPECTS_TEXT = (
    f'closure {{ expected_inputs {{ parameters {{ key: "other" value {{ var {{ type {{ {STR} }} }} '
    f"required: true }} }} }} expected_outputs {{ }} }}"
)


def plan_with_id(id: str | None, text: str = EXPECTS_TEXT) -> LaunchPlan:
    return text_format.Parse(text if id is None else f"id {{ {id} }} {text}", LaunchPlan())


def without_id(template: WorkflowTemplate) -> WorkflowTemplate:
    template.ClearField("id")
    return template


def with_empty_id(template: WorkflowTemplate) -> WorkflowTemplate:
    template.id.Clear()
    template.id.SetInParent()
    return template


#: The plan of the workflow's own identifier; its closure expects something else and is ignored.
OWN_PLAN = plan_with_id(OWN)
TAKES_A = take("a", "", "a")


@pytest.mark.parametrize(
    "nodes",
    [
        node("n0", ITSELF, TAKES_A),
        node("b", branch(node("t", ITSELF, TAKES_A, field="then_node")), take("c", "", "a")),
        node("n0", array("x", ITSELF), TAKES_A),
        node("n0", array("x", "array_node { " + node("y", ITSELF, field="node") + " }"), TAKES_A),
        node("n0", "idle") + node("fn", ITSELF, TAKES_A, field="failure_node"),
    ],
    ids=["top", "branch", "array", "array of array", "failure node"],
)
def test_a_plan_named_as_its_workflow_has_the_interface_of_that(nodes: str) -> None:
    template = workflow(nodes, inputs={"a": INT})
    assert pairs(run(template, plans=[OWN_PLAN])) == set()
    assert pairs(run(template)) == {("WorkflowReferenceNotFound", "start-node")}


def test_its_inputs_are_required() -> None:
    template = workflow(node("n0", ITSELF), inputs={"a": INT})
    assert pairs(run(template, plans=[OWN_PLAN])) == {("ParameterNotBound", "n0")}
    template = workflow(node("n0", ITSELF, TAKES_A, take("other", "", "a")), inputs={"a": INT})
    assert pairs(run(template, plans=[OWN_PLAN])) == {("VariableNameNotFound", "n0")}


def test_its_outputs_are_those_of_the_workflow() -> None:
    nodes = node("n0", ITSELF)
    good = workflow(
        nodes, outputs={"z": INT}, bound='inputs { var: "z" binding { promise { node_id: "n0" var: "z" } } }'
    )
    assert pairs(run(good, plans=[OWN_PLAN])) == set()


def test_in_a_sub_workflow_it_is_that_of_the_sub_workflow() -> None:
    inner = 'workflow_node { launchplan_ref { resource_type: WORKFLOW name: "s" } }'
    plans = [OWN_PLAN, plan_with_id('resource_type: WORKFLOW name: "s"')]
    same = workflow(node("n0", inner, take("b", "", "b")), inputs={"b": BOOL}, name="s")
    outer = workflow(node("n0", sub("s"), take("b", "", "a")), inputs={"a": BOOL})
    assert pairs(run(outer, subs=[same], plans=plans)) == set()
    # the identifier of the outer workflow means nothing special there
    other = workflow(node("n0", ITSELF), name="s")
    assert pairs(run(workflow(node("n0", sub("s"))), subs=[other], plans=plans)) == {
        ("ParameterNotBound", "n0")
    }


def test_every_part_of_the_identifier_counts() -> None:
    for id in (
        'resource_type: LAUNCH_PLAN name: "w"',
        'resource_type: WORKFLOW name: "w" version: "1"',
        'resource_type: WORKFLOW name: "w" org: "o"',
        'resource_type: WORKFLOW name: "w" project: "p"',
    ):
        template = workflow(node("n0", f"workflow_node {{ launchplan_ref {{ {id} }} }}"))
        assert pairs(run(template, plans=[plan_with_id(id)])) == {("ParameterNotBound", "n0")}


@pytest.mark.parametrize(
    "nodes",
    [
        node("n0", NO_REFERENCE, TAKES_A),
        node("b", branch(node("t", NO_REFERENCE, TAKES_A, field="then_node")), take("c", "", "a")),
        node("n0", array("x", NO_REFERENCE), TAKES_A),
        node("n0", "idle") + node("fn", NO_REFERENCE, TAKES_A, field="failure_node"),
    ],
    ids=["top", "branch", "array", "failure node"],
)
def test_no_reference_means_the_workflow_if_that_has_no_id(nodes: str) -> None:
    assert pairs(run(without_id(workflow(nodes, inputs={"a": INT})))) == set()
    for template in (workflow(nodes, inputs={"a": INT}), with_empty_id(workflow(nodes, inputs={"a": INT}))):
        assert any(code == "WorkflowReferenceNotFound" for code, _ in pairs(run(template)))


def test_an_empty_id_is_not_an_absent_one() -> None:
    empty = "workflow_node { launchplan_ref { } }"
    own = workflow(node("n0", empty, TAKES_A), inputs={"a": INT})
    assert pairs(run(with_empty_id(own), plans=[plan_with_id("")])) == set()
    assert pairs(run(with_empty_id(own), plans=[plan_with_id(None)])) == {
        ("WorkflowReferenceNotFound", "start-node")
    }
    assert pairs(run(without_id(own), plans=[plan_with_id("")])) == {
        ("ParameterNotBound", "n0"),
        ("VariableNameNotFound", "n0"),
    }


def test_the_node_id_of_an_empty_template() -> None:
    assert pairs(run(without_id(workflow("")))) == {("NoNodesFound", "<nil>")}
    assert pairs(run(with_empty_id(workflow("")))) == {("NoNodesFound", "")}


def test_the_last_of_several_launch_plans_counts() -> None:
    def expecting(type: str) -> LaunchPlan:
        return launch_plan("lp", EXPECTS_TEXT.replace(STR, type))

    template = workflow(node("n0", plan("lp"), f'inputs {{ var: "other" binding {{ {number(1)} }} }}'))
    assert pairs(run(template, plans=[expecting(STR), expecting(INT)])) == set()
    assert pairs(run(template, plans=[expecting(INT), expecting(STR)])) == {("MismatchingTypes", "n0")}

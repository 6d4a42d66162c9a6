"""Laws of validation: idle order has no effect, the sound has no error, a fault has its own code."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.core.v1.identifier_pb2 import ResourceType
from flowidl.core.v1.interface_pb2 import VariableMap
from flowidl.core.v1.literals_pb2 import BindingData
from flowidl.core.v1.workflow_pb2 import Node, WorkflowTemplate
from flowidl.report.model import Report
from flowidl.source.definitions import Definition, Kind
from flowidl.validator import Options, validate
from tests.laws.test_compiler import TASKS, damage, flows

Message = TypeVar("Message")
Said = set[tuple[str, str, str, str, tuple[str, ...]]]

#: What the tasks of these random workflows leave unsaid, and registration asks for.
UNSAID = {"FI155", "FI156"}

few = settings(max_examples=50, deadline=None)
seeds = st.integers(0, 10**9)


def package(template: WorkflowTemplate) -> list[Definition]:
    """Return a workflow with its tasks and a launch plan that gives one input."""
    plan = LaunchPlan()
    plan.id.CopyFrom(template.id)
    plan.id.resource_type = ResourceType.LAUNCH_PLAN
    plan.spec.workflow_id.CopyFrom(template.id)
    plan.spec.fixed_inputs.literals["in_int"].scalar.primitive.integer = 1
    return [
        Definition(Kind.WORKFLOW_SPEC, WorkflowSpec(template=template)),
        *(Definition(Kind.TASK_SPEC, TaskSpec(template=task)) for task in TASKS),
        Definition(Kind.LAUNCH_PLAN, plan),
    ]


def report_on(template: WorkflowTemplate) -> Report:
    return validate(*package(template), options=Options(previews=True))


def said(report: Report) -> Said:
    """Return what a report says, but for the places inside messages, which order changes."""
    return {
        (f.code, f.severity.name, f.message, f.help, tuple(sorted(f.location.domain_path)))
        for f in report.findings
    }


def shuffled(chance: random.Random, values: Sequence[Message]) -> list[Message]:
    return chance.sample(values, len(values))


def reorder(template: WorkflowTemplate, seed: int) -> WorkflowTemplate:
    """Return a copy in another order that means the same.

    Branches see only what is listed before them, so they keep their order behind all other nodes.
    """
    chance = random.Random(seed)
    copy = WorkflowTemplate()
    copy.CopyFrom(template)
    branches = [node for node in template.nodes if node.HasField("branch_node")]
    others = [node for node in template.nodes if not node.HasField("branch_node")]
    copy.ClearField("nodes")
    copy.nodes.extend((*shuffled(chance, others), *branches))
    for node in copy.nodes:
        _reorder_node(node, chance)
    for side in (copy.interface.inputs, copy.interface.outputs):
        _reorder_map(side, chance)
    return copy


def _reorder_node(node: Node, chance: random.Random) -> None:
    node.upstream_node_ids[:] = shuffled(chance, node.upstream_node_ids)
    if len({binding.var for binding in node.inputs}) == len(node.inputs):
        bindings = shuffled(chance, node.inputs)
        node.ClearField("inputs")
        node.inputs.extend(bindings)


def _reorder_map(side: VariableMap, chance: random.Random) -> None:
    entries = shuffled(chance, list(side.variables.items()))
    side.ClearField("variables")
    for name, variable in entries:
        side.variables[name].CopyFrom(variable)


def branches_last(template: WorkflowTemplate) -> WorkflowTemplate:
    copy = WorkflowTemplate()
    copy.CopyFrom(template)
    copy.ClearField("nodes")
    copy.nodes.extend(sorted(template.nodes, key=lambda node: node.HasField("branch_node")))
    return copy


@few
@given(flows(), seeds)
def test_order_that_means_nothing_changes_no_finding(template: WorkflowTemplate, seed: int) -> None:
    broken = branches_last(damage(template, seed))
    assert said(report_on(reorder(broken, seed))) == said(report_on(broken))


@few
@given(flows(), seeds)
def test_order_of_a_package_changes_no_finding(template: WorkflowTemplate, seed: int) -> None:
    definitions = package(damage(template, seed))
    expected = validate(*definitions)
    assert said(validate(*shuffled(random.Random(seed), definitions))) == said(expected)


@few
@given(flows(), seeds)
def test_a_report_is_the_same_every_time(template: WorkflowTemplate, seed: int) -> None:
    definitions = package(damage(template, seed))
    assert validate(*definitions) == validate(*definitions)


@few
@given(flows())
def test_what_is_sound_has_no_error(template: WorkflowTemplate) -> None:
    codes = {finding.code for finding in report_on(template).findings if finding.severity.name == "ERROR"}
    assert codes <= UNSAID


# --- a fault yields the code that it is named for


def unbind(template: WorkflowTemplate, node: Node) -> None:
    del node.inputs[0]


def bind_twice(template: WorkflowTemplate, node: Node) -> None:
    node.inputs.add().CopyFrom(node.inputs[0])


def bind_unknown(template: WorkflowTemplate, node: Node) -> None:
    node.inputs.add(var="zz", binding=template.outputs[0].binding)


def bind_nothing(template: WorkflowTemplate, node: Node) -> None:
    node.inputs[0].binding.CopyFrom(BindingData())


def bind_text(template: WorkflowTemplate, node: Node) -> None:
    node.inputs[0].binding.scalar.primitive.string_value = "x"


def take_from_nowhere(template: WorkflowTemplate, node: Node) -> None:
    promise = node.inputs[0].binding.promise
    promise.node_id, promise.var = "zz", "o0"


def take_no_output(template: WorkflowTemplate, node: Node) -> None:
    promise = node.inputs[0].binding.promise
    promise.node_id, promise.var = "", "zz"


def forget_target(template: WorkflowTemplate, node: Node) -> None:
    node.ClearField("task_node")


def forget_id(template: WorkflowTemplate, node: Node) -> None:
    template.nodes.add().CopyFrom(node)
    node.id = ""


def repeat_node(template: WorkflowTemplate, node: Node) -> None:
    template.nodes.add().CopyFrom(node)


def wait_for_nobody(template: WorkflowTemplate, node: Node) -> None:
    node.upstream_node_ids.append("zz")


def wait_for_itself(template: WorkflowTemplate, node: Node) -> None:
    node.upstream_node_ids.extend([node.id, ""])


def forget_output(template: WorkflowTemplate, node: Node) -> None:
    names = [binding.var for binding in template.outputs]
    del template.outputs[names.index("out_int")]


def undeclare_output(template: WorkflowTemplate, node: Node) -> None:
    del template.interface.outputs.variables["out_int"]


FAULTS: dict[str, Callable[[WorkflowTemplate, Node], None]] = {
    "FI105": forget_id,
    "FI106": forget_target,
    "FI300": wait_for_itself,
    "FI340": repeat_node,
    "FI342": wait_for_nobody,
    "FI400": unbind,
    "FI401": forget_output,
    "FI402": bind_unknown,
    "FI403": undeclare_output,
    "FI404": bind_nothing,
    "FI405": bind_twice,
    "FI406": bind_text,
    "FI420": take_from_nowhere,
    "FI423": take_no_output,
}


@pytest.mark.parametrize("code", FAULTS)
@settings(max_examples=8, deadline=None)
@given(template=flows(), seed=seeds)
def test_a_fault_yields_its_code(code: str, template: WorkflowTemplate, seed: int) -> None:
    """The node at fault runs a task whose first input is an `int`: one that cannot be left out or lifted."""
    broken = WorkflowTemplate()
    broken.CopyFrom(template)
    candidates = [node for node in broken.nodes if node.task_node.reference_id.name.startswith("int_")]
    assume(candidates)
    FAULTS[code](broken, random.Random(seed).choice(candidates))
    assert code in {finding.code for finding in report_on(broken).findings}

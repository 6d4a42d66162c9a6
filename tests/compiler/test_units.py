"""Units: what a definition lacks, and where the reference stops."""

from __future__ import annotations

from flowidl.compiler.analyse import analyse
from flowidl.compiler.faults import (
    ProvidedTaskWithoutId,
    SubWorkflowRepeated,
    TemplateMissing,
    Unreachable,
    of,
)
from flowidl.core.v1.compiler_pb2 import CompiledWorkflowClosure
from flowidl.core.v1.workflow_closure_pb2 import WorkflowClosure
from flowidl.source.definitions import Definition, Kind
from tests.support.flows import node, pairs, run, sub, take, workflow


def test_a_closure_without_workflow() -> None:
    model = analyse([Definition(Kind.WORKFLOW_CLOSURE, WorkflowClosure())])
    (fault,) = model.faults
    assert isinstance(fault.facts, TemplateMissing)
    assert fault.reference is not None
    assert fault.reference.node_id == "root"
    assert fault.reference.code == "ValueRequired"
    assert model.units[0].aborted


def test_a_compiled_closure_with_a_task_without_template() -> None:
    closure = CompiledWorkflowClosure()
    closure.primary.template.CopyFrom(workflow(node("a", "source")))
    closure.tasks.add()
    model = analyse([Definition(Kind.COMPILED_WORKFLOW_CLOSURE, closure)])
    (missing,) = of(model.faults, ProvidedTaskWithoutId)
    assert missing.facts.position == 0
    assert str(missing.place.path) == "tasks[0].template"
    assert model.units[0].aborted


def test_a_compiled_closure_without_template() -> None:
    model = analyse([Definition(Kind.COMPILED_WORKFLOW_CLOSURE, CompiledWorkflowClosure())])
    assert [type(fault.facts) for fault in model.faults] == [TemplateMissing]


def test_the_reference_stops_at_sub_workflows_of_one_id() -> None:
    """What is wrong with nodes is found all the same, and has no code of the reference."""
    inner = workflow(node("a", "source"), name="inner")
    broken = workflow(node("b", sub("inner")) + node("c", "step", take("x", "nowhere")))
    compilation = run(broken, subs=[inner, inner])
    assert {code for code, _ in pairs(compilation)} == {"DuplicateId"}
    (repeated,) = of(compilation.faults, SubWorkflowRepeated)
    assert str(repeated.place.path) == "sub_workflows[1].id"
    assert [fault for fault in compilation.faults if not fault.reached]


def test_nodes_that_are_never_reached_follow_from_the_first_of_their_faults() -> None:
    nodes = (
        node("a", "step", take("x", "nowhere"))
        + node("b", "step", take("x", "elsewhere"))
        + node("c", "step", take("x", "a"))
    )
    compilation = run(workflow(nodes))
    for fault in of(compilation.faults, Unreachable):
        assert fault.cause is not None
        assert fault.cause.node is not None
        assert fault.cause.node.id == "a"

"""Arrays: one run for each element, with what must succeed, what is shared, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from flowidl.builders import WorkflowBuilder, array, call, launch_plan, map_task
from flowidl.core.v1.compiler_pb2 import CompiledWorkflowClosure
from flowidl.core.v1.literals_pb2 import LiteralMap
from flowidl.core.v1.workflow_pb2 import ArrayNode
from flowidl.local import RunError, State
from flowidl.local.groups import needed_successes
from tests.local.programs import Calls, closure, executed, task


def inverse(x: int, by: int) -> int:
    return by // x


def mapped(*, bind: dict[str, object] | None = None, **options: Any) -> tuple[CompiledWorkflowClosure, str]:
    """A workflow that maps `inverse`, and the mapped task's name."""
    made = map_task(task(inverse), bind=bind, **options)
    flow = WorkflowBuilder("pk.flow")
    values: dict[str, object] = {"x": flow.input("x", list[int])}
    if not bind:
        values["by"] = flow.input("by", list[int])
    flow.output("o0", flow.add(call(made, **values)))
    return closure(flow, made.spec), made.spec.template.id.name


def test_lists_go_in_step() -> None:
    built, name = mapped()
    done = executed(built, {"x": [1, 2], "by": [6, 8]}, more={name: inverse})
    assert done.values() == {"o0": [6, 4]}
    assert [each.path for each in done.nodes] == ["n0", "n0[0]", "n0[1]"]


def test_lists_of_unequal_length_are_refused_before_anything_runs() -> None:
    built, name = mapped()
    calls = Calls()
    done = executed(built, {"x": [1, 2], "by": [6]}, more={name: calls.noting(inverse)})
    assert isinstance(done.error, RunError)
    assert "`by` has 1, `x` has 2" in str(done.error) or "`x` has 2, `by` has 1" in str(done.error)
    assert calls.names == []


def test_what_is_bound_is_the_same_for_all() -> None:
    built, name = mapped(bind={"by": 12})
    assert executed(built, {"x": [3, 4]}, more={name: inverse}).values() == {"o0": [4, 3]}


def test_one_failure_ends_an_array_and_what_comes_after_does_not_run() -> None:
    built, name = mapped(bind={"by": 12})
    done = executed(built, {"x": [3, 0, 4]}, more={name: inverse})
    assert isinstance(done.error, ZeroDivisionError)
    assert [(each.path, each.state.value) for each in done.nodes] == [
        ("n0", "failed"),
        ("n0[0]", "succeeded"),
        ("n0[1]", "failed"),
    ]
    assert done.error.__notes__ == [f"at node n0[1], task `{name}`"]


@pytest.mark.parametrize(
    ("options", "x", "outcome"),
    [
        ({"min_success_ratio": 0.6}, [1, 0, 2], [12, None, 6]),
        ({"min_success_ratio": 0.6}, [0, 0, 2], None),
        ({"min_success_ratio": 0.6, "run_all_sub_nodes": True}, [0, 0, 2], None),
        ({"min_success_ratio": 1.0}, [1, 0, 2], None),
    ],
)
def test_some_may_fail(options: dict[str, Any], x: list[int], outcome: list[int | None] | None) -> None:
    built, name = mapped(bind={"by": 12}, **options)
    done = executed(built, {"x": x}, more={name: inverse})
    assert (done.values() if done.error is None else None) == (outcome and {"o0": outcome})
    if options.get("run_all_sub_nodes"):
        assert done.node("n0[2]").state is State.SUCCEEDED
    elif outcome is None and x[:2] == [0, 0]:
        assert "n0[2]" not in {each.path for each in done.nodes}


@pytest.mark.parametrize(
    ("criteria", "count", "needed"),
    [
        ({}, 5, 5),
        ({"min_successes": 2}, 5, 2),
        ({"min_successes": 0}, 5, 5),
        ({"min_success_ratio": 0.6}, 5, 3),
        ({"min_success_ratio": 0.5}, 5, 3),
        ({"min_success_ratio": 0.0}, 5, 5),
        ({"min_success_ratio": 0.1}, 100, 10),
    ],
)
def test_how_many_must_succeed(criteria: dict[str, Any], count: int, needed: int) -> None:
    assert needed_successes(ArrayNode(**criteria), count) == needed


def test_an_array_over_a_launch_plan_applies_its_values() -> None:
    inner = WorkflowBuilder("pk.inner")
    inner.output("o0", inner.add(call(task(inverse), x=inner.input("x", int), by=inner.input("by", int))))
    plan = launch_plan(inner.spec, name="pk.plan", fixed_inputs={"by": 10})
    flow = WorkflowBuilder("pk.outer")
    flow.output("o0", flow.add(call(array(plan), x=flow.input("xs", list[int]))))
    # The back end that takes these lifts the plan's interface; here the closure is put together by hand.
    built = CompiledWorkflowClosure()
    built.primary.template.CopyFrom(flow.spec.template)
    its = closure(inner, task(inverse))
    done = executed(built, {"xs": [1, 5]}, inverse, launch_plans=[plan], closures=[its])
    assert done.values() == {"o0": [10, 2]}


def test_a_legacy_map_is_an_array() -> None:
    built, name = mapped(bind={"by": 12})
    node = next(each for each in built.primary.template.nodes if each.HasField("array_node"))
    node.task_node.CopyFrom(node.array_node.node.task_node)
    template = built.tasks[0].template
    template.type = "container_array"
    template.custom.update({"minSuccessRatio": 0.5, "parallelism": "4"})
    done = executed(built, {"x": [3, 0]}, more={name: inverse})
    assert done.error is None and isinstance(done.outputs, LiteralMap)
    assert [each.path for each in done.nodes] == ["n0", "n0[0]", "n0[1]"]

"""What is run is the compiled graph: its order, its branches, its nested workflows, its failures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from flowidl.builders import BuildError, WorkflowBuilder, call, conditional, launch_plan, map_task
from flowidl.core.v1.types_pb2 import Error
from flowidl.local import RunError, State
from flowidl.local.errors import ImplementationMissingError
from tests.local.programs import Calls, closure, executed, outputs, task


def inc(x: int) -> int:
    return x + 1


def dec(x: int) -> int:
    return x - 1


def double(x: int) -> int:
    return 2 * x


def boom(x: int) -> int:
    raise LookupError(f"no {x}", x)


class Both(NamedTuple):
    total: int
    words: list[str]


def both(x: int) -> Both:
    return Both(x, ["a", "b"])


def shout(word: str) -> str:
    return word.upper()


def chain(length: int) -> WorkflowBuilder:
    flow = WorkflowBuilder("pk.chain")
    value: Any = flow.input("x", int)
    for _ in range(length):
        value = flow.add(call(task(inc), x=value))
    flow.output("o0", value)
    return flow


def test_a_chain() -> None:
    assert outputs(closure(chain(5), task(inc)), {"x": 1}, inc) == {"o0": 6}


def test_the_record_tells_what_ran() -> None:
    done = executed(closure(chain(2), task(inc)), {"x": 1}, inc)
    assert done.state is State.SUCCEEDED
    assert [(each.path, each.entity, each.state.value, each.attempts) for each in done.nodes] == [
        ("n0", "pk.inc", "succeeded", 1),
        ("n1", "pk.inc", "succeeded", 1),
    ]
    record = done.node("n1")
    assert record.inputs is not None and record.outputs is not None
    assert record.inputs.literals["x"].scalar.primitive.integer == 2
    assert record.outputs.literals["o0"].scalar.primitive.integer == 3
    assert done.start <= record.start <= (record.end or 0) <= done.end
    assert [event.state.value for event in done.events] == ["running", "succeeded"] * 2


def test_paths_into_outputs_are_followed() -> None:
    flow = WorkflowBuilder("pk.flow")
    made = flow.add(call(task(both), x=flow.input("x", int)))
    flow.output("o0", flow.add(call(task(shout), word=made.words[1])))
    assert outputs(closure(flow, task(both), task(shout)), {"x": 1}, both, shout) == {"o0": "B"}


def test_an_edge_without_data_orders() -> None:
    calls = Calls()
    flow = WorkflowBuilder("pk.flow")
    first, second = (flow.add(call(task(each), x=1)) for each in (inc, dec))
    flow.order(second, first)
    flow.output("o0", first)
    outputs(closure(flow, task(inc), task(dec)), {}, calls.noting(inc), calls.noting(dec))
    assert calls.names == ["dec", "inc"]


def branching() -> WorkflowBuilder:
    flow = WorkflowBuilder("pk.flow")
    x = flow.input("x", int)
    chosen = flow.add(
        conditional("size")
        .if_(x < 5)
        .then(call(task(inc), x=x))
        .elif_((x == 5) | (x == 6))
        .then(call(task(dec), x=x))
        .elif_(x > 100)
        .then(call(task(boom), x=x))
        .else_()
        .fail("neither")
    )
    flow.output("o0", chosen)
    return flow


@pytest.mark.parametrize(("x", "ran", "result"), [(1, "inc", 2), (5, "dec", 4), (6, "dec", 5)])
def test_only_the_chosen_branch_runs(x: int, ran: str, result: int) -> None:
    calls = Calls()
    built = closure(branching(), task(inc), task(dec), task(boom))
    done = executed(built, {"x": x}, *map(calls.noting, (inc, dec, boom)))
    assert (done.values(), calls.names) == ({"o0": result}, [ran])
    assert sorted(each.state.value for each in done.nodes).count("skipped") == 2


def test_a_conditional_may_fail_by_itself() -> None:
    done = executed(closure(branching(), task(inc), task(dec), task(boom)), {"x": 50}, inc, dec, boom)
    assert done.state is State.FAILED
    with pytest.raises(ValueError, match=r"^neither$"):
        done.raise_for_failure()


def test_the_users_exception_comes_out_unchanged_with_a_note() -> None:
    flow = WorkflowBuilder("pk.flow")
    flow.output("o0", flow.add(call(task(boom), x=7)))
    done = executed(closure(flow, task(boom)), {}, boom)
    with pytest.raises(LookupError) as caught:
        done.raise_for_failure()
    assert caught.value.args == ("no 7", 7)
    assert caught.value.__notes__ == ["at node n0, task `pk.boom`"]


def test_what_is_missing_is_named_before_anything_runs() -> None:
    calls = Calls()
    flow = WorkflowBuilder("pk.flow")
    flow.add(call(task(inc), x=1))
    flow.output("o0", flow.add(call(task(dec), x=1)))
    with pytest.raises(ImplementationMissingError, match=r"task `pk\.dec`"):
        executed(closure(flow, task(inc), task(dec)), {}, calls.noting(inc))
    assert calls.names == []


@pytest.mark.parametrize(
    ("inputs", "text"),
    [({}, "without `x`"), ({"x": "1"}, "expects `int`"), ({"x": 1, "y": 2}, "no input `y`")],
)
def test_inputs_are_checked_first(inputs: dict[str, object], text: str) -> None:
    with pytest.raises(BuildError, match=text):
        executed(closure(chain(1), task(inc)), inputs, inc)


def test_a_nested_workflow_runs_in_its_place() -> None:
    calls = Calls()
    inner = chain(2)
    flow = WorkflowBuilder("pk.outer")
    x = flow.input("x", int)
    first = flow.add(call(inner, x=x))
    last = flow.add(call(task(double), x=first))
    flow.output("o0", last)
    built = closure(flow, task(inc), task(double))
    done = executed(built, {"x": 1}, calls.noting(inc), calls.noting(double))
    assert done.values() == {"o0": 6}
    assert [each.path for each in done.nodes] == ["n0", "n0 > n0", "n0 > n1", "n1"]


def test_launch_plans_bring_their_values() -> None:
    inner = chain(1)
    plan = launch_plan(inner.spec, name="pk.plan", default_inputs={"x": 10})
    flow = WorkflowBuilder("pk.outer")
    flow.output("o0", flow.add(call(plan)))
    built = closure(flow, launch_plans=(plan,))
    its = closure(inner, task(inc))
    done = executed(built, {}, inc, launch_plans=[plan], closures=[its])
    assert done.values() == {"o0": 11}


def failing(*, finish: bool) -> WorkflowBuilder:
    flow = WorkflowBuilder("pk.flow", continue_on_failure=finish)
    first = flow.add(call(task(boom), x=1))
    flow.add(call(task(inc), x=first))
    flow.output("o0", flow.add(call(task(dec), x=1)))
    flow.on_failure(task(clean))
    return flow


def clean(err: Error | None = None) -> None:
    assert err is not None
    HEARD.append((err.failed_node_id, err.message))


HEARD: list[tuple[str, str]] = []


@pytest.mark.parametrize(("finish", "ran"), [(True, ["dec", "clean"]), (False, ["clean"])])
def test_the_failure_policy_and_the_handler(finish: bool, ran: list[str]) -> None:
    HEARD.clear()
    calls = Calls()
    built = closure(failing(finish=finish), task(boom), task(inc), task(dec), task(clean))
    done = executed(built, {}, boom, calls.noting(inc), calls.noting(dec), calls.noting(clean))
    assert calls.names == ran
    assert isinstance(done.error, LookupError)
    assert HEARD == [("n0", "('no 1', 1)")]
    assert done.node("n1").state is State.ABORTED


def test_a_map_goes_through_lists() -> None:
    mapped = map_task(task(inc))
    flow = WorkflowBuilder("pk.flow")
    flow.output("o0", flow.add(call(mapped, x=flow.input("xs", list[int]))))
    name = mapped.spec.template.id.name
    built = closure(flow, mapped.spec)
    assert outputs(built, {"xs": [1, 2, 3]}, more={name: inc}) == {"o0": [2, 3, 4]}
    assert outputs(built, {"xs": []}, more={name: inc}) == {"o0": []}


def test_a_result_that_does_not_fit_fails_its_node() -> None:
    text: dict[str, Callable[[int], str]] = {"pk.inc": lambda x: "text"}
    flow = WorkflowBuilder("pk.flow")
    flow.output("o0", flow.add(call(task(inc), x=1)))
    done = executed(closure(flow, task(inc)), {}, more=text)
    assert isinstance(done.error, BuildError | RunError)
    assert "output o0 of pk.inc" in str(done.error)

"""Bodies: what calls become, where they are placed, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flowidl.errors import BuildError
from flowidl.sdk import conditional, order, overrides, workflow
from tests.sdk.programs import CALLS, both, chosen, countdown, double, mapped, nothing, pair, text, twice


@pytest.fixture(autouse=True)
def forget() -> None:
    CALLS.clear()


def ids(flow: Any) -> list[str]:
    return [node.id for node in flow.spec.template.nodes]


def test_calls_become_nodes_in_their_order() -> None:
    assert ids(twice) == ["n0", "n1"]
    assert list(twice.spec.template.nodes[1].upstream_node_ids) == ["n0"]


def test_what_runs_is_what_is_written() -> None:
    assert twice(x=3) == 12
    assert CALLS == ["double 3", "double 6"]


def test_a_body_is_read_once() -> None:
    read: list[int] = []

    @workflow
    def flow(x: int) -> int:
        read.append(1)
        return double(x=x)

    assert [flow(x=1), flow(x=2)] == [2, 4]
    assert read == [1]


def test_several_outputs_are_a_named_tuple() -> None:
    result = both(x=1)
    assert (result.n, result.s) == (10, "1")


def test_a_call_nested_in_a_branch_comes_before_the_conditional() -> None:
    nodes = chosen.spec.template.nodes
    assert [(node.id, node.metadata.name) for node in nodes] == [("n0", "double"), ("n1", "size")]
    then = nodes[1].branch_node.if_else.case.then_node
    assert then.inputs[0].binding.promise.node_id == "n0"
    assert chosen(x=20) == 80
    assert chosen(x=1) == 4


def test_maps_bind_defaults_that_a_call_leaves_out() -> None:
    assert mapped(xs=[1, 2]) == ["+1", "+2"]
    assert list(mapped.spec.template.nodes[0].array_node.bound_inputs) == ["sign"]


def test_dynamic_tasks_recurse() -> None:
    assert countdown(n=2) == 0


def test_orders_and_overrides_are_methods_and_functions() -> None:
    @workflow
    def flow() -> int:
        first = double(x=1)
        second: Any = double(x=2)
        third = double(x=3)
        order(third, first)
        _ = second >> third
        second.with_overrides(retries=2, node_name="Second One")
        return overrides(first, timeout=5)

    template = flow.spec.template
    assert ids(flow) == ["n0", "second-one", "n2"]
    assert [list(node.upstream_node_ids) for node in template.nodes] == [["n2"], [], ["second-one"]]
    assert template.nodes[1].metadata.retries.retries == 2
    assert flow() == 2
    assert CALLS == ["double 2", "double 3", "double 1"]


def _branch_taken_before(x: int) -> int:
    early = double(x=x)
    return conditional("q").if_(x > 1).then(early).else_().then(double(x=x))  # type: ignore[no-any-return]


def _branch_taken_twice(x: int) -> int:
    start = conditional("q").if_(x > 1)
    call = double(x=x)
    return start.then(call).else_().then(call)  # type: ignore[no-any-return]


def _branch_read_by_others(x: int) -> int:
    start = conditional("q").if_(x > 1)
    call = double(x=x)
    double(x=call)
    return start.then(call).else_().then(double(x=x))  # type: ignore[no-any-return]


def _claimed_then_read(x: int) -> int:
    start = conditional("q").if_(x > 1)
    call = double(x=x)
    start.then(call).else_().then(double(x=x))
    return double(x=call)


def _open_conditional(x: int) -> int:
    conditional("q").if_(x > 1).then(double(x=x))
    return double(x=x)


def _in_text(x: int) -> int:
    return double(x=int(f"{x}"))


def _computed(x: int) -> int:
    return double(x=x + 1)


def _void_as_value(x: int) -> int:
    return double(x=nothing(x=x))  # type: ignore[arg-type]


def _unpacked(x: int) -> int:
    value: Any = double(x=x)
    a, _ = value
    return double(x=a)


def _wrong_type(x: int) -> int:
    return double(x=text(x=x))  # type: ignore[arg-type]


def _wrong_name(x: int) -> int:
    return double(y=x)  # type: ignore[call-arg]


def _forgotten(x: int) -> int:
    return double()  # type: ignore[call-arg]


def _positional(x: int) -> int:
    return double(x)


def _unknown_override(x: int) -> int:
    return overrides(double(x=x), nonsense=1)


def _same_id_twice(x: int) -> int:
    overrides(double(x=x), node_name="a")
    return overrides(double(x=x), node_name="a")


def _negative_index(x: int) -> str:
    return mapped(xs=[x])[-1]


def _wrong_count(x: int) -> int:
    return pair(x=x)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (_branch_taken_before, "is called before"),
        (_branch_taken_twice, "is a branch already"),
        (_branch_read_by_others, "is read by other calls"),
        (_claimed_then_read, "runs in one branch of a conditional only"),
        (_open_conditional, "has no end"),
        (_in_text, "is put into a text"),
        (_computed, "is computed with"),
        (_void_as_value, "returns nothing"),
        (_unpacked, "cannot be iterated"),
        (_wrong_type, "expects `int`"),
        (_wrong_name, "has no input `y`"),
        (_forgotten, "without its input `x`"),
        (_positional, r"write `double\(x=...\)`"),
        (_unknown_override, "no override `nonsense`"),
        (_same_id_twice, "two nodes `a`"),
        (_negative_index, "which has no `-1`"),
        (_wrong_count, "`o0`"),
    ],
)
def test_refusals(body: Callable[..., object], words: str) -> None:
    with pytest.raises(BuildError, match=words):
        workflow(body)(x=1)
    assert not CALLS

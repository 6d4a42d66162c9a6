"""The short way through bindings gives what the long way gives; a union takes what one variant alone fits."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowidl.compiler.binding_values import ValueChecker
from tests.laws.test_compiler import TASKS, flows
from tests.support.flows import (
    INT,
    STR,
    bind,
    branch,
    many,
    node,
    number,
    pairs,
    run,
    take,
    task,
    text,
    union,
    workflow,
)

if TYPE_CHECKING:
    from flowidl.compiler.compile import Compilation
    from flowidl.core.v1.workflow_pb2 import WorkflowTemplate


class _Never(set[str]):
    """Remembers nothing, so that no binding is known to be an ordinary one."""

    def add(self, element: str) -> None:
        """Forget it."""


def slowly(template: WorkflowTemplate) -> Compilation:
    """Compile without the short way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ValueChecker, "plain", property(lambda _: _Never(), lambda _, __: None), raising=False)
        return run(template, *TASKS)


def told(compilation: Compilation) -> tuple[object, ...]:
    """All that a compilation says."""
    faults = [(repr(fault), str(fault.place.path), fault.reference) for fault in compilation.faults]
    closure = compilation.closure
    return faults, None if closure is None else closure.SerializeToString(deterministic=True)


@settings(max_examples=100, deadline=None)
@given(flows(branches=0.7), st.integers(0, 2**32), st.booleans())
def test_fast_is_slow(template: WorkflowTemplate, seed: int, shuffled: bool) -> None:
    """In any order of the nodes: those nested in branches see only what is listed before the branch."""
    chance = random.Random(seed)
    nodes = list(template.nodes)
    if shuffled:
        chance.shuffle(nodes)
    del template.nodes[:]
    template.nodes.extend(nodes)
    nested = [
        each.branch_node.if_else.case.then_node for each in template.nodes if each.HasField("branch_node")
    ]
    for each in (*template.nodes, *nested):
        for binding in each.inputs:
            if binding.binding.HasField("promise") and chance.random() < 0.1:
                binding.binding.promise.node_id = chance.choice([other.id for other in nodes])
    assert told(run(template, *TASKS)) == told(slowly(template))


def test_a_nested_node_does_not_see_what_is_listed_later() -> None:
    """Also if its promise is of a kind that was in order before."""
    earlier = node("t", "step", take("x", "n0"), field="then_node")
    nested = node("t", "step", take("x", "n3"), field="then_node")
    nodes = (
        node("n0", "source"),
        node("n1", branch(earlier), bind("c", number(1))),
        node("n2", branch(nested), bind("c", number(1))),
        node("n3", "source"),
    )
    template = workflow(" ".join(nodes))
    compilation = run(template)
    assert {code for code, _ in pairs(compilation)} >= {"NodeReferenceNotFound"}
    assert told(compilation) == told(slowly(template))


# --- unions in unions: exactly one variant


INNER = union(many(INT), many(STR))


def listed(value: str) -> str:
    return f"collection {{ bindings {{ {value} }} }}"


@pytest.mark.parametrize(
    ("variants", "value", "code"),
    [
        ((INNER, INT), listed(number(1)), None),
        ((INNER, many(INT)), listed(number(1)), "AmbiguousBindingUnionValue"),
        ((INNER, many(INT)), listed(text("a")), None),
        ((INNER, INT), "collection { }", "IncompatibleBindingUnionValue"),
        ((INNER, many(INT)), "collection { }", None),
        ((union(INNER, INT), STR), listed(number(1)), None),
        (
            (many(INNER), INT),
            listed(listed(number(1))),
            None,
        ),
        ((many(INNER), INT), listed("collection { }"), "IncompatibleBindingUnionValue"),
    ],
)
def test_a_nested_union_wants_exactly_one_fit(
    variants: tuple[str, ...], value: str, code: str | None
) -> None:
    """What fits both variants of a union inside a union does not fit that union at all."""
    taker = task("taker", {"x": union(*variants)})
    compilation = run(workflow(node("b", "taker", bind("x", value))), taker)
    assert {found for found, _ in pairs(compilation)} - {"ParameterNotBound"} == ({code} if code else set())

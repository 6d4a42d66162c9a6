"""Conditionals: the messages that SDKs write, and misuse refused with what to write in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flowidl.builders import (
    BuildError,
    NodeHandle,
    Promise,
    WorkflowBuilder,
    call,
    conditional,
    sleep,
)
from flowidl.builders.comparisons import Condition
from tests.builders.judge import codes, py, same

NUMBER = py("number", outputs={"o0": int})
TASK_A = py("task_a", {"x": int}, {"o0": str})
TASK_B = py("task_b", {"x": int}, {"o0": str})
TASK_C = py("task_c", outputs={"o0": str})
WIDE = py("wide", outputs={"o0": str, "o1": int})
VOID = py("void", {"x": int})

#: What a type checker would not let through.
ANYTHING: Any = True
SEVERAL: Any = (call(TASK_C), call(TASK_C))


class Scene:
    """A workflow with inputs of several types and one node before its conditional."""

    def __init__(self) -> None:
        self.flow = WorkflowBuilder("pk.flow")
        self.a = self.flow.input("a", int)
        self.r = self.flow.input("r", float)
        self.s = self.flow.input("s", str)
        self.b = self.flow.input("b", bool)
        self.many = self.flow.input("many", list[int])
        self.maybe = self.flow.input("maybe", int | None)
        self.node = self.flow.add(call(NUMBER))


def test_the_usual_chain() -> None:
    flow = WorkflowBuilder("pk.c1.flow")
    x = flow.input("input_val", int)
    result = flow.add(
        conditional("my_condition")
        .if_(x > 10)
        .then(call(TASK_A, x=x))
        .elif_(x < 5)
        .then(call(TASK_B, x=x))
        .else_()
        .then(call(TASK_C))
    )
    flow.output("o0", result.o0)

    def inner(id: str, name: str, bound: bool) -> str:
        binding = 'inputs { var: "x" binding { promise { var: "input_val" } } }' if bound else ""
        target = f'task_node {{ reference_id {{ resource_type: TASK name: "pk.{name}" }} overrides {{}} }}'
        return f'id: "{id}" metadata {{ name: "{name}" retries {{}} }} {binding} {target}'

    def compared(operator: str, number: int) -> str:
        right = f"right_value {{ primitive {{ integer: {number} }} }}"
        return f'comparison {{ operator: {operator} left_value {{ var: ".input_val" }} {right} }}'

    same(
        flow.spec.template.nodes[0],
        f"""
        id: "n0"
        metadata {{ name: "my_condition" retries {{}} }}
        inputs {{ var: ".input_val" binding {{ promise {{ var: "input_val" }} }} }}
        branch_node {{ if_else {{
          case {{ condition {{ {compared("GT", 10)} }} then_node {{ {inner("n0", "task_a", True)} }} }}
          other {{ condition {{ {compared("LT", 5)} }} then_node {{ {inner("n1", "task_b", True)} }} }}
          else_node {{ {inner("n2", "task_c", False)} }}
        }} }}
        """,
    )
    same(flow.spec.template.outputs[0], 'var: "o0" binding { promise { node_id: "n0" var: "o0" } }')
    assert codes(flow) == []


def test_trees_of_conditions() -> None:
    scene = Scene()
    other = scene.flow.add(call(NUMBER))
    condition = (scene.a > 10) & (scene.node.o0 == other.o0) | (scene.s != "q")
    same(
        condition.message,
        """
        conjunction {
          operator: OR
          left_expression { conjunction {
            left_expression { comparison {
              operator: GT left_value { var: ".a" } right_value { primitive { integer: 10 } } } }
            right_expression { comparison { left_value { var: "n0.o0" } right_value { var: "n1.o0" } } } } }
          right_expression { comparison {
            operator: NEQ left_value { var: ".s" } right_value { primitive { string_value: "q" } } } }
        }
        """,
    )
    step = conditional("tree").if_(condition).then(call(TASK_C)).else_().fail()
    node = scene.flow.add(step)
    message = scene.flow.template.nodes[2]
    assert [each.var for each in message.inputs] == [".a", ".s", "n0.o0", "n1.o0"]
    assert list(message.upstream_node_ids) == ["n0", "n1"]
    error = message.branch_node.if_else.error
    assert (error.failed_node_id, error.message) == ("tree", "Condition failed")
    scene.flow.output("o0", node.o0)
    assert codes(scene.flow) == []


COMPARISONS: list[tuple[Callable[[Scene], Condition], str]] = [
    (
        lambda s: 10 < s.a,  # noqa: SIM300  # the point
        'operator: GT left_value { var: ".a" } right_value { primitive { integer: 10 } }',
    ),
    (
        lambda s: s.r >= 0.5,
        'operator: GTE left_value { var: ".r" } right_value { primitive { float_value: 0.5 } }',
    ),
    (lambda s: s.b.is_true(), 'left_value { var: ".b" } right_value { primitive { boolean: true } }'),
    (lambda s: s.b.is_false(), 'left_value { var: ".b" } right_value { primitive { boolean: false } }'),
    (lambda s: s.a == s.node.o0, 'left_value { var: ".a" } right_value { var: "n0.o0" }'),
]


@pytest.mark.parametrize(("compare", "expected"), COMPARISONS)
def test_comparisons(compare: Callable[[Scene], Condition], expected: str) -> None:
    same(compare(Scene()).message.comparison, expected)


def test_parts_of_one_output_are_told_apart() -> None:
    flow = WorkflowBuilder("pk.flow")
    table = flow.input("table", dict[str, int])
    step = conditional("c").if_((table["a"] > 1) & (table["b"] > 2)).then(call(TASK_C)).else_().fail()
    flow.add(step)
    inputs = flow.template.nodes[0].inputs
    assert [each.var for each in inputs] == [".table['a']", ".table['b']"]
    assert [each.binding.promise.attr_path[0].string_value for each in inputs] == ["a", "b"]


def test_nested_conditionals_number_their_own_nodes() -> None:
    scene = Scene()
    inner = conditional("inner").if_(scene.a > 1).then(call(TASK_A, x=scene.a)).else_().then(call(TASK_C))
    outer = conditional("outer").if_(scene.b.is_true()).then(call(TASK_C)).else_().then(inner)
    scene.flow.output("o0", scene.flow.add(outer).o0)
    node = scene.flow.template.nodes[1]
    nested = node.branch_node.if_else.else_node
    assert (node.id, nested.id) == ("n1", "n1")
    assert nested.branch_node.if_else.case.then_node.id == "n0"
    assert nested.branch_node.if_else.else_node.id == "n1"
    assert codes(scene.flow) == []


def test_outputs_are_those_that_all_branches_have() -> None:
    scene = Scene()
    common = conditional("c").if_(scene.a > 1).then(call(WIDE)).else_().then(call(TASK_C))
    assert list(common.outputs) == ["o0"]
    void = conditional("c").if_(scene.a > 1).then(call(WIDE)).else_().then(call(VOID, x=1))
    assert list(void.outputs) == []
    failing = conditional("c").if_(scene.a > 1).then(call(WIDE)).else_().fail("no")
    assert list(failing.outputs) == ["o0", "o1"]


#: Of any scene, for what type checkers would not let through.
Misuse = Callable[[Any], object]


MISUSES: list[tuple[Misuse, str | None, str]] = [
    (lambda s: s.flow.add(conditional("c").if_(s.a > 1).then(call(TASK_C))), "FI503", "end it with"),
    (lambda s: s.flow.add(conditional("c").if_(s.a > 1)), "FI503", "has no end"),
    (lambda s: conditional("c").if_(s.a > 1).fail("no"), None, "only `else_()` can fail"),
    (lambda s: conditional("c").if_(s.b), "FI502", "a `promise` is not a condition"),
    (lambda s: conditional("c").if_(ANYTHING), "FI502", "a `bool` is not a condition"),
    (lambda s: s.a > 1 and s.a < 3, None, "write `(a > 1) & (b < 2)`"),
    (lambda s: not (s.a > 1), None, "no truth value"),
    (lambda s: s.b or s.b, None, "a promise has no truth value"),
    (lambda s: (s.a > 1) & s.b, "FI502", "is not a condition"),
    (lambda s: s.r > 1, "FI509", "is compared with `1` (`int`)"),
    (lambda s: s.a == s.s, "FI509", "compare values of one type"),
    (lambda s: s.b > True, "FI581", "put into an order"),
    (lambda s: s.a == [1], "FI580", "compared with a value of type `list`"),
    (lambda s: s.many == s.a, "FI580", "cannot be compared"),
    (lambda s: s.maybe > 1, "FI580", "cannot be compared"),
    (lambda s: conditional("c").if_(s.a > 1).then(s.node), None, "is a value, and not a step"),
    (
        lambda s: conditional("c").if_(s.a > 1).then(SEVERAL),
        None,
        "make a sub-workflow",
    ),
    (
        lambda s: conditional("c").if_(s.a > 1).then(call(TASK_C)).else_().then(call(NUMBER)),
        "FI504",
        "it is `str` and `int`",
    ),
]


@pytest.mark.parametrize(("misuse", "code", "words"), MISUSES)
def test_misuse(misuse: Misuse, code: str | None, words: str) -> None:
    with pytest.raises(BuildError) as caught:
        misuse(Scene())
    assert caught.value.code == code
    assert words in str(caught.value)


def test_a_branch_may_be_any_step() -> None:
    scene = Scene()
    assert isinstance(scene.a, Promise)
    assert isinstance(scene.node, NodeHandle)
    waiting = conditional("c").if_(scene.node.o0 > 1).then(sleep(1)).else_().then(call(VOID, x=scene.node))
    scene.flow.add(waiting)
    assert codes(scene.flow) == []


def test_asking_for_none_is_written_as_sdks_do() -> None:
    scene = Scene()
    same(
        scene.maybe.is_none().message.comparison,
        'left_value { var: ".maybe" } right_value { scalar { none_type {} } }',
    )

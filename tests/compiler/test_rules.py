"""What the compiler refuses: each numbered rule of the reference with its code and node id."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from google.protobuf import json_format, text_format

from flowidl.compiler import faults as kinds
from flowidl.compiler.compile import compile_task, compile_workflow
from flowidl.compiler.faults import of
from flowidl.compiler.targets import TARGETS, target_named
from flowidl.core.v1.tasks_pb2 import TaskTemplate
from tests.support.flows import (
    BOOL,
    FLOAT,
    INT,
    NONE,
    STEP,
    STR,
    STRUCT,
    array,
    bind,
    branch,
    compare,
    enum,
    launch_plan,
    many,
    mapping,
    node,
    number,
    pairs,
    plan,
    run,
    sub,
    take,
    task,
    text,
    union,
    workflow,
)

LISTS = task("lists", {"x": many(INT)}, {"o0": many(INT)})
LETTER = task("letter", {"x": enum("a", "b")})
EITHER = task("either", {"x": union(many(STR), many(INT))})
MAYBE = task("maybe", {"x": union(INT, NONE)})
LOOSE = task("loose", {"x": union(STR, many(INT))})
NAMES = task("names", {"x": mapping(INT)})
TEXT = task("text", {"x": STR}, {"o0": STR})
POINT = f'{STRUCT} structure {{ dataclass_type {{ key: "f" value {{ {INT} }} }} }}'
POINTS = task("points", {}, {"o0": POINT, "many": many(POINT), "plain": STRUCT})
MORE = [LISTS, LETTER, EITHER, MAYBE, LOOSE, NAMES, TEXT, POINTS]

APPROVE = 'gate_node { approve { signal_id: "s" } }'
SLEEP = "gate_node { sleep { duration { seconds: 1 } } }"


def one(*nodes: str, **options: object) -> set[tuple[str, str]]:
    """Return what is reported for a workflow with an int input `x`."""
    template = workflow(" ".join(nodes), inputs={"x": INT, "s": STR}, **options)  # type: ignore[arg-type]
    return pairs(run(template, *MORE))


def then(id: str, target: str, *bindings: str) -> str:
    return node(id, target, *bindings, field="then_node")


def other(id: str, target: str, *bindings: str) -> str:
    return node(id, target, *bindings, field="else_node")


FED = take("x", "", "x")

NOTHING: set[tuple[str, str]] = set()

CASES: list[tuple[str, list[str], set[tuple[str, str]]]] = [
    ("sound", [node("n0", "step", FED)], set()),
    # bindings
    ("BI-1", [node("n0", "idle", bind("q", number(1)))], {("VariableNameNotFound", "n0")}),
    (
        "BI-2",
        [node("n0", "step", 'inputs { var: "x" }')],
        {("ValueRequired", "n0"), ("ParameterNotBound", "n0")},
    ),
    ("BI-3", [node("n0", "step", FED, FED)], {("ParameterBoundMoreThanOnce", "n0")}),
    ("BI-4", [node("n0", "step")], {("ParameterNotBound", "n0")}),
    ("BI-4, optional", [node("n0", "maybe")], set()),
    ("BI-4, over-approximated", [node("n0", "loose")], set()),
    (
        "BI-5",
        [node("n0", "either", bind("x", "collection { }"))],
        {("AmbiguousBindingUnionValue", "n0")},
    ),
    (
        "BI-6",
        [
            node(
                "n0",
                "either",
                bind("x", "collection { bindings { scalar { primitive { boolean: true } } } }"),
            )
        ],
        {("IncompatibleBindingUnionValue", "n0")},
    ),
    (
        "BI-6, one fits",
        [node("n0", "either", bind("x", f"collection {{ bindings {{ {number(1)} }} }}"))],
        set(),
    ),
    ("BI-7", [node("n0", "step", bind("x", "collection { }"))], {("MismatchingBindings", "n0")}),
    ("BI-7, map", [node("n0", "lists", bind("x", "map { }"))], {("MismatchingBindings", "n0")}),
    (
        "BI-8",
        [node("n0", "step", bind("x", 'scalar { blob { uri: "s3://x" } }'))],
        {("UnrecognizedValue", "n0")},
    ),
    ("BI-8, no member", [node("n0", "step", bind("x", "scalar { }"))], {("UnrecognizedValue", "n0")}),
    ("BI-9", [node("n0", "letter", bind("x", text("z")))], {("IllegalEnumValue", "n0")}),
    ("BI-9, legal", [node("n0", "letter", bind("x", text("b")))], set()),
    (
        "BI-9, integer",
        [node("n0", "letter", bind("x", number(1)))],
        {("MismatchingTypes", "n0"), ("IllegalEnumValue", "n0")},
    ),
    (
        "BI-10",
        [node("n0", "step", bind("x", f"offloaded_metadata {{ inferred_type {{ {INT} }} }}"))],
        {("MismatchingBindings", "n0")},
    ),
    (
        "BI-10, nothing",
        [node("n0", "step", 'inputs { var: "x" binding { } }')],
        {("MismatchingBindings", "n0")},
    ),
    (
        "BI-11",
        [node("n0", "step", take("x", "zz"))],
        {("NodeReferenceNotFound", "zz"), ("ParameterNotBound", "n0")},
    ),
    ("BI-12", [node("n0", "step", take("x", "", "a.b"))], {("SyntaxError", "n0")}),
    ("BI-12, searched", [node("n0", "step", take("x", "", " $x "))], set()),
    ("BI-12, huge index", [node("n0", "step", take("x", "", f"[{'9' * 30}].x"))], {("SyntaxError", "n0")}),
    (
        "BI-13",
        [node("n0", "source"), node("n1", "step", take("x", "n0", "nope"))],
        {("VariableNameNotFound", "n0"), ("ParameterNotBound", "n1")},
    ),
    (
        "BI-13, end node",
        [node("n0", "step", take("x", "end-node"))],
        {("VariableNameNotFound", "end-node"), ("ParameterNotBound", "n0")},
    ),
    ("BI-14", [node("n0", "step", take("x", "", "[0].x"))], {("MismatchingTypes", "n0")}),
    (
        "BI-15",
        [node("n0", "points"), node("n1", "step", take("x", "n0", "o0", 'attr_path { string_value: "g" }'))],
        {("FieldNotFound", "n1")},
    ),
    (
        "field",
        [node("n0", "points"), node("n1", "step", take("x", "n0", "o0", 'attr_path { string_value: "f" }'))],
        set(),
    ),
    (
        "index, then field",
        [
            node("n0", "points"),
            node(
                "n1",
                "step",
                take("x", "n0", "many", 'attr_path { int_value: 0 } attr_path { string_value: "f" }'),
            ),
        ],
        set(),
    ),
    (
        "field of a dataclass without fields",
        [
            node("n0", "points"),
            node("n1", "step", take("x", "n0", "plain", 'attr_path { string_value: "f" }')),
        ],
        {("MismatchingTypes", "n1")},
    ),
    ("BI-16", [node("n0", "step", take("x", "", "s"))], {("MismatchingTypes", "n0")}),
    (
        "elements one by one",
        [
            node(
                "n0",
                "lists",
                bind("x", f"collection {{ bindings {{ {number(1)} }} bindings {{ {text('a')} }} }}"),
            )
        ],
        {("MismatchingTypes", "n0")},
    ),
    # nodes
    ("WF-4", [node("", "idle")], {("ValueRequired", "<node>")}),
    ("WF-5", ['nodes { id: "n0" }'], {("ValueRequired", "n0")}),
    ("WF-6", [node("n0", "task_node { }")], {("ValueRequired", "n0")}),
    ("WF-7", [node("n0", "gone")], {("TaskReferenceNotFound", "start-node")}),
    (
        "WF-7 hides others",
        [node("n0", "gone"), node("n1", "step")],
        {("TaskReferenceNotFound", "start-node")},
    ),
    ("WF-8", [node("n0", "workflow_node { }")], {("WorkflowReferenceNotFound", "n0")}),
    ("WF-9", [node("n0", plan("gone"))], {("WorkflowReferenceNotFound", "start-node")}),
    ("WF-11", [node("n0", sub("gone"))], {("WorkflowReferenceNotFound", "n0")}),
    ("WF-18", [node("n0", "gate_node { }")], {("NoConditionFound", "n0")}),
    ("WF-19", [node("n0", 'gate_node { signal { signal_id: "s" } }')], {("ValueRequired", "n0")}),
    (
        "WF-20",
        [node("n0", 'gate_node { signal { signal_id: "s" type { simple: BOOLEAN } } }')],
        {("ValueRequired", "n0")},
    ),
    ("WF-21", [node("n0", SLEEP, FED)], {("VariableNameNotFound", "n0")}),
    ("WF-22", [node("n0", "array_node { }")], {("ValueRequired", "")}),
    (
        "WF-22, inner",
        [node("n0", 'array_node { node { id: "i" } }')],
        {("ValueRequired", "i")},
    ),
    (
        "WF-23",
        [node("n0", "source", 'output_aliases { var: "zz" alias: "p" }')],
        {("ParameterNotBound", "n0")},
    ),
    (
        "WF-24",
        [
            node(
                "n0",
                "source",
                'output_aliases { var: "o0" alias: "p" } output_aliases { var: "o0" alias: "q" }',
            ),
            node("n1", "step", take("x", "n0", "p")),
        ],
        {("DuplicateAlias", "n0"), ("ParameterNotBound", "n1")},
    ),
    (
        "alias",
        [
            node("n0", "source", 'output_aliases { var: "o0" alias: "p" }'),
            node("n1", "step", take("x", "n0", "p")),
            node("n2", "step", take("x", "n0", "o0")),
        ],
        {("VariableNameNotFound", "n0"), ("ParameterNotBound", "n2")},
    ),
    (
        "follow-ons of a node without target",
        ['nodes { id: "n0" }', node("n1", "step", take("x", "n0"))],
        {("ValueRequired", "n0"), ("VariableNameNotFound", "n0"), ("ParameterNotBound", "n1")},
    ),
    # graph
    (
        "WF-25",
        [
            node("n0", "step", take("x", "n1"), upstream=[""]),
            node("n1", "step", take("x", "n0")),
        ],
        {("CycleDetected", "start-node")},
    ),
    (
        "unfed cycle",
        [node("n0", "step", take("x", "n1")), node("n1", "step", take("x", "n0"))],
        {("UnreachableNodes", "start-node")},
    ),
    ("self-loop", [node("n0", "step", take("x", "n0"))], {("UnreachableNodes", "start-node")}),
    ("WF-26", [node("n0", "idle", upstream=["zz"])], {("UnreachableNodes", "start-node")}),
    ("unknown upstream, else fed", [node("n0", "step", FED, upstream=["zz"])], set()),
    ("repeated id", [node("n0", "idle"), node("n0", "source")], set()),
    ("reserved id", [node("start-node", "idle"), node("n0", "idle")], set()),
    ("forward reference", [node("n1", "step", take("x", "n0")), node("n0", "step", FED)], set()),
    # gates
    ("approve", [node("n0", APPROVE, FED), node("n1", "step", take("x", "n0", "x"))], set()),
    ("approve, map", [node("n0", APPROVE, bind("c", "map { }"))], {("MismatchingBindings", "n0")}),
    (
        "approve, listed later",
        [node("n0", APPROVE, take("x", "n1")), node("n1", "source")],
        {("NodeReferenceNotFound", "n1"), ("ParameterNotBound", "n0")},
    ),
    (
        "approve, part of a value",
        [
            node("n0", "points"),
            node("n1", APPROVE, take("x", "n0", "o0", 'attr_path { string_value: "f" }')),
        ],
        {("MismatchingTypes", "n1"), ("UnreachableNodes", "start-node")},
    ),
    # branches
    (
        "branch",
        [node("b", branch(then("t", "step", FED), other("e", "step", FED)), take("c", "", "x"))],
        set(),
    ),
    (
        "WF-14",
        [node("b", "branch_node { }")],
        {("ValueRequired", "b"), ("BranchNodeHasNoCondition", "b"), ("BranchNodeHasNoDefault", "b")},
    ),
    (
        "WF-15",
        [
            node(
                "b",
                branch(then("t", "idle"), cases=f"other {{ {compare('c', 'primitive { integer: 1 }')} }}"),
                take("c", "", "x"),
            )
        ],
        {
            ("ValueRequired", "b"),
            ("BranchNodeIdNotFound", "b"),
            ("UnreachableNodes", "start-node"),
        },
    ),
    (
        "WF-16",
        [node("b", branch(then("t", "idle"), ""), take("c", "", "x"))],
        {("BranchNodeHasNoDefault", "b")},
    ),
    (
        "WF-17",
        [
            node(
                "b",
                branch(then("t", "step", FED), other("e", "text", take("x", "", "s"))),
                take("c", "", "x"),
            )
        ],
        # the branch has then no interface, which its condition and its reachability echo
        {("MismatchingTypes", "b-e"), ("ValueRequired", "b"), ("UnreachableNodes", "start-node")},
    ),
    (
        "nested binding",
        [node("b", branch(then("t", "step", take("x", "", "s"))), take("c", "", "x"))],
        {("MismatchingTypes", "b-t")},
    ),
    (
        "sibling",
        [
            node("b", branch(then("t", "source"), other("e", "step", take("x", "b-t"))), take("c", "", "x")),
        ],
        {("NodeReferenceNotFound", "b-t"), ("ParameterNotBound", "b-e")},
    ),
    (
        "WF-27",
        [
            node("b", branch(then("t", "step", take("x", "n0"))), take("c", "", "x")),
            node("n0", "source"),
        ],
        {("NodeReferenceNotFound", "n0"), ("ParameterNotBound", "b-t")},
    ),
    (
        "ids stay as written if the first case is incomplete",
        [
            node(
                "b",
                branch("", other("e", "step")),
                take("c", "", "x"),
            )
        ],
        {
            ("ValueRequired", "b"),
            ("BranchNodeIdNotFound", "b"),
        },
    ),
    (
        "CO-1",
        [
            node(
                "b",
                branch(
                    then("t", "idle"),
                    condition="condition { conjunction { left_expression { comparison { "
                    'left_value { var: "c" } right_value { primitive { integer: 1 } } } } } }',
                ),
                take("c", "", "x"),
            )
        ],
        {("BranchNodeHasNoCondition", "b")},
    ),
    (
        "CO-2",
        [node("b", branch(then("t", "idle"), condition="condition { }"), take("c", "", "x"))],
        {("ValueRequired", "b")},
    ),
    (
        "CO-3",
        [
            node(
                "b",
                branch(then("t", "idle"), condition=compare("c", "scalar { none_type { } }")),
                take("c", "", "x"),
            )
        ],
        {("ValueRequired", "b")},
    ),
    (
        "CO-4",
        [
            node(
                "b",
                branch(then("t", "idle"), condition=compare("d", "primitive { integer: 1 }")),
                take("c", "", "x"),
            )
        ],
        {("VariableNameNotFound", "b")},
    ),
    (
        "CO-5",
        [
            node(
                "b",
                branch(then("t", "idle"), condition=compare("c", "primitive { float_value: 1 }")),
                take("c", "", "x"),
            )
        ],
        {("MismatchingTypes", "b")},
    ),
    (
        "CO-5, a primitive without value is none",
        [node("b", branch(then("t", "idle"), condition=compare("c", "primitive { }")), take("c", "", "x"))],
        {("MismatchingTypes", "b")},
    ),
    (
        "BI-17",
        [node("b", branch(then("t", "idle")), bind("c", "map { }"))],
        {
            ("MismatchingBindings", "b"),
            ("ValueRequired", "b"),
        },
    ),
    # arrays
    (
        "array of elements",
        [
            node("n0", "lists", bind("x", "collection { }")),
            node("n1", array("i", "step"), take("x", "n0")),
        ],
        {("MismatchingTypes", "n1")},
    ),
    (
        "array of lists",
        [
            node("n0", "lists", bind("x", "collection { }")),
            node("n1", array("i", "lists"), take("x", "n0")),
        ],
        set(),
    ),
    (
        "an array's inner branch is derived and not validated",
        [
            node(
                "n0",
                array("i", branch(then("t", "idle"), ""), take("c", "", "x")),
                take("c", "", "x"),
            )
        ],
        set(),
    ),
]


@pytest.mark.parametrize(("name", "nodes", "expected"), CASES, ids=[name for name, _, _ in CASES])
def test_rule(name: str, nodes: list[str], expected: set[tuple[str, str]]) -> None:
    assert one(*nodes) == expected, name


def test_zero_nodes() -> None:
    assert one() == {("NoNodesFound", 'resource_type:WORKFLOW name:"w"')}


def test_outputs() -> None:
    source = node("n0", "source")
    bound = take("o", "n0")
    assert one(source, outputs={"o": INT}, bound=bound) == set()
    assert one(source, outputs={"o": INT}) == {("ParameterNotBound", "end-node")}
    assert one(source, outputs={"o": STR}, bound=bound) == {("MismatchingTypes", "end-node")}
    assert one(source, outputs={"o": INT}, bound=take("q", "n0")) == {
        ("VariableNameNotFound", "end-node"),
        ("ParameterNotBound", "end-node"),
    }


def test_failure_node() -> None:
    main = node("n0", "step", FED)
    assert one(main, rest=node("f", "step", FED, upstream=["zz"], field="failure_node")) == set()
    assert one(main, rest=node("f", "step", take("x", "n0"), field="failure_node")) == set()
    assert one(main, rest=node("f", "step", field="failure_node")) == {("ParameterNotBound", "f")}
    assert one(main, rest=node("end-node", "step", field="failure_node")) == set()
    assert one(node("n0", "idle"), rest=node("n0", "step", FED, field="failure_node")) == {
        ("UnreachableNodes", "start-node")
    }


def test_absent_primary_and_tasks() -> None:
    assert pairs(compile_workflow(None)) == {("ValueRequired", "root")}
    assert pairs(compile_workflow(workflow(node("n0", "idle")), tasks=None)) == {("ValueRequired", "root")}
    assert pairs(run(workflow(node("n0", "idle")), TaskTemplate())) == {("ValueRequired", "task")}


def test_interface_variables() -> None:
    nameless = workflow(node("n0", "idle"), inputs={"": INT})
    assert pairs(run(nameless)) == {("ValueRequired", "start-node")}
    untyped = workflow(node("n0", "step"))
    untyped.interface.inputs.variables["a"].SetInParent()
    compilation = run(untyped)
    assert pairs(compilation) == {("ValueRequired", "start-node")}
    later = list(of(compilation.faults, kinds.InputNotBound))
    assert [(fault.reference, fault.node_id) for fault in later] == [(None, "n0")]
    bad = task("bad", {"": INT})
    assert pairs(run(workflow(node("n0", "bad")), bad)) == {("ValueRequired", "n0")}


# --- sub-workflows

INNER = workflow(
    node("n0", "step", FED), inputs={"x": INT}, outputs={"o0": INT}, bound=take("o0", "n0"), name="i"
)


def test_sub_workflows() -> None:
    outer = workflow(node("n0", sub("i"), bind("x", number(1))))
    assert pairs(run(outer, subs=[INNER])) == set()
    assert pairs(run(outer, subs=[INNER, INNER])) == {("DuplicateId", 'resource_type:WORKFLOW name:"i"')}
    assert pairs(run(workflow(node("n0", sub("i"))), subs=[INNER])) == {("ParameterNotBound", "n0")}
    broken = workflow(node("n0", "step"), inputs={"x": INT}, name="i")
    twice = workflow(node("n0", sub("i"), bind("x", number(1))) + node("n1", sub("i"), bind("x", number(1))))
    assert pairs(run(twice, subs=[broken])) == {("ParameterNotBound", "n0")}


def test_sub_workflow_without_id() -> None:
    """The reference refuses it without saying anything; we do say it."""
    nameless = workflow(node("n0", "idle"))
    nameless.ClearField("id")
    compilation = run(workflow(node("n0", "idle")), subs=[nameless])
    assert compilation.closure is None
    assert pairs(compilation) == set()
    assert [type(fault.facts) for fault in compilation.faults] == [kinds.SubWorkflowWithoutId]


def test_sub_workflow_without_interface_has_one_once_validated() -> None:
    bare = workflow(node("n0", "idle"), name="i")
    bare.ClearField("interface")
    assert pairs(run(workflow(node("n0", sub("i"))), subs=[bare])) == {("ValueRequired", "n0")}
    twice = workflow(node("n0", sub("i")) + node("n1", sub("i")) + node("n2", "idle", bind("q", number(1))))
    assert pairs(run(twice, subs=[bare])) == {("ValueRequired", "n0"), ("VariableNameNotFound", "n2")}


def test_rings_of_sub_workflows() -> None:
    subs = [workflow(node("n0", sub(following)), name=name) for name, following in ("ab", "bc", "ca")]
    compilation = run(workflow(node("n0", sub("b"))), subs=subs)
    (fault,) = of(compilation.faults, kinds.SubWorkflowRing)
    assert [member.id.name for member in fault.facts.members if member.id] == ["a", "b", "c"]
    assert [user.id for user in fault.facts.nodes] == ["n0", "n0", "n0"]
    assert pairs(compilation) == set()
    itself = workflow(node("n0", sub("w")))
    assert list(of(run(workflow(node("n0", sub("w"))), subs=[itself]).faults, kinds.SubWorkflowRing))


# --- launch plans

PLAN = launch_plan(
    "p",
    f"""closure {{
    expected_inputs {{
        parameters {{ key: "a" value {{ required: true var {{ type {{ {INT} }} }} }} }}
        parameters {{ key: "b" value {{ var {{ type {{ {INT} }} }} }} }}
    }}
    expected_outputs {{ variables {{ key: "o0" value {{ type {{ {INT} }} }} }} }} }}""",
)


@pytest.mark.parametrize(
    ("bindings", "expected"),
    [
        ([bind("a", number(1))], NOTHING),
        ([bind("a", number(1)), bind("b", number(1))], NOTHING),
        ([], {("ParameterNotBound", "n0")}),
        ([bind("a", number(1)), bind("c", number(1))], {("VariableNameNotFound", "n0")}),
        ([bind("a", number(1)), bind("b", text("s"))], {("MismatchingTypes", "n0")}),
        (
            [bind("a", number(1)), 'inputs { var: "b" }'],
            {("ValueRequired", "n0"), ("ParameterNotBound", "n0")},
        ),
    ],
)
def test_launch_plan_inputs(bindings: list[str], expected: set[tuple[str, str]]) -> None:
    template = workflow(node("n0", plan("p"), *bindings))
    assert pairs(run(template, plans=[PLAN])) == expected


def test_launch_plan_without_sides() -> None:
    template = workflow(node("n0", plan("p")))
    assert pairs(run(template, plans=[launch_plan("p", "")])) == {("ValueRequired", "n0")}


def test_launch_plan_in_an_array() -> None:
    """The inner node's own bindings decide which optional inputs there are."""
    inner = array("i", plan("p"))
    both = array("i", plan("p"), bind("b", number(1)))
    bound = [bind("a", number(1)), bind("b", number(1))]
    template = workflow(node("n0", inner, *bound))
    assert pairs(run(template, plans=[PLAN])) == {("VariableNameNotFound", "n0")}
    template = workflow(node("n0", both, *bound))
    assert pairs(run(template, plans=[PLAN])) == set()
    template = workflow(node("n0", both, bound[0]))
    assert pairs(run(template, plans=[PLAN])) == {("ParameterNotBound", "n0")}


@pytest.mark.parametrize(
    ("options", "lifted"),
    [
        ("", False),
        ("is_original_sub_node_interface { value: true }", True),
        ("is_original_sub_node_interface { }", False),
        ("execution_mode: FULL_STATE", True),
        ("execution_mode: FULL_STATE is_original_sub_node_interface { }", False),
    ],
)
def test_lifted_arrays(options: str, lifted: bool) -> None:
    target = target_named("lifted-arrays")
    inner = array("i", plan("p"), bind("b", number(1)), options=f'{options} bound_inputs: "b"')
    given = [take("a", "n0"), bind("b", number(1))]
    template = workflow(
        node("n0", "lists", bind("x", "collection { }"))
        + node("n1", inner, *given)
        + node("n2", "lists", take("x", "n1"))
    )
    found = pairs(run(template, LISTS, plans=[PLAN], target=target))
    assert found == (set() if lifted else {("MismatchingTypes", "n1"), ("MismatchingTypes", "n2")})
    assert pairs(run(template, LISTS, plans=[PLAN])) == {
        ("MismatchingTypes", "n1"),
        ("MismatchingTypes", "n2"),
    }


def test_targets_are_a_table() -> None:
    assert set(TARGETS) == {"flyte-1.16", "lifted-arrays", "flyte-2"}
    with pytest.raises(ValueError, match=r"one of flyte-1\.16, lifted-arrays, flyte-2"):
        target_named("flyte-3")


# --- explanation


def test_follow_ons_carry_their_cause() -> None:
    template = workflow('nodes { id: "n0" }' + node("n1", "step", take("x", "n0")))
    faults = run(template).faults
    roots = {type(fault.root.facts) for fault in faults}
    assert roots == {kinds.NodeWithoutTarget}
    (unknown,) = of(faults, kinds.PromiseToUnknownOutput)
    assert (unknown.node_id, unknown.node and unknown.node.id) == ("n0", "n1")


def test_everything_is_checked_although_a_task_is_missing() -> None:
    template = workflow(
        node("n0", "gone", FED)
        + node("n1", "step", take("x", "n0", "anything"))
        + node("n2", "step", bind("x", text("a"))),
        inputs={"x": INT},
    )
    compilation = run(template)
    assert pairs(compilation) == {("TaskReferenceNotFound", "start-node")}
    later = [fault for fault in compilation.faults if not fault.reached]
    assert {type(fault.facts) for fault in later} == {kinds.ScalarMismatch}
    (missing,) = of(compilation.faults, kinds.TaskNotFound)
    assert [user.id for user in missing.facts.users] == ["n0"]


def test_later_node_is_named() -> None:
    template = workflow(node("n0", APPROVE, take("x", "n1")) + node("n1", "source"))
    (fault,) = of(run(template).faults, kinds.PromiseToUnknownNode)
    assert fault.facts.later
    assert fault.facts.provider is not None
    assert fault.facts.provider.id == "n1"


def test_cycle_is_one_ring_from_its_smallest_member() -> None:
    ring = [
        node("c", "step", take("x", "b")),
        node("b", "step", take("x", "a")),
        node("a", "step", take("x", "c"), upstream=[""]),
    ]
    (fault,) = of(run(workflow(" ".join(ring))).faults, kinds.Cycle)
    assert [member.id for member in fault.facts.ring] == ["a", "b", "c"]


def test_unfed_ring_is_told() -> None:
    template = workflow(node("b", "step", take("x", "a")) + node("a", "step", take("x", "b")))
    (fault,) = of(run(template).faults, kinds.Unreachable)
    assert [[member.id for member in ring] for ring in fault.facts.rings] == [["a", "b"]]


def test_colliding_aliases_name_either_output() -> None:
    double = task("double", {}, {"a": INT, "b": INT})
    aliased = node("n0", "double", 'output_aliases { var: "a" alias: "b" }')
    unused = run(workflow(aliased), double)
    assert unused.closure is not None
    assert [type(fault.facts) for fault in unused.faults] == [kinds.AliasesCollide]
    used = run(workflow(aliased + node("n1", "step", take("x", "n0", "b"))), double)
    assert used.closure is not None
    wrong = run(workflow(aliased + node("n1", "text", take("x", "n0", "b"))), double, TEXT)
    assert pairs(wrong) == {("MismatchingTypes", "n1")}
    assert {type(fault.root.facts) for fault in wrong.faults} == {kinds.AliasesCollide}


def test_places() -> None:
    template = workflow(
        node("n0", "idle")
        + node("b", branch(then("t", "lists", bind("x", f"collection {{ bindings {{ {text('a')} }} }}"))))
    )
    template.nodes[1].branch_node.if_else.case.then_node.metadata.name = "fit"
    (fault,) = of(run(template, LISTS).faults, kinds.OperandUnknown)
    assert str(fault.place.path) == ("nodes[1].branch_node.if_else.case.condition.comparison.left_value.var")
    template.nodes[1].MergeFrom(
        text_format.Parse(
            'inputs { var: "c" binding { promise { node_id: "n0" } } }', type(template.nodes[1])()
        )
    )
    template.nodes[1].inputs[0].binding.scalar.primitive.integer = 1
    (mismatch,) = of(run(template, LISTS).faults, kinds.ScalarMismatch)
    assert str(mismatch.place.path) == (
        "nodes[1].branch_node.if_else.case.then_node.inputs[0].binding.collection.bindings[0].scalar"
    )
    assert mismatch.place.steps == ("node b", 'node b-t "fit"', "input x")


# --- tasks


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("", {("ValueRequired", "root")}),
        ('id { } container { args: "x" }', {("ValueRequired", "container")}),
        ('id { } container { image: "i" }', NOTHING),
        (
            'id { } interface { inputs { variables { key: "a" value { } } } } container { image: "i" }',
            {("ValueRequired", "container")},
        ),
        (
            'id { } container { image: "i" resources { requests { name: CPU value: "two" } '
            'limits { value: "" } } }',
            {("UnrecognizedValue", "resources.CPU"), ("UnrecognizedValue", "resources.UNKNOWN")},
        ),
        ("id { } k8s_pod { }", {("InvalidValue", "root")}),
        ("id { } k8s_pod { pod_spec { } }", NOTHING),
        ("id { } sql { }", NOTHING),
    ],
)
def test_task(template: str, expected: set[tuple[str, str]]) -> None:
    compilation = compile_task(text_format.Parse(template, TaskTemplate()))
    found = {(fault.code, fault.node_id) for fault in compilation.faults}
    assert found == expected
    assert (compilation.task is None) == bool(expected)


@pytest.mark.parametrize(
    ("spec", "facts"),
    [
        ({"containers": "x"}, kinds.PodSpecInvalid("containers", "a list")),
        (
            {"containers": [{"name": "a", "resources": {"limits": {"cpu": "1 Gi"}}}]},
            kinds.PodSpecInvalid("containers[0].resources.limits.cpu", "a quantity"),
        ),
        (
            {"containers": [{"name": "a", "ports": [{"containerPort": "http"}]}]},
            kinds.PodSpecInvalid("containers[0].ports[0].containerPort", "a whole number"),
        ),
        ({"containers": [{"name": "$Up"}]}, kinds.PodContainerName(0, "$Up")),
        ({"containers": [{"name": "a"}, {}]}, kinds.PodContainerName(1, "")),
        ({"containers": [{"name": "a" * 64}]}, kinds.PodContainerName(0, "a" * 64)),
        ({"initContainers": [{"name": "$Up"}], "containers": [{"name": "a", "unheard": 1}]}, None),
        (
            {"containers": [{"name": "a", "resources": {"limits": {"cpu": 2, "memory": "1Gi"}}}], "os": None},
            None,
        ),
        ({"containers": [{"name": "a", "livenessProbe": {"httpGet": {"port": "http"}}}]}, None),
        ({"containers": [{"name": "a", "livenessProbe": {"httpGet": {"port": 80}}}]}, None),
    ],
)
def test_pod(spec: dict[str, object], facts: object) -> None:
    template = TaskTemplate()
    template.id.SetInParent()
    json_format.ParseDict(spec, template.k8s_pod.pod_spec)
    assert [fault.facts for fault in compile_task(template).faults] == ([] if facts is None else [facts])


def test_conditions_never_compare_optionals_or_lists_of_lists() -> None:
    """Strict equality: the same type on both sides is fine, whatever it is."""
    condition = 'condition { comparison { left_value { var: "c" } right_value { var: "d" } } }'
    for left, right, expected in (
        (many(INT), many(INT), NOTHING),
        (union(INT, NONE), INT, {("MismatchingTypes", "b")}),
        (f"{INT} annotation {{ }}", INT, {("MismatchingTypes", "b")}),
        (BOOL, BOOL, NOTHING),
        (FLOAT, INT, {("MismatchingTypes", "b")}),
    ):
        target = branch(then("t", "idle"), condition=condition)
        template = workflow(
            node("b", target, take("c", "", "c"), take("d", "", "d")), inputs={"c": left, "d": right}
        )
        assert pairs(run(template)) == expected


def test_arguments_of_another_package() -> None:
    """Messages of the original package compile as ours do, and nothing is changed."""
    original_plans: Any = import_module("flyteidl.admin.launch_plan_pb2")
    original_tasks: Any = import_module("flyteidl.core.tasks_pb2")
    original: Any = import_module("flyteidl.core.workflow_pb2")
    ours = workflow(node("n0", plan("p"), bind("a", number(1))) + node("n1", "step", take("x", "n0")))
    theirs = original.WorkflowTemplate.FromString(ours.SerializeToString())
    plans = [original_plans.LaunchPlan.FromString(PLAN.SerializeToString())]
    tasks = [
        original_tasks.TaskTemplate.FromString(task("step", {"x": INT}, {"o0": INT}).SerializeToString())
    ]
    compilation = compile_workflow(theirs, tasks=tasks, launch_plans=plans)
    expected = compile_workflow(ours, tasks=[STEP], launch_plans=[PLAN])
    assert compilation.closure is not None
    assert compilation.closure == expected.closure
    assert theirs.SerializeToString() == ours.SerializeToString()


def test_a_blob_without_metadata_is_no_value_of_an_enum() -> None:
    found = one(node("n0", "letter", bind("x", 'scalar { blob { uri: "s3://x" } }')))
    assert found == {("UnrecognizedValue", "n0"), ("IllegalEnumValue", "n0")}


def test_a_union_without_type_fits_no_variant() -> None:
    value = bind("x", "scalar { union { value { scalar { none_type { } } } } }")
    assert one(node("n0", "maybe", value)) == {("MismatchingTypes", "n0")}


@pytest.mark.parametrize("depth", [1, 2])
def test_what_an_approve_gate_in_an_array_takes_must_be_bound(depth: int) -> None:
    wrapped = array("g", APPROVE, take("o", "", "a"))
    if depth == 2:
        wrapped = array("h", wrapped)

    def found(type: str, *bindings: str) -> set[tuple[str, str]]:
        return pairs(run(workflow(node("n0", wrapped, *bindings), inputs={"a": type})))

    assert found(INT) == {("ParameterNotBound", "n0")}
    assert found(union(INT, NONE)) == set()
    assert found(INT, take("o", "", "a")) == set()

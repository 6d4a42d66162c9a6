"""Cases of `arrays.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.rules.case import CaseFile
from flowidl.rules.snippets import (
    array,
    bad,
    branch,
    call,
    compare,
    good,
    launch_plan,
    launches,
    near,
    node,
    number,
    runs,
    task,
    template,
    workflow,
)

if TYPE_CHECKING:
    from flowidl.rules.snippets import Value

FIT = task("fit", "x: list[int], y: list[int] -> o0: list[int]")
MAYBE = task("fit", "x: list[int], y: list[int] -> o0: list[int | None]")
PLAIN = task("fit", "x: int, y: int -> o0: int")
IDLE = task("idle", "->")


def _mapped(rest: str = "", words: str = "a: list[int] ->", /, **inputs: Value) -> CaseFile:
    """A workflow that maps `fit` over these inputs."""
    return workflow("wf", words, node("n0", array(call("n0-0", "fit"), rest), "", **inputs))


SHORT: dict[str, Value] = {"x": [1, 2], "y": [3, 4]}
AT = "template.nodes[0].array_node"
SUB = template("sub", "->", call("n0", "idle"))
INNER = workflow("inner", "x: list[int] -> o0: list[int]", call("n0", "keep", x="x"), outputs={"o0": "n0.o0"})
KEEP = task("keep", "x: list[int] -> o0: list[int]")
PLAN = launch_plan("inner", "inner")
OVER_PLAN = array(
    node("n0-0", launches("inner")), "min_success_ratio: 0.5 is_original_sub_node_interface { }"
)
WHOLE_PLAN = array(
    node("n0-0", launches("inner")), "min_success_ratio: 1.0 is_original_sub_node_interface { }"
)
LAUNCHED = (KEEP, INNER, PLAN)
ONE_OF_TWO = "min_success_ratio: 0.5"

CASES = (
    bad(
        "FI550",
        "three elements beside two",
        FIT,
        _mapped(x=[1, 2, 3], y=[4, 5]),
        at="template.nodes[0].inputs[1]",
    ),
    good("FI550", "two elements beside two", FIT, _mapped(**SHORT)),
    near(
        "FI550",
        "a list as a whole beside two elements",
        FIT,
        _mapped('bound_inputs: "x"', x=[1, 2, 3], y=[4, 5]),
    ),
    bad(
        "FI551",
        "a number and a number",
        PLAIN,
        _mapped("", "a: int ->", x="a", y=1),
        at="template.nodes[0].inputs",
    ),
    good("FI551", "a list of a workflow input", FIT, _mapped(x="a", y=[1, 2])),
    near(
        "FI551",
        "as many inputs bound as there are",
        FIT,
        _mapped('bound_inputs: "x" bound_inputs: "y"', x="a", y="a"),
    ),
    bad(
        "FI552",
        "a name that is no input",
        FIT,
        _mapped('bound_inputs: "z"', **SHORT),
        at=f"{AT}.bound_inputs[0]",
    ),
    bad(
        "FI552",
        "a name twice",
        FIT,
        _mapped('bound_inputs: "x" bound_inputs: "x"', x="a", y=[1]),
        at=f"{AT}.bound_inputs[1]",
    ),
    good("FI552", "a name of an input", FIT, _mapped('bound_inputs: "x"', **SHORT)),
    near("FI552", "no name", FIT, _mapped(**SHORT)),
    bad("FI553", "seven of one", FIT, _mapped("min_success_ratio: 7", **SHORT), at=f"{AT}.min_success_ratio"),
    bad("FI553", "no number", FIT, _mapped("min_success_ratio: nan", **SHORT), at=f"{AT}.min_success_ratio"),
    good("FI553", "all of them", FIT, _mapped("min_success_ratio: 1", **SHORT)),
    near("FI553", "none of them", MAYBE, _mapped("min_success_ratio: 0", **SHORT)),
    bad("FI554", "five of two", FIT, _mapped("min_successes: 5", **SHORT), at=f"{AT}.min_successes"),
    good("FI554", "two of two", FIT, _mapped("min_successes: 2", **SHORT)),
    near("FI554", "five of a list of unknown length", FIT, _mapped("min_successes: 5", x="a", y="a")),
    bad(
        "FI555",
        "half may fail, and the output is a list of numbers",
        FIT,
        _mapped(ONE_OF_TWO, **SHORT),
        at=AT,
    ),
    good(
        "FI555", "half may fail, and the output's elements are optional", MAYBE, _mapped(ONE_OF_TWO, **SHORT)
    ),
    near("FI555", "nine in ten of two, which is both", FIT, _mapped("min_success_ratio: 0.9", **SHORT)),
    bad(
        "FI556",
        "half of the launch plans may fail",
        *LAUNCHED,
        workflow("wf", "a: list[int] ->", node("n0", OVER_PLAN, x="a")),
        at=AT,
    ),
    good(
        "FI556",
        "no launch plan may fail",
        *LAUNCHED,
        workflow("wf", "a: list[int] ->", node("n0", WHOLE_PLAN, x="a")),
    ),
    near("FI556", "half of the tasks may fail", MAYBE, _mapped(ONE_OF_TWO, **SHORT)),
    bad(
        "FI557",
        "a task with a plain output",
        task("fit", "x: list[int], y: list[int] -> o0: int"),
        _mapped(**SHORT),
        at=f"{AT}.node",
    ),
    good("FI557", "a task with a list as output", FIT, _mapped(**SHORT)),
    near("FI557", "a task without outputs", task("fit", "x: list[int], y: list[int] ->"), _mapped(**SHORT)),
    bad(
        "FI558",
        "an array over a sub-workflow",
        IDLE,
        workflow(
            "wf", "->", node("n0", array(node("n0-0", runs("sub")))), node("n1", runs("sub")), subs=(SUB,)
        ),
        at=f"{AT}.node",
    ),
    bad(
        "FI558",
        "an array over a branch",
        IDLE,
        workflow(
            "wf",
            "->",
            node("n0", array(node("b", branch((compare(number(1), "==", number(1)), call("t", "idle")))))),
        ),
        at=f"{AT}.node",
    ),
    good("FI558", "an array over a task", FIT, _mapped(**SHORT)),
    near(
        "FI558",
        "an array over a launch plan",
        *LAUNCHED,
        workflow("wf", "a: list[int] ->", node("n0", WHOLE_PLAN, x="a")),
    ),
    bad(
        "FI559",
        "all instances, whatever fails",
        FIT,
        _mapped("run_all_sub_nodes: true", **SHORT),
        at=f"{AT}.run_all_sub_nodes",
    ),
    good("FI559", "no such setting", FIT, _mapped(**SHORT)),
    near(
        "FI559",
        "a setting that tools write by themselves",
        FIT,
        _mapped("execution_mode: FULL_STATE is_original_sub_node_interface { }", **SHORT),
    ),
)

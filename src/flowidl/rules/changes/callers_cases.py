"""Cases of `rules/changes/callers.py`."""

from __future__ import annotations

from flowidl.rules.snippets import bad, good, launch_plan, near, task, workflow

FIT = task("fit", "x: int -> o0: int")
FLOW = workflow("flow", "x: int -> o0: int", outputs={"o0": "x"})
PLAN = launch_plan("plan", "flow")
ONE = "{ scalar { primitive { integer: 1 } } }"
PARAMETER = f"{{ var {{ type {{ simple: INTEGER }} }} default {ONE} }}"
DEFAULT_OF_X = f'default_inputs {{ parameters {{ key: "x" value {PARAMETER} }} }}'
FIXED_X = 'fixed_inputs { literals { key: "x" value { scalar { primitive { integer: 1 } } } } }'

CASES = (
    bad("FI920", "a task that is gone", task("other", "-> o0: int"), old=(FIT,), at="template"),
    good("FI920", "everything is there, and more", FIT, task("more", "x: int -> o0: str"), old=(FIT,)),
    near(
        "FI920",
        "a launch plan that runs another workflow, whose predecessor is gone",
        workflow("flow2", "x: int -> o0: str", outputs={"o0": "x"}),
        launch_plan("plan", "flow2"),
        old=(FLOW, PLAN),
    ),
    bad("FI921", "a task with another name", task("fit2", "x: int -> o0: int"), old=(FIT,), at="template"),
    good("FI921", "both names", FIT, task("fit2", "x: int -> o0: int"), old=(FIT,)),
    near("FI921", "another task in its place", task("fit2", "x: str -> o0: str"), old=(FIT,)),
    bad(
        "FI922",
        "a new input without default",
        task("fit", "x: int, y: int -> o0: int"),
        old=(FIT,),
        at='template.interface.inputs.variables["y"]',
    ),
    bad(
        "FI922",
        "a launch plan's input that has lost its default",
        FLOW,
        PLAN,
        old=(FLOW, launch_plan("plan", "flow", DEFAULT_OF_X)),
        at='template.interface.inputs.variables["x"]',
    ),
    good(
        "FI922", "a new input that may be none", task("fit", "x: int, y: int | None -> o0: int"), old=(FIT,)
    ),
    near(
        "FI922",
        "a launch plan's input that has a default now",
        FLOW,
        launch_plan("plan", "flow", DEFAULT_OF_X),
        old=(FLOW, PLAN),
    ),
    bad("FI923", "an input that is gone", task("fit", "-> o0: int"), old=(FIT,), at="template"),
    bad(
        "FI923",
        "an input that a launch plan fixes now",
        FLOW,
        launch_plan("plan", "flow", FIXED_X),
        old=(FLOW, PLAN),
        at="spec.fixed_inputs",
    ),
    good("FI923", "the same inputs", FIT, old=(FIT,)),
    near(
        "FI923",
        "a fixed input that is fixed to another value",
        FLOW,
        launch_plan("plan", "flow", FIXED_X),
        old=(FLOW, launch_plan("plan", "flow", FIXED_X.replace("integer: 1", "integer: 2"))),
    ),
    bad(
        "FI924",
        "a text for a number",
        task("fit", "x: str -> o0: int"),
        old=(FIT,),
        at='template.interface.inputs.variables["x"]',
    ),
    good("FI924", "a number or a text for a number", task("fit", "x: int | str -> o0: int"), old=(FIT,)),
    near("FI924", "another type of output only", task("fit", "x: int -> o0: str"), old=(FIT,)),
    bad("FI925", "an output that is gone", task("fit", "x: int ->"), old=(FIT,), at="template"),
    good("FI925", "one output more", task("fit", "x: int -> o0: int, o1: str"), old=(FIT,)),
    near("FI925", "another type under the same name", task("fit", "x: int -> o0: str"), old=(FIT,)),
    bad(
        "FI926",
        "a text for a number",
        task("fit", "x: int -> o0: str"),
        old=(FIT,),
        at='template.interface.outputs.variables["o0"]',
    ),
    good("FI926", "the same output", FIT, old=(FIT,)),
    near("FI926", "a number where it could be none", FIT, old=(task("fit", "x: int -> o0: int | None"),)),
    bad(
        "FI927",
        "a new input with a default in every launch plan",
        FLOW,
        launch_plan("plan", "flow", DEFAULT_OF_X),
        old=(workflow("flow", "-> o0: int", outputs={"o0": 1}), PLAN),
        at='template.interface.inputs.variables["x"]',
    ),
    good("FI927", "the same inputs", FLOW, PLAN, old=(FLOW, PLAN)),
    near(
        "FI927",
        "an input that may be none",
        workflow("flow", "x: int | None -> o0: int", outputs={"o0": 1}),
        PLAN,
        old=(workflow("flow", "-> o0: int", outputs={"o0": 1}), PLAN),
    ),
)

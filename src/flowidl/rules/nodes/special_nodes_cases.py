"""Cases of `special_nodes.py`."""

from __future__ import annotations

from flowidl.rules.options import Options
from flowidl.rules.snippets import (
    array,
    bad,
    call,
    good,
    launch_plan,
    launches,
    near,
    node,
    task,
    workflow,
)

STEP = task("flights.step", "x: int -> o0: int")
SEATS = task("flights.seats", "x: list[int] -> o0: list[int]")
WF = workflow("flights.each", "x: int -> o0: int", call("n0", "flights.step", x="x"), outputs={"o0": "n0.o0"})
EACH = launch_plan("flights.each", "flights.each")
LIFTED = Options(target="lifted-arrays")
SIGNAL = 'signal { signal_id: "size" type { simple: INTEGER } output_variable_name: "o0" }'
SLEEP = "gate_node { sleep { duration { seconds: 60 } } }"


def _gate(inside: str) -> str:
    return f"gate_node {{ {inside} }}"


def _mapped(target: str) -> str:
    inner = node("inner", target, x="seats")
    return node(
        "n0",
        array(inner, "is_original_sub_node_interface { value: true } execution_mode: FULL_STATE"),
        x="seats",
    )


MAPPED_PLAN = workflow("flights.wf", "seats: list[int] ->", _mapped(launches("flights.each")))

CASES = (
    bad(
        "FI520",
        "a gate that waits for nothing",
        workflow("flights.wf", "->", node("n0", "gate_node { }")),
        at="template.nodes[0].gate_node",
    ),
    good("FI520", "a gate that sleeps", workflow("flights.wf", "->", node("n0", SLEEP))),
    near(
        "FI520",
        "a gate that waits for an approval",
        workflow("flights.wf", "->", node("n0", _gate('approve { signal_id: "go" }'))),
    ),
    bad(
        "FI521",
        "a signal without type",
        workflow(
            "flights.wf", "->", node("n0", _gate('signal { signal_id: "size" output_variable_name: "o0" }'))
        ),
        at="template.nodes[0].gate_node.signal",
    ),
    good("FI521", "a signal with a type", workflow("flights.wf", "->", node("n0", _gate(SIGNAL)))),
    near(
        "FI521",
        "a signal of type none",
        workflow(
            "flights.wf",
            "->",
            node(
                "n0", _gate('signal { signal_id: "size" type { simple: NONE } output_variable_name: "o0" }')
            ),
        ),
    ),
    bad(
        "FI522",
        "a signal without output",
        workflow(
            "flights.wf", "->", node("n0", _gate('signal { signal_id: "size" type { simple: INTEGER } }'))
        ),
        at="template.nodes[0].gate_node.signal",
    ),
    good("FI522", "a signal with an output", workflow("flights.wf", "->", node("n0", _gate(SIGNAL)))),
    near(
        "FI522",
        "an approval, whose outputs are its inputs",
        workflow("flights.wf", "a: int ->", node("n0", _gate('approve { signal_id: "go" }'), a="a")),
    ),
    bad(
        "FI523",
        "an input bound to a sleeping gate",
        workflow("flights.wf", "->", node("n0", SLEEP, x=1)),
        at="template.nodes[0].inputs[0]",
    ),
    good("FI523", "a sleeping gate without inputs", workflow("flights.wf", "->", node("n0", SLEEP))),
    near(
        "FI523",
        "an input bound to an approval",
        workflow("flights.wf", "a: int ->", node("n0", _gate('approve { signal_id: "go" }'), a="a")),
    ),
    bad(
        "FI524",
        "an array without node",
        workflow("flights.wf", "->", node("n0", "array_node { }")),
        at="template.nodes[0].array_node",
    ),
    good(
        "FI524",
        "an array over a task of lists",
        SEATS,
        workflow(
            "flights.wf",
            "seats: list[int] ->",
            node("n0", array(call("inner", "flights.seats", x="seats")), x="seats"),
        ),
    ),
    near(
        "FI524",
        "a node that runs nothing",
        workflow("flights.wf", "->", node("n0", "")),
    ),
    bad(
        "FI525",
        "an array over a launch plan",
        STEP,
        WF,
        EACH,
        MAPPED_PLAN,
        at="template.nodes[0].inputs[0].binding.promise",
    ),
    good(
        "FI525",
        "the same array for a back end that lifts arrays",
        STEP,
        WF,
        EACH,
        MAPPED_PLAN,
        options=LIFTED,
    ),
    near(
        "FI525",
        "an array over a task of lists",
        SEATS,
        workflow(
            "flights.wf",
            "seats: list[int] ->",
            node("n0", array(call("inner", "flights.seats", x="seats")), x="seats"),
        ),
    ),
)

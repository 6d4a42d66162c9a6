"""Cases of `graph.py`."""

from __future__ import annotations

from flowidl.rules.snippets import bad, call, good, near, task, workflow

STEP = task("flights.step", "x: int -> o0: int")

CASES = (
    bad(
        "FI300",
        "two nodes that feed each other, one of which also waits for the start",
        STEP,
        workflow(
            "flights.wf",
            "->",
            call("n0", "flights.step", 'upstream_node_ids: ""', x="n1.o0"),
            call("n1", "flights.step", x="n0.o0"),
        ),
        at="template.nodes[0]",
    ),
    good(
        "FI300",
        "two nodes in a row",
        STEP,
        workflow("flights.wf", "->", call("n0", "flights.step", x=1), call("n1", "flights.step", x="n0.o0")),
    ),
    near(
        "FI300",
        "two ways that meet again",
        STEP,
        task("flights.join", "x: int, y: int ->"),
        workflow(
            "flights.wf",
            "->",
            call("n0", "flights.step", x=1),
            call("n1", "flights.step", x="n0.o0"),
            call("n2", "flights.step", x="n0.o0"),
            call("n3", "flights.join", x="n1.o0", y="n2.o0"),
        ),
    ),
    bad(
        "FI301",
        "two nodes that feed each other and nothing else",
        STEP,
        workflow(
            "flights.wf", "->", call("n0", "flights.step", x="n1.o0"), call("n1", "flights.step", x="n0.o0")
        ),
        at="template.nodes[0]",
    ),
    bad(
        "FI301",
        "a node that waits for itself",
        STEP,
        workflow("flights.wf", "->", call("n0", "flights.step", x="n0.o0")),
        at="template.nodes[0]",
    ),
    good(
        "FI301",
        "two nodes in a row",
        STEP,
        workflow("flights.wf", "->", call("n0", "flights.step", x=1), call("n1", "flights.step", x="n0.o0")),
    ),
    near(
        "FI301",
        "a node listed before the one it reads",
        STEP,
        workflow("flights.wf", "->", call("n1", "flights.step", x="n0.o0"), call("n0", "flights.step", x=1)),
    ),
    bad(
        "FI302",
        "a node whose only upstream does not exist",
        STEP,
        workflow("flights.wf", "->", call("n0", "flights.step", 'upstream_node_ids: "gone"', x=1)),
        at="template.nodes[0]",
        also=("FI342",),
    ),
    good(
        "FI302",
        "a node that waits for an existing one",
        STEP,
        workflow(
            "flights.wf",
            "->",
            call("n0", "flights.step", x=1),
            call("n1", "flights.step", 'upstream_node_ids: "n0"', x=1),
        ),
    ),
    near(
        "FI302",
        "a node that waits for nothing and that nothing waits for",
        STEP,
        workflow("flights.wf", "->", call("n0", "flights.step", x=1), call("n1", "flights.step", x=2)),
    ),
)

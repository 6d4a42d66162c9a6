"""Cases of `graph_lint.py`."""

from __future__ import annotations

from flowidl.rules.snippets import (
    bad,
    branch,
    call,
    compare,
    good,
    near,
    node,
    number,
    runs,
    task,
    template,
    workflow,
)

STEP = task("flights.step", "x: int -> o0: int")
PING = task("flights.ping", "->")
SUB = template("flights.sub", "->", call("n0", "flights.ping"))
ROW = workflow("flights.wf", "->", call("n0", "flights.step", x=1), call("n1", "flights.step", x="n0.o0"))
UPSTREAM = 'upstream_node_ids: "n0"'


CASES = (
    bad(
        "FI340",
        "two nodes of one id",
        STEP,
        workflow("flights.wf", "->", call("n0", "flights.step", x=1), call("n0", "flights.step", x=2)),
        at="template.nodes[1].id",
    ),
    good("FI340", "two nodes of two ids", STEP, ROW),
    near(
        "FI340",
        "a node inside a branch with an id that is taken outside",
        STEP,
        workflow(
            "flights.wf",
            "a: int ->",
            call("n0", "flights.step", x="a"),
            node(
                "n1",
                branch(
                    (compare("a", ">", number(1)), call("n0", "flights.step", x="a")),
                    otherwise=call("n1", "flights.step", x="a"),
                ),
                a="a",
            ),
        ),
    ),
    bad(
        "FI341",
        "a node called start-node",
        PING,
        workflow("flights.wf", "->", call("n0", "flights.ping"), call("start-node", "flights.ping")),
        at="template.nodes[1].id",
    ),
    bad(
        "FI341",
        "a failure node called end-node",
        PING,
        workflow(
            "flights.wf",
            "->",
            call("n0", "flights.ping"),
            rest=f"failure_node {{ {call('end-node', 'flights.ping')} }}",
        ),
        at="template.failure_node.id",
    ),
    good("FI341", "nodes with ids of their own", STEP, ROW),
    near("FI341", "a node called start", PING, workflow("flights.wf", "->", call("start", "flights.ping"))),
    bad(
        "FI342",
        "a node that waits for one that does not exist",
        STEP,
        workflow(
            "flights.wf",
            "->",
            call("n0", "flights.step", x=1),
            call("n1", "flights.step", 'upstream_node_ids: "no"', x="n0.o0"),
        ),
        at="template.nodes[1].upstream_node_ids[0]",
    ),
    good(
        "FI342",
        "a node that waits for one that exists",
        STEP,
        workflow(
            "flights.wf",
            "->",
            call("n0", "flights.step", x=1),
            call("n1", "flights.step", UPSTREAM, x="n0.o0"),
        ),
    ),
    near(
        "FI342",
        "an empty upstream id, which is the start",
        STEP,
        workflow("flights.wf", "->", call("n0", "flights.step", 'upstream_node_ids: ""', x=1)),
    ),
    bad(
        "FI343",
        "a sub-workflow that nothing runs",
        PING,
        workflow("flights.wf", "->", call("n0", "flights.ping"), subs=(SUB,)),
        at="sub_workflows[0]",
    ),
    good(
        "FI343",
        "a sub-workflow that a node runs",
        PING,
        workflow("flights.wf", "->", node("n0", runs("flights.sub")), subs=(SUB,)),
    ),
    near(
        "FI343",
        "a sub-workflow that another sub-workflow runs",
        PING,
        workflow(
            "flights.wf",
            "->",
            node("n0", runs("flights.outer")),
            subs=(template("flights.outer", "->", node("n0", runs("flights.sub"))), SUB),
        ),
    ),
    bad(
        "FI344",
        "an output with a dash in its name",
        task("flights.load", "-> row-count: int"),
        at='template.interface.outputs.variables["row-count"]',
    ),
    bad(
        "FI344",
        "a workflow input with a letter beyond ASCII",
        PING,
        workflow("flights.wf", "größe: int ->", call("n0", "flights.ping")),
        at='template.interface.inputs.variables["größe"]',
    ),
    good("FI344", "an output with an underscore", task("flights.load", "-> row_count: int")),
    near("FI344", "an input with a dash, which a binding can name", task("flights.fit", "row-count: int ->")),
)

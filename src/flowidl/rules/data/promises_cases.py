"""Cases of `promises.py`."""

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
    promise,
    task,
    workflow,
)

STEP = task("flights.step", "x: int -> o0: int")
LOAD = task("flights.load", "-> o0: list[int]")
FIT = task("flights.fit", "x: list[float] -> o0: float")
ROUTE = """{simple: STRUCT structure { dataclass_type { key: "miles" value { simple: INTEGER } } }}"""
PLAN = task("flights.plan", f"-> o0: {ROUTE}")

ROW = workflow("flights.wf", "->", call("n0", "flights.step", x=1), call("n1", "flights.step", x="n0.o0"))
#: A branch over `a` whose alternatives both run `flights.step`.
FORK = branch(
    (compare("a", ">", number(1)), call("yes", "flights.step", x="a")),
    otherwise=call("no", "flights.step", x="a"),
)
READS_FORK = workflow("flights.wf", "a: int ->", node("b", FORK, a="a"), call("n1", "flights.step", x="b.o0"))
AT = "template.nodes[1].inputs[0].binding.promise"


def _aliased(*pairs: tuple[str, str]) -> str:
    return " ".join(f'output_aliases {{ var: "{var}" alias: "{alias}" }}' for var, alias in pairs)


TWO = task("flights.two", "-> o0: int, o1: int")

CASES = (
    bad(
        "FI420",
        "a node that does not exist",
        STEP,
        workflow("flights.wf", "->", call("n0", "flights.step", x=1), call("n1", "flights.step", x="no.o0")),
        at=AT,
        also=("FI419",),
    ),
    good("FI420", "a node that exists", STEP, ROW),
    near(
        "FI420",
        "an empty node id, which means the workflow's inputs",
        STEP,
        workflow("flights.wf", "a: int ->", call("n0", "flights.step", x="a")),
    ),
    bad(
        "FI421",
        "a branch listed before the node that it reads",
        STEP,
        workflow("flights.wf", "->", node("b", FORK, a="n0.o0"), call("n0", "flights.step", x=1)),
        at="template.nodes[0].inputs[0].binding.promise",
        also=("FI419", "FI423", "FI510", "FI302"),
    ),
    good(
        "FI421",
        "a branch listed after the node that it reads",
        STEP,
        workflow(
            "flights.wf",
            "->",
            call("n0", "flights.step", x=1),
            node(
                "b",
                branch(
                    (compare("a", ">", number(1)), call("yes", "flights.step", x=1)),
                    otherwise=call("no", "flights.step", x=2),
                ),
                a="n0.o0",
            ),
        ),
    ),
    near(
        "FI421",
        "an ordinary node listed before the one that it reads",
        STEP,
        workflow("flights.wf", "->", call("n1", "flights.step", x="n0.o0"), call("n0", "flights.step", x=1)),
    ),
    bad(
        "FI422",
        "a node inside a branch",
        STEP,
        workflow("flights.wf", "a: int ->", node("b", FORK, a="a"), call("n1", "flights.step", x="yes.o0")),
        at=AT,
        also=("FI419",),
    ),
    good("FI422", "the branch itself", STEP, READS_FORK),
    near(
        "FI422",
        "a top-level node read from inside a branch",
        STEP,
        workflow(
            "flights.wf",
            "a: int ->",
            call("n0", "flights.step", x="a"),
            node(
                "b",
                branch(
                    (compare("a", ">", number(1)), call("yes", "flights.step", x="n0.o0")),
                    otherwise=call("no", "flights.step", x="a"),
                ),
                a="a",
            ),
        ),
    ),
    bad(
        "FI423",
        "an output that the task does not have",
        STEP,
        workflow("flights.wf", "->", call("n0", "flights.step", x=1), call("n1", "flights.step", x="n0.o1")),
        at=AT,
        also=("FI419",),
    ),
    bad(
        "FI423",
        "an input that the workflow does not have",
        STEP,
        workflow("flights.wf", "rate: int ->", call("n0", "flights.step", x="rates")),
        at="template.nodes[0].inputs[0].binding.promise",
        also=("FI419",),
    ),
    good("FI423", "an output that the task has", STEP, ROW),
    near("FI423", "an output that both alternatives of a branch have", STEP, READS_FORK),
    bad(
        "FI424",
        "an attribute in the name of the output",
        PLAN,
        STEP,
        workflow(
            "flights.wf",
            "->",
            call("n0", "flights.plan"),
            call("n1", "flights.step", x=promise("n0", "o0.miles")),
        ),
        at=AT,
    ),
    good(
        "FI424",
        "an attribute in the attribute path",
        PLAN,
        STEP,
        workflow(
            "flights.wf",
            "->",
            call("n0", "flights.plan"),
            call("n1", "flights.step", x=promise("n0", "o0", "miles")),
        ),
    ),
    near(
        "FI424",
        "an index in front of the name",
        LOAD,
        STEP,
        workflow(
            "flights.wf",
            "->",
            call("n0", "flights.load"),
            call("n1", "flights.step", x=promise("n0", "[0].o0")),
        ),
    ),
    bad(
        "FI425",
        "a list of integers for a list of floats",
        LOAD,
        FIT,
        workflow("flights.wf", "->", call("n0", "flights.load"), call("n1", "flights.fit", x="n0.o0")),
        at=AT,
    ),
    bad(
        "FI425",
        "a value that may be none",
        STEP,
        workflow("flights.wf", "a: int | None ->", call("n0", "flights.step", x="a")),
        at="template.nodes[0].inputs[0].binding.promise",
    ),
    good("FI425", "an integer for an integer", STEP, ROW),
    near(
        "FI425",
        "an integer for a value that may be none",
        STEP,
        task("flights.maybe", "x: int | None ->"),
        workflow("flights.wf", "->", call("n0", "flights.step", x=1), call("n1", "flights.maybe", x="n0.o0")),
    ),
    bad(
        "FI426",
        "the third element of an integer",
        STEP,
        workflow("flights.wf", "a: int ->", call("n0", "flights.step", x=promise("", "[3].a"))),
        at="template.nodes[0].inputs[0].binding.promise",
    ),
    good(
        "FI426",
        "the third element of a list",
        STEP,
        workflow("flights.wf", "a: list[int] ->", call("n0", "flights.step", x=promise("", "[3].a"))),
    ),
    near(
        "FI426",
        "a whole integer",
        STEP,
        workflow("flights.wf", "a: int ->", call("n0", "flights.step", x="a")),
    ),
    bad(
        "FI427",
        "a field that the dataclass does not have",
        PLAN,
        STEP,
        workflow(
            "flights.wf",
            "->",
            call("n0", "flights.plan"),
            call("n1", "flights.step", x=promise("n0", "o0", "mile")),
        ),
        at=AT,
    ),
    good(
        "FI427",
        "a field that the dataclass has",
        PLAN,
        STEP,
        workflow(
            "flights.wf",
            "->",
            call("n0", "flights.plan"),
            call("n1", "flights.step", x=promise("n0", "o0", "miles")),
        ),
    ),
    near(
        "FI427",
        "any key of a dict",
        task("flights.table", "-> o0: dict[str, int]"),
        STEP,
        workflow(
            "flights.wf",
            "->",
            call("n0", "flights.table"),
            call("n1", "flights.step", x=promise("n0", "o0", "mile")),
        ),
    ),
    bad(
        "FI430",
        "two aliases for one output",
        TWO,
        workflow("flights.wf", "->", call("n0", "flights.two", _aliased(("o0", "miles"), ("o0", "hours")))),
        at="template.nodes[0].output_aliases[1]",
    ),
    good(
        "FI430",
        "one alias for each output",
        TWO,
        workflow("flights.wf", "->", call("n0", "flights.two", _aliased(("o0", "miles"), ("o1", "hours")))),
    ),
    near(
        "FI430",
        "an alias that is the output's own name",
        TWO,
        workflow("flights.wf", "->", call("n0", "flights.two", _aliased(("o0", "o0")))),
    ),
    bad(
        "FI431",
        "an alias of an output that does not exist",
        TWO,
        workflow("flights.wf", "->", call("n0", "flights.two", _aliased(("o2", "miles")))),
        at="template.nodes[0].output_aliases[0]",
    ),
    good(
        "FI431",
        "an alias of an output that exists",
        TWO,
        workflow("flights.wf", "->", call("n0", "flights.two", _aliased(("o0", "miles")))),
    ),
    near(
        "FI431",
        "an output read under its alias",
        TWO,
        STEP,
        workflow(
            "flights.wf",
            "->",
            call("n0", "flights.two", _aliased(("o0", "miles"))),
            call("n1", "flights.step", x="n0.miles"),
        ),
    ),
    bad(
        "FI432",
        "an alias that another output is called",
        TWO,
        workflow("flights.wf", "->", call("n0", "flights.two", _aliased(("o0", "o1")))),
        at="template.nodes[0].output_aliases",
    ),
    good(
        "FI432",
        "an alias that nothing else is called",
        TWO,
        workflow("flights.wf", "->", call("n0", "flights.two", _aliased(("o0", "miles")))),
    ),
    near(
        "FI432",
        "two outputs that swap their names",
        TWO,
        workflow("flights.wf", "->", call("n0", "flights.two", _aliased(("o0", "o1"), ("o1", "o0")))),
    ),
)

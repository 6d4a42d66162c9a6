"""Cases of `bindings.py`: each is one workflow around one or two tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.rules.snippets import bad, call, good, near, raw, task, text, workflow

if TYPE_CHECKING:
    from flowidl.rules.case import CaseFile
    from flowidl.rules.snippets import Value

STEP = task("flights.step", "x: int -> o0: int")
MAYBE = task("flights.maybe", "x: int | None ->")
SEATS = task("flights.seats", "x: enum[window, aisle] ->")
LISTS = task("flights.lists", "x: list[int] | list[str] ->")
NOTHING = raw("")
STORED = raw('offloaded_metadata { uri: "s3://flights/x" size_bytes: 9 inferred_type { simple: INTEGER } }')

AT = "template.nodes[0].inputs[0].binding"


def _of(words: str, value: Value, given: str = "->") -> tuple[CaseFile, CaseFile]:
    """A workflow of one node that binds `value` to input `x` of a task with this interface."""
    target = task("flights.fit", words)
    return target, workflow("flights.wf", given, call("n0", "flights.fit", x=value))


def _row(words: str, nodes: str, **outputs: Value) -> tuple[CaseFile, CaseFile]:
    return STEP, workflow("flights.wf", words, nodes, outputs=outputs)


CASES = (
    bad(
        "FI400",
        "an input that nothing is bound to",
        STEP,
        workflow("flights.wf", "->", call("n0", "flights.step")),
        at="template.nodes[0]",
    ),
    good("FI400", "an input bound to a literal", *_of("x: int ->", 1)),
    near(
        "FI400",
        "an unbound input that may be none",
        MAYBE,
        workflow("flights.wf", "->", call("n0", "flights.maybe")),
    ),
    bad(
        "FI401",
        "an output that nothing is bound to",
        *_row("-> o0: int", call("n0", "flights.step", x=1)),
        at="template",
    ),
    good(
        "FI401",
        "an output of a node as output",
        *_row("-> o0: int", call("n0", "flights.step", x=1), o0="n0.o0"),
    ),
    near(
        "FI401",
        "an input handed on as output",
        *_row("a: int -> o0: int", call("n0", "flights.step", x=1), o0="a"),
    ),
    bad(
        "FI402",
        "an input that the task does not have",
        STEP,
        workflow("flights.wf", "->", call("n0", "flights.step", x=1, xs=2)),
        at="template.nodes[0].inputs[1]",
    ),
    good("FI402", "an input that the task has", *_of("x: int ->", 1)),
    near("FI402", "an output that is not declared", *_row("->", call("n0", "flights.step", x=1), o1="n0.o0")),
    bad(
        "FI403",
        "an output that the workflow does not declare",
        *_row("->", call("n0", "flights.step", x=1), o1="n0.o0"),
        at="template.outputs[0]",
    ),
    good(
        "FI403",
        "an output that the workflow declares",
        *_row("-> o1: int", call("n0", "flights.step", x=1), o1="n0.o0"),
    ),
    near(
        "FI403",
        "an input that the task does not have",
        STEP,
        workflow("flights.wf", "->", call("n0", "flights.step", x=1, xs=2)),
    ),
    bad(
        "FI404",
        "a binding without value",
        STEP,
        workflow("flights.wf", "->", call("n0", "flights.step", 'inputs { var: "x" }')),
        at="template.nodes[0].inputs[0]",
        also=("FI400",),
    ),
    bad(
        "FI404",
        "a list with an element that is not set",
        *_of("x: list[int] ->", [1, NOTHING]),
        at=f"{AT}.collection.bindings[1]",
    ),
    good("FI404", "a binding with a value", *_of("x: int ->", 1)),
    near("FI404", "a binding to none", *_of("x: None ->", None)),
    bad(
        "FI405",
        "an input bound to two values",
        STEP,
        workflow(
            "flights.wf",
            "->",
            call(
                "n0",
                "flights.step",
                'inputs { var: "x" binding { scalar { primitive { integer: 2 } } } }',
                x=1,
            ),
        ),
        at="template.nodes[0].inputs[1]",
    ),
    good("FI405", "an input bound once", *_of("x: int ->", 1)),
    near(
        "FI405",
        "one value bound to two inputs",
        task("flights.join", "x: int, y: int ->"),
        workflow("flights.wf", "a: int ->", call("n0", "flights.join", x="a", y="a")),
    ),
    bad("FI406", "an integer for a float", *_of("x: float ->", 1), at=f"{AT}.scalar"),
    bad(
        "FI406",
        "a string in a list of integers",
        *_of("x: list[int] ->", [1, text("two")]),
        at=f"{AT}.collection.bindings[1].scalar",
    ),
    good("FI406", "a float for a float", *_of("x: float ->", 1.5)),
    near("FI406", "an integer for an optional integer", *_of("x: int | None ->", 1)),
    bad(
        "FI407",
        "a string that is no value of the enum",
        *_of("x: enum[window, aisle] ->", text("windows")),
        at=f"{AT}.scalar",
    ),
    good("FI407", "a string that is a value of the enum", *_of("x: enum[window, aisle] ->", text("aisle"))),
    near(
        "FI407",
        "a promised string, whose value is not known",
        *_of("x: enum[window, aisle] ->", "a", "a: str ->"),
    ),
    bad("FI408", "a list of values for an integer", *_of("x: int ->", [1, 2]), at=f"{AT}.collection"),
    bad("FI408", "a dict of values for a struct", *_of("x: struct ->", {"a": 1}), at=f"{AT}.map"),
    good("FI408", "a list of values for a list", *_of("x: list[int] ->", [1, 2])),
    near("FI408", "a list of lists", *_of("x: list[list[int]] ->", [[1], []])),
    bad(
        "FI409",
        "an empty list for one of two lists",
        *_of("x: list[int] | list[str] ->", []),
        at=f"{AT}.collection",
    ),
    good("FI409", "a list with an element", *_of("x: list[int] | list[str] ->", [1])),
    near("FI409", "an empty list for a list or none", *_of("x: list[int] | None ->", [])),
    bad(
        "FI410",
        "a list of truth values for a list of something else",
        *_of("x: list[int] | list[str] ->", [True]),
        at=f"{AT}.collection",
    ),
    good("FI410", "a list of integers", *_of("x: list[int] | list[str] ->", [1])),
    near("FI410", "a truth value for a union, which is no list", *_of("x: int | str ->", True)),
    bad(
        "FI411",
        "a literal that is stored elsewhere",
        *_of("x: int ->", STORED),
        at=f"{AT}.offloaded_metadata",
    ),
    good("FI411", "a literal", *_of("x: int ->", 1)),
    near(
        "FI411",
        "a file, which is stored elsewhere by nature",
        *_of(
            "x: file[csv] ->",
            raw('scalar { blob { uri: "s3://flights/x.csv" metadata { type { format: "csv" } } } }'),
        ),
    ),
    bad(
        "FI412",
        "a file without metadata",
        *_of("x: file[csv] ->", raw('scalar { blob { uri: "s3://flights/x.csv" } }')),
        at=f"{AT}.scalar",
    ),
    good(
        "FI412",
        "a file with its metadata",
        *_of(
            "x: file[csv] ->",
            raw('scalar { blob { uri: "s3://flights/x.csv" metadata { type { format: "csv" } } } }'),
        ),
    ),
    near(
        "FI412",
        "a primitive without value, which counts as none",
        *_of("x: None ->", raw("scalar { primitive { } }")),
    ),
    bad(
        "FI419",
        "an input whose promise leads nowhere",
        *_of("x: int ->", "gone.o0"),
        at=f"{AT}.promise",
        also=("FI420",),
    ),
    good("FI419", "an input whose promise is kept", *_of("x: int ->", "a", "a: int ->")),
    near(
        "FI419",
        "an input that nothing is bound to",
        STEP,
        workflow("flights.wf", "->", call("n0", "flights.step")),
    ),
)

"""Cases of `branches.py`: a branch `b` over the workflow input `a`."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from flowidl.rules.case import CaseFile
    from flowidl.rules.snippets import Value

STEP = task("flights.step", "x: int -> o0: int")
WORD = task("flights.word", "x: int -> o0: str")
PING = task("flights.ping", "->")

YES, NO = call("yes", "flights.ping"), call("no", "flights.ping")
MORE = compare("a", ">", number(1))
ELSE = f"else_node {{ {NO} }}"
THEN = f"then_node {{ {YES} }}"
IF = f"condition {{ {MORE} }}"
NONE = "scalar { none_type { } }"

BLOCK = "template.nodes[0].branch_node.if_else"
COMPARISON = f"{BLOCK}.case.condition.comparison"


def _of(inside: str, given: str = "a: int ->", **inputs: Value) -> tuple[CaseFile, CaseFile]:
    """A workflow whose only node is a branch with this text as its `if_else`."""
    bound: dict[str, Value] = inputs or {"a": "a"}
    return PING, workflow(
        "flights.wf", given, node("b", f"branch_node {{ if_else {{ {inside} }} }}", "", **bound)
    )


def _over(condition: str, given: str = "a: int ->", **inputs: Value) -> tuple[CaseFile, CaseFile]:
    """A workflow whose only node is a sound branch under this condition."""
    return _of(f"case {{ condition {{ {condition} }} {THEN} }} {ELSE}", given, **inputs)


def _both(left: str, right: str) -> str:
    sides = f"left_expression {{ {left} }} right_expression {{ {right} }}"
    return f"conjunction {{ operator: AND {sides} }}"


SOUND = _over(MORE)

CASES = (
    bad(
        "FI500",
        "a branch without anything in it",
        *_of(""),
        at="template.nodes[0].branch_node",
        also=("FI302", "FI503", "FI502"),
    ),
    good("FI500", "a branch with a case and an else-node", *SOUND),
    near(
        "FI500",
        "a branch with one case and an error",
        *_of(f'case {{ {IF} {THEN} }} error {{ message: "too few" }}'),
    ),
    bad(
        "FI501",
        "a first case without node",
        *_of(f"case {{ {IF} }} {ELSE}"),
        at=f"{BLOCK}.case",
        also=("FI302", "FI510"),
    ),
    bad(
        "FI501",
        "a second case without node",
        *_of(f"case {{ {IF} {THEN} }} other {{ {IF} }} {ELSE}"),
        at=f"{BLOCK}.other[0]",
        also=("FI302", "FI510"),
    ),
    good(
        "FI501",
        "two cases with their nodes",
        *_of(f"case {{ {IF} {THEN} }} other {{ {IF} then_node {{ {call('two', 'flights.ping')} }} }} {ELSE}"),
    ),
    near(
        "FI501",
        "an error instead of an else-node",
        *_of(f'case {{ {IF} {THEN} }} error {{ message: "too few" }}'),
    ),
    bad("FI502", "a case without condition", *_of(f"case {{ {THEN} }} {ELSE}"), at=f"{BLOCK}.case"),
    bad(
        "FI502",
        "a conjunction with one side",
        *_over(f"conjunction {{ left_expression {{ {MORE} }} }}"),
        at=f"{BLOCK}.case.condition.conjunction",
    ),
    good("FI502", "a case with a condition", *SOUND),
    near("FI502", "a conjunction with two sides", *_over(_both(MORE, compare("a", "<", number(9))))),
    bad(
        "FI503",
        "a branch without default",
        *_of(f"case {{ {IF} {THEN} }}"),
        at="template.nodes[0].branch_node",
    ),
    good("FI503", "a branch with an else-node", *SOUND),
    near(
        "FI503",
        "a branch that ends in an error",
        *_of(f'case {{ {IF} {THEN} }} error {{ message: "too few" }}'),
    ),
    bad(
        "FI504",
        "an integer in one case and a string in the other",
        STEP,
        WORD,
        workflow(
            "flights.wf",
            "a: int ->",
            node(
                "b",
                branch(
                    (MORE, call("yes", "flights.step", x="a")), otherwise=call("no", "flights.word", x="a")
                ),
                a="a",
            ),
        ),
        at=f"{BLOCK}.else_node",
        also=("FI302", "FI510"),
    ),
    good(
        "FI504",
        "integers in both cases",
        STEP,
        workflow(
            "flights.wf",
            "a: int -> o0: int",
            node(
                "b",
                branch(
                    (MORE, call("yes", "flights.step", x="a")), otherwise=call("no", "flights.step", x="a")
                ),
                a="a",
            ),
            outputs={"o0": "b.o0"},
        ),
    ),
    near(
        "FI504",
        "an output that only one case has",
        STEP,
        PING,
        workflow(
            "flights.wf",
            "a: int ->",
            node("b", branch((MORE, call("yes", "flights.step", x="a")), otherwise=NO), a="a"),
        ),
    ),
    bad(
        "FI505",
        "a condition that says nothing",
        *_of(f"case {{ condition {{ }} {THEN} }} {ELSE}"),
        at=f"{BLOCK}.case.condition",
    ),
    good("FI505", "a condition that compares", *SOUND),
    near("FI505", "a condition of two parts", *_over(_both(MORE, MORE))),
    bad(
        "FI506",
        "a comparison with nothing",
        *_over('comparison { operator: GT left_value { var: "a" } }'),
        at=COMPARISON,
    ),
    good("FI506", "a comparison with a number", *SOUND),
    near(
        "FI506",
        "a comparison of two inputs",
        *_over(compare("a", "<", "c"), "a: int, c: int ->", a="a", c="c"),
    ),
    bad(
        "FI507",
        "a comparison with none",
        *_over(compare("a", "==", NONE)),
        at=f"{COMPARISON}.right_value.scalar",
    ),
    good("FI507", "a comparison with a number", *SOUND),
    near(
        "FI507",
        "a comparison with a truth value",
        *_over(compare("a", "==", "primitive { boolean: true }"), "a: bool ->"),
    ),
    bad(
        "FI508",
        "a comparison of what the branch does not bind",
        *_over(compare(".a", ">", number(1))),
        at=f"{COMPARISON}.left_value.var",
    ),
    good("FI508", "a comparison of what the branch binds", *SOUND),
    near(
        "FI508",
        "a variable whose name has a dot",
        *_of(f"case {{ condition {{ {compare('.a', '>', number(1))} }} {THEN} }} {ELSE}", **{".a": "a"}),
    ),
    bad("FI509", "a float compared with an integer", *_over(MORE, "a: float ->"), at=COMPARISON),
    bad(
        "FI509",
        "an optional integer compared with an integer",
        *_over(MORE, "a: int | None ->"),
        at=COMPARISON,
        also=("FI580",),
    ),
    good("FI509", "an integer compared with an integer", *SOUND),
    near(
        "FI509",
        "a float compared with a float",
        *_over(compare("a", ">", "primitive { float_value: 1.5 }"), "a: float ->"),
    ),
    bad(
        "FI510",
        "a comparison of an input that leads nowhere",
        *_over(MORE, "a: int ->", a="gone.o0"),
        at=f"{COMPARISON}.left_value.var",
        also=("FI420", "FI419", "FI302"),
    ),
    good("FI510", "a comparison of an input that is there", *SOUND),
    near("FI510", "a comparison of what the branch does not bind", *_over(compare("c", ">", number(1)))),
    bad(
        "FI511",
        "a list bound to a branch",
        *_over(MORE, "a: int ->", a="a", seats=[1, 2]),
        at="template.nodes[0].inputs[1].binding.collection",
        also=("FI302", "FI510"),
    ),
    good("FI511", "an integer bound to a branch", *SOUND),
    near("FI511", "a promised list bound to a branch", *_over(MORE, "a: int, c: list[int] ->", a="a", c="c")),
    bad(
        "FI512",
        "an element of a list bound to a branch",
        *_over(MORE, "c: list[int] ->", a=promise("", "[0].c")),
        at="template.nodes[0].inputs[0].binding.promise",
        also=("FI302", "FI509", "FI580"),
    ),
    good("FI512", "a whole input bound to a branch", *SOUND),
    near(
        "FI512",
        "an element of a list bound to a node inside the branch",
        STEP,
        workflow(
            "flights.wf",
            "a: int, c: list[int] ->",
            node(
                "b",
                branch(
                    (MORE, call("yes", "flights.step", x=promise("", "[0].c"))),
                    otherwise=call("no", "flights.step", x="a"),
                ),
                a="a",
            ),
        ),
    ),
)

"""Cases of `alternatives.py`."""

from __future__ import annotations

from flowidl.rules.case import CaseFile
from flowidl.rules.snippets import bad, branch, call, compare, good, near, node, number, task, workflow

IDLE = task("idle", "->")
OTHER = task("other", "->")
LOAD = task("load", "-> o0: int")
USE = task("use", "x: int ->")

TRUE, MOMENT = "primitive { boolean: true }", "primitive { datetime { seconds: 1 } }"
IF = "template.nodes[0].branch_node.if_else"
COMPARISON = f"{IF}.case.condition.comparison"


def _branch(condition: str, words: str, *more: str) -> CaseFile:
    """A workflow with a branch on its inputs `a` and `b`, with further nodes after it."""
    names = [entry.partition(":")[0].strip() for entry in words.split(";")]
    then = branch((condition, call("t", "idle")), otherwise=call("e", "idle"))
    return workflow(
        "wf", f"{words.replace(';', ',')} ->", node("b", then, **{name: name for name in names}), *more
    )


def _default(words: str) -> CaseFile:
    """A workflow with a branch that ends in this default."""
    then = branch((compare("a", "==", number(1)), call("t", "idle")))
    return workflow("wf", "a: int ->", node("b", then.replace('message: "no case applies"', words), a="a"))


def _nested(first: str, second: str, *more: str) -> CaseFile:
    """A workflow with a branch over two nodes, with further nodes after it."""
    then = branch((compare("a", "==", number(1)), first), otherwise=second)
    return workflow("wf", "a: int ->", node("b", then, a="a"), *more)


def _reading(rest: str) -> CaseFile:
    inner = branch((compare("a", "==", number(1)), call("t", "use", x="n0.o0")))
    return workflow("wf", "a: int ->", call("n0", "load"), node("b", inner, rest, a="a"))


TWO = branch(
    (compare("a", "==", number(1)), call("t", "idle")), (compare("a", "==", number(2)), call("u", "idle"))
)
SAME = branch(
    (compare("a", "==", number(1)), call("t", "idle")), (compare("a", "==", number(1)), call("u", "idle"))
)

CASES = (
    bad(
        "FI580",
        "a list against a list",
        IDLE,
        _branch(compare("a", "==", "b"), "a: list[int]; b: list[int]"),
        at=f"{COMPARISON}.left_value.var",
    ),
    bad(
        "FI580",
        "an optional against an optional",
        IDLE,
        _branch(compare("a", "==", "b"), "a: int | None; b: int | None"),
        at=f"{COMPARISON}.left_value.var",
    ),
    good("FI580", "a number against a number", IDLE, _branch(compare("a", "==", "b"), "a: int; b: int")),
    near(
        "FI580", "an enum against an enum", IDLE, _branch(compare("a", "==", "b"), "a: enum[x]; b: enum[x]")
    ),
    bad(
        "FI581",
        "true is larger",
        IDLE,
        _branch(compare("a", ">", TRUE), "a: bool"),
        at=f"{COMPARISON}.operator",
    ),
    good("FI581", "is it true", IDLE, _branch(compare("a", "==", TRUE), "a: bool")),
    near("FI581", "a number is larger", IDLE, _branch(compare("a", ">", number(1)), "a: int")),
    bad(
        "FI582",
        "operator number 9",
        IDLE,
        _branch(compare("a", "==", number(1)).replace("operator: EQ", "operator: 9"), "a: int"),
        at=f"{COMPARISON}.operator",
    ),
    good("FI582", "equality", IDLE, _branch(compare("a", "==", number(1)), "a: int")),
    near("FI582", "the last operator", IDLE, _branch(compare("a", "<=", number(1)), "a: int")),
    bad(
        "FI583",
        "a constant without a value",
        IDLE,
        _branch(compare("primitive { }", "==", "primitive { }"), "a: int"),
        at=f"{COMPARISON}.left_value.primitive",
    ),
    good("FI583", "a constant with a value", IDLE, _branch(compare("a", "==", number(1)), "a: int")),
    near("FI583", "the constant zero", IDLE, _branch(compare("a", "==", number(0)), "a: int")),
    bad(
        "FI584",
        "a time is equal",
        IDLE,
        _branch(compare("a", "==", MOMENT), "a: datetime"),
        at=f"{COMPARISON}.operator",
    ),
    good("FI584", "a number is equal", IDLE, _branch(compare("a", "==", number(1)), "a: int")),
    near("FI584", "a time is later", IDLE, _branch(compare("a", ">", MOMENT), "a: datetime")),
    bad("FI585", "no message", IDLE, _default(""), at=f"{IF}.error.message"),
    good("FI585", "a message", IDLE, _default('message: "a must be 1"')),
    near("FI585", "a node instead of an error", IDLE, _branch(compare("a", "==", number(1)), "a: int")),
    bad("FI586", "one is one", IDLE, _branch(compare(number(1), "==", number(1)), "a: int"), at=COMPARISON),
    good("FI586", "an input is one", IDLE, _branch(compare("a", "==", number(1)), "a: int")),
    near("FI586", "one is an input", IDLE, _branch(compare(number(1), "==", "a"), "a: int")),
    bad(
        "FI587",
        "one condition in two cases",
        IDLE,
        workflow("wf", "a: int ->", node("b", SAME, a="a")),
        at=f"{IF}.other[0].condition",
    ),
    good("FI587", "two conditions", IDLE, workflow("wf", "a: int ->", node("b", TWO, a="a"))),
    near("FI587", "one case", IDLE, _branch(compare("a", "==", number(1)), "a: int")),
    bad(
        "FI588",
        "two tasks under one id",
        IDLE,
        OTHER,
        _nested(call("q", "idle"), call("q", "other")),
        at=f"{IF}.else_node.id",
    ),
    bad(
        "FI588",
        "a node with the id that a nested one gets",
        IDLE,
        OTHER,
        _nested(call("q", "idle"), call("r", "idle"), call("b-q", "other")),
        at=f"{IF}.case.then_node.id",
    ),
    good("FI588", "two ids", IDLE, OTHER, _nested(call("q", "idle"), call("r", "other"))),
    near("FI588", "the same node in both alternatives", IDLE, _nested(call("q", "idle"), call("q", "idle"))),
    bad(
        "FI589",
        "a node that the branch does not name",
        LOAD,
        USE,
        _reading(""),
        at="template.nodes[1].upstream_node_ids",
    ),
    good("FI589", "a node that the branch names", LOAD, USE, _reading('upstream_node_ids: "n0"')),
    near("FI589", "a nested node that reads nothing", IDLE, _branch(compare("a", "==", number(1)), "a: int")),
)

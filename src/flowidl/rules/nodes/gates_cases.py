"""Cases of `gates.py`."""

from __future__ import annotations

from flowidl.rules.snippets import (
    bad,
    branch,
    compare,
    good,
    literal_type,
    near,
    node,
    number,
    runs,
    template,
    workflow,
)

INT, STR, OPTIONAL = (f"type {{ {literal_type(words)} }}" for words in ("int", "str", "int | None"))


def _signal(id: str, signal: str, type: str = INT) -> str:
    inside = f'signal_id: "{signal}" {type} output_variable_name: "o0"'
    return node(id, f"gate_node {{ signal {{ {inside} }} }}")


def _sleep(duration: str, rest: str = "") -> str:
    return node("n0", f"gate_node {{ sleep {{ {duration} }} }}", rest)


ASK = template("ask", "->", _signal("n0", "size"))
AT = "template.nodes[0].gate_node"
HOUR = "metadata { timeout { seconds: 3600 } }"

CASES = (
    bad(
        "FI570",
        "an approval without signal id",
        workflow("wf", "->", node("n0", "gate_node { approve { } }")),
        at=f"{AT}.approve.signal_id",
    ),
    good("FI570", "a signal with an id", workflow("wf", "->", _signal("n0", "size"))),
    near("FI570", "a sleep, which has no signal", workflow("wf", "->", _sleep("duration { seconds: 5 }"))),
    bad(
        "FI571",
        "one signal of two types",
        workflow("wf", "->", _signal("n0", "size"), _signal("n1", "size", STR)),
        at="template.nodes[1].gate_node.signal.signal_id",
    ),
    bad(
        "FI571",
        "one signal in a sub-workflow that runs twice",
        workflow("wf", "->", node("n0", runs("ask")), node("n1", runs("ask")), subs=(ASK,)),
        at="sub_workflows[0].nodes[0].gate_node.signal.signal_id",
    ),
    good("FI571", "two signals", workflow("wf", "->", _signal("n0", "size"), _signal("n1", "colour", STR))),
    near(
        "FI571",
        "one signal in two alternatives, of which one runs",
        workflow(
            "wf",
            "a: int ->",
            node(
                "b",
                branch(
                    (compare("a", "==", number(1)), _signal("n0", "size")),
                    otherwise=_signal("n1", "size", STR),
                ),
                a="a",
            ),
        ),
    ),
    bad("FI572", "a sleep of no time", workflow("wf", "->", _sleep("")), at=f"{AT}.sleep.duration"),
    bad(
        "FI572",
        "a sleep of less than no time",
        workflow("wf", "->", _sleep("duration { seconds: -5 }")),
        at=f"{AT}.sleep.duration",
    ),
    good("FI572", "a sleep of five seconds", workflow("wf", "->", _sleep("duration { seconds: 5 }"))),
    near("FI572", "a sleep of half a second", workflow("wf", "->", _sleep("duration { nanos: 500000000 }"))),
    bad(
        "FI573",
        "two hours of sleep in one hour",
        workflow("wf", "->", _sleep("duration { seconds: 7200 }", HOUR)),
        at=f"{AT}.sleep.duration",
    ),
    good(
        "FI573",
        "five seconds of sleep in one hour",
        workflow("wf", "->", _sleep("duration { seconds: 5 }", HOUR)),
    ),
    near(
        "FI573",
        "two hours of sleep without a timeout",
        workflow("wf", "->", _sleep("duration { seconds: 7200 }")),
    ),
    bad(
        "FI574",
        "a signal for an optional number",
        workflow("wf", "->", _signal("n0", "size", OPTIONAL)),
        at=f"{AT}.signal.type",
    ),
    good("FI574", "a signal for a number", workflow("wf", "->", _signal("n0", "size"))),
    near(
        "FI574",
        "a signal for a union of one type",
        workflow("wf", "->", _signal("n0", "size", "type { union_type { variants { simple: INTEGER } } }")),
    ),
)

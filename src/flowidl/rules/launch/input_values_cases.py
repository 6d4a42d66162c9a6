"""Cases of `input_values.py`."""

from __future__ import annotations

from flowidl.rules.case import CaseFile
from flowidl.rules.snippets import bad, call, good, launch_plan, literal_type, near, task, workflow

LOAD = task("load", "a: int -> o0: int")
WF = workflow("wf", "a: int, t: datetime -> ", call("n0", "load", a="a"))


def _fixed(name: str, value: str) -> CaseFile:
    return launch_plan("plan", "wf", f'fixed_inputs {{ literals {{ key: "{name}" value {{ {value} }} }} }}')


def _default(moment: str) -> CaseFile:
    value = f"default {{ scalar {{ primitive {{ datetime {{ {moment} }} }} }} }}"
    typed = f"var {{ type {{ {literal_type('datetime')} }} }}"
    return launch_plan(
        "plan", "wf", f'default_inputs {{ parameters {{ key: "t" value {{ {typed} {value} }} }} }}'
    )


ONE = "scalar { primitive { integer: 1 } }"
MOMENT = "scalar { primitive { datetime { seconds: %d } } }"

CASES = (
    bad("FI720", "a value without a name", LOAD, WF, _fixed("", ONE), at='spec.fixed_inputs.literals[""]'),
    good("FI720", "a value with a name", LOAD, WF, _fixed("a", ONE)),
    near("FI720", "no values", LOAD, WF, launch_plan("plan", "wf", "fixed_inputs { }")),
    bad("FI721", "a name without a value", LOAD, WF, _fixed("a", ""), at='spec.fixed_inputs.literals["a"]'),
    good("FI721", "a name with a value", LOAD, WF, _fixed("a", ONE)),
    near("FI721", "the number zero", LOAD, WF, _fixed("a", "scalar { primitive { integer: 0 } }")),
    bad(
        "FI722",
        "the year 10000",
        LOAD,
        WF,
        _fixed("t", MOMENT % 253_402_300_800),
        at='spec.fixed_inputs.literals["t"]',
    ),
    bad(
        "FI722",
        "a nanosecond before a second, as a default",
        LOAD,
        WF,
        _default("nanos: -1"),
        at='spec.default_inputs.parameters["t"].default',
    ),
    good("FI722", "the year 2026", LOAD, WF, _fixed("t", MOMENT % 1_780_000_000)),
    near("FI722", "the year 1", LOAD, WF, _fixed("t", MOMENT % -62_135_596_800)),
)

"""Cases of `executions.py`."""

from __future__ import annotations

from flowidl.rules.case import CaseFile
from flowidl.rules.options import Options
from flowidl.rules.snippets import (
    bad,
    call,
    case_file,
    good,
    ident,
    launch_plan,
    near,
    quote,
    task,
    workflow,
)
from flowidl.source.definitions import Kind

FILLED = Options(project="flights", domain="development")
LOAD = task("load", "a: int -> o0: int")
WF = workflow("wf", "a: int, b: int -> ", call("n0", "load", a="a"))
PLAN = launch_plan(
    "plan", "wf", 'fixed_inputs { literals { key: "b" value { scalar { primitive { integer: 1 } } } } }'
)
ALL = (LOAD, WF, PLAN)

SPEC = f"spec {{ launch_plan {{ {ident('LAUNCH_PLAN', 'plan')} }} }}"
PLACE = 'project: "flights" domain: "development"'


def _execution(words: str) -> CaseFile:
    return case_file(Kind.EXECUTION_CREATE_REQUEST, "execution.pb", words)


def _given(**values: int | str) -> CaseFile:
    """An execution of `plan` with these inputs."""
    return _execution(f"{PLACE} {SPEC} inputs {{ {_literals(values)} }}")


def _literals(values: dict[str, int | str]) -> str:
    primitives = (
        (name, f"integer: {value}" if isinstance(value, int) else f"string_value: {quote(value)}")
        for name, value in values.items()
    )
    return " ".join(
        f'literals {{ key: "{name}" value {{ scalar {{ primitive {{ {value} }} }} }} }}'
        for name, value in primitives
    )


def _named(name: str) -> CaseFile:
    return _execution(f"{PLACE} name: {quote(name)} {SPEC} inputs {{ {_literals({'a': 1})} }}")


def _of(id: str) -> CaseFile:
    return _execution(f"{PLACE} spec {{ {id} }}")


CASES = (
    bad(
        "FI750",
        "no project",
        *ALL,
        _execution(f'domain: "development" {SPEC} inputs {{ {_literals({"a": 1})} }}'),
        at="project",
    ),
    good("FI750", "project and domain", *ALL, _given(a=1)),
    near(
        "FI750",
        "project and domain from the options",
        *ALL,
        _execution(f"{SPEC} inputs {{ {_literals({'a': 1})} }}"),
        options=FILLED,
    ),
    bad("FI751", "a digit in front", *ALL, _named("1abc"), at="name"),
    bad("FI751", "64 characters", *ALL, _named("x" * 64), at="name"),
    bad("FI751", "capitals", *ALL, _named("MyRun"), at="name"),
    good("FI751", "letters and a dash", *ALL, _named("my-run")),
    near("FI751", "no name", *ALL, _given(a=1)),
    bad("FI752", "no spec", *ALL, _execution(PLACE), at="spec"),
    bad(
        "FI752",
        "a workflow",
        *ALL,
        _of(f"launch_plan {{ {ident('WORKFLOW', 'wf')} }}"),
        at="spec.launch_plan.resource_type",
    ),
    bad(
        "FI752",
        "no version",
        *ALL,
        _of(f'launch_plan {{ resource_type: LAUNCH_PLAN {PLACE} name: "other" }}'),
        at="spec.launch_plan.version",
    ),
    good("FI752", "a launch plan", *ALL, _given(a=1)),
    near(
        "FI752",
        "a task",
        LOAD,
        _execution(
            f"{PLACE} spec {{ launch_plan {{ {ident('TASK', 'load')} }} }} inputs {{ {_literals({'a': 1})} }}"
        ),
    ),
    bad("FI753", "an input that there is not", *ALL, _given(a=1, zz=1), at='inputs.literals["zz"]'),
    bad("FI753", "an input that is fixed", *ALL, _given(a=1, b=1), at='inputs.literals["b"]'),
    good("FI753", "an input that there is", *ALL, _given(a=1)),
    near("FI753", "a launch plan that is not here", _given(zz=1)),
    bad("FI754", "an input is missing", *ALL, _given(), at="inputs"),
    good("FI754", "all inputs", *ALL, _given(a=1)),
    near("FI754", "a launch plan that is not here", _given()),
    bad("FI755", "a string for a number", *ALL, _given(a="x"), at='inputs.literals["a"]'),
    good("FI755", "a number for a number", *ALL, _given(a=1)),
    near("FI755", "a launch plan that is not here", _given(a="x")),
)

"""Cases of `launch_plans.py`."""

from __future__ import annotations

from flowidl.rules.case import CaseFile
from flowidl.rules.snippets import (
    bad,
    branch,
    call,
    case_file,
    compare,
    good,
    ident,
    launch_plan,
    launches,
    literal_type,
    near,
    node,
    number,
    task,
    workflow,
)
from flowidl.source.definitions import Kind

LOAD = task("load", "a: int -> o0: int")
WF = workflow("wf", "a: int, b: str -> ", call("n0", "load", a="a"))
BOTH = (LOAD, WF)
ONE = "scalar { primitive { integer: 1 } }"
TEXT = 'scalar { primitive { string_value: "x" } }'


def _default(name: str, behavior: str, words: str = "int") -> str:
    typed = f"var {{ type {{ {literal_type(words)} }} }}" if words else "var { }"
    return f'default_inputs {{ parameters {{ key: "{name}" value {{ {typed} {behavior} }} }} }}'


def _fixed(name: str, value: str) -> str:
    return f'fixed_inputs {{ literals {{ key: "{name}" value {{ {value} }} }} }}'


def _plan(rest: str) -> CaseFile:
    return launch_plan("plan", "wf", rest)


def _of(workflow_id: str) -> CaseFile:
    """A launch plan with this `workflow_id`."""
    spec = f"spec {{ {workflow_id} }}"
    return case_file(Kind.LAUNCH_PLAN, "plan_3.pb", f"id {{ {ident('LAUNCH_PLAN', 'plan')} }} {spec}")


def _recursive(inner: str) -> CaseFile:
    return workflow("wf", "a: int -> ", call("n0", "load", a="a"), inner)


AT = 'spec.default_inputs.parameters["a"]'
GIVEN = f"default {{ {ONE} }}"
AGAIN = node("n1", launches("wf"), a="a")
ONCE = branch(
    (compare("a", "==", number(1)), node("again", launches("wf"), a="a")),
    otherwise=call("stop", "load", a="a"),
)
SELF = launch_plan("wf", "wf")

CASES = (
    bad("FI700", "no workflow", _of(""), at="spec.workflow_id"),
    bad(
        "FI700",
        "a task as workflow",
        _of(f"workflow_id {{ {ident('TASK', 'wf')} }}"),
        at="spec.workflow_id.resource_type",
    ),
    good("FI700", "a workflow", *BOTH, _plan("")),
    near(
        "FI700", "a workflow of whatever version", _of('workflow_id { resource_type: WORKFLOW name: "wf" }')
    ),
    bad("FI701", "a default without a type", *BOTH, _plan(_default("a", GIVEN, "")), at=f"{AT}.var"),
    good("FI701", "a default with a type", *BOTH, _plan(_default("a", GIVEN))),
    near("FI701", "no default", *BOTH, _plan("")),
    bad(
        "FI702",
        "neither default nor required",
        *BOTH,
        _plan(_default("a", "required: false")),
        at=f"{AT}.required",
    ),
    good("FI702", "required", *BOTH, _plan(_default("a", "required: true"))),
    near(
        "FI702",
        "a default of none",
        *BOTH,
        _plan(_default("b", 'default { scalar { primitive { string_value: "" } } }', "str")),
    ),
    bad(
        "FI703",
        "an artifact",
        *BOTH,
        _plan(_default("a", 'artifact_query { uri: "x" }')),
        at=f"{AT}.artifact_query",
    ),
    good("FI703", "a value", *BOTH, _plan(_default("a", GIVEN))),
    near("FI703", "required", *BOTH, _plan(_default("a", "required: true"))),
    bad(
        "FI712",
        "an artifact",
        *BOTH,
        _plan(_default("a", 'artifact_id { version: "1" }')),
        at=f"{AT}.artifact_id",
    ),
    good("FI712", "a value", *BOTH, _plan(_default("a", GIVEN))),
    near("FI712", "a query", *BOTH, _plan(_default("a", 'artifact_query { uri: "x" }'))),
    bad(
        "FI704",
        "a string for a number",
        *BOTH,
        _plan(_default("a", f"default {{ {TEXT} }}")),
        at=f"{AT}.default",
    ),
    good("FI704", "a number for a number", *BOTH, _plan(_default("a", GIVEN))),
    near(
        "FI704",
        "none for an optional number",
        LOAD,
        workflow("wf", "a: int | None -> ", call("n0", "load", a=1)),
        _plan(_default("a", "default { scalar { none_type { } } }", "int | None")),
    ),
    bad(
        "FI705",
        "a default for what is no input",
        *BOTH,
        _plan(_default("z", GIVEN)),
        at='spec.default_inputs.parameters["z"]',
    ),
    good("FI705", "a default for an input", *BOTH, _plan(_default("a", GIVEN))),
    near("FI705", "a workflow that is not here", _plan(_default("z", GIVEN))),
    bad(
        "FI706",
        "a string where the workflow takes a number",
        *BOTH,
        _plan(_default("a", f"default {{ {TEXT} }}", "str")),
        at=f"{AT}.var.type",
    ),
    good("FI706", "a number where it takes one", *BOTH, _plan(_default("a", GIVEN))),
    near(
        "FI706",
        "an enum where the workflow takes a string",
        *BOTH,
        _plan(_default("b", f"default {{ {TEXT} }}", "enum[x]")),
    ),
    bad(
        "FI707",
        "a value for what is no input",
        *BOTH,
        _plan(_fixed("z", ONE)),
        at='spec.fixed_inputs.literals["z"]',
    ),
    good("FI707", "a value for an input", *BOTH, _plan(_fixed("a", ONE))),
    near("FI707", "a workflow that is not here", _plan(_fixed("z", ONE))),
    bad(
        "FI708",
        "a string for a number",
        *BOTH,
        _plan(_fixed("a", TEXT)),
        at='spec.fixed_inputs.literals["a"]',
    ),
    good("FI708", "a number for a number", *BOTH, _plan(_fixed("a", ONE))),
    near("FI708", "a string for a string", *BOTH, _plan(_fixed("b", TEXT))),
    bad(
        "FI709",
        "both for one input",
        *BOTH,
        _plan(_default("a", GIVEN) + _fixed("a", ONE)),
        at='spec.fixed_inputs.literals["a"]',
    ),
    good("FI709", "a default", *BOTH, _plan(_default("a", GIVEN))),
    near("FI709", "each for its own input", *BOTH, _plan(_default("a", GIVEN) + _fixed("b", TEXT))),
    bad(
        "FI710",
        "a condition",
        *BOTH,
        _plan('entity_metadata { launch_conditions { type_url: "x" value: "y" } }'),
        at="spec.entity_metadata.launch_conditions",
    ),
    good("FI710", "no condition", *BOTH, _plan("entity_metadata { }")),
    near(
        "FI710",
        "a notification",
        *BOTH,
        _plan(
            'entity_metadata { notifications { phases: FAILED email { recipients_email: "a@example.com" } } }'
        ),
    ),
    bad("FI711", "a workflow that launches itself", LOAD, SELF, _recursive(AGAIN), at="template.nodes[1]"),
    good(
        "FI711",
        "a workflow that launches another",
        LOAD,
        workflow("inner", "a: int -> ", call("n0", "load", a="a")),
        launch_plan("plan", "inner"),
        workflow("outer", "a: int -> ", node("n0", launches("plan"), a="a")),
    ),
    near("FI711", "a workflow that may launch itself", LOAD, SELF, _recursive(node("b", ONCE, a="a"))),
)

"""Cases of `identity.py`."""

from __future__ import annotations

from flowidl.rules.snippets import (
    CONTAINER,
    METADATA,
    bad,
    branch,
    call,
    case_file,
    compare,
    good,
    ident,
    interface,
    launch_plan,
    near,
    node,
    number,
    runs,
    task,
    task_template,
    template,
    workflow,
)
from flowidl.source.definitions import Kind

FIT = task("flights.fit", "x: int -> o0: int")
PING = task("flights.ping", "->")
SUB = template("flights.sub", "->", call("n0", "flights.ping"))

#: A task without id, as a spec and as part of a closure.
NAMELESS = f'type: "container" {METADATA} {interface("->")} {CONTAINER}'


def _untyped(kind: Kind, name: str, side: str, variable: str) -> str:
    sides = {"inputs": "", "outputs": ""} | {
        side: f'variables {{ key: "{variable}" value {{ description: "a seat" }} }}'
    }
    return f"interface {{ inputs {{ {sides['inputs']} }} outputs {{ {sides['outputs']} }} }}"


def _nameless(type: str) -> str:
    return f'interface {{ inputs {{ variables {{ key: "" value {{ type {{ {type} }} }} }} }} outputs {{ }} }}'


def _workflow_with(declared: str) -> str:
    return (
        f"template {{ id {{ {ident('WORKFLOW', 'flights.wf')} }} {declared} "
        f"nodes {{ {call('n0', 'flights.ping')} }} }}"
    )


def _task_with(declared: str) -> str:
    inside = f'id {{ {ident("TASK", "flights.fit")} }} type: "container" {METADATA} {declared} {CONTAINER}'
    return f"template {{ {inside} }}"


CASES = (
    bad(
        "FI100",
        "a workflow file without template",
        case_file(Kind.WORKFLOW_SPEC, "flights.wf_2.pb", 'description { short_description: "Fits." }'),
        at="",
        also=("FI151",),
    ),
    good(
        "FI100",
        "a workflow with its template",
        FIT,
        workflow("flights.wf", "->", call("n0", "flights.fit", x=1)),
    ),
    near(
        "FI100",
        "a template without anything but an id",
        case_file(
            Kind.WORKFLOW_SPEC,
            "flights.wf_2.pb",
            f"template {{ id {{ {ident('WORKFLOW', 'flights.wf')} }} }}",
        ),
    ),
    bad(
        "FI102",
        "a task without id",
        case_file(Kind.TASK_SPEC, "flights.fit_1.pb", f"template {{ {NAMELESS} }}"),
        at="template",
        also=("FI151",),
    ),
    bad(
        "FI102",
        "a closure with a task without id",
        case_file(
            Kind.WORKFLOW_CLOSURE,
            "flights.wf.pb",
            f"workflow {{ {template('flights.wf', '->', call('n0', 'flights.ping'))} }} "
            f"tasks {{ {task_template('flights.ping', '->')} }} tasks {{ {NAMELESS} }}",
        ),
        at="tasks[1]",
    ),
    good("FI102", "a task with its id", FIT),
    near(
        "FI102",
        "a task whose project, domain and version are left to registration",
        case_file(
            Kind.TASK_SPEC,
            "flights.fit_1.pb",
            f'template {{ id {{ resource_type: TASK name: "flights.fit" }} {NAMELESS} }}',
        ),
    ),
    bad(
        "FI103",
        "a sub-workflow without id",
        PING,
        workflow(
            "flights.wf",
            "->",
            call("n0", "flights.ping"),
            subs=(f"{interface('->')} nodes {{ {call('n0', 'flights.ping')} }}",),
        ),
        at="sub_workflows[0]",
    ),
    good(
        "FI103",
        "a sub-workflow with its id",
        PING,
        workflow("flights.wf", "->", node("n0", runs("flights.sub")), subs=(SUB,)),
    ),
    near(
        "FI103",
        "a workflow without sub-workflows",
        PING,
        workflow("flights.wf", "->", call("n0", "flights.ping")),
    ),
    bad(
        "FI104",
        "a workflow that only hands its input on",
        workflow("flights.wf", "a: int -> o0: int", outputs={"o0": "a"}),
        at="template.nodes",
    ),
    bad(
        "FI104",
        "a sub-workflow that only hands its input on",
        workflow(
            "flights.wf",
            "->",
            node("n0", runs("flights.same"), a=1),
            subs=(template("flights.same", "a: int -> o0: int", outputs={"o0": "a"}),),
        ),
        at="sub_workflows[0].nodes",
    ),
    good("FI104", "a workflow of one node", PING, workflow("flights.wf", "->", call("n0", "flights.ping"))),
    near(
        "FI104",
        "a launch plan, which has no nodes of its own",
        PING,
        workflow("flights.wf", "->", call("n0", "flights.ping")),
        launch_plan("flights.daily", "flights.wf"),
    ),
    bad(
        "FI105",
        "a node without id",
        PING,
        workflow("flights.wf", "->", call("", "flights.ping")),
        at="template.nodes[0]",
    ),
    good("FI105", "a node with an id", PING, workflow("flights.wf", "->", call("n0", "flights.ping"))),
    near(
        "FI105",
        "promises with an empty node id, which are the workflow's inputs",
        FIT,
        workflow("flights.wf", "a: int ->", call("n0", "flights.fit", x="a")),
    ),
    bad(
        "FI106",
        "a node that runs nothing",
        workflow("flights.wf", "->", node("n0", "")),
        at="template.nodes[0]",
    ),
    bad(
        "FI106",
        "an alternative that runs nothing",
        PING,
        workflow(
            "flights.wf",
            "a: int ->",
            node(
                "n0",
                branch((compare("a", ">", number(1)), node("yes", "")), otherwise=call("no", "flights.ping")),
                a="a",
            ),
        ),
        at="template.nodes[0].branch_node.if_else.case.then_node",
        also=("FI302", "FI510"),
    ),
    good("FI106", "a node that runs a task", PING, workflow("flights.wf", "->", call("n0", "flights.ping"))),
    near(
        "FI106",
        "a node that only sleeps",
        workflow("flights.wf", "->", node("n0", "gate_node { sleep { duration { seconds: 60 } } }")),
    ),
    bad(
        "FI107",
        "an input under the empty name",
        PING,
        case_file(Kind.WORKFLOW_SPEC, "flights.wf_2.pb", _workflow_with(_nameless("simple: INTEGER"))),
        at='template.interface.inputs.variables[""]',
    ),
    good("FI107", "named inputs", PING, workflow("flights.wf", "a: int ->", call("n0", "flights.ping"))),
    near(
        "FI107",
        "a name of one character",
        PING,
        workflow("flights.wf", "_: int ->", call("n0", "flights.ping")),
    ),
    bad(
        "FI108",
        "a workflow input without type",
        PING,
        case_file(
            Kind.WORKFLOW_SPEC,
            "flights.wf_2.pb",
            _workflow_with(_untyped(Kind.WORKFLOW_SPEC, "wf", "inputs", "seat")),
        ),
        at='template.interface.inputs.variables["seat"]',
    ),
    bad(
        "FI108",
        "a node that runs a task with an untyped output",
        case_file(
            Kind.TASK_SPEC, "flights.fit_1.pb", _task_with(_untyped(Kind.TASK_SPEC, "fit", "outputs", "seat"))
        ),
        workflow("flights.wf", "->", call("n0", "flights.fit")),
        at="template.nodes[0]",
    ),
    good("FI108", "typed inputs", PING, workflow("flights.wf", "seat: str ->", call("n0", "flights.ping"))),
    near(
        "FI108",
        "an input of type none, which is a type",
        PING,
        workflow("flights.wf", "seat: None ->", call("n0", "flights.ping")),
    ),
)

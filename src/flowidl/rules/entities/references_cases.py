"""Cases of `references.py`."""

from __future__ import annotations

from flowidl.rules.snippets import (
    CONTAINER,
    METADATA,
    bad,
    call,
    case_file,
    good,
    ident,
    launch_plan,
    launches,
    near,
    node,
    runs,
    task,
    task_template,
    template,
    workflow,
)
from flowidl.source.definitions import Kind

PING = task("flights.ping", "->")
WF = workflow("flights.wf", "->", call("n0", "flights.ping"))
DAILY = launch_plan("flights.daily", "flights.wf")
SUB = template("flights.sub", "->", call("n0", "flights.ping"))
BARE = f"id {{ {ident('WORKFLOW', 'flights.sub')} }} nodes {{ {call('n0', 'flights.ping')} }}"
HOTELS = 'project: "hotels" domain: "production" name: "hotels.book" version: "7"'
ELSEWHERE = f"resource_type: LAUNCH_PLAN {HOTELS}"
PING_ID = ident("TASK", "flights.ping")
EXPECTED = 'key: "a" value { var { type { simple: INTEGER } } required: true }'


def _plan_node(id: str) -> str:
    return node("n0", f"workflow_node {{ launchplan_ref {{ {id} }} }}")


def _closure(*tasks: str) -> str:
    given = " ".join(f"tasks {{ {each} }}" for each in tasks)
    return f"workflow {{ {template('flights.wf', '->', call('n0', 'flights.ping'))} }} {given}"


CASES = (
    bad(
        "FI200",
        "a task that is not in the package",
        task("flights.pong", "->"),
        WF,
        at="template.nodes[0].task_node.reference_id",
    ),
    bad(
        "FI200",
        "a closure that lacks a task",
        case_file(Kind.WORKFLOW_CLOSURE, "flights.wf.pb", _closure(task_template("flights.pong", "->"))),
        at="workflow.nodes[0].task_node.reference_id",
    ),
    good("FI200", "a task that is in the package", PING, WF),
    near(
        "FI200",
        "a task of another project, which lives elsewhere",
        PING,
        workflow(
            "flights.wf",
            "->",
            node(
                "n0",
                f"task_node {{ reference_id {{ resource_type: TASK {HOTELS} }} }}",
            ),
        ),
    ),
    near("FI200", "a workflow validated alone", WF),
    bad(
        "FI201",
        "a launch plan that is not in the package",
        PING,
        WF,
        DAILY,
        workflow("flights.all", "->", node("n0", launches("flights.weekly"))),
        at="template.nodes[0].workflow_node.launchplan_ref",
    ),
    good(
        "FI201",
        "a launch plan that is in the package",
        PING,
        WF,
        DAILY,
        workflow("flights.all", "->", node("n0", launches("flights.daily"))),
    ),
    near(
        "FI201",
        "a launch plan of another project",
        PING,
        WF,
        DAILY,
        workflow("flights.all", "->", _plan_node(ELSEWHERE)),
    ),
    bad(
        "FI202",
        "a sub-workflow that does not come along",
        PING,
        workflow("flights.wf", "->", node("n0", runs("flights.sub"))),
        at="template.nodes[0].workflow_node.sub_workflow_ref",
    ),
    good(
        "FI202",
        "a sub-workflow that comes along",
        PING,
        workflow("flights.wf", "->", node("n0", runs("flights.sub")), subs=(SUB,)),
    ),
    near(
        "FI202",
        "one of two launch plans, which never come along",
        PING,
        WF,
        DAILY,
        workflow("flights.all", "->", node("n0", launches("flights.daily"))),
    ),
    bad(
        "FI203",
        "a task node without task",
        workflow("flights.wf", "->", node("n0", "task_node { }")),
        at="template.nodes[0].task_node",
    ),
    good("FI203", "a task node with a task", PING, WF),
    near(
        "FI203",
        "a task node with overrides",
        PING,
        workflow(
            "flights.wf",
            "->",
            node(
                "n0",
                f'task_node {{ reference_id {{ {PING_ID} }} overrides {{ container_image: "a:1" }} }}',
            ),
        ),
    ),
    bad(
        "FI204",
        "a workflow node without workflow",
        workflow("flights.wf", "->", node("n0", "workflow_node { }")),
        at="template.nodes[0].workflow_node",
    ),
    good(
        "FI204",
        "a workflow node with a sub-workflow",
        PING,
        workflow("flights.wf", "->", node("n0", runs("flights.sub")), subs=(SUB,)),
    ),
    near(
        "FI204",
        "a workflow node with a launch plan",
        PING,
        WF,
        DAILY,
        workflow("flights.all", "->", node("n0", launches("flights.daily"))),
    ),
    bad(
        "FI205",
        "the same sub-workflow twice",
        PING,
        workflow("flights.wf", "->", node("n0", runs("flights.sub")), subs=(SUB, SUB)),
        at="sub_workflows[1].id",
    ),
    good(
        "FI205",
        "one sub-workflow",
        PING,
        workflow("flights.wf", "->", node("n0", runs("flights.sub")), subs=(SUB,)),
    ),
    near(
        "FI205",
        "one sub-workflow that two nodes run",
        PING,
        workflow(
            "flights.wf", "->", node("n0", runs("flights.sub")), node("n1", runs("flights.sub")), subs=(SUB,)
        ),
    ),
    bad(
        "FI206",
        "two sub-workflows that contain each other",
        workflow(
            "flights.wf",
            "->",
            node("n0", runs("flights.there")),
            subs=(
                template("flights.there", "->", node("n0", runs("flights.back"))),
                template("flights.back", "->", node("n0", runs("flights.there"))),
            ),
        ),
        at="sub_workflows[1].nodes[0]",
    ),
    good(
        "FI206",
        "a sub-workflow in a sub-workflow",
        PING,
        workflow(
            "flights.wf",
            "->",
            node("n0", runs("flights.outer")),
            subs=(template("flights.outer", "->", node("n0", runs("flights.sub"))), SUB),
        ),
    ),
    near(
        "FI206",
        "a sub-workflow that two others contain",
        PING,
        workflow(
            "flights.wf",
            "->",
            node("n0", runs("flights.one")),
            node("n1", runs("flights.two")),
            subs=(
                template("flights.one", "->", node("n0", runs("flights.sub"))),
                template("flights.two", "->", node("n0", runs("flights.sub"))),
                SUB,
            ),
        ),
    ),
    bad(
        "FI207",
        "a sub-workflow without interface",
        PING,
        workflow("flights.wf", "->", node("n0", runs("flights.sub")), subs=(BARE,)),
        at="template.nodes[0].workflow_node.sub_workflow_ref",
    ),
    good(
        "FI207",
        "a sub-workflow with an empty interface",
        PING,
        workflow("flights.wf", "->", node("n0", runs("flights.sub")), subs=(SUB,)),
    ),
    near(
        "FI207",
        "a workflow that is no sub-workflow and has no interface",
        PING,
        case_file(
            Kind.WORKFLOW_SPEC,
            "flights.wf_2.pb",
            f"template {{ {BARE} }}",
        ),
    ),
    bad(
        "FI208",
        "a launch plan that was stored without expected outputs",
        case_file(
            Kind.LAUNCH_PLAN,
            "flights.daily_3.pb",
            f"id {{ {ident('LAUNCH_PLAN', 'flights.daily')} }} "
            f"spec {{ workflow_id {{ {ident('WORKFLOW', 'flights.wf')} }} }} "
            f"closure {{ expected_inputs {{ parameters {{ {EXPECTED} }} }} }}",
        ),
        workflow("flights.all", "->", node("n0", launches("flights.daily"), a=1)),
        at="template.nodes[0].workflow_node.launchplan_ref",
    ),
    good(
        "FI208",
        "a launch plan whose workflow has both sides",
        PING,
        WF,
        DAILY,
        workflow("flights.all", "->", node("n0", launches("flights.daily"))),
    ),
    near(
        "FI208",
        "a task without outputs message",
        case_file(
            Kind.TASK_SPEC,
            "flights.ping_1.pb",
            f'template {{ id {{ {PING_ID} }} type: "container" {METADATA} '
            f"interface {{ inputs {{ }} }} {CONTAINER} }}",
        ),
        WF,
    ),
)

"""Cases of `rules/changes/operation.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.rules.snippets import bad, calls, good, launch_plan, near, node, task, workflow

if TYPE_CHECKING:
    from flowidl.rules.case import CaseFile

FLOW = workflow("flow", "")
SPEC = "template"


def _plan(rest: str) -> CaseFile:
    return launch_plan("plan", "flow", rest)


def _schedule(expression: str) -> CaseFile:
    return _plan(f'entity_metadata {{ schedule {{ cron_schedule {{ schedule: "{expression}" }} }} }}')


def _notified(*who: str) -> CaseFile:
    sent = " ".join(
        f'notifications {{ phases: FAILED email {{ recipients_email: "{each}" }} }}' for each in who
    )
    return _plan(f"entity_metadata {{ {sent} }}")


def _task(rest: str, container: str = "") -> CaseFile:
    return task(
        "fit", "x: int -> o0: int", f'container {{ image: "r.io/fit:1" args: "fit" {container} }} {rest}'
    )


def _memory(amount: str) -> CaseFile:
    return _task(
        "", f'resources {{ limits {{ name: MEMORY value: "{amount}" }} limits {{ name: CPU value: "1" }} }}'
    )


def _secrets(*keys: str) -> CaseFile:
    asked = " ".join(f'secrets {{ group: "db" key: "{key}" }}' for key in keys)
    return _task(f"security_context {{ {asked} }}")


def _account(name: str) -> CaseFile:
    return _plan(f'security_context {{ run_as {{ k8s_service_account: "{name}" }} }}')


def _node(metadata: str = "", overrides: str = "") -> CaseFile:
    target = calls("fit").replace("task_node {", f"task_node {{ {overrides}", 1)
    return workflow(
        "flow",
        "x: int -> o0: int",
        node("n0", target, f"metadata {{ {metadata} }}", x="x"),
        outputs={"o0": "n0.o0"},
    )


FIT = _task("")
MEMORY = 'overrides { resources { limits { name: MEMORY value: "8Gi" } } }'

CASES = (
    bad(
        "FI940",
        "another time",
        FLOW,
        _schedule("0 5 * * *"),
        old=(FLOW, _schedule("0 3 * * *")),
        at="spec.entity_metadata",
    ),
    bad(
        "FI940",
        "no schedule any more",
        FLOW,
        _plan(""),
        old=(FLOW, _schedule("0 3 * * *")),
        at="spec.entity_metadata",
    ),
    good("FI940", "the same schedule", FLOW, _schedule("0 3 * * *"), old=(FLOW, _schedule("0 3 * * *"))),
    near("FI940", "a schedule where there was none", FLOW, _schedule("0 3 * * *"), old=(FLOW, _plan(""))),
    bad(
        "FI941",
        "one of two is no longer told",
        FLOW,
        _notified("a@example.com"),
        old=(FLOW, _notified("a@example.com", "b@example.com")),
        at="spec.entity_metadata",
    ),
    good(
        "FI941",
        "the same notifications in another order",
        FLOW,
        _notified("b@example.com", "a@example.com"),
        old=(FLOW, _notified("a@example.com", "b@example.com")),
    ),
    near(
        "FI941",
        "one more is told",
        FLOW,
        _notified("a@example.com", "b@example.com"),
        old=(FLOW, _notified("a@example.com")),
    ),
    bad(
        "FI942",
        "one secret less",
        _secrets("user"),
        old=(_secrets("user", "password"),),
        at="template.security_context",
    ),
    good("FI942", "the same secrets", _secrets("user"), old=(_secrets("user"),)),
    near("FI942", "one secret more", _secrets("user", "password"), old=(_secrets("user"),)),
    bad(
        "FI943", "another service account", FLOW, _account("other"), old=(FLOW, _account("runner")), at="spec"
    ),
    good("FI943", "the same service account", FLOW, _account("runner"), old=(FLOW, _account("runner"))),
    near("FI943", "a service account where there was none", FLOW, _account("runner"), old=(FLOW, _plan(""))),
    bad("FI944", "less memory", _memory("1Gi"), old=(_memory("4Gi"),), at=SPEC),
    good("FI944", "more memory", _memory("8Gi"), old=(_memory("4Gi"),)),
    near("FI944", "as much memory in another unit", _memory("4096Mi"), old=(_memory("4Gi"),)),
    bad(
        "FI945",
        "one try less",
        FIT,
        _node("retries { retries: 1 }"),
        old=(FIT, _node("retries { retries: 3 }")),
        at="template",
    ),
    good(
        "FI945",
        "one try more",
        FIT,
        _node("retries { retries: 3 }"),
        old=(FIT, _node("retries { retries: 1 }")),
    ),
    near(
        "FI945",
        "as many tries",
        FIT,
        _node("retries { retries: 3 }"),
        old=(FIT, _node("retries { retries: 3 }")),
    ),
    bad(
        "FI946",
        "half the time",
        FIT,
        _node("timeout { seconds: 30 }"),
        old=(FIT, _node("timeout { seconds: 60 }")),
        at="template",
    ),
    bad(
        "FI946",
        "a limit where there was none",
        FIT,
        _node("timeout { seconds: 30 }"),
        old=(FIT, _node("")),
        at="template",
    ),
    good(
        "FI946",
        "more time",
        FIT,
        _node("timeout { seconds: 90 }"),
        old=(FIT, _node("timeout { seconds: 60 }")),
    ),
    near("FI946", "no limit any more", FIT, _node(""), old=(FIT, _node("timeout { seconds: 60 }"))),
    bad(
        "FI947",
        "fewer nodes at a time",
        FLOW,
        _plan("max_parallelism: 5"),
        old=(FLOW, _plan("max_parallelism: 25")),
        at="spec",
    ),
    good(
        "FI947",
        "more nodes at a time",
        FLOW,
        _plan("max_parallelism: 25"),
        old=(FLOW, _plan("max_parallelism: 5")),
    ),
    near(
        "FI947", "the default of the installation", FLOW, _plan(""), old=(FLOW, _plan("max_parallelism: 5"))
    ),
    bad(
        "FI948",
        "resources that are no longer overridden",
        FIT,
        _node(),
        old=(FIT, _node(overrides=MEMORY)),
        at="template",
    ),
    good("FI948", "the same override", FIT, _node(overrides=MEMORY), old=(FIT, _node(overrides=MEMORY))),
    near(
        "FI948",
        "the node is gone with its override",
        FIT,
        workflow("flow", "x: int -> o0: int", outputs={"o0": "x"}),
        old=(FIT, _node(overrides=MEMORY)),
    ),
)

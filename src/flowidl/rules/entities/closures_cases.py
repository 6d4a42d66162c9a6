"""Cases of `closures.py`."""

from __future__ import annotations

from flowidl.rules.case import CaseFile
from flowidl.rules.snippets import (
    bad,
    call,
    case_file,
    good,
    ident,
    interface,
    near,
    task,
    task_template,
    workflow,
)
from flowidl.source.definitions import Kind

CALL = call("n0", "load", a=1)
TASK = f"tasks {{ template {{ {task_template('load', 'a: int -> o0: int')} }} }}"
OTHER = f"tasks {{ template {{ {task_template('save', 'a: int -> o0: int')} }} }}"
ENDS = 'nodes { id: "start-node" } nodes { id: "end-node" }'
ENTRY = """downstream { key: "start-node" value { ids: "n0" } }
    downstream { key: "n0" value { ids: "end-node" } }
    upstream { key: "n0" value { ids: "start-node" } } upstream { key: "end-node" value { ids: "n0" } }"""


def _closure(tasks: str, connections: str = ENTRY, ends: str = ENDS) -> CaseFile:
    template = f"id {{ {ident('WORKFLOW', 'wf')} }} {interface('->')} {ends} nodes {{ {CALL} }}"
    primary = f"primary {{ template {{ {template} }} connections {{ {connections} }} }}"
    return case_file(Kind.COMPILED_WORKFLOW_CLOSURE, "wf.pb", f"{primary} {tasks}")


CASES = (
    bad("FI170", "one task twice", _closure(TASK + TASK), at="tasks[1].template.id"),
    good("FI170", "two tasks", _closure(TASK + OTHER)),
    near("FI170", "one task twice in what is yet to be compiled", _closure(TASK + TASK, ends="")),
    bad("FI171", "no connections", _closure(TASK, ""), at="primary.template"),
    good("FI171", "connections", _closure(TASK)),
    near(
        "FI171",
        "a workflow that is yet to be compiled",
        task("load", "a: int -> o0: int"),
        workflow("wf", "->", CALL),
    ),
)

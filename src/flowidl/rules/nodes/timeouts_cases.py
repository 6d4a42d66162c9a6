"""Cases of `timeouts.py`."""

from __future__ import annotations

from flowidl.rules.case import CaseFile
from flowidl.rules.snippets import (
    array,
    bad,
    call,
    case_file,
    good,
    near,
    node,
    task,
    task_template,
    workflow,
)
from flowidl.source.definitions import Kind

LOAD = task("load", "a: int -> o0: int")


def _timed(timeout: str) -> CaseFile:
    return workflow("wf", "a: int -> ", call("n0", "load", f"metadata {{ timeout {{ {timeout} }} }}", a="a"))


def _stamped(name: str, metadata: str, words: str = "a: int -> o0: int") -> CaseFile:
    """A task with more metadata."""
    inside = task_template(name, words).replace("metadata {", f"metadata {{ {metadata}", 1)
    return case_file(Kind.TASK_SPEC, f"{name}_1.pb", f"template {{ {inside} }}")


def _runs(task: str, metadata: str = "") -> CaseFile:
    """A workflow of one node that runs a task."""
    return workflow("wf", "a: int -> ", call("n0", task, f"metadata {{ {metadata} }}", a="a"))


def _maps(task: str, metadata: str = "", around: str = "") -> CaseFile:
    """A workflow of one array over a task."""
    inner = call("n0-0", task, f"metadata {{ {metadata} }}")
    return workflow("wf", "a: list[int] -> ", node("n0", array(inner), f"metadata {{ {around} }}", a="a"))


SLOW = _stamped("slow", "timeout { seconds: 1800 }")
TOUGH = _stamped("tough", "retries { retries: 2 }", "a: list[int] -> o0: list[int]")

AT = "template.nodes[0].metadata.timeout"

CASES = (
    bad("FI690", "seconds and nanoseconds of two signs", LOAD, _timed("seconds: 1 nanos: -1"), at=AT),
    bad("FI690", "longer than 292 years", LOAD, _timed("seconds: 9300000000"), at=AT),
    good("FI690", "an hour and a half", LOAD, _timed("seconds: 5400")),
    near("FI690", "both negative", LOAD, _timed("seconds: -1 nanos: -1")),
    bad("FI691", "five seconds ago", LOAD, _timed("seconds: -5"), at=AT),
    good("FI691", "five seconds", LOAD, _timed("seconds: 5")),
    near("FI691", "zero, which stands for none", LOAD, _timed("")),
    bad("FI692", "a node without the task's timeout", SLOW, _runs("slow"), at="template.nodes[0].metadata"),
    good("FI692", "a node with a timeout", SLOW, _runs("slow", "timeout { seconds: 60 }")),
    near("FI692", "an array with a timeout", SLOW, _maps("slow", "", "timeout { seconds: 60 }")),
    near("FI692", "a task without a timeout", LOAD, _runs("load")),
    bad(
        "FI693",
        "an array without the task's retries",
        TOUGH,
        _maps("tough"),
        at="template.nodes[0].array_node.node.metadata",
    ),
    good("FI693", "an inner node with retries", TOUGH, _maps("tough", "retries { retries: 2 }")),
    near("FI693", "a node that is no array", SLOW, _runs("slow", "timeout { seconds: 60 }")),
)

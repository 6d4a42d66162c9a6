"""Cases of `timeouts.py`."""

from __future__ import annotations

from flowidl.rules.case import CaseFile
from flowidl.rules.snippets import bad, call, good, near, task, workflow

LOAD = task("load", "a: int -> o0: int")


def _timed(timeout: str) -> CaseFile:
    return workflow("wf", "a: int -> ", call("n0", "load", f"metadata {{ timeout {{ {timeout} }} }}", a="a"))


AT = "template.nodes[0].metadata.timeout"

CASES = (
    bad("FI690", "seconds and nanoseconds of two signs", LOAD, _timed("seconds: 1 nanos: -1"), at=AT),
    bad("FI690", "longer than 292 years", LOAD, _timed("seconds: 9300000000"), at=AT),
    good("FI690", "an hour and a half", LOAD, _timed("seconds: 5400")),
    near("FI690", "both negative", LOAD, _timed("seconds: -1 nanos: -1")),
    bad("FI691", "five seconds ago", LOAD, _timed("seconds: -5"), at=AT),
    good("FI691", "five seconds", LOAD, _timed("seconds: 5")),
    near("FI691", "zero, which stands for none", LOAD, _timed("")),
)

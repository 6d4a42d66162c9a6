"""Cases of `failure_nodes.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.rules.case import CaseFile
from flowidl.rules.snippets import (
    bad,
    branch,
    call,
    compare,
    good,
    near,
    node,
    number,
    task,
    workflow,
)

if TYPE_CHECKING:
    from flowidl.rules.snippets import Value

LOAD = task("load", "-> o0: int")
CLEAN = task("clean", "x: int ->")
TOLD = task("clean", "err: error | None ->")
MISNAMED = task("clean", "error: error | None ->")


def _failing(failure: str, words: str = "a: int ->") -> CaseFile:
    """A workflow with this failure node."""
    return workflow("wf", words, call("n0", "load"), rest=f"failure_node {{ {failure} }}")


def _clean(**inputs: Value) -> CaseFile:
    return _failing(call("f", "clean", "", **inputs))


AT = "template.failure_node"

CASES = (
    bad("FI595", "the output of a node", LOAD, CLEAN, _clean(x="n0.o0"), at=f"{AT}.inputs[0]"),
    good("FI595", "an input of the workflow", LOAD, CLEAN, _clean(x="a")),
    near("FI595", "a constant", LOAD, CLEAN, _clean(x=1)),
    bad("FI596", "the error under another name", LOAD, MISNAMED, _clean(error=None), at=AT),
    bad("FI596", "the error is not bound", LOAD, TOLD, _clean(), at=AT),
    good("FI596", "the error is bound to none", LOAD, TOLD, _clean(err=None)),
    near("FI596", "a task that does not ask for the error", LOAD, CLEAN, _clean(x="a")),
    bad(
        "FI597",
        "a branch",
        LOAD,
        _failing(node("f", branch((compare("a", "==", number(1)), call("t", "load"))), a="a")),
        at=f"{AT}.branch_node",
    ),
    good("FI597", "a task", LOAD, CLEAN, _clean(x="a")),
    near("FI597", "a gate", LOAD, _failing(node("f", "gate_node { sleep { duration { seconds: 1 } } }"))),
    bad(
        "FI598",
        "the id of a node",
        LOAD,
        CLEAN,
        _failing(call("n0", "clean", x="a")),
        at=f"{AT}.id",
        also=("FI301", "FI302"),
    ),
    good("FI598", "an id of its own", LOAD, CLEAN, _clean(x="a")),
    near(
        "FI598", "an id that begins with that of a node", LOAD, CLEAN, _failing(call("n00", "clean", x="a"))
    ),
)

"""Cases of `run_time_values.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.rules.case import CaseFile
from flowidl.rules.snippets import array, bad, call, good, near, node, promise, task, workflow

if TYPE_CHECKING:
    from flowidl.rules.snippets import Value

LISTS = task("load", "-> o0: list[int], o1: dict[str, int], o2: str, o3: struct")
USE = task("use", "x: int ->")
OPTIONAL = task("use", "x: int | None ->")
FIT = task("fit", "x: list[int] -> o0: list[int]")


def _used(value: Value, use: str = "use") -> CaseFile:
    return workflow("wf", "->", call("n0", "load"), call("n1", use, x=value))


def _element(value: Value, values: Value) -> CaseFile:
    """A workflow that takes one element of what an array gives."""
    return workflow("wf", "->", node("n0", array(call("i", "fit")), x=values), call("n1", "use", x=value))


AT = "template.nodes[1].inputs[0].binding.promise"
TEXT = task("use", "x: str ->")
ANY = task("use", "x: struct ->")

CASES = (
    bad(
        "FI450",
        "a list is asked for a key",
        LISTS,
        USE,
        _used(promise("n0", "o0", "0")),
        at=f"{AT}.attr_path[0]",
    ),
    bad(
        "FI450",
        "a list is asked for position -1",
        LISTS,
        USE,
        _used(promise("n0", "o0", -1)),
        at=f"{AT}.attr_path[0]",
    ),
    bad(
        "FI450",
        "a map is asked for position 0",
        LISTS,
        USE,
        _used(promise("n0", "o1", 0)),
        at=f"{AT}.attr_path[0]",
    ),
    good("FI450", "a list is asked for a position", LISTS, USE, _used(promise("n0", "o0", 0))),
    near("FI450", "a map is asked for the key `0`", LISTS, USE, _used(promise("n0", "o1", "0"))),
    bad("FI451", "the fourth of three", FIT, USE, _element(promise("n0", "o0", 3), [1, 2, 3]), at=AT),
    bad("FI451", "the sixth of three, by an index", FIT, USE, _element("n0.[5].o0", [1, 2, 3]), at=AT),
    good("FI451", "the third of three", FIT, USE, _element(promise("n0", "o0", 2), [1, 2, 3])),
    near(
        "FI451",
        "the fourth of a list of unknown length",
        FIT,
        USE,
        task("load", "-> o0: list[int]"),
        workflow(
            "wf",
            "->",
            call("n", "load"),
            node("n0", array(call("i", "fit")), x="n.o0"),
            call("n1", "use", x=promise("n0", "o0", 3)),
        ),
    ),
    bad(
        "FI452",
        "a string is asked for a part",
        LISTS,
        TEXT,
        _used(promise("n0", "o2", "f")),
        at=f"{AT}.attr_path[0]",
    ),
    good("FI452", "a list is asked for a part", LISTS, USE, _used(promise("n0", "o0", 0))),
    near("FI452", "a structure is asked for a part", LISTS, ANY, _used(promise("n0", "o3", "f"))),
    bad(
        "FI453",
        "an optional input without binding",
        OPTIONAL,
        workflow("wf", "->", call("n0", "use")),
        at="template.nodes[0].inputs",
    ),
    good(
        "FI453", "an optional input bound to none", OPTIONAL, workflow("wf", "->", call("n0", "use", x=None))
    ),
    near(
        "FI453", "an optional input bound to a value", OPTIONAL, workflow("wf", "->", call("n0", "use", x=1))
    ),
)

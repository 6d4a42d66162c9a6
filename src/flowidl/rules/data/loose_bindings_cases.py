"""Cases of `loose_bindings.py`."""

from __future__ import annotations

from flowidl.rules.snippets import bad, call, good, near, task, workflow

LISTED = task("flights.listed", "x: int | list[int] ->")
FILE = task("flights.read", "x: file[csv] ->")
FOLDER = task("flights.dump", "-> o0: directory[csv]")
SHEET = task("flights.sheet", "-> o0: file[csv]")

_ROUTE = """{simple: STRUCT metadata {
    fields { key: "type" value { string_value: "object" } }
    fields { key: "title" value { string_value: "Route" } }
    fields { key: "properties" value { struct_value { PROPERTIES } } } }}"""
_INTEGER = 'struct_value { fields { key: "type" value { string_value: "integer" } } }'


_TEXT = _INTEGER.replace("integer", "string")
_PATTERN = _TEXT.replace(
    "struct_value {", 'struct_value { fields { key: "pattern" value { string_value: "^[A-Z]+$" } }'
)


def _route(*fields: str, of: str = _INTEGER) -> str:
    """A dataclass `Route` of fields of one type, as a type with its JSON schema."""
    each = " ".join(f'fields {{ key: "{field}" value {{ {of} }} }}' for field in fields)
    return _ROUTE.replace("PROPERTIES", each).replace("\n", " ")


CASES = (
    bad(
        "FI440",
        "an unbound union that does not allow none",
        LISTED,
        workflow("flights.wf", "->", call("n0", "flights.listed")),
        at="template.nodes[0].inputs",
    ),
    good(
        "FI440",
        "the same union, bound",
        LISTED,
        workflow("flights.wf", "->", call("n0", "flights.listed", x=[1])),
    ),
    near(
        "FI440",
        "an unbound union that allows none",
        task("flights.maybe", "x: list[int] | None ->"),
        workflow("flights.wf", "->", call("n0", "flights.maybe")),
    ),
    bad(
        "FI441",
        "a directory for a file",
        FILE,
        FOLDER,
        workflow("flights.wf", "->", call("n0", "flights.dump"), call("n1", "flights.read", x="n0.o0")),
        at="template.nodes[1].inputs[0].binding",
    ),
    good(
        "FI441",
        "a file for a file",
        FILE,
        SHEET,
        workflow("flights.wf", "->", call("n0", "flights.sheet"), call("n1", "flights.read", x="n0.o0")),
    ),
    near(
        "FI441",
        "a file without format for a file with one",
        FILE,
        task("flights.sheet", "-> o0: file[]"),
        workflow("flights.wf", "->", call("n0", "flights.sheet"), call("n1", "flights.read", x="n0.o0")),
    ),
    bad(
        "FI442",
        "a dataclass for one whose field has a pattern, which the back end cannot compare",
        task("flights.plan", f"-> o0: {_route('to', of=_TEXT)}"),
        task("flights.fly", f"x: {_route('to', of=_PATTERN)} ->"),
        workflow("flights.wf", "->", call("n0", "flights.plan"), call("n1", "flights.fly", x="n0.o0")),
        at="template.nodes[1].inputs[0].binding",
    ),
    good(
        "FI442",
        "a dataclass for itself",
        task("flights.plan", f"-> o0: {_route('from', 'to')}"),
        task("flights.fly", f"x: {_route('from', 'to')} ->"),
        workflow("flights.wf", "->", call("n0", "flights.plan"), call("n1", "flights.fly", x="n0.o0")),
    ),
    good(
        "FI442",
        "a dataclass for one of its name with fewer fields",
        task("flights.plan", f"-> o0: {_route('from', 'to')}"),
        task("flights.fly", f"x: {_route('to')} ->"),
        workflow("flights.wf", "->", call("n0", "flights.plan"), call("n1", "flights.fly", x="n0.o0")),
    ),
    near(
        "FI442",
        "a struct for a dataclass, which always fits",
        task("flights.plan", "-> o0: struct"),
        task("flights.fly", f"x: {_route('from', 'to')} ->"),
        workflow("flights.wf", "->", call("n0", "flights.plan"), call("n1", "flights.fly", x="n0.o0")),
    ),
)

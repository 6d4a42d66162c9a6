"""Cases of `rules/changes/known_callers.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flowidl.rules.options import Options
from flowidl.rules.snippets import bad, call, good, near, task, workflow

if TYPE_CHECKING:
    from flowidl.source.definitions import Definition

_FLOW = workflow("caller", "x: int -> o0: int", call("n0", "fit", x="x"), outputs={"o0": "n0.o0"})
CALLER = Options(externals=(cast("Definition", _FLOW.input()),))

CASES = (
    bad(
        "FI960",
        "an input of another type",
        task("fit", "x: str -> o0: int"),
        old=(task("fit", "x: int -> o0: int"),),
        options=CALLER,
        at="template.nodes[0].inputs[0].binding.promise",
        also=("FI924",),
    ),
    good(
        "FI960",
        "what the caller uses is as it was",
        task("fit", "x: int -> o0: int, o1: str"),
        old=(task("fit", "x: int -> o0: int"),),
        options=CALLER,
    ),
    near(
        "FI960",
        "a caller that never compiled",
        task("fit", "x: str -> o0: int"),
        old=(task("fit", "x: float -> o0: int"),),
        options=CALLER,
    ),
)

"""Tasks whose containers run `python -m flowidl.execute`, and where they read and write."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.builders import function_task
from flowidl.builders.entry_points import FLOWIDL
from flowidl.core.v1.literals_pb2 import LiteralMap
from flowidl.execute import main
from flowidl.values.places import exists, read_bytes, write_bytes

MODULE = "tests.execute.container_module"


def template(function: Callable[..., Any], name: str = "", **options: Any) -> TaskSpec:
    """Return a task whose command line is ours."""
    spec = function_task(function, image="r.io/x:1", **options)
    words = ["task-module", MODULE, "task-name", name or function.__name__]
    spec.template.container.args[:] = FLOWIDL.args(tuple(words))
    return spec


def executed(
    words: list[str], inputs: LiteralMap, prefix: str, *, resolver: str = "flowidl.execute.by_name"
) -> dict[str, bytes]:
    """Run the entry point in this process; return what it wrote, by name."""
    write_bytes(f"{prefix}/inputs.pb", inputs.SerializeToString())
    main(
        [
            *("--inputs", f"{prefix}/inputs.pb", "--output-prefix", f"{prefix}/out"),
            *("--raw-output-data-prefix", f"{prefix}/raw", "--checkpoint-path", f"{prefix}/check"),
            *("--prev-checkpoint", '""', "--resolver", resolver, "--", *words),
        ]
    )
    names = ("outputs.pb", "futures.pb", "error.pb")
    places: Mapping[str, str] = {name: f"{prefix}/out/{name}" for name in names}
    return {name: read_bytes(place) for name, place in places.items() if exists(place)}


def by_name(function: str) -> list[str]:
    return ["task-module", MODULE, "task-name", function]


#: Where the project is, for processes that import its tests.
ROOT = str(Path(__file__).parents[2])
PYTHON = sys.executable

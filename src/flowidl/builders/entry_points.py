"""Entry points: the program that a Python task's container runs, and how it finds the function.

`FLOWIDL` is `python -m flowidl.execute`, `FLYTEKIT` is the one of code that flytekit decorates. Both get the
same flags and the same words about the function: its module and its name.
"""

from __future__ import annotations

from flowidl.tuples import NamedTuple

#: What entry points are told about where to read and write; the back end fills it in.
STANDARD_ARGS = (
    *("--inputs", "{{.input}}"),
    *("--output-prefix", "{{.outputPrefix}}"),
    *("--raw-output-data-prefix", "{{.rawOutputDataPrefix}}"),
    *("--checkpoint-path", "{{.checkpointOutputPrefix}}"),
    *("--prev-checkpoint", "{{.prevCheckpointPrefix}}"),
)


class EntryPoint(NamedTuple):
    """Programs for tasks and for mapped tasks, and the resolvers that they are told about."""

    task: tuple[str, ...]
    map: tuple[str, ...]
    resolver: str
    map_resolver: str
    legacy_map_resolver: str

    def args(self, loader: tuple[str, ...], *, resolver: str = "") -> list[str]:
        """Return the command line of a task whose function `loader` names."""
        return [*self.task, *STANDARD_ARGS, "--resolver", resolver or self.resolver, "--", *loader]


FLYTEKIT = EntryPoint(
    ("pyflyte-execute",),
    ("pyflyte-map-execute",),
    "flytekit.core.python_auto_container.default_task_resolver",
    "flytekit.core.array_node_map_task.ArrayNodeMapTaskResolver",
    "flytekit.core.legacy_map_task.MapTaskResolver",
)
_EXECUTE = ("python", "-m", "flowidl.execute")
FLOWIDL = EntryPoint(
    _EXECUTE, _EXECUTE, "flowidl.execute.by_name", "flowidl.execute.mapped", "flowidl.execute.mapped"
)


def function_loader(name: str) -> tuple[str, ...]:
    """Return the words that name a function, `module.function`."""
    module, _, function = name.rpartition(".")
    return ("task-module", module, "task-name", function)

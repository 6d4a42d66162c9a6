"""Finding the function of a task by what its container's command line says.

The words after `--` name it for a *resolver*: an object whose dotted path comes with `--resolver`. Ours are
functions that take those words (`by_name`, `mapped`); those of other SDKs have a method `load_task`. Where
a resolver cannot be imported but the words give a module and a name, these serve.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from google.protobuf.json_format import MessageToDict

from flowidl.local.errors import RunError
from flowidl.local.implementations import as_implementation
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from flowidl.core.v1.tasks_pb2 import TaskTemplate
    from flowidl.local.implementations import Implementation

_BY_NAME = ("task-module", "task-name")


class Loader(NamedTuple):
    """How a task's function is found, and which inputs a mapped task has bound (`None`: it is not mapped)."""

    resolver: str
    words: tuple[str, ...]
    bound: tuple[str, ...] | None = None


def loader_of(args: Sequence[str]) -> Loader | None:
    """Return the loader that a command line names, or `None` if it names none."""
    if "--resolver" not in args or "--" not in args:
        return None
    resolver, words = (
        args[args.index("--resolver") + 1],
        list(args[args.index("--", args.index("--resolver")) + 1 :]),
    )
    return loader(resolver, words)


def loader(resolver: str, words: Sequence[str]) -> Loader:
    """Return the loader of a resolver and its words, those of a mapped task taken apart."""
    if len(words) >= 4 and words[0] == "vars" and words[2] == "resolver":
        bound = tuple(name for name in words[1].split(",") if name)
        return Loader(words[3], tuple(words[4:]), bound)
    return Loader(resolver, tuple(words))


def command_line(task: TaskTemplate) -> list[str]:
    """Return the whole command line of a task's container, or of the primary container of its pod."""
    if task.HasField("container"):
        return [*task.container.command, *task.container.args]
    primary = task.config.get("primary_container_name", "") or task.k8s_pod.primary_container_name
    spec: dict[str, Any] = MessageToDict(task.k8s_pod.pod_spec)
    for container in cast("list[dict[str, Any]]", spec.get("containers", [])):
        if not primary or container.get("name") == primary:
            return [*container.get("command", []), *container.get("args", [])]
    return []


def load(found: Loader) -> Implementation:
    """Return the implementation that a loader finds. Importing a module runs its code."""
    return as_implementation(function_of(_loaded(found)))


def _loaded(found: Loader) -> Any:
    try:
        resolver = imported(found.resolver)
    except (ImportError, AttributeError) as error:
        if found.words[::2] == _BY_NAME:
            return by_name(found.words)
        raise RunError(f"the resolver `{found.resolver}` cannot be found: {error}") from None
    load_task = getattr(resolver, "load_task", None)
    if callable(load_task):
        return load_task(loader_args=list(found.words))
    return resolver(found.words)


def by_name(words: Sequence[str]) -> Any:
    """Return what `task-module M task-name F` names."""
    named = dict(zip(words[::2], words[1::2], strict=False))
    if not set(_BY_NAME) <= set(named):
        raise RunError(f"`{' '.join(words)}` does not name a module and a function")
    return attribute(importlib.import_module(named["task-module"]), named["task-name"])


def mapped(words: Sequence[str]) -> Any:
    """Return the function that a mapped task maps."""
    return _loaded(loader("", words))


def imported(path: str) -> Any:
    """Return an object by its dotted path, `module.name` or `module.Class.name`."""
    module, _, name = path.rpartition(".")
    if not module:
        raise ImportError(f"`{path}` is no dotted path")
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        if error.name is None or not module.startswith(error.name):
            raise
        return getattr(imported(module), name)


def attribute(module: Any, name: str) -> Any:
    """Return what a module holds under a name, dots included."""
    found = module
    for part in name.split("."):
        if not hasattr(found, part):
            raise AttributeError(f"module `{module.__name__}` has no `{name}`")
        found = getattr(found, part)
    return found


def function_of(found: Any) -> Callable[..., Any]:
    """Return the implementation or function of what a module holds.

    An entity of ours or of another SDK, or itself.
    """
    for name in ("implementation", "task_function", "_task_function"):
        inner = getattr(found, name, None)
        if inner is not None and callable(inner):
            return cast("Callable[..., Any]", inner)
    if callable(found):
        return cast("Callable[..., Any]", found)
    raise RunError(f"a `{type(found).__qualname__}` is no function that can be run")


def import_file(path: str, name: str = "") -> Any:
    """Import a file as a module by its own name, with its folder on the path, as Python does for a script."""
    import os

    folder, base = os.path.split(os.path.abspath(path))
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module(name or os.path.splitext(base)[0])

"""Resolvers: how a container finds a task's function again, by words on its command line."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from flowidl.builders.entry_points import FLYTEKIT, function_loader
from flowidl.errors import BuildError
from flowidl.sdk import names

if TYPE_CHECKING:
    from flowidl.sdk.settings import SerializationSettings


class TaskResolver(Protocol):
    """Names a task for a command line, and finds it by that name."""

    @property
    def location(self) -> str:
        """Where the resolver itself is found: module and name."""
        ...

    def loader_args(self, settings: SerializationSettings, task: Any) -> list[str]:
        """Return the words that name a task."""
        ...

    def load_task(self, loader_args: list[str]) -> Any:
        """Return the task that words name."""
        ...


class DefaultTaskResolver:
    """Names a task by its module and its name in it."""

    location = FLYTEKIT.resolver

    def loader_args(self, settings: SerializationSettings, task: Any) -> list[str]:
        """Return the words that name a task."""
        return list(function_loader(task.name))

    def load_task(self, loader_args: list[str]) -> Any:
        """Import the module and return what has the name. Raise as importing and taking an attribute do."""
        _, module, _, name = loader_args
        return getattr(import_module(module), name)

    def get_all_tasks(self) -> list[Any]:
        """Return nothing: the default resolver keeps no list."""
        return []


default_task_resolver = DefaultTaskResolver()


def _module_of_caller() -> str:
    """Return the module in which a resolver is made, where it is found later."""
    frame = inspect.currentframe()
    maker = frame.f_back.f_back if frame is not None and frame.f_back is not None else None
    return str(maker.f_globals.get("__name__", "")) if maker is not None else ""


class ClassStorageTaskResolver:
    """Keeps tasks in a list, and names one by its place in it. It is a variable at the top of a module."""

    def __init__(self) -> None:
        self.mapping: list[Any] = []
        self._instantiated_in = _module_of_caller()
        self._lhs: str | None = None

    @property
    def location(self) -> str:
        """Where the resolver is found: module and variable."""
        name = self._lhs or names.variable_of(self, self._instantiated_in)
        if name is None:
            raise BuildError("a task resolver is in no variable at the top of its module")
        return f"{self._instantiated_in}.{name}"

    def name(self) -> str:
        """Return the kind of resolver."""
        return "ClassStorageTaskResolver"

    def add(self, task: Any) -> None:
        """Take a task into the list."""
        self.mapping.append(task)

    def get_all_tasks(self) -> list[Any]:
        """Return all tasks that were added."""
        return self.mapping

    def loader_args(self, settings: SerializationSettings, task: Any) -> list[str]:
        """Return the place of a task in the list."""
        if task not in self.mapping:
            raise BuildError(f"task `{task.name}` is not in the resolver's list", help="`add` it")
        return [str(self.mapping.index(task))]

    def load_task(self, loader_args: list[str]) -> Any:
        """Return the task at a place in the list."""
        return self.mapping[int(loader_args[0])]

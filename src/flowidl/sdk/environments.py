"""Environments: options of tasks that many share."""

from __future__ import annotations

from typing import Any

from flowidl.sdk import decorators


class Environment:
    """Options of tasks, given once: `env.task`, `env.dynamic`, `env.eager` are the decorators with them."""

    def __init__(self, **options: Any) -> None:
        self._options = options

    @property
    def options(self) -> dict[str, Any]:
        """The options."""
        return dict(self._options)

    def __call__(self, function: Any = None, /, **options: Any) -> Any:
        """Return the task of a function, or a decorator that makes one."""
        return self.task(function, **options)

    def update(self, **options: Any) -> None:
        """Change options of tasks that are decorated from now on."""
        self._options = self._merged(options)

    def extend(self, **options: Any) -> Environment:
        """Return an environment with other options beside these."""
        return Environment(**self._merged(options))

    def show(self) -> None:
        """Print the options."""
        for name, value in self._options.items():
            print(f"{name}: {value}")

    def task(self, function: Any = None, /, **options: Any) -> Any:
        """Decorate as `task` does."""
        return decorators.task(function, **self._merged(options))

    def dynamic(self, function: Any = None, /, **options: Any) -> Any:
        """Decorate as `dynamic` does."""
        return decorators.dynamic(function, **self._merged(options))

    def eager(self, function: Any = None, /, **options: Any) -> Any:
        """Decorate as `eager` does."""
        return decorators.eager(function, **self._merged(options))

    def _merged(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return these options with others, whose dicts are merged into these."""
        merged = dict(self._options)
        for name, value in options.items():
            before: Any = merged.get(name)
            both = isinstance(before, dict) and isinstance(value, dict)
            merged[name] = {**before, **value} if both else value
        return merged

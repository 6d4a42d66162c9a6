"""Mocks: in a block, or for the time of a function, something else runs in place of a task or a reference."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any
from unittest.mock import MagicMock

from flowidl.errors import BuildError
from flowidl.sdk.entities import SdkEntity

if TYPE_CHECKING:
    from collections.abc import Callable


class mock:  # noqa: N801  # used like a function
    """Let a `MagicMock` stand for a task, a reference, a workflow or a launch plan.

    `with mock(t) as m:` does so inside of a block, `@mock(t)` for the time of a function, which gets `m`
    first. The mock gets the inputs as Python values by name, and what it returns must be of the declared
    outputs. Mocks nest.
    """

    def __init__(self, entity: Any) -> None:
        if not isinstance(entity, SdkEntity):
            raise BuildError(
                f"a `{entity.__class__.__qualname__}` cannot be mocked", help="mock a task or a reference"
            )
        self._entity = entity
        self._before: list[Any] = []

    def __enter__(self) -> MagicMock:
        self._before.append(self._entity.mock)
        stand_in = MagicMock()
        self._entity.mock = stand_in
        return stand_in

    def __exit__(self, *error: object) -> None:
        self._entity.mock = self._before.pop()

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Let a `MagicMock` stand for the entity while a function runs, which gets it first."""

        @functools.wraps(function)
        def patched(*args: Any, **kwargs: Any) -> Any:
            with self as stand_in:
                return function(stand_in, *args, **kwargs)

        own = inspect.signature(function)
        patched.__signature__ = own.replace(parameters=list(own.parameters.values())[1:])  # type: ignore[attr-defined]
        return patched

"""What a running task may ask about its execution, in the SDK's words."""

from __future__ import annotations

import datetime
import logging
from typing import TYPE_CHECKING, Any

from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from flowidl.local.context import Secrets, TaskContext


class ExecutionId(NamedTuple):
    """Which execution a task is part of."""

    project: str = "local"
    domain: str = "local"
    name: str = "local"

    def __str__(self) -> str:
        return f"{self.project}:{self.domain}:{self.name}"


class Checkpoint:
    """Bytes that a task wants to find again when it is tried again, written and read as a whole."""

    def __init__(self, folder: str, before: str) -> None:
        self._folder = folder
        self._before = before

    def write(self, content: bytes) -> None:
        """Keep bytes for the next try."""
        from flowidl.values.places import write_bytes

        write_bytes(f"{self._folder}/_checkpoint", content)

    def read(self) -> bytes | None:
        """Return what the try before kept, or `None`."""
        from flowidl.values.places import read_bytes

        if not self._before:
            return None
        try:
            return read_bytes(f"{self._before}/_checkpoint")
        except FileNotFoundError:
            return None

    def prev_exists(self) -> bool:
        """Tell whether the try before kept something."""
        return self.read() is not None


class ExecutionParameters:
    """What a running task may ask for: names, places, secrets, a logger."""

    def __init__(self, context: TaskContext) -> None:
        self._context = context

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    @property
    def execution_id(self) -> ExecutionId:
        """The execution; on this machine all its parts are `local`."""
        return ExecutionId(name=self._context.execution_id or "local")

    @property
    def execution_date(self) -> datetime.datetime:
        """When the task began, in UTC."""
        return self._context.start

    @property
    def task_id(self) -> str:
        """The name of the task."""
        return self._context.task

    @property
    def working_directory(self) -> str:
        """A folder of the task's own."""
        return self._context.working_directory

    @property
    def raw_output_prefix(self) -> str:
        """Where files and tables of outputs are kept."""
        return self._context.raw_output_prefix

    @property
    def checkpoint(self) -> Checkpoint:
        """What the try before kept, and a place for the next."""
        folder = self._context.checkpoint_prefix or f"{self.working_directory}/checkpoint"
        return Checkpoint(folder, self._context.previous_checkpoint)

    @property
    def secrets(self) -> Secrets:
        """The secrets of this process."""
        return self._context.secrets

    @property
    def logging(self) -> logging.Logger:
        """A logger for the task."""
        return self._context.logger


def current_context() -> ExecutionParameters:
    """Return what the running task may ask for; outside of one, what there is without it."""
    from flowidl.local.context import current_context as context

    return ExecutionParameters(context())

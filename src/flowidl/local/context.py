"""What a task can ask about its surroundings while it runs."""

from __future__ import annotations

import contextvars
import datetime
import logging
import os
import pathlib
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flowidl.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Generator


@dataclass(eq=False)
class TaskContext:
    """Where and as what a task runs. One that is not running anything has the same, with an empty `task`."""

    #: The name of the task.
    task: str = ""
    #: The path of the node, `n0 > n1[3]`.
    path: str = ""
    #: The number of this try, from 0.
    attempt: int = 0
    execution_id: str = "local"
    #: Where files and tables of the task's outputs are kept: a folder or a bucket.
    raw_output_prefix: str = ""
    #: A folder for what the task wants to find again when it is tried again; empty for none.
    checkpoint_prefix: str = ""
    previous_checkpoint: str = ""
    #: When it started, in seconds since the epoch.
    started: float = field(default_factory=time.time)

    @property
    def start(self) -> datetime.datetime:
        """When it started, in UTC."""
        return datetime.datetime.fromtimestamp(self.started, datetime.UTC)

    @property
    def logger(self) -> logging.Logger:
        """A logger for the task."""
        return logging.getLogger(self.task or "flowidl")

    @property
    def working_directory(self) -> str:
        """A folder of this task's own, made when first asked for."""
        found = self.__dict__.get("_folder")
        if found is None:
            from flowidl.values.places import scratch_folder

            found = tempfile.mkdtemp(dir=scratch_folder())
            self.__dict__["_folder"] = found
        return str(found)

    @property
    def secrets(self) -> Secrets:
        """The secrets of this process."""
        return Secrets()


class Secrets:
    """Secrets as tasks find them: in environment variables, or in files."""

    PREFIX = "_FSEC_"
    FOLDER = "/etc/secrets"

    def get(self, group: str, key: str = "", group_version: str = "") -> str:
        """Return a secret from the variable `_FSEC_<GROUP>_<KEY>`, else from a file `<group>/<key>`."""
        parts = [part for part in (group, group_version, key) if part]
        variable = os.environ.get("FLYTE_SECRETS_ENV_PREFIX", self.PREFIX) + "_".join(parts).upper()
        if variable in os.environ:
            return os.environ[variable]
        folder = pathlib.Path(os.environ.get("FLYTE_SECRETS_DEFAULT_DIR", self.FOLDER))
        file = folder.joinpath(*(part.lower() for part in parts))
        if file.is_file():
            return file.read_text().strip()
        raise BuildError(
            f"there is no secret `{key or group}` of group `{group}`",
            help=f"set the variable {variable}, or write the file {file}",
        )


_CONTEXT: contextvars.ContextVar[TaskContext | None] = contextvars.ContextVar("flowidl-task", default=None)


def current_context() -> TaskContext:
    """Return the context of the task that runs, or one that says that none does."""
    return _CONTEXT.get() or TaskContext()


def running_task() -> TaskContext | None:
    """Return the context of the task that runs here, or `None`: then a call is not one inside of a task."""
    return _CONTEXT.get()


@contextmanager
def in_context(context: TaskContext | None) -> Generator[None]:
    """Make a task's context the current one for a block."""
    token = _CONTEXT.set(context)
    try:
        yield
    finally:
        _CONTEXT.reset(token)

"""The custom parts of tasks, decoded once per run, with places for what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.plugins.custom import Custom, decode
from flowidl.rules.kubernetes.podspecs import field_path, written
from flowidl.rules.phrases import entity
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from flowidl.compiler.entities import TaskRecord
    from flowidl.plugins.custom import Steps
    from flowidl.rules.context import Context
    from flowidl.source.definitions import Place


class Job(NamedTuple):
    """A task whose plugin reads the custom part, and that part."""

    task: TaskRecord
    custom: Custom

    @property
    def type(self) -> str:
        """The task's type."""
        return self.task.template.type

    @property
    def phrase(self) -> str:
        """What messages call the task."""
        return task_phrase(self.task)

    def place(self, *names: str | int) -> Place:
        """Return the place of a part, by JSON names and positions, however it is spelled."""
        return self.at(self.custom.steps(*names))

    def at(self, steps: Steps) -> Place:
        """Return the place of a part, by the steps to it as they are written."""
        root = self.task.field("custom")
        return root.under(field_path(steps)).step(written(steps)) if steps else root


def jobs(context: Context) -> tuple[Job, ...]:
    """Return every task whose custom part can be decoded. Ask for it by `context.once`."""
    decoded = ((task, decode(task.template)) for task in context.model.tasks)
    return tuple(Job(task, custom) for task, custom in decoded if custom is not None)


def task_phrase(task: TaskRecord) -> str:
    """Return what messages call a task."""
    return "the task" if task.id is None else entity(task.id)

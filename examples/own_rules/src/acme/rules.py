"""Rules of Acme for tasks and launch plans. Codes begin with `ACME`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.paths import ROOT
from flowidl.rules import ERROR, WARNING, Context, Found, Phase, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

REGISTRY = "registry.acme.example/"


@rule("ACME001", "acme-foreign-image", ERROR, Phase.RUN, reads=("core.Container.image",))
def foreign_image(context: Context) -> Iterator[Found]:
    """An image does not come from our registry

    What: the image of a task's container is not in `registry.acme.example`.

    Why it fails: our clusters pull from no other registry.

    Fix: have the image mirrored, and name the mirror.
    """
    for task in context.model.tasks:
        image = task.template.container.image
        if image and not image.startswith(REGISTRY):
            yield Found(
                task.place(ROOT.field("container", "image")),
                f"the image `{image}` does not come from `{REGISTRY}`",
                f"use `{REGISTRY}{image.rpartition('/')[2]}`",
            )


@rule("ACME002", "acme-no-retries", WARNING, Phase.RUN, reads=("core.TaskMetadata.retries",))
def no_retries(context: Context) -> Iterator[Found]:
    """A task is not tried again

    What: the task has no retries.

    Why it fails: machines of ours may go away at any time, and the task with them.

    Fix: allow two retries.
    """
    for task in context.model.tasks:
        if task.template.container.image and not task.template.metadata.retries.retries:
            yield Found(task.place(ROOT.field("metadata", "retries")), "the task has no retries", "allow two")

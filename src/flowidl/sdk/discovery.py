"""What modules hold: their tasks, workflows and launch plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flowidl.sdk.launch_plans import LaunchPlan
from flowidl.sdk.packing import Bound
from flowidl.sdk.tasks import Task
from flowidl.sdk.workflows import WorkflowBase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowidl.sdk.entities import SdkEntity


def entities_in(modules: Iterable[Any]) -> list[SdkEntity | Bound]:
    """Return what variables of modules hold: tasks, workflows, launch plans, and bound ones."""
    found: dict[object, SdkEntity | Bound] = {}
    for module in modules:
        held = cast("dict[str, Any]", vars(module))
        for name in sorted(held):
            value = held[name]
            if isinstance(value, Task | WorkflowBase | LaunchPlan):
                found.setdefault(value.key, value)
            elif isinstance(value, Bound):
                found.setdefault(id(value), value)
    return list(found.values())

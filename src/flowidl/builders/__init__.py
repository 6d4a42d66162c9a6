"""Builders: functions that return the schema's own messages, for writing definitions in a few lines.

    from flowidl.builders import WorkflowBuilder, call, function_task

Nothing here wraps a message, keeps state or looks at the clock: the same arguments give the same bytes. What
the back end would refuse is refused at once, as a `BuildError` with the code of the validator's rule.

Names load their modules when they are first used, so a program pays for what it builds with.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowidl.builders.arrays import array, map_task
    from flowidl.builders.bindings import binding_data
    from flowidl.builders.comparisons import Condition
    from flowidl.builders.conditions import conditional
    from flowidl.builders.durations import duration
    from flowidl.builders.dynamic import dynamic_job
    from flowidl.builders.executions import execution, execution_spec
    from flowidl.builders.gates import approve, sleep, wait_for_input
    from flowidl.builders.identifiers import launch_plan_id, registered, task_id, workflow_id
    from flowidl.builders.interfaces import interface, signature_interface, variable
    from flowidl.builders.launch_plans import (
        concurrency_policy,
        cron,
        email_notification,
        every,
        launch_plan,
        pager_duty_notification,
        slack_notification,
    )
    from flowidl.builders.nodes import Step, call, reference
    from flowidl.builders.options import Options, with_options
    from flowidl.builders.packages import package, write_package
    from flowidl.builders.pods import pod_template
    from flowidl.builders.promises import NodeHandle, Promise, comparison
    from flowidl.builders.resources import (
        Resources,
        accelerator,
        container_resources,
        extended_resources,
        shared_memory,
    )
    from flowidl.builders.tasks import (
        container_task,
        function_task,
        python_task,
        secret,
        sql_task,
        task_metadata,
    )
    from flowidl.builders.workflows import WorkflowBuilder
    from flowidl.errors import BuildError
    from flowidl.values.literals import literal, literal_map
    from flowidl.values.types import (
        Directory,
        Exactly,
        File,
        Note,
        Schema,
        StructuredDataset,
        blob_type,
        collection_type,
        dataset_type,
        enum_type,
        literal_type,
        map_type,
        optional_type,
        pickle_type,
        schema_type,
        union_type,
    )

#: Module -> the public names that it holds.
_HOMES = {
    "arrays": ("array", "map_task"),
    "bindings": ("binding_data",),
    "comparisons": ("Condition",),
    "conditions": ("conditional",),
    "durations": ("duration",),
    "dynamic": ("dynamic_job",),
    "errors": ("BuildError",),
    "executions": ("execution", "execution_spec"),
    "gates": ("approve", "sleep", "wait_for_input"),
    "identifiers": ("launch_plan_id", "registered", "task_id", "workflow_id"),
    "interfaces": ("interface", "signature_interface", "variable"),
    "launch_plans": (
        *("concurrency_policy", "cron", "email_notification", "every", "launch_plan"),
        *("pager_duty_notification", "slack_notification"),
    ),
    "literals": ("literal", "literal_map"),
    "nodes": ("Step", "call", "reference"),
    "options": ("Options", "with_options"),
    "packages": ("package", "write_package"),
    "pods": ("pod_template",),
    "promises": ("NodeHandle", "Promise", "comparison"),
    "resources": ("Resources", "accelerator", "container_resources", "extended_resources", "shared_memory"),
    "tasks": ("container_task", "function_task", "python_task", "secret", "sql_task", "task_metadata"),
    "types": (
        *("Directory", "Exactly", "File", "Note", "Schema", "StructuredDataset", "blob_type"),
        *("collection_type", "dataset_type", "enum_type", "literal_type", "map_type", "optional_type"),
        *("pickle_type", "schema_type", "union_type"),
    ),
    "workflows": ("WorkflowBuilder",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "BuildError",
    "Condition",
    "Directory",
    "Exactly",
    "File",
    "NodeHandle",
    "Note",
    "Options",
    "Promise",
    "Resources",
    "Schema",
    "Step",
    "StructuredDataset",
    "WorkflowBuilder",
    "accelerator",
    "approve",
    "array",
    "binding_data",
    "blob_type",
    "call",
    "collection_type",
    "comparison",
    "concurrency_policy",
    "conditional",
    "container_resources",
    "container_task",
    "cron",
    "dataset_type",
    "duration",
    "dynamic_job",
    "email_notification",
    "enum_type",
    "every",
    "execution",
    "execution_spec",
    "extended_resources",
    "function_task",
    "interface",
    "launch_plan",
    "launch_plan_id",
    "literal",
    "literal_map",
    "literal_type",
    "map_task",
    "map_type",
    "optional_type",
    "package",
    "pager_duty_notification",
    "pickle_type",
    "pod_template",
    "python_task",
    "reference",
    "registered",
    "schema_type",
    "secret",
    "shared_memory",
    "signature_interface",
    "slack_notification",
    "sleep",
    "sql_task",
    "task_id",
    "task_metadata",
    "union_type",
    "variable",
    "wait_for_input",
    "with_options",
    "workflow_id",
    "write_package",
]


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)

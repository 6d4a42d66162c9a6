"""Dynamic jobs: what the body of a dynamic task makes for some inputs, to be written or run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NoReturn

from flowidl import builders
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.core.v1.literals_pb2 import LiteralMap
from flowidl.sdk.bodies import DynamicBody, read_dynamic
from flowidl.sdk.packing import SETTINGS_VARIABLE, placed, read_settings
from flowidl.sdk.reach import Reachable, everything
from flowidl.sdk.running import parts_of
from flowidl.sdk.settings import LOCAL, SerializationSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
    from flowidl.sdk.trace import Trace


def job_to_run(task: DynamicBody, values: Mapping[str, Any]) -> Any:
    """Return a `flowidl.local.DynamicJob` with all that it needs, or the outputs of a body without nodes."""
    from flowidl.local.implementations import DynamicJob

    trace = read_dynamic(task, values)
    if not trace.calls:
        return outputs_of(trace)
    known = everything(trace.entities.values())
    parts, _ = parts_of(known)
    return DynamicJob(
        _job(trace, known, _settings()), parts.functions, parts.launch_plans, parts.closures, parts.signals
    )


def _settings() -> SerializationSettings:
    """Return the settings that a container was written with, or those of a run on this machine."""
    text = os.environ.get(SETTINGS_VARIABLE)
    return LOCAL if text is None else read_settings(text)


def job_to_write(
    task: DynamicBody, values: Mapping[str, Any], settings: SerializationSettings
) -> DynamicJobSpec | LiteralMap:
    """Return the job that a container hands over, or the outputs of a body without nodes."""
    trace = read_dynamic(task, values)
    if not trace.calls:
        return outputs_of(trace)
    known = everything(trace.entities.values())
    for each in known.values():
        if each.kind == "reference task":
            raise builders.BuildError(
                f"dynamic task `{task.name}` calls reference task `{each.name}`, and a job holds none",
                help="call it in a workflow, or refer to a launch plan",
            )
    return _job(trace, known, settings)


def _job(trace: Trace, known: Mapping[str, Reachable], settings: SerializationSettings) -> DynamicJobSpec:
    if settings is LOCAL:
        tasks = [task for each in known.values() for task in each.local_parts().tasks]
    else:
        written = [message for each in known.values() for message in each.written(settings)]
        tasks = [message.template for message in written if isinstance(message, TaskSpec)]
    return placed(builders.dynamic_job(trace.spec(), tasks=tasks), settings)


def outputs_of(trace: Trace) -> LiteralMap:
    """Return the outputs of a body without nodes, which are constants."""
    from flowidl.local.data import resolve

    def nowhere(node: str, var: str) -> NoReturn:
        raise AssertionError(f"a body without nodes reads {node}.{var}")

    spec = trace.builder.spec
    types = spec.template.interface.outputs.variables
    return LiteralMap(
        literals={
            each.var: resolve(each.binding, nowhere, types[each.var].type) for each in spec.template.outputs
        }
    )

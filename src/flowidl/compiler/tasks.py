"""Tasks on their own (reference phase T): what task compile checks, and nothing else.

Independent of workflows: the reference trusts the tasks that come along with one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowidl.compiler.faults import (
    CommandMissing,
    Fault,
    ImageMissing,
    PodContainerName,
    PodSpecInvalid,
    QuantityInvalid,
    TaskWithoutId,
)
from flowidl.paths import ROOT, FieldPath
from flowidl.quantities import parse_quantity
from flowidl.types.structs import to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowidl.compiler.entities import TaskRecord
    from flowidl.compiler.faults import Fact
    from flowidl.compiler.model import Model
    from flowidl.core.v1.tasks_pb2 import Container, Resources

#: `core.Resources.ResourceName` by number, as the reference spells it.
RESOURCE_NAMES = {
    0: "UNKNOWN",
    1: "CPU",
    2: "GPU",
    3: "MEMORY",
    4: "STORAGE",
    5: "EPHEMERAL_STORAGE",
}

#: More places of one pod spec that cannot be read than this are not listed.
MAX_MISFITS = 20

_LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")


def check_task(model: Model, task: TaskRecord) -> None:
    """Record what the reference refuses in a task template (TK-1 to TK-6)."""
    if not task.template.HasField("id"):
        _fault(model, task, TaskWithoutId(), ROOT, "root")
    target = task.template.WhichOneof("target")
    if target == "container":
        _container(model, task, task.template.container)
    elif target == "k8s_pod":
        _pod(model, task)


def _fault(
    model: Model, task: TaskRecord, facts: Fact, path: FieldPath, node_id: str, steps: tuple[str, ...] = ()
) -> None:
    model.faults.append(Fault(facts, task, path, steps, node_id=node_id))


def _container(model: Model, task: TaskRecord, container: Container) -> None:
    if not container.image:
        _fault(model, task, ImageMissing(), ROOT.field("container", "image"), "container")
    interface = task.template.interface
    has_variables = bool(interface.inputs.variables or interface.outputs.variables)
    if has_variables and not container.command and not container.args:
        _fault(model, task, CommandMissing(), ROOT.field("container"), "container")
    if container.HasField("resources"):
        for name in ("requests", "limits"):
            _quantities(model, task, name, getattr(container.resources, name))


def _quantities(
    model: Model, task: TaskRecord, kind: str, entries: Sequence[Resources.ResourceEntry]
) -> None:
    for position, entry in enumerate(entries):
        if parse_quantity(entry.value) is None:
            name = RESOURCE_NAMES.get(entry.name, str(entry.name))
            facts = QuantityInvalid(kind, position, name, entry.value)
            path = ROOT.field("container", "resources", kind).item(position).field("value")
            _fault(model, task, facts, path, f"resources.{name}", (f"{kind} {name}",))


def _pod(model: Model, task: TaskRecord) -> None:
    pod = task.template.k8s_pod
    path = ROOT.field("k8s_pod", "pod_spec")
    if not pod.HasField("pod_spec"):
        _fault(model, task, PodSpecInvalid("", "a pod spec"), ROOT.field("k8s_pod"), "root")
        return
    # start-up: tables of Kubernetes fields, for pods only
    from flowidl.kubernetes.problems import Fault as PodFault
    from flowidl.kubernetes.problems import path_text
    from flowidl.kubernetes.reading import read

    spec, _, problems = read(to_json(pod.pod_spec), "PodSpec")
    misfits = [problem for problem in problems if problem.fault is PodFault.UNREADABLE]
    for misfit in misfits[:MAX_MISFITS]:
        _fault(model, task, PodSpecInvalid(path_text(misfit.steps), misfit.reason), path, "root")
    if misfits:
        return
    for position, container in enumerate(spec.parts("containers")):
        name = container.text("name")
        if not _LABEL.fullmatch(name):
            _fault(model, task, PodContainerName(position, name), path, "root")

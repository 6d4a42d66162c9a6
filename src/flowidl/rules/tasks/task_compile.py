"""Rules 600-619: tasks that do not compile on their own, whoever uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler import faults
from flowidl.compiler.entities import TaskRecord
from flowidl.findings import Phase
from flowidl.paths import FieldPath
from flowidl.rules.declaration import ERROR, Found, rule
from flowidl.rules.kubernetes.podspecs import field_path
from flowidl.rules.phrases import entity, found, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.faults import Fact, Fault
    from flowidl.rules.context import Context


@rule(
    "FI600",
    "container-without-image",
    ERROR,
    Phase.REGISTRATION,
    reference="ValueRequired",
    covers=("TK-2", "AD-15", "AD-20"),
    reads=("core.TaskTemplate.container", "core.Container.image"),
)
def container_without_image(context: Context) -> Iterator[Found]:
    """A container task has no image

    What: the task's container has an empty `image`.

    Why it fails: registration refuses the task.

    Fix: set the image. If it comes from a setting at serialization, that setting was empty.
    """
    for fault in context.faults(faults.ImageMissing):
        yield found(fault, f"the container of {_task(fault)} has no image", "set its image")


@rule(
    "FI601",
    "container-without-command",
    ERROR,
    Phase.REGISTRATION,
    reference="ValueRequired",
    covers=("TK-3", "QK-41"),
    reads=("core.Container.command", "core.Container.args", "core.TaskTemplate.interface"),
)
def container_without_command(context: Context) -> Iterator[Found]:
    """A container with inputs or outputs has no command

    What: the task has inputs or outputs, and its container has neither `command` nor `args`.

    Why it fails: registration refuses the task: without arguments the container could not be told where its
    inputs are and where to write its outputs. A task without inputs and outputs may rely on the image's
    entry point.

    Fix: set `command` or `args`.
    """
    for fault in context.faults(faults.CommandMissing):
        message = (
            f"the container of {_task(fault)}, which has inputs or outputs, has neither command nor args"
        )
        yield found(fault, message, "set `command` or `args`")


@rule(
    "FI602",
    "invalid-quantity",
    ERROR,
    Phase.REGISTRATION,
    reference="UnrecognizedValue",
    covers=("TK-4",),
    reads=(
        "core.Container.resources",
        "core.Resources.requests",
        "core.Resources.limits",
        "core.Resources.ResourceEntry.name",
        "core.Resources.ResourceEntry.value",
    ),
)
def invalid_quantity(context: Context) -> Iterator[Found]:
    """A resource quantity does not parse

    What: an entry of the container's requests or limits is not a Kubernetes quantity: a number with an
    optional suffix such as `m`, `k`, `M`, `G`, `Ki`, `Mi`, `Gi` or an exponent, without spaces.

    Why it fails: registration refuses the task. A common reason is a promise or a format string that was
    turned into text at serialization.

    Fix: write a quantity, for example `500m`, `2`, `1Gi`.
    """
    for fault in context.faults(faults.QuantityInvalid):
        facts = fault.facts
        value = quoted(facts.text) if facts.text else "an empty text"
        entry = f"{facts.name} {facts.list.removesuffix('s')}"
        message = f"the {entry} of {_task(fault)} is {value}, which is no quantity"
        yield found(fault, message, _quantity_help(facts.text))


@rule(
    "FI603",
    "invalid-pod-spec",
    ERROR,
    Phase.REGISTRATION,
    reference="InvalidValue",
    covers=("TK-5",),
    reads=("core.TaskTemplate.k8s_pod", "core.K8sPod.pod_spec"),
)
def invalid_pod_spec(context: Context) -> Iterator[Found]:
    """A pod spec is missing or is not one

    What: the task's target is a pod, and its `pod_spec` is not set or cannot be read as a Kubernetes pod
    spec: an object where a list belongs, text where a number belongs, a quantity that does not parse.

    Why it fails: registration refuses the task. Fields that Kubernetes does not know are ignored.

    Fix: write the part that is named as Kubernetes has it.
    """
    for fault in context.faults(faults.PodSpecInvalid):
        facts = fault.facts
        if not facts.where:
            yield found(fault, f"the pod of {_task(fault)} has no pod spec", "set `k8s_pod.pod_spec`")
            continue
        message = f"{quoted(facts.where)} in the pod spec of {_task(fault)} is not {facts.problem}"
        yield _inside(found(fault, message, f"write {facts.problem}, as Kubernetes has it"), facts.where)


@rule(
    "FI604",
    "invalid-container-name",
    ERROR,
    Phase.REGISTRATION,
    reference="InvalidValue",
    covers=("TK-6",),
    reads=("core.K8sPod.pod_spec",),
)
def invalid_container_name(context: Context) -> Iterator[Found]:
    """A container of a pod has an invalid name

    What: the name of a container in a pod spec is not a label: 1 to 63 lower-case letters, digits and
    dashes, with a letter or digit at both ends.

    Why it fails: registration refuses the task. Underscores and capitals are the usual reason.

    Fix: rename the container, and with it the primary container name of the task's configuration if that is
    the one.
    """
    for fault in context.faults(faults.PodContainerName):
        name, number = fault.facts.name, fault.facts.position + 1
        which = f"container {quoted(name)}" if name else f"container number {number}"
        problem = "has an invalid name" if name else "has no name"
        suggestion = _as_label(name)
        help = (
            f"call it {quoted(suggestion)}"
            if suggestion
            else "name it with lower-case letters, digits and dashes"
        )
        where = f"containers[{number - 1}]" + (".name" if name else "")
        yield _inside(found(fault, f"{which} in the pod of {_task(fault)} {problem}", help), where)


def _inside(result: Found, where: str) -> Found:
    """Point into the pod spec, at a part that is written as Kubernetes does."""
    steps: list[str | int] = []
    for name, subscript in FieldPath.parse(where):
        steps += (name,) if subscript is None else (name, subscript)
    place = result.place
    return result._replace(place=place.under(field_path(tuple(steps))).step(where))


def _task(fault: Fault[Fact]) -> str:
    owner = fault.owner
    return entity(owner.id) if isinstance(owner, TaskRecord) and owner.id is not None else "the task"


def _quantity_help(text: str) -> str:
    squeezed = text.replace(" ", "")
    if "promise" in text.lower() or "{" in text or "<" in text:
        return "write a fixed quantity: this looks like a value that is only known at run time"
    if squeezed and squeezed != text:
        return f"write it without spaces: {quoted(squeezed)}"
    return "write a quantity such as `500m`, `2` or `1Gi`"


def _as_label(name: str) -> str:
    letters = "".join(c if c.isascii() and (c.islower() or c.isdecimal()) else "-" for c in name.lower())
    return letters.strip("-")[:63].strip("-")

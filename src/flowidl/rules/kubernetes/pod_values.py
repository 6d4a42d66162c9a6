"""Rules 880-899: values in pods that Kubernetes refuses, although the back end can read them.

What is said here comes from the table of the pod API and its checks (`flowidl.kubernetes`), which hold for
every installation. Where versions of Kubernetes differ, it is a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.findings import Phase
from flowidl.kubernetes import Shape
from flowidl.paths import ROOT, FieldPath
from flowidl.rules.declaration import ERROR, WARNING, Found, rule
from flowidl.rules.kubernetes.pod_parts import examined, found_by, task_pods
from flowidl.rules.kubernetes.pods import SPEC
from flowidl.rules.phrases import entity, quoted
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.entities import TaskRecord
    from flowidl.core.v1.tasks_pb2 import DataLoadingConfig
    from flowidl.rules.context import Context
    from flowidl.source.definitions import Place

#: Where the data-loading container puts and takes data, unless the task says where.
INPUTS, OUTPUTS = "/var/flyte/inputs", "/var/flyte/outputs"


@rule("FI880", "invalid-pod-choice", ERROR, Phase.RUN, covers=("QK-43",), reads=SPEC)
def invalid_pod_choice(context: Context) -> Iterator[Found]:
    """A value in a pod is none of those that there are

    What: a field of a pod that takes one of a few words has another one: a policy, a protocol, an operator,
    an effect, an access mode. Letter case counts.

    Why it fails: registration takes any text, and Kubernetes refuses the pod.

    Fix: use one of the words.
    """
    yield from found_by(context, "FI880")


@rule("FI881", "pod-value-out-of-range", ERROR, Phase.RUN, covers=("QK-43",), reads=SPEC)
def pod_value_out_of_range(context: Context) -> Iterator[Found]:
    """A number in a pod is out of range

    What: a port is not from 1 to 65535, a weight not from 1 to 100, a file mode not from 0 to 511 (octal
    777), a user, a number of seconds or of tries is negative, or a list has too many entries.

    Why it fails: registration takes any number of the right size, and Kubernetes refuses the pod.

    Fix: use a number in the range that is named.
    """
    yield from found_by(context, "FI881")


@rule("FI882", "malformed-pod-text", ERROR, Phase.RUN, covers=("QK-43",), reads=SPEC)
def malformed_pod_text(context: Context) -> Iterator[Found]:
    """A text in a pod does not have the form that it must have

    What: the name of an object is no DNS name, a key no qualified name, a value no value of a label, a path
    leads out of its volume or is not absolute, an address is no IP address.

    Why it fails: registration takes any text, and Kubernetes refuses the pod.

    Fix: write it in the form that is named.
    """
    yield from found_by(context, "FI882")


@rule("FI883", "conflicting-pod-settings", ERROR, Phase.RUN, covers=("QK-43",), reads=SPEC)
def conflicting_pod_settings(context: Context) -> Iterator[Found]:
    """Settings of a pod exclude each other

    What: two settings stand together of which only one may be there, such as two sources of a volume,
    `value` and `valueFrom` of a variable, or two handlers of a probe; or one is there that another one does
    not allow, such as `tolerationSeconds` without the effect `NoExecute`.

    Why it fails: registration takes it, and Kubernetes refuses the pod.

    Fix: keep one of the two.
    """
    yield from found_by(context, "FI883")


@rule("FI884", "repeated-pod-value", ERROR, Phase.RUN, covers=("QK-43",), reads=SPEC)
def repeated_pod_value(context: Context) -> Iterator[Found]:
    """Something in a pod is there twice that may be there once

    What: two volumes are mounted at one path of a container, two ports have one name, two containers want
    one port of the machine, or a setting of the kernel, a gate or a constraint is listed twice.

    Why it fails: registration takes it, and Kubernetes refuses the pod.

    Fix: change one of the two, or keep one.
    """
    yield from found_by(context, "FI884")


@rule("FI885", "unknown-pod-resource", ERROR, Phase.RUN, covers=("QK-43",), reads=SPEC)
def unknown_pod_resource(context: Context) -> Iterator[Found]:
    """A container of a pod asks for a resource that there cannot be

    What: the name of a request or limit is neither `cpu`, `memory`, `ephemeral-storage` nor `hugepages-`
    with a size, and has no domain in front as a device has (`amd.com/gpu`). (The back end gives `gpu` the
    name that the installation's GPUs have.)

    Why it fails: registration takes it, and Kubernetes refuses the pod.

    Fix: correct the name.
    """
    yield from found_by(context, "FI885")


@rule("FI886", "pod-request-without-limit", ERROR, Phase.RUN, covers=("RT-56", "QK-22"), reads=SPEC)
def pod_request_without_limit(context: Context) -> Iterator[Found]:
    """A container of a pod requests something without a limit that must have one

    What: a device or huge pages are requested and have no limit; or a container that does not run the task
    requests CPU, memory, ephemeral storage or a GPU and has no limit for it.

    Why it fails: registration takes it. Devices need a limit. For the rest, the back end sets a limit of 0
    in containers that are not the task's own, and Kubernetes refuses a request that is above its limit. Only
    a pod template of the installation can give the limit, so it is a warning where the task names one, or
    the setting `default-pod-template` of `platform` says that there is one.

    Fix: set the limit.
    """
    yield from found_by(context, "FI886")


@rule("FI887", "unknown-pod-reference", ERROR, Phase.RUN, covers=("QK-43",), reads=SPEC)
def unknown_pod_reference(context: Context) -> Iterator[Found]:
    """A container refers to something that its pod does not have

    What: a claim of a container is not among the pod's `resourceClaims`.

    Why it fails: registration takes it, and Kubernetes refuses the pod.

    Fix: declare it in the pod, or correct the name.
    """
    yield from found_by(context, "FI887")


@rule(
    "FI888",
    "taken-mount-path",
    ERROR,
    Phase.RUN,
    covers=("QK-43",),
    reads=(
        "core.Container.data_config",
        "core.K8sPod.data_config",
        "core.DataLoadingConfig.enabled",
        "core.DataLoadingConfig.input_path",
        "core.DataLoadingConfig.output_path",
        "core.SharedMemory.mount_path",
        *SPEC,
    ),
)
def taken_mount_path(context: Context) -> Iterator[Found]:
    """Something is mounted where something else is mounted already

    What: the folder for a task's inputs and the one for its outputs (`/var/flyte/inputs` and
    `/var/flyte/outputs` unless the task says otherwise, and only if the platform moves the data and there
    are any), its shared memory, and the volumes that its container mounts are not all at different paths.

    Why it fails: registration takes it, and Kubernetes refuses a pod with two mounts at one path.

    Fix: choose another path.
    """
    for task in context.model.tasks:
        first: dict[str, _Mount] = {}
        for mount in _mounts(context, task):
            earlier = first.setdefault(mount.path, mount)
            if earlier is not mount and (mount.is_data or earlier.is_data):
                yield Found(
                    mount.place,
                    f"{mount.phrase} of {_phrase(task)} is at {quoted(mount.path)}, where "
                    f"{earlier.phrase} is too",
                    "choose another path",
                    related=((earlier.phrase, earlier.place),),
                )


@rule("FI889", "pod-that-never-ends", WARNING, Phase.RUN, covers=("QK-43",), reads=SPEC)
def pod_that_never_ends(context: Context) -> Iterator[Found]:
    """A pod is started again when it has done its work

    What: `restartPolicy` of the pod is `Always`. (For an init container that is how it keeps running beside
    the others, and is fine.)

    Why it fails: Kubernetes starts a container again that has ended, so the pod is never done, and the task
    runs until its timeout.

    Fix: leave it out, which means `Never`, or write `OnFailure`.
    """
    for part, root, _ in context.once(examined):
        if part.shape is Shape.POD and root.text("restartPolicy") == "Always":
            yield Found(
                part.place(root.at("restartPolicy")),
                f"the `restartPolicy` of {part.phrase} is `Always`, so that it is never done",
                "leave it out, or write `Never`",
            )


class _Mount(NamedTuple):
    """Something mounted into the container that runs a task; `is_data` if it is a folder for data."""

    path: str
    phrase: str
    place: Place
    is_data: bool


def _mounts(context: Context, task: TaskRecord) -> Iterator[_Mount]:
    """Yield what is mounted into the container that runs a task: the container's own volumes first."""
    pod = context.once(task_pods).get(id(task))
    for container in () if pod is None else pod.root.parts("containers"):
        if pod is not None and container.text("name") == pod.part.primary:
            for mount in container.parts("volumeMounts"):
                phrase, place = f"volume {quoted(mount.text('name'))}", pod.part.place(mount.at("mountPath"))
                yield _Mount(mount.text("mountPath"), phrase, place, False)
    template = task.template
    for path, config in (
        (ROOT.field("container", "data_config"), template.container.data_config),
        (ROOT.field("k8s_pod", "data_config"), template.k8s_pod.data_config),
    ):
        yield from _data_mounts(task, path, config)
    memory = template.extended_resources.shared_memory
    if memory.mount_path:
        place = task.field("extended_resources", "shared_memory", "mount_path")
        yield _Mount(memory.mount_path, "the shared memory", place, False)


def _data_mounts(task: TaskRecord, path: FieldPath, config: DataLoadingConfig) -> Iterator[_Mount]:
    if not config.enabled:
        return
    interface = task.template.interface
    if interface.inputs.variables:
        place = task.place(path.field("input_path"))
        yield _Mount(config.input_path or INPUTS, "the folder for inputs", place, True)
    if interface.outputs.variables:
        place = task.place(path.field("output_path"))
        yield _Mount(config.output_path or OUTPUTS, "the folder for outputs", place, True)


def _phrase(task: TaskRecord) -> str:
    return "the task" if task.id is None else entity(task.id)

"""Rules 870-879: tasks that no executor takes, or that it does not run as they seem to ask for.

Which executor runs a task hangs on its type. Types that nobody knows go to the one for containers, or to a
connector that an installation has; so nothing is said about them unless they look like misspelt ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import TaskRecord
from flowidl.findings import Phase
from flowidl.paths import ROOT, FieldPath
from flowidl.plugins.custom import TYPES
from flowidl.quantities import parse_quantity
from flowidl.rules.declaration import ERROR, INFO, WARNING, Found, rule
from flowidl.rules.kubernetes.amounts import GPU, POD_NAMES, Amount, amounts
from flowidl.rules.kubernetes.podspecs import CONTAINERS, PRIMARY, entries, plain, table, text
from flowidl.rules.phrases import listed, node_phrase, quoted
from flowidl.rules.tasks.jobs import task_phrase
from flowidl.rules.tasks.plugins import STRICT
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.entities import NodeRecord
    from flowidl.core.v1.tasks_pb2 import ExtendedResources, K8sPod, Resources, SharedMemory, TaskTemplate
    from flowidl.rules.context import Context
    from flowidl.rules.kubernetes.podspecs import Plain
    from flowidl.source.definitions import Place

#: Types that the back end's own executors run in pods, made from a container or a pod.
_IN_PODS = STRICT | frozenset(
    ("container", "container_array", "pod", "python-task", "raw-container", "sidecar")
)
#: Types that others run: services and connectors that are known by name.
_BY_OTHERS = frozenset(
    (
        "agent_service",
        "airflow",
        "batch_inference",
        "bigquery_query_job_task",
        "boto",
        "chatgpt",
        "databricks",
        "echo",
        "fast-task",
        "mmcloud_task",
        "nim",
        "openai-batch",
        "perian_task",
        "sagemaker-endpoint",
        "sensor",
        "slurm",
        "slurm_fn",
        "snowflake",
        "sql",
        "webapi",
    )
)
_KNOWN = _IN_PODS | TYPES | _BY_OTHERS
_SEPARATORS = dict.fromkeys(map(ord, "-_. "))
#: Names of so few letters are close to many.
_SHORT = 4
#: The first version of pod tasks that have their pod in the template, not in the custom part.
_PODS_IN_TEMPLATES = 2

_MAIN = "__main__"


@rule(
    "FI870",
    "task-without-target",
    ERROR,
    Phase.RUN,
    reads=("core.TaskTemplate.type", "core.TaskTemplate.container", "core.TaskTemplate.k8s_pod"),
)
def task_without_target(context: Context) -> Iterator[Found]:
    """A task of a type that runs in a pod has neither container nor pod

    What: the task's type is one that the back end's own executors run, and it has no container and no pod.
    Connectors and services may need none.

    Why it fails: registration takes it. When the task runs, no pod can be determined for it, and it fails
    after all its tries.

    Fix: give it a container, or correct its type.
    """
    for task in context.model.tasks:
        template = task.template
        if template.type in _IN_PODS and template.WhichOneof("target") in (None, "sql"):
            if template.type == "sidecar" and template.task_type_version < _PODS_IN_TEMPLATES:
                continue
            yield Found(
                task.place(),
                f"{task_phrase(task)} is of type {quoted(template.type)}, which runs in a pod, and has "
                "neither container nor pod",
                "give it a container or a pod, or correct its type",
            )


@rule("FI871", "misspelt-task-type", WARNING, Phase.RUN, reads=("core.TaskTemplate.type",))
def misspelt_task_type(context: Context) -> Iterator[Found]:
    """The type of a task is almost one that is known

    What: nobody is known to run the type, and it differs little from one that somebody does.

    Why it fails: the back end takes the type for one of a connector, or for a plain container, so that
    nothing of the plugin that was meant is there.

    Fix: correct the type. If it is one of your own connectors, suppress the finding.
    """
    for task in context.model.tasks:
        type = task.template.type
        meant = None if type in _KNOWN else _meant(type)
        if meant is not None:
            yield Found(
                task.field("type"),
                f"{task_phrase(task)} is of type {quoted(type)}, which nobody is known to run",
                f"did you mean {quoted(meant)}?",
            )


@rule(
    "FI872",
    "task-of-main-module",
    WARNING,
    Phase.RUN,
    reads=("core.TaskTemplate.id", "core.Container.args", "core.K8sPod.pod_spec"),
)
def task_of_main_module(context: Context) -> Iterator[Found]:
    """A task is to be found in `__main__`

    What: the task's name, or what its container is told, says that its code is in the module `__main__`, as
    it is when a file with tasks is run as a script.

    Why it fails: in the container another program is `__main__`, and the task is not found there.

    Fix: import the module with the tasks, and package it from outside: `flowidl package MODULE`.
    """
    for task in context.model.tasks:
        name = task.template.id.name
        words = [*task.template.container.command, *task.template.container.args]
        for container in entries(plain(task.template.k8s_pod.pod_spec), CONTAINERS):
            for field in ("command", "args"):
                given = container.fields.get(field)
                words += [text(word) for word in given] if isinstance(given, list) else []
        told = any(word == _MAIN or word.startswith((f"{_MAIN}.", f"{_MAIN}:")) for word in words)
        if told or (name.startswith(f"{_MAIN}.") and words and task.template.type != "raw-container"):
            yield Found(
                task.field("id", "name"),
                f"{task_phrase(task)} is to be found in the module `__main__`, which is another one in its "
                "container",
                "package it from a module that is imported, not from a script that is run",
            )


@rule(
    "FI873",
    "shared-memory-without-place",
    ERROR,
    Phase.RUN,
    reads=(
        "core.SharedMemory.mount_path",
        "core.SharedMemory.mount_name",
        "core.TaskNodeOverrides.extended_resources",
        "core.K8sPod.pod_spec",
    ),
)
def shared_memory_without_place(context: Context) -> Iterator[Found]:
    """Shared memory that cannot be mounted

    What: the shared memory of a task, or of a node's overrides, has no mount path or no name; or its path is
    one that the primary container mounts already, or its name one of the pod's volumes.

    Why it fails: registration takes it. When the task runs its pod cannot be made.

    Fix: give a path and a name of its own, `/dev/shm` and `flyte-shared-memory`, or take the other mount out.
    """
    for use in _shared_memories(context):
        for field, problem in _memory_problems(use):
            yield Found(
                use.place(field),
                f"the shared memory of {use.phrase} {problem}",
                "give it a path and a name of its own",
            )


@rule(
    "FI874",
    "accelerator-without-gpu",
    WARNING,
    Phase.RUN,
    reads=("core.ExtendedResources.gpu_accelerator", "core.GPUAccelerator.device"),
)
def accelerator_without_gpu(context: Context) -> Iterator[Found]:
    """An accelerator is chosen and none is asked for

    What: a task, or the overrides of a node, name the kind of an accelerator, and neither of them requests a
    GPU or another device. Or the accelerator has no name of a device.

    Why it fails: the back end chooses a machine by the accelerator only for pods that ask for a device. It
    leaves the choice out without a word.

    Fix: request a GPU.
    """
    given = {
        id(node.target)
        for node in context.model.overridden
        if node.message is not None and _has_device(node.message.task_node.overrides.resources)
    }
    for phrase, resources, task, place in _accelerated(context):
        device = resources.gpu_accelerator.device
        if not device:
            yield Found(
                place.field("device"),
                f"the accelerator of {phrase} names no device",
                "name the device, for example `nvidia-tesla-t4`",
            )
        elif task is not None and id(task) not in given and not _asks_for_device(task.template):
            yield Found(
                place,
                f"{phrase} chooses the accelerator {quoted(device)} and requests no GPU, so the choice "
                "has no effect",
                "request a GPU",
            )


@rule(
    "FI875",
    "invalid-sidecar",
    ERROR,
    Phase.RUN,
    reads=("core.TaskTemplate.custom", "core.TaskTemplate.task_type_version", "core.TaskTemplate.config"),
)
def invalid_sidecar(context: Context) -> Iterator[Found]:
    """A pod task of an older form lacks what its version wants

    What: a task of type `sidecar` has version 0 and no `podSpec` in its custom part, or does not name one of
    its containers in `primaryContainerName`, or has labels or annotations that are no texts; or it has
    version 1, whose custom part is the pod spec, and its config does not name one of the containers in
    `primary_container_name`. From version 2 on the pod is in `k8s_pod`.

    Why it fails: when the task runs, it is refused as a bad task specification.

    Fix: correct it, or write the pod into `k8s_pod` and set version 2.
    """
    for task in context.model.tasks:
        template = task.template
        if template.type == "sidecar" and template.task_type_version in (0, 1):
            problem = _sidecar_problem(template)
            if problem:
                yield Found(
                    task.field("custom"),
                    f"{task_phrase(task)} is of type `sidecar` and version {template.task_type_version}, and "
                    f"{problem}",
                    "write the pod into `k8s_pod` and set `task_type_version` to 2",
                )


@rule(
    "FI878",
    "cached-without-outputs",
    INFO,
    Phase.RUN,
    reads=("core.TaskMetadata.discoverable", "core.NodeMetadata.cacheable", "core.TypedInterface.outputs"),
)
def cached_without_outputs(context: Context) -> Iterator[Found]:
    """A task is cached and has no outputs

    What: the task's metadata says `discoverable`, or that of a node `cacheable`, and the task has no outputs.

    Why it fails: a result without outputs is never written to the cache, so that the task runs each time,
    though a local run may find it in its cache.

    Fix: do not cache it, or give it an output.
    """
    for task in context.model.tasks:
        if task.template.metadata.discoverable and not task.template.interface.outputs.variables:
            yield Found(
                task.field("metadata", "discoverable"),
                f"{task_phrase(task)} is cached and has no outputs, so it runs each time",
                "do not cache it, or give it an output",
            )
    for node in context.model.cached:
        target = node.target
        if not isinstance(target, TaskRecord) or target.template.metadata.discoverable:
            continue
        if not target.template.interface.outputs.variables:
            yield Found(
                node.field("metadata", "cacheable"),
                f"{node_phrase(node)} is cached and has no outputs, so it runs each time",
                "do not cache it, or give its task an output",
            )


@rule(
    "FI879",
    "override-above-limit",
    WARNING,
    Phase.RUN,
    reads=("core.TaskNodeOverrides.resources", "core.Container.resources", "core.K8sPod.pod_spec"),
)
def override_above_limit(context: Context) -> Iterator[Found]:
    """A node asks for more than its task's limit

    What: the overrides of a node request more of a resource than the task's limit, and do not raise
    the limit.

    Why it fails: the limit stays, and the request is lowered to it without a word.

    Fix: raise the limit in the overrides, too.
    """
    for node in context.model.overridden:
        if node.message is None or not isinstance(node.target, TaskRecord):
            continue
        override = [
            *amounts(
                node.message.task_node.overrides.resources, ROOT.field("task_node", "overrides", "resources")
            )
        ]
        raised = {amount.kind for amount in override if amount.side == "limits"}
        limits = {amount.kind: amount for amount in _limits(node.target.template)}
        for amount in override:
            limit = limits.get(amount.kind)
            if amount.side == "requests" and amount.kind not in raised and _exceeds(amount, limit):
                assert limit is not None
                yield Found(
                    node.place(amount.path),
                    f"{node_phrase(node)} requests {quoted(amount.text)} {amount.name}, and the limit of "
                    f"{task_phrase(node.target)} stays at {quoted(limit.text)}",
                    "raise the limit in the overrides, too",
                )


def _meant(type: str) -> str | None:
    """Return the known type that differs in letter case and separators, or by a letter, not a version."""
    plain_type = _plain(type)
    known = {_plain(name): name for name in sorted(_KNOWN)}
    if plain_type in known:
        return known[plain_type]
    close = (name for name in known if len(name) > _SHORT and _one_edit(plain_type, name))
    return next((known[name] for name in close), None)


def _plain(type: str) -> str:
    return type.casefold().translate(_SEPARATORS)


def _one_edit(given: str, known: str) -> bool:
    """Tell whether a letter was left out, put in, replaced, or changed places with the next."""
    start = 0
    while start < min(len(given), len(known)) and given[start] == known[start]:
        start += 1
    rest, other = given[start:], known[start:]
    if rest[2:] == other[2:] and rest[:2] == other[1::-1] and len(rest) > 1:
        return True
    edited = (rest[1:], other), (rest, other[1:]), (rest[1:], other[1:])
    return any(left == right for left, right in edited) and not rest[:1].isdigit()


class _Memory(NamedTuple):
    """Shared memory of a task or of a node's overrides, and the pod that it is mounted in."""

    phrase: str
    record: TaskRecord | NodeRecord
    path: FieldPath
    memory: SharedMemory
    pod: K8sPod | None
    primary: str

    def place(self, field: str) -> Place:
        """Return the place of a field of the shared memory."""
        return self.record.place(self.path.field("extended_resources", "shared_memory", field))


def _shared_memories(context: Context) -> Iterator[_Memory]:
    for task in context.model.tasks:
        template = task.template
        if template.extended_resources.HasField("shared_memory"):
            pod, primary = _pod_of(template)
            memory = template.extended_resources.shared_memory
            yield _Memory(task_phrase(task), task, ROOT, memory, pod, primary)
    for node in context.model.overridden:
        overrides = node.message.task_node.overrides if node.message is not None else None
        if overrides is None or not overrides.extended_resources.HasField("shared_memory"):
            continue
        pod, primary = _pod_of(node.target.template) if isinstance(node.target, TaskRecord) else (None, "")
        if overrides.HasField("pod_template"):
            pod, primary = overrides.pod_template, overrides.pod_template.primary_container_name
        memory = overrides.extended_resources.shared_memory
        yield _Memory(node_phrase(node), node, ROOT.field("task_node", "overrides"), memory, pod, primary)


def _memory_problems(use: _Memory) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with shared memory, each with the field that it is about."""
    path, name = use.memory.mount_path, use.memory.mount_name
    if not path:
        yield "mount_path", "has no mount path"
    if not name:
        yield "mount_name", "has no name"
    spec: dict[str, Plain] = plain(use.pod.pod_spec) if use.pod is not None else {}
    if name and any(volume.name == name for volume in entries(spec, "volumes")):
        yield "mount_name", f"is called {quoted(name)}, and so is a volume of its pod"
    for container in entries(spec, CONTAINERS):
        if container.name == use.primary:
            mounts = entries(container.fields, "volumeMounts")
            if path and any(text(mount.fields.get("mountPath")) == path for mount in mounts):
                yield "mount_path", f"is at {quoted(path)}, where the primary container mounts another volume"


def _pod_of(template: TaskTemplate) -> tuple[K8sPod | None, str]:
    """Return the pod of a task and the name of its primary container."""
    if not template.HasField("k8s_pod"):
        return None, ""
    config = template.config
    return template.k8s_pod, config[PRIMARY] if PRIMARY in config else ""  # noqa: SIM401 - a map field


def _accelerated(context: Context) -> Iterator[tuple[str, ExtendedResources, TaskRecord | None, Place]]:
    """Yield the accelerators: of what, the resources, the task that runs on it, and the place."""
    names = ("extended_resources", "gpu_accelerator")
    for task in context.model.tasks:
        if task.template.extended_resources.HasField("gpu_accelerator"):
            yield task_phrase(task), task.template.extended_resources, task, task.field(*names)
    for node in context.model.overridden:
        resources = None if node.message is None else node.message.task_node.overrides.extended_resources
        if resources is not None and resources.HasField("gpu_accelerator"):
            target = node.target if isinstance(node.target, TaskRecord) else None
            yield node_phrase(node), resources, target, node.field("task_node", "overrides", *names)


def _asks_for_device(template: TaskTemplate) -> bool:
    """Tell whether a task asks for a GPU or another device, or may do so where it cannot be seen."""
    if template.type in STRICT or template.metadata.pod_template_name:
        return True
    if _has_device(template.container.resources):
        return True
    for container in entries(plain(template.k8s_pod.pod_spec), CONTAINERS):
        resources = table(container.fields.get("resources"))
        names = {name for side in ("limits", "requests") for name in table(resources.get(side))}
        if names - {"cpu", "memory", "ephemeral-storage", "storage"}:
            return True
    return False


def _has_device(resources: Resources) -> bool:
    return any(amount.kind == GPU for amount in amounts(resources, ROOT))


def _limits(template: TaskTemplate) -> Iterator[Amount]:
    """Yield the limits of a task's container, or of the primary container of its pod."""
    yield from (a for a in amounts(template.container.resources, ROOT) if a.side == "limits")
    pod, primary = _pod_of(template)
    for container in entries({} if pod is None else plain(pod.pod_spec), CONTAINERS):
        if container.name == primary:
            limits = table(table(container.fields.get("resources")).get("limits"))
            for name, value in limits.items():
                kind, words = POD_NAMES.get(name, 0), str(value)
                if kind:
                    yield Amount(kind, name, "limits", words, parse_quantity(words), ROOT)


def _exceeds(request: Amount, limit: Amount | None) -> bool:
    if limit is None or limit.quantity is None or request.quantity is None:
        return False
    return request.quantity.nanos > limit.quantity.nanos


def _sidecar_problem(template: TaskTemplate) -> str:
    """Say what a pod task of an older form lacks, or nothing. What the pod spec says is for other rules."""
    if not template.custom.fields and not template.HasField("k8s_pod"):
        return ""  # FI652
    if not template.custom.fields:
        return "has a pod in `k8s_pod`, which this version does not look at"
    custom = {name.casefold(): value for name, value in plain(template.custom).items()}
    config = template.config
    primary: Plain = config[PRIMARY] if PRIMARY in config else ""  # noqa: SIM401 - a map field
    spec = plain(template.custom)
    if template.task_type_version == 1 and not primary and not template.HasField("k8s_pod"):
        return ""  # FI652
    if template.task_type_version == 0:
        spec, primary = table(custom.get("podspec")), custom.get("primarycontainername", "")
        if "podspec" not in custom:
            return "has no `podSpec` in its custom part"
        for field in ("labels", "annotations"):
            if any(not isinstance(value, str) for value in table(custom.get(field)).values()):
                return f"has {field} that are no texts"
    names = [entry.name for entry in entries(spec, CONTAINERS)]
    if primary in names:
        return ""
    known = f"its containers are {listed(names)}" if names else "it has no containers"
    return f"names {quoted(text(primary))} as its primary container, and {known}"

"""Rules 840-849: what a custom part says about pods: their containers, resources, names and variables.

Pod specs inside custom parts are pod specs: `custom_pods` hands them to the rules for those. Here is what the
plugins make of them. They merge a pod into that of the task, container by container with the same name, and
drop the other containers; Spark then takes only some parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowidl.compiler.entities import TaskRecord
from flowidl.findings import Phase
from flowidl.kubernetes.names import value_problem
from flowidl.paths import ROOT
from flowidl.rules.declaration import ERROR, INFO, WARNING, Found, rule
from flowidl.rules.kubernetes.amounts import GPU, amounts, is_fraction, is_negative
from flowidl.rules.kubernetes.podspecs import (
    CONTAINERS,
    INIT_CONTAINERS,
    PRIMARY,
    entries,
    plain,
    pods,
    written,
)
from flowidl.rules.kubernetes.quantity_help import quantity_help
from flowidl.rules.phrases import listed, quoted
from flowidl.rules.tasks.jobs import Job, jobs
from flowidl.rules.tasks.plugins import STRICT
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.core.v1.tasks_pb2 import K8sPod, Resources
    from flowidl.plugins.custom import Steps
    from flowidl.rules.context import Context
    from flowidl.rules.kubernetes.podspecs import Plain
    from flowidl.source.definitions import Place

_READS = ("core.TaskTemplate.type", "core.TaskTemplate.custom", "core.K8sPod.pod_spec")

#: Parts of a pod that reach the driver and the executors of Spark, and parts that the plugin sets by itself.
_SPARK_TAKES = frozenset(
    (
        "affinity",
        "containers",
        "dnsConfig",
        "hostNetwork",
        "nodeSelector",
        "restartPolicy",
        "schedulerName",
        "securityContext",
        "serviceAccountName",
        "tolerations",
    )
)
_SPARK_TAKES_OF_CONTAINERS = frozenset(("args", "command", "env", "image", "name"))
#: Parts whose loss changes what runs.
_HEAVY = frozenset(("containers", "envFrom", "initContainers", "volumeDevices", "volumeMounts", "volumes"))

_RAY_HEAD, _RAY_WORKER = "ray-head", "ray-worker"


class CustomPod(NamedTuple):
    """A pod in a custom part, or the pod of a Spark task itself: its message, its steps, and its role.

    `primary` is the name of the container that the role's own program runs in, where it is known.
    """

    job: Job
    role: str
    message: K8sPod
    steps: Steps
    primary: str

    @property
    def phrase(self) -> str:
        """What messages call the pod."""
        return f"the pod of the {self.role} of {self.job.phrase}"

    @property
    def spec(self) -> dict[str, Plain]:
        """The pod spec as plain data."""
        return plain(self.message.pod_spec)

    def place(self, steps: Steps = ()) -> Place:
        """Return the place of a part of the pod spec."""
        return self.job.at((*self.steps, *steps))


def custom_pods(context: Context) -> tuple[CustomPod, ...]:
    """Return every pod spec in custom parts. Ask for it by `context.once`."""
    return tuple(pod for job in context.once(jobs) for pod in _pods(job) if pod.message.HasField("pod_spec"))


def _pods(job: Job) -> Iterator[CustomPod]:
    message, steps = job.custom.message, job.custom.steps
    if job.type == "spark":
        for role in ("driver", "executor"):
            pod = getattr(message, f"{role}Pod")
            primary = pod.primary_container_name or _primary_of_task(job)
            yield CustomPod(job, role, pod, steps(f"{role}Pod", "podSpec"), primary)
    elif job.type == "ray":
        head = message.ray_cluster.head_group_spec.k8s_pod
        names = ("rayCluster", "headGroupSpec", "k8sPod", "podSpec")
        yield CustomPod(job, "head", head, steps(*names), _RAY_HEAD)
        for position, group in enumerate(message.ray_cluster.worker_group_spec):
            path = ("rayCluster", "workerGroupSpec", position, "k8sPod", "podSpec")
            role = f"worker group {quoted(group.group_name)}"
            yield CustomPod(job, role, group.k8s_pod, steps(*path), _RAY_WORKER)


@rule("FI840", "spark-container-not-defined", ERROR, Phase.RUN, reads=_READS)
def spark_container_not_defined(context: Context) -> Iterator[Found]:
    """The pod of a Spark driver or executor names a primary container that there is not

    What: `driverPod` or `executorPod` has a `primaryContainerName`, and the task's own pod has no container
    of that name. A task with a container, not a pod, has none of a name that could be known.

    Why it fails: the plugin merges the pod into that of the task, and only containers that both have survive.
    When the task runs, it is refused because the container is not defined.

    Fix: make the task a pod with a container of that name, or leave the name out.
    """
    for job in context.once(jobs):
        for role in ("driver", "executor") if job.type == "spark" and job.custom.readable else ():
            name = getattr(job.custom.message, f"{role}Pod").primary_container_name
            known = _containers_of_task(job.task, CONTAINERS)
            if name and name not in known:
                yield Found(
                    job.place(f"{role}Pod", "primaryContainerName"),
                    f"the pod of the {role} of {job.phrase} runs in container {quoted(name)}, which the "
                    "task's own pod does not have",
                    f"its containers are {listed(known)}" if known else "leave `primaryContainerName` out",
                )


@rule("FI841", "invalid-custom-quantity", ERROR, Phase.RUN, reads=_READS)
def invalid_custom_quantity(context: Context) -> Iterator[Found]:
    """A resource in a custom part has an amount that it cannot have

    What: a request or limit of workers, of a master or launcher, or of a Dask scheduler is no quantity, is
    negative, or asks for a part of a GPU. Groups that a TensorFlow job has none of do not count.

    Why it fails: when the task runs, the plugin refuses what is no quantity. The rest is handed on, and
    Kubernetes refuses the pods.

    Fix: correct the amount.
    """
    for job in context.once(jobs):
        for names, resources in _resources(job):
            for amount in amounts(resources, ROOT):
                reason = "is no quantity" if amount.quantity is None else ""
                if not reason and is_negative(amount):
                    reason = "is negative"
                if not reason and amount.kind == GPU and is_fraction(amount):
                    reason = "is no whole number"
                if reason:
                    yield Found(
                        job.place(*names, amount.side, amount.position, "value"),
                        f"the {amount.word} in {quoted(written(names))} of {job.phrase} is "
                        f"{quoted(amount.text)}, which {reason}",
                        quantity_help(amount.text) if amount.quantity is None else "correct the amount",
                        severity=None if amount.quantity is None else WARNING,
                    )


@rule("FI842", "dropped-autoscaler-resources", WARNING, Phase.RUN, reads=_READS)
def dropped_autoscaler_resources(context: Context) -> Iterator[Found]:
    """Resources of a Ray autoscaler that cannot be read

    What: a request or limit in `autoscalerOptions` is no quantity.

    Why it fails: the plugin drops all resources of the autoscaler without a word.

    Fix: correct the amount.
    """
    for job in context.once(jobs):
        if job.type != "ray":
            continue
        names = ("rayCluster", "autoscalerOptions", "resources")
        for amount in amounts(job.custom.message.ray_cluster.autoscaler_options.resources, ROOT):
            if amount.quantity is None:
                yield Found(
                    job.place(*names, amount.side, amount.position, "value"),
                    f"the {amount.word} of the autoscaler of {job.phrase} is {quoted(amount.text)}, which is "
                    "no quantity, so all its resources are dropped",
                    quantity_help(amount.text),
                )


@rule("FI843", "invalid-ray-group", WARNING, Phase.RUN, reads=_READS)
def invalid_ray_group(context: Context) -> Iterator[Found]:
    """A Ray worker group has a name that it cannot have

    What: two groups have one name, or a name is no value of a label, or holds an underscore, which cannot
    stand in the name of a pod. Capitals and dots are taken.

    Why it fails: nothing checks the name before the operator uses it. Pods of groups with one name are made
    and deleted for ever, and pods of the others are refused again and again.

    Fix: give each group a name of small letters, digits and `-`.
    """
    for job in context.once(jobs):
        seen: dict[str, int] = {}
        for position, group in enumerate(_worker_groups(job)):
            name = group.group_name
            first = seen.setdefault(name, position)
            problem = value_problem(name)
            if first != position:
                problem = "another group has it, too"
            elif not problem and "_" in name:
                problem = "an underscore cannot stand in the name of a pod"
            if problem:
                path = ("rayCluster", "workerGroupSpec", position)
                named = job.custom.message.ray_cluster.worker_group_spec[position].group_name != ""
                yield Found(
                    job.place(*path, "groupName") if named else job.place(*path),
                    f"a worker group of {job.phrase} is called {quoted(name)}: {problem}",
                    "give each group a name of small letters, digits and `-`",
                )


@rule("FI844", "lost-by-spark", WARNING, Phase.RUN, reads=_READS)
def lost_by_spark(context: Context) -> Iterator[Found]:
    """Parts of a pod that Spark does not get

    What: the pod of a task of type `spark`, or the pod of its driver or executors, has volumes, mounts, init
    containers, further containers, resources, or other parts that Spark's operator is not handed. What it
    gets are variables, image, arguments, labels, tolerations, affinity, node selector, security context, DNS,
    scheduler and host network.

    Why it fails: the plugin copies those and leaves out the rest without a word. Where only resources and
    the like are lost, this is a note: cores and memory are Spark's own settings.

    Fix: say it by settings of Spark, `spark.kubernetes.driver.volumes...`, `spark.executor.cores`, or by a
    pod template file of Spark's.
    """
    for job in context.once(jobs):
        if job.type != "spark":
            continue
        for words, spec, primary, place in _spark_pods(job):
            lost = _lost(spec, primary)
            if lost:
                heavy = any(name in _HEAVY for name in lost)
                yield Found(
                    place,
                    f"{words} has {listed(lost)}, which {'do' if len(lost) > 1 else 'does'} not reach Spark",
                    "say it by settings of Spark, in `sparkConf`",
                    severity=None if heavy else INFO,
                )


@rule("FI845", "dropped-ray-container", WARNING, Phase.RUN, reads=_READS)
def dropped_ray_container(context: Context) -> Iterator[Found]:
    """A container in the pod of a Ray group that is dropped

    What: the pod of the head has a container that is not called `ray-head`, or the pod of a worker group one
    that is not called `ray-worker`, and the task's own pod has no further container of that name; or it has
    an init container that the task's own pod does not have.

    Why it fails: the plugin merges containers by their names into those of the task, which it renames, and
    drops the others without a word, with their resources and mounts.

    Fix: call the container `ray-head` or `ray-worker`.
    """
    for pod in context.once(custom_pods):
        if pod.job.type != "ray":
            continue
        spec = pod.spec
        for kind in (CONTAINERS, INIT_CONTAINERS):
            known = {*_containers_of_task(pod.job.task, kind)} - {_primary_of_task(pod.job)}
            known |= {pod.primary} if kind == CONTAINERS else set()
            for entry in entries(spec, kind):
                if entry.name not in known:
                    what = "container" if kind == CONTAINERS else "init container"
                    yield Found(
                        pod.place((*entry.steps, "name") if entry.name else entry.steps),
                        f"{what} {quoted(entry.name)} of {pod.phrase} is dropped, because the task's own pod "
                        "has none of that name",
                        f"call it `{pod.primary}`"
                        if kind == CONTAINERS
                        else "put it into the pod of the task",
                    )


@rule(
    "FI846",
    "variable-twice-in-job",
    WARNING,
    Phase.RUN,
    reads=(*_READS, "core.Container.env", "core.KeyValuePair.key"),
)
def variable_twice_in_job(context: Context) -> Iterator[Found]:
    """A variable stands twice in the environment of a job that is a custom resource

    What: a container of a task of type `ray`, `spark`, `dask`, `pytorch`, `tensorflow` or `mpi` has two
    environment variables of one name.

    Why it fails: in a pod the last one counts. These jobs are custom resources, whose schemas tell entries by
    their name, so that the whole is refused as a duplicate; whether yours does hangs on its operator's
    version.

    Fix: keep one of the two.
    """
    for words, variables in _environments(context):
        seen: dict[str, Place] = {}
        for name, place in variables:
            first = seen.setdefault(name, place)
            if first is not place:
                yield Found(
                    place,
                    f"the variable {quoted(name)} stands twice in the environment of {words}, whose job is "
                    "a custom resource",
                    "keep one of the two",
                    related=(("the other entry", first),),
                )


def _environments(context: Context) -> Iterator[tuple[str, list[tuple[str, Place]]]]:
    """Yield the variables of every container of jobs that are custom resources."""
    for job in context.once(jobs):
        if job.type in STRICT:
            env = job.task.template.container.env
            places = [
                job.task.field("container", "env").item(position).field("key") for position in range(len(env))
            ]
            yield job.phrase, [(pair.key, place) for pair, place in zip(env, places, strict=True)]
        if job.type == "ray":
            path = ("rayCluster", "autoscalerOptions", "env")
            env = job.custom.message.ray_cluster.autoscaler_options.env
            named = [(pair.key, job.place(*path, position)) for position, pair in enumerate(env)]
            yield f"the autoscaler of {job.phrase}", named
    for pod in context.once(pods):
        if isinstance(pod.record, TaskRecord) and pod.record.template.type in STRICT:
            for container in pod.containers():
                variables = entries(container.fields, "env", container.steps)
                yield pod.phrase, [(each.name, pod.place((*each.steps, "name"))) for each in variables]
    for part in context.once(custom_pods):
        for kind in (CONTAINERS, INIT_CONTAINERS):
            for container in entries(part.spec, kind):
                variables = entries(container.fields, "env", container.steps)
                yield part.phrase, [(each.name, part.place((*each.steps, "name"))) for each in variables]


def _worker_groups(job: Job) -> Any:
    return job.custom.message.ray_cluster.worker_group_spec if job.type == "ray" else ()


def _primary_of_task(job: Job) -> str:
    """Return the name of the container that runs a task which is a pod, or an empty text."""
    config = job.task.template.config
    return config[PRIMARY] if PRIMARY in config else ""  # noqa: SIM401 - a protobuf map has no typed `get`


def _containers_of_task(task: TaskRecord, kind: str) -> list[str]:
    """Return the names of the containers of a task that is a pod, in order."""
    return [entry.name for entry in entries(plain(task.template.k8s_pod.pod_spec), kind)]


def _resources(job: Job) -> Iterator[tuple[tuple[str, ...], Resources]]:
    """Yield the resources that the plugin reads, with the names of the fields to them."""
    message = job.custom.message
    if job.type == "dask":
        for part in ("scheduler", "workers"):
            yield (part, "resources"), getattr(message, part).resources
    for field in message.DESCRIPTOR.fields:
        kind = field.message_type
        if kind is None or "common" not in kind.fields_by_name or job.type not in STRICT:
            continue
        spec = getattr(message, field.name)
        path = ("common",) if spec.HasField("common") else ()
        part = spec.common if path else spec
        if job.type != "tensorflow" or field.name == "worker_replicas" or part.replicas > 0:
            yield (field.json_name, *path, "resources"), part.resources


def _spark_pods(job: Job) -> Iterator[tuple[str, dict[str, Plain], str, Place]]:
    """Yield the pods that a Spark job is made of: in words, the spec, the primary container, the place."""
    template, primary = job.task.template, _primary_of_task(job)
    if template.k8s_pod.HasField("pod_spec"):
        yield f"the pod of {job.phrase}", plain(template.k8s_pod.pod_spec), primary, job.task.field("k8s_pod")
    for role in ("driver", "executor"):
        pod = getattr(job.custom.message, f"{role}Pod")
        if pod.HasField("pod_spec"):
            words = f"the pod of the {role} of {job.phrase}"
            name = pod.primary_container_name or primary
            yield words, plain(pod.pod_spec), name, job.place(f"{role}Pod", "podSpec")


def _lost(spec: dict[str, Plain], primary: str) -> list[str]:
    """Return the fields of a pod, and of its primary container, that Spark does not get."""
    lost = [name for name in sorted(spec) if name not in _SPARK_TAKES and spec[name] not in ([], {}, "")]
    containers = [*entries(spec, CONTAINERS)]
    if any(entry.name != primary for entry in containers):
        lost.append(CONTAINERS)
    for entry in containers:
        if entry.name == primary:
            taken = _SPARK_TAKES_OF_CONTAINERS
            lost += [
                n for n in sorted(entry.fields) if n not in taken and entry.fields[n] not in ([], {}, "")
            ]
    return lost

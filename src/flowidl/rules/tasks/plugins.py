"""Rules 830-839: custom parts that their plugin refuses, or does not read as they seem to mean.

`flowidl.plugins.custom` decodes them as the back end does. Registration does not look at custom parts: all of
this comes to light when the plugin makes what shall run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flowidl.findings import Phase
from flowidl.plugins.custom import TYPES, Misfit, decode_as, message_type, versions
from flowidl.rules.declaration import ERROR, WARNING, Found, rule
from flowidl.rules.kubernetes.podspecs import written
from flowidl.rules.phrases import Hints, listed, or_else, quoted
from flowidl.rules.tasks.jobs import jobs, task_phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowidl.plugins.custom import Problem
    from flowidl.rules.context import Context
    from flowidl.rules.tasks.jobs import Job

_READS = ("core.TaskTemplate.type", "core.TaskTemplate.task_type_version", "core.TaskTemplate.custom")

#: Plugins that the reference was seen to refuse by; of the others it is not certain that they read strictly.
STRICT = frozenset(("dask", "mpi", "pytorch", "ray", "spark", "tensorflow"))
#: The others whose custom part can be decoded.
_OPTIONAL = TYPES - STRICT

_WHOLE_SETTINGS = ("spark.driver.cores", "spark.executor.cores", "spark.executor.instances")
_SIZE_SETTINGS = (
    "spark.driver.memory",
    "spark.driver.memoryOverhead",
    "spark.executor.memory",
    "spark.executor.memoryOverhead",
    "spark.executor.pyspark.memory",
)
_WHOLE = re.compile(r"\+?0*[1-9][0-9]{0,9}")
_SIZE = re.compile(r"[0-9]+(?:b|k|kb|m|mb|g|gb|t|tb|p|pb)?")
_BINARY_UNIT = re.compile(r"([0-9]+)([kmgtp])ib?", re.IGNORECASE)


@rule("FI830", "plugin-without-custom", ERROR, Phase.RUN, reads=_READS)
def plugin_without_custom(context: Context) -> Iterator[Found]:
    """A task says nothing to its plugin

    What: a task of type `spark`, `ray`, `dask`, `pytorch`, `tensorflow` or `mpi` has no custom part at all.

    Why it fails: when the task runs, the plugin refuses it as a bad task specification, without a try of the
    task's own. An empty custom part is another matter: some plugins take it.

    Fix: describe the job in the custom part, or make it a task of a plain type.
    """
    for job in context.once(jobs):
        if job.type in STRICT and not job.task.template.HasField("custom"):
            yield Found(
                job.task.field("custom"),
                f"{job.phrase} is of type {quoted(job.type)} and has no custom part, which its plugin needs",
                "describe the job in `custom`",
            )


@rule("FI831", "unknown-custom-field", WARNING, Phase.RUN, reads=_READS)
def unknown_custom_field(context: Context) -> Iterator[Found]:
    """A custom part has a field that its plugin does not know

    What: the plugin's message has no such field, neither by its JSON name nor by its name in the schema; a
    misspelt name, or a field of the form that belongs to another task type version.

    Why it fails: the back end drops the field without a word, so that what it says has no effect.

    Fix: correct the name.
    """
    hints = Hints()
    for job in context.once(jobs):
        for problem in job.custom.problems:
            if problem.misfit is Misfit.UNKNOWN:
                name = str(problem.steps[-1])
                yield Found(
                    job.at(problem.steps),
                    f"the custom part of {job.phrase} has {quoted(written(problem.steps))}, which its plugin "
                    "does not know and drops",
                    or_else(_other_form(job), hints.did_you_mean(name, problem.known)),
                )


@rule("FI832", "ill-typed-custom-field", ERROR, Phase.RUN, reads=_READS)
def ill_typed_custom_field(context: Context) -> Iterator[Found]:
    """A field of a custom part has a value that it cannot have

    What: the plugin's message has the field with another type: a text for a number, a list for an object, a
    fraction, a number of more than 32 bits, a word that no enumeration has. A whole number may be given as
    text, and null is the same as nothing.

    Why it fails: when the task runs, the plugin refuses it as a bad task specification. For `hive`, `presto`
    and arrays, which not every installation runs, it is a warning.

    Fix: give a value of the type.
    """
    for job in context.once(jobs):
        for problem in job.custom.problems:
            if problem.misfit is Misfit.TYPE:
                yield Found(
                    job.at(problem.steps),
                    f"{quoted(written(problem.steps))} in the custom part of {job.phrase} must be "
                    f"{problem.expected}, and is {problem.given}",
                    or_else(_other_form(job), _values(problem)),
                    severity=WARNING if job.type in _OPTIONAL else None,
                )


@rule("FI833", "unknown-plugin-version", ERROR, Phase.RUN, reads=_READS)
def unknown_plugin_version(context: Context) -> Iterator[Found]:
    """A task type version that the plugin does not know

    What: a task of type `pytorch`, `tensorflow` or `mpi` has another version than 0 and 1, each of which has
    a form of the custom part of its own. Other plugins do not look at the version.

    Why it fails: when the task runs, the plugin refuses it, because the version is not supported.

    Fix: set `task_type_version` to the one whose form the custom part has.
    """
    for task in context.model.tasks:
        template = task.template
        known = versions(template.type)
        if known and template.task_type_version not in known:
            yield Found(
                task.field("task_type_version"),
                f"{task_phrase(task)} is of type {quoted(template.type)} and version "
                f"{template.task_type_version}, and the plugin knows {listed(map(str, known))}",
                "set the version whose form the custom part has",
            )


@rule("FI834", "no-workers", ERROR, Phase.RUN, reads=_READS)
def no_workers(context: Context) -> Iterator[Found]:
    """A distributed job without workers

    What: a task of type `tensorflow` or `mpi` has no workers, or less than none. In version 1, `common` alone
    counts where it is given. A PyTorch job has its master, and may do without.

    Why it fails: when the task runs, the plugin refuses it, because the number of workers must be greater
    than zero.

    Fix: ask for at least one worker. If there are some, see whether the custom part has the form of the task
    type version.
    """
    for job in context.once(jobs):
        if job.type in ("mpi", "tensorflow") and _is_read(job):
            number, *names = _workers(job)
            if number <= 0:
                place = job.place(*names) if _present(job, names) else job.task.field("custom")
                yield Found(
                    place,
                    f"{job.phrase} is of type {quoted(job.type)} and has {number or 'no'} workers, and its "
                    "plugin wants at least one",
                    or_else(_other_form(job), "ask for at least one worker"),
                )


@rule("FI835", "spark-without-application", ERROR, Phase.RUN, reads=_READS)
def spark_without_application(context: Context) -> Iterator[Found]:
    """A Spark task without an application

    What: the custom part of a task of type `spark` has neither `mainApplicationFile` nor `mainClass`.

    Why it fails: when the task runs, the plugin refuses it as a bad task specification.

    Fix: give the file or the class. SDKs give the file of their own entry point.
    """
    for job in context.once(jobs):
        message = job.custom.message
        if job.type == "spark" and _is_read(job) and not (message.mainApplicationFile or message.mainClass):
            yield Found(
                job.task.field("custom"),
                f"{job.phrase} is of type `spark` and has neither a main application file nor a main class",
                "set `mainApplicationFile`",
            )


@rule("FI836", "ray-without-cluster", ERROR, Phase.RUN, reads=_READS)
def ray_without_cluster(context: Context) -> Iterator[Found]:
    """A Ray task without a cluster

    What: the custom part of a task of type `ray` has no `rayCluster`. An empty one will do.

    Why it fails: when the task runs, the plugin crashes on it, again and again.

    Fix: describe the cluster.
    """
    for job in context.once(jobs):
        if job.type == "ray" and _is_read(job) and not job.custom.message.HasField("ray_cluster"):
            yield Found(
                job.task.field("custom"),
                f"{job.phrase} is of type `ray` and describes no cluster",
                "set `rayCluster`",
            )


@rule("FI837", "invalid-ray-environment", ERROR, Phase.RUN, reads=_READS)
def invalid_ray_environment(context: Context) -> Iterator[Found]:
    """The environment of a Ray job cannot be read

    What: `runtimeEnv` is no JSON object in base64. It counts only where `runtimeEnvYaml`, the newer form, is
    empty.

    Why it fails: when the task runs, the plugin refuses it.

    Fix: give the environment as YAML in `runtimeEnvYaml`.
    """
    for job in context.once(jobs):
        message = job.custom.message
        if job.type == "ray" and _is_read(job) and message.runtime_env and not message.runtime_env_yaml:
            reason = _environment_problem(message.runtime_env)
            if reason:
                yield Found(
                    job.place("runtimeEnv"),
                    f"the runtime environment of {job.phrase} {reason}",
                    "give it as YAML in `runtimeEnvYaml`",
                )


@rule("FI838", "invalid-spark-setting", WARNING, Phase.RUN, reads=_READS)
def invalid_spark_setting(context: Context) -> Iterator[Found]:
    """A Spark setting that Spark cannot read

    What: the numbers of cores and of executors are whole numbers from 1 on, and sizes of memory are whole
    numbers with one of Spark's units: `k`, `m`, `g`, `t`, `p`, or each with a `b`, and nothing for mebibytes.
    Spark has no `Mi` and `Gi`; its units are binary already. What a core is in Kubernetes is set by
    `spark.kubernetes.driver.request.cores`, which may be `500m`.

    Why it fails: the plugin hands the setting on, and the driver fails when it starts.

    Fix: write the value as Spark does.
    """
    for job in context.once(jobs):
        settings: Mapping[str, str] = job.custom.message.sparkConf if job.type == "spark" else {}
        for name in sorted(settings):
            value = settings[name].strip()
            if name in _WHOLE_SETTINGS and not _WHOLE.fullmatch(value):
                wanted, help = "a whole number from 1 on", "give a whole number"
            elif name in _SIZE_SETTINGS and not _SIZE.fullmatch(value.lower()):
                wanted, help = "a size in Spark's units", _size_help(value)
            else:
                continue
            yield Found(
                job.place("sparkConf", name),
                f"the Spark setting {quoted(name)} of {job.phrase} must be {wanted}, and is {quoted(value)}",
                help,
            )


@rule("FI839", "field-beside-common", WARNING, Phase.RUN, reads=_READS)
def field_beside_common(context: Context) -> Iterator[Found]:
    """A field that does not count, because its newer form is there

    What: in version 1 of `pytorch`, `tensorflow` and `mpi`, replicas have `common`, and beside it `replicas`,
    `image`, `resources` or `restartPolicy` with another value than in `common`.

    Why it fails: where `common` is given, it alone counts, also where it leaves something out.

    Fix: move the field into `common`.
    """
    for job in context.once(jobs):
        for field in _replica_fields(job):
            spec = getattr(job.custom.message, field.name)
            if not spec.HasField("common"):
                continue
            for name in ("replicas", "image", "resources", "restart_policy"):
                beside, common = getattr(spec, name), getattr(spec.common, name)
                if beside != common and _is_set(spec, name):
                    json_name = spec.DESCRIPTOR.fields_by_name[name].json_name
                    yield Found(
                        job.place(field.json_name, json_name),
                        f"{quoted(json_name)} of {quoted(field.json_name)} of {job.phrase} does not count, "
                        "because `common` is given beside it",
                        "move it into `common`",
                    )


def _is_read(job: Job) -> bool:
    """Tell whether the plugin gets as far as to look at what the custom part says."""
    return job.task.template.HasField("custom") and job.custom.readable


def _other_form(job: Job) -> str:
    """Say which task type version a custom part has the form of, if it is another one."""
    if not job.custom.problems:
        return ""
    for version in versions(job.type):
        kind = message_type(job.type, version)
        if version != job.task.template.task_type_version and kind is not None:
            other = decode_as(kind, job.custom.written)
            if not other.problems:
                return f"this is the form of version {version}: set `task_type_version` to {version}"
    return ""


def _values(problem: Problem) -> str:
    return f"known are {listed(problem.known)}" if problem.known else ""


def _workers(job: Job) -> tuple[Any, ...]:
    """Return the number of workers that counts, and the names of the fields to it."""
    message = job.custom.message
    if job.task.template.task_type_version == 0:
        if job.type == "mpi":
            return message.num_workers, "numWorkers"
        return message.workers, "workers"
    spec = message.worker_replicas
    if spec.HasField("common"):
        return spec.common.replicas, "workerReplicas", "common", "replicas"
    return spec.replicas, "workerReplicas", "replicas"


def _present(job: Job, names: list[str]) -> bool:
    """Tell whether all of the fields to a part are written."""
    at = job.custom.written
    for name in job.custom.steps(*names):
        if name not in at.fields:
            return False
        at = at.fields[str(name)].struct_value
    return True


def _replica_fields(job: Job) -> Iterator[Any]:
    """Yield the fields that hold replicas with a common part."""
    for field in job.custom.message.DESCRIPTOR.fields:
        kind = field.message_type
        if kind is not None and "common" in kind.fields_by_name:
            yield field


def _is_set(message: Any, name: str) -> bool:
    return any(field.name == name for field, _ in message.ListFields())


def _environment_problem(text: str) -> str:
    """Say why a runtime environment cannot be read, or nothing."""
    import base64  # these, only for a Ray job of the older form
    import binascii
    import json

    try:
        data = base64.b64decode(re.sub(r"[\r\n]", "", text), validate=True)
    except (binascii.Error, ValueError):
        return "is not in base64"
    try:
        value = json.loads(data.decode("utf-8", "replace"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return "is no JSON"
    return "" if value is None or isinstance(value, dict) else "is no JSON object"


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _size_help(value: str) -> str:
    unit = _BINARY_UNIT.fullmatch(value)
    return f"did you mean `{unit[1]}{unit[2].lower()}`?" if unit else "write it like `512m` or `2g`"

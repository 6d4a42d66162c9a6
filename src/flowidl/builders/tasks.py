"""Tasks: what a container, a pod, a query or a Python function needs to be run as a step of a workflow.

Every function here returns a `TaskSpec`. Options that all kinds of tasks share come as messages of their
own: `task_metadata(...)`, `Resources(...)`, `extended_resources(...)`, `secret(...)`, `pod_template(...)`.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from google.protobuf.wrappers_pb2 import BoolValue

from flowidl.admin.v1.description_entity_pb2 import DESCRIPTION_FORMAT_RST, Description, DescriptionEntity
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.builders.durations import duration
from flowidl.builders.entry_points import FLYTEKIT, EntryPoint, function_loader
from flowidl.builders.identifiers import own_id
from flowidl.builders.interfaces import interface, signature_interface
from flowidl.builders.pods import PRIMARY_KEY, in_pod
from flowidl.builders.resources import Resources, container_resources
from flowidl.core.v1.identifier_pb2 import Identifier, ResourceType
from flowidl.core.v1.interface_pb2 import TypedInterface
from flowidl.core.v1.literals_pb2 import KeyValuePair, RetryStrategy
from flowidl.core.v1.security_pb2 import Secret, SecurityContext
from flowidl.core.v1.tasks_pb2 import (
    Container,
    DataLoadingConfig,
    ExtendedResources,
    IOStrategy,
    K8sObjectMetadata,
    K8sPod,
    RuntimeMetadata,
    Sql,
    TaskMetadata,
    TaskTemplate,
)
from flowidl.core.v1.tasks_pb2 import Resources as ResourcesMessage
from flowidl.errors import BuildError, closest

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable, Mapping, Sequence

PYTHON_TASK = "python-task"
#: The release of the Python SDK whose command line function tasks are written for.
SDK_VERSION = "1.16.31"


def task_metadata(
    *,
    retries: int = 0,
    timeout: datetime.timedelta | float | None = None,
    cache_version: str = "",
    cache_serialize: bool = False,
    cache_ignore_input_vars: Iterable[str] = (),
    interruptible: bool | None = None,
    deck: bool = False,
    deprecated: str = "",
    pod_template_name: str = "",
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
    sdk_version: str = SDK_VERSION,
) -> TaskMetadata:
    """Return the metadata of a task. A `cache_version` turns caching on; `timeout` is in seconds."""
    ignored = list(cache_ignore_input_vars)
    if (cache_serialize or ignored) and not cache_version:
        rule = "serialized-without-cache" if cache_serialize else "cache-without-version"
        raise BuildError("options of the cache are given without a `cache_version`", rule=rule)
    if retries < 0:
        raise BuildError(f"`retries` is {retries}, which is negative")
    metadata = TaskMetadata(
        discoverable=bool(cache_version),
        runtime=RuntimeMetadata(type=RuntimeMetadata.FLYTE_SDK, version=sdk_version, flavor="python"),
        retries=RetryStrategy(retries=retries),
        discovery_version=cache_version,
        deprecated_error_message=deprecated,
        cache_serializable=cache_serialize,
        pod_template_name=pod_template_name,
        cache_ignore_input_vars=ignored,
        generates_deck=BoolValue(value=deck),
        metadata=K8sObjectMetadata(labels=labels or {}, annotations=annotations or {}),
    )
    if interruptible is not None:
        metadata.interruptible = interruptible
    if timeout:
        metadata.timeout.CopyFrom(duration(timeout, name="timeout"))
    return metadata


def secret(
    group: str,
    key: str = "",
    *,
    version: str = "",
    env_var: str = "",
    mount: Secret.MountType.ValueType = Secret.ANY,
) -> Secret:
    """Return a request for a secret of a group, mounted as a file or, with `Secret.ENV_VAR`, a variable."""
    if not group:
        raise BuildError(f"secret `{key}` has no group")
    return Secret(group=group, key=key, group_version=version, env_var=env_var, mount_requirement=mount)


def python_task(
    name: str | Identifier,
    *,
    image: str,
    inputs: Mapping[str, object] | None = None,
    outputs: Mapping[str, object] | None = None,
    metadata: TaskMetadata | None = None,
    resources: Resources | ResourcesMessage | None = None,
    env: Mapping[str, str] | None = None,
    secrets: Iterable[Secret] = (),
    extended_resources: ExtendedResources | None = None,
    pod_template: K8sPod | None = None,
    custom: Mapping[str, Any] | None = None,
    config: Mapping[str, str] | None = None,
    type: str = PYTHON_TASK,
    entry_point: EntryPoint = FLYTEKIT,
    resolver: str = "",
    loader: Sequence[str] = (),
    args: Sequence[str] = (),
) -> TaskSpec:
    """Return the task of a Python function by its dotted name, `module.function`, and its interface.

    `entry_point` is the program that its container runs: `FLYTEKIT` for a function that flytekit decorates,
    `FLOWIDL` for
    others. It finds the function by the name, unless a `resolver` gets other words, `loader`. `args` are the
    whole command line instead. `type` and `custom` are for a plugin of the back end, `config` is free.
    """
    id = own_id(ResourceType.TASK, name)
    module, _, function = id.name.rpartition(".")
    if not module or not function:
        raise BuildError(f"`{id.name}` does not name a module and a function", help="write `module.function`")
    words = tuple(loader) or function_loader(id.name)
    line = list(args) or entry_point.args(words, resolver=resolver)
    container = _container(image, (), line, resources, env)
    template = _template(id, type, interface(inputs, outputs, owner=f"task {id.name}"), metadata, secrets)
    _set_target(template, container, pod_template)
    _set_extras(template, extended_resources, custom)
    template.config.update(config or {})
    return TaskSpec(template=template)


def function_task(
    function: Callable[..., object],
    *,
    image: str,
    name: str | Identifier | None = None,
    descriptions: Mapping[str, str] | None = None,
    metadata: TaskMetadata | None = None,
    resources: Resources | ResourcesMessage | None = None,
    env: Mapping[str, str] | None = None,
    secrets: Iterable[Secret] = (),
    extended_resources: ExtendedResources | None = None,
    pod_template: K8sPod | None = None,
    custom: Mapping[str, Any] | None = None,
    config: Mapping[str, str] | None = None,
    type: str = PYTHON_TASK,
    entry_point: EntryPoint = FLYTEKIT,
    resolver: str = "",
    loader: Sequence[str] = (),
) -> TaskSpec:
    """Return the task of a Python function, its interface from annotations and its docstring as description.

    The name is `module.function`, by which the function is found when the task runs, so it must be at the
    top of its module. `descriptions` describe inputs and outputs by name.
    """
    if name is None and "<" in function.__qualname__:
        raise BuildError(
            f"`{function.__qualname__}` is inside of a function, where a task's container cannot find it",
            help="move it to the top of its module",
        )
    id = own_id(ResourceType.TASK, name or f"{function.__module__}.{function.__name__}")
    typed = signature_interface(function, descriptions=descriptions, owner=f"task {id.name}")
    spec = python_task(
        id,
        image=image,
        inputs=typed.inputs.variables,
        outputs=typed.outputs.variables,
        metadata=metadata,
        resources=resources,
        env=env,
        secrets=secrets,
        extended_resources=extended_resources,
        pod_template=pod_template,
        custom=custom,
        config=config,
        type=type,
        entry_point=entry_point,
        resolver=resolver,
        loader=loader,
    )
    spec.description.CopyFrom(described(inspect.getdoc(function) or ""))
    return spec


def described(text: str) -> DescriptionEntity:
    """Return the description of an entity from a docstring: its first line, and the rest."""
    first, _, rest = text.partition("\n")
    long = Description(format=DESCRIPTION_FORMAT_RST)
    if rest.strip():
        long.value = rest.strip()
    return DescriptionEntity(short_description=first, long_description=long)


def container_task(
    name: str | Identifier,
    *,
    image: str,
    command: Sequence[str] = (),
    args: Sequence[str] = (),
    inputs: Mapping[str, object] | None = None,
    outputs: Mapping[str, object] | None = None,
    input_path: str = "",
    output_path: str = "",
    data_format: DataLoadingConfig.LiteralMapFormat.ValueType = DataLoadingConfig.JSON,
    io_strategy: IOStrategy | None = None,
    type: str = "raw-container",
    metadata: TaskMetadata | None = None,
    resources: Resources | ResourcesMessage | None = None,
    env: Mapping[str, str] | None = None,
    secrets: Iterable[Secret] = (),
    extended_resources: ExtendedResources | None = None,
    pod_template: K8sPod | None = None,
    custom: Mapping[str, Any] | None = None,
) -> TaskSpec:
    """Return a task that runs a command of any image.

    With `input_path` or `output_path` the back end loads inputs into files below one and takes outputs from
    files below the other. Without, the command gets places through templates such as `{{.inputs.x}}`.
    """
    id = own_id(ResourceType.TASK, name)
    if not (command or args or pod_template):
        raise BuildError(f"task `{id.name}` has neither command nor args", rule="container-without-command")
    container = _container(image, command, args, resources, env)
    template = _template(id, type, interface(inputs, outputs, owner=f"task {id.name}"), metadata, secrets)
    loading = DataLoadingConfig(
        enabled=True,
        input_path=input_path,
        output_path=output_path,
        format=data_format,
        io_strategy=io_strategy,
    )
    _set_target(template, container, pod_template, loading if input_path or output_path else None)
    _set_extras(template, extended_resources, custom)
    return TaskSpec(template=template)


def sql_task(
    name: str | Identifier,
    *,
    statement: str,
    type: str,
    dialect: Sql.Dialect.ValueType = Sql.ANSI,
    inputs: Mapping[str, object] | None = None,
    outputs: Mapping[str, object] | None = None,
    metadata: TaskMetadata | None = None,
    secrets: Iterable[Secret] = (),
    custom: Mapping[str, Any] | None = None,
) -> TaskSpec:
    """Return a task that a plugin of the back end runs as a query; `type` is the plugin's task type."""
    id = own_id(ResourceType.TASK, name)
    if not statement.strip():
        raise BuildError(f"task `{id.name}` has no statement")
    template = _template(id, type, interface(inputs, outputs, owner=f"task {id.name}"), metadata, secrets)
    template.sql.CopyFrom(Sql(statement=statement, dialect=dialect))
    _set_extras(template, None, custom)
    return TaskSpec(template=template)


def _container(
    image: str,
    command: Sequence[str],
    args: Sequence[str],
    amounts: Resources | ResourcesMessage | None,
    env: Mapping[str, str] | None,
) -> Container:
    if not image:
        raise BuildError("a container has no image", rule="container-without-image")
    message = container_resources(amounts) if amounts is None or isinstance(amounts, Resources) else amounts
    pairs = [KeyValuePair(key=key, value=value) for key, value in (env or {}).items()]
    return Container(image=image, command=command, args=args, resources=message, env=pairs)


def _template(
    id: Identifier,
    type: str,
    typed: TypedInterface,
    metadata: TaskMetadata | None,
    secrets: Iterable[Secret],
) -> TaskTemplate:
    if not type:
        raise BuildError(f"task `{id.name}` has no type", rule="task-without-type")
    metadata = metadata or task_metadata()
    for name in metadata.cache_ignore_input_vars:
        if name not in typed.inputs.variables:
            raise BuildError(
                f"the cache of task `{id.name}` ignores an input `{name}` that it does not have",
                rule="unknown-ignored-input",
                help=closest(name, typed.inputs.variables),
            )
    template = TaskTemplate(id=id, type=type, metadata=metadata, interface=typed)
    wanted = list(secrets)
    if wanted:
        template.security_context.CopyFrom(SecurityContext(secrets=wanted))
    return template


def _set_target(
    template: TaskTemplate,
    container: Container,
    pod: K8sPod | None,
    loading: DataLoadingConfig | None = None,
) -> None:
    """Give a task its container, or its pod with the container in it; a pod's primary is in `config`."""
    if pod is None:
        template.container.CopyFrom(container)
        if loading is not None:
            template.container.data_config.CopyFrom(loading)
        return
    template.k8s_pod.CopyFrom(in_pod(pod, container))
    template.k8s_pod.ClearField("primary_container_name")
    template.config[PRIMARY_KEY] = pod.primary_container_name
    if loading is not None:
        template.k8s_pod.data_config.CopyFrom(loading)


def _set_extras(
    template: TaskTemplate, extended: ExtendedResources | None, custom: Mapping[str, Any] | None
) -> None:
    if extended is not None:
        template.extended_resources.CopyFrom(extended)
    if custom:
        template.custom.update(custom)

"""The decorators: `@task`, `@dynamic`, `@eager`, `@workflow`.

To a type checker a decorated function keeps its signature, so that a call with a wrong name or type is an
error
in the editor, in a workflow's body too, where the handles of calls stand for the values that they will be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast, overload

from flowidl.errors import BuildError, closest
from flowidl.sdk.function_tasks import ExecutionBehavior, PythonFunctionTask
from flowidl.sdk.metadata import Cache, TaskMetadata, VersionParameters
from flowidl.sdk.workflows import PythonFunctionWorkflow

if TYPE_CHECKING:
    import datetime
    from collections.abc import Coroutine, Iterable, Mapping

    from flowidl.sdk.entities import SdkEntity
    from flowidl.sdk.metadata import Documentation, WorkflowFailurePolicy
    from flowidl.sdk.options import Options

P = ParamSpec("P")
R = TypeVar("R")

if TYPE_CHECKING:

    class TaskOf(PythonFunctionTask, Generic[P, R]):
        """A task with the signature of its function."""

        def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
            """Call it."""
            ...

    class WorkflowOf(PythonFunctionWorkflow, Generic[P, R]):
        """A workflow with the signature of its function."""

        def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
            """Call it."""
            ...


@overload
def task(function: Callable[P, R], /) -> TaskOf[P, R]: ...


@overload
def task(
    function: None = None,
    /,
    *,
    task_config: Any = None,
    cache: bool | Cache = False,
    retries: int = 0,
    interruptible: bool | None = None,
    deprecated: str = "",
    timeout: datetime.timedelta | int = 0,
    container_image: Any = None,
    environment: Mapping[str, str] | None = None,
    requests: Any = None,
    limits: Any = None,
    resources: Any = None,
    secret_requests: Iterable[Any] | None = None,
    execution_mode: ExecutionBehavior = ExecutionBehavior.DEFAULT,
    node_dependency_hints: Iterable[SdkEntity] | None = None,
    task_resolver: Any = None,
    docs: Documentation | None = None,
    disable_deck: bool | None = None,
    enable_deck: bool | None = None,
    deck_fields: Iterable[Any] = (),
    pod_template: Any = None,
    pod_template_name: str | None = None,
    accelerator: Any = None,
    shared_memory: Any = None,
    pickle_untyped: bool = False,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
    cache_serialize: bool = False,
    cache_version: str = "",
    cache_ignore_input_vars: Iterable[str] = (),
    task_type: str = "python-task",
) -> Callable[[Callable[P, R]], TaskOf[P, R]]: ...


def task(function: Any = None, /, **options: Any) -> Any:
    """Return the task of a function; with options, a decorator that makes one.

    The options are those of `TaskMetadata` (retries, timeout, ...), what its container needs (`resources`,
    `environment`, `container_image`, `secret_requests`, `pod_template`, ...) and `docs`.
    """

    def decorate(given: Callable[..., Any]) -> PythonFunctionTask:
        return _made(given, dict(options))

    if function is None:
        return decorate
    if not callable(function):
        raise BuildError(
            f"a `{function.__class__.__qualname__}` is no function", help="name options: `@task(retries=3)`"
        )
    return decorate(cast("Callable[..., Any]", function))


@overload
def dynamic(function: Callable[P, R], /) -> TaskOf[P, R]: ...


@overload
def dynamic(function: None = None, /, **options: Any) -> Callable[[Callable[P, R]], TaskOf[P, R]]: ...


def dynamic(function: Any = None, /, **options: Any) -> Any:
    """Return a task whose body makes nodes, from inputs that are known by then. Options as for `task`."""
    return task(function, execution_mode=ExecutionBehavior.DYNAMIC, **options)


@overload
def eager(function: Callable[P, Coroutine[Any, Any, R]], /) -> TaskOf[P, Coroutine[Any, Any, R]]: ...


@overload
def eager(
    function: None = None, /, **options: Any
) -> Callable[[Callable[P, Coroutine[Any, Any, R]]], TaskOf[P, Coroutine[Any, Any, R]]]: ...


def eager(function: Any = None, /, **options: Any) -> Any:
    """Return a task that calls other tasks and workflows while it runs, and gets their values.

    Options are those of `task`.
    """
    if function is not None and not callable(function):
        raise BuildError(f"a `{function.__class__.__qualname__}` is no function")
    given: Any = function
    return task(given, execution_mode=ExecutionBehavior.EAGER, enable_deck=True, **options)


@overload
def workflow(function: Callable[P, R], /) -> WorkflowOf[P, R]: ...


@overload
def workflow(
    function: None = None,
    /,
    *,
    failure_policy: WorkflowFailurePolicy | None = None,
    interruptible: bool = False,
    on_failure: SdkEntity | None = None,
    docs: Documentation | None = None,
    pickle_untyped: bool = False,
    default_options: Options | None = None,
) -> Callable[[Callable[P, R]], WorkflowOf[P, R]]: ...


def workflow(function: Any = None, /, **options: Any) -> Any:
    """Return the workflow of a function; with options, a decorator that makes one.

    `interruptible` is the default of its nodes, `failure_policy` says what a failed node stops, `on_failure`
    is called with the workflow's inputs if it fails, `default_options` are those of its default launch plan.
    """

    def decorate(given: Callable[..., Any]) -> PythonFunctionWorkflow:
        return PythonFunctionWorkflow(given, **options)

    if function is None:
        return decorate
    if not callable(function):
        raise BuildError(
            f"a `{function.__class__.__qualname__}` is no function",
            help="name options: `@workflow(interruptible=True)`",
        )
    return decorate(cast("Callable[..., Any]", function))


_METADATA = (
    *("retries", "interruptible", "deprecated", "timeout", "cache_serialize", "cache_version"),
    *("cache_ignore_input_vars", "pod_template_name", "labels", "annotations"),
)
_PARTS = (
    *("task_type", "execution_mode", "task_resolver", "node_dependency_hints", "pickle_untyped", "requests"),
    *("limits", "resources", "environment", "container_image", "secret_requests", "pod_template"),
    *("accelerator", "shared_memory", "docs", "deck_fields"),
)
_OWN = ("task_config", "cache", "enable_deck", "disable_deck", "ignore_input_vars")


def _made(function: Callable[..., Any], options: dict[str, Any]) -> PythonFunctionTask:
    for name in options:
        if name not in (*_METADATA, *_PARTS, *_OWN):
            raise BuildError(
                f"a task has no option `{name}`", help=closest(name, (*_METADATA, *_PARTS, *_OWN))
            )
    said = {name: options[name] for name in _METADATA if name in options}
    said["cache_ignore_input_vars"] = tuple(said.get("cache_ignore_input_vars") or ())
    eager = options.get("execution_mode") is ExecutionBehavior.EAGER
    deck = _deck(options.get("enable_deck"), options.get("disable_deck"))
    _set_cache(said, options.get("cache", False), function, options)
    config = options.get("task_config")
    cls = plugin_of(config)
    return cls(
        config,
        function,
        metadata=TaskMetadata(generates_deck=deck, is_eager=eager, **said),
        enable_deck=deck,
        **{name: options[name] for name in (*_PARTS, "ignore_input_vars") if name in options},
    )


def _deck(enable: bool | None, disable: bool | None) -> bool:
    if enable is not None and disable is not None and enable == disable:
        raise BuildError("`enable_deck` and `disable_deck` contradict each other", help="give one of them")
    return enable if enable is not None else disable is False


def _set_cache(
    said: dict[str, Any], cache: Any, function: Callable[..., Any], options: dict[str, Any]
) -> None:
    if not isinstance(cache, Cache):
        said["cache"] = bool(cache)
        return
    for name in ("cache_version", "cache_serialize", "cache_ignore_input_vars"):
        if options.get(name):
            raise BuildError(f"`{name}` is given beside a `Cache`", help="say it in the `Cache`")
    said["cache"] = True
    said["cache_serialize"] = cache.serialize
    said["cache_ignore_input_vars"] = cache.get_ignored_inputs()
    said["cache_version"] = cache.get_version(
        VersionParameters(
            function,
            options.get("container_image"),
            options.get("pod_template"),
            options.get("pod_template_name"),
        )
    )


_PLUGINS: dict[type, type[PythonFunctionTask]] = {}


class TaskPlugins:
    """Which class of task belongs to a class of `task_config`."""

    @staticmethod
    def register_pythontask_plugin(plugin_config_type: type, plugin: type[PythonFunctionTask]) -> None:
        """Let `@task(task_config=...)` with a config of a class make tasks of another class."""
        _PLUGINS[plugin_config_type] = plugin

    @staticmethod
    def find_pythontask_plugin(plugin_config_type: type) -> type[PythonFunctionTask]:
        """Return the class of tasks for a class of config."""
        return _PLUGINS.get(plugin_config_type, PythonFunctionTask)


def plugin_of(config: object) -> type[PythonFunctionTask]:
    """Return the class of tasks for a config."""
    return TaskPlugins.find_pythontask_plugin(type(config)) if config is not None else PythonFunctionTask

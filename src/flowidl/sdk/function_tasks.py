"""`PythonFunctionTask`: a task of a Python function, with its documented methods and properties.

All of them are views: of the signature, of the messages that builders make, and of the one way in which a
task runs locally. A subclass may override `pre_execute`, `post_execute` and `execute`.
"""

from __future__ import annotations

import enum
import inspect
from typing import TYPE_CHECKING, Any, ClassVar

from flowidl.builders.entry_points import FLYTEKIT, EntryPoint, function_loader
from flowidl.builders.nodes import task_node_metadata
from flowidl.errors import BuildError
from flowidl.sdk import names
from flowidl.sdk.documents import document
from flowidl.sdk.flyte_context import (
    ExecutionState,
    FlyteContextManager,
    body_of,
    in_task_execution,
    local_execute,
    settings_of,
    user_parameters,
)
from flowidl.sdk.jobs import job_to_run, job_to_write
from flowidl.sdk.metadata import (
    Description,
    Documentation,
    TaskMetadata,
    environment_of,
    secrets_of,
)
from flowidl.sdk.options import SecurityContext
from flowidl.sdk.packing import settings_variable
from flowidl.sdk.pods import extended_resources
from flowidl.sdk.resolvers import default_task_resolver
from flowidl.sdk.resources import Amount
from flowidl.sdk.running import (
    Implementation,
    dispatch,
    literals_of,
    packed,
    run_async,
    run_literals,
    values_of,
)
from flowidl.sdk.settings import LOCAL, SerializationSettings
from flowidl.sdk.tasks import Task, TaskParts
from flowidl.sdk.trace import Running, being, tracing
from flowidl.values.signatures import signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from flowidl.builders.nodes import Entity
    from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
    from flowidl.core.v1.literals_pb2 import LiteralMap
    from flowidl.core.v1.tasks_pb2 import Container, K8sPod
    from flowidl.core.v1.workflow_pb2 import NodeMetadata
    from flowidl.sdk.entities import SdkEntity
    from flowidl.sdk.resolvers import TaskResolver


class ExecutionBehavior(enum.Enum):
    """What a task's function does: compute, make further nodes, or call other entities while it runs."""

    DEFAULT = 1
    DYNAMIC = 2
    EAGER = 3


Behavior = ExecutionBehavior
_NO_AMOUNT = Amount()


def _nothing() -> None:
    raise BuildError("a task has no function", help="give `task_function`")


class PythonFunctionTask(Task):
    """A task of a Python function. `execution_mode` says whether its body makes nodes instead of a result."""

    ExecutionBehavior: ClassVar = ExecutionBehavior

    def __init__(
        self,
        task_config: Any = None,
        task_function: Callable[..., Any] = _nothing,
        task_type: str = "python-task",
        ignore_input_vars: list[str] | None = None,
        execution_mode: Behavior = Behavior.DEFAULT,
        task_resolver: TaskResolver | None = None,
        node_dependency_hints: Iterable[SdkEntity] | None = None,
        pickle_untyped: bool = False,
        *,
        metadata: TaskMetadata | None = None,
        amount: Amount = _NO_AMOUNT,
        requests: Any = None,
        limits: Any = None,
        resources: Any = None,
        environment: Mapping[str, str] | None = None,
        container_image: Any = None,
        secret_requests: Iterable[Any] | None = None,
        pod_template: Any = None,
        accelerator: Any = None,
        shared_memory: Any = None,
        docs: Documentation | None = None,
        enable_deck: bool = False,
        deck_fields: Iterable[Any] = (),
    ) -> None:
        name = names.name_of(task_function)
        if tracing() is not None:
            raise BuildError(f"task `{name}` is defined in a workflow's body", help="define it outside of it")
        if node_dependency_hints is not None and execution_mode is ExecutionBehavior.DEFAULT:
            raise BuildError(f"task `{name}` has `node_dependency_hints`, which are for dynamic tasks")
        read = signature(
            task_function, owner=f"task {name}", untyped=Any if pickle_untyped else None, returns=True
        )
        ignored = set(ignore_input_vars or ())
        inputs = {key: type for key, type in read.inputs.items() if key not in ignored}
        super().__init__(name, dataclass_replace(read, inputs))
        self.task_function = task_function
        self.task_config = task_config
        self.task_type = task_type
        self.execution_mode = execution_mode
        self.metadata = metadata or TaskMetadata()
        self.container_image = container_image
        self.environment = environment_of(environment)
        self._amount = Amount(resources, requests, limits) if any((resources, requests, limits)) else amount
        self._secrets = secrets_of(secret_requests)
        self._secret_requests = list(secret_requests or ())
        self._hints = None if node_dependency_hints is None else list(node_dependency_hints)
        self._pod_template = pod_template
        self._extended = (accelerator, shared_memory)
        self._docs = docs
        self.enable_deck = enable_deck
        self.disable_deck = not enable_deck
        self.deck_fields = list(deck_fields)
        self._resolver: Any = task_resolver
        self._command: Any = self.get_default_command
        self._implementation: Any = None
        self.typed_interface  # noqa: B018  # refuses what has no literal type where it is written

    # What it is

    @property
    def is_dynamic(self) -> bool:
        """Whether the body makes nodes."""
        return self.execution_mode is ExecutionBehavior.DYNAMIC

    @property
    def is_async(self) -> bool:
        """Whether the function is a coroutine function."""
        return inspect.iscoroutinefunction(inspect.unwrap(self.task_function))

    @property
    def instantiated_in(self) -> str:
        """The module of the function."""
        return names.module_of(self.task_function)

    @property
    def location(self) -> str:
        """Where the function is found: module and name."""
        return self.name

    @property
    def lhs(self) -> str | None:
        """The variable that holds the task in its module."""
        return names.variable_of(self, self.instantiated_in) or names.variable_of(self, self.__module_name)

    @property
    def __module_name(self) -> str:
        return getattr(self.task_function, "__module__", "")

    def find_lhs(self) -> str | None:
        """Return the variable that holds the task in its module."""
        return self.lhs

    @property
    def docs(self) -> Documentation:
        """What the docstring says, or what was given for it."""
        if self._docs is not None:
            return self._docs
        said = document(self.task_function)
        return Documentation(said.short or None, Description(said.long or None))

    @property
    def security_context(self) -> Any:
        """The secrets that were requested, or `None`."""
        return SecurityContext(secrets=self._secret_requests) if self._secret_requests else None

    @property
    def resources(self) -> Any:
        """Requests and limits, as they were written."""
        return self._amount.spec

    @property
    def node_dependency_hints(self) -> list[SdkEntity] | None:
        """What the body of a dynamic task may call, to be registered with it."""
        return self._hints

    @property
    def pod_template(self) -> Any:
        """The pod template, or `None`."""
        return self._pod_template

    @property
    def secret_requests(self) -> list[Any]:
        """The secrets that were requested."""
        return self._secret_requests

    @property
    def task_resolver(self) -> Any:
        """What finds the function again in a container."""
        return self._resolver or default_task_resolver

    def get_input_types(self) -> dict[str, Any]:
        """Return the annotations of the inputs by name."""
        return dict(self.signature.inputs)

    def get_type_for_input_var(self, k: str, v: Any) -> Any:
        """Return the annotation of an input. Raise `KeyError` for an unknown name."""
        return self.signature.inputs[k]

    def get_type_for_output_var(self, k: str, v: Any) -> Any:
        """Return the annotation of an output. Raise `KeyError` for an unknown name."""
        return self.signature.outputs[k]

    # As messages

    def set_command_fn(
        self, get_command_fn: Callable[[SerializationSettings], list[str]] | None = None
    ) -> None:
        """Let another function give the command line."""
        self._command = get_command_fn

    def reset_command_fn(self) -> None:
        """Return to the default command line."""
        self._command = self.get_default_command

    def get_command(self, settings: SerializationSettings) -> list[str]:
        """Return the command line of the container."""
        return list(self._command(settings))

    def get_default_command(self, settings: SerializationSettings) -> list[str]:
        """Return the command line that runs the task by its entry point."""
        entry = settings.entry_point
        if self._resolver is None:
            return entry.args(function_loader(self._found_as(entry)))
        loader = tuple(self._resolver.loader_args(settings, self))
        return entry.args(loader, resolver=self._resolver.location)

    def _found_as(self, entry: EntryPoint) -> str:
        """Return the name by which an entry point finds the task, which is that of its variable."""
        if entry is FLYTEKIT or not self.lhs:
            return self.name
        return f"{self.instantiated_in}.{self.lhs}"

    def set_resolver(self, resolver: TaskResolver) -> None:
        """Let another resolver find the function in a container."""
        self._resolver = resolver

    def get_image(self, settings: SerializationSettings) -> str:
        """Return the image, with its placeholders filled."""
        return settings.image(self.container_image)

    def get_container(self, settings: SerializationSettings) -> Container | None:
        """Return the container, or `None` if the task runs in a pod of its own."""
        template = self.spec_for(settings).template
        return template.container if template.HasField("container") else None

    def get_k8s_pod(self, settings: SerializationSettings) -> K8sPod | None:
        """Return the pod, or `None` if the task runs in a container."""
        template = self.spec_for(settings).template
        return template.k8s_pod if template.HasField("k8s_pod") else None

    def get_config(self, settings: SerializationSettings | None) -> dict[str, str]:
        """Return the template's `config`: the name of a pod's primary container."""
        return {} if self._pod_template is None else dict(self.spec_for(LOCAL).template.config)

    def get_custom(self, settings: SerializationSettings) -> Any:
        """Return what a plugin gets as the template's `custom`, or `None`."""
        return None

    def get_sql(self, settings: SerializationSettings) -> Any:
        """Return `None`: a function is no query."""
        return None

    def get_extended_resources(self, settings: SerializationSettings) -> Any:
        """Return accelerator and shared memory, or `None`."""
        return extended_resources(*self._extended)

    def construct_node_metadata(self) -> NodeMetadata:
        """Return the metadata of a node that calls the task."""
        return task_node_metadata(self.spec.template)

    def written(self, settings: SerializationSettings) -> list[Entity]:
        """Return the task's message. Raise `BuildError` if its container could not find the function."""
        if names.is_nested(self.task_function) and self._resolver is None:
            raise BuildError(
                f"task `{self.name}` is inside of a function, where its container cannot find it",
                help="move it to the top of its module",
            )
        return super().written(settings)

    def parts(self, settings: SerializationSettings) -> TaskParts:
        """Return what the template is made of."""
        said = document(self.task_function)
        return TaskParts(
            type=self.task_type,
            args=self.get_command(settings),
            image=self.get_image(settings),
            metadata=self.metadata.message(),
            env={**(settings.env or {}), **self.environment, **self._settings_of(settings)},
            resources=self._amount.message,
            secrets=self._secrets,
            extended_resources=self.get_extended_resources(settings),
            pod_template=self._pod_template,
            custom=self.get_custom(settings),
            documentation=self.docs,
            descriptions={**dict.fromkeys(self.signature.outputs, said.result), **said.inputs},
        )

    def _settings_of(self, settings: SerializationSettings) -> dict[str, str]:
        """Return the variable in which a task that makes nodes finds its settings."""
        if self.execution_mode is ExecutionBehavior.DEFAULT or settings is LOCAL:
            return {}
        return settings_variable(settings)

    # As a run

    def pre_execute(self, user_params: Any) -> Any:
        """Prepare for a run. What it returns goes to `post_execute`."""
        return user_params

    def post_execute(self, user_params: Any, rval: Any) -> Any:
        """Clean up after a run, or change its result: what this returns becomes the output."""
        return rval

    def execute(self, **kwargs: Any) -> Any:
        """Run the function with Python values. A dynamic task gives what `dynamic_execute` gives."""
        if self.is_dynamic:
            return self.dynamic_execute(self.task_function, **kwargs)
        return self.task_function(**kwargs)

    def run(self, values: dict[str, Any]) -> Any:
        """Run by itself and return Python values; an async task gives a coroutine that does."""
        if self.is_async:
            return run_async(self, values)
        return packed(self, dispatch(self, literals_of(self, values, complete=False)))

    def plain(self, values: dict[str, Any]) -> Any:
        """Call the function, as a running task does; a dynamic one runs, as its body makes nodes."""
        if self.mock is not None:
            return self.mock(**values)
        return self.run(values) if self.is_dynamic else self.task_function(**values)

    def compile_into_workflow(
        self, ctx: Any, task_function: Callable[..., Any], **kwargs: Any
    ) -> DynamicJobSpec | LiteralMap:
        """Return the job that the body makes for some inputs, or its outputs if it makes no nodes."""
        return job_to_write(self, kwargs, settings_of(ctx))

    def dynamic_execute(
        self, task_function: Callable[..., Any], **kwargs: Any
    ) -> DynamicJobSpec | LiteralMap:
        """Run a dynamic task's body and the job that it makes; where tasks are executed, return the job."""
        ctx = FlyteContextManager.current_context()
        if in_task_execution(ctx):
            return self.compile_into_workflow(ctx, task_function, **kwargs)
        return run_literals(self, kwargs)

    def dispatch_execute(self, ctx: Any, input_literal_map: LiteralMap) -> LiteralMap | DynamicJobSpec:
        """Run the task for literals, and return its outputs as literals."""
        if self.is_dynamic and in_task_execution(ctx):
            return job_to_write(self, values_of(self, input_literal_map), settings_of(ctx))
        return dispatch(self, input_literal_map)

    def sandbox_execute(self, ctx: Any, input_literal_map: LiteralMap) -> LiteralMap | DynamicJobSpec:
        """Do as `dispatch_execute`."""
        return self.dispatch_execute(ctx, input_literal_map)

    def local_execute(self, ctx: Any, **kwargs: Any) -> Any:
        """Run the task for values or promises that hold literals, and return promises that hold literals."""
        return local_execute(self, kwargs)

    def local_execution_mode(self) -> Any:
        """Return how the task runs locally."""
        return ExecutionState.Mode.LOCAL_TASK_EXECUTION

    def compile(self, ctx: Any, *args: Any, **kwargs: Any) -> Any:
        """Add a node that calls the task to the body of a context, and return its handle."""
        return body_of(ctx).call(self, self.keywords(args, kwargs))

    @property
    def implementation(self) -> Any:
        """What runs the task locally: the function, its mock, or for a dynamic task what makes its job."""
        if self._implementation is None:
            self._implementation = Implementation(self, self._make_job if self.is_dynamic else self._invoked)
        return self._implementation

    def _make_job(self, **values: Any) -> Any:
        return job_to_run(self, values)

    def _invoked(self, **values: Any) -> Any:
        return self.invoke(values)

    def invoke(self, values: dict[str, Any]) -> Any:
        """Run the function as a task: with what comes before and after, and calls in it as plain calls."""
        params = self.pre_execute(user_parameters())
        eager = self.execution_mode is ExecutionBehavior.EAGER
        if self.is_async:
            return self._awaited(params, values, eager)
        with being(Running(self.name, eager)):
            result = self.task_function(**values) if not _overrides_execute(self) else self.execute(**values)
        return self.post_execute(params, result)

    async def _awaited(self, params: Any, values: dict[str, Any], eager: bool) -> Any:
        with being(Running(self.name, eager)):
            result = await self.task_function(**values)
        return self.post_execute(params, result)

    def needs(self) -> Iterator[SdkEntity]:
        """Yield what the body of a dynamic task may call, as far as it was said."""
        return iter(self._hints or ())


def _overrides_execute(task: PythonFunctionTask) -> bool:
    return type(task).execute is not PythonFunctionTask.execute


def dataclass_replace(read: Any, inputs: dict[str, Any]) -> Any:
    """Return a signature with some of its inputs."""
    from dataclasses import replace

    return replace(read, inputs=inputs) if len(inputs) != len(read.inputs) else read


__all__ = ["ExecutionBehavior", "PythonFunctionTask"]

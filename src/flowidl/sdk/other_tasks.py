"""Tasks without a Python function: a query, or a command of any image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowidl import builders
from flowidl.sdk.metadata import TaskMetadata, environment_of, secrets_of
from flowidl.sdk.pods import pod_message
from flowidl.sdk.resources import Amount
from flowidl.sdk.running import Implementation, refused
from flowidl.sdk.settings import SerializationSettings
from flowidl.sdk.tasks import Task
from flowidl.values.signatures import Signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowidl.admin.v1.task_pb2 import TaskSpec


class SQLTask(Task):
    """A query. Its `query_template` names inputs as `{{ .inputs.x }}`; a plugin of the back end runs it."""

    def __init__(
        self,
        name: str,
        query_template: str,
        task_config: Any = None,
        task_type: str = "sql_task",
        inputs: Mapping[str, Any] | None = None,
        metadata: TaskMetadata | None = None,
        outputs: Mapping[str, Any] | None = None,
        secret_requests: Iterable[Any] | None = None,
    ) -> None:
        super().__init__(name, _shape(inputs, outputs))
        self._query = query_template
        self.task_config = task_config
        self.task_type = task_type
        self.metadata = metadata or TaskMetadata()
        self._secrets = secrets_of(secret_requests)
        self.typed_interface  # noqa: B018  # refuses what has no literal type where it is written

    @property
    def query_template(self) -> str:
        """The query."""
        return self._query

    def get_query(self, **kwargs: Any) -> str:
        """Return the query with inputs in their places."""
        import re

        def value(match: re.Match[str]) -> str:
            return str(kwargs.get(match[1], match[0]))

        return re.sub(r"\{\{\s*\.inputs\.(\w+)\s*\}\}", value, self._query)

    def spec_for(self, settings: SerializationSettings) -> TaskSpec:
        """Return the task's message: a plugin's type of task, with the query if that is a plugin's."""
        return builders.sql_task(
            self.name,
            statement=self._query,
            type=self.task_type,
            inputs=self.signature.inputs,
            outputs=self.signature.outputs,
            metadata=self.metadata.message(),
            secrets=self._secrets,
        )

    @property
    def implementation(self) -> Any:
        """A mock, or what says that there is none: a query runs where its plugin is."""
        return Implementation(self, refused(self))


class ContainerTask(Task):
    """A command of any image. It runs where containers do; here only as a mock."""

    def __init__(
        self,
        name: str,
        image: Any,
        command: list[str],
        inputs: Mapping[str, Any] | None = None,
        metadata: TaskMetadata | None = None,
        arguments: list[str] | None = None,
        outputs: Mapping[str, Any] | None = None,
        requests: Any = None,
        limits: Any = None,
        input_data_dir: str | None = None,
        output_data_dir: str | None = None,
        metadata_format: Any = None,
        io_strategy: Any = None,
        secret_requests: Iterable[Any] | None = None,
        pod_template: Any = None,
        pod_template_name: str | None = None,
        environment: Mapping[str, str] | None = None,
        resources: Any = None,
        local_logs: bool = True,
    ) -> None:
        super().__init__(name, _shape(inputs, outputs))
        self.image = image
        self.command = list(command)
        self.arguments = list(arguments or ())
        self.metadata = metadata or TaskMetadata()
        if pod_template_name:
            self.metadata.pod_template_name = pod_template_name
        self.environment = environment_of(environment)
        self._amount = Amount(resources, requests, limits)
        self._paths = (input_data_dir or "", output_data_dir or "")
        self._format = metadata_format
        self._io_strategy = io_strategy
        self._secrets = secrets_of(secret_requests)
        self._pod_template = pod_template
        del local_logs
        self.typed_interface  # noqa: B018  # refuses what has no literal type where it is written

    task_type = "raw-container"

    def spec_for(self, settings: SerializationSettings) -> TaskSpec:
        """Return the task's message."""
        paths: dict[str, Any] = {"input_path": self._paths[0], "output_path": self._paths[1]}
        if self._format is not None:
            paths["data_format"] = int(getattr(self._format, "value", self._format))
        return builders.container_task(
            self.name,
            image=settings.image(None if self.image is None else str(self.image)),
            command=self.command,
            args=self.arguments,
            inputs=self.signature.inputs,
            outputs=self.signature.outputs,
            io_strategy=self._io_strategy,
            metadata=self.metadata.message(),
            resources=self._amount.message,
            env={**(settings.env or {}), **self.environment},
            secrets=self._secrets,
            pod_template=None if self._pod_template is None else pod_message(self._pod_template),
            **paths,
        )

    @property
    def implementation(self) -> Any:
        """A mock, or what says that there is none."""
        return Implementation(self, refused(self))


def _shape(inputs: Mapping[str, Any] | None, outputs: Mapping[str, Any] | None) -> Signature:
    given = dict(outputs or {})
    return Signature(dict(inputs or {}), {}, given, several=len(given) > 1)

"""What is said about a task beside its function: `TaskMetadata`, `Cache`, `Documentation`, secrets."""

from __future__ import annotations

import datetime
import enum
import hashlib
import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from flowidl import builders
from flowidl.admin.v1.description_entity_pb2 import DescriptionEntity
from flowidl.admin.v1.description_entity_pb2 import DescriptionFormat as Format
from flowidl.builders.tasks import described
from flowidl.core.v1.security_pb2 import Secret as SecretMessage
from flowidl.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from flowidl.core.v1.tasks_pb2 import TaskMetadata as TaskMetadataMessage


@dataclass
class TaskMetadata:
    """Options of a task's runs. `timeout` is a timedelta or seconds."""

    cache: bool = False
    cache_serialize: bool = False
    cache_version: str = ""
    cache_ignore_input_vars: tuple[str, ...] = ()
    interruptible: bool | None = None
    deprecated: str = ""
    retries: int = 0
    timeout: Any = None
    pod_template_name: str | None = None
    generates_deck: bool = False
    is_eager: bool = False
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None

    def __post_init__(self) -> None:
        if self.timeout:
            if isinstance(self.timeout, bool) or not isinstance(
                self.timeout, datetime.timedelta | int | float
            ):
                raise BuildError(
                    f"the timeout is of type `{self.timeout.__class__.__qualname__}`",
                    help="give a timedelta, or a number of seconds",
                )
            if not isinstance(self.timeout, datetime.timedelta):
                self.timeout = datetime.timedelta(seconds=self.timeout)
        if self.cache and not self.cache_version:
            raise BuildError(
                "a task is cached without a version",
                rule="cache-without-version",
                help='add `cache_version="1"`',
            )
        if not self.cache and self.cache_serialize:
            raise BuildError(
                "`cache_serialize` is for cached tasks",
                rule="serialized-without-cache",
                help='add `cache=True, cache_version="1"`',
            )
        if not self.cache and self.cache_ignore_input_vars:
            raise BuildError(
                "`cache_ignore_input_vars` is for cached tasks",
                rule="cache-without-version",
                help='add `cache=True, cache_version="1"`',
            )

    def message(self) -> TaskMetadataMessage:
        """Return the message."""
        message = builders.task_metadata(
            retries=self.retries,
            timeout=self.timeout or None,
            cache_version=self.cache_version,
            cache_serialize=self.cache_serialize,
            cache_ignore_input_vars=self.cache_ignore_input_vars,
            interruptible=self.interruptible,
            deck=self.generates_deck,
            deprecated=self.deprecated,
            pod_template_name=self.pod_template_name or "",
            labels=self.labels,
            annotations=self.annotations,
        )
        message.discoverable = self.cache
        message.is_eager = self.is_eager
        return message


@dataclass
class VersionParameters:
    """What a cache policy may make a version of."""

    func: Callable[..., Any]
    container_image: Any = None
    pod_template: Any = None
    pod_template_name: str | None = None


class CachePolicy(Protocol):
    """Makes part of a cache version, from a salt and what is known about the task."""

    def get_version(self, salt: str, params: VersionParameters) -> str:
        """Return the part of the version that this policy is for."""
        ...


@dataclass
class Cache:
    """Whether and how the results of a task are kept.

    Without a `version`, the policies make one: each gets `salt` and the task's function. `ignored_inputs` do
    not count, `serialize` lets equal runs wait for each other.
    """

    version: str | None = None
    serialize: bool = False
    ignored_inputs: tuple[str, ...] | str = field(default_factory=tuple)
    salt: str = ""
    policies: list[CachePolicy] | CachePolicy | None = None

    def __post_init__(self) -> None:
        if isinstance(self.ignored_inputs, str):
            self.ignored_inputs = (self.ignored_inputs,)
        self.ignored_inputs = tuple(self.ignored_inputs)
        if self.policies is not None and not isinstance(self.policies, list):
            self.policies = [self.policies]

    def get_ignored_inputs(self) -> tuple[str, ...]:
        """Return the inputs that do not count."""
        return tuple(self.ignored_inputs)

    def get_version(self, params: VersionParameters) -> str:
        """Return the version, made by the policies if there is none."""
        if self.version is not None:
            return self.version
        if not self.policies:
            raise BuildError(
                "a cache has neither a version nor a policy",
                rule="cache-without-version",
                help='write `Cache(version="1")`',
            )
        policies = self.policies if isinstance(self.policies, list) else [self.policies]
        parts = "".join(each.get_version(salt=self.salt, params=params) for each in policies)
        return hashlib.sha256(parts.encode()).hexdigest()


class FunctionBodyPolicy:
    """A cache policy by the text of the function, so that an edit of it is a new version."""

    def get_version(self, salt: str, params: VersionParameters) -> str:
        """Return a digest of the function's text."""
        text = inspect.getsource(inspect.unwrap(params.func))
        return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


class DescriptionFormat(enum.Enum):
    """How a description is written."""

    UNKNOWN = 0
    MARKDOWN = 1
    HTML = 2
    RST = 3


@dataclass
class Description:
    """The long text of a documentation, or where it is."""

    value: str | None = None
    uri: str | None = None
    icon_link: str | None = None
    format: DescriptionFormat = DescriptionFormat.RST


@dataclass
class SourceCode:
    """Where the code of an entity is."""

    link: str | None = None


@dataclass
class Documentation:
    """What is said about an entity: a line, a text, and where its code is."""

    short_description: str | None = None
    long_description: Description | None = None
    source_code: SourceCode | None = None


class Mount(enum.Enum):
    """How a secret is handed to a task."""

    ANY = SecretMessage.ANY
    ENV_VAR = SecretMessage.ENV_VAR
    FILE = SecretMessage.FILE


@dataclass
class Secret:
    """A request for a secret of a group, as a file or a variable."""

    MountType: ClassVar = Mount

    group: str | None = None
    key: str | None = None
    group_version: str | None = None
    mount_requirement: Mount = Mount.ANY
    env_var: str | None = None

    def __post_init__(self) -> None:
        self.message()

    def message(self) -> SecretMessage:
        """Return the message."""
        return builders.secret(
            self.group or "",
            self.key or "",
            version=self.group_version or "",
            env_var=self.env_var or "",
            mount=self.mount_requirement.value,
        )


class HashMethod:
    """Inside of `Annotated`: what makes the hash of a value, which then stands for it in the cache's key."""

    def __init__(self, function: Callable[[Any], str]) -> None:
        self._function = function

    def calculate(self, value: object) -> str:
        """Return the hash of a value."""
        return str(self._function(value))


def kwtypes(**types: Any) -> dict[str, Any]:
    """Return names with their types, in order: the columns of a dataset, the inputs of a container task."""
    return dict(types)


def secrets_of(requests: Iterable[Any] | None) -> list[SecretMessage]:
    """Return the messages of requests for secrets."""
    found: list[SecretMessage] = []
    for each in requests or ():
        if not isinstance(each, Secret):
            raise BuildError(
                f"a `{each.__class__.__qualname__}` is no secret", help="write `Secret(group=..., key=...)`"
            )
        found.append(each.message())
    return found


def environment_of(values: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the variables of a task, which must be texts."""
    for name, value in (values or {}).items():
        if not isinstance(value, str):
            raise BuildError(
                f"the environment variable `{name}` is no text but of type `{value.__class__.__qualname__}`"
            )
    return dict(values or {})


def description_of(said: Documentation) -> DescriptionEntity:
    """Return the message of a documentation."""
    message = described(said.short_description or "")
    message.short_description = said.short_description or ""
    if said.long_description is not None:
        _describe(message, said.long_description)
    if said.source_code is not None:
        message.source_code.link = said.source_code.link or ""
    return message


def _describe(message: DescriptionEntity, said: Description) -> None:
    if said.value:
        message.long_description.value = said.value
    if said.uri:
        message.long_description.uri = said.uri
    message.long_description.format = Format.Value(f"DESCRIPTION_FORMAT_{said.format.name}")


class WorkflowFailurePolicy(enum.Enum):
    """What happens to other nodes when one fails."""

    FAIL_IMMEDIATELY = 0
    FAIL_AFTER_EXECUTABLE_NODES_COMPLETE = 1

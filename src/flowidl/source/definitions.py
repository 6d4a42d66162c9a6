"""What reading yields: definitions with their origin, and places inside them."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from flowidl.names import EntityId
from flowidl.paths import ROOT, FieldPath
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from google.protobuf.message import Message


class Kind(enum.Enum):
    """The message types that a file may hold. The value is the message's full name."""

    TASK_SPEC = "flowidl.admin.v1.TaskSpec"
    WORKFLOW_SPEC = "flowidl.admin.v1.WorkflowSpec"
    LAUNCH_PLAN = "flowidl.admin.v1.LaunchPlan"
    LAUNCH_PLAN_SPEC = "flowidl.admin.v1.LaunchPlanSpec"
    TASK = "flowidl.admin.v1.Task"
    WORKFLOW = "flowidl.admin.v1.Workflow"
    EXECUTION_SPEC = "flowidl.admin.v1.ExecutionSpec"
    EXECUTION_CREATE_REQUEST = "flowidl.admin.v1.ExecutionCreateRequest"
    TASK_TEMPLATE = "flowidl.core.v1.TaskTemplate"
    WORKFLOW_TEMPLATE = "flowidl.core.v1.WorkflowTemplate"
    WORKFLOW_CLOSURE = "flowidl.core.v1.WorkflowClosure"
    COMPILED_WORKFLOW_CLOSURE = "flowidl.core.v1.CompiledWorkflowClosure"
    COMPILED_TASK = "flowidl.core.v1.CompiledTask"
    DYNAMIC_JOB_SPEC = "flowidl.core.v1.DynamicJobSpec"
    #: The inputs or outputs of a run (`inputs.pb`, `outputs.pb`).
    LITERAL_MAP = "flowidl.core.v1.LiteralMap"
    #: What a failed task leaves behind (`error.pb`).
    ERROR_DOCUMENT = "flowidl.core.v1.ErrorDocument"
    #: Stands where a file's message is not known. No definition that was read is of this kind.
    UNKNOWN = ""

    @property
    def label(self) -> str:
        """The short name, e.g. `TaskSpec`."""
        return self.value.rpartition(".")[2]


#: Every kind that a definition can be of.
KINDS = tuple(kind for kind in Kind if kind is not Kind.UNKNOWN)


class Origin(NamedTuple):
    """Where a definition's bytes came from.

    `data` is the definition's own binary encoding as read, or `None` if it came as JSON, YAML, text or from
    memory; byte ranges are offsets into it.
    """

    file: str = ""
    member: str = ""
    data: bytes | None = None


class Definition(NamedTuple):
    """One definition: its kind, its message (one of ours, never mutated), and where it came from.

    `id` is the identifier that registration would give it: the message's own, with empty parts filled in from
    the options. `None` if the message has none.
    """

    kind: Kind
    message: Message
    origin: Origin = Origin()
    id: EntityId | None = None


class Place(NamedTuple):
    """A place inside a definition: field path, and steps in the user's world (`node n3 "fit"`, `input x`).

    `span` is the byte range, where it is known and not that of the field at `path`.
    """

    definition: Definition
    path: FieldPath = ROOT
    steps: tuple[str, ...] = ()
    span: tuple[int, int] | None = None

    def field(self, *names: str) -> Place:
        """Return the place of a field in the message here, or of a field in that, and so on."""
        return Place(self.definition, self.path.field(*names), self.steps)

    def item(self, index: int) -> Place:
        """Return the place of one entry of the repeated field here."""
        return Place(self.definition, self.path.item(index), self.steps)

    def key(self, key: str) -> Place:
        """Return the place of one entry of the map field here."""
        return Place(self.definition, self.path.key(key), self.steps)

    def step(self, *steps: str) -> Place:
        """Return this place with further steps in the user's world."""
        return Place(self.definition, self.path, (*self.steps, *steps), self.span)

    def under(self, tail: FieldPath) -> Place:
        """Return the place that a path leads to from here."""
        return Place(self.definition, self.path / tail, self.steps)

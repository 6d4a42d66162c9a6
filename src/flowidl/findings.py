"""The vocabulary of results: what a finding is, and where it is.

These are plain frozen values with no behaviour that depends on input, output or configuration, so that every
room of the package can speak them. Severity says how bad a fault is and is no part of its code.
"""

from __future__ import annotations

import enum

from flowidl.paths import ROOT, FieldPath
from flowidl.tuples import NamedTuple


class Severity(enum.IntEnum):
    """How serious a finding is (`flowidl.report.v1.Severity`)."""

    INFO = 1
    WARNING = 2
    ERROR = 3


class Phase(enum.IntEnum):
    """When a fault would have come to light without this tool (`flowidl.report.v1.Phase`)."""

    READ = 1
    REGISTRATION = 2
    LAUNCH = 3
    RUN = 4


class Reference(NamedTuple):
    """What the reference compiler reports for a fault: its error code, and the node id that it attaches."""

    code: str
    node_id: str


class SourcePosition(NamedTuple):
    """A place in the Python source that made a definition.

    `file` is a path as seen from where the tool ran. Lines and columns count from 1, columns in characters;
    the end is just behind the last character. `excerpt` is the text of the first line. `nearest` says that
    the call itself could not be told for certain, and this is the definition of the workflow around it.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    excerpt: str = ""
    nearest: bool = False

    def __str__(self) -> str:
        """Return `file:line:column`, which editors and terminals make a link of."""
        return f"{self.file}:{self.line}:{self.column}"


class Location(NamedTuple):
    """A place in three coordinates: the file, the user's world, and the message.

    `byte_range` is `(start, end)`, half open, within the file or archive member; `None` unless the input is
    binary. `message_type` is the full name of the message in which `field_path` starts
    (`flowidl.admin.v1.WorkflowSpec`). `source` is the line of the user's code, where it is known.
    """

    file: str = ""
    member: str = ""
    entity: str = ""
    domain_path: tuple[str, ...] = ()
    field_path: FieldPath = ROOT
    byte_range: tuple[int, int] | None = None
    message_type: str = ""
    source: SourcePosition | None = None


class Related(NamedTuple):
    """Another end of a fault, with what it has to do with it (`declared here`)."""

    label: str
    location: Location


class Finding(NamedTuple):
    """One fault at one place.

    `message` is one sentence that stands alone; `help` at most one line that says what to do. `cause` is the
    fingerprint of the finding that this one follows from, or empty. `reference` is `None` where the check is
    our own, or where the reference compiler stops before it gets there.
    """

    code: str
    name: str
    severity: Severity
    message: str
    location: Location
    help: str = ""
    notes: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    reference: Reference | None = None
    phase: Phase = Phase.REGISTRATION
    fingerprint: str = ""
    cause: str = ""

    @property
    def source(self) -> SourcePosition | None:
        """The line of the user's code that the finding is about, where it is known."""
        return self.location.source


class Skipped(NamedTuple):
    """Something that was not checked, and why."""

    subject: str
    reason: str


class LimitHit(NamedTuple):
    """A limit that was reached: its name, its value, and how much was seen (0 if not known)."""

    name: str
    limit: int
    seen: int = 0

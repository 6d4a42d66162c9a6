"""What a caller may choose about one validation, as plain values.

The groups: which back end (`target`), how names are completed (`project` ... `version`), what to do about
entities that are not there (`missing`, `externals`), which rules speak and how loudly (`strict`, `select`,
`ignore`, `severity`, `previews`), and the figures of an installation to hold definitions against
(`platform`, `budgets`). Limits on reading are the source room's (`limits`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowidl.findings import Severity
    from flowidl.source.definitions import Definition

#: What to make of a reference to an entity that is not among the inputs.
Policy = Literal["error", "warn", "ignore"]


class Missing(NamedTuple):
    """Policy for references to absent entities, by kind. `None` asks for the default.

    The default is an error where the entity must be here: always for sub-workflows, for tasks inside a
    container that claims to be complete (`WorkflowClosure`, `CompiledWorkflowClosure`, `DynamicJobSpec`),
    and for names local to a package. Else the entity lives elsewhere: no finding, and the report says that
    it was not checked.
    """

    task: Policy | None = None
    workflow: Policy | None = None
    launch_plan: Policy | None = None


class PlatformLimits(NamedTuple):
    """What an installation sets: limits as Kubernetes quantities or counts, and what it has.

    `None`: not known, not checked. `default_pod_template` tells whether it has a pod template that is added
    to every pod; not known counts as no, which is how the back end is delivered.
    """

    cpu: str | None = None
    memory: str | None = None
    gpu: str | None = None
    ephemeral_storage: str | None = None
    max_workflow_nodes: int | None = None
    workflow_size: str | None = None
    max_labels: int | None = None
    max_annotations: int | None = None
    default_pod_template: bool | None = None


class Options(NamedTuple):
    """The choices for one run; see the module's docstring for the groups.

    `project`, `domain` and `version` complete identifiers the way registration does for packaged entities.
    `externals` supply the interfaces of entities that live elsewhere; they are not checked themselves.
    `select` and `ignore` are codes, prefixes of codes (`FI4`) or rule names; the longer match wins, and on a
    tie `ignore`. `severity` maps a code or name to the severity that its findings shall have.
    `rules` are modules with rules of one's own (`flowidl.rules.own`). `strict` also
    runs the checks of the encoding that need a scan of all bytes, and turns missing entities that would be
    skipped into warnings. `limits` is a `flowidl.source.limits.Limits`, or `None` for the default ones.
    `source` is the folder with the Python sources, which findings then point into: a path, empty to look in
    the current folder and in the package itself, or `None` not to look.
    """

    target: str = "flyte-1.16"

    project: str = ""
    domain: str = ""
    version: str = ""

    missing: Missing = Missing()
    externals: tuple[Definition, ...] = ()

    strict: bool = False
    previews: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = {}
    rules: tuple[str, ...] = ()

    platform: PlatformLimits = PlatformLimits()
    budgets: tuple[str, ...] = ()
    limits: object = None

    source: str | None = None


DEFAULT = Options()

"""The table of settings. Each row is a key of the configuration file, a flag of `flowidl validate`, or both.

So the two cannot drift apart: the command line, the checks of the file and the page `docs/configuration.md`
are all made from this table.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from flowidl.compiler.targets import TARGETS
from flowidl.report.formats import FORMATS
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Shape(enum.Enum):
    """What a value looks like. The value of a member says it to people."""

    FLAG = "true or false"
    NUMBER = "a whole number that is not negative"
    TEXT = "a string"
    PATH = "a path"
    TEXTS = "a list of strings"
    PATHS = "a list of paths"
    FOLDER = "a path, or false"
    TABLE = "a table"
    SUPPRESSIONS = "a list of tables"


class Setting(NamedTuple):
    """One row.

    `choices` are the allowed values of a string, or of each value of a table; `keys` the allowed keys of a
    table, none for any. `flag` is the name on the command line where it differs (a table's flag takes
    `KEY=VALUE`, and may be repeated); an empty one says that there is no flag. `sizes` lets a table's values
    be numbers with a unit.
    """

    name: str
    shape: Shape
    summary: str
    default: str = ""
    choices: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    metavar: str = ""
    flag: str | None = None
    sizes: bool = False

    @property
    def option(self) -> str:
        """The flag, e.g. `--fail-on`, or nothing."""
        name = self.name if self.flag is None else self.flag
        return f"--{name}" if name else ""

    @property
    def key(self) -> str:
        """The setting's name in Python."""
        return self.name.replace("-", "_")


#: The value of a folder that is not wanted (`false` in a file, `--no-...` on the command line).
OFF = "-"

LEVELS = ("error", "warning", "info")
POLICIES = ("error", "warn", "ignore")

#: Limits on reading, as `flowidl.source.Limits` has them.
LIMITS = ("input-size", "total-size", "ratio", "members", "member-size", "depth", "elements")

#: Figures of an installation, as `flowidl.rules.options.PlatformLimits` has them.
PLATFORM = (
    "cpu",
    "memory",
    "gpu",
    "ephemeral-storage",
    "max-workflow-nodes",
    "workflow-size",
    "max-labels",
    "max-annotations",
    "default-pod-template",
)
#: Those of them that are `true` or `false`.
PLATFORM_FLAGS = ("default-pod-template",)

SETTINGS = (
    Setting("target", Shape.TEXT, "back end to be accepted by", next(iter(TARGETS)), tuple(TARGETS)),
    Setting("project", Shape.TEXT, "project of entities that name none, as registration would fill it in"),
    Setting("domain", Shape.TEXT, "domain of entities that name none"),
    Setting("version-of-entities", Shape.TEXT, "version of entities that name none"),
    Setting("allow-empty", Shape.FLAG, "an input that holds no definitions is no failure"),
    Setting(
        "rules",
        Shape.TEXTS,
        "modules with rules of your own, which run with the rest: their code is executed",
        metavar="MODULE",
    ),
    Setting("select", Shape.TEXTS, "only these rules, by code, beginning of a code, or name", metavar="CODE"),
    Setting("ignore", Shape.TEXTS, "not these rules; the longer match wins over --select", metavar="CODE"),
    Setting(
        "severity",
        Shape.TABLE,
        "severity that a rule's findings shall have",
        "",
        LEVELS,
        metavar="CODE=LEVEL",
    ),
    Setting(
        "fail-on",
        Shape.TEXT,
        "lowest severity that makes the run fail",
        "error",
        (*LEVELS, "never"),
    ),
    Setting(
        "strict",
        Shape.FLAG,
        "also check the encoding byte by byte, and warn of references to what is not among the inputs",
        "false",
    ),
    Setting("previews", Shape.FLAG, "also run rules that are still in preview", "false"),
    Setting(
        "missing",
        Shape.TABLE,
        "what to make of a reference to an entity that is not among the inputs",
        "",
        POLICIES,
        ("task", "workflow", "launch-plan"),
        "KIND=POLICY",
    ),
    Setting(
        "external",
        Shape.PATHS,
        "definitions of entities that live elsewhere: used, not checked",
        metavar="PATH",
    ),
    Setting(
        "platform",
        Shape.TABLE,
        "what your installation allows and has, to hold definitions against",
        "",
        (),
        PLATFORM,
        "NAME=VALUE",
    ),
    Setting(
        "budgets",
        Shape.TEXTS,
        "sizes to stay below, e.g. grpc-4mib, etcd-1.5mib, max-nodes=500",
        metavar="BUDGET",
        flag="budget",
    ),
    Setting("max-findings", Shape.NUMBER, "most findings to list; 0 lists all", "1000", metavar="N"),
    Setting(
        "limits",
        Shape.TABLE,
        "a limit on what is read",
        "",
        (),
        LIMITS,
        "NAME=SIZE",
        flag="limit",
        sizes=True,
    ),
    Setting(
        "baseline", Shape.PATH, "findings to live with until they are fixed, as --write-baseline wrote them"
    ),
    Setting("suppress", Shape.SUPPRESSIONS, "findings to live with, each with its reason", flag=""),
    Setting(
        "format",
        Shape.TEXT,
        "format of the report on standard output",
        "text",
        tuple(row.name for row in FORMATS),
        metavar="FORMAT",
    ),
    Setting(
        "source",
        Shape.FOLDER,
        "folder with the Python sources, to say which line a finding is about; without it the current folder "
        "and the package itself are searched",
        metavar="DIR",
    ),
    Setting("jobs", Shape.NUMBER, "processes for several packages; 0: one for each core", "1", metavar="N"),
)

BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}

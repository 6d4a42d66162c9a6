"""Whole files of definitions with the verdict of the code that was run on them, held against ours.

What that code refused and what a definition shows must be found, as an error or a warning, in at least 95
of 100 rows; what it took must have no error. What no definition shows, such as the value that an input will
have, is left out by kind, each with its reason.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from flowidl.findings import Finding, Phase, Severity
from flowidl.rules.options import Missing, Options, PlatformLimits
from flowidl.source.definitions import Definition, Kind, Origin
from flowidl.source.messages import message_class
from flowidl.validator.pipeline import examine
from tests.support.shared import shared

Row = dict[str, Any]

GOAL = 0.95
KINDS = {
    "task": Kind.TASK_SPEC,
    "workflow": Kind.WORKFLOW_SPEC,
    "launch_plan": Kind.LAUNCH_PLAN,
    "execution": Kind.EXECUTION_CREATE_REQUEST,
}


class Tally(NamedTuple):
    """What came of a file: refused and found, by kind; and errors on what was taken, as `kind: code`."""

    refused: Counter[str]
    found: Counter[str]
    false: Counter[str]

    @property
    def share(self) -> float:
        """The part of what was refused that was found."""
        return self.found.total() / self.refused.total()

    def missed(self) -> dict[str, str]:
        """Return what was not found, by kind."""
        return {
            kind: f"{self.found[kind]} of {count}"
            for kind, count in sorted(self.refused.items())
            if self.found[kind] < count
        }


def rows(name: str) -> list[Row]:
    """Return the rows of a file."""
    # Not `splitlines`: texts hold separators that JSON need not escape.
    return [json.loads(line) for line in shared("oracles", name).read_text().split("\n") if line]


def definition(kind: Kind, encoded: str, name: str = "input.pb") -> Definition:
    """Return the definition that a row holds."""
    data = base64.b64decode(encoded)
    return Definition(kind, message_class(kind).FromString(data), Origin(name, "", data))


def alone(row: Row) -> tuple[Finding, ...]:
    """Examine the definition of a row by itself."""
    kind = KINDS.get(row.get("entity", ""), Kind.TASK_TEMPLATE)
    return examine([definition(kind, row["input"])], Options()).findings


def tally(
    all_rows: Iterable[Row],
    invisible: Mapping[str, str] = {},
    elsewhere: Mapping[str, str] = {},
    look: Callable[[Row], tuple[Finding, ...]] = alone,
) -> Tally:
    """Examine rows. `invisible` are kinds to leave out, `elsewhere` codes of what other code refuses."""
    result = Tally(Counter(), Counter(), Counter())
    for row in all_rows:
        found = look(row)
        if row["valid"]:
            errors = {f.code for f in found if f.severity is Severity.ERROR} - elsewhere.keys()
            result.false.update(f"{row['mutation']}: {code}" for code in errors)
        elif row["mutation"] not in invisible:
            result.refused[row["mutation"]] += 1
            result.found[row["mutation"]] += any(f.severity is not Severity.INFO for f in found)
    return result


#: What was sent was sent as it stands, and what is not there is not there.
COMPLETE = Missing(task="error", workflow="error", launch_plan="error")
_GIVEN = {"tasks": Kind.TASK_SPEC, "workflows": Kind.WORKFLOW_SPEC, "launch_plans": Kind.LAUNCH_PLAN}


def registered(row: Row) -> tuple[Finding, ...]:
    """Examine the definition of a row beside what was registered before, and return what is about it.

    An execution may also be refused for what its launch plan says. What comes to light when a task runs is
    not what registration has an opinion on.
    """
    given = row["given"]
    name = "input.pb"
    parts = [
        definition(kind, encoded, f"{field}_{position}.pb")
        for field, kind in _GIVEN.items()
        for position, encoded in enumerate(given.get(field) or ())
    ]
    parts.append(definition(KINDS[row["entity"]], row["input"], name))
    found = examine(parts, Options(missing=COMPLETE, platform=platform(given.get("platform")))).findings
    about = (f for f in found if row["entity"] == "execution" or f.location.file == name)
    return tuple(f for f in about if f.phase is not Phase.RUN)


def platform(limits: Mapping[str, Any] | None) -> PlatformLimits:
    """Return the limits of the installation that a row was tried in."""
    limits = limits or {}
    return PlatformLimits(
        cpu=limits.get("cpu"),
        memory=limits.get("memory"),
        gpu=limits.get("gpu"),
        ephemeral_storage=limits.get("ephemeral-storage"),
        max_workflow_nodes=limits.get("max-workflow-nodes", 100),
        workflow_size=limits.get("workflow-size"),
    )

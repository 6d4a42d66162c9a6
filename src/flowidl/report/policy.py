"""What a team has decided about findings: which to live with, which make a run fail, how many to print.

All of it is plain data that configuration fills in. `flowidl.report.conclude` applies it. Nothing here looks
at a finding's text: a suppression names a code and a place, a baseline names fingerprints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.findings import Severity
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from flowidl.findings import Finding, Location

#: Between the steps of a place in the user's world: `workflow my.pkg.train > node n3 "fit" > input x`.
SEPARATOR = " > "


class Suppression(NamedTuple):
    """Findings that a team lives with, and why.

    `code` is a code, the beginning of one (`FI4`) or a rule's name. `at` is a place in the user's world:
    patterns as in a shell, one for each step, joined by ` > `; it covers everything below that place, and a
    node may be named with or without its display name. An empty `at` covers every place. `file` is a pattern
    for the input's name. A suppression ends on the day `expires`. `origin` says where it was written down.
    """

    code: str
    reason: str
    at: str = ""
    file: str = ""
    expires: date | None = None
    origin: str = ""


class BaselineEntry(NamedTuple):
    """One finding that was there when the baseline was written. All but the fingerprint is for people."""

    fingerprint: str
    code: str
    at: str
    message: str


class Policy(NamedTuple):
    """Decisions about findings.

    `fail_on` is the lowest severity that fails a run, `None` if none shall. `max_findings` is the number of
    findings to report, 0 for all of them. `today` is the day on which suppressions expire or not; `None`:
    none does. `allow_empty` lets a run pass in which there was nothing to check.
    """

    fail_on: Severity | None = Severity.ERROR
    suppressions: tuple[Suppression, ...] = ()
    baseline: tuple[BaselineEntry, ...] = ()
    baseline_origin: str = ""
    max_findings: int = 1000
    today: date | None = None
    allow_empty: bool = False


DEFAULT_POLICY = Policy()


def place_text(location: Location) -> str:
    """Return a place in the user's words, e.g. `workflow my.pkg.train > node n3 "fit" > input x`."""
    return SEPARATOR.join((location.entity, *location.domain_path))


def covers(suppression: Suppression, finding: Finding) -> bool:
    """Tell whether a suppression is about a finding, whatever the day."""
    return (
        matches_code(suppression.code, finding.code, finding.name)
        and covers_place(suppression.at, (finding.location.entity, *finding.location.domain_path))
        and (not suppression.file or matches_file(suppression.file, finding.location))
    )


def matches_code(pattern: str, code: str, name: str) -> bool:
    """Tell whether a code, the beginning of one, or a rule's name stands for a rule."""
    return pattern == name or code.startswith(pattern.upper())


def covers_place(pattern: str, steps: Iterable[str]) -> bool:
    """Tell whether a place is the one that a pattern names, or lies below it."""
    if not pattern:
        return True
    from fnmatch import fnmatchcase

    wanted = pattern.split(SEPARATOR)
    given = list(steps)[: len(wanted)]
    return len(given) == len(wanted) and all(
        fnmatchcase(step, part) or fnmatchcase(_without_display_name(step), part)
        for step, part in zip(given, wanted, strict=True)
    )


def matches_file(pattern: str, location: Location) -> bool:
    """Tell whether a location's input, member, or the end of its path is the one that a pattern names."""
    from fnmatch import fnmatchcase

    names = [name.replace("\\", "/") for name in (location.file, location.member) if name]
    return any(fnmatchcase(name, pattern) or fnmatchcase(name, "*/" + pattern) for name in names)


def _without_display_name(step: str) -> str:
    """Return `node n3` for `node n3 "fit"`."""
    head, quote, _ = step.partition(' "')
    return head if quote and step.endswith('"') else step

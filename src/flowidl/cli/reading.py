"""What `show` and `convert` share: reading inputs, and saying what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowidl.cli.framework import Failure
from flowidl.cli.settings import flag_values, reading_of
from flowidl.escape import escape
from flowidl.source.problems import Fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flowidl.cli.console import Console
    from flowidl.findings import Finding
    from flowidl.source.loading import Input
    from flowidl.source.problems import Loaded, Problem


def read(console: Console, paths: Sequence[str], given: dict[str, Any]) -> Loaded:
    """Read all inputs; say on standard error what is wrong with them.

    Raises `Failure` for an input that is not there: a wrong call, not a fault of a definition.
    """
    from flowidl.cli.inputs import opened

    return read_inputs(console, opened(paths, console), given)


def read_inputs(console: Console, inputs: Iterable[Input], given: dict[str, Any]) -> Loaded:
    """Read inputs that have been opened, as `read` does."""
    from flowidl.config.values import Settings
    from flowidl.source import load

    options = reading_of(Settings().under(flag_values(given)), given)
    loaded = load(*inputs, options=options)
    for problem in loaded.problems:
        if problem.fact is Fact.UNREADABLE_INPUT:
            raise Failure(f"{where(problem.origin.file, '')}: {escape(problem.detail)}")
    for line in _lines(loaded.problems):
        console.say(line)
    return loaded


def _lines(problems: Sequence[Problem]) -> list[str]:
    """Put words to problems, by the rules that know them."""
    if not problems:
        return []
    from flowidl.compiler.analyse import analyse
    from flowidl.compiler.targets import target_named
    from flowidl.rules.context import Context
    from flowidl.rules.options import DEFAULT
    from flowidl.validator.engine import run

    outcome = run(Context(analyse((), target_named(DEFAULT.target)), DEFAULT, (), problems))
    return [_line(finding) for finding in outcome.findings]


def _line(finding: Finding) -> str:
    place = where(finding.location.file, finding.location.member)
    return f"{finding.severity.name.lower()}[{finding.code}] {place}: {escape(finding.message)}"


def where(file: str, member: str) -> str:
    """Return where something came from, safe to print."""
    return escape(" > ".join(filter(None, (file, member))) or "(memory)")

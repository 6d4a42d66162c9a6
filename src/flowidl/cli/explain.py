"""`flowidl explain`: what a rule is about, with examples that can be tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from flowidl.cli.codes import complete_codes
from flowidl.cli.console import CLEAN
from flowidl.cli.framework import Failure, subcommand
from flowidl.cli.outputs import write_file, write_here
from flowidl.cli.own_rules import own_rules_of
from flowidl.cli.settings import setting_options
from flowidl.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.cli.console import Console
    from flowidl.rules.case import Case
    from flowidl.rules.declaration import Rule


@subcommand("explain")
@click.argument("code", shell_complete=complete_codes)
@click.option("--json", "as_json", is_flag=True, help="As a JSON object.")
@click.option("--bad", is_flag=True, help="Write the example that the rule finds, as files.")
@click.option("--good", is_flag=True, help="Write the example that is as it should be, as files.")
@click.option(
    "-o",
    "--output",
    "folder",
    default=".",
    metavar="FOLDER",
    help="Where to write files; - writes the only file to standard output. Default: here.",
)
@setting_options("rules")
@click.pass_obj
def command(
    console: Console, /, code: str, as_json: bool, bad: bool, good: bool, folder: str, **given: Any
) -> int:
    """Explain a rule: what it finds, why that fails and when, and what to do.

    CODE is a code or a rule's name.

    \b
    Examples
      flowidl explain FI425
      flowidl explain mismatched-types --json
      flowidl explain ACME001 --rules acme.rules
      flowidl explain FI425 --bad -o bad && flowidl validate bad
    """
    own = own_rules_of(console.folder, given)
    rule = _rule(code, own)
    if bad or good:
        for role in ("bad", "good"):
            if (bad and role == "bad") or (good and role == "good"):
                _write(rule, role, folder, console, own)
        return CLEAN
    if as_json:
        console.write(_json(rule, own))
    else:
        console.write("\n".join(_page(rule, own)) + "\n")
    return CLEAN


def _rule(code: str, own: tuple[str, ...]) -> Rule:
    from flowidl.rules.packs import find, similar

    rule = find(code, own)
    if rule is None:
        close = similar(code, own)
        hint = f"; did you mean {' or '.join(close)}?" if close else "; `flowidl rules` lists them"
        raise Failure(f"no rule has the code or name {code}{hint}")
    return rule


def _page(rule: Rule, own: tuple[str, ...]) -> Iterator[str]:
    yield f"{rule.code} {rule.name}"
    facts = [rule.severity.name.lower(), f"comes to light at {_PHASES[rule.phase.name]}"]
    if rule.reference:
        facts.append(f"reference code {', '.join(rule.reference)}")
    if rule.preview:
        facts.append("preview")
    yield "; ".join(facts)
    yield ""
    yield rule.documentation
    cases = _cases(rule, own)
    bad = next((case for case in cases if case.role.value == "bad"), None)
    good = next((case for case in cases if case.role.value == "good"), None)
    if bad is not None:
        yield from _example(bad, rule, own)
    if bad is not None and good is not None:
        yield from _remedy(bad, good)
    more = [f"  {case.role.value:<4}  {case.title}" for case in cases]
    if more:
        yield ""
        yield "All examples (--bad and --good write the first of each)"
        yield from more


def _example(case: Case, rule: Rule, own: tuple[str, ...]) -> Iterator[str]:
    """Yield an example as it stands in its files, and what is found in it."""
    from flowidl.report.concise import line_of
    from flowidl.validator.pipeline import examine

    yield ""
    yield f"Example: {case.title}"
    for name, lines in _files(case).items():
        yield f"  {escape(name)}"
        yield from (f"    {line}" for line in lines[:_MAX_LINES])
        if len(lines) > _MAX_LINES:
            yield f"    ... and {len(lines) - _MAX_LINES} more lines"
    if not case.old:  # a finding about two versions is no finding about one of them
        found = examine(case.inputs(), case.options._replace(rules=own), case.reading).findings
        yield from (f"  {line_of(finding)}" for finding in found if finding.code == rule.code)


def _remedy(bad: Case, good: Case) -> Iterator[str]:
    """Yield what is different in an example that is as it should be."""
    from difflib import unified_diff

    yield ""
    yield f"As it should be: {good.title}"
    before, after = _files(bad), _files(good)
    for name in sorted(before.keys() | after.keys()):
        lines = unified_diff(before.get(name, []), after.get(name, []), lineterm="", n=2)
        changed = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
        if changed:
            yield f"  {escape(name)}"
            yield from (f"    {line}" for line in changed[:_MAX_LINES])


def _files(case: Case) -> dict[str, list[str]]:
    """Return the files of an example as lines to read, those of an older version first."""
    from flowidl.source.tree import tree

    files = [*((f"old/{part.name}", part) for part in case.old), *((part.name, part) for part in case.files)]
    return {
        name: [f"{len(part.data)} bytes"] if part.kind is None else list(tree(part.message))
        for name, part in files
    }


#: Lines of a file of an example that are printed.
_MAX_LINES = 40

_PHASES = {"READ": "reading", "REGISTRATION": "registration", "LAUNCH": "launch", "RUN": "run time"}


def _cases(rule: Rule, own: tuple[str, ...]) -> tuple[Case, ...]:
    from flowidl.rules.case import cases_for
    from flowidl.rules.own import OwnRulesError

    try:
        return cases_for(rule.code, own)
    except OwnRulesError as error:
        raise Failure(str(error)) from None


def _json(rule: Rule, own: tuple[str, ...]) -> str:
    import json

    from flowidl.cli.rules import as_object

    cases = [
        {"role": case.role.value, "title": case.title, "files": list(case.contents())}
        for case in _cases(rule, own)
    ]
    return json.dumps({**as_object(rule), "examples": cases}, indent=2) + "\n"


def _write(rule: Rule, role: str, folder: str, console: Console, own: tuple[str, ...]) -> None:
    """Write the files of the rule's first example of a role."""
    case = next((case for case in _cases(rule, own) if case.role.value == role), None)
    if case is None:
        raise Failure(f"{rule.code} has no {role} example that files could hold")
    files = case.contents()
    if folder == "-":
        if len(files) != 1:
            raise Failure(f"the {role} example of {rule.code} has {len(files)} files; give a folder with -o")
        write_here(next(iter(files.values())), console)
        return
    import os

    for name, data in files.items():
        path = os.path.join(folder, *name.split("/"))
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)  # pathlib costs its import
        except OSError as error:
            raise Failure(f"cannot write to {folder}: {error.strerror}") from error
        write_file(path, data)
        console.write(path + "\n")

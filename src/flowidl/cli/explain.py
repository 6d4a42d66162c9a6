"""`flowidl explain`: what a rule is about, with examples that can be tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flowidl.cli.codes import complete_codes
from flowidl.cli.console import CLEAN
from flowidl.cli.framework import Failure, subcommand
from flowidl.cli.outputs import write_file, write_here

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
@click.pass_obj
def command(console: Console, /, code: str, as_json: bool, bad: bool, good: bool, folder: str) -> int:
    """Explain a rule: what it finds, why that fails and when, and what to do.

    CODE is a code or a rule's name.

    \b
    Examples
      flowidl explain FI425
      flowidl explain mismatched-types --json
      flowidl explain FI425 --bad -o bad && flowidl validate bad
    """
    rule = _rule(code)
    if bad or good:
        for role in ("bad", "good"):
            if (bad and role == "bad") or (good and role == "good"):
                _write(rule, role, folder, console)
        return CLEAN
    if as_json:
        console.write(_json(rule))
    else:
        console.write("\n".join(_page(rule)) + "\n")
    return CLEAN


def _rule(code: str) -> Rule:
    from flowidl.rules.packs import find, similar

    rule = find(code)
    if rule is None:
        close = similar(code)
        hint = f"; did you mean {' or '.join(close)}?" if close else "; `flowidl rules` lists them"
        raise Failure(f"no rule has the code or name {code}{hint}")
    return rule


def _page(rule: Rule) -> Iterator[str]:
    yield f"{rule.code} {rule.name}"
    facts = [rule.severity.name.lower(), f"comes to light at {_PHASES[rule.phase.name]}"]
    if rule.reference:
        facts.append(f"reference code {', '.join(rule.reference)}")
    if rule.preview:
        facts.append("preview")
    yield "; ".join(facts)
    yield ""
    yield rule.documentation
    titles = [f"  {case.role.value:<4}  {case.title}" for case in _cases(rule)]
    if titles:
        yield ""
        yield "Examples (--bad and --good write the first of each)"
        yield from titles


_PHASES = {"READ": "reading", "REGISTRATION": "registration", "LAUNCH": "launch", "RUN": "run time"}


def _cases(rule: Rule) -> tuple[Case, ...]:
    from flowidl.rules.case import cases_for

    return cases_for(rule.code)


def _json(rule: Rule) -> str:
    import json

    from flowidl.cli.rules import as_object

    cases = [
        {"role": case.role.value, "title": case.title, "files": list(case.contents())}
        for case in _cases(rule)
    ]
    return json.dumps({**as_object(rule), "examples": cases}, indent=2) + "\n"


def _write(rule: Rule, role: str, folder: str, console: Console) -> None:
    """Write the files of the rule's first example of a role."""
    case = next((case for case in _cases(rule) if case.role.value == role), None)
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

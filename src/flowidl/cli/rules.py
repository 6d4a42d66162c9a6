"""`flowidl rules`: the list of rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from flowidl.cli.codes import complete_codes
from flowidl.cli.console import CLEAN
from flowidl.cli.framework import Failure, subcommand
from flowidl.cli.own_rules import own_rules_of
from flowidl.cli.settings import setting_options

if TYPE_CHECKING:
    from flowidl.cli.console import Console
    from flowidl.rules.declaration import Rule


@subcommand("rules")
@click.argument("codes", nargs=-1, metavar="[CODE]...", shell_complete=complete_codes)
@click.option("--json", "as_json", is_flag=True, help="As a JSON list, with the pages.")
@setting_options("rules")
@click.pass_obj
def command(console: Console, /, codes: tuple[str, ...], as_json: bool, **given: Any) -> int:
    """List the rules: code, default severity, when the fault would come to light, name, and what it is.

    CODE is a code, the beginning of one, or a name.

    \b
    Examples
      flowidl rules                 all of them
      flowidl rules FI6             those about tasks, resources and pods
      flowidl rules --json          for programs
      flowidl rules ACME --rules acme.rules   those of your own
    """
    from flowidl.report.policy import matches_code
    from flowidl.rules.packs import all_rules

    own = own_rules_of(console.folder, given)
    rules = [
        rule
        for rule in all_rules(own)
        if not codes or any(matches_code(code, rule.code, rule.name) for code in codes)
    ]
    if not rules:
        raise Failure(f"no rule has a code or name like {', '.join(codes)}; `flowidl rules` lists all")
    console.write(as_json_text(rules) if as_json else _table(rules))
    return CLEAN


def _table(rules: list[Rule]) -> str:
    width = max(len(rule.name) for rule in rules)
    return "".join(
        f"{rule.code}  {rule.severity.name.lower():<7}  {rule.phase.name.lower():<12}  "
        f"{rule.name:<{width}}  {rule.summary}{' (preview)' if rule.preview else ''}\n"
        for rule in rules
    )


def as_json_text(rules: list[Rule]) -> str:
    """Return rules as a JSON list of objects."""
    import json

    return json.dumps([as_object(rule) for rule in rules], indent=2) + "\n"


def as_object(rule: Rule) -> dict[str, object]:
    """Return a rule's metadata and page as JSON has them."""
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.name.lower(),
        "phase": rule.phase.name.lower(),
        "preview": rule.preview,
        "summary": rule.summary,
        "reference": list(rule.reference),
        "covers": list(rule.covers),
        "reads": list(rule.reads),
        "documentation": rule.documentation,
    }

"""Codes of rules on the command line, completed by the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem


def complete_codes(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the codes and names of rules that begin like this, each with what the rule finds."""
    from click.shell_completion import CompletionItem

    from flowidl.rules.packs import all_rules

    rules = all_rules()
    found = [(rule.code, rule) for rule in rules if rule.code.startswith(begun.upper())]
    if begun:
        found += [(rule.name, rule) for rule in rules if rule.name.startswith(begun)]
    return [CompletionItem(word, help=rule.summary) for word, rule in found]

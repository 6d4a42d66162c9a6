"""Rules of one's own: modules that a user names, with rules beside those of this package.

A module such as `acme.rules` holds rules as a pack does: functions under `@rule`, with codes under a prefix
of their own (`ACME001`). Their examples are in the module beside it, `acme.rules_cases`, as `CASES`. They run
with the rest, and everything that takes a code or a name takes theirs.

Only modules that Python finds are imported: install the package that holds them, or set `PYTHONPATH`. The
folder that is validated is not searched.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from flowidl.rules.declaration import SECTIONS, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The prefix of the rules of this package.
RESERVED = "FI"

_CODE = re.compile(r"([A-Z]{2,12})[0-9]{3,5}")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class OwnRulesError(ValueError):
    """Says why a module of rules cannot be used."""


@cache
def own_rules(modules: tuple[str, ...]) -> tuple[Rule, ...]:
    """Import modules and return their rules by code.

    Raises `OwnRulesError` if one cannot be imported, has no rules, or has one whose code or name cannot be
    told from another's.
    """
    found: dict[str, Rule] = {}
    names: dict[str, str] = {}
    for module in modules:
        for rule in _rules_in(module):
            if rule.code in found and found[rule.code] is not rule:
                raise OwnRulesError(f"`{module}`: the code {rule.code} is used twice")
            if names.setdefault(rule.name, rule.code) != rule.code:
                raise OwnRulesError(f"`{module}`: the name `{rule.name}` is used twice")
            found[rule.code] = rule
    return tuple(found[code] for code in sorted(found))


def _rules_in(module: str) -> list[Rule]:
    try:
        loaded = import_module(module)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise OwnRulesError(f"`{module}` cannot be imported: {reason}") from error
    # Rules of this package may be imported there, to be read or wrapped; they run anyhow.
    rules = [
        value
        for value in vars(loaded).values()
        if isinstance(value, Rule) and not value.check.__module__.startswith("flowidl.rules.")
    ]
    if not rules:
        raise OwnRulesError(f"`{module}` has no rules: functions under `@rule` of `flowidl.rules`")
    for rule in rules:
        problem = next(_problems(rule), "")
        if problem:
            raise OwnRulesError(f"`{module}`: rule `{rule.code}` {problem}")
    return rules


def _problems(rule: Rule) -> Iterator[str]:
    match = _CODE.fullmatch(rule.code)
    if match is None:
        yield "has a code that is not capitals and three to five digits, such as `ACME001`"
    elif match[1] == RESERVED:
        yield f"has the prefix `{RESERVED}`, which is that of the rules of flowidl: choose one of your own"
    if not _NAME.fullmatch(rule.name):
        yield f"has the name `{rule.name}`, which is not small words joined by dashes"
    if not rule.summary:
        yield "has no docstring: its first line is what lists and reports say of it"
    missing = [title for title in SECTIONS if rule.documentation and not rule.section(title)]
    if missing:
        yield f"has a docstring without `{missing[0]}:`; the sections are {', '.join(SECTIONS)}"

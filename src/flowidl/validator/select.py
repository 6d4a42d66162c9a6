"""Which rules may speak and how loudly: `select` and `ignore` by code, prefix of a code, or name.

The longest match wins and on a tie `ignore` does, so `--select FI4 --ignore FI42 --select FI421` means what
it says. With nothing selected every rule may speak that is not a preview.

A selection is about definitions. That an input could not be read, a rule crashed or findings were left out is
said all the same, unless it is ignored: else a run that looked at nothing would pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.findings import Phase, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowidl.rules.declaration import Rule
    from flowidl.rules.options import Options

#: A name or a full code beats any prefix of a code.
EXACT = 6


def wants(options: Options, rule: Rule) -> bool:
    """Tell whether findings of `rule` are asked for."""
    if not options.select and not options.ignore:
        return not rule.preview or options.previews
    chosen = _match(options.select, rule)
    if not chosen and _is_about_the_run(rule):
        return not _match(options.ignore, rule)
    if not chosen and (options.select or (rule.preview and not options.previews)):
        return False
    return chosen > _match(options.ignore, rule) or (not chosen and not _match(options.ignore, rule))


def chosen_severity(chosen: Mapping[str, Severity], rule: Rule) -> Severity | None:
    """Return the severity that a caller wants for a rule's findings, by its code or else by its name."""
    return chosen.get(rule.code) or chosen.get(rule.name)


def _is_about_the_run(rule: Rule) -> bool:
    return rule.code.startswith("FI9") or (rule.phase is Phase.READ and rule.severity is Severity.ERROR)


def _match(patterns: tuple[str, ...], rule: Rule) -> int:
    """Return the length of the best match: 0 for none, `EXACT` for the code or the name."""
    best = 0
    for pattern in patterns:
        code = pattern.upper()
        if pattern.lower() == rule.name or code == rule.code:
            return EXACT
        if rule.code.startswith(code):
            best = max(best, len(pattern))
    return best

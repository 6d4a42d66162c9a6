"""Rules: what is wrong with definitions, one function a rule.

    from flowidl.rules import ERROR, Context, Found, Phase, rule

A rule reads a `Context` (the definitions, the model that the compiler made of them, and the options of the
run) and yields what it `Found`. `packs` is the table of the modules that hold them, by subject: `reading`,
`entities`, `graph`, `data`, `nodes`, `tasks`, `kubernetes`, `launch`, `sizes`. Examples of each rule stand
beside it as data (`Case`). The engine that runs them is in `flowidl.validator`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowidl.findings import Phase as Phase
    from flowidl.findings import Severity as Severity
    from flowidl.findings import Skipped as Skipped
    from flowidl.rules.case import Case as Case
    from flowidl.rules.case import CaseFile as CaseFile
    from flowidl.rules.case import Role as Role
    from flowidl.rules.context import Context as Context
    from flowidl.rules.declaration import ERROR as ERROR
    from flowidl.rules.declaration import INFO as INFO
    from flowidl.rules.declaration import WARNING as WARNING
    from flowidl.rules.declaration import Found as Found
    from flowidl.rules.declaration import Rule as Rule
    from flowidl.rules.declaration import rule as rule
    from flowidl.rules.options import Options as Options
    from flowidl.rules.own import OwnRulesError as OwnRulesError
    from flowidl.source.definitions import Kind as Kind

#: Where each name lives. It is imported when it is asked for, since a run imports this package and no cases.
_WHERE = {
    "Case": "flowidl.rules.case",
    "Context": "flowidl.rules.context",
    "ERROR": "flowidl.rules.declaration",
    "Found": "flowidl.rules.declaration",
    "INFO": "flowidl.rules.declaration",
    "CaseFile": "flowidl.rules.case",
    "Kind": "flowidl.source.definitions",
    "Options": "flowidl.rules.options",
    "OwnRulesError": "flowidl.rules.own",
    "Phase": "flowidl.findings",
    "Role": "flowidl.rules.case",
    "Rule": "flowidl.rules.declaration",
    "Severity": "flowidl.findings",
    "Skipped": "flowidl.findings",
    "WARNING": "flowidl.rules.declaration",
    "rule": "flowidl.rules.declaration",
}

__all__ = [
    "ERROR",
    "INFO",
    "WARNING",
    "Case",
    "CaseFile",
    "Context",
    "Found",
    "Kind",
    "Options",
    "OwnRulesError",
    "Phase",
    "Role",
    "Rule",
    "Severity",
    "Skipped",
    "rule",
]


if not TYPE_CHECKING:  # else a type checker would believe in any name

    def __getattr__(name: str) -> object:
        if name not in _WHERE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(_WHERE[name]), name)

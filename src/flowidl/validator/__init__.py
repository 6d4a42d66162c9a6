"""Validation: from definitions to a report.

    from flowidl.validator import check, validate

    report = validate("package.tgz")                 # says what is wrong
    check(workflow, *tasks)                          # raises ValidationError if something is

Both take paths, bytes, streams, and messages of any runtime or package. `validate_many` takes many packages
and any executor. `Options` says what to check and how, `Policy` what a team has decided about findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowidl.findings import Finding as Finding
    from flowidl.findings import Location as Location
    from flowidl.findings import Severity as Severity
    from flowidl.report.model import Report as Report
    from flowidl.report.policy import Policy as Policy
    from flowidl.report.policy import Suppression as Suppression
    from flowidl.rules.options import Missing as Missing
    from flowidl.rules.options import Options as Options
    from flowidl.rules.options import PlatformLimits as PlatformLimits
    from flowidl.validator.api import ValidationError as ValidationError
    from flowidl.validator.api import check as check
    from flowidl.validator.api import validate as validate
    from flowidl.validator.batch import validate_many as validate_many

#: Where each name lives; it is imported when it is asked for.
_WHERE = {
    "Finding": "flowidl.findings",
    "Location": "flowidl.findings",
    "Missing": "flowidl.rules.options",
    "Options": "flowidl.rules.options",
    "PlatformLimits": "flowidl.rules.options",
    "Policy": "flowidl.report.policy",
    "Report": "flowidl.report.model",
    "Severity": "flowidl.findings",
    "Suppression": "flowidl.report.policy",
    "ValidationError": "flowidl.validator.api",
    "check": "flowidl.validator.api",
    "validate": "flowidl.validator.api",
    "validate_many": "flowidl.validator.batch",
}

__all__ = [
    "Finding",
    "Location",
    "Missing",
    "Options",
    "PlatformLimits",
    "Policy",
    "Report",
    "Severity",
    "Suppression",
    "ValidationError",
    "check",
    "validate",
    "validate_many",
]


if not TYPE_CHECKING:  # else a type checker would believe in any name

    def __getattr__(name: str) -> object:
        if name not in _WHERE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(_WHERE[name]), name)

    def __dir__() -> list[str]:
        return __all__

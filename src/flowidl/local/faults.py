"""Faults of a definition as a `BuildError`, in the words of the rules.

The words belong to the validator, which is asked only once something is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.errors import BuildError

if TYPE_CHECKING:
    from flowidl.compiler import Compilation


def build_error(compilation: Compilation) -> BuildError:
    """Return the refusal of what did not compile, with the code of the first rule that it breaks."""
    from flowidl.findings import Severity
    from flowidl.validator import validate

    report = validate(*(definition.message for definition in compilation.model.definitions))
    errors = [finding for finding in report.findings if finding.severity == Severity.ERROR]
    if not errors:  # a fault that only shows with what was given beside the definition
        kinds = sorted({type(fault.facts).__name__ for fault in compilation.faults if fault.refuses})
        return BuildError(f"the definition does not compile: {', '.join(kinds)}")
    first = errors[0]
    more = "".join(f"\n[{each.code}] {each.message}" for each in errors[1:])
    refusal = BuildError(f"[{first.code}] {first.message}{more}", help=first.help or "")
    refusal.code = first.code
    refusal.rule = first.name
    return refusal

"""The two verbs: `validate`, which says what is wrong, and `check`, which raises if something is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.report.policy import DEFAULT_POLICY
from flowidl.rules.options import DEFAULT
from flowidl.validator.pipeline import examine, report_on

if TYPE_CHECKING:
    from flowidl.report.model import Report
    from flowidl.report.policy import Policy
    from flowidl.rules.options import Options
    from flowidl.source.loading import Input


class ValidationError(ValueError):
    """Definitions that do not pass. `report` says what is wrong; the error's text is the report's."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        from flowidl.report.formats import render

        return str(render(self.report)).rstrip("\n")


def validate(*inputs: Input, options: Options = DEFAULT, policy: Policy = DEFAULT_POLICY) -> Report:
    """Check definitions that belong together, as a package is registered, and return the report.

    `inputs` are paths, globs, `-`, bytes, streams, `Definition`s, and messages: ours, and those of any other
    runtime or package with the same wire format. Raises nothing for what an input holds, nor for one that
    cannot be read: those are findings. Raises `ValueError` for a target that does not exist.
    """
    return report_on(examine(inputs, options), options, policy)


def check(*inputs: Input, options: Options = DEFAULT, policy: Policy = DEFAULT_POLICY) -> Report:
    """Check definitions as `validate` does. Raises `ValidationError` unless they pass."""
    report = validate(*inputs, options=options, policy=policy)
    if not report.passed:
        raise ValidationError(report)
    return report

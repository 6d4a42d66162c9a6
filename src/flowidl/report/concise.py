"""One line a finding, and one for the summary: for logs, editors and `grep`.

package.tgz > 2_my.pkg.train_2.pb: workflow my.pkg.train > node n1 > input x: error FI402 node `n1`
expects ...

Where the line of the user's code is known, it stands in place of the file: `shop/wf.py:14:17: workflow ...`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.escape import escape
from flowidl.report.phrases import SEVERITY_NAMES, domain_text, file_text, fold, summary_line

if TYPE_CHECKING:
    from flowidl.findings import Finding
    from flowidl.report.formats import Style
    from flowidl.report.model import Report


def render(report: Report, style: Style) -> str:
    """Return one line for each finding, with the number of those that follow from it, and the summary."""
    lines = [line_of(finding, len(behind)) for finding, behind in fold(report.findings)]
    if not style.quiet:
        lines.append(summary_line(report))
    return "".join(f"{line}\n" for line in lines)


def line_of(finding: Finding, followers: int = 0) -> str:
    """Return the line of a finding, with the number of those that follow from it."""
    source = finding.source
    file = escape(str(source)) if source is not None else file_text(finding.location)
    where = ": ".join(filter(None, (file, domain_text(finding.location))))
    what = f"{SEVERITY_NAMES[finding.severity]} {escape(finding.code)} {escape(finding.message)}"
    if followers:
        what += f" (and {followers} that follow{'s' if followers == 1 else ''})"
    return f"{where}: {what}" if where else what

"""The report as a serialized `flowidl.report.v1.Report`, for programs in any language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.report.wire import to_message

if TYPE_CHECKING:
    from flowidl.report.formats import Style
    from flowidl.report.model import Report


def render(report: Report, style: Style) -> bytes:
    """Return the report's bytes. The same report gives the same bytes."""
    del style
    return to_message(report).SerializeToString(deterministic=True)

"""One JSON object a line: `{"finding": ...}` for each finding, then `{"report": ...}` with everything else.

The objects have the shape of the JSON format, so a reader of either reads both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.report.json_format import to_dict
from flowidl.report.wire import to_message

if TYPE_CHECKING:
    from flowidl.report.formats import Style
    from flowidl.report.model import Report


def render(report: Report, style: Style) -> str:
    """Return the report as lines of JSON."""
    import json

    del style
    whole = to_dict(to_message(report))
    findings = whole.pop("findings")
    objects = [*({"finding": finding} for finding in findings), {"report": whole}]
    return "".join(json.dumps(item, sort_keys=True, separators=(",", ":")) + "\n" for item in objects)

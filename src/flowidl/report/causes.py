"""Which finding another one follows from.

`Finding.cause` is a fingerprint. Fingerprints name a fault across runs and versions, so two packages in one
report may well have the same one; a finding follows from that in its own file, if there is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowidl.findings import Finding


def cause_positions(findings: Sequence[Finding]) -> list[int | None]:
    """Return for each finding the position of the one it follows from, `None` for one that stands on its own.

    A finding whose cause is not among the findings stands on its own as well.
    """
    in_file: dict[tuple[str, str], int] = {}
    anywhere: dict[str, int] = {}
    for position, finding in enumerate(findings):
        if not finding.cause and finding.fingerprint:
            in_file.setdefault((finding.location.file, finding.fingerprint), position)
            anywhere.setdefault(finding.fingerprint, position)
    return [
        in_file.get((finding.location.file, finding.cause), anywhere.get(finding.cause))
        if finding.cause
        else None
        for finding in findings
    ]

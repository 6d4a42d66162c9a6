"""What a caller may choose about reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.source.limits import DEFAULT_LIMITS, Limits
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from flowidl.source.definitions import Kind


class LoadOptions(NamedTuple):
    """The choices for one `load`.

    `kind` settles what all inputs are. `project`, `domain` and `version` fill in what identifiers leave
    empty, as registration does; what stays empty stands for anything. `strict` scans the bytes of every
    definition for what decoding is silent about. `trust_text` allows text format, which is meant for files of
    one's own. `limits` bound what is read.
    """

    kind: Kind | None = None
    project: str = ""
    domain: str = ""
    version: str = ""
    strict: bool = False
    trust_text: bool = False
    limits: Limits = DEFAULT_LIMITS


DEFAULT_OPTIONS = LoadOptions()

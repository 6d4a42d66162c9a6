"""What a comparison of two schemas finds: complaints, and what it cannot tell."""

from __future__ import annotations

from flowidl.tuples import NamedTuple

_MAX_FIELDS = 8


class Complaint(NamedTuple):
    """What keeps two parts apart: `text` says it, of `field` if that is named.

    With `inner`, that is what keeps the two apart in the field.
    """

    text: str
    field: str = ""
    inner: Complaint | None = None

    def sentence(self) -> str:
        """Return the complaint in words, with the path of the field."""
        fields: list[str] = []
        here = self
        while here.inner is not None:
            fields.append(here.field)
            here = here.inner
        if here.field:
            fields.append(here.field)
        if not fields:
            return f"the value {here.text}"
        shown = fields if len(fields) <= _MAX_FIELDS else [*fields[:_MAX_FIELDS], "…"]
        return f"field `{'.'.join(shown)}` {here.text}"


class Outcome(NamedTuple):
    """The answer for two parts.

    A complaint, whether a keyword is not implemented, and whether the reference would crash.
    """

    complaint: Complaint | None = None
    unimplemented: bool = False
    open: bool = False

    @property
    def clean(self) -> bool:
        """Whether there is no complaint of any kind."""
        return self.complaint is None and not self.unimplemented


OPEN = Outcome(open=True)


class Tally:
    """What has been found about one pair of parts so far; of several complaints, the first."""

    def __init__(self) -> None:
        self.complaint: Complaint | None = None
        self.unimplemented = False
        self.open = False

    def refuse(self, text: str, field: str = "") -> None:
        """Note a complaint, about a field if one is named."""
        if self.complaint is None:
            self.complaint = Complaint(text, field)

    def add(self, outcome: Outcome, field: str) -> None:
        """Take over what was found about a field, or about the elements of a list."""
        if outcome.complaint is not None and self.complaint is None:
            self.complaint = Complaint("", field, outcome.complaint)
        self.unimplemented |= outcome.unimplemented
        self.open |= outcome.open

    def outcome(self) -> Outcome:
        """Return the answer."""
        return Outcome(self.complaint, self.unimplemented, self.open)

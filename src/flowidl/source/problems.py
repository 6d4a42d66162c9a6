"""What reading notices: facts about inputs, without judgement.

A problem is recorded once, where it is noticed, as a fact with its numbers and its place. The rules FI0xx
give it a code, a severity, a sentence and a remedy.
"""

from __future__ import annotations

import enum

from flowidl.findings import LimitHit, Skipped
from flowidl.paths import ROOT, FieldPath
from flowidl.source.definitions import Definition, Kind, Origin, Place
from flowidl.tuples import NamedTuple


class Fact(enum.Enum):
    """What can be wrong with an input, by the name of the rule that speaks about it."""

    UNREADABLE_INPUT = "unreadable-input"
    NO_DEFINITIONS = "no-definitions"
    EMPTY_FILE = "empty-file"
    CORRUPT_ARCHIVE = "corrupt-archive"
    UNSUPPORTED_COMPRESSION = "unsupported-compression"
    UNSAFE_MEMBER = "unsafe-member"
    DUPLICATE_MEMBER = "duplicate-member"
    INPUT_TOO_LARGE = "input-too-large"
    TOTAL_TOO_LARGE = "total-too-large"
    RATIO_TOO_HIGH = "ratio-too-high"
    TOO_MANY_MEMBERS = "too-many-members"
    MEMBER_TOO_LARGE = "member-too-large"
    TOO_DEEP = "too-deep"
    TOO_MANY_ELEMENTS = "too-many-elements"
    UNKNOWN_KIND = "unknown-kind"
    MISMATCHED_KIND = "mismatched-kind"
    AMBIGUOUS_KIND = "ambiguous-kind"
    KUBERNETES_OBJECT = "kubernetes-object"
    FLYTE_2 = "flyte-2-definition"
    MISMATCHED_FORMAT = "mismatched-format"
    TRUNCATED_MESSAGE = "truncated-message"
    CORRUPT_MESSAGE = "corrupt-message"
    INVALID_UTF8 = "invalid-utf8"
    UNKNOWN_FIELD = "unknown-field"
    REPEATED_SINGULAR_FIELD = "repeated-singular-field"
    SEVERAL_ONEOF_MEMBERS = "several-oneof-members"
    UNKNOWN_ENUM_NUMBER = "unknown-enum-number"
    INVALID_JSON = "invalid-json"
    MISMATCHED_VALUE = "mismatched-value"
    DUPLICATE_KEY = "duplicate-key"
    MISSING_YAML_EXTRA = "missing-yaml-extra"
    INVALID_YAML = "invalid-yaml"
    UNTRUSTED_TEXT = "untrusted-text"
    INVALID_TEXT = "invalid-text"


class RefusalError(Exception):
    """Ends the reading of one input or member. `load` turns it into a `Problem`.

    `offset` is -1 and `line` 0 where they are not known.
    """

    def __init__(
        self,
        fact: Fact,
        detail: str = "",
        *,
        offset: int = -1,
        line: int = 0,
        column: int = 0,
        limit: int = 0,
        seen: int = 0,
    ) -> None:
        super().__init__(fact, detail)
        self.fact = fact
        self.detail = detail
        self.offset = offset
        self.line = line
        self.column = column
        self.limit = limit
        self.seen = seen


class Problem(NamedTuple):
    """One fact about one input.

    `kind` is the kind that the bytes were read as, if any; `definition` what came of them, if anything did.
    `path` and `span` (half open, bytes) say where; `line` and `column` (from 1) where the input is text.
    `detail` is the reason in a few words or the name that the fact is about; `limit` and `seen` are its
    numbers. `named` tells whether the user named this very file, rather than a folder or archive that holds
    it.
    """

    fact: Fact
    origin: Origin
    kind: Kind | None = None
    definition: Definition | None = None
    path: FieldPath = ROOT
    span: tuple[int, int] | None = None
    line: int = 0
    column: int = 0
    detail: str = ""
    limit: int = 0
    seen: int = 0
    other: Kind | None = None
    named: bool = False

    @property
    def place(self) -> Place:
        """The place for a finding. Where no definition came of the bytes, one of kind `UNKNOWN` stands in."""
        return Place(self.definition or _unread(self.origin), self.path, (), self.span)


def _unread(origin: Origin) -> Definition:
    from google.protobuf.empty_pb2 import Empty  # start-up: for inputs that cannot be read only

    return Definition(Kind.UNKNOWN, Empty(), origin)


class Loaded(NamedTuple):
    """What one `load` yields: definitions and problems in the order of the inputs, and what was left out."""

    definitions: tuple[Definition, ...] = ()
    problems: tuple[Problem, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    limits: tuple[LimitHit, ...] = ()


#: Problems of one sort kept for one file. An archive of a million links is one fault, not a million.
_MOST_ALIKE = 100
#: Names of skipped things kept.
_MOST_SKIPPED = 1000


class Log:
    """Collects what one `load` notices on its way. Bytes of inputs are not kept."""

    __slots__ = ("_alike", "_left_out", "elements", "limits", "problems", "skipped", "total_size")

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.skipped: list[Skipped] = []
        self.limits: list[LimitHit] = []
        self.elements = 0
        self.total_size = 0
        self._alike: dict[tuple[Fact, str], int] = {}
        self._left_out = 0

    def add(self, problem: Problem) -> None:
        """Record a problem, unless there are very many of its sort in the same file already."""
        key = problem.fact, problem.origin.file
        count = self._alike[key] = self._alike.get(key, 0) + 1
        if count <= _MOST_ALIKE:
            self.problems.append(problem._replace(origin=problem.origin._replace(data=None)))

    def refused(
        self, refusal: RefusalError, origin: Origin, *, kind: Kind | None = None, named: bool = False
    ) -> None:
        """Record why the reading of `origin` ended."""
        fact, limit, seen = refusal.fact, refusal.limit, refusal.seen
        span = None if refusal.offset < 0 else (refusal.offset, refusal.offset)
        problem = Problem(
            fact, origin, kind, span=span, line=refusal.line, column=refusal.column, named=named
        )
        self.add(problem._replace(detail=refusal.detail, limit=limit, seen=seen))
        if limit:
            self.limits.append(LimitHit(fact.value, limit, seen))

    def skip(self, subject: str, reason: str) -> None:
        """Record that `subject` was left out."""
        if len(self.skipped) < _MOST_SKIPPED:
            self.skipped.append(Skipped(subject, reason))
        else:
            self._left_out += 1

    def loaded(self, definitions: list[Definition]) -> Loaded:
        """Return the result, saying what is missing from it."""
        skipped = self.skipped
        if self._left_out:
            skipped = [*skipped, Skipped(f"{self._left_out} more", "the list of what was left out is long")]
        limits = [
            LimitHit(f"{fact.value} in {file}", _MOST_ALIKE, count)
            for (fact, file), count in self._alike.items()
            if count > _MOST_ALIKE
        ]
        return Loaded(tuple(definitions), tuple(self.problems), tuple(skipped), (*self.limits, *limits))

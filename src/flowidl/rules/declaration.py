"""What a rule is, and how it is declared.

A rule is one generator function that reads a frozen context and yields what it found. Its metadata stands
above it as a decorator and its docstring is its documentation page:

    @rule("FI300", "cycle", ERROR, Phase.REGISTRATION, reads=("core.Node.upstream_node_ids",))
    def cycle(context: Context) -> Iterator[Found]:
        '''Nodes wait for each other in a ring

        What: ...

        Why it fails: ...

        Fix: ...
        '''

Rules never print, sort, raise for bad input, or know about configured severities. They live in packs, one
module per pack (`flowidl.rules.packs`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowidl.findings import Phase, Reference, Severity
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flowidl.findings import Skipped
    from flowidl.source.definitions import Place

    #: What a rule's function is. It takes the context of its pack: `Context`, or `PairContext` for two
    #: versions.
    Check = Callable[[Any], Iterator["Found | Skipped"]]

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

#: The sections of a rule's page, in order. Each starts a paragraph of the docstring.
SECTIONS = ("What", "Why it fails", "Fix")


class Found(NamedTuple):
    """What a rule yields: a fault at a place, before severity, fingerprint and byte range are added.

    (A rule may also yield a `findings.Skipped`: something that it could not check, and why.) `related`
    holds the other ends of the fault with a label each (`declared here`). `key` is any hashable value that
    other findings of the same run may name as their `cause`: those follow from this one and are folded
    under it. `severity` overrides the rule's default where a rule has grades.
    """

    place: Place
    message: str
    help: str = ""
    notes: tuple[str, ...] = ()
    related: tuple[tuple[str, Place], ...] = ()
    reference: Reference | None = None
    key: object = None
    cause: object = None
    severity: Severity | None = None


class Rule(NamedTuple):
    """A rule's metadata and its check.

    `reference` are the reference compiler's codes that the rule stands for; `covers` the numbered items of
    the specification (`WF-3`, `RT-16`, `QK-1`); `reads` the message fields it looks at, as `core.Node.id`.
    A rule in `preview` runs only when it is selected by its code or name, or when previews are asked for.
    """

    code: str
    name: str
    severity: Severity
    phase: Phase
    check: Check
    reference: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    preview: bool = False

    @property
    def documentation(self) -> str:
        """The rule's page: the docstring of its check, dedented."""
        return _dedented(self.check.__doc__ or "")

    @property
    def summary(self) -> str:
        """The first line of the page, without full stop."""
        return self.documentation.partition("\n")[0].rstrip(".")

    def section(self, title: str) -> str:
        """The text of one of the page's `SECTIONS`, or an empty string."""
        return self._sections().get(title, "")

    def _sections(self) -> dict[str, str]:
        found: dict[str, str] = {}
        title = ""
        for paragraph in self.documentation.split("\n\n")[1:]:
            head, colon, rest = paragraph.partition(":")
            if colon and head in SECTIONS:
                title, found[head] = head, rest.strip()
            elif title:
                found[title] += "\n\n" + paragraph
        return found


def _dedented(text: str) -> str:
    """Strip the indentation that a docstring has by its place in the code. (`inspect` is slow to import.)"""
    first, *rest = text.strip().split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    return "\n".join([first.strip(), *(line[margin:].rstrip() for line in rest)]).strip()


def rule(
    code: str,
    name: str,
    severity: Severity,
    phase: Phase,
    *,
    reference: str | tuple[str, ...] = (),
    covers: tuple[str, ...] = (),
    reads: tuple[str, ...] = (),
    preview: bool = False,
) -> Callable[[Check], Rule]:
    """Make a `Rule` of the check below the decorator."""
    codes = (reference,) if isinstance(reference, str) else reference
    return lambda check: Rule(code, name, severity, phase, check, codes, covers, reads, preview)

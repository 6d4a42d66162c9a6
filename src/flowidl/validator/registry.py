"""What a rule is, and the table of all rules.

A rule is one generator function that reads the frozen model and yields what it found. Its metadata stands above it
as a decorator and its docstring is its documentation page:

    @rule("FI301", "cycle", ERROR, Phase.REGISTRATION, reference="CycleDetected", reads=("core.Node.upstream_node_ids",))
    def cycle(model: Model) -> Iterator[Found]:
        '''Nodes wait for each other in a ring.

        Why it fails: ...

        Fix: ...
        '''

Rules never print, sort, raise for bad input, or know about configured severities.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flowidl.findings import Phase, Reference, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flowidl.compiler.model import Model
    from flowidl.source.definitions import Place

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


class Found(NamedTuple):
    """What a rule yields: a fault at a place, before severity, fingerprint and byte range are added.

    `related` holds the other ends of the fault with a label each (`declared here`). `cause` names the fault that
    this one follows from, by the key that the other one carries as `key`; `None` for one that stands on its own.
    `severity` overrides the rule's default where a rule has grades.
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


if TYPE_CHECKING:
    Check = Callable[[Model], Iterator[Found]]


class Rule(NamedTuple):
    """A rule's metadata and its check.

    `reference` are the reference compiler's codes that the rule stands for; `covers` the numbered items of the
    specification (`WF-3`, `RT-16`, `QK-1`); `reads` the message fields it looks at, as `core.Node.id`.
    """

    code: str
    name: str
    severity: Severity
    phase: Phase
    check: Check
    reference: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()

    @property
    def documentation(self) -> str:
        """The rule's page: the docstring of its check, dedented."""
        from inspect import cleandoc

        return cleandoc(self.check.__doc__ or "")

    @property
    def summary(self) -> str:
        """The first line of the page."""
        return (self.check.__doc__ or "").strip().partition("\n")[0]


def rule(
    code: str,
    name: str,
    severity: Severity,
    phase: Phase,
    *,
    reference: str | tuple[str, ...] = (),
    covers: tuple[str, ...] = (),
    reads: tuple[str, ...] = (),
) -> Callable[[Check], Rule]:
    """Make a `Rule` of the check below the decorator."""
    codes = (reference,) if isinstance(reference, str) else reference
    return lambda check: Rule(code, name, severity, phase, check, codes, covers, reads)

"""The words that rules share: names in backticks, nodes, types, hints, and a compiler's fault as a finding.

Messages are one sentence in the present tense without a full stop. What a person called something comes
before what its id is.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from flowidl.compiler.entities import NodeKind, NodeRole
from flowidl.compiler.interfaces import Side
from flowidl.names import RESOURCE_WORDS
from flowidl.rules.declaration import WARNING, Found

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowidl.compiler.entities import NodeRecord, WorkflowAnalysis
    from flowidl.compiler.faults import Fact, Fault
    from flowidl.names import EntityId
    from flowidl.source.definitions import Place
    from flowidl.types.table import Type, TypeTable

    Facts = TypeVar("Facts", bound=Fact, covariant=True)

#: Longer names are cut in sentences; the place shows them in full.
LONGEST = 120
#: So many names are listed before the rest is counted.
MOST = 8


def found(
    fault: Fault[Facts],
    message: str,
    help: str = "",
    *,
    notes: tuple[str, ...] = (),
    related: Iterable[tuple[str, Place | None]] = (),
) -> Found:
    """Put words to a fault of the compiler's: its place, reference and cause go along."""
    return Found(
        fault.place,
        message,
        help,
        notes,
        tuple((label, place) for label, place in related if place is not None),
        fault.reference,
        fault,
        fault.cause,
    )


def follow_first(
    first: dict[object, Fault[Facts]], subject: object, fault: Fault[Facts], result: Found
) -> Found:
    """Fold faults that have one reason: the first about a subject stands, the others follow from it."""
    earlier = first.setdefault(subject, fault)
    return result if earlier is fault or result.cause is not None else result._replace(cause=earlier)


def unproven(result: Found) -> Found:
    """Grade down a finding that rests on a comparison which the back end may make otherwise."""
    note = "the back end compares these dataclasses by a library of its own and may accept them"
    return result._replace(severity=WARNING, notes=(*result.notes, note))


def quoted(name: str) -> str:
    """A name in backticks, cut if it is very long."""
    return f"`{name if len(name) <= LONGEST else name[:LONGEST] + '...'}`"


def listed(names: Iterable[str], limit: int = MOST) -> str:
    """Names in backticks, in the order given; the rest counted."""
    all_names = list(names)
    shown = ", ".join(quoted(name) for name in all_names[:limit])
    return shown if len(all_names) <= limit else f"{shown} and {len(all_names) - limit} more"


def node_phrase(node: NodeRecord) -> str:
    """A node in a sentence: node `n3` "fit", failure node `f`, or the frame's own words."""
    if node.role is NodeRole.FRAME:
        return "the workflow's outputs" if node.kind is NodeKind.END else "the workflow's inputs"
    word = "failure node" if node.role is NodeRole.FAILURE else "node"
    name = "" if node.message is None else node.message.metadata.name
    if not node.id:
        return f'{word} "{name[:LONGEST]}"' if name else f"a {word} without id"
    return f'{word} {quoted(node.id)} "{name[:LONGEST]}"' if name else f"{word} {quoted(node.id)}"


def entity(id: EntityId) -> str:
    """An entity in a sentence: task `my.pkg.fit`."""
    return f"{RESOURCE_WORDS.get(id.resource_type, 'entity')} {quoted(id.name or '(no name)')}"


def full_name(id: EntityId) -> str:
    """All parts of an identifier that are set, for a note."""
    parts = ":".join(part or "-" for part in (id.project, id.domain, id.name, id.version))
    return f"{parts} (org {id.org})" if id.org else parts


def workflow_phrase(workflow: WorkflowAnalysis) -> str:
    """A workflow in a sentence."""
    return "the workflow" if workflow.id is None else entity(workflow.id)


def typed(name: str, type: Type) -> str:
    """A variable with its type: `x: list[int]`."""
    from flowidl.types.printer import type_text

    return quoted(f"{name}: {type_text(type)}")


def type_phrase(type: Type) -> str:
    """A type in backticks."""
    from flowidl.types.printer import type_text

    return quoted(type_text(type))


def differences(table: TypeTable, given: Type, expected: Type) -> tuple[str, ...]:
    """A note on the first component in which two types differ, if it says more than the whole types do."""
    from flowidl.types.difference import first_difference
    from flowidl.types.printer import type_text

    difference = first_difference(table, given, expected)
    plain = f"`{type_text(expected)}` expected, `{type_text(given)}` given"
    return (str(difference),) if difference.component or difference.reason != plain else ()


def expectation(node: NodeRecord, variable: str, type: Type) -> str:
    """What a node expects, as the first half of a sentence."""
    subject = (
        f"{node_phrase(node)} expects" if node.role is not NodeRole.FRAME else "the workflow declares output"
    )
    return f"{subject} {typed(variable, type)}"


def variable_phrase(node: NodeRecord, variable: str) -> str:
    """What is bound, in a sentence: input `x` of node `n0`, or output `o` of the workflow."""
    if node.role is NodeRole.FRAME:
        return f"output {quoted(variable)} of the workflow"
    return f"input {quoted(variable)} of {node_phrase(node)}"


def runs(node: NodeRecord) -> str:
    """What a node runs, in a sentence."""
    id = None if node.target is None else node.target.id
    if id is not None:
        return entity(id)
    return "the workflow" if node.role is NodeRole.FRAME else f"the {node.kind.value}"


def declaration(node: NodeRecord, side: Side, name: str) -> Place | None:
    """Where a variable is declared that a node's users or bindings call `name`.

    Before aliases, and within arrays.
    """
    while node.kind is NodeKind.ARRAY and node.children:
        node = node.children[0]
    if node.message is not None and side is Side.OUTPUTS:
        name = next((alias.var for alias in node.message.output_aliases if alias.alias == name), name)
    return node.declaration(side, name)


class Hints:
    """Guesses what a wrong name was meant to be. One lives as long as one run of a rule.

    Comparing names is slow, so only the first faults of a rule get a hint, and only among a few names:
    enough for people, and no input can make it cost much.
    """

    __slots__ = ("_left",)

    FAULTS = 50
    NAMES = 200

    def __init__(self) -> None:
        self._left = self.FAULTS

    def did_you_mean(self, name: str, known: Iterable[str]) -> str:
        """Return `did you mean ...?` if some known name is close to this one, else nothing."""
        closest = self.closest(name, known)
        return "" if closest is None else f"did you mean {quoted(closest)}?"

    def closest(self, name: str, known: Iterable[str]) -> str | None:
        """Return the known name that is closest to this one, if it is close at all."""
        self._left -= 1
        if self._left < 0:
            return None
        from difflib import get_close_matches

        candidates = [other for other in islice(known, self.NAMES) if other != name and len(other) <= LONGEST]
        close = get_close_matches(name[:LONGEST], candidates, n=1, cutoff=0.7)
        return close[0] if close else None


def or_else(*helps: str) -> str:
    """The first help that says something."""
    return next((help for help in helps if help), "")

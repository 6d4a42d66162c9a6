"""Which kind of message is it? By name and by content, and how sure that is.

Every wrong kind decodes: as a `LaunchPlan`, the bytes of a `TaskSpec` give a message full of unknown fields.
So the content is weighed: each kind expects identifiers of certain resource types in certain places, and what
a walk with its descriptor meets must be known to it. Content is handed over as an `Outline`, so that bytes
and JSON are weighed the same way.

Some kinds cannot be told apart by content: a `CompiledTask` is a `TaskSpec` without description, and a
`WorkflowClosure` without tasks a `WorkflowSpec` without sub-workflows. Then the encoding decides which is
taken, and the answer says that it is not certain.
"""

from __future__ import annotations

import enum
from typing import Protocol

from flowidl.source.definitions import KINDS, Kind
from flowidl.source.kinds import LAYOUTS
from flowidl.tuples import NamedTuple


class Certainty(enum.IntEnum):
    """How sure the kind is."""

    #: Content is against it, or nothing speaks for it.
    NONE = 0
    #: More than one kind fits the content; conventions decided.
    LIKELY = 1
    #: The content fits this kind and no other, or the name says it and the content fits.
    SURE = 2


class Guess(NamedTuple):
    """An answer: the kind, how sure it is, and other kinds that fit as well."""

    kind: Kind | None
    certainty: Certainty
    others: tuple[Kind, ...] = ()


class Outline(Protocol):
    """Content as detection sees it."""

    @property
    def has_names(self) -> bool:
        """Tell whether fields have names rather than numbers."""
        ...

    def resource_types(self, kind: Kind, path: tuple[str, ...]) -> set[int] | None:
        """Return the resource types of identifiers at `path`, read as `kind`; `None` if there is none."""
        ...

    def has(self, kind: Kind, names: tuple[str, ...]) -> bool:
        """Tell whether one of these fields is there."""
        ...

    def share_known(self, kind: Kind) -> float:
        """Return which share of the content is known to `kind`, 0 to 1."""
        ...


class _Weight(NamedTuple):
    """How well a kind fits: is its identifier there, what share of the content it knows, and the rest."""

    identified: bool
    known: float
    support: int


#: Content with more than this share unknown is not of the kind.
_LEAST_KNOWN = 0.9


def weigh(outline: Outline, kind: Kind) -> _Weight | None:
    """Return how well the content fits `kind`, or `None` if it does not."""
    layout = LAYOUTS[kind]
    if layout.only:
        told = outline.has_names and outline.has(kind, layout.only) and outline.share_known(kind) == 1
        return _Weight(False, 1.0, 0) if told else None
    support = 0
    identified = False
    for number, (path, allowed) in enumerate(layout.references):
        types = outline.resource_types(kind, path)
        if types is not None:
            if not types.issubset({0, *allowed}):
                return None
            identified = identified or (number == 0 and types != {0})
            support += 1
    if layout.companions:
        support += outline.has(kind, layout.companions)
    enough = identified or support > (0 if outline.has_names else 1)
    known = outline.share_known(kind) if enough else 0.0
    return _Weight(identified, round(known, 3), support) if known >= _LEAST_KNOWN else None


def fits(outline: Outline, kind: Kind) -> bool:
    """Tell whether the content may well be of this kind."""
    layout = LAYOUTS[kind]
    if layout.only:
        return outline.share_known(kind) >= _LEAST_KNOWN
    path, allowed = layout.references[0]
    types = outline.resource_types(kind, path)
    return (types is not None and types.issubset(allowed)) or weigh(outline, kind) is not None


def guess(outline: Outline, *, compiled_first: bool = False) -> Guess:
    """Tell the kind from content alone.

    `compiled_first` says which of two kinds with the same content is meant: packages for registration are
    binary, while JSON and YAML files hold what a compiler made.
    """
    order = [*KINDS]
    if compiled_first:
        order.sort(key=lambda kind: kind is not Kind.COMPILED_TASK)
    weights = [(kind, weight) for kind in order if (weight := weigh(outline, kind)) is not None]
    if not weights:
        return Guess(None, Certainty.NONE)
    best = max(weight for _, weight in weights)
    kinds = tuple(kind for kind, weight in weights if weight == best)
    return Guess(kinds[0], Certainty.SURE if len(kinds) == 1 else Certainty.LIKELY, kinds[1:])


_BY_SUFFIX = {"_1": Kind.TASK_SPEC, "_2": Kind.WORKFLOW_SPEC, "_3": Kind.LAUNCH_PLAN}
#: What a running task reads and leaves behind.
_BY_STEM = {
    "futures": Kind.DYNAMIC_JOB_SPEC,
    "inputs": Kind.LITERAL_MAP,
    "outputs": Kind.LITERAL_MAP,
    "error": Kind.ERROR_DOCUMENT,
}
_BY_LABEL = {kind.label: kind for kind in KINDS}
_BY_SPELLING = {kind.label.lower(): kind for kind in KINDS}


#: Kinds that say the same if their content is the same: taking one for the other changes nothing.
TWINS = frozenset({Kind.TASK_SPEC, Kind.COMPILED_TASK})


def kind_by_name(stem: str, *, packaged: bool = True) -> Kind | None:
    """Return the kind that a file's name, without folders and format suffixes, announces, if it does.

    `..._1`, `..._2` and `..._3` are what packaging tools write. `inputs`, `outputs`, `error`, `futures`:
    what
    tasks read and leave behind. `TaskSpec` or `....TaskSpec` name the kind itself. Without `packaged`,
    numbers at the end mean nothing: packaging tools write binary files only.
    """
    if stem in _BY_STEM:
        return _BY_STEM[stem]
    return (_BY_SUFFIX.get(stem[-2:]) if packaged else None) or _BY_LABEL.get(stem.rpartition(".")[2])


def kind_by_label(label: str) -> Kind | None:
    """Return the kind with this short or full name, in any spelling of case, `_` and `-`."""
    return _BY_SPELLING.get(label.rpartition(".")[2].lower().replace("_", "").replace("-", ""))

"""Rules 440-449: bindings that the compiler accepts on grounds that may not hold when the task runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.interfaces import Side
from flowidl.findings import Phase
from flowidl.rules.declaration import INFO, WARNING, Found, rule
from flowidl.rules.phrases import declaration, node_phrase, type_phrase, typed, variable_phrase
from flowidl.types.answers import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.model import LooseCast
    from flowidl.rules.context import Context


@rule(
    "FI440",
    "unbound-but-not-optional",
    WARNING,
    Phase.RUN,
    covers=("QK-8",),
    reads=("core.UnionType.variants",),
)
def unbound_but_not_optional(context: Context) -> Iterator[Found]:
    """An input is left unbound though its type does not allow none

    What: the type is a union in which no variant is none, and nothing is bound to it.

    Why it fails: registration takes any union with a list, dict, file or other non-simple variant for
    optional. The task is then given nothing and mostly fails.

    Fix: bind the input, or add none to its type.
    """
    for unbound in context.model.unbound_optionals:
        if not unbound.accepts_none:
            node = unbound.node
            declared = declaration(node, Side.INPUTS, unbound.variable)
            yield Found(
                node.field("inputs").step(f"input {unbound.variable}"),
                f"{node_phrase(node)} leaves {typed(unbound.variable, unbound.type)} unbound, and its type "
                "does not allow none",
                "bind the input, or add none to its type",
                related=() if declared is None else (("declared here", declared),),
            )


@rule(
    "FI441",
    "directory-for-file",
    WARNING,
    Phase.RUN,
    covers=("QK-13",),
    reads=("core.BlobType.dimensionality",),
)
def directory_for_file(context: Context) -> Iterator[Found]:
    """A directory is bound where a file is expected, or the other way round

    What: both types are blobs, and one is a single file while the other is a directory.

    Why it fails: registration compares the format only. The task that expects a file cannot open a
    directory.

    Fix: make both ends the same.
    """
    for cast in context.model.loose_casts:
        if Note.DIMENSIONALITY in cast.notes:
            yield Found(
                cast.node.place(cast.path, f"input {cast.variable}"),
                _sentence(cast),
                "make both ends a file, or both a directory",
            )


@rule(
    "FI442",
    "unproven-type-match",
    INFO,
    Phase.REGISTRATION,
    covers=("TY-8",),
    reads=("core.LiteralType.metadata",),
)
def unproven_type_match(context: Context) -> Iterator[Found]:
    """Two types could not be compared to the end

    What: two dataclasses differ in their JSON schemas, and comparing these makes the back end crash: both
    recur in the same place, or the expected one has a `pattern` or a `multipleOf` where the given one has
    none, an enumeration of texts has values that are none, or both have a list or an object as `const`. Or
    two types are too large to be compared to the end.

    Why it fails: at registration, if the back end crashes there.

    Fix: give both ends the same dataclass. Equal schemas are not compared.
    """
    for cast in context.model.loose_casts:
        if Note.DIMENSIONALITY not in cast.notes:
            yield Found(
                cast.node.place(cast.path, f"input {cast.variable}"),
                f"{_sentence(cast)}, and the two could not be compared to the end",
                "give both ends the same type to be sure",
            )


def _sentence(cast: LooseCast) -> str:
    subject = variable_phrase(cast.node, cast.variable)
    return f"{subject} expects {type_phrase(cast.expected)} and is given {type_phrase(cast.given)}"

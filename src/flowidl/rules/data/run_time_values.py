"""Rules 450-469: parts of outputs that a promise asks for and that cannot be had at run time.

The compiler follows attribute paths through types without asking whether an attribute is of the kind that
is needed there, and steps over those it can make nothing of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import NodeKind
from flowidl.core.v1.types_pb2 import SimpleType
from flowidl.findings import Phase
from flowidl.rules.declaration import ERROR, INFO, WARNING, Found, rule
from flowidl.rules.phrases import node_phrase, quoted, type_phrase, typed, variable_phrase
from flowidl.types.kinds import TypeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.model import PromiseUse
    from flowidl.core.v1.types_pb2 import PromiseAttribute
    from flowidl.rules.context import Context
    from flowidl.source.definitions import Place
    from flowidl.types.table import Type

_PATH = (
    "core.OutputReference.attr_path",
    "core.PromiseAttribute.string_value",
    "core.PromiseAttribute.int_value",
)


@rule("FI450", "attribute-of-wrong-kind", ERROR, Phase.RUN, covers=("RT-37", "QK-29"), reads=_PATH)
def attribute_of_wrong_kind(context: Context) -> Iterator[Found]:
    """A list is asked for a key, or a map for a position

    What: an attribute path has a string where the value is a list, a number where it is a map, or a negative
    number where it is a list.

    Why it fails: registration takes it. At run time the part cannot be resolved
    (`PromiseAttributeResolveError`).

    Fix: use a number from 0 for lists, and a string for maps and dataclasses.
    """
    for use in context.model.promises:
        for position, attribute, type in _path(context, use):
            reason = _misfit(attribute, type)
            if reason:
                yield Found(
                    _place(use, position),
                    f"{variable_phrase(use.node, use.variable)} asks {type_phrase(type)} {_from(use)} for "
                    f"{_attribute(attribute)}, and {reason}",
                    "use a number from 0 for lists, and a string for maps and dataclasses",
                )


@rule(
    "FI451",
    "index-out-of-range",
    ERROR,
    Phase.RUN,
    covers=("RT-37", "RT-55"),
    reads=("core.OutputReference.var", *_PATH),
)
def index_out_of_range(context: Context) -> Iterator[Found]:
    """A list is asked for an element that it does not have

    What: a promise takes an element of the list that an array node gives, by an index in its text (`[5].o0`)
    or by its attribute path, and the array maps over a list that is written out and shorter.

    Why it fails: registration takes it. At run time there is no such element.

    Fix: correct the index; the first element is number 0.
    """
    from flowidl.rules.nodes.arrays import array_size

    for use in context.model.promises:
        size = array_size(use.provider) if use.provider.kind is NodeKind.ARRAY else None
        index = use.element if use.element is not None else _first_index(use)
        if size is not None and index is not None and index >= size:
            yield Found(
                use.node.place(use.path, f"input {use.variable}"),
                f"{variable_phrase(use.node, use.variable)} asks for element {index} of {quoted(use.output)} "
                f"from array {node_phrase(use.provider).removeprefix('node ')}, which has {size}",
                "the first element is number 0",
            )


@rule("FI452", "attribute-of-plain-value", WARNING, Phase.RUN, covers=("RT-38", "RT-39"), reads=_PATH)
def attribute_of_plain_value(context: Context) -> Iterator[Found]:
    """An attribute is asked of something that has none

    What: an attribute path goes into a number, a string, a file, a dataset, an enum, or an optional value.

    Why it fails: registration steps over the attribute, so types are not checked any further. At run time
    it is ignored, or cannot be resolved (`PromiseAttributeResolveError`), depending on the value: an optional
    dataclass has no attributes when it is none.

    Fix: let a task take the value apart, or make the output a dataclass that is always there.
    """
    for use in context.model.promises:
        for position, attribute, type in _path(context, use):
            if position in use.skipped and _is_plain(type):
                yield Found(
                    _place(use, position),
                    f"{variable_phrase(use.node, use.variable)} asks {type_phrase(type)} {_from(use)} for "
                    f"{_attribute(attribute)}, which it may not have",
                    "let a task take the value apart",
                )
                break


@rule(
    "FI453",
    "optional-left-unbound",
    INFO,
    Phase.RUN,
    covers=("RT-42",),
    reads=("core.Node.inputs", "core.UnionType.variants"),
    preview=True,
)
def optional_left_unbound(context: Context) -> Iterator[Found]:
    """An optional input is not bound

    What: a node leaves an input unbound whose type allows none.

    Why it fails: nothing is passed, not even none. The task fails if it has no default of its own for the
    input, which cannot be seen here.

    Fix: bind it to a none value if the task has no default.
    """
    for unbound in context.model.unbound_optionals:
        if unbound.accepts_none:
            yield Found(
                unbound.node.field("inputs").step(f"input {unbound.variable}"),
                f"{node_phrase(unbound.node)} leaves {typed(unbound.variable, unbound.type)} unbound, "
                "so its task is given nothing, not even none",
                "bind it to a none value if the task has no default",
            )


def _path(context: Context, use: PromiseUse) -> Iterator[tuple[int, PromiseAttribute, Type]]:
    """Yield each attribute of a promise with the type that it is asked of, as the compiler follows them."""
    type = use.whole
    if use.element is not None and type.element is not None:
        type = type.element
    for position, attribute in enumerate(use.promise.attr_path):
        yield position, attribute, type
        if type.element is not None:
            type = type.element
        elif position not in use.skipped:
            fields = type.message.structure.dataclass_type
            if attribute.string_value not in fields:
                return
            type = context.model.types.intern(fields[attribute.string_value])


def _misfit(attribute: PromiseAttribute, type: Type) -> str:
    """Say why an attribute does not fit a list or a map."""
    is_number = attribute.WhichOneof("value") == "int_value"
    if type.kind is TypeKind.COLLECTION:
        if not is_number:
            return "lists have positions"
        return "positions start at 0" if attribute.int_value < 0 else ""
    return "maps have texts as keys" if type.kind is TypeKind.MAP and is_number else ""


def _is_plain(type: Type) -> bool:
    """Tell whether a type's values have no attributes, or not always."""
    if type.kind in (TypeKind.UNSET, TypeKind.NOTHING, TypeKind.ANYTHING):
        return False
    return not (type.kind is TypeKind.SIMPLE and type.simple == SimpleType.STRUCT)


def _first_index(use: PromiseUse) -> int | None:
    path = use.promise.attr_path
    return path[0].int_value if path and path[0].WhichOneof("value") == "int_value" else None


def _attribute(attribute: PromiseAttribute) -> str:
    if attribute.WhichOneof("value") == "int_value":
        return f"element {attribute.int_value}"
    return quoted(attribute.string_value)


def _from(use: PromiseUse) -> str:
    return f"from {quoted(use.output)} of {node_phrase(use.provider)}"


def _place(use: PromiseUse, position: int) -> Place:
    return use.node.place(use.path.field("attr_path").item(position), f"input {use.variable}")

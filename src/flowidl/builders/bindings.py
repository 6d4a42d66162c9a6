"""`Binding` and `BindingData`: what an input gets, from promises and values mixed at any depth.

Every value is checked against the type that the input is declared with: plain values by writing them
for it, promises and messages with the compiler's own castability.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowidl.builders.promises import NodeHandle, Promise, reference, source_of
from flowidl.builders.sources import Source
from flowidl.core.v1.literals_pb2 import (
    Binding,
    BindingData,
    BindingDataCollection,
    BindingDataMap,
    Literal,
    Scalar,
    Union,
    Void,
)
from flowidl.core.v1.types_pb2 import LiteralType, SimpleType
from flowidl.errors import BuildError, closest
from flowidl.values.literals import literal, mismatch
from flowidl.values.shapes import is_dict, is_list, is_map

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def castable(up: LiteralType, down: LiteralType) -> bool:
    """Tell whether a value of type `up` may go where `down` is expected, as the compiler would."""
    from flowidl.types import TypeTable
    from flowidl.types import castable as fits

    table = TypeTable()
    return fits(table, table.intern(up), table.intern(down)).fits


def binding_data(value: object, type: LiteralType, *, name: str = "value") -> BindingData:
    """Return `value` as binding data for an input of `type`.

    `value` is a promise, a node with one output, a Python value, a `Literal`, or a list or dict of these.
    """
    if isinstance(value, Promise | NodeHandle):
        return _promise(source_of(value), type, name)
    if isinstance(value, Literal):
        return _literal(value, type, name)
    kind = type.WhichOneof("type")
    if kind == "union_type" and (is_list(value) or is_dict(value)):
        return _container_for_union(value, type, name)
    if kind == "collection_type" and is_list(value):
        parts = [
            binding_data(each, type.collection_type, name=f"{name}[{index}]")
            for index, each in enumerate(value)
        ]
        return BindingData(collection=BindingDataCollection(bindings=parts))
    if kind == "map_value_type" and is_map(value):
        entries = {
            key: binding_data(each, type.map_value_type, name=f'{name}["{key}"]')
            for key, each in value.items()
        }
        return BindingData(map=BindingDataMap(bindings=entries))
    return BindingData(scalar=literal(value, type, name=name).scalar)


def _promise(source: Source, type: LiteralType, name: str) -> BindingData:
    if not castable(source.type, type):
        from flowidl.types import type_text

        raise BuildError(
            f"`{name}` expects `{type_text(type)}`, and `{source}` is `{type_text(source.type)}`",
            rule="mismatched-types",
        )
    return BindingData(promise=reference(source))


def _literal(value: Literal, type: LiteralType, name: str) -> BindingData:
    """Return binding data that says what a literal says, which must be of the type."""
    from flowidl.types import TypeTable, literal_type_of

    table = TypeTable()
    given = literal_type_of(table, value)
    if given is None or not castable(given.message, type):
        raise mismatch(value, type, name)
    return _as_binding(value, name)


def _as_binding(value: Literal, name: str) -> BindingData:
    kind = value.WhichOneof("value")
    if kind == "scalar":
        return BindingData(scalar=value.scalar)
    if kind == "collection":
        parts = [_as_binding(each, name) for each in value.collection.literals]
        return BindingData(collection=BindingDataCollection(bindings=parts))
    if kind == "map":
        entries = {key: _as_binding(each, name) for key, each in value.map.literals.items()}
        return BindingData(map=BindingDataMap(bindings=entries))
    raise BuildError(f"`{name}` is a literal without a value or with an offloaded one, which cannot be bound")


def _container_for_union(value: object, type: LiteralType, name: str) -> BindingData:
    """Bind a list or dict to a union: as one of its variants, with no union around it."""
    fitting: list[BindingData] = []
    for variant in type.union_type.variants:
        try:
            fitting.append(binding_data(value, variant, name=name))
        except BuildError:
            continue
    if len(fitting) > 1:
        raise BuildError(
            f"`{name}` fits several variants of its union",
            rule="ambiguous-value",
            help="compute it in a task that returns one of them",
        )
    if not fitting:
        raise mismatch(value, type, name)
    if fitting[0].HasField("scalar"):
        return BindingData(scalar=literal(value, type, name=name).scalar)
    return fitting[0]


def sources(value: object) -> Iterator[Source]:
    """Yield the source of every promise inside a value."""
    waiting: list[Any] = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Promise | NodeHandle):
            yield source_of(each)
        elif is_list(each):
            waiting.extend(each)
        elif is_dict(each):
            waiting.extend(each.values())


def none_of(type: LiteralType) -> Scalar | None:
    """Return the none value of an optional type as a node binds it, or `None` if the type has none."""
    for variant in type.union_type.variants:
        if variant.WhichOneof("type") == "simple" and variant.simple == SimpleType.NONE:
            nothing = Literal(scalar=Scalar(none_type=Void()))
            return Scalar(union=Union(value=nothing, type=variant))
    return None


def bindings(
    values: Mapping[str, object],
    inputs: Mapping[str, LiteralType],
    *,
    owner: str,
    defaults: Mapping[str, Literal] | None = None,
) -> list[Binding]:
    """Return the bindings of a call, sorted by input.

    Every input needs a value, a default or an optional type; an optional one without either is bound to
    none. `owner` names what is called, for errors.
    """
    for name in values:
        if name not in inputs:
            raise BuildError(
                f"{owner} has no input `{name}`", rule="unknown-input", help=closest(name, inputs)
            )
    known = defaults or {}
    return [_binding(name, values, inputs[name], known, owner) for name in sorted(inputs)]


def _binding(
    name: str,
    values: Mapping[str, object],
    type: LiteralType,
    defaults: Mapping[str, Literal],
    owner: str,
) -> Binding:
    full = f"{name} of {owner}".replace("`", "")  # messages put it in backticks of their own
    if name in values:
        return Binding(var=name, binding=binding_data(values[name], type, name=full))
    if name in defaults:
        return Binding(var=name, binding=_default(defaults[name], type, full))
    nothing = none_of(type)
    if nothing is None:
        raise BuildError(
            f"{owner} is called without its input `{name}`", rule="unbound-input", help=f"pass `{name}=...`"
        )
    return Binding(var=name, binding=BindingData(scalar=nothing))


def _default(value: Literal, type: LiteralType, name: str) -> BindingData:
    """Bind a launch plan's default, where the none of an optional parameter stands by itself."""
    nothing = none_of(type)
    if nothing is not None and value.scalar.HasField("none_type"):
        return BindingData(scalar=nothing)
    return _as_binding(value, name)

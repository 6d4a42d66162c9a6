"""`TypedInterface` from names and types, or from a Python function's signature."""

from __future__ import annotations

import inspect
import typing
from typing import TYPE_CHECKING, Any

from flowidl.core.v1.interface_pb2 import TypedInterface, Variable, VariableMap
from flowidl.errors import BuildError
from flowidl.values.types import literal_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def variable(type: object, *, description: str = "", name: str = "") -> Variable:
    """Return a variable of a type (a Python annotation or a `LiteralType`); a `Variable` is copied."""
    if isinstance(type, Variable):
        copy = Variable()
        copy.CopyFrom(type)
        return copy
    return Variable(type=literal_type(type, name=name), description=description)


def variables(types: Mapping[str, object], *, side: str = "input", owner: str = "") -> VariableMap:
    """Return a map of variables, each described by its own name unless it comes as a `Variable`."""
    whose = f" of {owner}" if owner else ""
    described: dict[str, Variable] = {}
    for name, type in types.items():
        checked_name(name, side, whose)
        described[name] = variable(type, description=name, name=f"{side} {name}{whose}")
    return VariableMap(variables=described)


def interface(
    inputs: Mapping[str, object] | None = None,
    outputs: Mapping[str, object] | None = None,
    *,
    owner: str = "",
) -> TypedInterface:
    """Return an interface. Both sides are always present, even if empty."""
    return TypedInterface(
        inputs=variables(inputs or {}, side="input", owner=owner),
        outputs=variables(outputs or {}, side="output", owner=owner),
    )


def signature_interface(
    function: Callable[..., object], *, descriptions: Mapping[str, str] | None = None, owner: str = ""
) -> TypedInterface:
    """Return the interface of a function from its annotations.

    One result is named `o0`, a tuple of results `o0`, `o1`, ..., and those of a NamedTuple by its fields.
    `descriptions` describe inputs and outputs by name; a name itself otherwise.
    """
    owner = owner or f"function {function.__qualname__}"
    hints = typing.get_type_hints(function, include_extras=True)
    inputs: dict[str, object] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise BuildError(f"{owner} takes `*{name}`", help="name every parameter")
        if name not in hints:
            raise BuildError(f"parameter `{name}` of {owner} has no annotation")
        inputs[name] = hints[name]
    result = interface(inputs, output_types(hints.get("return"), owner=owner), owner=owner)
    for side in (result.inputs, result.outputs):
        for name, text in (descriptions or {}).items():
            if name in side.variables:
                side.variables[name].description = text
    return result


def output_types(annotation: Any, *, owner: str = "") -> dict[str, object]:
    """Return the outputs, in order, that a return annotation stands for."""
    if annotation is None or annotation is type(None):
        return {}
    if typing.get_origin(annotation) is tuple:
        parts = typing.get_args(annotation)
        if len(parts) < 2 or ... in parts:
            raise BuildError(
                f"{owner or 'a function'} returns a tuple of unknown or single length",
                help="return the type itself, or a NamedTuple",
            )
        return {f"o{index}": part for index, part in enumerate(parts)}
    if _is_named_tuple(annotation):
        return dict(typing.get_type_hints(annotation, include_extras=True))
    return {"o0": annotation}


def _is_named_tuple(annotation: Any) -> bool:
    return isinstance(annotation, type) and hasattr(annotation, "_fields") and issubclass(annotation, tuple)


def checked_name(name: str, side: str, whose: str) -> None:
    """Refuse a name that no promise can spell."""
    if not name:
        raise BuildError(f"an {side}{whose} has no name", rule="variable-without-name")
    if not (name.isascii() and name.replace("_", "a").isalnum()):
        raise BuildError(
            f"{side} `{name}`{whose} cannot be promised",
            rule="invalid-variable-name",
            help="use ASCII letters, digits and underscores",
        )

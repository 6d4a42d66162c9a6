"""A Python function's signature as tasks and workflows read it: ordered inputs, defaults, and how it returns.

`signature(function)` reads annotations once. `unpack` takes what the function returned apart into outputs by
name, and `pack` is its mirror: what a caller gets for outputs by name.
"""

from __future__ import annotations

import ast
import dis
import inspect
import textwrap
import typing
from collections import namedtuple
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from flowidl.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: The name of the tuple in which a caller gets several outputs that have no NamedTuple of their own.
DEFAULT_TUPLE = "DefaultNamedTupleOutput"


@dataclass(frozen=True, slots=True)
class Signature:
    """What goes into a function and what comes out, by name and in order.

    `inputs` and `outputs` map names to annotations, `defaults` inputs to values. `several` tells whether
    outputs come as a tuple, `result` is its class if the annotation is a NamedTuple.
    """

    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    defaults: Mapping[str, object] = field(default_factory=dict[str, object])
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    several: bool = False
    result: type | None = None

    def __str__(self) -> str:
        inputs = ", ".join(
            f"{name}: {annotation}" + (f"={self.defaults[name]}" if name in self.defaults else "")
            for name, annotation in self.inputs.items()
        )
        outputs = ", ".join(f"{name}: {annotation}" for name, annotation in self.outputs.items())
        return f"({inputs}) -> ({outputs})"

    __repr__ = __str__

    def unpack(self, value: object, *, owner: str = "the function") -> dict[str, object]:
        """Return a result's parts by output name. Without outputs, whatever was returned is dropped.

        Raise `BuildError` if there are not as many values as outputs.
        """
        if not self.outputs:
            return {}
        if not self.several:
            return dict.fromkeys(self.outputs, value)
        if len(self.outputs) == 1 and not isinstance(value, tuple):
            return dict.fromkeys(self.outputs, value)
        names = ", ".join(f"`{name}`" for name in self.outputs)
        if not isinstance(value, tuple):
            kind = "nothing" if value is None else f"a `{value.__class__.__qualname__}`"
            raise BuildError(f"{owner} gives {kind}, and it has {len(self.outputs)} outputs: {names}")
        parts = cast("tuple[object, ...]", value)
        if len(parts) != len(self.outputs):
            raise BuildError(
                f"{owner} gives {len(parts)} values, and it has {len(self.outputs)} outputs: {names}"
            )
        return dict(zip(self.outputs, parts, strict=True))

    def pack(self, values: Mapping[str, object]) -> object:
        """Return what a caller gets for outputs by name: `None`, the one value, or a named tuple."""
        if not self.outputs:
            return None
        if not self.several:
            return values[next(iter(self.outputs))]
        cls: Any = self.result or named_tuple(DEFAULT_TUPLE, tuple(self.outputs))
        return cls(*(values[name] for name in self.outputs))


@cache
def named_tuple(name: str, fields: tuple[str, ...]) -> type:
    """Return the named tuple class of a name and fields, the same one each time."""
    made: type = cast("Any", namedtuple)(name, fields)  # the fields are data here
    return made


def signature(
    function: Callable[..., object], *, owner: str = "", untyped: object = None, returns: bool = False
) -> Signature:
    """Return the signature of a function from its annotations.

    One result is named `o0`, several of a tuple `o0`, `o1`, ..., those of a NamedTuple by its fields. `owner`
    is for errors. `untyped` stands for missing annotations of inputs, which are refused without it. With
    `returns`, a function that declares outputs and has no `return` with a value is refused.
    """
    owner = owner or f"function {getattr(function, '__qualname__', function)}"
    hints = _hints(function, owner)
    inputs: dict[str, Any] = {}
    defaults: dict[str, object] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise BuildError(f"{owner} takes `*{name}`", help="name every parameter")
        if name not in hints and untyped is None:
            raise BuildError(
                f"parameter `{name}` of {owner} has no annotation", help=f"write `{name}: int`, for example"
            )
        inputs[name] = hints.get(name, untyped)
        if parameter.default is not parameter.empty:
            defaults[name] = parameter.default
    annotation = hints.get("return")
    outputs = output_types(annotation, owner=owner)
    if returns and outputs and not _gives_a_value(function):
        raise BuildError(f"{owner} declares outputs and has no `return` with a value")
    result = annotation if is_named_tuple(annotation) else None
    several = bool(outputs) and (result is not None or _is_tuple(annotation))
    return Signature(inputs, defaults, outputs, several, result)


def _hints(function: Callable[..., object], owner: str) -> dict[str, Any]:
    bare = inspect.unwrap(function)
    try:
        return typing.get_type_hints(bare, include_extras=True, localns=_enclosed(bare))
    except NameError as error:
        raise BuildError(
            f"an annotation of {owner} names `{error.name}`, which is not known at the top of its module",
            help="define it there, or do without `from __future__ import annotations`",
        ) from None


def _enclosed(function: Callable[..., object]) -> dict[str, Any] | None:
    """Return what a nested function sees of the functions around it."""
    code, cells = getattr(function, "__code__", None), getattr(function, "__closure__", None)
    if code is None or not cells:
        return None
    known: dict[str, Any] = {}
    for name, cell in zip(code.co_freevars, cells, strict=True):
        try:
            known[name] = cell.cell_contents
        except ValueError:  # not assigned yet
            continue
    return {**getattr(function, "__globals__", {}), **known}


def output_types(annotation: Any, *, owner: str = "") -> dict[str, Any]:
    """Return the outputs, in order, that a return annotation stands for. `(int, str)` is read as a tuple."""
    if annotation is None or annotation is type(None):
        return {}
    if _is_tuple(annotation):
        generic = typing.get_origin(annotation) is tuple
        parts: tuple[Any, ...] = typing.get_args(annotation) if generic else annotation
        if len(parts) < 2 or ... in parts:
            raise BuildError(
                f"{owner or 'a function'} returns a tuple of unknown or single length",
                help="return the type itself, or a NamedTuple",
            )
        found: dict[str, Any] = {f"o{index}": part for index, part in enumerate(parts)}
    elif is_named_tuple(annotation):
        found = dict(typing.get_type_hints(annotation, include_extras=True))
    else:
        return {"o0": annotation}
    for name, part in found.items():
        if _is_tuple(part) or is_named_tuple(part):
            raise BuildError(
                f"output `{name}` of {owner or 'a function'} is a tuple in a tuple",
                help="return a dataclass, or name all values in one NamedTuple",
            )
    return found


def _is_tuple(annotation: Any) -> bool:
    return isinstance(annotation, tuple) or typing.get_origin(annotation) is tuple


def is_named_tuple(annotation: Any) -> bool:
    """Tell a NamedTuple of outputs from this package's own marker types, which are NamedTuples too."""
    return (
        isinstance(annotation, type)
        and hasattr(annotation, "_fields")
        and issubclass(annotation, tuple)
        and not annotation.__module__.startswith("flowidl.")
    )


def _gives_a_value(function: Callable[..., object]) -> bool:
    """Tell whether a function returns or yields a value anywhere; unknown code counts as doing so."""
    bare = inspect.unwrap(function)
    code = getattr(bare, "__code__", None)
    if code is None or code.co_flags & (inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR):
        return True
    previous: dis.Instruction | None = None
    for each in dis.get_instructions(code):
        if each.opname == "RETURN_CONST" and each.argval is not None:
            return True
        if each.opname == "RETURN_VALUE" and not (
            previous is not None and previous.opname == "LOAD_CONST" and previous.argval is None
        ):
            return True
        previous = each
    return _says_return(bare)  # `return None` looks like no `return` at all


def _says_return(function: Callable[..., object]) -> bool:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return True
    waiting: list[ast.AST] = list(getattr(tree.body[0], "body", [])) if tree.body else []
    while waiting:
        each = waiting.pop()
        if isinstance(each, ast.Return) and each.value is not None:
            return True
        if not isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(each))
    return False

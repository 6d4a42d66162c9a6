"""What a call gives inside of a workflow's body: handles of outputs that exist once the workflow runs.

One output is a `Promise`, several are a named tuple of them, none is a `VoidPromise`. A promise is indexed,
taken
apart and compared as in `flowidl.builders`; beyond that a handle changes its own node (`with_overrides`) and
orders it (`before >> after`). Everything else that one may do with a value is refused with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeVar, cast

from flowidl import builders
from flowidl.builders.promises import source_of
from flowidl.builders.sources import Source
from flowidl.core.v1.types_pb2 import LiteralType, SimpleType
from flowidl.errors import BuildError
from flowidl.sdk.annotations import part_of, without_none
from flowidl.values import literal_type
from flowidl.values.signatures import Signature, named_tuple

if TYPE_CHECKING:
    from flowidl.core.v1.literals_pb2 import Literal

#: The name of the tuple of promises that stands for outputs without a NamedTuple of their own.
_TUPLE = "Output"

H = TypeVar("H")


class Called(Protocol):
    """A call in a body, as its handles know it."""

    id: str
    name: str

    @property
    def owner(self) -> object:
        """The builder that the call belongs to."""
        ...

    @property
    def entity(self) -> Any:
        """What is called, `None` for conditionals and gates."""
        ...

    @property
    def step(self) -> Any:
        """The node, before it is placed."""
        ...

    def override(self, options: Mapping[str, Any]) -> None:
        """Change the node."""
        ...

    def run_before(self, other: Any) -> None:
        """Let another call's node run after this one."""
        ...


class Handle:
    """What promises, tuples of promises and void promises have in common: the call that they come from."""

    __slots__ = ()

    def with_overrides(self: H, **options: Any) -> H:
        """Change the node of this call and return the same handle. See `overrides` for options."""
        call_of(self).override(options)
        return self

    def runs_before(self, other: Any) -> None:
        """Let another call's node run after this one, whether or not it reads from it."""
        call_of(self).run_before(call_of(other))

    def __rshift__(self, other: H) -> H:
        self.runs_before(other)
        return other


class Promise(builders.Promise, Handle):
    """An output of a call, or an input of the workflow. A field named like a method is `promise["name"]`."""

    __slots__ = ("_annotation", "_call", "_literal")
    _call: Called | None

    def __init__(
        self,
        source: Source,
        call: Called | None = None,
        literal: Literal | None = None,
        annotation: Any = None,
    ) -> None:
        super().__init__(source)
        self._annotation = annotation
        self._call = call
        self._literal = literal

    @classmethod
    def resolved(cls, var: str, literal: Literal) -> Promise:
        """Return a promise that has its value, as a task that was run by itself gives."""
        type = LiteralType()
        return cls(Source(None, "", var, type, type), None, literal)

    @property
    def val(self) -> Literal:
        """The value of a promise that has one."""
        if self._literal is None:
            raise _unreadable(self, "is asked for its value")
        return self._literal

    def __getitem__(self, key: str | int) -> Promise:
        source = source_of(self)
        inner = _only_variant(source.type)
        if inner is not None:
            known = without_none(self._annotation)
            source = source._replace(type=inner if known is None else literal_type(known))
        taken = source_of(builders.Promise(source)[key])
        return Promise(taken, self._call, annotation=part_of(self._annotation, key))

    def _compared(self) -> builders.Promise:
        """Return what is compared: of an optional value the value, whose absence is a matter of the run."""
        source = source_of(self)
        inner = _only_variant(source.type)
        return self if inner is None else builders.Promise(source._replace(type=inner))

    def __eq__(self, other: object) -> builders.Condition:  # type: ignore[override]  # comparisons build conditions
        return builders.comparison(self._compared(), "EQ", _compared(other))

    def __ne__(self, other: object) -> builders.Condition:  # type: ignore[override]  # comparisons build conditions
        return builders.comparison(self._compared(), "NEQ", _compared(other))

    def __gt__(self, other: object) -> builders.Condition:
        return builders.comparison(self._compared(), "GT", _compared(other))

    def __ge__(self, other: object) -> builders.Condition:
        return builders.comparison(self._compared(), "GTE", _compared(other))

    def __lt__(self, other: object) -> builders.Condition:
        return builders.comparison(self._compared(), "LT", _compared(other))

    def __le__(self, other: object) -> builders.Condition:
        return builders.comparison(self._compared(), "LTE", _compared(other))

    def is_true(self) -> builders.Condition:
        """Return the condition that this boolean is true."""
        return builders.comparison(self._compared(), "EQ", True)

    def is_false(self) -> builders.Condition:
        """Return the condition that this boolean is false."""
        return builders.comparison(self._compared(), "EQ", False)

    __hash__ = None  # type: ignore[assignment]  # two handles are not compared by `==`

    def __repr__(self) -> str:
        source = source_of(self)
        if self._literal is not None:
            return f"Resolved({source.var}={shown(self._literal)})"
        return f"Promise(node:{source.node_id}.{source.var}.{list(source.path)})"

    def __str__(self) -> NoReturn:
        raise _unreadable(self, "is made into text")

    def __format__(self, spec: str) -> NoReturn:
        raise _unreadable(self, "is put into a text")

    def __len__(self) -> NoReturn:
        raise _unreadable(self, "has no length")

    def __int__(self) -> NoReturn:
        raise _unreadable(self, "is made into a number")

    __float__ = __index__ = __int__

    def is_(self, value: bool) -> builders.Condition:
        """Return the condition that this boolean has a value."""
        return self.is_true() if value else self.is_false()

    @property
    def is_ready(self) -> bool:
        """Whether there is a value; inside of a body there never is."""
        return self._literal is not None


def _compared(value: object) -> object:
    return value._compared() if isinstance(value, Promise) else value  # pyright: ignore[reportPrivateUsage]


def _only_variant(type: LiteralType) -> LiteralType | None:
    """Return what an optional type is if it is not none; `None` for other types."""
    variants = [
        each
        for each in type.union_type.variants
        if each.simple != SimpleType.NONE or not each.HasField("simple")
    ]
    return variants[0] if len(variants) == 1 else None


def _unreadable(promise: builders.Promise, what: str) -> BuildError:
    return BuildError(
        f"`{source_of(promise)}` {what} while a workflow is being built, when there is no value",
        help="do it in a task",
    )


def _arithmetic(self: Promise, other: object) -> NoReturn:
    raise _unreadable(self, "is computed with")


def _sign(self: Promise) -> NoReturn:
    raise _unreadable(self, "is computed with")


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "lshift"):
    setattr(Promise, f"__{_name}__", _arithmetic)
    setattr(Promise, f"__r{_name}__", _arithmetic)
for _name in ("neg", "pos", "abs", "invert"):
    setattr(Promise, f"__{_name}__", _sign)


class Outputs(Handle):
    """Several outputs of one call: a named tuple of promises."""

    __slots__ = ()


class VoidPromise(Handle):
    """The handle of a call without outputs: it can be ordered and overridden, and is no value."""

    __slots__ = ("_call", "name")

    def __init__(self, call: Called | None, name: str = "") -> None:
        self._call = call
        self.name = name or (call.name if call is not None else "")

    def __repr__(self) -> str:
        return f"<nothing from {self.name}>"

    def __iter__(self) -> Iterator[Any]:
        raise nothing_from(self)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        raise nothing_from(self)


def nothing_from(handle: VoidPromise) -> BuildError:
    """Return the error for a call without outputs that is used as a value."""
    return BuildError(f"`{handle.name}` returns nothing, so its call is no value", help="order it with `>>`")


def call_of(handle: object) -> Called:
    """Return the call that a handle comes from; refuse a workflow's input and what is no handle."""
    if isinstance(handle, Outputs) and isinstance(handle, tuple):
        handle = cast("tuple[object, ...]", handle)[0]
    if isinstance(handle, Promise | VoidPromise):
        call = handle._call  # pyright: ignore[reportPrivateUsage]  # this module's own
        if call is not None:
            return call
        raise BuildError(f"`{source_of(handle)}` is an input of the workflow, and not a call")  # type: ignore[arg-type]
    raise BuildError(f"a `{handle.__class__.__qualname__}` is not what a call in a workflow's body gives")


def overrides(handle: H, **options: Any) -> H:
    """Change the node of a call and return its handle: `with_overrides` for those who check types.

    A call is typed as what the task returns, which has no such method for a type checker.
    """
    call_of(handle).override(options)
    return handle


def order(*handles: object) -> None:
    """Let each call run after the one before it: `>>` for those who check types."""
    for before, after in pairwise(handles):
        call_of(before).run_before(call_of(after))


@cache
def _tuple_class(name: str, fields: tuple[str, ...]) -> Callable[..., Any]:
    return type(name, (Outputs, named_tuple(name, fields)), {"__slots__": ()})


def handle_of(call: Called, outputs: Mapping[str, LiteralType], shape: Signature | None) -> Any:
    """Return the handle for a call's outputs. `shape` says whether one output is a tuple, and its name."""
    if not outputs:
        return VoidPromise(call)
    order = list(shape.outputs) if shape is not None and set(shape.outputs) == set(outputs) else list(outputs)
    owner = call.owner
    known: Mapping[str, Any] = shape.outputs if shape is not None else {}
    promises = [
        Promise(Source(owner, call.id, name, outputs[name], outputs[name]), call, annotation=known.get(name))
        for name in order
    ]
    if len(promises) == 1 and not (shape is not None and shape.several):
        return promises[0]
    return tuple_of(shape, promises)


def tuple_of(shape: Signature | None, promises: list[Promise]) -> Any:
    """Return promises as a named tuple, of the NamedTuple's name if there is one."""
    result = shape.result if shape is not None else None
    names = tuple(source_of(each).var for each in promises)
    return _tuple_class(_TUPLE if result is None else result.__name__, names)(*promises)


def shown(literal: Literal) -> str:
    """Return a literal as text, indented."""
    from google.protobuf.text_format import MessageToString

    lines = MessageToString(literal).splitlines()
    return "Flyte Serialized object (Literal):\n" + "\n".join(
        f"  {_plain(line)}" for line in lines if _plain(line)
    )


def _plain(line: str) -> str:
    """Return a line of text format without its braces and quotes: indentation says as much."""
    bare = line.rstrip().removesuffix("}").rstrip()
    if bare.endswith("{"):
        return f"{bare[:-1].rstrip()}:"
    return bare.replace('"', "") if bare.strip() else ""

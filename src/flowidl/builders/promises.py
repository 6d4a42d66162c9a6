"""Promises: values that exist once a workflow runs, as handles to bind, index and compare.

A promise is a reference to an output of a node (or to an input of the workflow) with its type. Fields
and elements of it are promises again: `node.o0["a"][3].field`. Comparing promises gives conditions, so
`==` does not tell whether two of them are the same, and a promise has no truth value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from flowidl.builders.comparisons import Condition, compare
from flowidl.builders.sources import Promised, Source
from flowidl.core.v1.types_pb2 import LiteralType, OutputReference, PromiseAttribute, SimpleType
from flowidl.errors import BuildError, closest
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Promise(Promised):
    """A value to come. Bind it, index it, take a field of it, or compare it in a condition.

    A field whose name is that of a method here is reached with `promise["is_none"]`.
    """

    __slots__ = ("_source",)
    _source: Source

    def __init__(self, source: Source) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Promise:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, key: str | int) -> Promise:
        source = self._source
        return Promise(source._replace(path=(*source.path, key), type=_step(source, key)))

    def __repr__(self) -> str:
        return f"<promise {self._source}>"

    def __format__(self, spec: str) -> str:
        raise BuildError(
            f"`{self._source}` is put into a text while a workflow is being built, when there is no value",
            help="do it in a task",
        )

    def __bool__(self) -> NoReturn:
        raise BuildError(
            "a promise has no truth value while a workflow is being built",
            help="combine conditions with `&` and `|`, and test a boolean with `.is_true()`",
        )

    def __iter__(self) -> NoReturn:
        raise BuildError(
            f"`{self._source}` cannot be iterated while a workflow is being built",
            help="take elements by index, or map a task over it",
        )

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]  # comparisons build conditions
        return comparison(self, "EQ", other)

    def __ne__(self, other: object) -> Condition:  # type: ignore[override]  # comparisons build conditions
        return comparison(self, "NEQ", other)

    def __gt__(self, other: object) -> Condition:
        return comparison(self, "GT", other)

    def __ge__(self, other: object) -> Condition:
        return comparison(self, "GTE", other)

    def __lt__(self, other: object) -> Condition:
        return comparison(self, "LT", other)

    def __le__(self, other: object) -> Condition:
        return comparison(self, "LTE", other)

    def is_true(self) -> Condition:
        """Return the condition that this boolean is true."""
        return comparison(self, "EQ", True)

    def is_false(self) -> Condition:
        """Return the condition that this boolean is false."""
        return comparison(self, "EQ", False)

    def is_none(self) -> Condition:
        """Return the condition that this value is none.

        SDKs write it, but the back end of Flyte 1.16 does not understand it: a workflow with such a
        condition is refused there.
        """
        return comparison(self, "EQ", None)


class NodeHandle(Promised):
    """A node that has been placed in a workflow. Its attributes and items are its outputs, as promises.

    Where a value is expected, the handle of a node with one output stands for that output.
    """

    __slots__ = ("_place",)

    def __init__(self, place: Placed) -> None:
        self._place = place

    def __getattr__(self, name: str) -> Promise:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> Promise:
        place = self._place
        if name not in place.outputs:
            raise BuildError(
                f"node `{place.id}` ({place.name}) has no output `{name}`",
                rule="unknown-output",
                help=closest(name, place.outputs),
            )
        type = place.outputs[name]
        return Promise(Source(place.owner, place.id, name, type, type))

    def __iter__(self) -> NoReturn:
        place = self._place
        names = ", ".join(f"`.{name}`" for name in place.outputs) or "it has none"
        raise BuildError(
            f"node `{place.id}` ({place.name}) cannot be unpacked", help=f"take its outputs by name: {names}"
        )

    def __repr__(self) -> str:
        place = self._place
        return f"<node {place.id!r} {place.name!r}: {', '.join(place.outputs) or 'no outputs'}>"


class Placed(NamedTuple):
    """What a node handle knows: its workflow builder, the node's id and name, its outputs and their types."""

    owner: object
    id: str
    name: str
    outputs: Mapping[str, LiteralType]


def placed(node: NodeHandle) -> Placed:
    """Return what a node handle knows."""
    return node._place  # pyright: ignore[reportPrivateUsage]  # this module's own


def source_of(value: Promise | NodeHandle) -> Source:
    """Return the source of a promise, or of the only output of a node."""
    if isinstance(value, Promise):
        return value._source  # pyright: ignore[reportPrivateUsage]  # this module's own
    place = value._place  # pyright: ignore[reportPrivateUsage]  # this module's own
    if len(place.outputs) != 1:
        count = "no outputs" if not place.outputs else f"{len(place.outputs)} outputs"
        raise BuildError(
            f"node `{place.id}` ({place.name}) has {count}, so it does not stand for one value",
            help=f"take one of {', '.join(f'`.{name}`' for name in place.outputs)}" if place.outputs else "",
        )
    return source_of(value[next(iter(place.outputs))])


def reference(source: Source) -> OutputReference:
    """Return the message for a promise."""
    path = [
        PromiseAttribute(int_value=step) if isinstance(step, int) else PromiseAttribute(string_value=step)
        for step in source.path
    ]
    return OutputReference(node_id=source.node_id, var=source.var, attr_path=path)


def comparison(left: Promise, operator: str, right: object) -> Condition:
    """Return the condition that compares a promise with another promise or a constant.

    `operator` is the name of a `ComparisonExpression.Operator`. Both sides must be of one primitive type,
    as the back end compares nothing else, and truth values are only equal or not. A constant `None` asks
    whether the promise is none.
    """
    other = source_of(right) if isinstance(right, Promise | NodeHandle) else right
    return compare(source_of(left), operator, other)


def _step(source: Source, key: str | int) -> LiteralType:
    """Return the type that one step into a value leads to."""
    type = source.type
    kind = type.WhichOneof("type")
    if kind == "collection_type" and isinstance(key, int) and key >= 0:
        return type.collection_type
    if kind == "map_value_type" and isinstance(key, str):
        return type.map_value_type
    fields = type.structure.dataclass_type
    if fields and isinstance(key, str):
        if key in fields:
            return fields[key]
        raise BuildError(
            f"`{source}` has no field `{key}`", rule="unknown-attribute", help=closest(key, fields)
        )
    if kind == "simple" and type.simple == SimpleType.STRUCT and not fields:
        return type
    raise _no_step(source, key)


def _no_step(source: Source, key: str | int) -> BuildError:
    from flowidl.types import type_text

    kind = source.type.WhichOneof("type")
    if kind == "collection_type":
        help = "a list is indexed with a number from 0"
    elif kind == "map_value_type":
        help = "a map is indexed with a string"
    elif kind == "union_type":
        help = "nothing can be taken out of a union: unpack it in a task"
    else:
        help = ""
    return BuildError(
        f"`{source}` is of type `{type_text(source.type)}`, which has no `{key}`",
        rule="attribute-of-wrong-kind"
        if kind in ("collection_type", "map_value_type")
        else "attribute-of-plain-value",
        help=help,
    )

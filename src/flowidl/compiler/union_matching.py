"""Union matching: which variants of a union a bound value fits.

A collection or a map has no type of its own, so the reference tries it on every variant and wants exactly
one to fit. Matching reports nothing. Unions inside unions multiply, so a value is made into a tree of stable
nodes first and each node is tried on each type once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.trampoline import answer
from flowidl.types.cast import castable
from flowidl.types.infer import infer_scalar
from flowidl.types.kinds import TypeKind

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from flowidl.compiler.context import Context
    from flowidl.compiler.promises import PromiseResolver
    from flowidl.compiler.spots import Spot
    from flowidl.core.v1.literals_pb2 import BindingData, Scalar
    from flowidl.types.table import Type

#: How often one compile tries a value on a type before it takes everything to fit.
MAX_TRIALS = 1_000_000


class Value:
    """A binding's value, or an element of one."""

    __slots__ = ("data", "kind", "parts")

    def __init__(self, data: BindingData) -> None:
        self.data = data
        self.kind = data.WhichOneof("value")
        self.parts: list[Value] = []


def _tree(data: BindingData) -> Value:
    root = Value(data)
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if value.kind == "collection":
            value.parts = [Value(part) for part in value.data.collection.bindings]
        elif value.kind == "map":
            named = value.data.map.bindings
            value.parts = [Value(named[key]) for key in named]
        waiting.extend(value.parts)
    return root


if TYPE_CHECKING:
    Question = tuple[Value, Type]
    Answering = Generator[Question, bool, bool]


class EnumValues:
    """The values of enums, as sets."""

    def __init__(self) -> None:
        self._sets: dict[Type, frozenset[str]] = {}

    def has(self, enum: Type, scalar: Scalar) -> bool:
        """Tell whether a scalar is one of an enum's values.

        What is not a string counts as the empty one (BI-9)."""
        values = self._sets.get(enum)
        if values is None:
            values = self._sets[enum] = frozenset(enum.message.enum_type.values)
        return scalar.primitive.string_value in values


class UnionMatching:
    """One value held against types that it may have."""

    def __init__(
        self, context: Context, resolver: PromiseResolver, enums: EnumValues, spot: Spot, data: BindingData
    ) -> None:
        self._context = context
        self._resolver = resolver
        self._enums = enums
        self._spot = spot
        self._root = _tree(data)
        self._answers: dict[Question, bool] = {}

    def fitting(self, union: Type) -> list[Type]:
        """Return the variants that the value fits: the first two at most, as more make no difference."""
        fits: list[Type] = []
        for variant in union.variants:
            if self._fits((self._root, variant)):
                fits.append(variant)
                if len(fits) == 2:
                    break
        return fits

    def providers(self) -> Iterator[str]:
        """Yield the ids of the nodes that promises in the value name."""
        waiting = [self._root]
        while waiting:
            value = waiting.pop()
            if value.kind == "promise":
                yield self._resolver.resolve(self._spot, value.data.promise).provider.id
            waiting.extend(value.parts)

    def _fits(self, question: Question) -> bool:
        return answer(question, self._answer, known=self._answers, guess=self._guess)

    def _guess(self, question: Question) -> bool | None:
        self._context.trials += 1
        return True if self._context.trials > MAX_TRIALS else None

    def _answer(self, question: Question) -> Answering:
        value, expected = question
        kind = value.kind
        if kind == "promise":
            return self._promise_fits(value, expected)
        if kind == "scalar":
            return self._scalar_fits(value, expected)
        if expected.kind is TypeKind.UNION:
            fits = 0
            for variant in expected.variants:
                fits += yield value, variant
                if fits == 2:
                    return False
            return fits == 1
        if kind is None or kind == "offloaded_metadata":
            return False
        if expected.kind is not (TypeKind.COLLECTION if kind == "collection" else TypeKind.MAP):
            return False
        assert expected.element is not None
        for part in value.parts:
            if not (yield part, expected.element):
                return False
        return True

    def _promise_fits(self, value: Value, expected: Type) -> bool:
        found = self._resolver.resolve(self._spot, value.data.promise)
        return found.fatal is None and castable(self._context.types, found.part, expected).fits

    def _scalar_fits(self, value: Value, expected: Type) -> bool:
        scalar = value.data.scalar
        given = infer_scalar(self._context.types, scalar)
        if given is None or not castable(self._context.types, given, expected).fits:
            return False
        return expected.kind is not TypeKind.ENUM or self._enums.has(expected, scalar)

"""The values of bindings: each against the type that is expected of it (reference rules BI-5 to BI-18).

A value is checked with the elements of its collections and maps; what has no type of its own is matched
against the variants of a union (`flowidl.compiler.union_matching`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import NodeKind
from flowidl.compiler.faults import (
    Companion,
    EnumValueIllegal,
    PromiseMismatch,
    PromiseToUnknownNode,
    PromiseToUnknownOutput,
    ScalarMismatch,
    ScalarUntyped,
    ShapeMismatch,
    UnionAmbiguous,
    UnionUnfit,
    ValueUnsupported,
)
from flowidl.compiler.model import LooseCast, PromiseUse, StoredValue
from flowidl.compiler.promises import PromiseResolver
from flowidl.compiler.union_matching import EnumValues, UnionMatching
from flowidl.core.v1.types_pb2 import SimpleType
from flowidl.paths import Step
from flowidl.types.cast import castable
from flowidl.types.infer import infer_scalar
from flowidl.types.kinds import TypeKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowidl.compiler.context import Context
    from flowidl.compiler.faults import Fact, Fault
    from flowidl.compiler.promises import Promised
    from flowidl.compiler.spots import Chain, Spot
    from flowidl.core.v1.literals_pb2 import BindingData, Scalar
    from flowidl.core.v1.types_pb2 import OutputReference
    from flowidl.types.table import Type

_SHAPES = {"collection": TypeKind.COLLECTION, "map": TypeKind.MAP}
_COLLECTION, _MAP = Step("collection"), Step("map")
_SHAPE_WORDS = {"collection": "list", "map": "map"}
#: Scalars that are, or may hold, the address of a value that is stored elsewhere.
_STORED = frozenset(("blob", "schema", "structured_dataset", "union"))


class ValueChecker:
    """Checks bound values for one unit."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._types = context.types
        self._resolver = PromiseResolver(context)
        self._enums = EnumValues()
        #: Texts of promises that are known to be just the name of an output.
        self.plain: set[str] = set()

    # --- values

    def check(self, spot: Spot, data: BindingData, expected: Type, depends: list[str]) -> bool:
        """Validate a value, with the elements of collections and maps on a stack of our own."""
        fits = True
        stack: list[tuple[BindingData, Type, Chain]] = [(data, expected, None)]
        while stack:
            data, expected, chain = stack.pop()
            kind = data.WhichOneof("value")
            if kind == "promise":
                fits &= self._promise(spot, data.promise, expected, chain, depends)
            elif kind == "scalar":
                fits &= self._scalar(spot, data.scalar, expected, chain)
            elif expected.kind is TypeKind.UNION:
                fits &= self._match_union(spot, data, expected, chain, depends)
            elif kind == "collection" or kind == "map":
                if expected.kind is not _SHAPES[kind] and expected.kind is not TypeKind.ANYTHING:
                    self._shape_fault(spot, kind, expected, chain)
                    fits = False
                else:
                    assert expected.element is not None
                    stack.extend(elements(data, kind, expected.element, chain))
            else:
                self._unsupported(spot, kind, chain)
                fits = False
        return fits

    def _shape_fault(self, spot: Spot, kind: str, expected: Type, chain: Chain) -> None:
        facts = ShapeMismatch(spot.variable, expected, _SHAPE_WORDS[kind], untyped=False)
        self._fault(spot, facts, chain, kind)

    def _unsupported(self, spot: Spot, kind: str | None, chain: Chain) -> None:
        given = "offloaded literal" if kind == "offloaded_metadata" else ""
        self._fault(spot, ValueUnsupported(spot.variable, given), chain, kind)

    def infer(self, spot: Spot, data: BindingData) -> Type | None:
        """Return the type of a value that is bound where none is expected, or `None` with a fault."""
        kind = data.WhichOneof("value")
        if kind == "promise":
            found = self._resolve(spot, data.promise, None)
            if found is None:
                return None
            spot.node.workflow.one_sided.append((spot.node, found.provider.id))
            return found.whole
        if kind == "scalar":
            return self._scalar_type(spot, data.scalar, None)
        if kind == "collection" or kind == "map":
            none = self._types.simple(SimpleType.NONE)
            facts = ShapeMismatch(spot.variable, none, _SHAPE_WORDS[kind], untyped=True)
            self._fault(spot, facts, None, kind)
        else:
            self._unsupported(spot, kind, None)
        return None

    def _scalar_type(self, spot: Spot, scalar: Scalar, chain: Chain) -> Type | None:
        type = infer_scalar(self._types, scalar)
        if type is None:
            facts = ScalarUntyped(spot.variable, scalar.WhichOneof("value") or "")
            self._fault(spot, facts, chain, "scalar")
        return type

    def _scalar(self, spot: Spot, scalar: Scalar, expected: Type, chain: Chain) -> bool:
        if scalar.WhichOneof("value") in _STORED:
            use = StoredValue(spot.node, spot.variable, spot.path((chain, (Step("scalar"),))), scalar)
            self._context.model.stored.append(use)
        given = self._scalar_type(spot, scalar, chain)
        answer = castable(self._types, given, expected) if given is not None else None
        if given is None or answer is None:
            self._enum_value(spot, scalar, expected, chain)
            return False
        if not answer.fits:
            facts = ScalarMismatch(spot.variable, expected, given, answer.notes)
            self._fault(spot, facts, chain, "scalar")
        elif answer.notes:
            self._loose(spot, chain, given, expected, answer.notes)
        return self._enum_value(spot, scalar, expected, chain) and answer.fits

    def _enum_value(self, spot: Spot, scalar: Scalar, expected: Type, chain: Chain) -> bool:
        """Check the value of an enum, whatever the type of the scalar (BI-9)."""
        if expected.kind is not TypeKind.ENUM or self._enums.has(expected, scalar):
            return True
        value = scalar.primitive.string_value
        self._fault(spot, EnumValueIllegal(spot.variable, expected, value), chain, "scalar")
        return False

    def _match_union(
        self, spot: Spot, data: BindingData, expected: Type, chain: Chain, depends: list[str]
    ) -> bool:
        """Try a value that has no type of its own on every variant of a union (BI-5, BI-6)."""
        matching = UnionMatching(self._context, self._resolver, self._enums, spot, data)
        fits = matching.fitting(expected)
        if len(fits) == 1:
            depends.extend(matching.providers())
            return True
        if fits:
            facts: Fact = UnionAmbiguous(spot.variable, expected, (fits[0], fits[1]))
        else:
            facts = UnionUnfit(spot.variable, expected)
        self._fault(spot, facts, chain, data.WhichOneof("value"))
        return False

    # --- promises

    def _promise(
        self, spot: Spot, promise: OutputReference, expected: Type, chain: Chain, depends: list[str]
    ) -> bool:
        found = self._resolve(spot, promise, chain)
        if found is None:
            return False
        answer = castable(self._types, found.part, expected)
        if not answer.fits:
            untyped = spot.node.kind in (NodeKind.BRANCH, NodeKind.APPROVE)
            facts = PromiseMismatch(
                spot.variable,
                found.provider,
                found.output,
                expected,
                found.part,
                found.whole,
                promise,
                untyped,
                answer.notes,
            )
            cause = self._context.collisions.get((found.provider, found.output))
            self._fault(spot, facts, chain, "promise", cause=cause)
            return False
        if answer.notes:
            self._loose(spot, chain, found.part, expected, answer.notes)
        if found.element is not None or promise.attr_path:
            path = spot.path((chain, (Step("promise"),)))
            self._context.model.promises.append(
                PromiseUse(
                    spot.node,
                    spot.variable,
                    path,
                    promise,
                    found.provider,
                    found.output,
                    found.element,
                    found.whole,
                    found.part,
                    found.skipped,
                )
            )
        depends.append(found.provider.id)
        return True

    def _resolve(self, spot: Spot, promise: OutputReference, chain: Chain) -> Promised | None:
        """Resolve a promise, reporting what is wrong with it; `None` if it cannot be resolved."""
        found = self._resolver.resolve(spot, promise)
        if found.minor is not None:
            self._fault(spot, found.minor, chain, "promise")
        if found.fatal is not None:
            self._promise_fault(spot, found, found.fatal, chain)
            return None
        if found.output == promise.var:
            self.plain.add(promise.var)
        return found

    def _promise_fault(self, spot: Spot, found: Promised, facts: Fact, chain: Chain) -> None:
        """Report a promise that leads nowhere: mostly once for the provider and once for the consumer."""
        provider = found.provider
        if isinstance(facts, PromiseToUnknownNode):
            fault = self._fault(spot, facts, chain, "promise", node_id=facts.provider_id)
        elif isinstance(facts, PromiseToUnknownOutput):
            cause = self._context.causes.get(provider)
            fault = self._fault(spot, facts, chain, "promise", node_id=provider.id, cause=cause)
        elif isinstance(facts, Companion):
            self._fault(spot, facts, chain, "promise", cause=self._context.alias_faults[provider])
            return
        else:
            self._fault(spot, facts, chain, "promise")
            return
        self._fault(spot, Companion(spot.variable), chain, "promise", cause=fault)

    # --- reporting

    def _fault(
        self,
        spot: Spot,
        facts: Fact,
        chain: Chain,
        field: str | None,
        node_id: str | None = None,
        cause: Fault[Fact] | None = None,
    ) -> Fault[Fact]:
        path = spot.path(chain if field is None else (chain, (Step(field),)))
        return self._context.node_fault(facts, spot.node, path, spot.steps(), node_id=node_id, cause=cause)

    def _loose(self, spot: Spot, chain: Chain, given: Type, expected: Type, notes: tuple[str, ...]) -> None:
        casts = self._context.model.loose_casts
        casts.append(LooseCast(spot.node, spot.variable, spot.path(chain), given, expected, notes))


def elements(
    data: BindingData, kind: str, type: Type, chain: Chain
) -> Sequence[tuple[BindingData, Type, Chain]]:
    """Return the elements of a collection or map, last first, with the type that each should have."""
    found: list[tuple[BindingData, Type, Chain]]
    if kind == "collection":
        bindings = data.collection.bindings
        found = [
            (bindings[i], type, (chain, (_COLLECTION, Step("bindings", i)))) for i in range(len(bindings))
        ]
    else:
        named = data.map.bindings
        found = [(named[key], type, (chain, (_MAP, Step("bindings", key)))) for key in sorted(named)]
    found.reverse()
    return found

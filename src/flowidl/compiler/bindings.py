"""Bindings: each value against the variable that it is bound to (reference rules BI-1 to BI-18).

Most bindings are a promise of a whole output of a type that has been seen to fit before; `bind` deals with
those on the spot, and with nothing else. Everything unusual goes through `_binding` and what stands below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flowidl.compiler.context import MAX_FAULTS
from flowidl.compiler.faults import (
    BindingWithoutData,
    Companion,
    EnumValueIllegal,
    FieldUnknown,
    InputBoundTwice,
    InputNotBound,
    PromiseIndexed,
    PromiseMismatch,
    PromiseSyntax,
    PromiseToUnknownNode,
    PromiseToUnknownOutput,
    ScalarMismatch,
    ScalarUntyped,
    ShapeMismatch,
    UnionAmbiguous,
    UnionUnfit,
    UnknownInput,
    ValueUnsupported,
)
from flowidl.compiler.model import LooseCast, NodeKind, PromiseUse, UnboundOptional
from flowidl.compiler.promises import follow_attributes, parse_promise
from flowidl.core.v1.types_pb2 import SimpleType
from flowidl.paths import Step
from flowidl.types.cast import YES, castable
from flowidl.types.infer import infer_scalar
from flowidl.types.table import Sort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowidl.compiler.context import Context
    from flowidl.compiler.faults import Fault
    from flowidl.compiler.model import Interface, NodeRecord, WorkflowAnalysis
    from flowidl.core.v1.literals_pb2 import Binding, BindingData, Scalar
    from flowidl.core.v1.types_pb2 import OutputReference
    from flowidl.types.table import Type

#: Promises may name nodes up to this position of the node list: all of them.
ALL_NODES = 2**62

#: At most this many unbound inputs are listed for one node; the list of a large interface would be no help.
MAX_UNBOUND = 100

_SHAPES = {"collection": Sort.COLLECTION, "map": Sort.MAP}
_SHAPE_WORDS = {"collection": "list", "map": "map"}


class Spot(NamedTuple):
    """The binding that is being looked at: of which node, for which variable, and which nodes it may name.

    Promises may name nodes up to position `visible` of the node list.
    """

    node: NodeRecord
    variable: str
    position: int
    visible: int

    def tail(self, chain: Chain) -> str:
        """Return the path's text form from the node to a value inside the binding."""
        texts: list[str] = []
        while chain is not None:
            chain, text = chain
            texts.append(text)
        return f"inputs[{self.position}].binding" + "".join(reversed(texts))

    def steps(self) -> tuple[str, ...]:
        """Return the step in the user's words."""
        word = "output" if self.node.kind is NodeKind.END else "input"
        return (f"{word} {self.variable}",)


if TYPE_CHECKING:
    #: The way into a binding's collections and maps, innermost step first; put into words only for a fault.
    Chain = tuple["Chain", str] | None


class Binder:
    """Validates bindings for one unit."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._types = context.types
        self._casts = context.types.casts
        self._plain: set[str] = set()
        self._nested: dict[WorkflowAnalysis, dict[str, NodeRecord]] = {}
        self._enums: dict[Type, frozenset[str]] = {}
        #: Bindings without data: the reason why their inputs count as unbound.
        self._without_data: dict[tuple[NodeRecord, str], Fault[object]] = {}

    # --- lists of bindings

    def bind(
        self, node: NodeRecord, bindings: Sequence[Binding], interface: Interface, visible: int = ALL_NODES
    ) -> list[str]:
        """Validate a node's bindings against its interface.

        Return the ids of the nodes that they depend on.
        """
        workflow = node.workflow
        table, start = workflow.table, workflow.start
        inputs, plain, casts = interface.inputs, self._plain, self._casts
        depends: list[str] = []
        seen: dict[str, int] = {}
        for position, binding in enumerate(bindings):
            variable = binding.var
            expected = inputs.get(variable)
            if expected is not None and variable not in seen:
                data = binding.binding
                if data.WhichOneof("value") == "promise":
                    promise = data.promise
                    id = promise.node_id
                    provider = table.get(id) if id else start
                    text = promise.var
                    if (
                        provider is not None
                        and provider.position <= visible
                        and text in plain
                        and not promise.attr_path
                    ):
                        given = provider.outputs.get(text)
                        if given is not None and (
                            (given is expected and given.fits_itself) or casts.get((given, expected)) is YES
                        ):
                            seen[variable] = position
                            depends.append(provider.id)
                            continue
            self._binding(Spot(node, variable, position, visible), binding, expected, seen, depends)
        if len(seen) < len(inputs):
            self._unbound(node, interface, seen)
        return depends

    def infer(self, node: NodeRecord, visible: int) -> dict[str, Type]:
        """Infer the inputs of a branch or approve gate from what it binds (4.4).

        Dependencies are recorded upstream only. Faults show in the context's count of errors.
        """
        inputs: dict[str, Type] = {}
        seen: dict[str, int] = {}
        assert node.message is not None
        for position, binding in enumerate(node.message.inputs):
            spot = Spot(node, binding.var, position, visible)
            if self._has_data(spot, binding, seen):
                seen[spot.variable] = position
                type = self._inferred(spot, binding.binding)
                if type is not None:
                    inputs[spot.variable] = type
        return inputs

    def _binding(
        self, spot: Spot, binding: Binding, expected: Type | None, seen: dict[str, int], depends: list[str]
    ) -> None:
        if expected is None:
            self._fault_of_binding(spot, UnknownInput(spot.variable, spot.position))
        elif self._has_data(spot, binding, seen):
            seen[spot.variable] = spot.position
            found: list[str] = []
            if self._value(spot, binding.binding, expected, found):
                depends.extend(found)

    def _has_data(self, spot: Spot, binding: Binding, seen: dict[str, int]) -> bool:
        """Tell whether a binding counts as one: it binds something, and is the first for its variable."""
        variable, position = spot.variable, spot.position
        if not binding.HasField("binding"):
            fault = self._fault_of_binding(spot, BindingWithoutData(variable, position))
            self._without_data[spot.node, variable] = fault
            return False
        if variable in seen:
            self._fault_of_binding(spot, InputBoundTwice(variable, position, seen[variable]))
            return False
        return True

    def _unbound(self, node: NodeRecord, interface: Interface, seen: dict[str, int]) -> None:
        """Note the inputs without a binding: those that must have one (BI-4), and the others."""
        listed = 0
        required = frozenset(interface.required) if len(interface.required) > 8 else interface.required
        for name in interface.inputs:
            if name in seen:
                continue
            type = interface.inputs[name]
            if name in required:
                facts = InputNotBound(name, type)
                cause = self._without_data.get((node, name))
                self._context.node_fault(facts, node, "", Spot(node, name, 0, 0).steps(), cause=cause)
            elif len(self._context.model.unbound_optionals) < MAX_FAULTS:
                optional = UnboundOptional(node, name, type, type.accepts_none)
                self._context.model.unbound_optionals.append(optional)
            listed += 1
            if listed >= MAX_UNBOUND:
                break

    # --- values

    def _value(self, spot: Spot, data: BindingData, expected: Type, depends: list[str]) -> bool:
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
            elif expected.sort is Sort.UNION:
                fits &= self._trial(spot, data, expected, chain, depends)
            elif kind == "collection" or kind == "map":
                if expected.sort is not _SHAPES[kind] and expected.sort is not Sort.ANYTHING:
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

    def _inferred(self, spot: Spot, data: BindingData) -> Type | None:
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
        given = self._scalar_type(spot, scalar, chain)
        if given is None:
            return False
        answer = castable(self._types, given, expected)
        if not answer.fits:
            facts = ScalarMismatch(spot.variable, expected, given, answer.notes)
            self._fault(spot, facts, chain, "scalar")
        elif answer.notes:
            self._loose(spot, chain, given, expected, answer.notes)
        if expected.sort is Sort.ENUM and not self.is_enum_value(scalar, expected):
            value = scalar.primitive.string_value
            self._fault(spot, EnumValueIllegal(spot.variable, expected, value), chain, "scalar")
            return False
        return answer.fits

    def is_enum_value(self, scalar: Scalar, enum: Type) -> bool:
        """Tell whether a scalar is one of an enum's values.

        What is not a string counts as the empty one (BI-9).
        """
        values = self._enums.get(enum)
        if values is None:
            values = self._enums[enum] = frozenset(enum.message.enum_type.values)
        return scalar.primitive.string_value in values

    def _trial(self, spot: Spot, data: BindingData, expected: Type, chain: Chain, depends: list[str]) -> bool:
        """Try a value that has no type of its own on every variant of a union (BI-5, BI-6)."""
        from flowidl.compiler.trials import Trial

        trial = Trial(self._context, self, spot, data)
        fits = trial.fitting(expected)
        if len(fits) == 1:
            depends.extend(trial.providers())
            return True
        if fits:
            facts: object = UnionAmbiguous(spot.variable, expected, (fits[0], fits[1]))
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
            self._fault(spot, facts, chain, "promise")
            return False
        if answer.notes:
            self._loose(spot, chain, found.part, expected, answer.notes)
        if found.element is not None or promise.attr_path:
            tail = spot.tail((chain, ".promise"))
            self._context.model.promises.append(
                PromiseUse(
                    spot.node,
                    spot.variable,
                    tail,
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

    def _resolve(self, spot: Spot, promise: OutputReference, chain: Chain) -> Found | None:
        """Resolve a promise, reporting what is wrong with it; `None` if it cannot be resolved."""
        found = self.look_up(spot, promise)
        if found.minor is not None:
            self._fault(spot, found.minor, chain, "promise")
        if found.fatal is not None:
            self._promise_fault(spot, found, chain)
            return None
        if found.output == promise.var:
            self._plain.add(promise.var)
        return found

    def _promise_fault(self, spot: Spot, found: Found, chain: Chain) -> None:
        """Report a promise that leads nowhere: mostly once for the provider and once for the consumer."""
        facts, provider = found.fatal, found.provider
        if isinstance(facts, PromiseToUnknownNode):
            fault = self._fault(spot, facts, chain, "promise", node_id=facts.provider_id)
        elif isinstance(facts, PromiseToUnknownOutput):
            cause = provider.cause or self._context.collisions.get((provider, found.output))
            fault = self._fault(spot, facts, chain, "promise", node_id=provider.id, cause=cause)
        elif isinstance(facts, Companion):
            self._fault(spot, facts, chain, "promise", cause=self._context.alias_faults[provider])
            return
        else:
            self._fault(spot, facts, chain, "promise")
            return
        self._fault(spot, Companion(spot.variable), chain, "promise", cause=fault)

    def look_up(self, spot: Spot, promise: OutputReference) -> Found:
        """Find what a promise means, without reporting anything (4.2.1, 3.8)."""
        workflow, id, variable = spot.node.workflow, promise.node_id, spot.variable
        provider = workflow.table.get(id) if id else workflow.start
        if provider is None or provider.position > spot.visible:
            hidden = provider or self._nested_node(workflow, id)
            unknown = PromiseToUnknownNode(variable, id, hidden, later=provider is not None)
            return self._lost(workflow.start, "", unknown)
        parsed = parse_promise(promise.var)
        if parsed is None:
            return self._lost(provider, "", PromiseSyntax(variable, promise.var))
        element, output = parsed
        whole = provider.outputs.get(output)
        if whole is None:
            broken = provider in self._context.alias_faults
            facts = Companion(variable) if broken else PromiseToUnknownOutput(variable, provider, output)
            return self._lost(provider, output, facts)
        return self._part(spot, promise, provider, output, element, whole)

    def _lost(self, provider: NodeRecord, output: str, facts: object) -> Found:
        anything = self._types.anything
        return Found(provider, output, None, anything, anything, (), facts)

    def _part(
        self,
        spot: Spot,
        promise: OutputReference,
        provider: NodeRecord,
        output: str,
        element: int | None,
        whole: Type,
    ) -> Found:
        """Apply index and attributes to an output's type."""
        part, minor = whole, None
        if element is not None:
            if whole.element is not None and whole.sort is not Sort.MAP:
                part = whole.element
            else:
                minor = PromiseIndexed(spot.variable, provider, output, whole, element)
        if not promise.attr_path:
            return Found(provider, output, element, whole, part, (), None, minor)
        resolved = follow_attributes(self._types, part, promise)
        fatal = None
        if resolved.missing is not None:
            attribute, field, given = resolved.missing
            fatal = FieldUnknown(spot.variable, provider, output, given, field, attribute)
        return Found(provider, output, element, whole, resolved.type, resolved.skipped, fatal, minor)

    def _nested_node(self, workflow: WorkflowAnalysis, id: str) -> NodeRecord | None:
        """Return the node nested in a branch that an id seems to mean, as written or with prefix."""
        nested = self._nested.get(workflow)
        if nested is None:
            nested = self._nested[workflow] = {}
            for node in workflow.all_nodes():
                if node.parent is not None and node.message is not None:
                    nested.setdefault(node.message.id, node)
                    nested.setdefault(node.id, node)
        return nested.get(id)

    # --- reporting

    def _fault_of_binding(self, spot: Spot, facts: object) -> Fault[object]:
        return self._context.node_fault(facts, spot.node, f"inputs[{spot.position}]", spot.steps())

    def _fault(
        self,
        spot: Spot,
        facts: object,
        chain: Chain,
        field: str | None,
        node_id: str | None = None,
        cause: Fault[object] | None = None,
    ) -> Fault[object]:
        tail = spot.tail(chain if field is None else (chain, f".{field}"))
        return self._context.node_fault(facts, spot.node, tail, spot.steps(), node_id=node_id, cause=cause)

    def _loose(self, spot: Spot, chain: Chain, given: Type, expected: Type, notes: tuple[str, ...]) -> None:
        casts = self._context.model.loose_casts
        casts.append(LooseCast(spot.node, spot.variable, spot.tail(chain), given, expected, notes))


class Found(NamedTuple):
    """What a promise means: provider, output, element index, the output's type, and the type of the part
    promised.

    `fatal` are the facts of a fault that leaves it without a type; `minor` those of one that does not
    (QK-49).
    """

    provider: NodeRecord
    output: str
    element: int | None
    whole: Type
    part: Type
    skipped: tuple[int, ...]
    fatal: object = None
    minor: object = None


def elements(
    data: BindingData, kind: str, type: Type, chain: Chain
) -> Sequence[tuple[BindingData, Type, Chain]]:
    """Return the elements of a collection or map, last first, with the type that each should have."""
    found: list[tuple[BindingData, Type, Chain]]
    if kind == "collection":
        bindings = data.collection.bindings
        found = [(bindings[i], type, (chain, f".collection.bindings[{i}]")) for i in range(len(bindings))]
    else:
        named = data.map.bindings
        found = [(named[key], type, (chain, f".map.{Step('bindings', key)}")) for key in sorted(named)]
    found.reverse()
    return found

"""Bindings: each against the variable that it is bound to (reference rules BI-1 to BI-4).

Most bindings are a promise of a whole output of a type that has been seen to fit before; `bind` deals with
those on the spot, and with nothing else. Everything unusual goes through `_binding` and what stands below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.binding_values import ValueChecker
from flowidl.compiler.context import MAX_FAULTS
from flowidl.compiler.faults import (
    BindingWithoutData,
    InputBoundTwice,
    InputNotBound,
    UnknownInput,
)
from flowidl.compiler.model import UnboundOptional
from flowidl.compiler.spots import ALL_NODES, Spot
from flowidl.paths import ROOT
from flowidl.types.answers import YES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowidl.compiler.context import Context
    from flowidl.compiler.entities import NodeRecord
    from flowidl.compiler.faults import Fact, Fault
    from flowidl.compiler.interfaces import Interface
    from flowidl.core.v1.literals_pb2 import Binding
    from flowidl.types.table import Type

#: At most this many unbound inputs are listed for one node; the list of a large interface would be no help.
MAX_UNBOUND = 100


class BindingChecker:
    """Checks the bindings of one unit."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._casts = context.types.casts
        self._values = ValueChecker(context)
        #: Bindings without data: the reason why their inputs count as unbound.
        self._without_data: dict[tuple[NodeRecord, str], Fault[Fact]] = {}

    def bind(
        self, node: NodeRecord, bindings: Sequence[Binding], interface: Interface, visible: int = ALL_NODES
    ) -> list[str]:
        """Validate a node's bindings against its interface.

        Return the ids of the nodes that they depend on.
        """
        workflow = node.workflow
        table, start = workflow.table, workflow.start
        inputs, plain, casts = interface.inputs, self._values.plain, self._casts
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

    def bind_one_sided(self, node: NodeRecord, visible: int) -> None:
        """Bind a node whose dependencies the reference records upstream only."""
        assert node.interface is not None
        edges = node.workflow.one_sided
        assert node.message is not None
        found = self.bind(node, node.message.inputs, node.interface, visible)
        edges.extend((node, id) for id in found)

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
                type = self._values.infer(spot, binding.binding)
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
            if self._values.check(spot, binding.binding, expected, found):
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
                self._context.node_fault(facts, node, ROOT, Spot(node, name, 0, 0).steps(), cause=cause)
            elif len(self._context.model.unbound_optionals) < MAX_FAULTS:
                optional = UnboundOptional(node, name, type, type.accepts_none)
                self._context.model.unbound_optionals.append(optional)
            listed += 1
            if listed >= MAX_UNBOUND:
                break

    def _fault_of_binding(self, spot: Spot, facts: Fact) -> Fault[Fact]:
        return self._context.node_fault(
            facts, spot.node, ROOT.field("inputs").item(spot.position), spot.steps()
        )

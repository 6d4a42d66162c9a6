"""Interfaces: from messages to names and interned types, and how an array node's is lifted."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import TYPE_CHECKING

from flowidl.core.v1.workflow_pb2 import ArrayNode
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.core.v1.interface_pb2 import TypedInterface, Variable
    from flowidl.types.table import Type, TypeTable


class Interface(NamedTuple):
    """Typed names on both sides of something that runs.

    `required` are the inputs that the reference wants bound: those that it does not take for optional (rule
    BI-4).
    """

    inputs: Mapping[str, Type]
    outputs: Mapping[str, Type]
    required: tuple[str, ...]


NO_INTERFACE = Interface({}, {}, ())


class Everything(Mapping[str, "Type"]):
    """The variables of something that is not part of the input: any name has a type, and none is listed."""

    __slots__ = ("_type",)

    def __init__(self, type: Type) -> None:
        self._type = type

    def __getitem__(self, name: str) -> Type:
        return self._type

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Side(enum.Enum):
    """One half of an interface; the value is the field's name in `core.TypedInterface`."""

    INPUTS = "inputs"
    OUTPUTS = "outputs"

    @property
    def word(self) -> str:
        """`input` or `output`."""
        return self.value[:-1]


class Declared(NamedTuple):
    """What an interface message declares: the variables that have a name and a type, and the others."""

    interface: Interface
    nameless: tuple[Side, ...]
    untyped: tuple[tuple[Side, str], ...]

    @property
    def is_sound(self) -> bool:
        """Whether every variable has a name and a type."""
        return not self.nameless and not self.untyped

    @property
    def wanted_outputs(self) -> tuple[str, ...]:
        """The outputs that a workflow has to bind: those that do not count as optional."""
        return required_of(self.interface.outputs)


NOTHING_DECLARED = Declared(Interface({}, {}, ()), (), ())


def declared(table: TypeTable, message: TypedInterface | None) -> Declared:
    """Read an interface message; an absent one declares nothing."""
    if message is None:
        return NOTHING_DECLARED
    nameless: list[Side] = []
    untyped: list[tuple[Side, str]] = []
    sides: list[dict[str, Type]] = []
    for side, variables in (
        (Side.INPUTS, message.inputs.variables),
        (Side.OUTPUTS, message.outputs.variables),
    ):
        types: dict[str, Type] = {}
        for name in sorted(variables):  # maps come in another order in each process
            variable = variables[name]
            if not name:
                nameless.append(side)
            if not variable.HasField("type"):
                untyped.append((side, name))
            elif name:
                types[name] = table.intern(variable.type)
        sides.append(types)
    return Declared(typed(sides[0], sides[1]), tuple(nameless), tuple(untyped))


def typed(inputs: Mapping[str, Type], outputs: Mapping[str, Type]) -> Interface:
    """Return the interface with these variables, all inputs being wanted unless they count as optional."""
    return Interface(inputs, outputs, required_of(inputs))


def required_of(inputs: Mapping[str, Type]) -> tuple[str, ...]:
    """Return the names of the inputs that may not stay unbound (BI-4)."""
    return tuple(name for name, type in inputs.items() if not type.counts_as_optional)


def variable_type(table: TypeTable, variable: Variable) -> Type | None:
    """Return a variable's type, or `None` if it has none."""
    return table.intern(variable.type) if variable.HasField("type") else None


def lifts(array: ArrayNode) -> bool:
    """Tell whether a target that lifts array nodes lifts this one (1.9.1)."""
    if array.HasField("is_original_sub_node_interface"):
        return array.is_original_sub_node_interface.value
    return array.execution_mode == ArrayNode.FULL_STATE


def lifted(table: TypeTable, interface: Interface, bound: frozenset[str]) -> Interface:
    """Return an interface with collections on both sides, but for the inputs that are passed on whole."""
    inputs = {
        name: type if name in bound else table.collection(type) for name, type in interface.inputs.items()
    }
    outputs = {name: table.collection(type) for name, type in interface.outputs.items()}
    return typed(inputs, outputs)


class CommonOutputs(NamedTuple):
    """Outputs that all alternatives have, and those of other types: (position of the alternative, name)."""

    outputs: Mapping[str, Type]
    differing: tuple[tuple[int, str], ...]


def common_outputs(interfaces: list[Interface]) -> CommonOutputs:
    """Return the outputs that all of some interfaces have, and where their types are not the same."""
    if not interfaces:
        return CommonOutputs({}, ())
    first = interfaces[0].outputs
    names = list(first)
    differing: list[tuple[int, str]] = []
    for position, interface in enumerate(interfaces):
        outputs = interface.outputs
        if outputs is not first:
            names = [name for name in names if name in outputs]
            differing += [(position, name) for name in names if outputs[name] is not first[name]]
    if len(names) == len(first):
        return CommonOutputs(first, tuple(differing))
    return CommonOutputs({name: first[name] for name in names}, tuple(differing))

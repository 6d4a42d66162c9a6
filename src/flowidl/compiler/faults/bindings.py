"""Facts about bindings.

The fault's node is the one that binds; for the workflow's outputs it is the end node. `position` counts in
the list of bindings; the fault's place leads to the very value inside collections and maps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.faults.fact import Fact

if TYPE_CHECKING:
    from flowidl.compiler.entities import NodeRecord
    from flowidl.core.v1.types_pb2 import OutputReference
    from flowidl.types.table import Type


class UnknownInput(Fact, code="VariableNameNotFound"):
    """A binding names a variable that the node's interface lacks (BI-1)."""

    variable: str
    position: int


class BindingWithoutData(Fact, code="ValueRequired"):
    """A binding names a variable and binds nothing to it (BI-2)."""

    variable: str
    position: int


class InputBoundTwice(Fact, code="ParameterBoundMoreThanOnce"):
    """A second binding for a variable (BI-3)."""

    variable: str
    position: int
    first: int


class InputNotBound(Fact, code="ParameterNotBound"):
    """A declared input without a usable binding (BI-4)."""

    variable: str
    type: Type


class UnionAmbiguous(Fact, code="AmbiguousBindingUnionValue"):
    """A value fits two variants of the expected union (BI-5). `fits` are the two."""

    variable: str
    expected: Type
    fits: tuple[Type, Type]


class UnionUnfit(Fact, code="IncompatibleBindingUnionValue"):
    """A value fits no variant of the expected union (BI-6)."""

    variable: str
    expected: Type


class ShapeMismatch(Fact, code="MismatchingBindings"):
    """A collection or map is bound where the expected type is another one (BI-7). `given` is `list` or `map`.

    `untyped` tells that this is an input of a branch or approve gate, where no such binding is accepted
    (BI-17).
    """

    variable: str
    expected: Type
    given: str
    untyped: bool


class ValueUnsupported(Fact, code="MismatchingBindings"):
    """A binding holds an offloaded literal, or nothing (BI-10). `given` is `offloaded literal` or empty."""

    variable: str
    given: str


class ScalarUntyped(Fact, code="UnrecognizedValue"):
    """The type of a bound scalar cannot be told (BI-8). `given` names the scalar's member, or is empty."""

    variable: str
    given: str


class ScalarMismatch(Fact, code="MismatchingTypes"):
    """A bound scalar is not castable to the expected type.

    `notes` (see `flowidl.types.answers.Note`) are not empty where the reference may see it otherwise.
    """

    variable: str
    expected: Type
    given: Type
    notes: tuple[str, ...] = ()


class EnumValueIllegal(Fact, code="IllegalEnumValue"):
    """A scalar bound to an enum is none of its values (BI-9).

    `value` is empty for scalars that are not strings.
    """

    variable: str
    expected: Type
    value: str


class PromiseToUnknownNode(Fact, code="NodeReferenceNotFound"):
    """A promise names a node that does not exist here (BI-11).

    `provider` is the node of that id where there is one that cannot be seen from here: one listed later than
    a branch (`later`), or one nested in a branch.
    """

    variable: str
    provider_id: str
    provider: NodeRecord | None
    later: bool


class PromiseSyntax(Fact, code="SyntaxError"):
    """The text of a promise does not name one output (BI-12)."""

    variable: str
    text: str


class PromiseToUnknownOutput(Fact, code="VariableNameNotFound"):
    """A promise names an output that its provider lacks (BI-13).

    If the provider has no interface, which is a fault of its own, that one is the `cause`.
    """

    variable: str
    provider: NodeRecord
    output: str


class PromiseIndexed(Fact, code="MismatchingTypes"):
    """A promise takes an element of something that is not a collection (BI-14)."""

    variable: str
    provider: NodeRecord
    output: str
    given: Type
    element: int


class FieldUnknown(Fact, code="FieldNotFound"):
    """An attribute path names a field that the dataclass lacks (BI-15). `attribute` counts in the path."""

    variable: str
    provider: NodeRecord
    output: str
    given: Type
    field: str
    attribute: int


class PromiseMismatch(Fact, code="MismatchingTypes"):
    """A promised value is not castable to the expected type (BI-16).

    `given` is the type after index and attributes, `whole` that of the output. `untyped` tells that this is
    an input of a branch or approve gate, which expects `whole` whatever the author means (BI-18).
    """

    variable: str
    provider: NodeRecord
    output: str
    expected: Type
    given: Type
    whole: Type
    promise: OutputReference
    untyped: bool
    notes: tuple[str, ...] = ()


class Companion(Fact, code="ParameterNotBound"):
    """`ParameterNotBound` of a consumer: the reference reports it beside the `cause`, a provider's fault."""

    variable: str

"""Facts about branches: their alternatives, conditions and operands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.faults.fact import Fact
from flowidl.paths import FieldPath

if TYPE_CHECKING:
    from flowidl.compiler.entities import NodeRecord
    from flowidl.types.table import Type


class BranchPieceMissing(Fact, code="ValueRequired"):
    """A part of a branch is missing that its interface depends on.

    `piece` is `if_else`, `case` or `then_node`; `case` counts the alternatives, 0 being the first.
    """

    piece: str
    case: int


class CaseWithoutNode(Fact, code="BranchNodeIdNotFound"):
    """An alternative has no then-node. (The same absence also is a `BranchPieceMissing`.)"""

    case: int


class FirstCaseMissing(Fact, code="BranchNodeHasNoCondition"):
    """A branch has no first case. (The same absence also is a `BranchPieceMissing`.)"""


class ConditionMissing(Fact, code="BranchNodeHasNoCondition"):
    """A case has no condition, or a conjunction lacks a side.

    `path` leads from the branch node to the missing expression.
    """

    case: int
    path: FieldPath


class DefaultMissing(Fact, code="BranchNodeHasNoDefault"):
    """A branch has neither an else-node nor an error."""


class AlternativesDisagree(Fact, code="MismatchingTypes"):
    """An output that all alternatives of a branch have is not of exactly one type.

    The fault's node is the later alternative; `first` is the one that it is compared with.
    """

    output: str
    first: NodeRecord
    expected: Type
    given: Type


class ExpressionEmpty(Fact, code="ValueRequired"):
    """A boolean expression is neither a comparison nor a conjunction."""

    case: int


class OperandMissing(Fact, code="ValueRequired"):
    """A side of a comparison is absent, or is neither a primitive nor a variable's name.

    `side` is left or right.
    """

    case: int
    side: str


class OperandIsScalar(Fact, code="ValueRequired"):
    """A side of a comparison is a scalar, which this back end does not understand (QK-7).

    `side` is left or right.
    """

    case: int
    side: str


class OperandUnresolved(Fact, code="ValueRequired"):
    """A comparison uses a variable, and the branch has no interface because of an earlier fault."""

    case: int
    side: str
    variable: str


class OperandUnknown(Fact, code="VariableNameNotFound"):
    """A comparison uses a variable that the branch does not bind."""

    case: int
    side: str
    variable: str


class OperandsDiffer(Fact, code="MismatchingTypes"):
    """The sides of a comparison are not of exactly one type; `left_text`, `right_text` are variables or
    constants.
    """

    case: int
    left: Type
    right: Type
    left_text: str
    right_text: str

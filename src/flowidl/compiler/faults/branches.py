"""Facts about branches: their alternatives, conditions and operands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple

    from flowidl.compiler.entities import NodeRecord
    from flowidl.types.table import Type
else:
    from flowidl.quick import NamedTuple


class BranchPieceMissing(NamedTuple):
    """A part of a branch is missing that its interface depends on.

    `piece` is `if_else`, `case` or `then_node`; `case` counts the alternatives, 0 being the first.
    """

    piece: str
    case: int


class CaseWithoutNode(NamedTuple):
    """An alternative has no then-node. (The same absence also is a `BranchPieceMissing`.)"""

    case: int


class FirstCaseMissing(NamedTuple):
    """A branch has no first case. (The same absence also is a `BranchPieceMissing`.)"""


class ConditionMissing(NamedTuple):
    """A case has no condition, or a conjunction lacks a side.

    `tail` is the path's text form from the branch node to the missing expression.
    """

    case: int
    tail: str


class DefaultMissing(NamedTuple):
    """A branch has neither an else-node nor an error."""


class AlternativesDisagree(NamedTuple):
    """An output that all alternatives of a branch have is not of exactly one type.

    The fault's node is the later alternative; `first` is the one that it is compared with.
    """

    output: str
    first: NodeRecord
    expected: Type
    given: Type


class ExpressionEmpty(NamedTuple):
    """A boolean expression is neither a comparison nor a conjunction."""

    case: int


class OperandMissing(NamedTuple):
    """A side of a comparison is absent, or is neither a primitive nor a variable's name.

    `side` is left or right.
    """

    case: int
    side: str


class OperandIsScalar(NamedTuple):
    """A side of a comparison is a scalar, which this back end does not understand (QK-7).

    `side` is left or right.
    """

    case: int
    side: str


class OperandUnresolved(NamedTuple):
    """A comparison uses a variable, and the branch has no interface because of an earlier fault."""

    case: int
    side: str
    variable: str


class OperandUnknown(NamedTuple):
    """A comparison uses a variable that the branch does not bind."""

    case: int
    side: str
    variable: str


class OperandsDiffer(NamedTuple):
    """The sides of a comparison are not of exactly one type; `left_text`, `right_text` are variables or
    constants.
    """

    case: int
    left: Type
    right: Type
    left_text: str
    right_text: str

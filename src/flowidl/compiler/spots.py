"""Where a value stands: in which binding of which node, and how deep in its collections and maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import NodeKind
from flowidl.paths import FieldPath, Step
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from flowidl.compiler.entities import NodeRecord

#: Promises may name nodes up to this position of the node list: all of them.
ALL_NODES = 2**62


class Spot(NamedTuple):
    """The binding that is being looked at: of which node, for which variable, and which nodes it may name.

    Promises may name nodes up to position `visible` of the node list.
    """

    node: NodeRecord
    variable: str
    position: int
    visible: int

    def path(self, chain: Chain = None) -> FieldPath:
        """Return the path from the node to a value inside the binding."""
        parts: list[tuple[Step, ...]] = []
        while chain is not None:
            chain, part = chain
            parts.append(part)
        inner = (step for part in reversed(parts) for step in part)
        return FieldPath((Step("inputs", self.position), Step("binding"), *inner))

    def steps(self) -> tuple[str, ...]:
        """Return the step in the user's words."""
        word = "output" if self.node.kind is NodeKind.END else "input"
        return (f"{word} {self.variable}",)


if TYPE_CHECKING:
    #: The way into a binding's collections and maps, innermost step first; put into words only for a fault.
    Chain = tuple["Chain", tuple[Step, ...]] | None

"""Where the values of promises come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from flowidl.core.v1.types_pb2 import LiteralType


class Source(NamedTuple):
    """Where a promise comes from: the workflow builder it belongs to, the node, the output, the path into it.

    `node_id` is empty for an input of the workflow. `whole` is the type of the output itself, `type` that of
    what the path leads to.
    """

    owner: object
    node_id: str
    var: str
    whole: LiteralType
    type: LiteralType
    path: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        steps = "".join(f"[{step!r}]" for step in self.path)
        return f"{self.node_id}.{self.var}{steps}" if self.node_id else f"input {self.var}{steps}"


class Promised:
    """What stands for a value that exists once a workflow runs: a promise, or the handle of a node."""

    __slots__ = ()

"""Nodes of a workflow as one looks at them: the message's fields, and what a node runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowidl.core.v1.workflow_pb2 import Node


class NodeView:
    """A node of a workflow: its message's fields, and what it runs."""

    __slots__ = ("entity", "message")

    def __init__(self, message: Node, entity: Any) -> None:
        self.message = message
        self.entity = entity

    def __getattr__(self, name: str) -> Any:
        return getattr(self.message, name)

    def __repr__(self) -> str:
        return f"<node {self.message.id!r} {self.message.metadata.name!r}>"

    @property
    def bindings(self) -> list[Any]:
        """What the inputs get."""
        return list(self.message.inputs)

    @property
    def name(self) -> str:
        """The node's name."""
        return self.message.metadata.name

    @property
    def flyte_entity(self) -> Any:
        """What the node runs; `None` for conditionals and gates."""
        return self.entity

    run_entity = flyte_entity

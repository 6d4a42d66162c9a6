"""Small questions about nodes and edges that several rules ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.rules.phrases import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flowidl.compiler.entities import NodeRecord
    from flowidl.core.v1.literals_pb2 import Binding, BindingData
    from flowidl.core.v1.types_pb2 import OutputReference


def dependency(before: NodeRecord, after: NodeRecord) -> str:
    """Say how one node depends on another, as the middle of a sentence.

    Takes `x` from, is listed downstream of.
    """
    for variable, promise in promises(after.bindings):
        if promise.node_id == before.id:
            return f"takes {quoted(variable)} from"
    for child in after.descendants():
        for variable, promise in promises(child.bindings):
            if promise.node_id == before.id:
                return f"takes {quoted(variable)} (in {quoted(child.id)}) from"
    return "lists as upstream"


def promises(bindings: Iterable[Binding]) -> Iterator[tuple[str, OutputReference]]:
    """Yield the promises in bindings, each with its variable, also those inside collections and maps."""
    for binding in bindings:
        waiting: list[BindingData] = [binding.binding]
        while waiting:
            data = waiting.pop()
            match data.WhichOneof("value"):
                case "promise":
                    yield binding.var, data.promise
                case "collection":
                    waiting.extend(reversed(data.collection.bindings))
                case "map":
                    waiting.extend(data.map.bindings[key] for key in sorted(data.map.bindings, reverse=True))
                case _:
                    pass

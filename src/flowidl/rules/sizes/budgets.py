"""Budgets: limits on size that a caller names, as text, and what the text means.

grpc-4mib bytes of one message between services: a definition when it is registered, a closure when it is
read etcd-1.5mib bytes of the object that an execution is stored as (also: etcd-1mib, or any other size)
max-nodes=500 nodes of one workflow, as registration counts them
"""

from __future__ import annotations

import re

from flowidl.tuples import NamedTuple

GRPC, ETCD, NODES = "grpc", "etcd", "max-nodes"

#: Ready-made budgets, for help texts and completion.
PRESETS = ("grpc-4mib", "etcd-1mib", "etcd-1.5mib", "max-nodes=100")

_UNITS = {"": 1, "b": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}
_BUDGET = re.compile(r"(grpc|etcd)[-=]([0-9]{1,9}(?:\.[0-9]{1,3})?) ?(b|kib|mib|gib)?|max-nodes=([0-9]{1,9})")


class Budget(NamedTuple):
    """A limit: its text, what is limited (`GRPC`, `ETCD` or `NODES`), and how much, in bytes or nodes."""

    text: str
    kind: str
    limit: int


def parse_budget(text: str) -> Budget:
    """Read a budget. Raises `ValueError`, listing what there is, if `text` is none."""
    match = _BUDGET.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(f"not a budget: {text!r}; write for example {', '.join(PRESETS)}")
    kind, size, unit, nodes = match.groups()
    if nodes is not None:
        return Budget(text, NODES, int(nodes))
    return Budget(text, kind, int(float(size) * _UNITS[unit or ""]))

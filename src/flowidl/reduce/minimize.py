"""Delta debugging: a smaller list of which something still holds.

Chunks are left out, half of the list first, then a quarter, down to single entries, until no single entry can
go any more (Zeller and Hildebrandt's `ddmin`, without testing subsets by themselves).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    T = TypeVar("T")


def minimized(items: Sequence[T], holds: Callable[[list[T]], bool]) -> list[T]:
    """Return a part of `items`, in their order, of which `holds` is true, and of no part of it by one less.

    `holds` must be true of `items` as they are. If it stops saying so, because time is up, the smallest part
    so far is returned.
    """
    kept = list(items)
    size = max(1, len(kept) // 2)
    while kept:
        changed = False
        start = 0
        while start < len(kept):
            smaller = kept[:start] + kept[start + size :]
            if len(smaller) < len(kept) and holds(smaller):
                kept, changed = smaller, True
            else:
                start += size
        if size == 1 and not changed:
            return kept
        size = max(1, size // 2) if not changed or size > 1 else 1
    return kept

"""Back ends to be accepted by, as one table of named switches.

Analysis reads switches and never asks for a target by name, so a new back end is one more row.
"""

from __future__ import annotations

from flowidl.tuples import NamedTuple


class Target(NamedTuple):
    """One back end.

    `lifts_arrays`: array nodes over an original (not already mapped) interface take and give collections.
    `judges_readiness`: what is accepted is also held against a later back end, see the rules about
    readiness.
    """

    name: str
    summary: str
    lifts_arrays: bool = False
    judges_readiness: bool = False


TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        Target("flyte-1.16", "Flyte 1.16: array nodes keep the interface of what they run"),
        Target(
            "lifted-arrays",
            "hosted distributions: array nodes over launch plans and original tasks give lists",
            lifts_arrays=True,
        ),
        Target(
            "flyte-2",
            "Flyte 1.16, and what will not carry over to Flyte 2",
            judges_readiness=True,
        ),
    )
}

DEFAULT_TARGET = TARGETS["flyte-1.16"]


def target_named(name: str) -> Target:
    """Return the target of that name. Raises `ValueError`, listing the known ones, if there is none."""
    try:
        return TARGETS[name]
    except KeyError:
        raise ValueError(f"unknown target {name!r}: one of {', '.join(TARGETS)}") from None

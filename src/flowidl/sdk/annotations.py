"""What an annotation says about parts of its values, also where the literal type says less."""

from __future__ import annotations

import types
import typing
from typing import Any


def without_none(annotation: Any) -> Any:
    """Return what an optional annotation is beside `None`; `None` for one that is not known or a choice."""
    annotation = _bare(annotation)
    if typing.get_origin(annotation) not in (typing.Union, types.UnionType):
        return annotation
    others = [each for each in typing.get_args(annotation) if each is not type(None)]
    return _bare(others[0]) if len(others) == 1 else None


def part_of(annotation: Any, key: str | int) -> Any:
    """Return the annotation of a field or an element; `None` if it is not known."""
    annotation = without_none(annotation)
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is list and isinstance(key, int):
        return args[0]
    if origin is dict and isinstance(key, str):
        return args[1]
    if isinstance(annotation, type) and isinstance(key, str):
        return typing.get_type_hints(annotation, include_extras=True).get(key)
    return None


def _bare(annotation: Any) -> Any:
    """Return an annotation without what `Annotated` adds to it."""
    return typing.get_args(annotation)[0] if typing.get_origin(annotation) is typing.Annotated else annotation

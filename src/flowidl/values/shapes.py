"""Whether a value is a list, a dict, a path or alike, in a way that type checkers follow."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Any, TypeGuard


def is_list(value: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    """Tell whether a value is a list or a tuple."""
    return isinstance(value, list | tuple)


def is_tuple(value: object) -> TypeGuard[tuple[Any, ...]]:
    """Tell whether a value is a tuple."""
    return isinstance(value, tuple)


def is_dict(value: object) -> TypeGuard[dict[Any, Any]]:
    """Tell whether a value is a dict."""
    return isinstance(value, dict)


def is_many(value: object) -> TypeGuard[Collection[Any]]:
    """Tell whether a value is a list, a tuple or a set."""
    return isinstance(value, list | tuple | set | frozenset)


def is_set(value: object) -> TypeGuard[Collection[Any]]:
    """Tell whether a value is a set."""
    return isinstance(value, set | frozenset)


def is_map(value: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether a value is a dict whose keys are strings."""
    return is_dict(value) and all(isinstance(key, str) for key in value)


def is_path(value: object) -> TypeGuard[os.PathLike[Any]]:
    """Tell whether a value is a path object."""
    return isinstance(value, os.PathLike)

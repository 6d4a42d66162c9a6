"""Whether a value is a list, a dict or a dict by strings, in a way that type checkers follow."""

from __future__ import annotations

from typing import Any, TypeGuard


def is_list(value: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    """Tell whether a value is a list or a tuple."""
    return isinstance(value, list | tuple)


def is_dict(value: object) -> TypeGuard[dict[Any, Any]]:
    """Tell whether a value is a dict."""
    return isinstance(value, dict)


def is_map(value: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether a value is a dict whose keys are strings."""
    return is_dict(value) and all(isinstance(key, str) for key in value)

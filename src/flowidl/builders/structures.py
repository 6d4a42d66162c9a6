"""Structures (dataclasses, models, untyped dicts) as the msgpack bytes that SDKs put into a literal."""

from __future__ import annotations

import datetime
import enum
from typing import TYPE_CHECKING, Any, cast

from flowidl.builders.errors import BuildError
from flowidl.builders.shapes import is_dict, is_list

if TYPE_CHECKING:
    from collections.abc import Callable


def plain_structure(value: object) -> dict[Any, Any] | None:
    """Return a dict, dataclass or model as a plain dict, its fields in order, or `None` for anything else."""
    if is_dict(value):
        return {key: _plain(each) for key, each in value.items()}
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        fields: dict[str, Any] = getattr(value, "__dataclass_fields__")  # noqa: B009  # not known to types
        return {key: _plain(getattr(value, key)) for key in fields}
    dump: Any = getattr(value, "model_dump", None)
    return None if dump is None or isinstance(value, type) else dump(mode="json")


def _plain(value: Any) -> Any:
    structure = plain_structure(value)
    if structure is not None:
        return structure
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if is_list(value):
        return [_plain(each) for each in value]
    return value


def packed(structure: dict[Any, Any], name: str) -> bytes:
    """Return a plain structure as msgpack.

    Raise `BuildError` if it holds something that msgpack has no form for, such as a promise, and
    `ImportError` if the `msgpack` extra is not installed.
    """
    try:
        import msgpack  # type: ignore[import-untyped]  # it carries no types

        pack = cast("Callable[[object], bytes]", msgpack.packb)  # pyright: ignore[reportUnknownMemberType]
    except ImportError:
        raise ImportError("structures are written as msgpack: install `flowidl[msgpack]`") from None
    try:
        return pack(structure)
    except (TypeError, ValueError, OverflowError) as error:
        raise BuildError(f"`{name}` holds a value that a structure cannot carry: {error}") from None

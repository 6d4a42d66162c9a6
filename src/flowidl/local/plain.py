"""Literals as plain data for JSON: what `flowidl run` prints, and what it takes back."""

from __future__ import annotations

import base64
import math
from typing import TYPE_CHECKING, Any

from flowidl.values.simple import UTC
from flowidl.values.structures import structure_data

if TYPE_CHECKING:
    from flowidl.core.v1.literals_pb2 import Literal, Primitive, Scalar


def plain_of(literal: Literal) -> Any:
    """Return a literal as plain data.

    Moments in ISO 8601, durations as `90s`, files and tables by address.
    """
    kind = literal.WhichOneof("value")
    if kind == "collection":
        return [plain_of(each) for each in literal.collection.literals]
    if kind == "map":
        return {key: plain_of(literal.map.literals[key]) for key in sorted(literal.map.literals)}
    data = structure_data(literal)
    return _scalar(literal.scalar) if data is None else data[0]


def _scalar(scalar: Scalar) -> Any:
    kind = scalar.WhichOneof("value")
    if kind == "primitive":
        return _primitive(scalar.primitive)
    if kind == "union":
        return plain_of(scalar.union.value)
    if kind in ("blob", "schema", "structured_dataset"):
        return getattr(scalar, kind).uri
    if kind == "binary":
        return base64.b64encode(scalar.binary.value).decode()
    if kind == "error":
        return {"failed_node_id": scalar.error.failed_node_id, "message": scalar.error.message}
    return None


def _primitive(value: Primitive) -> Any:
    kind = value.WhichOneof("value")
    if kind == "datetime":
        return value.datetime.ToDatetime(tzinfo=UTC).isoformat()
    if kind == "duration":
        return f"{value.duration.ToTimedelta().total_seconds():.6f}".rstrip("0").rstrip(".") + "s"
    found = None if kind is None else getattr(value, kind)
    return str(found) if isinstance(found, float) and not math.isfinite(found) else found

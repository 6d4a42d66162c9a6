"""The generated class behind each kind, imported when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from flowidl.source.kinds import LAYOUTS

if TYPE_CHECKING:
    from google.protobuf.descriptor import Descriptor
    from google.protobuf.message import Message

    from flowidl.source.definitions import Kind


def message_class(kind: Kind) -> type[Message]:
    """Return the message class of `kind`."""
    module = import_module(f"flowidl.{LAYOUTS[kind].module}")
    found: type[Message] = getattr(module, kind.label)
    return found


def descriptor(kind: Kind) -> Descriptor:
    """Return the message descriptor of `kind`."""
    return cast("Descriptor", message_class(kind).DESCRIPTOR)

"""Our message types, each beside its twin from `flyteidl`, both loaded into this process."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import NamedTuple

from google.protobuf.descriptor_pool import Default
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from scripts.check_upstream import OURS, THEIRS
from tests.support.messages import message_types


class Twins(NamedTuple):
    ours: type[Message]
    theirs: type[Message]


def modules(packages: tuple[str, ...]) -> list[ModuleType]:
    """Return the generated modules of some packages."""
    names = [m.name for p in packages for m in iter_modules(import_module(p).__path__, p + ".")]
    return [import_module(name) for name in names if name.endswith("_pb2")]


def all_twins() -> list[Twins]:
    """Return every message type of ours with its twin, those of core first."""
    modules(THEIRS)  # loads the descriptors that `twin` looks up
    return [Twins(kind, twin(kind)) for kind in message_types(*modules(OURS))]


def twin(ours: type[Message]) -> type[Message]:
    """Return their type for ours. KeyError if there is none."""
    name = ours.DESCRIPTOR.full_name
    for mine, other in zip(OURS, THEIRS, strict=True):
        if name.startswith(mine + "."):
            return GetMessageClass(Default().FindMessageTypeByName(other + name.removeprefix(mine)))
    raise KeyError(name)
